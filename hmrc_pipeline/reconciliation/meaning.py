"""What a person's year means in money: the under- or overpayment HMRC will reckon, and what is at stake.

Pay and tax of all employments against the tax of a whole year. An estimate with a range, never a finding of fault:
HMRC knows of income and reliefs the documents do not show. Storing it and telling of it belong to other modules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import NoRates, Rates, rates_of, tapered_allowance, yearly_tax
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.yearly_pay import Amounts, Job, jobs_of
from hmrc_pipeline.wording import count_of

__all__ = ["OPEN_END", "OPEN_START", "SOURCES_DIFFER", "Prediction", "at_stake", "predict"]

ZERO: Final = Decimal("0.00")
_PAPER: Final = frozenset({"missing_payslip", "duplicate_payslip", "misread_figure", "student_loan_rounding"})
"""Causes that are a matter of paper: the money itself may be right."""
_DEDUCTIONS: Final = ("income_tax", "national_insurance", "student_loan", "postgraduate_loan")
_CODE_ROUNDS: Final = 20
SOURCES_DIFFER: Final = "the sources differ: the range holds what each of them comes to"
OPEN_END: Final = "no pay after the last payslip: neither P60 nor HMRC says so"
"""Of the basis of a prediction that a payslip not seen would change; its range holds that the pay went on."""
OPEN_START: Final = "no pay before the first payslip: it began inside the year, and nothing says so"
"""Of the basis of a prediction that pay of an earlier employment would change."""
_TABLES_DRIFT: Final = Decimal("5.00")
"""PAYE's free pay of a year is up to 10 pounds above the allowance: so much is no one's error."""


@dataclass(frozen=True)
class Prediction:
    """The year reckoned: what was or will be deducted less what is due. Positive: overpaid, HMRC owes it.

    `low` and `high` bound it: by what the tax code says of allowances and debts, by sources that differ, in an open
    year, and where pay may have gone on unseen, by the pay to come.
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

    @property
    def can_be_claimed(self) -> bool:
        """Whether tax was overpaid in a year that is over, and no other pay may have come unseen."""
        return self.kind == "closed" and self.expected > 0 and not {OPEN_START, OPEN_END} & set(self.basis)


def predict(explained: Sequence[Explained]) -> Prediction | None:
    """What HMRC would reckon of a person's year; None where pay or tax of an employment is not known at all."""
    if not explained:
        return None
    case = explained[0].case
    try:
        rates = rates_of(case.tax_year)
    except NoRates:
        return None
    jobs = jobs_of(explained, rates)
    return _prediction(case, jobs, rates) if jobs else None


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


def _prediction(case: Case, jobs: Sequence[Job], rates: Rates) -> Prediction:
    main = max(jobs, key=lambda job: (job.code is not None and job.code.number > 0, job.amounts("")[0]))
    nation = main.code.nation if main.code else ""
    pay, tax = _together(jobs, "")
    coded = _extra_allowances(main.code, pay, rates)
    balances = [
        taxed - yearly_tax(paid, rates, nation, extra_allowance=extra)
        for paid, taxed in {_together(jobs, way) for job in jobs for way in job.by}
        for extra in {ZERO, *coded}
    ]
    due = yearly_tax(pay, rates, nation, extra_allowance=coded[0])
    kind: Literal["closed", "forecast"] = "closed" if case.is_closed else "forecast"
    basis = tuple(_basis(jobs, main.code if any(coded) else None, kind))
    if rates.unverified_tax(nation):
        basis = (*basis, "rates of this year are not verified")
    expected = tax - due
    return Prediction(kind, pay, tax, due, min(balances), expected, max(balances), basis)


def _together(jobs: Sequence[Job], way: str) -> Amounts:
    """Pay and tax of all employments, each by this way where it gives them."""
    amounts = [job.amounts(way) for job in jobs]
    return sum((pay for pay, _ in amounts), ZERO), sum((tax for _, tax in amounts), ZERO)


def _basis(jobs: Sequence[Job], code: TaxCode | None, kind: str) -> Iterator[str]:
    sources = sorted({job.source for job in jobs})
    yield f"pay and tax of {count_of(len(jobs), 'employment')} by {', '.join(sources)}"
    if code:
        yield f"tax code {code} tells of allowances or debts HMRC knows; without them the range's other end"
    if any(job.joined_late for job in jobs):
        yield OPEN_START
    if any(job.may_go_on for job in jobs):
        yield OPEN_END
    elif kind == "closed" and any(len(set(job.by.values())) > 1 for job in jobs):
        yield SOURCES_DIFFER


def _extra_allowances(code: TaxCode | None, income: Decimal, rates: Rates) -> Sequence[Decimal]:
    """What the code gives beyond the personal allowance, the likeliest first; nothing for codes that say nothing of it.

    Above 100,000 pounds HMRC takes the allowance lost into the code beforehand, as far as it guesses the income: a
    code between the full and the tapered allowance tells of nothing else.
    """
    if code is None or code.kind not in {"L", "K"} or code.number == 0:
        return (ZERO,)
    allowance = Decimal(code.number * 10 + 9) * (-1 if code.kind == "K" else 1)
    full, left = rates.table("").personal_allowance, tapered_allowance(income, rates)
    beyond = allowance - full if allowance > full else min(ZERO, allowance - left)
    return tuple(ZERO if abs(extra) < _CODE_ROUNDS else extra for extra in (beyond, allowance - full))
