"""Pictures of what was read: each page with a box around every figure, and an arrow from its label.

Pages come as pixels from the drawer in `pictures`: nothing here opens a file. What is a figure and what is proved was
decided before; here it only gets its colour.
"""

import io
import math
import re
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from hmrc_pipeline.extraction.model import Box, Figure, FileReading, ReadDocument, Word
from hmrc_pipeline.extraction.pictures import PagePicture, PagesNotDrawn, draw_pages

__all__ = ["COLOURS", "MAX_PICTURES", "colour_of", "previewed"]

COLOURS: Final = {
    "proved": (0, 135, 60),
    "consistent": (215, 130, 0),
    "failing": (205, 0, 30),
    "unused": (130, 130, 130),
}
MAX_PICTURES: Final = 10
_LEGEND: Final = {
    "proved": "proved by the sums",
    "consistent": "read, in no sum",
    "failing": "a sum fails",
    "unused": "amount not used",
}
_STRIP: Final = 30
_HIDES: Final = 0.15
"""The share of a field's name that may lie over words: below them is mostly room for descenders."""
_SHORTEST: Final = 5

_Edges = tuple[float, float, float, float]


def previewed(content: bytes, reading: FileReading, *, passwords: Sequence[str] = ()) -> list[bytes]:
    """A PNG of every page that holds a document of the reading, at most `MAX_PICTURES`; none of a bad file."""
    numbers = sorted({number for document in reading.documents for number in document.pages})[:MAX_PICTURES]
    if not numbers:
        return []
    try:
        return [_marked(page, reading.documents) for page in draw_pages(content, numbers, passwords=passwords)]
    except PagesNotDrawn:
        return []


def colour_of(figure: Figure, document: ReadDocument) -> str:
    """`proved`, `consistent` or `failing`: whether a sum holds with the figure, or a failing one names it."""
    if document.needs_review or document.status == "quarantined":
        amount = figure.text.strip("£ -()CR")
        marks = [figure.field, *([amount] if len(amount) > 2 else [])]
        for reason in document.review_reasons:
            if any(re.search(rf"(?<![\w.,]){re.escape(mark)}(?![\w])", reason) for mark in marks):
                return "failing"
    return "proved" if figure.checks else "consistent"


