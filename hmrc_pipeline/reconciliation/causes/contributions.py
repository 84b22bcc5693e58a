"""Causes in National Insurance and loans, payslip by payslip: `ni_letter_change`, `wrong_ni_letter`, `wrong_loan_plan`,
`student_loan_rounding` on the payslips.

Contributions are never cumulative, so each payslip stands alone. A deduction is called wrong only where most payslips
of the employment agree to the penny and another letter or plan gives the rest exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hmrc_pipeline.paye import UnknownLetter, directors_contributions
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.contributed import PLANS, Contributed, Deduction
from hmrc_pipeline.reconciliation.findings import Certainty, Finding, Kind, Ledger
from hmrc_pipeline.reconciliation.spoken import more_or_less

__all__ = ["letter_changes", "wrong_letters", "wrong_plans"]

ZERO: Final = Decimal("0.00")
_ROUNDED: Final = Decimal("0.02")
_LETTERS: Final = "ABCHJMVXZFILSNEDK"


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


def wrong_letters(ledger: Ledger) -> list[Finding]:
    """National Insurance was taken as on another letter than the printed one."""
    found = []
    for item in ledger.case.contributed:
        taken = [each for each in item.contributions if each is not None]
        off = [each for each in taken if not each.is_by(each.slip.ni_letter or "")]
        if not off or _is_directors(item, taken) or all(map(_is_rounded, off)):
            continue
        operated = next((letter for letter in _LETTERS if all(each.is_by(letter) for each in off)), None)
        if operated and (len(off) > 1 or len(taken) > 2 * len(off)):
            printed = off[-1].slip.ni_letter or ""
            extra = sum((each.taken - (each.due(printed) or ZERO) for each in off), ZERO)
            text = (
                f"National Insurance was taken as on letter {operated}, while the payslips print {printed}: "
                f"{more_or_less(extra)} than due. Ask the payroll of {ledger.case.called} which letter is right."
            )
            doubts = any(_doubts(ledger.case, item, each.slip) for each in off)
            certainty: Certainty = "possible" if doubts else "likely"
            slips = [each.slip for each in off]
            wrong = _wrong(item.chain, "wrong_ni_letter", slips, extra, "national_insurance", text, certainty)
            told = {"printed_letter": printed, "operated_letter": operated}
            found.append(replace(wrong, evidence={**wrong.evidence, **told}))
    return found


def wrong_plans(ledger: Ledger) -> list[Finding]:
    """Loan deductions follow one plan on most payslips and exactly another on the rest."""
    found = []
    for item in ledger.case.contributed:
        taken = [each for each in item.loans if each is not None and each.taken]
        usual = item.plan
        off = [each for each in taken if not each.is_by(usual)] if usual else []
        other = next((plan for plan in PLANS if all(each.is_by(plan) for each in off)), None)
        if usual and off and other and len(taken) > 2 * len(off):
            extra = sum((each.taken - (each.due(usual) or ZERO) for each in off), ZERO)
            text = (
                f"Most payslips deduct the student loan as on plan {usual}, these as on plan {other}: "
                f"{more_or_less(extra)}. Ask the payroll of {ledger.case.called} which plan HMRC's notice (SL1) "
                "names."
            )
            slips = [each.slip for each in off]
            wrong = _wrong(item.chain, "wrong_loan_plan", slips, extra, "student_loan", text, "possible")
            found.append(replace(wrong, evidence={**wrong.evidence, "usual_plan": usual, "operated_plan": other}))
    return found


def _wrong(
    chain: Chain, cause: str, slips: Sequence[Payslip], extra: Decimal, measure: str, text: str, certainty: Certainty
) -> Finding:
    periods = [chain.calendar.period_of(chain.calendar.run_of(slip)) for slip in slips]
    documents = [slip.sha256 for slip in slips]
    evidence = {"documents": documents, "tax_periods": periods, "unit": chain.calendar.unit}
    explains: Mapping[str, Decimal] = {measure: extra} if extra else {}
    kind: Kind = "discrepancy" if extra else "information"
    return Finding(cause, documents[0], kind, certainty, text, explains, evidence=evidence)


def _is_rounded(each: Deduction) -> bool:
    """Whether contributions are a payroll's own rounding apart: a penny for each of the two rates."""
    due = each.due(each.slip.ni_letter or "")
    return due is not None and abs(each.taken - due) <= _ROUNDED


def _is_directors(item: Contributed, taken: Sequence[Deduction]) -> bool:
    """Whether the contributions are a director's: nothing until the yearly threshold, then all of it."""
    last = item.chain.slips[-1]
    paid, earned = last.ytd("national_insurance"), last.ytd("ni_pay")
    if item.rates is None or paid is None or earned is None or not taken or not last.ni_letter:
        return False
    try:
        due = directors_contributions(last.ni_letter, item.rates, earnings_to_date=earned, paid_to_date=ZERO)
    except UnknownLetter:
        return False
    return due == paid


def _doubts(case: Case, item: Contributed, slip: Payslip) -> bool:
    if item.rates is None or not slip.ni_letter or not case.tax_year.contains(slip.pay_date):
        return True
    return bool(item.rates.unverified_contributions(slip.ni_letter, slip.pay_date, item.frequency))
