"""Pages of exhibits as pictures: figures that matter in a frame, what an audience may not see painted over.

The picture is pixels: what is black was replaced, not covered. Which figures those are is told by `exhibits`; any
National Insurance number printed elsewhere on the page is found here, in the page's own words.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.pictures import PagePicture, PagesNotDrawn, draw_pages
from hmrc_pipeline.home import Home
from hmrc_pipeline.originals import OriginalDamaged, OriginalMissing
from hmrc_pipeline.reconciliation.evidence.pack import Audience, Exhibit, Mark

__all__ = ["ExhibitPage", "pages_of"]

_FRAME: Final = (200, 30, 30)
_PALE: Final = (255, 240, 170)
_MARGIN: Final = 14.0
_NINO: Final = re.compile(r"[A-Z]{2}[0-9]{6}(?![0-9])[A-D]?")
_NOT_IN_NINO: Final = re.compile(r"[^A-Z0-9]", re.IGNORECASE)
_NINO_LENGTH: Final = 9
_LEGEND: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class ExhibitPage:
    """One page of an exhibit: a PNG with its legend, or the reason why there is no picture."""

    exhibit: Exhibit
    page: int
    png: bytes | None = field(default=None, repr=False)
    size: tuple[int, int] = (0, 0)
    legend: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    why_not: str | None = None

    @property
    def name(self) -> str:
        return f"exhibit-{self.exhibit.name}-page-{self.page}.png"


def pages_of(home: Home, exhibit: Exhibit, audience: Audience, passwords: Sequence[str] = ()) -> list[ExhibitPage]:
    """Every page of an exhibit that carries a mark."""
    missing = [ExhibitPage(exhibit, page, why_not=reason) for page, reason in sorted(exhibit.left_out.items())]
    missing = [item for item in missing if any(mark.page == item.page for mark in exhibit.marks)]
    if not exhibit.pages:
        return missing
    try:
        drawn = draw_pages(home.originals.get(exhibit.sha256), exhibit.pages, passwords=passwords)
    except (OriginalMissing, OriginalDamaged):
        return [ExhibitPage(exhibit, page, why_not="the original is no longer kept") for page in exhibit.pages]
    except PagesNotDrawn:
        return [ExhibitPage(exhibit, page, why_not="the page cannot be drawn") for page in exhibit.pages]
    return [_page(exhibit, picture, audience) for picture in drawn] + missing


def _page(exhibit: Exhibit, picture: PagePicture, audience: Audience) -> ExhibitPage:
    if audience == "employer" and not picture.words:
        reason = "the page is a picture, in which a National Insurance number cannot be found and blackened"
        return ExhibitPage(exhibit, picture.number, why_not=reason)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    pen = ImageDraw.Draw(image)
    marks = [mark for mark in exhibit.marks if mark.page == picture.number][: len(_LEGEND)]
    legend = tuple((_LEGEND[index], mark.label, mark.value) for index, mark in enumerate(marks))
    for index, mark in enumerate(marks):
        image.paste(_tinted(image, mark, picture.scale), _corners(mark.box, picture.scale))
        _frame(pen, mark, _LEGEND[index], picture.scale)
    if audience == "employer":
        hidden = [box for page, box in exhibit.hidden if page == picture.number]
        for box in [*hidden, *_ninos(picture.words)]:
            pen.rectangle(_corners(box, picture.scale), fill=(0, 0, 0))
    image = image.crop(_printed(picture))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return ExhibitPage(exhibit, picture.number, buffer.getvalue(), image.size, legend)


def _corners(box: Sequence[float], scale: float, spare: float = 1.5) -> tuple[int, int, int, int]:
    x0, top, x1, bottom = box
    return (
        max(int((x0 - spare) * scale), 0),
        max(int((top - spare) * scale), 0),
        max(int((x1 + spare) * scale), 1),
        max(int((bottom + spare) * scale), 1),
    )


def _tinted(image: Image.Image, mark: Mark, scale: float) -> Image.Image:
    part = image.crop(_corners(mark.box, scale))
    return Image.composite(part, Image.new("RGB", part.size, _PALE), part.convert("L").point(_ink))


def _ink(grey: int) -> int:
    return 0 if grey > 200 else 255


def _frame(pen: ImageDraw.ImageDraw, mark: Mark, letter: str, scale: float) -> None:
    left, top, right, bottom = _corners(mark.box, scale)
    pen.rectangle((left, top, right, bottom), outline=_FRAME, width=max(2, round(scale)))
    size = round(7.5 * scale)
    font = ImageFont.load_default(size)
    pen.text((right + 2, top), letter, fill=_FRAME, font=font, anchor="lm")


def _ninos(words: Sequence[Word]) -> Iterator[tuple[float, ...]]:
    """The boxes of every National Insurance number printed, whether as one word or in groups (`QQ 12 34 56 C`)."""
    for start, first in enumerate(words):
        text = ""
        boxes: list[Box] = []
        for word in words[start : start + _NINO_LENGTH]:
            if boxes and not _follows(boxes[-1], word.box):
                break
            text += _NOT_IN_NINO.sub("", word.text.upper())
            boxes.append(word.box)
            found = _NINO.search(text)
            if (
                found
                and found.start() < len(_NOT_IN_NINO.sub("", first.text))
                and (len(boxes) == 1 or found.end() == len(text))
            ):
                yield from ((box.x0, box.top, box.x1, box.bottom) for box in boxes)


def _follows(before: Box, after: Box) -> bool:
    """Whether a word stands on the line of another, not far to its right."""
    height = max(before.bottom - before.top, 1.0)
    on_line = abs((before.top + before.bottom) - (after.top + after.bottom)) / 2 < height
    return on_line and -height < after.x0 - before.x1 < 3 * height


def _printed(picture: PagePicture) -> tuple[int, int, int, int]:
    """The part of the page that is printed on, with a margin."""
    boxes = [word.box for word in picture.words]
    if not boxes:
        return 0, 0, picture.width, picture.height
    left, top = min(box.x0 for box in boxes) - _MARGIN, min(box.top for box in boxes) - _MARGIN
    right, bottom = max(box.x1 for box in boxes) + _MARGIN, max(box.bottom for box in boxes) + _MARGIN
    edges = _corners((left, top, right, bottom), picture.scale)
    return edges[0], edges[1], min(edges[2], picture.width), min(edges[3], picture.height)
