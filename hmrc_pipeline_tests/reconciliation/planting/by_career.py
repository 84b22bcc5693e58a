"""A third opinion, by one who knew neither the explainer nor the other planters.

Careers with a payroll of their own, and faults as they happen to people, payrolls and HMRC.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from copy import deepcopy
from dataclasses import replace

from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.career_faults import INSIDE, TOLD_APART, TOLD_BY_YTD
from hmrc_pipeline_tests.reconciliation.planting.career_faults_between import BETWEEN
from hmrc_pipeline_tests.reconciliation.planting.career_papers import solve, with_papers
from hmrc_pipeline_tests.reconciliation.planting.careers import Job, Life, lives
from hmrc_pipeline_tests.reconciliation.planting.scoring import Score, Truth
from hmrc_pipeline_tests.reconciliation.planting.scoring import score as scored

__all__ = ["FAULTS", "made_up_years", "pairs", "papers_of", "score", "singles", "solve"]

FAULTS = INSIDE | BETWEEN


def made_up_years(count: int, start: int) -> Iterator[Life]:
    return lives(count, start)


def papers_of(life: Life) -> Life:
    return with_papers(life)


def score(life: Life, truths: Sequence[Truth]) -> Score:
    return scored(life, truths, solve(life))  # type: ignore[arg-type]


def singles(base: Life, seed: int | str) -> Iterable[tuple[str, Score]]:
    """Every fault alone, where this person's papers allow it."""
    for name, fault in FAULTS.items():
        life = deepcopy(base)
        planted = fault(life, Dice(seed, f"career {name}"))
        truth = _seen(life, *planted, name) if planted else None
        if truth is not None:
            yield name, score(life, [truth])


def pairs(base: Life, seed: int | str, count: int) -> Iterable[tuple[tuple[str, str], str, Score]]:
    """One inside the payslips that the year to date tells, one between the sources: always told apart."""
    for number in range(count):
        dice, life = Dice(seed, f"careers {number}"), deepcopy(base)
        pair = dice.pick(TOLD_APART), dice.pick(list(BETWEEN))
        one = FAULTS[pair[0]](life, dice)
        other = FAULTS[pair[1]](life, dice) if one and one[0].ytd in ("all", "core") else None
        if one is None or other is None:
            continue
        truths = [_seen(life, *planted, name) for planted, name in zip((one, other), pair, strict=True)]
        if all(truths):
            yield pair, "apart", score(life, [truth for truth in truths if truth])


def _seen(life: Life, job: Job, truth: Truth, name: str) -> Truth | None:
    """The truth as far as papers tell it: of what the payslips print and another source has."""
    if truth.cause == "wrong_tax_code":
        return replace(truth, label=name)
    case = next(result for result in solve(life) if result.case.employment == job.reference)
    told = {measure for measure, comparison in case.comparisons.items() if _is_told(comparison.values.keys(), name)}
    vector = {measure: amount for measure, amount in truth.vector.items() if measure in told}
    return replace(truth, vector=vector, label=name, more=truth.vector) if vector else None


def _is_told(sources: Set[str], name: str) -> bool:
    """Whether a measure is told by the payslips and by another source that shows the fault."""
    if name in TOLD_BY_YTD:
        return "payslip_sum" in sources and len(sources) > 1
    return bool(sources & {"payslip_sum", "payslip_ytd"} and sources & {"p60", "hmrc"})
