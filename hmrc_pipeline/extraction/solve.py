"""The assignment that satisfies the sums of a payslip, with the fewest assumptions.

Takes candidates and lines in pence and knows nothing of pages. N1: payments make gross, deductions make the
total, gross less deductions is net. N2: a line that names the employer stands among the deductions but is not one.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from operator import attrgetter
from typing import Final, Literal, NamedTuple

__all__ = ["Candidate", "Side", "Solution", "SumLine", "solve"]

Side = Literal["payments", "deductions", "outside", "added"]
"""`outside` counts in no sum; `added` is paid out with net pay but is no part of gross."""

_DELTA: dict[Side, tuple[int, int]] = {"payments": (1, 0), "deductions": (0, 1), "outside": (0, 0), "added": (0, -1)}
_LIMITS: Final = {1: 200, 2: 60, 3: 24}
"""How many of the cheapest moves are tried in sets of one, two and three."""
_NEGATIVE_DEDUCTIONS = 1.5
_SAME_COST: Final = 1e-9


class Candidate(NamedTuple):
    """One amount that may be gross, net or total deductions, and what it costs to take it for that."""

    pence: int
    cost: float
    key: int
    label: str

    @property
    def words(self) -> str:
        return f"{_pounds(self.pence)} ('{self.label}')"


class SumLine(NamedTuple):
    """One line, the sides it may stand on with their cost (0 is what the page says), and its label for people."""

    pence: int
    sides: dict[Side, float]
    label: str
    field: str | None = None

    @property
    def first(self) -> Side:
        return min(self.sides, key=self.sides.__getitem__)

    @property
    def words(self) -> str:
        return f"'{self.label}' {_pounds(self.pence)}"


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
    plain = _Plain.of(lines)
    found: list[Solution] = []
    pairs = sorted(product(_options(gross), _options(net)), key=lambda pair: _cost(*pair))
    for chosen_gross, chosen_net in pairs:
        if found and _cost(chosen_gross, chosen_net) > min(s.cost for s in found):
            break
        for negative in (False, True) if plain.may_be_negative else (False,):
            found.extend(_assignments(plain, chosen_gross, chosen_net, negative))
    if not found:
        return _failed(lines, gross, net, total)
    best = min(solution.cost for solution in found)
    cheapest = [solution for solution in found if solution.cost <= best + _SAME_COST]
    chosen = cheapest[0]
    chosen.ties = _ties(chosen, cheapest, lines)
    _check_total(chosen, total, lines)
    return chosen


def _options(candidates: Sequence[Candidate]) -> list[Candidate | None]:
    return list(candidates) if candidates else [None]


def _cost(*chosen: Candidate | None) -> float:
    return sum(candidate.cost for candidate in chosen if candidate)


@dataclass(frozen=True, slots=True)
class _Plain:
    """The lines on the sides the page gives them, and what those add up to."""

    lines: Sequence[SumLine]
    sides: tuple[Side, ...]
    paid: int
    taken: int

    @classmethod
    def of(cls, lines: Sequence[SumLine]) -> "_Plain":
        sides = tuple([line.first for line in lines])
        deltas = [_DELTA[side] for side in sides]
        paid = sum([line.pence * delta[0] for line, delta in zip(lines, deltas, strict=True)])
        return cls(lines, sides, paid, sum([line.pence * delta[1] for line, delta in zip(lines, deltas, strict=True)]))

    @property
    def may_be_negative(self) -> bool:
        """Whether so many deductions are less than nothing that all may be printed so."""
        pairs = zip(self.lines, self.sides, strict=True)
        taken = [line.pence for line, side in pairs if side == "deductions" and line.pence]
        return bool(taken) and sum(pence < 0 for pence in taken) > (len(taken) - 1) / 2


@dataclass(frozen=True, slots=True)
class _Target:
    """What is missing from the sums under the plain reading; None where nothing can be checked."""

    payments: int | None
    deductions: int | None
    difference: int | None = None

    @classmethod
    def of(cls, plain: _Plain, gross: Candidate | None, net: Candidate | None, sign: int) -> "_Target":
        paid, taken = plain.paid, sign * plain.taken
        has_payments = any("payments" in line.sides for line in plain.lines)
        has_deductions = "deductions" in plain.sides
        if gross is None:
            rest = net.pence - (paid - taken) if net and has_payments and has_deductions else None
            return cls(None, None, rest)
        return cls(
            gross.pence - paid if has_payments and "payments" in plain.sides else None,
            gross.pence - net.pence - taken if net and (has_deductions or gross.pence == net.pence) else None,
        )

    @property
    def checks_something(self) -> bool:
        return self.payments is not None or self.deductions is not None or self.difference is not None

    @property
    def missing(self) -> "_Sums":
        if self.difference is not None:
            return self.difference, 0
        return self.payments or 0, self.deductions or 0

    def counted(self, paid: int, taken: int) -> "_Sums":
        """What more payments and deductions add to the sums that are checked: `missing` is to be reached."""
        if self.difference is not None:
            return paid - taken, 0
        return (0 if self.payments is None else paid), (0 if self.deductions is None else taken)


def _assignments(plain: _Plain, gross: Candidate | None, net: Candidate | None, negative: bool) -> Iterator[Solution]:
    sign = -1 if negative else 1
    target = _Target.of(plain, gross, net, sign)
    if not target.checks_something:
        return
    start = _cost(gross, net) + (_NEGATIVE_DEDUCTIONS if negative else 0.0)
    for cost, flips in _flip_sets(plain, target, sign):
        sides = list(plain.sides)
        for index, side in flips:
            sides[index] = side
        solution = Solution(start + cost, gross, net, None, tuple(sides), negative)
        if target.payments is not None:
            solution.holds.add("gross")
        if target.deductions is not None or target.difference is not None:
            solution.holds.add("net")
        solution.assumptions = [f"{plain.lines[index].words} taken as {_SAYS[side]}" for index, side in flips]
        yield solution


_SAYS: dict[Side, str] = {
    "payments": "a payment",
    "deductions": "a deduction",
    "outside": "no part of the sum",
    "added": "paid out beside gross pay",
}


_Flip = tuple[int, Side]
_Sums = tuple[int, int]


class _Move(NamedTuple):
    """One line moved to another side, what that costs, and what it adds to the sums that are checked."""

    cost: float
    flip: _Flip
    adds: _Sums


def _flip_sets(plain: _Plain, target: _Target, sign: int) -> list[tuple[float, tuple[_Flip, ...]]]:
    """All cheapest sets of at most three changed sides that meet the target."""
    if target.missing == (0, 0):
        return [(0.0, ())]
    moves = [
        _Move(line.sides[side] - line.sides[base], (index, side), target.counted(*_moved(line.pence, base, side, sign)))
        for index, (line, base) in enumerate(zip(plain.lines, plain.sides, strict=True))
        for side in line.sides
        if side != base and line.pence
    ]
    moves.sort(key=attrgetter("cost"))
    met: list[tuple[float, tuple[_Flip, ...]]] = []
    best = math.inf
    for size, limit in _LIMITS.items():
        # A set with a dearer move costs more than the best so far.
        dearest = best - sum(move.cost for move in moves[: size - 1]) + _SAME_COST
        found = _meeting([move for move in moves[:limit] if move.cost <= dearest], size, target.missing)
        met += [(sum(move.cost for move in chosen), tuple(move.flip for move in chosen)) for chosen in found]
        best = min((cost for cost, _ in met), default=best)
    return [(cost, flips) for cost, flips in met if cost <= best + _SAME_COST]


def _meeting(moves: Sequence[_Move], size: int, missing: _Sums) -> Iterator[tuple[_Move, ...]]:
    """Every choice of so many moves of different lines that adds up to what is missing."""
    places: dict[_Sums, list[int]] = {}
    for index, move in enumerate(moves):
        places.setdefault(move.adds, []).append(index)
    for first in combinations(range(len(moves)), size - 1):
        paid, taken = missing
        for index in first:
            adds = moves[index].adds
            paid, taken = paid - adds[0], taken - adds[1]
        for last in places.get((paid, taken), ()):
            chosen = tuple([moves[index] for index in (*first, last)])
            if last > max(first, default=-1) and len({move.flip[0] for move in chosen}) == size:
                yield chosen


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
