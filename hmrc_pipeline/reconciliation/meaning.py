"""What a person's year means in money: the under- or overpayment HMRC will reckon, and what is at stake.

Pay and tax of all employments against the tax of a whole year. An estimate with a range, never a finding of fault:
HMRC knows of income and reliefs the documents do not show. Storing it and telling of it belong to other modules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Final, Literal

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import NoRates, Rates, rates_of, tax_due, yearly_tax
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.recompute import code_of
from hmrc_pipeline.wording import count_of

__all__ = ["OPEN_END", "Prediction", "at_stake", "predict"]

ZERO: Final = Decimal("0.00")
_PENNY: Final = Decimal("0.01")
_SOURCES: Final = ("hmrc", "p60", "payslip_ytd", "payslip_sum")
_PAPER: Final = frozenset({"missing_payslip", "duplicate_payslip", "misread_figure", "student_loan_rounding"})
"""Causes that are a matter of paper: the money itself may be right."""
_DEDUCTIONS: Final = ("income_tax", "national_insurance", "student_loan", "postgraduate_loan")
_STEADY: Final = 4
OPEN_END: Final = "no pay after the last payslip: neither P60 nor HMRC says so"
"""Of the basis of a prediction that a missing payslip would change."""
_TABLES_DRIFT: Final = Decimal("5.00")
"""PAYE's free pay of a year is up to 10 pounds above the allowance: so much is no one's error."""


@dataclass(frozen=True)
class Prediction:
    """The year reckoned: what was or will be deducted less what is due. Positive: overpaid, HMRC owes it.

    `low` and `high` bound it: by what the tax code says of allowances and debts, in an open year by the pay to come.
    """

    kind: Literal["closed", "forecast"]
    income: Decimal
    tax: Decimal
    due: Decimal
    low: Decimal
    expected: Decimal
    high: Decimal
    basis: tuple[str, ...]

    @property
    def matters(self) -> bool:
        """Whether it is more than the tables' own drift."""
        return abs(self.expected) > _TABLES_DRIFT


@dataclass(frozen=True)
class _Job:
    pay: Decimal
    tax: Decimal
    low_pay: Decimal
    high_pay: Decimal
    code: TaxCode | None
    source: str


def predict(explained: Sequence[Explained]) -> Prediction | None:
    """What HMRC would reckon of a person's year; None where pay or tax of an employment is not known at all."""
    if not explained:
        return None
    case = explained[0].case
    try:
        rates = rates_of(case.tax_year)
    except NoRates:
        return None
    jobs = [_job(item, rates) for item in explained if item.case.hmrc or item.case.p60 or item.case.chains]
    known = [job for job in jobs if job is not None]
    if not known or len(known) < len(jobs):
        return None
    prediction = _prediction(case, known, rates)
    if any(item.case.may_go_on for item in explained):
        prediction = replace(prediction, basis=(*prediction.basis, OPEN_END))
    return prediction


def at_stake(explained: Sequence[Explained], prediction: Prediction | None) -> Decimal:
    """The money of a person's year that is in question: the balance predicted, and deductions that are off."""
    deductions = ZERO
    for item in explained:
        for finding in item.findings:
            if finding.kind == "discrepancy" and finding.cause not in _PAPER:
                deductions += sum((abs(finding.explains.get(name, ZERO)) for name in _DEDUCTIONS), ZERO)
        deductions += sum((abs(item.unexplained.get(name, ZERO)) for name in _DEDUCTIONS), ZERO)
    balance = abs(prediction.expected) if prediction and prediction.matters else ZERO
    return max(deductions, balance)


