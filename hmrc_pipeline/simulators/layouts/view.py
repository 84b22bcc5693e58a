"""A slip as one payroll would word it: rows with captions, totals, and identifiers in its spelling.

What the words are belongs here and to each layout's own vocabulary; where they stand belongs to the layouts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hmrc_pipeline.extraction.model import Section
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.simulators.drawing import Align, Colour, Face, Mark, Sheet
from hmrc_pipeline.simulators.payroll import Slip, SlipLine
from hmrc_pipeline.simulators.samples import Record
from hmrc_pipeline.simulators.style import Style

__all__ = ["Row", "SlipView", "Words", "amount_cell", "fitted", "taken_cell", "ytd_cell"]

Words = Mapping[str, tuple[str, ...]]

_WORDS: Words = {
    "basic_pay": ("Basic Pay", "Salary", "Basic Salary", "Monthly Pay"),
    "bonus": ("Bonus", "Annual Bonus", "Performance Bonus"),
    "smp": ("Statutory Maternity Pay", "SMP"),
    "ssp": ("Statutory Sick Pay", "SSP"),
    "spp": ("Statutory Paternity Pay", "SPP"),
    "shpp": ("Shared Parental Pay", "ShPP"),
    "sap": ("Statutory Adoption Pay", "SAP"),
    "spbp": ("Parental Bereavement Pay", "SPBP"),
    "sncp": ("Neonatal Care Pay", "SNCP"),
    "rsu_gross": ("RSUs", "RSU Gain"),
    "rsu_tax_offset": ("RSU Tax Offset",),
    "rsu_excess_refund": ("RSU Excs Refund",),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Sal Sac Pension", "Smart Pension"),
    "income_tax": ("PAYE Tax", "Income Tax", "PAYE", "Tax Paid"),
    "national_insurance": ("National Insurance", "Employee NIC", "NI Contribution", "Nat. Ins."),
    "employee_pension": ("Employee Pension", "Pension", "Pension EE"),
    "student_loan": ("Student Loan",),
    "postgraduate_loan": ("Postgraduate Loan", "PG Loan"),
    "employer_ni": ("Employer NI", "Employer NIC", "Employers NI"),
    "employer_pension": ("Employer Pension", "Pension ER", "Employers Pension"),
    "gross_pay": ("Total Gross Pay", "Gross Pay", "Total Payments"),
    "taxable_pay": ("Taxable Pay", "Gross for Tax", "Taxable Gross"),
    "ni_pay": ("Earnings for NI", "NIable Pay", "NI Pay"),
    "total_deductions": ("Total Deductions",),
    "net_pay": ("Net Pay", "Take Home Pay", "Net Payment"),
}

_DAYS = {"weekly": 7, "fortnightly": 14, "four_weekly": 28}


@dataclass(frozen=True)
class Row:
    """One row to print. Where `amount` or `ytd` is None that cell stays empty."""

    section: Section
    field: str | None
    label: str
    amount: Decimal | None
    ytd: Decimal | None
    units: Decimal | None = None
    rate: Decimal | None = None

    def noted(self, amount: Decimal) -> Decimal:
        """The amount with the contract's sign: a sacrifice is positive, tax given back negative."""
        if self.field == "pension_sacrifice":
            return abs(amount)
        return -amount if self.field == "income_tax" and self.section == "payments" else amount


def amount_cell(sheet: Sheet, x: float, y: float, row: Row, *, size: float = 8) -> None:
    """Print a row's amount of this period, when it has one."""
    if row.amount is not None:
        sheet.amount(x, y, row.field, row.amount, size=size, noted=row.noted(row.amount))


def taken_cell(sheet: Sheet, x: float, y: float, row: Row, *, size: float = 8) -> None:
    """Print what a row takes of the pay with its minus sign, when it takes any."""
    if row.amount is not None:
        sheet.amount(x, y, row.field, -row.amount, size=size, noted=row.noted(row.amount))


