"""What of a page is a picture: which of its text is there to be seen, and which pictures may hold figures.

Geometry and what pdfium tells of drawn objects; reading a picture belongs to `ocr`.
"""

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pypdfium2.raw as pdfium

from hmrc_pipeline.extraction.model import Box, Word

__all__ = ["COVERS", "LARGE", "blanked", "covered_share", "holds_figures", "pictures_on"]

COVERS: Final = 0.7
"""The share of the page from which on a picture is a picture of the page."""
LARGE: Final = 0.15
"""The share from which on pictures may hold figures; a logo or a seal has less."""
_SMALL: Final = 0.01
_BAND: Final = 40.0
_WRITTEN: Final = 0.25
_MOST_OBJECTS: Final = 20_000
_DEEP: Final = 3

_Place = Callable[[float, float, float, float], Box]
_Matrix = tuple[float, float, float, float, float, float]
_SAME: Final[_Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def pictures_on(page: Any, place: _Place, size: float) -> list[Box]:
    """Where pictures larger than a seal stand on the page; `place` turns pdfium's edges, `size` is the page's area."""
    found = (place(*edges) for edges in _images(_objects(page), _SAME, 0))
    return [box for box in found if _area(box) > _SMALL * size]


def covered_share(pictures: Sequence[Box], size: float) -> float:
    """How much of the page its pictures cover, by their areas."""
    return sum(map(_area, pictures)) / size if size > 0 else 0.0


def holds_figures(pictures: Sequence[Box], words: Sequence[Word]) -> bool:
    """Whether pictures stand where no words do, so that they may hold what the words leave out.

    A form printed as a background has words all over it; a scan with a printed head, or a table pasted as a picture,
    has not: measured by the bands of a few lines' height in which a word stands.
    """
    bands: set[tuple[int, int]] = set()
    written: set[tuple[int, int]] = set()
    for number, box in enumerate(pictures):
        bands |= {(number, band) for band in range(math.ceil((box.bottom - box.top) / _BAND))}
        inside = (w.box for w in words if _is_inside(w.box, box))
        written |= {(number, int(((b.top + b.bottom) / 2 - box.top) // _BAND)) for b in inside}
    return len(written & bands) < _WRITTEN * len(bands)


def blanked(page: Any, text_page: Any, text: str, size: float) -> str:
    """The page's text with what nobody sees made blank: drawn invisible, or beneath a picture of the page."""
    under = _beneath(page, size)
    return "".join(
        " " if not letter.isspace() and _is_unseen(pdfium.FPDFText_GetTextObject(text_page, at), under) else letter
        for at, letter in enumerate(text)
    )


def _beneath(page: Any, size: float) -> frozenset[int]:
    """The objects drawn before a picture that covers the page and hides what is below it."""
    things = list(_objects(page))
    for number in range(len(things) - 1, -1, -1):
        thing = things[number]
        if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_IMAGE or pdfium.FPDFPageObj_HasTransparency(thing):
            continue
        edges = _edges(thing, _SAME)
        if edges and (edges[2] - edges[0]) * (edges[3] - edges[1]) > COVERS * size:
            return frozenset(_address(below) for below in things[:number] if _is_within(below, edges))
    return frozenset()


def _is_within(thing: Any, edges: tuple[float, float, float, float]) -> bool:
    own = _edges(thing, _SAME)
    if own is None:
        return False
    across, level = (own[0] + own[2]) / 2, (own[1] + own[3]) / 2
    return edges[0] <= across <= edges[2] and edges[1] <= level <= edges[3]


def _is_unseen(thing: Any, under: frozenset[int]) -> bool:
    if not thing:
        return False
    if pdfium.FPDFTextObj_GetTextRenderMode(thing) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    return _address(thing) in under


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _objects(page: Any) -> Iterator[Any]:
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        yield pdfium.FPDFPage_GetObject(page, index)


def _images(things: Iterator[Any], matrix: _Matrix, deep: int) -> Iterator[tuple[float, float, float, float]]:
    for thing in things:
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            edges = _edges(thing, matrix)
            if edges is not None:
                yield edges
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and deep < _DEEP:
            inner = (
                pdfium.FPDFFormObj_GetObject(thing, index)
                for index in range(min(max(pdfium.FPDFFormObj_CountObjects(thing), 0), _MOST_OBJECTS))
            )
            yield from _images(inner, _times(_matrix_of(thing), matrix), deep + 1)


def _edges(thing: Any, matrix: _Matrix) -> tuple[float, float, float, float] | None:
    """Left, bottom, right and top of an object on the page, None where pdfium cannot tell."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
        return None
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs, ys = [a * x + c * y + e for x, y in corners], [b * x + d * y + f for x, y in corners]
    edges = min(xs), min(ys), max(xs), max(ys)
    return edges if all(map(math.isfinite, edges)) else None


def _matrix_of(thing: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, matrix):
        return _SAME
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _area(box: Box) -> float:
    return max(0.0, box.x1 - box.x0) * max(0.0, box.bottom - box.top)


def _is_inside(box: Box, other: Box) -> bool:
    across, level = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return other.x0 <= across <= other.x1 and other.top <= level <= other.bottom
