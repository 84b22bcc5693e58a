"""The search for the smallest set of documented causes that closes a gap.

A candidate is a vector some document backs. A set of them costs less than amounts nothing backs, so a cause is named
where its figures fit to the penny and left alone where they do not; sets that cost the same are ties. Which candidates
there are belongs to `candidates`, what becomes of the rest to the causes between sources.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from hmrc_pipeline.reconciliation.compare import MEASURES, agrees
from hmrc_pipeline.reconciliation.findings import Certainty

__all__ = ["Candidate", "Solution", "solutions"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal("1.00")
_AN_AMOUNT: Final = 3
_A_ROUNDING: Final = 1
_MOST_IN_PAIRS: Final = 80


@dataclass(frozen=True)
class Candidate:
    """A cause that some document backs, with the figures it would explain. `weight` is what taking it costs: more
    where only the cause is backed, not its amounts."""

    cause: str
    key: str
    vector: Mapping[str, Decimal]
    certainty: Certainty
    next_step: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    rank: int = 0
    weight: int = 2


@dataclass(frozen=True)
class Solution:
    """Candidates taken together, and what they leave of the gap."""

    candidates: tuple[Candidate, ...]
    rest: Mapping[str, Decimal]
    cost: int


def solutions(gap: Mapping[str, Decimal], candidates: Sequence[Candidate], source: str) -> list[Solution]:
    """The cheapest sets, best evidence first; one without candidates when nothing fits.

    `gap` holds every measure that can be compared with the source, zeros included.
    """
    alone = Solution((), {name: amount for name, amount in gap.items() if amount}, _cost(gap, source))
    fitting = [item for item in candidates if any(item.vector.get(name) for name in gap)]
    tried = [alone, *_tried(gap, fitting, source)]
    least = min(item.cost for item in tried)
    if least >= alone.cost:
        return [alone]
    best = [item for item in tried if item.cost == least]
    return sorted(best, key=lambda item: (sum(c.rank for c in item.candidates), [c.key for c in item.candidates]))


def _tried(gap: Mapping[str, Decimal], candidates: Sequence[Candidate], source: str) -> Iterator[Solution]:
    for one in candidates:
        yield from _fitted(gap, (one,), source)
    for pair in combinations(candidates[:_MOST_IN_PAIRS], 2):
        if pair[0].key != pair[1].key:
            yield from _fitted(gap, pair, source)


def _fitted(gap: Mapping[str, Decimal], some: tuple[Candidate, ...], source: str) -> Iterator[Solution]:
    total = {name: sum((item.vector.get(name, ZERO) for item in some), ZERO) for name in MEASURES}
    hits = [name for name, amount in gap.items() if abs(amount) > _POUND and _meets(name, amount - total[name], source)]
    if not hits or not all(any(item.vector.get(name) for name in hits) for item in some):
        return
    rest = {name: amount - total[name] for name, amount in gap.items()}
    left = {name: ZERO if agrees(name, amount, source, ZERO) else amount for name, amount in rest.items()}
    cost = _cost(left, source) + sum(item.weight for item in some)
    yield Solution(some, {name: amount for name, amount in left.items() if amount}, cost)


def _meets(measure: str, left: Decimal, source: str) -> bool:
    """Whether nothing is left; HMRC may hold whole pounds."""
    return agrees(measure, left, source, ZERO) or (source == "hmrc" and abs(left) < _POUND)


def _cost(gap: Mapping[str, Decimal], source: str) -> int:
    sizes = [abs(amount) for name, amount in gap.items() if not agrees(name, amount, source, ZERO)]
    return sum(_A_ROUNDING if size <= _POUND else _AN_AMOUNT for size in sizes)
