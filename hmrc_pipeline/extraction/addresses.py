"""Postal addresses: which lines of a page are some, by the postcode that ends them. Nothing in them is a label."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hmrc_pipeline.extraction.labels import caption_of
from hmrc_pipeline.extraction.layout import Piece

__all__ = ["POSTCODE", "address_lines"]

POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}$")
_LINES: Final = 6
_SPACED: Final = 0.8
"""Lines of one address stand at most this many line heights apart."""
_EDGE: Final = 2.0


def address_lines(pieces: Sequence[Piece]) -> frozenset[int]:
    """The ids of the pieces that are lines of an address: those that end in a postcode and the lines set above them."""
    ends = [p for p in pieces if p.text[-3:-2].isdigit() and p.pence is None and POSTCODE.search(p.text)]
    return frozenset(id(line) for end in ends for line in _up_from(end, pieces))


def _up_from(end: Piece, pieces: Sequence[Piece]) -> Iterator[Piece]:
    yield end
    column = [p for p in pieces if p.row < end.row and abs(p.box.x0 - end.box.x0) <= _EDGE and p.page == end.page]
    below = end
    for line in reversed(column[-_LINES:]):
        meaning = line.meaning
        known = meaning.concept or meaning.section or meaning.role or meaning.side or caption_of(meaning.text)
        if line.pence is not None or known or below.box.top - line.box.bottom > _SPACED * line.height:
            return
        yield line
        below = line