def _prediction(case: Case, jobs: Sequence[_Job], rates: Rates) -> Prediction:
    pay, tax = sum((job.pay for job in jobs), ZERO), sum((job.tax for job in jobs), ZERO)
    main = max(jobs, key=lambda job: (job.code is not None and job.code.number > 0, job.pay))
    nation = main.code.nation if main.code else ""
    coded = _extra_allowance(main.code, rates)
    balances = [
        tax + _tax_on_more(at - pay, jobs, rates) - yearly_tax(at, rates, nation, extra_allowance=extra)
        for at in {pay, sum((job.low_pay for job in jobs), ZERO), sum((job.high_pay for job in jobs), ZERO)}
        for extra in {ZERO, coded}
    ]
    due = yearly_tax(pay, rates, nation, extra_allowance=coded)
    sources = sorted({job.source for job in jobs})
    basis = [f"pay and tax of {count_of(len(jobs), 'employment')} by {', '.join(sources)}"]
    if coded:
        basis.append(
            f"tax code {main.code} tells of allowances or debts HMRC knows; without them the range's other end"
        )
    if rates.unverified_tax(nation):
        basis.append("rates of this year are not verified")
    kind: Literal["closed", "forecast"] = "closed" if case.is_closed else "forecast"
    return Prediction(kind, pay, tax, due, min(balances), tax - due, max(balances), tuple(basis))


def _extra_allowance(code: TaxCode | None, rates: Rates) -> Decimal:
    """What the code gives beyond the personal allowance; nothing for codes that say nothing of it."""
    if code is None or code.kind not in {"L", "K"} or code.number == 0:
        return ZERO
    allowance = Decimal(code.number * 10 + 9) * (-1 if code.kind == "K" else 1)
    standard = rates.table("").personal_allowance
    return ZERO if abs(allowance - standard) < 20 else allowance - standard


def _tax_on_more(more: Decimal, jobs: Sequence[_Job], rates: Rates) -> Decimal:
    """What PAYE would take of more (or less) pay than expected, at the margin: about what the year would."""
    pay = sum((job.pay for job in jobs), ZERO)
    return yearly_tax(max(ZERO, pay + more), rates) - yearly_tax(pay, rates) if more else ZERO


def _job(item: Explained, rates: Rates) -> _Job | None:
    chain = item.case.chains[0] if len(item.case.chains) == 1 else None
    code = code_of(chain.slips[-1]) if chain else _code_of_p60(item.case)
    if not item.case.is_closed and chain is not None:
        return _forecast(chain, code, rates)
    for source in _SOURCES:
        pay = item.comparisons["taxable_pay"].values.get(source)
        tax = item.comparisons["income_tax"].values.get(source)
        if pay is not None and tax is not None:
            return _Job(pay, tax, pay, pay, code, _NAMES[source])
    return None


_NAMES: Final = {"hmrc": "HMRC", "p60": "P60", "payslip_ytd": "year to date", "payslip_sum": "payslips"}


def _code_of_p60(case: Case) -> TaxCode | None:
    for p60 in case.p60:
        if p60.tax_code:
            try:
                return TaxCode.parse(p60.tax_code)
            except ValueError:
                return None
    return None


def _forecast(chain: Chain, code: TaxCode | None, rates: Rates) -> _Job | None:
    """Pay goes on as on the last payslips; a cumulative code brings the tax of the year in line with it."""
    last = chain.slips[-1]
    pay, tax = last.ytd("taxable_pay"), last.ytd("income_tax")
    totals = chain.total("taxable_pay"), chain.total("income_tax")
    pay = totals[0] if pay is None and isinstance(totals[0], Decimal) else pay
    tax = totals[1] if tax is None and isinstance(totals[1], Decimal) else tax
    recent = [amount for slip in chain.slips[-_STEADY:] if (amount := slip.amount("taxable_pay")) is not None]
    if pay is None or tax is None or not recent:
        return None
    left = len(chain.calendar.runs_after(chain.last_run, chain.slips))
    usual = Decimal(median(recent)).quantize(_PENNY)
    whole = pay + usual * left
    taxed = tax if not left else _tax_of_year(code, rates, whole, tax, left, last.amount("income_tax") or ZERO)
    return _Job(whole, taxed, pay + min(recent) * left, pay + max(recent) * left, code, "payslips so far")


def _tax_of_year(code: TaxCode | None, rates: Rates, whole: Decimal, tax: Decimal, left: int, last: Decimal) -> Decimal:
    if code is None or code.basis is not None:
        return tax + last * left
    due = tax_due(
        code, rates, pay_to_date=whole, tax_to_date=ZERO, period=12, periods_in_year=12, pay_this_period=whole
    )
    return due.to_date
