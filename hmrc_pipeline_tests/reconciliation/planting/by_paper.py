"""A second opinion beside `by_cause`: faults that know documents alone, in people of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.bent_faults import ANY_AMOUNT, ANY_AMOUNT_AT_HMRC, FAULTS
from hmrc_pipeline_tests.reconciliation.planting.bent_people import ZERO, Job, Papers, made_up_years
from hmrc_pipeline_tests.reconciliation.planting.papers import solve as explained_from
from hmrc_pipeline_tests.reconciliation.planting.scoring import Score, Truth
from hmrc_pipeline_tests.reconciliation.planting.scoring import score as scored

__all__ = ["FAULTS", "made_up_years", "pairs", "papers_of", "score", "singles", "solve"]


def papers_of(papers: Papers) -> Papers:
    return papers


def solve(papers: Papers) -> object:
    return explained_from(papers)  # type: ignore[arg-type]


def score(papers: Papers, truths: Sequence[Truth]) -> Score:
    return scored(papers, truths)  # type: ignore[arg-type]


def singles(base: Papers, seed: int | str) -> Iterable[tuple[str, Score]]:
    """Every fault alone, where this person's papers allow it."""
    for name in FAULTS:
        bent = _bent(base, (name,), Dice(seed, f"paper {name}"))
        if bent is not None:
            yield name, score(bent[0], bent[1])


def pairs(base: Papers, seed: int | str, count: int) -> Iterable[tuple[tuple[str, str], str, Score]]:
    """So many pairs of faults, and how far each can be told apart."""
    every = list(combinations(FAULTS, 2))
    for number in range(count):
        dice = Dice(seed, f"papers {number}")
        pair = dice.pick(every)
        bent = _bent(base, pair, dice)
        if bent is not None:
            yield pair, bent[2], score(bent[0], bent[1])


def _bent(base: Papers, names: Sequence[str], dice: Dice) -> tuple[Papers, list[Truth], str] | None:
    papers, truths, hit = _copied(base), [], []
    for name in names:
        before = _figures(papers)
        truth = FAULTS[name](papers, dice)
        if truth is None:
            return None
        after = _figures(papers)
        hit.append({key for key in after if after[key] != before.get(key)})
        truths.append(replace(truth, label=name))
    return papers, *_knowable(papers, truths, hit)


def _knowable(papers: Papers, truths: list[Truth], hit: Sequence[set[str]]) -> tuple[list[Truth], str]:
    """The truths as far as the documents hold them, and how the two meet.

    Of two gaps in the payslips only what the year to date prints can be told apart; without any, their sum. A lost
    payslip that one other figure tells of and a change of that figure leave their sum.
    """
    names = {truth.label for truth in truths}
    meets = len(hit) == 2 and bool(hit[0] & hit[1]) and bool(ANY_AMOUNT & names)
    meeting = "joint" if meets and names <= ANY_AMOUNT_AT_HMRC else "blurred" if meets else "apart"
    lost = {truth.label for truth in truths if truth.cause == "missing_payslip"}
    if len(truths) < 2 or not lost:
        return truths, meeting
    prints = frozenset.intersection(*(job.prints for job in papers.jobs))
    if len(lost) == 2:
        both: dict[str, Decimal] = {}
        for name in (name for truth in truths for name in truth.vector):
            both[name] = sum((truth.vector.get(name, ZERO) for truth in truths), ZERO)
        if not prints:
            return [replace(truths[0], vector=both)], "joint"
        told = [{k: v for k, v in truth.vector.items() if k in prints} for truth in truths]
        return [replace(t, vector=v) for t, v in zip(truths, told, strict=True)], meeting
    if "the_last_payslip_is_lost" in lost and "p60_and_hmrc_hold_other_figures" in names:
        return truths, "joint"
    other = next(truth for truth in truths if truth.label not in lost)
    alone = {"national_insurance", "student_loan"} if other.label == "the_p60_has_another_figure" else set()
    untold = not prints and other.label in ("a_figure_has_digits_swapped", "p60_and_hmrc_hold_other_figures")
    if untold or (other.vector.keys() & alone - (prints if "the_last_payslip_is_lost" not in lost else set())):
        return truths, "joint"
    return truths, meeting


def _figures(papers: Papers) -> dict[str, object]:
    found: dict[str, object] = {}
    for number, job in enumerate(papers.jobs):
        if job.hmrc is not None:
            found |= {f"{number} hmrc pay": job.hmrc.pay, f"{number} hmrc tax": job.hmrc.tax}
        for form in job.p60s[-1:]:
            found |= {f"{number} p60 {name}": amount for name, amount in form.amounts.items()}
    return found


def _copied(base: Papers) -> Papers:
    def copy(item: StoredReading) -> StoredReading:
        return replace(item, values=dict(item.values), amounts=dict(item.amounts))

    jobs = [
        Job([copy(i) for i in job.slips], [copy(i) for i in job.p60s], job.hmrc, job.held, job.prints)
        for job in base.jobs
    ]
    return Papers(base.year, jobs)
