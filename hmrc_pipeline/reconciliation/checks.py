"""The six predicates of a tax year: what each says of a person whose employments are explained.

Pure. How many people fail, and since when, is told from stored states in `results`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.reconciliation.compare import PairState, judge, worst
from hmrc_pipeline.reconciliation.explain import Explained

__all__ = ["CHECKS", "CheckState", "person_checks", "worst_check"]

CheckState = Literal["passed", "failed", "warned", "not_yet"]

CHECKS: Final[Mapping[str, str]] = {
    "payslips_agree_with_p60": "The payslips' sum and their last year to date equal the P60.",
    "p60_agrees_with_hmrc": "The P60's pay and tax equal HMRC's.",
    "payslips_agree_with_hmrc": "The payslips' sum and their last year to date equal HMRC's pay and tax.",
    "year_to_date_is_continuous": "Every payslip's year to date is the one before plus its own figures.",
    "no_payslip_is_missing": "There is a payslip for every pay run between the first and the last.",
    "figures_add_up": "Every payslip and P60 was read with figures that prove each other.",
}
"""Name and meaning of each predicate, in the order they are shown."""

_PAIRS: Final[Mapping[str, tuple[str, ...]]] = {
    "payslips_agree_with_p60": ("payslip_sum:p60", "payslip_ytd:p60"),
    "p60_agrees_with_hmrc": ("p60:hmrc",),
    "payslips_agree_with_hmrc": ("payslip_sum:hmrc", "payslip_ytd:hmrc"),
}
_OF_PAIR: Final[Mapping[PairState, CheckState]] = {
    "differs": "failed",
    "rounding": "warned",
    "agrees": "passed",
    "not_comparable": "not_yet",
}
_WORST_FIRST: Final[tuple[CheckState, ...]] = ("failed", "warned", "passed", "not_yet")


def person_checks(explained: Sequence[Explained], *, read: int, needs_review: int) -> dict[str, CheckState]:
    """The state of every predicate for one person and year.

    `read` counts the person's payslips and P60s of the year, `needs_review` those whose figures do not add up.
    """
    found = {name: worst_check(_pairs(item, name) for item in explained) for name in _PAIRS}
    found["year_to_date_is_continuous"] = worst_check(_continuous(item) for item in explained)
    found["no_payslip_is_missing"] = worst_check(_complete(item) for item in explained)
    found["figures_add_up"] = "failed" if needs_review else "passed" if read else "not_yet"
    return found


def worst_check(states: Iterable[CheckState]) -> CheckState:
    """The worst of several states; `not_yet` only when nothing could be compared."""
    return min(states, key=_WORST_FIRST.index, default="not_yet")


def _pairs(item: Explained, name: str) -> CheckState:
    states = [comparison.pairs[pair] for comparison in item.comparisons.values() for pair in _PAIRS[name]]
    return _OF_PAIR[worst(states)]


def _continuous(item: Explained) -> CheckState:
    tolerance = item.case.around.tolerance
    states: list[CheckState] = [_runs_through(chain, tolerance) for chain in item.case.chains]
    states += ["failed" for opening in item.case.openings if opening.kind in ("missing", "unclear", "misread")]
    return worst_check(states)


def _runs_through(chain: Chain, tolerance: Decimal) -> CheckState:
    if not chain.is_checkable:
        return "not_yet"
    jumps = [_OF_PAIR[judge(item.amount, item.jump, False, tolerance)] for item in chain.breaks()]
    return worst_check(["passed", *jumps])


def _complete(item: Explained) -> CheckState:
    if not item.case.chains:
        return "not_yet"
    certainties = {finding.certainty for finding in item.findings if finding.cause == "missing_payslip"}
    if certainties - {"possible"}:
        return "failed"
    return "warned" if certainties else "passed"
