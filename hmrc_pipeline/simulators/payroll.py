"""A payroll that pays made-up people: each payment becomes a slip, the slips of a year a P60.

Figures come from `paye`, so that gross less deductions is net, every year-to-date figure the running sum, and the
P60 the last of them, to the penny. Whose career it is belongs to `careers`, how a slip looks to the layouts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from hmrc_pipeline.extraction.fields import STATUTORY_PAY
from hmrc_pipeline.extraction.model import Section
from hmrc_pipeline.identifiers import Nino, PayeReference, TaxCode
from hmrc_pipeline.paye import (
    Contributions,
    Frequency,
    PayPeriod,
    national_insurance,
    period_of,
    rates_of,
    student_loan,
    tax_due,
)
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "Earning",
    "Employee",
    "Employer",
    "NiRow",
    "P60Figures",
    "Payment",
    "Payroll",
    "PensionKind",
    "PreviousEmployment",
    "Slip",
    "SlipLine",
    "Terms",
    "Vest",
]

PENNY = Decimal("0.01")
POUND = Decimal(1)
NIL = Decimal("0.00")
PensionKind = Literal["none", "sacrifice", "net_pay", "relief_at_source"]


@dataclass(frozen=True)
class Employee:
    """A made-up person."""

    title: str
    forenames: str
    surname: str
    nino: Nino
    address: tuple[str, ...]

    @property
    def initials(self) -> str:
        return " ".join(name[0] for name in self.forenames.split())


@dataclass(frozen=True)
class Employer:
    """A made-up employer."""

    name: str
    paye_reference: PayeReference
    address: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """What an employment is: by whom, how often paid, which pension, which loans."""

    employer: Employer
    payroll_number: str
    frequency: Frequency = "monthly"
    pension: PensionKind = "none"
    pension_rate: Decimal = NIL
    employer_rate: Decimal = NIL
    pension_provider: str = "Pension"
    loans: tuple[str, ...] = ()
    layout: str = "single_list"
    department: str = ""


@dataclass(frozen=True)
class Earning:
    """One payment or deduction line as the payroll is told it. `field` is its name on a slip, None for others."""

    field: str | None
    label: str
    amount: Decimal
    units: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True)
class Vest:
    """Shares that vested: their value (notional pay) and the money from those sold for the tax on them."""

    gross: Decimal
    tax_offset: Decimal
    excess_refund: Decimal


@dataclass(frozen=True)
class Payment:
    """All the payroll is told of one payday."""

    pay_date: date
    code: TaxCode
    letter: str
    earnings: tuple[Earning, ...]
    vest: Vest | None = None
    benefit: Earning | None = None
    deductions: tuple[Earning, ...] = ()


@dataclass(frozen=True)
class PreviousEmployment:
    """Pay and tax to date of a P45."""

    pay: Decimal
    tax: Decimal


@dataclass(frozen=True)
class SlipLine:
    """A line of a slip. `amount` is None where only the year to date has it; deductions are positive when taken."""

    section: Section
    field: str | None
    label: str
    amount: Decimal | None
    ytd: Decimal
    units: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True)
class Slip:
    """One payslip: its lines, its figures by field name, and their sums for the year in this employment."""

    employee: Employee
    terms: Terms
    tax_year: TaxYear
    pay_date: date
    period: PayPeriod
    code: TaxCode
    letter: str
    lines: tuple[SlipLine, ...]
    amounts: Mapping[str, Decimal]
    ytd: Mapping[str, Decimal]

    @property
    def employer(self) -> Employer:
        return self.terms.employer


@dataclass(frozen=True)
class NiRow:
    """One row of a P60's National Insurance table; the bands are whole pounds."""

    letter: str
    lel: Decimal
    lel_pt: Decimal
    pt_uel: Decimal
    employee: Decimal


