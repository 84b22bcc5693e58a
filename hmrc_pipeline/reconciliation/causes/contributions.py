"""Causes in National Insurance and loans, payslip by payslip: `ni_letter_change`, `wrong_ni_letter`, `wrong_loan_plan`,
`student_loan_rounding` on the payslips.

Contributions are never cumulative, so each payslip stands alone. A deduction is called wrong only where most payslips
of the employment agree to the penny and another letter or plan gives the rest exactly.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, cast

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.paye import (
    Frequency,
    NoRates,
    Rates,
    UnknownLetter,
    directors_contributions,
    national_insurance,
    rates_of,
    student_loan,
)
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.findings import Certainty, Finding, Kind, Ledger

__all__ = ["contribution_due", "letter_changes", "loans_due", "wrong_letters", "wrong_plans"]

ZERO: Final = Decimal("0.00")
_LETTERS: Final = "ABCHJMVXZFILSNEDK"
_PLANS: Final = ("1", "2", "4", "5")


def letter_changes(ledger: Ledger) -> list[Finding]:
    """Each change of the printed category letter."""
    found = []
    for chain in ledger.case.chains:
        for before, after in pairwise(chain.slips):
            if before.ni_letter and after.ni_letter and before.ni_letter != after.ni_letter:
                period = chain.calendar.period_of(chain.calendar.run_of(after))
                evidence = {
                    "documents": [before.sha256, after.sha256],
                    "tax_period": period,
                    "unit": chain.calendar.unit,
                    "from": before.ni_letter,
                    "to": after.ni_letter,
                }
                text = (
                    f"The National Insurance letter changed from {before.ni_letter} to {after.ni_letter}; the P60 has "
                    "a row for each."
                )
                found.append(
                    Finding("ni_letter_change", after.sha256, "information", "certain", text, evidence=evidence)
                )
    return found


@dataclass(frozen=True)
class _Deduction:
    """One payslip's deduction: what was taken, and what another way to compute it gives."""

    slip: Payslip
    taken: Decimal
    compute: Callable[[str], Decimal | None]


def wrong_letters(ledger: Ledger) -> list[Finding]:
    """National Insurance was taken as on another letter than the printed one."""
    found = []
    for chain in ledger.case.chains:
        taken = [item for item in _contributions(ledger.case, chain) if item is not None]
        off = [item for item in taken if item.compute(item.slip.ni_letter or "") != item.taken]
        if not off or _is_directors(ledger.case, chain, taken):
            continue
        operated = next((x for x in _LETTERS if all(item.compute(x) == item.taken for item in off)), None)
        if operated and (len(off) > 1 or len(taken) > 2 * len(off)):
            printed = off[-1].slip.ni_letter or ""
            due = [item.compute(printed) or ZERO for item in off]
            extra = sum((item.taken - own for item, own in zip(off, due, strict=True)), ZERO)
            text = (
                f"National Insurance was taken as on letter {operated}, while the payslips print {printed}: "
                f"{format_pounds(extra)} more than due. Ask the payroll of {ledger.case.called}."
            )
            doubts = any(_doubts(ledger.case, chain, item.slip) for item in off)
            certainty: Certainty = "possible" if doubts else "likely"
            found.append(
                _wrong(chain, "wrong_ni_letter", [i.slip for i in off], extra, "national_insurance", text, certainty)
            )
    return found


def wrong_plans(ledger: Ledger) -> list[Finding]:
    """Loan deductions follow one plan on most payslips and exactly another on the rest."""
    found = []
    for chain in ledger.case.chains:
        taken = [item for item in _loans(ledger.case, chain) if item is not None and item.taken]
        fits = {plan: [item for item in taken if item.compute(plan) == item.taken] for plan in _PLANS}
        usual = max(_PLANS, key=lambda plan: len(fits[plan]))
        off = [item for item in taken if item not in fits[usual]]
        other = next((plan for plan in _PLANS if all(item in fits[plan] for item in off)), None)
        if off and other and len(fits[usual]) > len(off):
            extra = sum((item.taken - (item.compute(usual) or ZERO) for item in off), ZERO)
            text = (
                f"Most payslips deduct the student loan as on plan {usual}, these as on plan {other}: "
                f"{format_pounds(extra)} apart. Ask the payroll of {ledger.case.called} which plan HMRC's notice (SL1) "
                "names."
            )
            found.append(
                _wrong(chain, "wrong_loan_plan", [i.slip for i in off], extra, "student_loan", text, "possible")
            )
    return found


