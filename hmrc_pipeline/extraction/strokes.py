"""Pairs parted by a stroke: `NI no / letter: QQ123456C / A`, `Gross pay  1,200.00 / 9,600.00`, `Tax / NI`.

What is so joined belongs together by its place: the first to the first, the second to the second. Here texts are
parted and pairs of amounts led to their labels; what a caption's value can be is for `captioned`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final

from hmrc_pipeline.extraction.entry import Cell, Entry
from hmrc_pipeline.extraction.labels import caption_of, has_figures, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, amount_of, joined_box, overlap
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.together import together
from hmrc_pipeline.extraction.unread import Unread
from hmrc_pipeline.extraction.values import (
    frequency_of,
    read_date,
    read_letter,
    read_nino,
    read_paye_reference,
    read_payroll_number,
    read_period,
    read_tax_code,
)

__all__ = ["paired_entries", "with_amounts_parted", "with_captions_parted"]

_STROKE: Final = "/"
_NONE: Final = frozenset({"", "-", "\u2013", "\u2014", "nil", "none", "n/a"})
"""What stands in a pair for the half that is not there."""
_LONE: Final = re.compile(r"(\S*)\s*/\s*(\S*)")
_SHORT: Final = 9
"""A stroke with what stands for an absent half is no longer than this."""
_TIMES: Final = ("this", "ytd")
_ABOVE: Final = 2.4
"""A label stands at most so many line heights above its pair."""
_ASIDE: Final = 14.0
_CLEARLY: Final = 1.25
_FEW: Final = 2
_BELOW: Final = 2.6
"""A pair of values stands at most so many line heights below its pair of captions."""

_FORMS: Final[Mapping[str, Callable[[str], object]]] = {
    "ni_number": read_nino,
    "ni_letter": read_letter,
    "tax_code": read_tax_code,
    "tax_period": read_period,
    "pay_date": read_date,
    "pay_frequency": frequency_of,
    "paye_reference": read_paye_reference,
    "payroll_number": read_payroll_number,
}

Halves = tuple[tuple[Word, ...], ...]


def with_amounts_parted(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a page with `1,200.00/9,600.00` as three: pieces are made of whole words."""
    if not [word for word in words if _STROKE in word.text and "." in word.text]:
        return words
    return [part for word in words for part in _amounts_in(word)]


def _amounts_in(word: Word) -> Iterable[Word]:
    first, stroke, second = word.text.partition(_STROKE)
    ends = (amount_of(first), amount_of(second))
    if not stroke or ends == (None, None) or not {first, second} - {""} or _STROKE in second:
        return (word,)
    if any(end is None and text not in _NONE for end, text in zip(ends, (first, second), strict=True)):
        return (word,)
    edges = (0, len(first), len(first) + 1, len(word.text))
    return (_cut(word, start, stop) for start, stop in pairwise(edges) if start < stop)


def _cut(word: Word, start: int, stop: int) -> Word:
    """Some characters of a word, in as much of its box as they take up if all are equally wide."""
    box, size = word.box, len(word.text)
    wide = (box.x1 - box.x0) / size
    return Word(
        word.text[start:stop], Box(box.x0 + wide * start, box.top, box.x0 + wide * stop, box.bottom), word.page,
        word.source,
    )  # fmt: skip


def _halves_of(words: Sequence[Word]) -> Halves:
    """A phrase parted at its strokes: at those that stand alone if there are any, else at all; parts may be empty."""
    alone = any(word.text == _STROKE for word in words)
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.text == _STROKE:
            parts.append([])
            continue
        start = 0
        for at, letter in enumerate(word.text if not alone else ""):
            if letter == _STROKE:
                parts[-1].extend([_cut(word, start, at)] if at > start else [])
                parts.append([])
                start = at + 1
        parts[-1].append(_cut(word, start, len(word.text)) if start else word)
    return tuple(tuple(part) for part in parts)