@dataclass(frozen=True)
class P60Figures:
    """What a P60 certifies. None is a cell left blank."""

    employee: Employee
    employer: Employer
    payroll_number: str
    tax_year: TaxYear
    previous: PreviousEmployment | None
    pay: Decimal
    tax: Decimal
    code: TaxCode
    ni_rows: tuple[NiRow, ...]
    student_loan: Decimal | None
    postgraduate_loan: Decimal | None
    statutory: Mapping[str, Decimal]


@dataclass
class Payroll:
    """One employment in one tax year. `pay` it in order of date, then ask for the `p60` or what a P45 would say."""

    employee: Employee
    terms: Terms
    tax_year: TaxYear
    previous: PreviousEmployment | None = None
    _sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: NIL))
    _labels: dict[tuple[Section, str | None, str], Decimal] = field(default_factory=dict)
    _ni: dict[str, list[Contributions]] = field(default_factory=dict)
    _code: TaxCode | None = None

    def pay(self, payment: Payment) -> Slip:
        """Pay once. Raises `ValueError` for a day outside the year."""
        if not self.tax_year.contains(payment.pay_date):
            raise ValueError(f"{payment.pay_date.isoformat()} is not in {self.tax_year}")
        lines = [*self._payments(payment)]
        amounts = self._bases(payment, lines)
        lines += self._deductions(payment, amounts)
        deductions = sum((line.amount for line in lines if line.section == "deductions" and line.amount), NIL)
        amounts["total_deductions"] = deductions
        amounts["net_pay"] = amounts["gross_pay"] - deductions
        for line in lines:
            if line.field and line.amount is not None:
                amounts[line.field] = abs(line.amount) if line.field == "pension_sacrifice" else line.amount
        for name, amount in amounts.items():
            self._sums[name] += amount
        self._code = payment.code
        period = period_of(payment.pay_date, self.terms.frequency)
        return Slip(
            employee=self.employee,
            terms=self.terms,
            tax_year=self.tax_year,
            pay_date=payment.pay_date,
            period=period,
            code=payment.code,
            letter=payment.letter,
            lines=self._with_sums(lines),
            amounts=amounts,
            ytd=dict(self._sums.items()),
        )

    def p60(self) -> P60Figures:
        """The certificate of the year so far."""
        if self._code is None:
            raise ValueError("nothing was paid")
        loans = {name: self._sums.get(name) for name in ("student_loan", "postgraduate_loan")}
        return P60Figures(
            employee=self.employee,
            employer=self.terms.employer,
            payroll_number=self.terms.payroll_number,
            tax_year=self.tax_year,
            previous=self.previous,
            pay=self._sums["taxable_pay"],
            tax=self._sums["income_tax"],
            code=self._code,
            ni_rows=tuple(_ni_row(letter, paid) for letter, paid in self._ni.items()),
            student_loan=loans["student_loan"],
            postgraduate_loan=loans["postgraduate_loan"],
            statutory={name: self._sums[name] for name in STATUTORY_PAY if name != "ssp" and self._sums.get(name)},
        )

    def p45(self) -> PreviousEmployment:
        """Pay and tax to date, this employment and those before it."""
        before = self.previous or PreviousEmployment(NIL, NIL)
        return PreviousEmployment(before.pay + self._sums["taxable_pay"], before.tax + self._sums["income_tax"])

    def _payments(self, payment: Payment) -> Iterable[SlipLine]:
        for earning in payment.earnings:
            yield SlipLine("payments", earning.field, earning.label, earning.amount, NIL, earning.units, earning.rate)
        if payment.vest:
            yield _line("payments", "rsu_tax_offset", payment.vest.tax_offset)
            if payment.vest.excess_refund:
                yield _line("payments", "rsu_excess_refund", payment.vest.excess_refund)
            yield _line("other", "rsu_gross", payment.vest.gross)
        if payment.benefit:
            yield _line("other", None, payment.benefit.amount, payment.benefit.label)
        if self.terms.pension == "sacrifice":
            yield _line("payments", "pension_sacrifice", -self._contribution(payment, self.terms.pension_rate))

    def _bases(self, payment: Payment, lines: list[SlipLine]) -> dict[str, Decimal]:
        gross = sum((line.amount for line in lines if line.section == "payments" and line.amount), NIL)
        cash = gross
        notional = NIL
        if payment.vest:
            cash -= payment.vest.tax_offset + payment.vest.excess_refund
            notional = payment.vest.gross
        benefit = payment.benefit.amount if payment.benefit else NIL
        own = self._contribution(payment, self.terms.pension_rate) if self.terms.pension == "net_pay" else NIL
        return {"gross_pay": gross, "taxable_pay": cash + notional + benefit - own, "ni_pay": cash + notional}

    def _deductions(self, payment: Payment, amounts: Mapping[str, Decimal]) -> Iterable[SlipLine]:
        yield _line("deductions", "income_tax", self._tax(payment, amounts["taxable_pay"]))
        rates = rates_of(self.tax_year)
        earnings, frequency = amounts["ni_pay"], self.terms.frequency
        paid = national_insurance(
            payment.letter, rates, earnings=earnings, pay_date=payment.pay_date, frequency=frequency
        )
        self._ni.setdefault(payment.letter, []).append(paid)
        yield _line("deductions", "national_insurance", paid.employee)
        if self.terms.pension in {"net_pay", "relief_at_source"}:
            share = Decimal("0.8") if self.terms.pension == "relief_at_source" else POUND
            own = self._contribution(payment, self.terms.pension_rate * share)
            yield _line("deductions", "employee_pension", own)
        for plan in self.terms.loans:
            due = student_loan(plan, rates, earnings=earnings, frequency=frequency)
            name = "postgraduate_loan" if plan == "PG" else "student_loan"
            if due or self._sums.get(name):
                yield _line("deductions", name, due)
        for earning in payment.deductions:
            yield _line("deductions", earning.field, earning.amount, earning.label)
        yield _line("employer", "employer_ni", paid.employer)
        if self.terms.pension != "none":
            yield _line("employer", "employer_pension", self._contribution(payment, self.terms.employer_rate))

    def _tax(self, payment: Payment, taxable: Decimal) -> Decimal:
        before = self.previous or PreviousEmployment(NIL, NIL)
        period = period_of(payment.pay_date, self.terms.frequency)
        return tax_due(
            payment.code,
            rates_of(self.tax_year),
            pay_to_date=before.pay + self._sums["taxable_pay"] + taxable,
            tax_to_date=before.tax + self._sums["income_tax"],
            period=period.number,
            periods_in_year=period.in_year,
            pay_this_period=taxable,
            units=period.units,
            payrolled_benefits=payment.benefit.amount if payment.benefit else NIL,
        ).this_period

    def _contribution(self, payment: Payment, rate: Decimal) -> Decimal:
        pensionable = sum((earning.amount for earning in payment.earnings if earning.field == "basic_pay"), NIL)
        return (pensionable * rate).quantize(PENNY, ROUND_HALF_UP)

    def _with_sums(self, lines: list[SlipLine]) -> tuple[SlipLine, ...]:
        """Each line with its year to date; lines of earlier slips follow with nothing for this period."""
        printed: dict[tuple[Section, str | None, str], SlipLine] = {}
        for line in lines:
            key = (line.section, line.field, line.label)
            self._labels[key] = self._labels.get(key, NIL) + (line.amount or NIL)
            printed[key] = SlipLine(
                line.section, line.field, line.label, line.amount, self._labels[key], line.units, line.rate
            )
        for key, ytd in self._labels.items():
            if key not in printed:
                printed[key] = SlipLine(*key, None, ytd)
        return tuple(printed.values())


def _line(section: Section, name: str | None, amount: Decimal, label: str = "") -> SlipLine:
    return SlipLine(section, name, label, amount, NIL)


def _ni_row(letter: str, paid: list[Contributions]) -> NiRow:
    def pounds(name: str) -> Decimal:
        return sum((getattr(one, name) for one in paid), NIL).quantize(POUND, ROUND_FLOOR)

    return NiRow(letter, pounds("at_lel"), pounds("lel_pt"), pounds("pt_uel"), sum((one.employee for one in paid), NIL))
