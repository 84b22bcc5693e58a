"""Particulars by their captions: the value stands behind the caption, right of it, or below it in a grid.

One pass finds every caption of `captions.toml` and the phrases that may be its value; the grammar of the field
says which of them it can be. Particulars without a caption are for `uncaptioned`.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.claims import SURE, Asked, Claim, decide, figure_of
from hmrc_pipeline.extraction.labels import caption_of, caption_table, normalise
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.names import may_be_employer, may_be_person
from hmrc_pipeline.extraction.overlay import overlay, remembered

__all__ = ["Claim", "captioned", "figure_of"]

_LONGEST = 10
_WAYS = (("below", "below caption"), ("above", "above caption"))
_BELOW = 2.6
_WEAK = frozenset(
    {"name", "code", "period", "month", "week", "table", "to", "from", "date", "basis", "paid", "ni", "wk", "mth",
     "employee", "employer", "company", "payroll", "ending", "printed", "nat ins", "tax office", "bank", "method",
     "title", "job", "role", "team", "grade", "site", "worker", "payee", "position", "salary", "hours", "account"}
)  # fmt: skip


class _Spot(NamedTuple):
    """A caption within a phrase: its field and text, where its words begin and end, and where those behind it end."""

    field: str
    text: str
    start: int
    stop: int
    end: int


class _Reading(NamedTuple):
    """What some words say of a particular, and which of them: from `start` up to `stop`."""

    field: str
    value: str
    start: int
    stop: int


@dataclass(slots=True, eq=False)
class _Caption:
    field: str
    text: str
    piece: Piece
    start: int
    words: tuple[Word, ...]
    inline: tuple[Word, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands around the captions: the rows of a page, its captions by row, the first words of all captions, and
    by their ids the pieces that are no value of a caption: captions, amounts and the labels of amounts."""

    rows: dict[int, list[Piece]]
    captions: dict[int, list[_Caption]]
    firsts: set[int]
    spoken_for: set[int]

    @classmethod
    def of(cls, pieces: Sequence[Piece], found: Sequence[_Caption]) -> "_Page":
        spoken_for = {id(caption.piece) for caption in found if caption.start == 0}
        rows: dict[int, list[Piece]] = defaultdict(list)
        for piece in pieces:
            row = rows[piece.row]
            if piece.pence is not None:
                spoken_for.add(id(piece))
                if row:
                    spoken_for.add(id(row[-1]))
            row.append(piece)
        captions: dict[int, list[_Caption]] = defaultdict(list)
        for caption in found:
            captions[caption.piece.row].append(caption)
        return cls(rows, captions, {id(caption.words[0]) for caption in found}, spoken_for)

    def cell_of(self, caption: _Caption) -> tuple[float, float]:
        """From where to where the caption's values reach: the captions before and after in its row."""
        own, start, limit = caption.box, -math.inf, math.inf
        for mate in self.captions[caption.piece.row]:
            if start < mate.box.x1 < own.x0:
                start = mate.box.x1
            elif own.x1 < mate.box.x0 < limit:
                limit = mate.box.x0
        return start, limit


_FIELDS = {"ni_number_and_letter": ("ni_number", "ni_letter")}
_NAMES = frozenset({"employee_name", "employer_name", "surname", "forenames"})
_Reader = Callable[[str], str | None]
_GRAMMAR: dict[str, _Reader] = {
    "ni_number": values.read_nino,
    "ni_letter": values.read_letter,
    "tax_basis": values.read_basis,
    "tax_period": values.read_period,
    "pay_date": values.read_date,
    "pay_date_weak": values.read_date,
    "not_pay_date": values.read_date,
    "issued_on": values.read_date,
    "pay_frequency": values.frequency_of,
    "paye_reference": values.read_paye_reference,
    "payroll_number": values.read_payroll_number,
}


def captioned(pieces: Sequence[Piece], stacks: Sequence[Piece], table: Mapping[str, str] | None = None) -> list[Claim]:
    """Every claim a caption makes, the best relation first.

    `stacks` are the captions of several lines, `table` names the field of each normalised caption.
    """
    usable = [piece for piece in pieces if piece.pence is None and not piece.prose]
    usable = _with_wrapped(usable, stacks, caption_table() if table is None else table)
    spots_of = _usual_spots if table is None else partial(_spots, field_of=table.get, firsts=_first_words(table))
    found = [_caption(piece, spot) for piece in usable for spot in spots_of(_texts(piece.words))]
    page = _Page.of(pieces, found)
    wanted = [caption for caption in found if caption.field != "other"]
    first = {id(c): _asked(c, page, _WAYS) for c in wanted if c.field in SURE}
    # Above its caption a value without a form of its own counts only where one with a form stands so too.
    ways = _WAYS if any(each.offers["above"] for each in first.values()) else _WAYS[:1]
    asked = [first.get(id(c)) or _asked(c, page, ways) for c in wanted]
    decide(asked)
    return [claim for each in asked for claim in each.chosen]


