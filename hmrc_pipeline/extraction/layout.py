"""Where things stand: words become rows, rows become pieces, each a phrase or an amount; lines become one caption.

What a phrase means is looked up in `labels`; which of them leads to which amount is for `entries`.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from hmrc_pipeline.extraction.labels import Meaning, caption_of, is_name_of_field, meaning_of, normalise, vocabulary
from hmrc_pipeline.extraction.model import Box, Word

__all__ = ["Piece", "amount_of", "joined_box", "overlap", "phrase_of", "pieces_of", "rows_of", "stacked_captions"]

NOTHING = Meaning("")
PHRASE_GAP = 0.8
"""Blank wider than this share of the line height parts two phrases; a space is about 0.3, two columns 1 and more."""
_CAPTION_GAP, _LONE_GAP = 0.4, 0.6
SAME_ROW = 0.4
_LEAST = 0.1
"""What a line is high at least, in points: some fonts tell no height."""
_LEFT = attrgetter("box.x0")
_MONEY = re.compile(
    r"[-+(£\u2212\u2013]*(?:GBP)?£?-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}(?:\)|-|\u2212|CR|DR|cr|dr|\+)?\)?(?:GBP)?"
)
_FIGURES = re.compile(r"\d+")
_LEADS = frozenset({"£", "-", "-£", "(", "(£", "GBP", "\u2212", "\u2013", "\u2212£", "£-", "+"})
_TRAILS = frozenset({"-", ")", "CR", "DR", "cr", "dr", "Cr", "\u2212"})
_UNIT = "GBP"
_RULES = re.compile(r"[.·_|=+\u2026\[\]-]{2,}|[|\[\]_·\u2022]")
_RULE_SIGNS = frozenset(".·_|=+\u2026[]-\u2022")
_NUMBER = re.compile(r"[-+(£]*[\d.,]+%?\)?")
_FILLERS = frozenset(
    {"hrs", "hours", "x", "@", "h", "days", "units", "per hour", "hr", "hour", "at", "day", "%", "hours at"}
)


@dataclass(slots=True, eq=False)
class Piece:
    """A phrase or an amount in a row. `pence` is set for an amount; `row` counts rows on the page from the top."""

    text: str
    box: Box
    page: int
    row: int
    words: tuple[Word, ...]
    pence: int | None = None
    prose: bool = False
    meaning: Meaning = NOTHING

    @property
    def is_amount(self) -> bool:
        return self.pence is not None

    @property
    def is_filler(self) -> bool:
        return normalise(self.text) in _FILLERS or not normalise(self.text)

    @property
    def is_number(self) -> bool:
        if self.pence is not None or not _NUMBER.fullmatch(self.words[0].text):
            return False
        return all(_NUMBER.fullmatch(word.text) for word in self.words)

    @property
    def middle(self) -> float:
        return (self.box.top + self.box.bottom) / 2

    @property
    def height(self) -> float:
        return self.box.bottom - self.box.top


def joined_box(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of them."""
    first = boxes[0]
    x0, top, x1, bottom = first.x0, first.top, first.x1, first.bottom
    for box in boxes[1:]:
        if box.x0 < x0:
            x0 = box.x0
        if box.top < top:
            top = box.top
        if box.x1 > x1:
            x1 = box.x1
        if box.bottom > bottom:
            bottom = box.bottom
    return Box(x0, top, x1, bottom) if len(boxes) > 1 else first


def overlap(first: Box, second: Box) -> float:
    """Points by which two boxes overlap from left to right; negative is the gap between them."""
    right = first.x1 if first.x1 <= second.x1 else second.x1
    return right - (first.x0 if first.x0 >= second.x0 else second.x0)


@lru_cache(maxsize=4096)
def amount_of(text: str) -> int | None:
    """Pence of an amount printed with its pence, None for any other text."""
    if "." not in text or not _MONEY.fullmatch(text):
        return None
    marks = (
        text.count("-") + text.count("\u2212") + text.count("\u2013") + text.count("(") + (text[-2:].upper() == "CR")
    )
    if marks > 1 or text.count("(") != text.count(")"):
        return None
    pence = int("".join(_FIGURES.findall(text)))
    return -pence if marks else pence


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words in row bands from the top, each band from the left."""
    placed = [(word.box, at, word) for at, word in enumerate(words)]
    middles = sorted([((box.top + box.bottom) / 2, box.x0, at, box.bottom - box.top, word) for box, at, word in placed])
    rows: list[list[Word]] = []
    centre = height = 0.0
    for middle, _, _, tall, word in middles:
        tall = tall if tall > _LEAST else _LEAST
        if rows and middle - centre <= SAME_ROW * (tall if tall < height else height):
            rows[-1].append(word)
            continue
        nearer = _nearer(rows[-1], centre, middle) if rows and middle - centre < height else []
        rows.append([*nearer, word])
        centre, height = middle, tall
    for row in rows:
        row.sort(key=_LEFT)
    return rows


def _nearer(row: list[Word], centre: float, middle: float) -> list[Word]:
    """Takes from a row, given from the top, the words nearer to the row that begins at `middle`."""
    kept = len(row)
    while kept > 1 and 2 * _middle(row[kept - 1]) > centre + middle:
        kept -= 1
    moved = row[kept:]
    del row[kept:]
    return moved


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


def pieces_of(words: Iterable[Word]) -> list[Piece]:
    """Every phrase and amount of a page, row by row from the top, each row from the left."""
    pieces = [
        piece
        for index, row in enumerate(rows_of(words))
        for stretch in _between_rules(row)
        for run in _runs(stretch)
        for piece in _run_pieces(run, index)
    ]
    return _without_units(pieces) if any(piece.text == _UNIT for piece in pieces) else pieces


def _without_units(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the unit of money that stands alone among amounts; elsewhere it heads a column."""
    rows = {piece.row for piece in pieces if piece.pence is not None}
    return [piece for piece in pieces if piece.text != _UNIT or piece.row not in rows]


