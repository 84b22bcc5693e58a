"""The assignment that satisfies the sums of a payslip, with the fewest assumptions.

Takes candidates and lines in pence and knows nothing of pages. N1: payments make gross, deductions make the
total, gross less deductions is net. N2: a line that names the employer stands among the deductions but is not one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

__all__ = ["Candidate", "Side", "Solution", "SumLine", "solve"]

Side = Literal["payments", "deductions", "outside", "added"]
"""`outside` counts in no sum; `added` is paid out with net pay but is no part of gross."""

_DELTA: dict[Side, tuple[int, int]] = {"payments": (1, 0), "deductions": (0, 1), "outside": (0, 0), "added": (0, -1)}
_MAX_FLIPS = 3
_NEGATIVE_DEDUCTIONS = 1.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One amount that may be gross, net or total deductions, and what it costs to take it for that."""

    pence: int
    cost: float
    key: int
    words: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line, the sides it may stand on with their cost (0 is what the page says), and its words for people."""

    pence: int
    sides: dict[Side, float]
    words: str
    field: str | None = None

    @property
    def first(self) -> Side:
        return min(self.sides, key=lambda side: self.sides[side])


@dataclass(slots=True)
class Solution:
    """What was chosen. `proved` when net pay follows from gross and every deduction line."""

    cost: float
    gross: Candidate | None
    net: Candidate | None
    total: Candidate | None
    sides: tuple[Side, ...]
    negative: bool = False
    holds: set[str] = field(default_factory=set)
    fails: list[str] = field(default_factory=list)
    ties: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    @property
    def proved(self) -> bool:
        return "net" in self.holds and not self.fails

    @property
    def outcome(self) -> tuple[object, ...]:
        return (self.gross and self.gross.pence, self.net and self.net.pence, self.sides)


def solve(
    lines: Sequence[SumLine], gross: Sequence[Candidate], net: Sequence[Candidate], total: Sequence[Candidate]
) -> Solution:
    """The cheapest assignment whose sums hold; when none does, the plain reading with the sums that fail."""
    found: list[Solution] = []
    pairs = list(product(_options(gross), _options(net)))
    pairs.sort(key=lambda pair: _cost(*pair))
    for chosen_gross, chosen_net in pairs:
        if found and _cost(chosen_gross, chosen_net) > min(s.cost for s in found):
            break
        for negative in (False, True):
            found.extend(_assignments(lines, chosen_gross, chosen_net, negative))
    if not found:
        return _failed(lines, gross, net, total)
    best = min(solution.cost for solution in found)
    cheapest = [solution for solution in found if solution.cost <= best + 1e-9]
    chosen = cheapest[0]
    chosen.ties = _ties(chosen, cheapest, lines)
    _check_total(chosen, total, lines)
    return chosen


def _options(candidates: Sequence[Candidate]) -> list[Candidate | None]:
    return list(candidates) if candidates else [None]


def _cost(*chosen: Candidate | None) -> float:
    return sum(candidate.cost for candidate in chosen if candidate)


@dataclass(frozen=True, slots=True)
class _Target:
    """What is missing from the sums under the plain reading; None where nothing can be checked."""

    payments: int | None
    deductions: int | None
    difference: int | None = None

    @classmethod
    def of(
        cls, lines: Sequence[SumLine], sides: Sequence[Side], gross: Candidate | None, net: Candidate | None, sign: int
    ) -> "_Target":
        paid = sum(line.pence * _DELTA[side][0] for line, side in zip(lines, sides, strict=True))
        taken = sign * sum(line.pence * _DELTA[side][1] for line, side in zip(lines, sides, strict=True))
        has_payments = any("payments" in line.sides for line in lines)
        has_deductions = any(side == "deductions" for side in sides)
        if gross is None:
            rest = net.pence - (paid - taken) if net and has_payments and has_deductions else None
            return cls(None, None, rest)
        return cls(
            gross.pence - paid if has_payments and any(side == "payments" for side in sides) else None,
            gross.pence - net.pence - taken if net and (has_deductions or gross.pence == net.pence) else None,
        )

    @property
    def checks_something(self) -> bool:
        return self.payments is not None or self.deductions is not None or self.difference is not None

    def met_by(self, paid: int, taken: int) -> bool:
        if self.difference is not None:
            return self.difference == paid - taken
        return self.payments in (None, paid) and self.deductions in (None, taken)


def _assignments(
    lines: Sequence[SumLine], gross: Candidate | None, net: Candidate | None, negative: bool
) -> Iterator[Solution]:
    base = [line.first for line in lines]
    sign = -1 if negative else 1
    if negative and not _could_be_negative(lines, base):
        return
    target = _Target.of(lines, base, gross, net, sign)
    if not target.checks_something:
        return
    start = _cost(gross, net) + (_NEGATIVE_DEDUCTIONS if negative else 0.0)
    for cost, flips in _flip_sets(lines, base, target, sign):
        sides = list(base)
        for index, side in flips:
            sides[index] = side
        solution = Solution(start + cost, gross, net, None, tuple(sides), negative)
        if target.payments is not None:
            solution.holds.add("gross")
        if target.deductions is not None or target.difference is not None:
            solution.holds.add("net")
        solution.assumptions = [f"{lines[index].words} taken as {_SAYS[side]}" for index, side in flips]
        yield solution


_SAYS: dict[Side, str] = {
    "payments": "a payment",
    "deductions": "a deduction",
    "outside": "no part of the sum",
    "added": "paid out beside gross pay",
}


def _could_be_negative(lines: Sequence[SumLine], sides: Sequence[Side]) -> bool:
    taken = [line.pence for line, side in zip(lines, sides, strict=True) if side == "deductions" and line.pence]
    return bool(taken) and sum(pence < 0 for pence in taken) > (len(taken) - 1) / 2


_Flip = tuple[int, Side]


def _flip_sets(
    lines: Sequence[SumLine], base: Sequence[Side], target: _Target, sign: int
) -> list[tuple[float, tuple[_Flip, ...]]]:
    """All cheapest sets of at most three changed sides that meet the target."""
    if target.met_by(0, 0):
        return [(0.0, ())]
    moves = [
        (line.sides[side] - line.sides[base[i]], (i, side), _moved(line.pence, base[i], side, sign))
        for i, line in enumerate(lines)
        for side in line.sides
        if side != base[i] and line.pence
    ]
    met: list[tuple[float, tuple[_Flip, ...]]] = []
    for size in range(1, _MAX_FLIPS + 1):
        for chosen in _combinations(moves, size):
            paid = sum(move[2][0] for move in chosen)
            taken = sum(move[2][1] for move in chosen)
            if target.met_by(paid, taken):
                met.append((sum(move[0] for move in chosen), tuple(move[1] for move in chosen)))
    if not met:
        return []
    best = min(cost for cost, _ in met)
    return [(cost, flips) for cost, flips in met if cost <= best + 1e-9]


_Move = tuple[float, _Flip, tuple[int, int]]


def _combinations(moves: Sequence[_Move], size: int) -> Iterator[tuple[_Move, ...]]:
    limit = {1: 200, 2: 60, 3: 24}[size]
    usable = sorted(moves, key=lambda move: move[0])[:limit]

    def grow(start: int, chosen: tuple[_Move, ...]) -> Iterator[tuple[_Move, ...]]:
        if len(chosen) == size:
            yield chosen
            return
        for index in range(start, len(usable)):
            if all(move[1][0] != usable[index][1][0] for move in chosen):
                yield from grow(index + 1, (*chosen, usable[index]))

    return grow(0, ())


def _moved(pence: int, before: Side, after: Side, sign: int) -> tuple[int, int]:
    return (
        pence * (_DELTA[after][0] - _DELTA[before][0]),
        sign * pence * (_DELTA[after][1] - _DELTA[before][1]),
    )


def _ties(chosen: Solution, cheapest: Iterable[Solution], lines: Sequence[SumLine]) -> list[str]:
    """Both alternatives in words, for each other assignment that would give a field another value."""
    named: list[str] = []
    for other in cheapest:
        if other.gross and chosen.gross and other.gross.pence != chosen.gross.pence:
            named.append(f"gross pay is {chosen.gross.words} or {other.gross.words}")
        if other.net and chosen.net and other.net.pence != chosen.net.pence:
            named.append(f"net pay is {chosen.net.words} or {other.net.words}")
        if _values(chosen, lines) != _values(other, lines):
            pairs = zip(lines, chosen.sides, other.sides, strict=True)
            differ = [line.words for line, a, b in pairs if a != b]
            named.append(f"the sums hold with different readings of {' and '.join(differ)}")
    return list(dict.fromkeys(named))


def _values(solution: Solution, lines: Sequence[SumLine]) -> dict[tuple[str, Side], int]:
    """What an assignment makes of each field: the same line printed twice is one value whichever counts."""
    values: dict[tuple[str, Side], int] = {}
    for line, side in zip(lines, solution.sides, strict=True):
        if line.field is not None and side != "outside":
            values[line.field, side] = values.get((line.field, side), 0) + line.pence
    return values


def _check_total(solution: Solution, total: Sequence[Candidate], lines: Sequence[SumLine]) -> None:
    """A printed total of deductions is one when it equals gross less net; else it may be a section's own total."""
    sign = -1 if solution.negative else 1
    taken = [line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "deductions"]
    expected = sign * sum(taken) if taken else None
    if solution.gross and solution.net:
        expected = solution.gross.pence - solution.net.pence
    if expected is None:
        return
    for candidate in sorted(total, key=lambda c: c.cost):
        if candidate.pence in (expected, sign * expected):
            solution.total = candidate
            solution.holds.add("total")
            return
    if total and not taken and solution.gross and solution.net:
        solution.fails.append(
            f"gross pay {_pounds(solution.gross.pence)} less total deductions {_pounds(abs(total[0].pence))} is not"
            f" net pay {_pounds(solution.net.pence)}"
        )


