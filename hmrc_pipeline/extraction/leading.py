"""Lists whose figures stand before their captions: `21,696.48  2,410.72  Basic pay`, row after row.

One such row proves nothing, a list of them does: the same columns of amounts at the left, the same edge of captions
right of them, most of them known, and no text that leads to any of the amounts. Lone such rows are for `tiles`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hmrc_pipeline.extraction.columns import headed
from hmrc_pipeline.extraction.entry import LEADING, SAID, Cell, Entry
from hmrc_pipeline.extraction.labels import caption_of
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.unread import Unread

__all__ = ["leading_entries"]

_OFTEN: Final = 4
"""So many rows with captions at one edge make a list."""
_EDGE: Final = 2.0
_HALF_PENNY: Final = Decimal("0.5")
_NUMBER: Final = re.compile(r"\d[\d,]*\.?\d*")
_PARTS: Final = ("units", "rate")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that begins with amounts: these, the caption that follows, and what stands behind it."""

    amounts: Sequence[Piece]
    caption: Piece
    behind: Sequence[Piece]


def leading_entries(unread: Unread) -> tuple[list[Entry], Unread]:
    """The form of such a list."""
    pieces = unread.pieces
    begun = [piece.row for piece in pieces[:1] if piece.pence is not None]
    begun += [b.row for a, b in pairwise(pieces) if b.pence is not None and a.row != b.row]
    if len(begun) < _OFTEN:
        return [], unread
    rows: dict[int, list[Piece]] = {number: [] for number in begun}
    for piece in pieces:
        if piece.row in rows:
            rows[piece.row].append(piece)
    listed = _one_list([row for number in begun if (row := _row(rows[number])) is not None])
    known = sum(row.caption.meaning.concept is not None for row in listed)
    if len(listed) < _OFTEN or 2 * known < len(listed) or _is_led(listed, pieces):
        return [], unread
    headings = [piece for piece in pieces if piece.meaning.role]
    used = {id(piece) for row in listed for piece in (*row.amounts, row.caption, *row.behind)}
    return [_entry(row, headings) for row in listed], unread.without(used)


def _row(row: Sequence[Piece]) -> _Row | None:
    """None where no caption of an amount follows, or other amounts follow it that may be its own."""
    count = next((number for number, piece in enumerate(row) if piece.pence is None), 0)
    found = _Row(row[:count], row[count], row[count + 1 :])
    caption = found.caption
    if not count or caption.prose or any(amount.prose for amount in found.amounts):
        return None
    if caption.is_filler or caption.is_number or not any(letter.isalpha() for letter in caption.text):
        return None
    if not caption.meaning.concept and caption_of(caption.meaning.text):
        return None
    if _is_worked(found):
        return found
    return (
        None
        if any(piece.pence is not None and not piece.prose for piece in found.behind)
        else replace(found, behind=())
    )


def _is_worked(row: _Row) -> bool:
    """R1: whether two numbers behind a caption, hours and their rate, make one of the amounts before it."""
    numbers = [Decimal(text.replace(",", "")) for piece in row.behind for text in _NUMBER.findall(piece.text)]
    if len(numbers) != len(_PARTS):
        return False
    made = numbers[0] * numbers[1] * 100
    return any(abs(made - abs(amount.pence or 0)) <= _HALF_PENNY for amount in row.amounts)


def _one_list(rows: Sequence[_Row]) -> list[_Row]:
    """Of the rows those whose captions begin at the edge most of them share, with amounts in columns of the list."""
    if not rows:
        return []
    lefts = [row.caption.box.x0 for row in rows]
    left = max(lefts, key=lambda x: sum(abs(x - other) <= _EDGE for other in lefts))
    listed = [row for row in rows if abs(row.caption.box.x0 - left) <= _EDGE]
    edges = Counter(round(amount.box.x1) for row in listed for amount in row.amounts)
    columns = {edge for edge in edges if edges[edge] + edges[edge - 1] + edges[edge + 1] > 1}
    return [row for row in listed if all(round(amount.box.x1) in columns for amount in row.amounts)]


def _is_led(listed: Sequence[_Row], pieces: Sequence[Piece]) -> bool:
    """Whether between the first row of a list and its last a text leads to an amount in one of its columns."""
    edges = {round(amount.box.x1) for row in listed for amount in row.amounts}
    first, last = listed[0].caption.row, listed[-1].caption.row
    return any(
        b.pence is not None and a.pence is None and a.row == b.row and round(b.box.x1) in edges
        for a, b in pairwise([piece for piece in pieces if first <= piece.row <= last])
    )


def _entry(row: _Row, headings: Sequence[Piece]) -> Entry:
    meaning = row.caption.meaning
    cells = [headed(amount, headings) for amount in row.amounts]
    if len(cells) == 1:
        cells[0] = cells[0].timed_by(meaning)
    worked = [piece for piece in row.behind if piece.pence is not None]
    cells += [Cell(piece, part, SAID) for piece, part in zip(worked, _PARTS, strict=False)]
    return Entry(row.caption, cells, LEADING, meaning=meaning)