def _between_rules(row: list[Word]) -> Iterator[list[Word]]:
    """The words of a row, parted at rules, leaders and bullets, which belong to no phrase."""
    kept: list[Word] = []
    for word in row:
        if word.text[:1] in _RULE_SIGNS and _RULES.fullmatch(word.text):
            if kept:
                yield kept
            kept = []
        else:
            kept.append(word)
    if kept:
        yield kept


def _runs(row: list[Word]) -> list[list[Word]]:
    """The words of a row, parted where the blank between two is wider than a space."""
    run = [row[0]]
    runs = [run]
    before = row[0].box
    height = before.bottom - before.top
    for word in row[1:]:
        box = word.box
        tall = box.bottom - box.top
        if box.x0 - before.x1 > PHRASE_GAP * (tall if tall < height else height):
            run = []
            runs.append(run)
        run.append(word)
        before, height = box, tall
    return runs


def _run_pieces(run: list[Word], index: int) -> list[Piece]:
    """The phrases and amounts of words that no wide blank parts: most often one phrase, or one amount."""
    if len(run) == 1:
        return [_piece(run, run[0].text, index, amount_of(run[0].text))]
    text = _text(run)
    if "." not in text and _LEADS.isdisjoint(text.split(" ")):
        return _phrases(run, index)
    pieces = _phrases_and_amounts(run, index)
    if len(pieces) > 1 and _is_prose(pieces):
        return [replace(piece, prose=True) for piece in pieces]
    return pieces