def _failed(
    lines: Sequence[SumLine], gross: Sequence[Candidate], net: Sequence[Candidate], total: Sequence[Candidate]
) -> Solution:
    """No assignment holds: what the labels say, and which sum fails; or the totals alone agree."""
    for g, n, t in product(_options(gross), _options(net), _options(total)):
        if g and n and t and g.pence - abs(t.pence) == n.pence:
            solution = _plain(lines, g, n, t)
            solution.holds.add("totals")
            if any(side in ("payments", "deductions") for side in solution.sides):
                solution.fails = _failures(lines, solution)
            return solution
    cheapest = [min(options, key=lambda c: c.cost, default=None) for options in (gross, net, total)]
    solution = _plain(lines, *cheapest)
    solution.fails = _failures(lines, solution)
    return solution


def _plain(
    lines: Sequence[SumLine], gross: Candidate | None, net: Candidate | None, total: Candidate | None
) -> Solution:
    return Solution(_cost(gross, net, total), gross, net, total, tuple(line.first for line in lines))


def _failures(lines: Sequence[SumLine], solution: Solution) -> list[str]:
    paid = [line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "payments"]
    taken = [line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "deductions"]
    failures: list[str] = []
    if solution.gross and paid and sum(paid) != solution.gross.pence:
        failures.append(
            f"the payments printed add up to {_pounds(sum(paid))}, gross pay says {_pounds(solution.gross.pence)}"
        )
    if solution.gross and solution.net and taken and solution.gross.pence - sum(taken) != solution.net.pence:
        failures.append(
            f"gross pay {_pounds(solution.gross.pence)} less the deductions printed {_pounds(sum(taken))} is "
            f"{_pounds(solution.gross.pence - sum(taken))}, net pay says {_pounds(solution.net.pence)}"
        )
    if not failures and solution.net and not solution.gross and paid and taken:
        failures.append(
            f"payments {_pounds(sum(paid))} less deductions {_pounds(sum(taken))} is {_pounds(sum(paid) - sum(taken))},"
            f" net pay says {_pounds(solution.net.pence)}"
        )
    return failures


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
