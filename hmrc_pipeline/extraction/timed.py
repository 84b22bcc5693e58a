"""Amounts that each stand behind a caption of their time, `This pay 100.00  This tax year 200.00`, under one label.

What a heading says of a whole column is for `columns`, what stands between two columns for `between`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from hmrc_pipeline.extraction.entry import GUESSED, RIGHT_OF_LABEL, SAID, Cell, Entry
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.unread import Unread

__all__ = ["timed_entries"]

_TIMES: Final = {"this": "ytd", "ytd": "this"}
_OFTEN: Final = 2
"""So many rows must say both times, so often an unknown caption must stand beside a known one."""
_ABOVE: Final = 2.4
"""A label stands at most so many line heights above its row of captions."""
_EDGE: Final = 3.0

_Pair = tuple[Piece, Piece]


def timed_entries(unread: Unread) -> tuple[list[Entry], Unread]:
    """The form of amounts so captioned."""
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in unread.pieces:
        rows[piece.row].append(piece)
    pairs = {number: _pairs(row) for number, row in rows.items() if len(row) >= 2 * len(_TIMES)}
    roles = _roles(pairs.values())
    if not roles:
        return [], unread
    pairs = {number: found for number, row in rows.items() if (found := _pairs(row))}
    timed = {number: found for number, found in pairs.items() if found and all(_text(c) in roles for c, _ in found)}
    entries: list[Entry] = []
    used: set[int] = set()
    for number, found in timed.items():
        label = _label(found[0][0], number, rows, timed)
        cells = [Cell(amount, *roles[_text(caption)]) for caption, amount in found]
        if label is not None:
            entries.append(Entry(label, cells, RIGHT_OF_LABEL, meaning=label.meaning))
            used.update(id(p) for p in rows[label.row] if p.box.x0 >= label.box.x0)
        else:
            entries.append(Entry(None, cells, ""))
        used.update(id(piece) for pair in found for piece in pair)
    return entries, unread.without(used)


def _text(piece: Piece) -> str:
    return piece.meaning.text


def _pairs(row: Sequence[Piece]) -> list[_Pair]:
    """Each amount of a row that alone follows a phrase, with the phrase; none where amounts follow each other."""
    amounts = sum([piece.pence is not None for piece in row])
    if not 0 < amounts <= len(_TIMES):
        return []
    found = [(a, b) for a, b in pairwise(row) if b.pence is not None and _is_phrase(a)]
    return found if amounts == len(found) else []


def _is_phrase(piece: Piece) -> bool:
    return not (piece.pence is not None or piece.prose or piece.is_filler or piece.is_number)


def _may_be_time(caption: Piece) -> bool:
    meaning = caption.meaning
    return not meaning.concept and not meaning.decoy and meaning.role in (None, *_TIMES)


def _time_of(caption: Piece) -> str | None:
    meaning = caption.meaning
    return meaning.role if meaning.role in _TIMES and meaning.concept is None else None


def _roles(rows: Iterable[Sequence[_Pair]]) -> dict[str, tuple[str, int]]:
    """The time of each caption and its doubt; none unless several rows say both times.

    A caption in words we do not know is the other time of the one it always stands beside. Of two such captions the
    one whose amounts are never smaller, and often larger, is the year (Y1).
    """
    seen: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    times: dict[str, str | None] = {}
    for row in rows:
        if len(row) == len(_TIMES) and all(_may_be_time(caption) for caption, _ in row):
            texts = tuple(_text(caption) for caption, _ in row)
            seen[texts[0], texts[1]].append((abs(row[0][1].pence or 0), abs(row[1][1].pence or 0)))
            times |= {_text(caption): _time_of(caption) for caption, _ in row}
    roles: dict[str, tuple[str, int]] = {}
    for (first, second), amounts in seen.items():
        told = (times[first], times[second])
        guess = _by_size(amounts) if None in told else None
        if None not in told and told[0] != told[1] and len(amounts) >= _OFTEN:
            roles |= {first: (told[0] or "", SAID), second: (told[1] or "", SAID)}
        elif guess and first != second and all(time in (None, each) for time, each in zip(told, guess, strict=True)):
            doubt = SAID if any(told) else GUESSED
            roles |= {first: (guess[0], doubt), second: (guess[1], doubt)}
    return roles


def _by_size(amounts: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    """Y1: the times of two columns of amounts, where one of them is in no row smaller and in several larger."""
    larger = [sum(a > b for a, b in amounts), sum(b > a for a, b in amounts)]
    if len(amounts) <= _OFTEN or min(larger) or max(larger) < _OFTEN:
        return None
    return ("ytd", "this") if larger[0] else ("this", "ytd")


def _label(first: Piece, number: int, rows: Mapping[int, Sequence[Piece]], timed: Mapping[int, object]) -> Piece | None:
    """The phrase before the first caption in its row, or that which begins the row above."""
    before = [piece for piece in rows[number] if _is_phrase(piece) and piece.box.x1 <= first.box.x0 and piece != first]
    if before:
        return before[-1]
    above = [p for p in rows.get(number - 1, ()) if _is_phrase(p) and p.box.x0 <= first.box.x0 + _EDGE]
    if not above or number - 1 in timed or first.middle - above[0].middle > _ABOVE * first.height:
        return None
    return above[0]