def _text(words: Sequence[Word]) -> str:
    return " ".join([word.text for word in words])


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Whether amounts of an unbroken run of words stand in a sentence."""
    texts = [piece for piece in pieces if not piece.is_amount]
    amounts = [piece for piece in pieces if piece.is_amount]
    if not texts or not amounts:
        return False
    words = {normalise(word.text) for piece in texts for word in piece.words}
    if words & set(vocabulary()["decoys"]["prose"]):
        return True
    after = [piece for piece in texts if piece.box.x0 > amounts[0].box.x0]
    return any(piece.text[:1].islower() and len(piece.words) > 1 and not _is_reckoning(piece) for piece in after)


def _is_reckoning(piece: Piece) -> bool:
    """Whether a phrase is a unit or what an amount is multiplied by, as in `35.00 x 82.5900`."""
    return piece.is_filler or all(_NUMBER.fullmatch(w.text) or normalise(w.text) in _FILLERS for w in piece.words)


def _phrases_and_amounts(run: list[Word], index: int) -> list[Piece]:
    pieces: list[Piece] = []
    held: list[Word] = []
    position = 0
    while position < len(run):
        taken, pence = _amount_at(run, position)
        if taken:
            amount = run[position : position + taken]
            pieces += [*_phrases(held, index), _piece(amount, _text(amount), index, pence)]
            held = []
            position += taken
            position += position < len(run) and run[position].text == _UNIT
        else:
            held.append(run[position])
            position += 1
    return pieces + _phrases(held, index)


def _amount_at(run: list[Word], position: int) -> tuple[int, int | None]:
    """How many words from here spell one amount, and its pence."""
    word = run[position].text
    if "." not in word and word not in _LEADS:
        return 0, None
    leads = 0
    while position + leads < len(run) - 1 and run[position + leads].text in _LEADS and leads < 3:
        leads += 1
    stop = position + leads
    if leads == 0 and "." not in word:
        return 0, None
    if amount_of(run[stop].text) is None and not (leads and amount_of(run[stop].text.rstrip(")")) is not None):
        return 0, None
    trail = stop + 1 < len(run) and run[stop + 1].text in _TRAILS and _is_close(run[stop], run[stop + 1])
    for first in range(position, stop + 1):
        for last in (stop + 1, stop) if trail else (stop,):
            pence = amount_of("".join(w.text for w in run[first : last + 1]))
            if pence is not None:
                return (last - position + 1, pence) if first == position else (0, None)
    return 0, None


def _is_close(first: Word, second: Word) -> bool:
    return second.box.x0 - first.box.x1 <= 0.6 * (first.box.bottom - first.box.top)


def _phrases(words: list[Word], index: int) -> list[Piece]:
    """One phrase, or several when it is a run of headings or captions set close together."""
    text = _text(words)
    if len(words) > 1:
        meaning = meaning_of(text)
        unknown = not (meaning.concept or meaning.role or meaning.section or caption_of(meaning.text))
        if unknown and all(meaning_of(word.text).role for word in words):
            return [_piece([word], word.text, index) for word in words]
        if at := _parted(words, text):
            first, second = words[:at], words[at:]
            return [*_phrases(first, index), _piece(second, _text(second), index)]
    return [_piece(words, text, index)] if words else []


def _parted(held: Sequence[Word], text: str) -> int:
    """Where a run of words is two captions: at a blank wider than all others, with a field named on either side."""
    gaps = [after.box.x0 - before.box.x1 for before, after in itertools.pairwise(held)]
    height = held[0].box.bottom - held[0].box.top
    widest = max(gaps)
    if widest < _CAPTION_GAP * height:
        return 0
    others = [gap for gap in gaps if gap != widest]
    if widest < (_CAPTION_GAP if others else _LONE_GAP) * height or (others and widest < 1.4 * max(others)):
        return 0
    if is_name_of_field(normalise(text)):
        return 0
    at = gaps.index(widest) + 1
    return at if all(meaning_of(_text(side)).concept for side in (held[:at], held[at:])) else 0


def _piece(words: Sequence[Word], text: str, index: int, pence: int | None = None) -> Piece:
    box = joined_box([word.box for word in words])
    meaning = NOTHING if pence is not None else meaning_of(text)
    return Piece(text, box, words[0].page, index, tuple(words), pence, False, meaning)


def phrase_of(words: Sequence[Word], row: int) -> Piece:
    """Some words of a page as a phrase of their own, in one of its rows."""
    return _piece(words, _text(words), row)


def stacked_captions(pieces: Sequence[Piece]) -> list[Piece]:
    """Captions wrapped over two or three lines, joined where only the whole has a meaning of its own.

    A phrase that an amount follows in its row ends there: it is whole, or the last line of a caption.
    """
    texts = [piece for piece in pieces if piece.pence is None and not piece.prose]
    ends = {id(a) for a, b in pairwise(pieces) if b.pence is not None and a.row == b.row}
    rows: dict[int, list[_Placed]] = {}
    for piece in texts:
        rows.setdefault(piece.row, []).append((piece.box.x0, piece.box.top, piece.box.x1, piece.height, piece))
    tops = {row: (min(p[1] for p in placed), max(p[1] for p in placed)) for row, placed in rows.items()}
    joined: list[Piece] = []
    for piece in texts:
        stack = below = piece
        for _ in range(2):
            found = None if id(below) in ends else _directly_below(stack, rows, tops)
            if found is None:
                break
            below = found
            text = f"{stack.text} {below.text}"
            stack = Piece(
                text,
                joined_box([stack.box, below.box]),
                piece.page,
                below.row,
                stack.words + below.words,
                meaning=meaning_of(text),
            )
            if _adds_meaning(stack, below):
                joined.append(stack)
    return joined


def _adds_meaning(whole: Piece, last: Piece) -> bool:
    """Whether the lines together name a field or a column that the last line alone does not."""
    joined, alone = whole.meaning, last.meaning
    if joined.concept or joined.role:
        return (joined.concept, joined.field, joined.role) != (alone.concept, alone.field, alone.role)
    return caption_of(joined.text) is not None and caption_of(alone.text) is None


_Placed = tuple[float, float, float, float, Piece]
"""Left, top and right of a piece, its height, and the piece: every caption is held against all near it."""


_NO_TOPS = (math.inf, -math.inf)


def _directly_below(
    piece: Piece, rows: Mapping[int, Sequence[_Placed]], tops: Mapping[int, tuple[float, float]]
) -> Piece | None:
    last, box = piece.words[-1].box, piece.box
    height, bottom, left, right = last.bottom - last.top, box.bottom, box.x0, box.x1
    highest, lowest, off = -0.45 * height, 0.5 * height, 0.25 * height
    for row in range(piece.row, piece.row + 4):
        first, latest = tops.get(row, _NO_TOPS)
        if first - bottom > lowest or latest - bottom < highest:
            continue
        for x0, top, x1, tall, other in rows[row]:
            if not highest <= top - bottom <= lowest or abs(tall - height) > off:
                continue
            if abs(x0 - left) <= 1.5 or abs(x1 - right) <= 1.5 or abs(x0 + x1 - left - right) <= 4:
                return other
    return None