def fitted(
    sheet: Sheet,
    x: float,
    y: float,
    *pieces: str | Mark,
    room: float,
    size: float = 8,
    face: Face = "regular",
    align: Align = "left",
    colour: Colour = (0, 0, 0),
) -> float:
    """Print words and values one after the other, smaller where they would be wider than `room`.

    Nothing is cut. Returns where they end.
    """
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
    size = sheet.snug(text, size, room, face)
    x -= {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * sheet.text_width(text, size, face)
    return sheet.run(x, y, *pieces, size=size, face=face, colour=colour)


def ytd_cell(sheet: Sheet, x: float, y: float, row: Row, *, size: float = 8) -> None:
    """Print a row's year to date, when it has one."""
    if row.ytd is not None:
        sheet.amount(x, y, f"ytd_{row.field}" if row.field else None, row.ytd, size=size, noted=row.noted(row.ytd))


class SlipView:
    """A slip in a style and a layout's words."""

    def __init__(self, slip: Slip, style: Style, words: Words, record: Record) -> None:
        self.slip = slip
        self.style = style
        self.record = record
        self._words = {**_WORDS, **words}
        tax = slip.amounts["income_tax"]
        self._given_back = -tax if tax < 0 and style.refund == "payment" else Decimal(0)
        self._taken = style.sacrifice == "deduction" and "pension_sacrifice" in slip.amounts
        lines = [line for line in slip.lines if line.amount is not None or style.carry]
        rows = [row for line in lines for row in self._rows(line)]
        self.payments = self._of(rows, "payments")
        self.deductions = self._of(rows, "deductions")
        self.employer = self._of(rows, "employer")
        self.other = self._of(rows, "other")
        if style.employer_in_deductions:
            self.deductions, self.employer = (*self.deductions, *self.employer), ()

    def label(self, name: str) -> str:
        """The caption of a field in these words."""
        return self.style.choose(*self._words[name])

    def figure(self, name: str) -> Decimal | None:
        """A figure of the period as this payroll prints it, None when the slip has none."""
        return self._printed(name, self.slip.amounts)

    def ytd(self, name: str) -> Decimal | None:
        """A figure of the year to date, None when the year has none."""
        return self._printed(name, self.slip.ytd)

    def note(self, row: Row, *, with_ytd: bool, with_amount: bool = True) -> None:
        """Record a row as printed."""
        amount = format_amount(row.amount) if row.amount is not None and with_amount else None
        ytd = format_amount(row.ytd) if row.ytd is not None and with_ytd else None
        self.record.line(row.section, row.label, amount, ytd)

    @property
    def employer_name(self) -> Mark:
        name = self.slip.employer.name
        return Mark("employer_name", name, name)

    @property
    def employee_name(self) -> Mark:
        person = self.slip.employee
        text = self.style.choose(
            f"{person.title} {person.initials} {person.surname}",
            f"{person.forenames} {person.surname}",
            f"{person.title} {person.forenames.split()[0]} {person.surname}",
        )
        return Mark("employee_name", text, text)

    @property
    def payroll_number(self) -> Mark:
        return Mark("payroll_number", self.slip.terms.payroll_number, self.slip.terms.payroll_number)

    @property
    def ni_number(self) -> Mark:
        value = self.slip.employee.nino.value
        pairs = " ".join((value[:2], value[2:4], value[4:6], value[6:8], value[8:]))
        return Mark("ni_number", value, self.style.choose(value, pairs, value))

    @property
    def paye_reference(self) -> Mark:
        value = self.slip.employer.paye_reference.value
        return Mark("paye_reference", value, value)

    @property
    def pay_date(self) -> Mark:
        return Mark("pay_date", self.slip.pay_date.isoformat(), self.style.date(self.slip.pay_date))

    @property
    def tax_code(self) -> tuple[str | Mark, ...]:
        """The code, and its basis as a value of its own when there is one."""
        code = self.slip.code
        printed = Mark("tax_code", code.value, code.value)
        if code.basis is None:
            return (printed,)
        return printed, " ", Mark("tax_basis", code.basis, code.basis)

    @property
    def tax_period(self) -> Mark:
        number = str(self.slip.period.number)
        return Mark("tax_period", number, number)

    @property
    def unit(self) -> str:
        """What the period counts: `Month` or `Week`."""
        return "Month" if self.slip.period.in_year == 12 else "Week"

    @property
    def frequency(self) -> Mark:
        words = {
            "weekly": "Weekly",
            "fortnightly": "Fortnightly",
            "four_weekly": self.style.choose("4 Weekly", "Four Weekly"),
            "monthly": "Monthly",
        }
        return Mark("pay_frequency", self.slip.terms.frequency, words[self.slip.terms.frequency])

    @property
    def worked(self) -> tuple[date, date]:
        """The first and last day paid for: the month's, or those up to the week before, which is kept in hand."""
        day = self.slip.pay_date
        if self.slip.terms.frequency != "monthly":
            last = day - timedelta(days=7)
            return last - timedelta(days=_DAYS[self.slip.terms.frequency] - 1), last
        return day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def ni_letter(self) -> Mark:
        return Mark("ni_letter", self.slip.letter, self.slip.letter)

    def _printed(self, name: str, figures: Mapping[str, Decimal]) -> Decimal | None:
        amount = figures.get(name)
        if amount is not None and figures is self.slip.amounts and name in {"gross_pay", "total_deductions"}:
            amount += self._given_back
        if amount is not None and self._taken and name in {"gross_pay", "total_deductions"}:
            return amount + figures["pension_sacrifice"]
        return amount

    def _rows(self, line: SlipLine) -> list[Row]:
        label = self._label_of(line)
        if line.field == "pension_sacrifice" and self._taken:
            return [Row("deductions", line.field, label, -line.amount if line.amount else None, -line.ytd)]
        if line.field == "income_tax" and self._given_back:
            refund = self.style.choose("Tax Refund", "PAYE Refund")
            return [
                Row("payments", line.field, refund, self._given_back, None),
                Row("deductions", line.field, label, None, line.ytd),
            ]
        return [Row(line.section, line.field, label, line.amount, line.ytd, line.units, line.rate)]

    def _label_of(self, line: SlipLine) -> str:
        provider = self.slip.terms.pension_provider
        if line.field == "employee_pension" and provider != "Pension":
            return self.style.choose(provider, f"{provider} - EE", f"{provider} EE")
        if line.field == "employer_pension" and provider != "Pension" and self.style.wording % 2:
            return f"{provider} - ER"
        label = self.label(line.field) if line.field in self._words else line.label
        return label if self.slip.terms.frequency == "monthly" else label.replace("Monthly ", "Basic ")

    @staticmethod
    def _of(rows: list[Row], section: Section) -> tuple[Row, ...]:
        return tuple(row for row in rows if row.section == section)
