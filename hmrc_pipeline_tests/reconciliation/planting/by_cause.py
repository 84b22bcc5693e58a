"""Faults planted by cause in made-up person-years, alone and in pairs.

A planter changes what documents or HMRC say and returns the truth; how the truth is found is `reconciliation`'s.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.between_sources import (
    corrected_p60,
    duplicate_employment,
    employer_reported_differently,
    late_correction,
    p60_differs,
    previous_employment,
    rounding,
    scheme_change,
    state_pension_lump_sum,
    student_loan_rounding,
    two_employments_one_reference,
    week_53,
)
from hmrc_pipeline_tests.reconciliation.planting.in_payslips import (
    duplicate_payslip,
    misread_figure,
    missing_payslip,
    payslip_in_wrong_year,
    wrong_tax_code,
)
from hmrc_pipeline_tests.reconciliation.planting.papers import BOXES, Job, Papers, made_up_years, papers_of, solve
from hmrc_pipeline_tests.reconciliation.planting.scoring import Score, Truth, score

__all__ = ["PLANTERS", "made_up_years", "pairs", "papers_of", "score", "singles", "solve"]

Planter = Callable[[Papers, Dice], Truth | None]

PLANTERS: dict[str, Planter] = {
    planter.__name__: planter
    for planter in (
        missing_payslip,
        duplicate_payslip,
        payslip_in_wrong_year,
        misread_figure,
        wrong_tax_code,
        p60_differs,
        employer_reported_differently,
        corrected_p60,
        late_correction,
        duplicate_employment,
        two_employments_one_reference,
        scheme_change,
        previous_employment,
        week_53,
        rounding,
        student_loan_rounding,
        state_pension_lump_sum,
    )
}


def plant(base: Papers, names: Iterable[str], dice: Dice) -> tuple[Papers, list[Truth], str] | None:
    """A copy of the papers with faults planted; None where one of them cannot be.

    The last value says how far the faults can be told apart: `apart`; `blurred`, where they meet in one figure and one
    may be of any amount; `joint`, where both may and no other figure tells either: their sum alone is known.
    """
    papers = Papers(base.year, [_copied(job) for job in base.jobs])
    truths: list[Truth] = []
    hit: list[tuple[str, set[str]]] = []
    for name in names:
        before = _figures(papers)
        truth = PLANTERS[name](papers, dice)
        if truth is None or not any(truth.vector.values()):
            return None
        truths.append(truth)
        after = _figures(papers)
        hit.append((name, {key for key in after if after[key] != before.get(key)}))
    return papers, truths, max((_meeting(one, other) for one, other in combinations(hit, 2)), default="apart")


def _meeting(one: tuple[str, set[str]], other: tuple[str, set[str]]) -> str:
    any_amount = {one[0], other[0]} & OF_ANY_AMOUNT
    if not any_amount or not one[1] & other[1]:
        return "apart"
    both_at_hmrc_alone = {one[0], other[0]} <= AT_HMRC_ALONE
    return "joint" if both_at_hmrc_alone else "blurred"


AT_HMRC_ALONE = {"employer_reported_differently", "two_employments_one_reference", "rounding"}
OF_ANY_AMOUNT = {
    "p60_differs",
    "employer_reported_differently",
    "corrected_p60",
    "late_correction",
    "two_employments_one_reference",
    "rounding",
}


def _figures(papers: Papers) -> dict[str, Decimal | None]:
    """What the P60s and HMRC say, figure by figure."""
    found: dict[str, Decimal | None] = {}
    for number, job in enumerate(papers.jobs):
        if job.hmrc is not None:
            found |= {f"{number} hmrc pay": job.hmrc.pay, f"{number} hmrc tax": job.hmrc.tax}
        for form in job.p60s[-1:]:
            found |= {f"{number} p60 {box}": form.amounts.get(box) for box in (*BOXES.values(), "student_loan")}
    return found


def _copied(job: Job) -> Job:
    slips = [replace(item, values=dict(item.values), amounts=dict(item.amounts)) for item in job.slips]
    forms = [replace(item, values=dict(item.values), amounts=dict(item.amounts)) for item in job.p60s]
    return Job(job.paid, slips, forms, job.hmrc, set(job.untouched))


def singles(base: Papers, seed: int | str) -> Iterable[tuple[str, Score]]:
    """Every cause planted alone in one person-year, where it can be."""
    for name in PLANTERS:
        for attempt in range(4):
            planted = plant(base, [name], Dice(seed, f"{name} {attempt}"))
            if planted is not None:
                yield name, score(planted[0], planted[1])
                break


def pairs(base: Papers, seed: int | str, count: int) -> Iterable[tuple[tuple[str, str], str, Score]]:
    """So many pairs of causes planted in one person-year, and how far each pair can be told apart."""
    every = list(combinations(PLANTERS, 2))
    for number in range(count):
        dice = Dice(seed, f"pair {number}")
        pair = dice.pick(every)
        planted = plant(base, pair, dice)
        if planted is not None:
            yield pair, planted[2], score(planted[0], planted[1])
