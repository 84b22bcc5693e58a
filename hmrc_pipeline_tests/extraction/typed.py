"""Pages typed as lines of text at a place, for rules that ask only where words stand."""

from hmrc_pipeline.extraction.layout import Piece, pieces_of
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.strokes import with_amounts_parted

__all__ = ["Line", "page", "words"]

Line = tuple[float, float, str]
"""Left edge, top and text."""


def words(*lines: Line) -> list[Word]:
    """The words of ten-point lines, letters half as wide as high."""
    found: list[Word] = []
    for left, top, text in lines:
        x = left
        for word in text.split():
            found.append(Word(word, Box(x, top, x + 5.0 * len(word), top + 10.0), 1))
            x += 5.0 * len(word) + 3.0
    return found


def page(*lines: Line) -> list[Piece]:
    """The pieces of a page of such lines."""
    return pieces_of(with_amounts_parted(words(*lines)))
