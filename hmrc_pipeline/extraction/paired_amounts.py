"""Amounts in pairs parted by a stroke, `Gross pay  1,200.00 / 9,600.00`: this period and the year, or two fields.

A pair is led to the one label beside it, above it or below it, on the same side for a whole column of pairs.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from hmrc_pipeline.extraction.entry import GUESSED, RIGHT_OF_LABEL, SAID, Cell, Entry
from hmrc_pipeline.extraction.labels import meaning_of
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap, phrase_of
from hmrc_pipeline.extraction.model import Box
from hmrc_pipeline.extraction.strokes import ABSENT, STROKE, halves_of
from hmrc_pipeline.extraction.together import together
from hmrc_pipeline.extraction.unread import Unread

__all__ = ["paired_entries"]

_LONE: Final = re.compile(r"(\S*)\s*/\s*(\S*)")
_SHORT: Final = 9
"""A stroke with what stands for an absent half is no longer than this."""
_TIMES: Final = ("this", "ytd")
_ABOVE: Final = 2.4
"""A label stands at most so many line heights above its pair."""
_ASIDE: Final = 14.0
_CLEARLY: Final = 1.25
_FEW: Final = 2


@dataclass(slots=True, eq=False)
class _Pair:
    """Two amounts with a stroke between them, None for a half that is not there; the pieces that make it up."""

    amounts: tuple[Piece | None, Piece | None]
    pieces: tuple[Piece, ...]

    @property
    def box(self) -> Box:
        return joined_box([piece.box for piece in self.pieces])

    @property
    def here(self) -> Piece:
        return next(piece for piece in self.pieces if piece.is_amount)


def paired_entries(unread: Unread) -> tuple[list[Entry], Unread]:
    """The form of amounts so paired."""
    pieces = unread.pieces
    if not [piece for piece in pieces if len(piece.text) <= _SHORT and STROKE in piece.text]:
        return [], unread
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        rows[piece.row].append(piece)
    pairs = [pair for row in rows.values() for pair in _pairs(row)]
    if not pairs:
        return [], unread
    labels = _labels(pairs, rows)
    head = _head(pieces, pairs, labels)
    entries: list[Entry] = []
    used: set[int] = set()
    for pair in pairs:
        label = labels.get(id(pair))
        entries.extend(_entries(pair, label, head))
        used.update(id(piece) for piece in (*pair.pieces, *([label.piece] if label else [])))
    return entries, unread.without(used)


def _pairs(row: Sequence[Piece]) -> Iterator[_Pair]:
    for at, stroke in enumerate(row):
        if stroke.pence is not None or stroke.prose or STROKE not in stroke.text:
            continue
        match = _LONE.fullmatch(stroke.text)
        if match is None or not {match[1], match[2]} <= ABSENT:
            continue
        before = row[at - 1] if at and not match[1] and row[at - 1].is_amount else None
        after = row[at + 1] if at + 1 < len(row) and not match[2] and row[at + 1].is_amount else None
        told = (before is not None or match[1]) and (after is not None or match[2])
        if told and (before is not None or after is not None):
            yield _Pair((before, after), tuple(p for p in (before, stroke, after) if p is not None))


@dataclass(frozen=True, slots=True)
class _Label:
    """What labels a pair, how it leads there, and whether it could be the next pair's instead."""

    piece: Piece
    relation: str
    contested: bool = False


def _labels(pairs: Sequence[_Pair], rows: Mapping[int, Sequence[Piece]]) -> dict[int, _Label]:
    """By the id of a pair its label: left of it in its row, above it or below it, on one side for all of a column."""
    taken = {id(piece) for pair in pairs for piece in pair.pieces}
    found: dict[int, _Label] = {}
    for column in together(pairs, _edges):
        sides = {
            relation: [(pair, label) for pair in column if (label := find(pair, rows)) and id(label) not in taken]
            for relation, find in _SIDES.items()
        }
        relation, other = sorted(sides, key=lambda each: -len(sides[each]))[:2]
        chosen = sides[relation] if relation == RIGHT_OF_LABEL else _lined_up(sides[relation])
        even = len(sides[other]) == len(sides[relation])
        contested = even and _mean_gap(sides[other]) < _CLEARLY * _mean_gap(sides[relation]) + 0.5
        found |= {id(pair): _Label(label, relation, contested) for pair, label in chosen}
    return found


def _edges(pair: _Pair) -> tuple[object, ...]:
    box = pair.box
    return ("left", round(box.x0 / 3)), ("right", round(box.x1 / 3))


def _left(pair: _Pair, rows: Mapping[int, Sequence[Piece]]) -> Piece | None:
    left = [p for p in rows[pair.here.row] if p.box.x1 <= pair.box.x0 + 0.5]
    return left[-1] if left and _is_label(left[-1]) else None


