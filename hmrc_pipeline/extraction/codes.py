"""Codes beside the captions of a list: `1000 Basic salary`, `/401 Tax deduction`, before the caption or behind it.

One figure before a caption may be anything, a column of them is the payroll's own numbering: the captions mean what
they say without it. Codes that stand apart before a caption are no part of it already.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hmrc_pipeline.extraction.labels import meaning_of
from hmrc_pipeline.extraction.layout import Piece, joined_box

__all__ = ["without_codes"]

_OFTEN: Final = 3
"""So many rows that begin with a code, at one edge and each with its own, make a column of them."""
_CODE: Final = re.compile(r"[/#*]?(?=[A-Z]*\d)[A-Z\d]{1,6}[.:]?(?: |$)")


def without_codes(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a page, the captions of amounts without the codes before them, and no code between the two."""
    coded = [
        at for at, piece in enumerate(pieces)
        if piece.pence is None and not piece.text[1:2].islower() and _CODE.match(piece.text)
    ]  # fmt: skip
    if len(coded) < _OFTEN:
        return pieces
    last = {piece.row: piece.box.x0 for piece in pieces if piece.pence is not None}
    between = [pieces[at] for at in coded if 0 < at < len(pieces) - 1 and _parts(*pieces[at - 1 : at + 2])]
    begun = [piece for at in coded if (piece := pieces[at]).row in last and last[piece.row] > piece.box.x0]
    dropped = {id(piece) for piece in _column(between)}
    bared = {id(piece): _bare(piece) for piece in _column(begun) if len(piece.words) > 1}
    return [bared.get(id(piece), piece) for piece in pieces if id(piece) not in dropped]


def _parts(before: Piece, code: Piece, after: Piece) -> bool:
    """Whether a piece by itself parts a caption from its amount, and is no number as hours are."""
    if after.pence is None or before.pence is not None or len(code.words) > 1:
        return False
    return before.row == code.row == after.row and not code.is_number


def _column(codes: Sequence[Piece]) -> list[Piece]:
    """Those that stand at one edge often enough, each another code."""
    columns: dict[int, list[Piece]] = defaultdict(list)
    for piece in codes:
        if not piece.prose:
            columns[round(piece.box.x0)].append(piece)
    often = (column for column in columns.values() if len({piece.words[0].text for piece in column}) >= _OFTEN)
    return [piece for column in often for piece in column]


def _bare(piece: Piece) -> Piece:
    words = piece.words[1:]
    text = " ".join(word.text for word in words)
    return replace(piece, text=text, box=joined_box([w.box for w in words]), words=words, meaning=meaning_of(text))