def with_captions_parted(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page with each pair of captions and their pair of values as two phrases, `NI no: QQ123456C`."""
    texts = [p for p in pieces if p.pence is None and _STROKE in p.text and not p.prose]
    texts = [p for p in texts if not has_figures(p.text.partition(_STROKE)[0])]
    found: list[Piece] = []
    used: set[int] = set()
    for piece in texts:
        pair = next(_read_as_pair(piece, pieces, used), None)
        if pair is not None:
            own, parted = pair
            used.update(map(id, own))
            found += [replace(part, row=-1 - at) for at, part in enumerate(parted, start=len(found))]
    return [*found, *(piece for piece in pieces if id(piece) not in used)] if found else list(pieces)


def _read_as_pair(piece: Piece, pieces: Sequence[Piece], used: set[int]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """Each way to read a phrase as captions with their values: behind them in the phrase, right of it, below it."""
    words = piece.words
    if id(piece) in used:
        return
    end = next((at for at, word in enumerate(words, start=1) if word.text.endswith(":")), 0)
    for at in (end,) if end else range(len(words) - 1, 0, -1):
        if parted := _parted(words[:at], words[at:]):
            yield [piece], parted
    captions = words[: end or len(words)]
    if (end and end < len(words)) or not _fields_of(_halves_of(captions)):
        return
    for value in _beside(piece, pieces):
        if id(value) not in used and (parted := _parted(captions, value.words)):
            yield [piece, value], parted


def _beside(piece: Piece, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The next phrase in the row, and the nearest phrases below."""
    box, reach = piece.box, _BELOW * piece.height
    right = [p for p in pieces if p.row == piece.row and p.box.x0 >= box.x1]
    yield from (p for p in right[:1] if not p.is_amount)
    below = [p for p in pieces if p.row > piece.row and 0 <= p.box.top - box.top <= reach and overlap(p.box, box) > 0]
    yield from (p for p in below if p.row == below[0].row and not p.is_amount)


def _parted(captions: tuple[Word, ...], values: tuple[Word, ...]) -> list[Piece]:
    """Phrases of a caption and its value each, where there are as many of either and each value can be its own."""
    names, given = _halves_of(captions), _halves_of(values)
    text = " ".join(word.text for word in values)
    if len(names) != len(given) or not _fields_of(names) or read_date(text) or read_paye_reference(text):
        return []
    own = list(zip(_leaning(names), given, strict=True))
    if not all(_can_be(caption_of(_text(name)), value) for name, value in own):
        return []
    return [_phrase((*_ended(name), *value), captions[0].page) for name, value in own if value]


def _can_be(field: str | None, value: tuple[Word, ...]) -> bool:
    """Whether words can be a particular's value: no label, and of its form if it has one. A dash stands for none."""
    text = " ".join(word.text for word in value)
    meaning = meaning_of(text)
    if caption_of(meaning.text) or meaning.concept or meaning.role or meaning.section:
        return False
    reader = _FORMS.get(field or "")
    return text.strip() in _NONE or reader is None or reader(text) is not None


def _fields_of(halves: Halves) -> bool:
    """Whether texts are captions of which at least one names a particular."""
    texts = [_text(half) for half in halves]
    if len(halves) < _FEW or not all(texts) or any(map(has_figures, texts)):
        return False
    return any(caption_of(_text(name)) for name in _leaning(halves))


def _leaning(halves: Halves) -> Halves:
    """Captions that lean on each other, with words that begin the other: `NI no / letter` names the NI letter."""

    def whole(half: tuple[Word, ...], others: Iterable[tuple[Word, ...]]) -> tuple[Word, ...]:
        longer = ((*other[:size], *half) for other in others for size in range(1, len(other) + 1))
        return next((words for words in longer if caption_of(_text(words)) not in (None, "ni_number_and_letter")), half)

    return tuple(whole(half, [*halves[:at], *halves[at + 1 :]]) for at, half in enumerate(halves))


def _ended(caption: tuple[Word, ...]) -> tuple[Word, ...]:
    last = caption[-1]
    return (*caption[:-1], last if last.text.endswith(":") else replace(last, text=f"{last.text}:"))


def _text(words: tuple[Word, ...]) -> str:
    return normalise(" ".join(word.text for word in words))


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
    if not [piece for piece in pieces if len(piece.text) <= _SHORT and _STROKE in piece.text]:
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
        if stroke.pence is not None or stroke.prose or _STROKE not in stroke.text:
            continue
        match = _LONE.fullmatch(stroke.text)
        if match is None or not {match[1], match[2]} <= _NONE:
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
        chosen = sides[relation] if relation == "right of label" else _lined_up(sides[relation])
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
    "right of label": _left,
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
    if _STROKE not in piece.text:
        return None
    halves = _halves_of(piece.words)
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
        return _Head(heads[0][0], 0, heads[0][1])
    labelled = [pair for pair in pairs if id(pair) in labels]
    first = labels[id(labelled[0])].piece if labelled else None
    whole = [pair.amounts for pair in labelled]
    amounts = [(abs(a.pence or 0), abs(b.pence or 0)) for a, b in whole if a is not None and b is not None]
    larger = (sum(a > b for a, b in amounts), sum(b > a for a, b in amounts))
    if heads or len(amounts) <= _FEW or min(larger) or max(larger) < _FEW:
        return _Head((None, None), 2, first)
    return _Head(("ytd", "this") if larger[0] else ("this", "ytd"), 2, first)


def _entries(pair: _Pair, label: _Label | None, head: _Head) -> Iterator[Entry]:
    """One entry with both times; two, where the label is a pair of fields too.

    A pair without a label stays one: neither of its amounts is another label's.
    """
    if label is None:
        yield Entry(None, _cells(pair, head), "")
        return
    halves = _halves_of(label.piece.words) if _STROKE in label.piece.text else ()
    names = [_phrase(half, label.piece.page, label.piece.row) for half in halves if half]
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


def _phrase(words: tuple[Word, ...], page: int, row: int = -1) -> Piece:
    text = " ".join(word.text for word in words)
    return Piece(text, joined_box([w.box for w in words]), page, row, words, meaning=meaning_of(text))
