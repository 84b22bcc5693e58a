"""Captions parted by a stroke, with as many values: `NI no / letter: QQ123456C / A` says two particulars.

The first value is the first caption's by its place, the second the second's; what a caption's value can be is for
`captioned`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hmrc_pipeline.extraction.labels import caption_of, has_figures, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, overlap, phrase_of
from hmrc_pipeline.extraction.model import Word
from hmrc_pipeline.extraction.strokes import ABSENT, STROKE, Halves, halves_of
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

__all__ = ["with_captions_parted"]

_FEW: Final = 2
_NO_ROW: Final = -1
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


def with_captions_parted(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page with each pair of captions and their pair of values as two phrases, `NI no: QQ123456C`."""
    texts = [p for p in pieces if p.pence is None and STROKE in p.text and not p.prose]
    texts = [p for p in texts if not has_figures(p.text.partition(STROKE)[0])]
    found: list[Piece] = []
    used: set[int] = set()
    for piece in texts:
        pair = next(_read_as_pair(piece, pieces, used), None)
        if pair is not None:
            own, parted = pair
            used.update(map(id, own))
            found += [replace(part, row=_NO_ROW - at) for at, part in enumerate(parted, start=len(found))]
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
    if (end and end < len(words)) or not _fields_of(halves_of(captions)):
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
    names, given = halves_of(captions), halves_of(values)
    text = " ".join(word.text for word in values)
    if len(names) != len(given) or not _fields_of(names) or read_date(text) or read_paye_reference(text):
        return []
    own = list(zip(_leaning(names), given, strict=True))
    if not all(_can_be(caption_of(_text(name)), value) for name, value in own):
        return []
    return [phrase_of((*_ended(name), *value), _NO_ROW) for name, value in own if value]


def _can_be(field: str | None, value: tuple[Word, ...]) -> bool:
    """Whether words can be a particular's value: no label, and of its form if it has one. A dash stands for none."""
    text = " ".join(word.text for word in value)
    meaning = meaning_of(text)
    if caption_of(meaning.text) or meaning.concept or meaning.role or meaning.section:
        return False
    reader = _FORMS.get(field or "")
    return text.strip() in ABSENT or reader is None or reader(text) is not None


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