def _with_wrapped(pieces: Sequence[Piece], stacks: Sequence[Piece], table: Mapping[str, str]) -> list[Piece]:
    """Captions of two lines in place of their lines, where only the whole is a caption."""
    wrapped = [p for p in stacks if p.meaning.text in table and len(p.words) <= 4 and _two_lines(p)]
    if not wrapped:
        return list(pieces)
    lines = {id(word) for piece in wrapped for word in piece.words}
    return [*wrapped, *(piece for piece in pieces if id(piece.words[0]) not in lines)]


def _two_lines(piece: Piece) -> bool:
    """Whether both lines are one caption: neither ends in a colon, as a caption beside its value does."""
    return not any(word.text.endswith(":") for word in piece.words)


def _first_words(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(label.split()[0] for label in labels)


@cache
def _usual_first_words() -> frozenset[str]:
    return _first_words(caption_table())


@remembered
def _usual_spots(texts: tuple[str, ...]) -> list[_Spot]:
    return _spots(texts, caption_of, _usual_first_words() | overlay().first_words)


def _spots(texts: tuple[str, ...], field_of: Callable[[str], str | None], firsts: Set[str]) -> list[_Spot]:
    """The captions among the words of a phrase."""
    spots: list[_Spot] = []
    at = 0
    while at < len(texts):
        spot = _spot_at(texts, at, field_of) if normalise(texts[at]).split(" ")[0] in firsts else None
        if spot is not None:
            spots.append(spot)
        at = spot.stop if spot is not None else at + 1
    return [spot._replace(end=after.start) for spot, after in pairwise(spots)] + spots[-1:]


def _spot_at(texts: tuple[str, ...], at: int, field_of: Callable[[str], str | None]) -> _Spot | None:
    window = texts[at : at + _LONGEST]
    longest = next((size for size, text in enumerate(window, start=1) if text.endswith(":")), len(window))
    for size in range(longest, 0, -1):
        text = normalise(" ".join(window[:size]))
        field = field_of(text)
        if field is None:
            continue
        ended = window[size - 1].endswith(":")
        whole = at == 0 and size == len(texts)
        if whole or ended or (text not in _WEAK and (at == 0 or field in _GRAMMAR)):
            return _Spot(field, text, at, at + size, len(texts))
        if at == 0 and field in _GRAMMAR:
            return _Spot(field, text, at, at + size, len(texts))
    return None


def _caption(piece: Piece, spot: _Spot) -> _Caption:
    field, text, start, stop, end = spot
    words = piece.words[start:stop]
    box = piece.box if len(words) == len(piece.words) else joined_box([word.box for word in words])
    return _Caption(field, text, piece, start, words, piece.words[stop:end], box)


def _texts(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple([word.text for word in words])


def _asked(caption: _Caption, page: _Page, ways: Sequence[tuple[str, str]]) -> Asked:
    """A caption with what stands behind it, or else right of, below and above it."""
    asked = Asked(caption.field, caption.box, caption.piece.row)
    fields = _FIELDS.get(caption.field, (caption.field,))
    if caption.inline:
        if caption.field in _NAMES and _names_nobody(caption, page):
            return asked
        for field in fields:
            asked.chosen.extend(_read(field, caption, caption.inline, "behind its caption", 0))
        return asked
    right, cell = _right_of(caption, page), page.cell_of(caption)
    for field in fields:
        if right:
            asked.offers["right"].extend(_read(field, caption, right, "right of caption", 1))
        for way, relation in ways:
            for words in _beyond(caption, page, cell, 1 if way == "below" else -1):
                got = _read(field, caption, words, relation, 2)
                asked.offers[way].extend(got)
                if got:
                    break
    return asked


def _names_nobody(caption: _Caption, page: _Page) -> bool:
    """Whether what follows a caption in its phrase is no name: the phrase is a section's title.

    Nor is it an employer's where the phrase leads to an amount. A colon behind the caption says that its value follows.
    """
    if caption.words[-1].text.endswith(":"):
        return False
    row = page.rows[caption.piece.row]
    leads = caption.field == "employer_name" and any(a is caption.piece and b.is_amount for a, b in pairwise(row))
    return leads or caption.piece.meaning.section is not None


def _right_of(caption: _Caption, page: _Page) -> tuple[Word, ...]:
    """The words that follow in the row, up to the next caption."""
    words: list[Word] = []
    for piece in page.rows[caption.piece.row]:
        if piece.box.x0 < caption.box.x1 - 0.5 or piece is caption.piece:
            continue
        if piece.is_amount:
            break
        for word in piece.words:
            if id(word) in page.firsts:
                return tuple(words)
            words.append(word)
    return tuple(words)


def _beyond(caption: _Caption, page: _Page, cell_edges: tuple[float, float], step: int) -> Iterator[tuple[Word, ...]]:
    """Phrases below the caption (above it if `step` is -1): those it overlaps first, then those in its cell."""
    box = caption.box
    left, right, height = box.x0, box.x1, box.bottom - box.top
    start, limit = cell_edges
    for number in range(caption.piece.row + step, caption.piece.row + 4 * step, step):
        over: list[Piece] = []
        cell: list[Piece] = []
        is_last = False
        for piece in page.rows.get(number, ()):
            own = piece.box
            crosses = own.x0 < right and left < own.x1 and overlap(own, box) > 0
            if not crosses and not left - 3 <= own.x0 < limit:
                continue
            if max(own.top - box.bottom, box.top - own.bottom) > _BELOW * max(height, own.bottom - own.top):
                continue
            is_last |= crosses
            if id(piece) not in page.spoken_for:
                cell.append(piece)
                if crosses:
                    over.append(piece)
        parts = [_within(piece.words, start, limit) for piece in over or cell[:1]]
        yield from parts
        whole = tuple([word for piece in cell for word in piece.words])
        if cell and parts != [whole]:
            yield whole
        if is_last:
            return


def _within(words: tuple[Word, ...], start: float, limit: float) -> tuple[Word, ...]:
    """Of a phrase that reaches over several cells the words between the captions before and after."""
    if len(words) == 1:
        return words
    return tuple([w for w in words if start <= w.box.x0 < limit - 1]) or words


def _read(field: str, caption: _Caption, words: tuple[Word, ...], relation: str, rank: int) -> list[Claim]:
    if field in _NAMES:
        words = _name_words(words)
    readings = _readings((field, _texts(words), field != caption.field))
    if not readings:
        return []
    label = " ".join(_texts(caption.words))
    return [
        Claim(name, value, words[start:stop], label, caption.box, relation, rank, caption.text)
        for name, value, start, stop in readings
    ]


@remembered
def _readings(asked: tuple[str, tuple[str, ...], bool]) -> tuple[_Reading, ...]:
    """What the grammar of a field makes of some words, in a caption it shares or not.

    A letter that shares its caption may follow other words.
    """
    field, texts, is_shared = asked
    if field == "tax_code":
        return tuple(_read_code(texts))
    if field in _NAMES:
        text = " ".join(texts)
        named = may_be_employer(text) if field == "employer_name" else may_be_person(text)
        return (_Reading(field, text.strip(" ,:"), 0, len(texts)),) if named else ()
    if field not in _GRAMMAR:
        return ()
    for start in range(len(texts)) if is_shared and field == "ni_letter" else range(1):
        for stop in range(min(len(texts), start + 8), start, -1):
            value = _GRAMMAR[field](" ".join(texts[start:stop]).strip(" :"))
            if value is not None:
                return (_Reading(field, value, start, _own_stop(field, value, texts, stop)),)
    return ()


def _own_stop(field: str, value: str, texts: tuple[str, ...], stop: int) -> int:
    """Where the words end that are read: what stands beside a NINO is none of it."""
    if field != "ni_number":
        return stop
    return next((n for n in range(1, stop) if _GRAMMAR[field](" ".join(texts[:n])) == value), stop)


def _read_code(texts: tuple[str, ...]) -> Iterator[_Reading]:
    for size in range(min(len(texts), 5), 0, -1):
        read = values.read_tax_code(" ".join(texts[:size]).strip(" :"))
        if read is None:
            continue
        code, basis = read
        alone = (values.read_tax_code(" ".join(texts[:width])) for width in range(1, size + 1))
        own = next((width for width, each in enumerate(alone, start=1) if each and each[0] == code), size)
        yield _Reading("tax_code", code, 0, own)
        if basis:
            yield _Reading("tax_basis", basis, own if own < size else 0, size)
        return


def _name_words(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The first phrase only: a wide blank ends a name."""
    taken: list[Word] = []
    for word in words:
        if taken and word.box.x0 - taken[-1].box.x1 > 0.8 * (word.box.bottom - word.box.top):
            break
        taken.append(word)
    return tuple(taken)
