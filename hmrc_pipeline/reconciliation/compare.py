"""Two figures of the same measure side by side: agrees, rounding, differs, or not comparable.

The arithmetic of agreement only; where figures come from stands in `measures`, why they differ in `causes`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Final, Literal

__all__ = [
    "LOANS",
    "MEASURES",
    "PAIRS",
    "SOURCES",
    "Comparison",
    "PairState",
    "agrees",
    "compare_measure",
    "judge",
    "worst",
]

PairState = Literal["agrees", "rounding", "differs", "not_comparable"]

MEASURES: Final[tuple[str, ...]] = (
    "taxable_pay",
    "income_tax",
    "national_insurance",
    "student_loan",
    "postgraduate_loan",
)
SOURCES: Final[tuple[str, ...]] = ("payslip_sum", "payslip_ytd", "p60", "hmrc")
PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    f"{one}:{other}": (one, other) for one, other in combinations(SOURCES, 2)
}
LOANS: Final = frozenset({"student_loan", "postgraduate_loan"})

_ROUNDING: Final = Decimal("1.00")
_WORST_FIRST: Final[tuple[PairState, ...]] = ("differs", "rounding", "agrees", "not_comparable")


@dataclass(frozen=True)
class Comparison:
    """One measure of one employment: a value or the reason of its absence for every source, and every pair."""

    measure: str
    values: Mapping[str, Decimal]
    absent: Mapping[str, str]
    pairs: Mapping[str, PairState] = field(default_factory=dict)
    tolerance: Decimal = Decimal("0.00")

    @cached_property
    def state(self) -> PairState:
        """The worst pair; `not_comparable` only when no pair can be compared."""
        return worst(self.pairs.values())

    def pair(self, one: str, other: str) -> PairState:
        return self.pairs[f"{one}:{other}"]


def compare_measure(
    measure: str, values: Mapping[str, Decimal], absent: Mapping[str, str], tolerance: Decimal
) -> Comparison:
    """Every pair of the sources that have a value."""
    pairs: dict[str, PairState] = dict.fromkeys(PAIRS, "not_comparable")
    for pair, (one, other) in PAIRS.items():
        if one in values and other in values:
            pairs[pair] = judge(measure, values[other] - values[one], "p60" in (one, other), tolerance)
    return Comparison(measure, values, absent, pairs, tolerance)


def judge(measure: str, difference: Decimal, with_p60: bool, tolerance: Decimal) -> PairState:
    """What a difference means. A P60 gives loans in whole pounds, so there they are compared to the pound."""
    size = abs(difference)
    if size <= tolerance or (with_p60 and measure in LOANS and size < _ROUNDING):
        return "agrees"
    return "rounding" if size <= _ROUNDING else "differs"


def agrees(measure: str, difference: Decimal, source: str, tolerance: Decimal) -> bool:
    """Whether a difference from a source's figure is none."""
    return judge(measure, difference, source == "p60", tolerance) == "agrees"


def worst(states: Iterable[PairState]) -> PairState:
    """The worst of several states; what cannot be compared says nothing."""
    return min(states, key=_WORST_FIRST.index, default="not_comparable")