def _marked(page: PagePicture, documents: Sequence[ReadDocument]) -> bytes:
    number = page.number
    picture = Image.new("RGB", (page.width, page.height + _STRIP), "white")
    picture.paste(Image.frombytes("RGB", (page.width, page.height), page.pixels), (0, _STRIP))
    pen = _Pen(ImageDraw.Draw(picture, "RGBA"), page.scale)
    pen.legend()
    coloured: list[tuple[Figure, str]] = []
    for document in documents:
        for word in document.unused:
            if word.page == number:
                pen.box(word.box, "unused")
        figures = [figure for figure in document.figures.values() if figure.page == number]
        coloured += [(figure, colour_of(figure, document)) for figure in figures]
    for figure, name in coloured:
        pen.figure(figure, name)
    pen.tags(coloured, page.words)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class _Pen:
    """Draws in points of the page, below the strip of the legend."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float) -> None:
        self._draw, self._scale = draw, scale
        self._width = draw.im.size[0]
        self._occupied: list[_Edges] = []
        self._printed: list[_Edges] = []
        self._small = ImageFont.load_default(max(7.0, 5.2 * scale))
        self._plain = ImageFont.load_default(14)

    def legend(self) -> None:
        left = 8
        for name, words in _LEGEND.items():
            self._draw.rectangle((left, 9, left + 14, 21), outline=COLOURS[name], width=2)
            self._draw.text((left + 19, 7), words, fill=(40, 40, 40), font=self._plain)
            left += 34 + int(self._draw.textlength(words, self._plain))

    def figure(self, figure: Figure, name: str) -> None:
        """Box, label's box, arrow between them, and the field's name above."""
        colour = COLOURS[name]
        if figure.label_box is not None and figure.label_box != figure.box:
            x0, _, x1, bottom = self._at(figure.label_box)
            self._draw.line((x0, bottom, x1, bottom), fill=(*colour, 160), width=1)
            self._arrow(figure.label_box, figure.box, colour)
        self.box(figure.box, name)

    def tags(self, figures: Sequence[tuple[Figure, str]], words: Sequence[Word]) -> None:
        """The field's name beside every value, where it hides least of the page and no figure."""
        self._occupied = [self._at(word.box) for word in words]
        self._printed = [self._at(word.box) for word in words if any(letter.isdigit() for letter in word.text)]
        for figure, name in figures:
            self._tag(figure, COLOURS[name])

    def _tag(self, figure: Figure, colour: tuple[int, int, int]) -> None:
        found = self._place(figure)
        if found is None:  # the box says that it was read, and hiding another figure would say less
            return
        text, place = found
        self._occupied.append(place)
        self._draw.text(
            place[:2], text, fill=colour, font=self._small, stroke_width=1, stroke_fill=(255, 255, 255, 200)
        )

    def _place(self, figure: Figure) -> tuple[str, _Edges] | None:
        """The whole name where it hides next to nothing; else what of it fits beside the value; else the least evil."""
        name = figure.field
        clear = [place for place in self._places(figure.box, name) if not _overlap(place, self._printed)]
        best = min(clear, key=lambda place: _overlap(place, self._occupied), default=None)
        if best and _overlap(best, self._occupied) <= _HIDES * (best[2] - best[0]) * (best[3] - best[1]):
            return name, best
        for length in range(len(name) - 1, _SHORTEST, -1):
            text = f"{name[:length]}\N{HORIZONTAL ELLIPSIS}"
            for place in self._places(figure.box, text)[:2]:
                if not _overlap(place, self._occupied):
                    return text, place
        return best and (name, best)

    def _places(self, box: Box, text: str) -> list[_Edges]:
        """Left and right of the value, level with it; above and below it at either edge."""
        x0, top, x1, bottom = self._at(box)
        size, tall = self._draw.textlength(text, self._small), 5.6 * self._scale
        level = (top + bottom - tall) / 2 - 1
        corners = [
            (x0 - size - 9, level),
            (x1 + 6, level),
            (x1 - size, top - tall - 1),
            (x0, top - tall - 1),
            (x0, bottom + 1),
            (x1 - size, bottom + 1),
        ]
        inside = [(min(max(left, 1.0), self._width - size - 1), high) for left, high in corners]
        return [(left, high, left + size, high + tall) for left, high in inside]

    def box(self, box: Box, name: str) -> None:
        x0, top, x1, bottom = self._at(box)
        edges = (x0 - 2, top - 1, max(x1, x0) + 2, max(bottom, top) + 1)
        self._draw.rectangle(edges, outline=COLOURS[name], width=2, fill=(*COLOURS[name], 26))

    def _at(self, box: Box) -> _Edges:
        scale = self._scale
        return box.x0 * scale, box.top * scale + _STRIP, box.x1 * scale, box.bottom * scale + _STRIP

    def _arrow(self, label: Box, value: Box, colour: tuple[int, int, int]) -> None:
        one, two = self._at(label), self._at(value)
        if two[0] >= one[2] - 1:
            start, end = (one[2], one[3]), (two[0] - 3, two[3])  # along the foot, not through what stands between
        elif one[0] >= two[2] - 1 and one[1] < two[3] and two[1] < one[3]:
            start, end = (one[0], one[3]), (two[2] + 3, two[3])
        elif two[1] >= one[3] - 2:
            start, end = ((one[0] + one[2]) / 2, one[3] + 1), ((two[0] + two[2]) / 2, two[1] - 2)
        else:
            start, end = ((one[0] + one[2]) / 2, one[1] - 1), ((two[0] + two[2]) / 2, two[3] + 2)
        across, down = end[0] - start[0], end[1] - start[1]
        length = math.hypot(across, down)
        if length < 4:
            return
        self._draw.line((*start, *end), fill=(*colour, 130), width=1)
        along, aside = (across / length * 6, down / length * 6), (-down / length * 3, across / length * 3)
        back = (end[0] - along[0], end[1] - along[1])
        self._draw.polygon(
            [end, (back[0] + aside[0], back[1] + aside[1]), (back[0] - aside[0], back[1] - aside[1])],
            fill=(*colour, 200),
        )


def _overlap(place: _Edges, others: Sequence[_Edges]) -> float:
    return sum(
        max(0.0, min(place[2], other[2]) - max(place[0], other[0]))
        * max(0.0, min(place[3], other[3]) - max(place[1], other[1]))
        for other in others
    )
