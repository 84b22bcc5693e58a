"""A page printed in two languages, laid out as if it were printed in the one the data files know.

`Income Tax / Treth Incwm` says one thing twice, and so do two captions one above the other in one cell: the half
that is known speaks for both. No dictionary is needed: a page most of whose labels have a second half in words
nobody here knows is of two tongues. What labels mean belongs to `labels`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final, NamedTuple

from hmrc_pipeline.extraction.labels import Meaning, caption_of, known_words, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.overlay import remembered
from hmrc_pipeline.extraction.values import frequency_of

__all__ = ["in_one_tongue"]

_STROKE: Final = "/"
_FEW: Final = 4
"""So many labels said twice, and more than are said once, make a page of two tongues."""
_APART, _INTO, _UNLIKE = 0.6, 0.45, 0.35
"""In heights of a line: how far two lines of one cell stand apart or into each other, how unlike in height."""
_EDGE: Final = 1.5
_OFF: Final = 0.15
"""A value set between two lines is nearer to their middle than to either by this share of a line."""
_BOTH: Final = 2


class _Twice(NamedTuple):
    """Something said twice: the pieces that say it, the one that speaks for them, whether it can be nothing else."""

    pieces: tuple[Piece, ...]
    said: Piece
    is_sure: bool = True


def in_one_tongue(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, row by row; on a page of two tongues each label in the known one alone.

    Beside each other they keep the box of both, for headings are set over their columns as a whole; one above the
    other that of the known one, in the middle of the two. Where both are known and do not agree, they mean nothing.
    """
    beside = [twice for p in pieces if p.pence is None and _STROKE in p.text and (twice := _beside(p)) is not None]
    if not any(twice.is_sure for twice in beside):
        return list(pieces)
    parted = {id(piece) for twice in beside for piece in twice.pieces}
    found = [*beside, *_stacked(pieces, parted)]
    twofold = {id(piece) for twice in found for piece in twice.pieces}
    once = sum(p.pence is None and id(p) not in twofold and not p.prose and _is_known(p.text) for p in pieces)
    sure = sum(twice.is_sure for twice in found)
    if sure < _FEW or sure <= once:
        return list(pieces)
    kept = [piece for piece in pieces if id(piece) not in twofold]
    return sorted([*kept, *(twice.said for twice in found)], key=lambda piece: (piece.row, piece.box.x0))


def _beside(piece: Piece) -> _Twice | None:
    """Both halves of `Income Tax / Treth Incwm`, perhaps with a value behind a colon."""
    end = next((at for at, word in enumerate(piece.words, start=1) if word.text.endswith(":")), len(piece.words))
    halves = _halves(piece.words[:end])
    if halves is None:
        return None
    told = _told(*(" ".join(word.text for word in half) for half in halves))
    if told is None:
        return None
    if told < 0:
        return _Twice((piece,), replace(piece, meaning=Meaning(piece.meaning.text)), is_sure=False)
    own, value = halves[min(told, 1) if told != _BOTH else 0], piece.words[end:]
    if value and not own[-1].text.endswith(":"):
        own = (*own[:-1], replace(own[-1], text=f"{own[-1].text}:"))
    words = own + value
    text = " ".join(word.text for word in words)
    return _Twice((piece,), replace(piece, text=text, words=words, meaning=meaning_of(text)))


def _halves(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]] | None:
    """The words before and behind the one stroke among them: set between two blanks, or within a word of letters."""
    alone = [at for at, word in enumerate(words) if word.text == _STROKE]
    if len(alone) == 1 and 0 < alone[0] < len(words) - 1:
        return words[: alone[0]], words[alone[0] + 1 :]
    within = [at for at, word in enumerate(words) if _STROKE in word.text]
    if alone or len(within) != 1:
        return None
    word = words[within[0]]
    first, _, second = word.text.partition(_STROKE)
    if not (first and second.rstrip(":") and (first + second.rstrip(":")).replace(".", "").isalpha()):
        return None
    box = word.box
    middle = box.x0 + (box.x1 - box.x0) * (len(first) + 0.5) / len(word.text)
    left = replace(word, text=first, box=Box(box.x0, box.top, middle, box.bottom))
    right = replace(word, text=second, box=Box(middle, box.top, box.x1, box.bottom))
    return (*words[: within[0]], left), (right, *words[within[0] + 1 :])


@remembered
def _told(first: str, second: str) -> int | None:
    """Which half speaks for both: 0 or 1, 2 where they agree, -1 where they do not; None where neither is known, or
    the words of the other are no other language's."""
    known = _is_known(first), _is_known(second)
    if all(known):
        return _BOTH if _agree(first, second) else -1
    if not any(known) or not _is_foreign(first if known[1] else second):
        return None
    return 0 if known[0] else 1


