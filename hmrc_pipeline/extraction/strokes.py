"""Texts parted at strokes: words into two amounts, `1,200.00/9,600.00`, and phrases into halves, `Tax / NI`.

What the halves are is for `paired_captions` and `paired_amounts`.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from hmrc_pipeline.extraction.layout import amount_of
from hmrc_pipeline.extraction.model import Box, Word

__all__ = ["ABSENT", "STROKE", "Halves", "halves_of", "with_amounts_parted"]

STROKE: Final = "/"
ABSENT: Final = frozenset({"", "-", "\u2013", "\u2014", "nil", "none", "n/a"})
"""What stands in a pair for the half that is not there."""

Halves = tuple[tuple[Word, ...], ...]


def with_amounts_parted(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a page with `1,200.00/9,600.00` as three: pieces are made of whole words."""
    if not [word for word in words if STROKE in word.text and "." in word.text]:
        return words
    return [part for word in words for part in _amounts_in(word)]


def _amounts_in(word: Word) -> Iterable[Word]:
    first, stroke, second = word.text.partition(STROKE)
    ends = (amount_of(first), amount_of(second))
    if not stroke or ends == (None, None) or not {first, second} - {""} or STROKE in second:
        return (word,)
    if any(end is None and text not in ABSENT for end, text in zip(ends, (first, second), strict=True)):
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


def halves_of(words: Sequence[Word]) -> Halves:
    """A phrase parted at its strokes: at those that stand alone if there are any, else at all; parts may be empty."""
    alone = any(word.text == STROKE for word in words)
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.text == STROKE:
            parts.append([])
            continue
        start = 0
        for at, letter in enumerate(word.text if not alone else ""):
            if letter == STROKE:
                parts[-1].extend([_cut(word, start, at)] if at > start else [])
                parts.append([])
                start = at + 1
        parts[-1].append(_cut(word, start, len(word.text)) if start else word)
    return tuple(tuple(part) for part in parts)
