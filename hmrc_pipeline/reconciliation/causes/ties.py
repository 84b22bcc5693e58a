"""Other sets of causes that close the gaps between the sources as well as the ones found.

Where one figure holds two causes the documents often tell their sum alone. Every way to close the gaps of P60 and HMRC
together is tried: with one documented cause more, with an amount counted from the P60 or from the payslips. What fits
to the penny becomes the alternatives of the findings it would replace. What is told first is `sources`' choice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes.candidates import hmrc_candidates, p60_candidates
from hmrc_pipeline.reconciliation.causes.gaps import hmrc_beyond, hmrc_beyond_payslips, p60_beyond_payslips
from hmrc_pipeline.reconciliation.causes.search import Candidate
from hmrc_pipeline.reconciliation.causes.twins import names_of
from hmrc_pipeline.reconciliation.compare import MEASURES, agrees
from hmrc_pipeline.reconciliation.findings import Alternative, Finding, Ledger

__all__ = ["with_ties"]

ZERO: Final = Decimal("0.00")
_P60, _HMRC, _BOTH = frozenset({"p60"}), frozenset({"hmrc"}), frozenset({"p60", "hmrc"})
_UNBACKED: Final = frozenset(
    {"employer_reported_differently", "missing_payslip", "p60_differs", "two_employments_one_reference"}
)
_NEAREST: Final = 3
_TWO: Final = 2
_MOST: Final = 40

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True)
class _Part:
    """One cause of a way, by every name it may have."""

    names: tuple[str, ...]
    vector: Amounts
    reaches: frozenset[str]


_Way = tuple[_Part, ...]


def with_ties(ledger: Ledger) -> tuple[Finding, ...]:
    """The findings, those between the sources with every other set of causes that fits as well.

    Where documents back every amount, only others they back as well: what no document backs is no tie then.
    """
    between = [item for item in ledger.findings if item.reaches and item.reaches <= _BOTH]
    found = [item for item in between if item.kind == "discrepancy"]
    if not found or not (ledger.case.chains or ledger.case.p60):
        return ledger.findings
    inside = replace(ledger, findings=tuple(item for item in ledger.findings if item not in between))
    more: dict[int, list[tuple[Alternative, ...]]] = defaultdict(list)
    ways = _ways if _UNBACKED & {item.cause for item in found} else _proved
    for way in ways(inside, found):
        new, gone = _changes(way, found)
        if new and gone:
            more[id(gone[0])] += _called(new)
    for item in found:
        more[id(item)] += _sums(ledger.case, item)
    return tuple(_with(item, more[id(item)]) for item in ledger.findings)


def _with(finding: Finding, more: Sequence[tuple[Alternative, ...]]) -> Finding:
    sets = {_identity(some): some for some in (*finding.alternatives, *more)}
    return replace(finding, alternatives=tuple(sets.values())[:_MOST]) if more else finding


def _identity(some: Iterable[Alternative]) -> frozenset[tuple[str, frozenset[tuple[str, Decimal]]]]:
    return frozenset((one.cause, frozenset(one.explains.items())) for one in some)


def _changes(way: _Way, found: Sequence[Finding]) -> tuple[list[_Part], list[Finding]]:
    """What a way has that was not found, and what was found that it does without."""
    gone, new = list(found), []
    for part in way:
        same = next((item for item in gone if _is(part, item)), None)
        if same is None:
            new.append(part)
        else:
            gone.remove(same)
    return new, gone


def _is(part: _Part, finding: Finding) -> bool:
    return finding.cause in part.names and finding.reaches == part.reaches and dict(finding.explains) == part.vector


def _called(parts: Sequence[_Part]) -> Iterator[tuple[Alternative, ...]]:
    """The parts as sets of alternatives in which every name of every part comes once."""
    for number in range(max(len(part.names) for part in parts)):
        yield tuple(Alternative(part.names[min(number, len(part.names) - 1)], part.vector) for part in parts)


def _sums(case: Case, finding: Finding) -> Iterator[tuple[Alternative, ...]]:
    """Two causes of any amount in one figure: the first has the sum, as no document splits it."""
    if finding.cause == "missing_payslip":  # after the last one, told by the P60 or HMRC alone
        for name in ("late_correction", "p60_differs"):
            yield Alternative(finding.cause, finding.explains), Alternative(name, {})
    if finding.cause not in ("employer_reported_differently", "two_employments_one_reference"):
        return
    names = ["employer_reported_differently"]
    if _has_rows(case) or finding.explains.get("taxable_pay", ZERO) > 0:
        names.append("two_employments_one_reference")
        yield Alternative(names[0], finding.explains), Alternative(names[1], {})
    for name in names if _is_whole(case) else []:
        yield Alternative(name, finding.explains), Alternative("rounding", {})


def _has_rows(case: Case) -> bool:
    return sum(item.rows for item in case.hmrc) > max(1, len(case.chains))


def _is_whole(case: Case) -> bool:
    """Whether HMRC's figures are whole pounds where the documents' are not."""
    held = [amount for item in case.hmrc for amount in (item.pay, item.tax) if amount is not None]
    return bool(held) and all(amount == amount.to_integral_value() for amount in held)


def _ways(ledger: Ledger, found: Sequence[Finding]) -> Iterator[_Way]:
    """Every way to close the gaps with as few causes, or with a documented one more; the nearest of a kind first."""
    case = ledger.case
    p60, hmrc = _gaps(ledger)
    yield from (way for way in _unbacked(case, p60, hmrc) if len(way) <= max(len(found), _TWO))
    tried: dict[str, list[tuple[Decimal, int, _Way]]] = defaultdict(list)
    for candidate, reaches in _documented(ledger, hmrc):
        left_p60 = _less(p60, candidate.vector, "p60") if "p60" in reaches else p60
        left_hmrc = _less(hmrc, candidate.vector, "hmrc") if "hmrc" in reaches else hmrc
        vector = _shown(candidate, p60 if "p60" in reaches else {}, hmrc if "hmrc" in reaches else {})
        left = _size(left_p60) + _size(left_hmrc)
        if not vector or (candidate.rank >= 0 and left > 2 * (_size(p60) + _size(hmrc))):
            continue
        part = _Part((candidate.cause,), vector, reaches)
        for rest in _unbacked(case, left_p60, left_hmrc):
            if len(rest) <= len(found):
                tried[candidate.cause].append((left, len(rest), (part, *rest)))
    for number in range(_NEAREST):
        for cause in sorted(tried):
            nearest = sorted(tried[cause], key=lambda item: (item[1], item[0]))
            yield from (way for _, _, way in nearest[number : number + 1])


def _proved(ledger: Ledger, found: Sequence[Finding]) -> Iterator[_Way]:
    """Two documented causes that close both gaps: one on the P60, or on both, and one at HMRC."""
    p60, hmrc = _gaps(ledger)
    every = list(_documented(ledger, hmrc)) if len(found) == _TWO else []
    for one, reaches in every:
        if "p60" not in reaches or any(_less(p60, one.vector, "p60").values()):
            continue
        left = _less(hmrc, one.vector, "hmrc") if "hmrc" in reaches else hmrc
        for other, where in every:
            if where == _HMRC and not any(_less(left, other.vector, "hmrc").values()):
                first = _Part((one.cause,), _shown(one, p60, hmrc if "hmrc" in reaches else {}), reaches)
                yield first, _Part((other.cause,), _shown(other, hmrc), where)


def _gaps(ledger: Ledger) -> tuple[Amounts, Amounts]:
    """What P60 and HMRC have beyond the payslips."""
    p60 = {name: gap for name in MEASURES if (gap := p60_beyond_payslips(ledger, name)) is not None}
    hmrc = {name: gap for name in ("taxable_pay", "income_tax") if (gap := _hmrc_gap(ledger, name)) is not None}
    return p60, hmrc


def _hmrc_gap(ledger: Ledger, measure: str) -> Decimal | None:
    return hmrc_beyond_payslips(ledger, measure) if ledger.case.chains else hmrc_beyond(ledger, measure, "p60")


def _documented(ledger: Ledger, hmrc: Amounts) -> Iterator[tuple[Candidate, frozenset[str]]]:
    for candidate in p60_candidates(ledger):
        yield candidate, _BOTH
        yield candidate, _P60
    yield from ((item, _HMRC) for item in hmrc_candidates(ledger, hmrc) if item.key != "rows")


def _less(gap: Amounts, vector: Amounts, source: str) -> dict[str, Decimal]:
    left = {name: amount - vector.get(name, ZERO) for name, amount in gap.items()}
    return {name: ZERO if agrees(name, amount, source, ZERO) else amount for name, amount in left.items()}


def _shown(candidate: Candidate, *gaps: Amounts) -> dict[str, Decimal]:
    known = {name for gap in gaps for name in gap}
    return {name: amount for name in MEASURES if name in known and (amount := candidate.vector.get(name, ZERO))}


def _size(gap: Amounts) -> Decimal:
    return sum(map(abs, gap.values()), ZERO)


def _unbacked(case: Case, p60: Amounts, hmrc: Amounts) -> list[_Way]:
    """What is left as amounts no document backs: of the P60 alone, of HMRC alone, or of both.

    Where both differ from the payslips, by other amounts, HMRC's may be counted from the P60's, the P60's from HMRC's,
    or each from the payslips. What HMRC knows nothing of goes with either.
    """
    same = {name: amount for name, amount in p60.items() if hmrc.get(name) == amount}
    both = [name for name, amount in p60.items() if name not in same and amount and hmrc.get(name)]
    own = {name: amount for name, amount in p60.items() if name in hmrc and name not in (*same, *both)}
    at_hmrc = {name: amount for name, amount in hmrc.items() if name not in (*same, *both)}
    p, h = {name: p60[name] for name in both}, {name: hmrc[name] for name in both}
    splits = [
        (same, own | p, at_hmrc | h),
        (same | p, own, at_hmrc | {name: h[name] - p[name] for name in both}),
        (same | h, own | {name: p[name] - h[name] for name in both}, at_hmrc),
    ]
    unknown = {name: amount for name, amount in p60.items() if name not in hmrc}
    found: dict[tuple[object, ...], _Way] = {}
    for shared, apart, reported in splits:
        ways = _way(case, shared | unknown, apart, reported), _way(case, shared, apart | unknown, reported)
        for way in ways:
            found[tuple((part.reaches, tuple(part.vector.items())) for part in way)] = way
    return sorted(found.values(), key=len)


def _way(case: Case, shared: Amounts, own: Amounts, at_hmrc: Amounts) -> _Way:
    parts = []
    for vector, reaches in ((shared, _BOTH), (own, _P60), (at_hmrc, _HMRC)):
        shown = {name: vector[name] for name in MEASURES if vector.get(name)}
        if shown:
            parts.append(_Part(names_of(case, shown, reaches), shown, reaches))
    return tuple(parts)