@remembered
def _is_known(text: str) -> bool:
    meaning = meaning_of(text)
    says = meaning.concept or meaning.role or meaning.section or meaning.side or meaning.refund or meaning.decoy
    return bool(says or caption_of(normalise(text)) or frequency_of(text))


def _agree(first: str, second: str) -> bool:
    """Whether two texts say the same of a label: nothing one says does the other deny, and something both say."""
    ours, theirs = ((*_sayings(text),) for text in (first, second))
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if a and b]
    return bool(both) and all(a == b for a, b in both) and meaning_of(first).ytd == meaning_of(second).ytd


def _sayings(text: str) -> Iterator[str | None]:
    meaning = meaning_of(text)
    yield from (meaning.field or meaning.concept, meaning.role, meaning.section, caption_of(normalise(text)))
    yield frequency_of(text)


def _is_foreign(text: str) -> bool:
    """Whether a text has a word that no data file spells, and begins with a letter."""
    return text[:1].isalpha() and not known_words() >= {*normalise(text).split()}


def _stacked(pieces: Sequence[Piece], parted: Set[int]) -> Iterator[_Twice]:
    """Two captions one above the other in one cell, their value between them to the right; headings without one.

    `parted` are the ids of pieces that say both in one line.
    """
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        rows[piece.row].append(piece)
    used = set(parted)
    for upper in pieces:
        if upper.pence is not None or upper.prose or id(upper) in used or _leads(upper, rows):
            continue
        lower = _line_below(upper, rows)
        twice = _one_of(upper, lower, rows) if lower is not None and id(lower) not in used else None
        if twice is not None:
            used.update(id(piece) for piece in twice.pieces)
            yield twice


def _leads(piece: Piece, rows: Mapping[int, Sequence[Piece]]) -> bool:
    """Whether an amount follows in the row: a line of a list, and no line of a cell."""
    after = next((other for other in rows[piece.row] if other.box.x0 >= piece.box.x1), None)
    return after is not None and after.is_amount


def _line_below(upper: Piece, rows: Mapping[int, Sequence[Piece]]) -> Piece | None:
    """The next line of a cell: close below, of about the same height, from or up to the same edge."""
    height, box = upper.height, upper.box
    for row in range(upper.row + 1, upper.row + 4):
        for lower in rows.get(row, ()):
            own = lower.box
            if lower.pence is not None or lower.prose or abs(lower.height - height) > _UNLIKE * height:
                continue
            if not -_INTO * height <= own.top - box.bottom <= _APART * height:
                continue
            if (abs(own.x0 - box.x0) <= _EDGE or abs(own.x1 - box.x1) <= _EDGE) and not _leads(lower, rows):
                return lower
    return None


def _one_of(upper: Piece, lower: Piece, rows: Mapping[int, Sequence[Piece]]) -> _Twice | None:
    told = _told(upper.text, lower.text)
    if told is None or told < 0:
        return None
    known = lower if told == 1 else upper
    if _is_wrapped(f"{upper.text} {lower.text}", known.meaning):
        return None
    between = _value_between(upper, lower, rows)
    meaning = known.meaning
    if between is None and (told == _BOTH or not (meaning.concept or meaning.role or meaning.section)):
        return None
    middle, half = (upper.box.top + lower.box.bottom) / 2, known.height / 2
    box = Box(known.box.x0, middle - half, known.box.x1, middle + half)
    row = upper.row if between is None else between.row
    return _Twice((upper, lower), replace(known, box=box, row=row), is_sure=between is not None)


def _is_wrapped(whole: str, part: Meaning) -> bool:
    """Whether two lines together are a caption of another meaning than the known one: then each is half of it."""
    meaning = meaning_of(whole)
    if meaning.concept or meaning.role:
        return (meaning.field, meaning.concept, meaning.role) != (part.field, part.concept, part.role)
    return caption_of(meaning.text) not in (None, caption_of(part.text))


def _value_between(upper: Piece, lower: Piece, rows: Mapping[int, Sequence[Piece]]) -> Piece | None:
    """What stands next to the right of both lines, between the two."""
    edge, off = max(upper.box.x1, lower.box.x1) - 1, _OFF * upper.height
    right = (piece for row in range(upper.row, lower.row + 1) for piece in rows.get(row, ()) if piece.box.x0 >= edge)
    between = (piece for piece in right if upper.middle + off < piece.middle < lower.middle - off)
    return min(between, key=lambda piece: piece.box.x0, default=None)