def _is_label(piece: Piece) -> bool:
    meaning = piece.meaning
    named = meaning.concept is not None or not (meaning.role or meaning.section)
    return named and not (piece.is_amount or piece.is_number or piece.prose or piece.is_filler or _order_of(piece))


def _caption(pair: _Pair, rows: Mapping[int, Sequence[Piece]], step: int) -> Piece | None:
    """The phrase in the pair's cell above it (step -1) or below; None where an amount or its label comes first."""
    box, height, row = pair.box, pair.here.height, pair.here.row + step
    while row in rows and abs(rows[row][0].middle - pair.here.middle) <= _ABOVE * height + 4:
        here = rows[row]
        near = [at for at, p in enumerate(here) if p.box.x0 <= box.x1]
        last = here[near[-1]] if near else None
        if last is not None and abs(last.middle - pair.here.middle) <= _ABOVE * height:
            if last.is_amount and overlap(last.box, box) > 0:
                return None
            if not last.is_amount:
                leads = near[-1] + 1 < len(here) and here[near[-1] + 1].is_amount
                return None if leads or not _is_label(last) else last
        row += step
    return None


_Labelled = Sequence[tuple[_Pair, Piece]]
_SIDES: Final[Mapping[str, Callable[[_Pair, Mapping[int, Sequence[Piece]]], Piece | None]]] = {
    RIGHT_OF_LABEL: _left,
    "below its label": partial(_caption, step=-1),
    "above its label": partial(_caption, step=1),
}


def _lined_up(labelled: _Labelled) -> _Labelled:
    """The captions near their pairs, and those further left that begin where one of them does."""
    near = {id(c) for pair, c in labelled if c.box.x1 >= pair.box.x0 - _ASIDE * pair.here.height}
    edges = {round(c.box.x0 / 3) for _, c in labelled if id(c) in near}
    return [(pair, c) for pair, c in labelled if id(c) in near or round(c.box.x0 / 3) in edges]


def _mean_gap(labelled: _Labelled) -> float:
    gaps = [abs(caption.middle - pair.here.middle) for pair, caption in labelled]
    return sum(gaps) / len(gaps) if gaps else float("inf")


def _order_of(piece: Piece) -> tuple[str, str] | None:
    """The times that the halves of a heading name, as `this period / year to date`."""
    if STROKE not in piece.text:
        return None
    halves = halves_of(piece.words)
    roles = tuple(meaning_of(" ".join(word.text for word in half)).role for half in halves if half)
    return roles if len(halves) == len(roles) == _FEW and set(roles) == set(_TIMES) else None  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Head:
    """The times of first and second amounts, their doubt, and what heads the pairs: a heading, else the first label."""

    roles: tuple[str | None, str | None]
    doubt: int
    piece: Piece | None


def _head(pieces: Sequence[Piece], pairs: Sequence[_Pair], labels: Mapping[int, _Label]) -> _Head:
    """What heading tells the times; else Y1 does, the year being never smaller."""
    heads = [(order, piece) for piece in pieces if piece.pence is None and (order := _order_of(piece))]
    if heads and len({order for order, _ in heads}) == 1:
        return _Head(heads[0][0], SAID, heads[0][1])
    labelled = [pair for pair in pairs if id(pair) in labels]
    first = labels[id(labelled[0])].piece if labelled else None
    whole = [pair.amounts for pair in labelled]
    amounts = [(abs(a.pence or 0), abs(b.pence or 0)) for a, b in whole if a is not None and b is not None]
    larger = (sum(a > b for a, b in amounts), sum(b > a for a, b in amounts))
    if heads or len(amounts) <= _FEW or min(larger) or max(larger) < _FEW:
        return _Head((None, None), GUESSED, first)
    return _Head(("ytd", "this") if larger[0] else ("this", "ytd"), GUESSED, first)


def _entries(pair: _Pair, label: _Label | None, head: _Head) -> Iterator[Entry]:
    """One entry with both times; two, where the label is a pair of fields too.

    A pair without a label stays one: neither of its amounts is another label's.
    """
    if label is None:
        yield Entry(None, _cells(pair, head), "")
        return
    halves = halves_of(label.piece.words) if STROKE in label.piece.text else ()
    names = [phrase_of(half, label.piece.row) for half in halves if half]
    concepts = {name.meaning.concept for name in names} - {None}
    if len(concepts) == len(halves) == _FEW:
        for name, amount in zip(names, pair.amounts, strict=True):
            if amount is not None:
                yield Entry(name, [Cell(amount)], label.relation, meaning=name.meaning, contested=label.contested)
        return
    yield Entry(label.piece, _cells(pair, head), label.relation, meaning=label.piece.meaning, contested=label.contested)


def _cells(pair: _Pair, head: _Head) -> list[Cell]:
    timed = zip(pair.amounts, head.roles, strict=True)
    return [Cell(amount, role, head.doubt, head.piece) for amount, role in timed if amount is not None]