def contribution_due(case: Case, chain: Chain, index: int) -> Decimal | None:
    """The employee's contribution of a payslip on its printed letter; None where it cannot be told."""
    found = _contribution(case, chain, index)
    return None if found is None else found.compute(found.slip.ni_letter or "")


def loans_due(case: Case, chain: Chain) -> tuple[str | None, list[Decimal | None]]:
    """The plan most payslips' loan deductions follow, and what it gives for each; nothing where none fits."""
    taken = _loans(case, chain)
    fits = {plan: sum(item is not None and bool(item.taken) and item.compute(plan) == item.taken for item in taken)
            for plan in _PLANS}  # fmt: skip
    usual = max(_PLANS, key=lambda plan: fits[plan])
    if not fits[usual]:
        return None, [None] * len(taken)
    return usual, [None if item is None else item.compute(usual) for item in taken]


def _wrong(
    chain: Chain, cause: str, slips: Sequence[Payslip], extra: Decimal, measure: str, text: str, certainty: Certainty
) -> Finding:
    periods = [chain.calendar.period_of(chain.calendar.run_of(slip)) for slip in slips]
    documents = [slip.sha256 for slip in slips]
    evidence = {"documents": documents, "tax_periods": periods, "unit": chain.calendar.unit}
    explains: Mapping[str, Decimal] = {measure: extra} if extra else {}
    kind: Kind = "discrepancy" if extra else "information"
    return Finding(cause, documents[0], kind, certainty, text, explains, evidence=evidence)


def _contributions(case: Case, chain: Chain) -> list[_Deduction | None]:
    return [_contribution(case, chain, index) for index in range(len(chain.slips))]


def _contribution(case: Case, chain: Chain, index: int) -> _Deduction | None:
    slip, taken = chain.slips[index], chain.figure(index, "national_insurance")
    earnings, rates = slip.amount("ni_pay"), _rates(case)
    if not slip.ni_letter or taken is None or earnings is None or rates is None:
        return None

    def compute(letter: str) -> Decimal | None:
        try:
            return national_insurance(
                letter, rates, earnings=earnings, pay_date=slip.pay_date, frequency=_frequency(chain)
            ).employee
        except (UnknownLetter, NoRates):
            return None

    return _Deduction(slip, taken, compute)


def _is_directors(case: Case, chain: Chain, taken: Sequence[_Deduction]) -> bool:
    """Whether the contributions are a director's: nothing until the yearly threshold, then all of it."""
    rates, last = _rates(case), chain.slips[-1]
    paid, earned = last.ytd("national_insurance"), last.ytd("ni_pay")
    if rates is None or paid is None or earned is None or not taken or not last.ni_letter:
        return False
    try:
        due = directors_contributions(last.ni_letter, rates, earnings_to_date=earned, paid_to_date=ZERO)
    except UnknownLetter:
        return False
    return due == paid


def _loans(case: Case, chain: Chain) -> list[_Deduction | None]:
    return [_loan(case, chain, slip) for slip in chain.slips]


def _loan(case: Case, chain: Chain, slip: Payslip) -> _Deduction | None:
    taken, earnings, rates = slip.amount("student_loan"), slip.amount("ni_pay"), _rates(case)
    if taken is None or earnings is None or rates is None:
        return None

    def compute(plan: str) -> Decimal | None:
        if plan not in rates.loans.thresholds:
            return None
        return student_loan(plan, rates, earnings=earnings, frequency=_frequency(chain))

    return _Deduction(slip, taken, compute)


def _doubts(case: Case, chain: Chain, slip: Payslip) -> bool:
    rates = _rates(case)
    if rates is None or not slip.ni_letter or not case.tax_year.contains(slip.pay_date):
        return True
    return bool(rates.unverified_contributions(slip.ni_letter, slip.pay_date, _frequency(chain)))


def _frequency(chain: Chain) -> Frequency:
    return cast(Frequency, chain.calendar.frequency)


def _rates(case: Case) -> Rates | None:
    try:
        return rates_of(case.tax_year)
    except NoRates:
        return None
