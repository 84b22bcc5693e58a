"""A sheet of paper: text, rules and boxes drawn with reportlab, and the place of every printed value noted.

Coordinates are points from the top left of the page as displayed; `y` is a baseline. The same calls give the same
bytes. What stands where belongs to the layouts.
"""

import io
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from hmrc_pipeline.money import format_amount
from hmrc_pipeline.simulators.samples import Record
from hmrc_pipeline.simulators.style import FONTS, Font, Style

__all__ = ["A4", "TINTS", "Align", "Colour", "Face", "Mark", "Overprint", "Sheet", "Tint"]

A4 = (595.28, 841.89)
Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)
Align = Literal["left", "right", "centre"]
Face = Literal["regular", "bold", "italic"]


class Overprint(ValueError):
    """Two texts would stand on each other, or one outside the paper: no payroll prints so, and nobody could read it."""


@dataclass(frozen=True)
class Tint:
    """The colours of one payroll's stationery: strong for bands, soft for fills, line for rules, text for captions."""

    strong: Colour
    soft: Colour
    line: Colour
    caption: Colour


TINTS = (
    Tint((0.16, 0.27, 0.42), (0.91, 0.94, 0.97), (0.55, 0.62, 0.70), (0.35, 0.40, 0.47)),
    Tint((0.20, 0.20, 0.20), (0.93, 0.93, 0.93), (0.50, 0.50, 0.50), (0.30, 0.30, 0.30)),
    Tint((0.08, 0.37, 0.33), (0.90, 0.96, 0.94), (0.45, 0.62, 0.58), (0.25, 0.40, 0.37)),
    Tint((0.45, 0.15, 0.20), (0.98, 0.93, 0.93), (0.68, 0.52, 0.53), (0.42, 0.28, 0.30)),
    Tint((0.33, 0.24, 0.48), (0.95, 0.93, 0.98), (0.60, 0.55, 0.68), (0.36, 0.32, 0.45)),
    Tint((0.05, 0.35, 0.60), (0.91, 0.96, 1.00), (0.48, 0.64, 0.77), (0.25, 0.38, 0.50)),
)


@dataclass(frozen=True)
class Mark:
    """A printed value: the field it is, its value in the contract's spelling, the text on the page."""

    field: str
    value: str
    text: str


_FOLDER = Path(reportlab.__file__).with_name("fonts")


def _meaningless(content: bytes) -> bytes:
    """The file with each letter's meaning replaced by a code point nobody assigned, as a broken font map does."""

    return re.sub(rb"(<[0-9A-F]{2}> )<00([0-9A-F]{2})>", rb"\1<E0\2>", content)


def _shorter(text: str) -> str:
    """A label one letter shorter; whose contribution it is stays, for without it nobody could tell."""
    name, dash, whose = text.rpartition(" - ")
    if whose in ("EE", "ER", "Ee", "Er") and len(name) > 3:
        return f"{name[:-1].rstrip()}{dash}{whose}"
    return text[:-1].rstrip()


@cache
def _ready_fonts() -> None:
    for name in ("Vera", "VeraBd", "VeraIt"):
        pdfmetrics.registerFont(TTFont(name, str(_FOLDER / f"{name}.ttf")))


class Sheet:
    """A document being drawn in one style.

    Values go to `record`, which may be changed for the next document; `origin` moves all that follows. Values of
    the fields in `without` are left off.
    """

    def __init__(
        self,
        size: tuple[float, float],
        style: Style,
        *,
        title: str,
        record: Record,
        without: Collection[str] = (),
    ) -> None:
        _ready_fonts()
        self.style = style
        self.tint = TINTS[style.tint % len(TINTS)]
        self.width, self.height = size
        self.page = 1
        self.origin = (0.0, 0.0)
        self.record = record
        self._without = frozenset(without)
        self._fonts = FONTS[style.font]
        self._value_fonts = FONTS[style.figures or style.font]
        self._buffer = io.BytesIO()
        self._printed: list[tuple[float, float, float, float, str]] = []
        lock = StandardEncryption(style.password, "owner of the sample", strength=128) if style.password else None
        # With a rotation the drawing library swaps the paper's sides itself.
        plain = int(not style.unreadable)
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1, encrypt=lock, pageCompression=plain)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Payroll")
        self._begin()

    def size(self, points: float) -> float:
        """A size of letters in this style's scale."""
        return round(points * self.style.scale, 2)

    def text_width(self, text: str, size: float, face: Face = "regular") -> float:
        """How wide a text of this (unscaled) size is."""
        return float(pdfmetrics.stringWidth(text, getattr(self._fonts, face), self.size(size)))

    def snug(self, text: str, size: float, room: float, face: Face = "regular") -> float:
        """The (unscaled) size, not above this one, at which a text is no wider than `room`."""
        width = self.text_width(text, size, face)
        return size if width <= room else size * room / width * 0.995

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8,
        face: Face = "regular",
        align: Align = "left",
        colour: Colour = BLACK,
        fit: float | None = None,
        filled: bool = False,
    ) -> float:
        """Print words that are no value, cut where they would be wider than `fit`. Returns where they end.

        `filled` prints them in the type of the values.
        """
        while fit is not None and len(text) > 3 and self.text_width(text, size, face) > fit:
            text = _shorter(text)
        fonts = self._value_fonts if filled else None
        if self.style.pictured and size < 7.2 and colour == self.tint.caption:
            return self._picture(x, y, text, size, align)
        return self._draw(x, y, self._ligatures(text), size, face, align, colour, fonts)[2]

    def value(
        self,
        x: float,
        y: float,
        mark: Mark,
        *,
        size: float = 8,
        face: Face = "regular",
        align: Align = "left",
        colour: Colour = BLACK,
    ) -> float:
        """Print a value and note its place. Returns where it ends."""
        if mark.field in self._without:
            return x
        x0, width, end = self._draw(x, y, mark.text, size, face, align, colour, self._value_fonts)
        self._note(mark, x0, y, width, size, face)
        return end

    def upright(
        self, x: float, y: float, text: str, *, size: float = 8, face: Face = "regular", colour: Colour = BLACK
    ) -> None:
        """Print words that are no value from the bottom up, their baseline at `x` and their middle at `y`."""
        font, points = getattr(self._fonts, face), self.size(size)
        half = self.text_width(text, size, face) / 2
        x, y = x + self.origin[0], y + self.origin[1]
        self._keep_apart((x - 0.7 * points, y - half, x + 0.15 * points, y + half), text)
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(90)
        self._canvas.setFont(font, points)
        self._canvas.setFillColorRGB(*colour)
        self._canvas.drawCentredString(0, 0, text)
        self._canvas.restoreState()

    def run(
        self,
        x: float,
        y: float,
        *pieces: str | Mark,
        size: float = 8,
        face: Face = "regular",
        colour: Colour = BLACK,
    ) -> float:
        """Print words and values one after the other. Returns where they end."""
        for piece in pieces:
            draw: Callable[..., float] = self.text if isinstance(piece, str) else self.value
            x = draw(x, y, piece, size=size, face=face, colour=colour)
        return x

    def amount(
        self,
        x: float,
        y: float,
        field: str | None,
        amount: Decimal,
        *,
        size: float = 8,
        face: Face = "regular",
        align: Align = "right",
        colour: Colour = BLACK,
        noted: Decimal | None = None,
    ) -> None:
        """Print an amount as this style spells it.

        `noted` is the value to note where the contract's sign is not the printed one.
        """
        if field in self._without:
            return
        text = self.style.amount(amount)
        x0, width, _end = self._draw(x, y, text, size, face, align, colour, self._value_fonts)
        if field:
            value = format_amount(amount if noted is None else noted)
            self._note(Mark(field, value, text), x0, y, width, size, face)

    def pair(self, right: float, left: float, y: float, mark: Mark, *, size: float = 8) -> float:
        """Print a value in two parts, one ending at `right`, one starting at `left`: pounds and pence.

        Returns where it ends.
        """
        if mark.field in self._without:
            return left
        first, second = mark.text.split(" ")
        x0, _, _ = self._draw(right, y, first, size, "regular", "right", BLACK, self._value_fonts)
        _, _, end = self._draw(left, y, second, size, "regular", "left", BLACK, self._value_fonts)
        self._note(mark, x0, y, end - x0, size, "regular")
        return end

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.5, colour: Colour = BLACK) -> None:
        """A line."""
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeColorRGB(*colour)
        dx, dy = self.origin[0], self.height - self.origin[1]
        self._canvas.line(x0 + dx, dy - y0, x1 + dx, dy - y1)

    def frame(
        self,
        x0: float,
        top: float,
        x1: float,
        bottom: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        width: float = 0.5,
        radius: float = 0,
    ) -> None:
        """A rectangle, filled, outlined or both."""
        canvas = self._canvas
        canvas.setLineWidth(width)
        if fill:
            canvas.setFillColorRGB(*fill)
        if stroke:
            canvas.setStrokeColorRGB(*stroke)
        draw = (x0 + self.origin[0], self.height - self.origin[1] - bottom, x1 - x0, bottom - top)
        if radius:
            canvas.roundRect(*draw, radius, stroke=int(bool(stroke)), fill=int(bool(fill)))
        else:
            canvas.rect(*draw, stroke=int(bool(stroke)), fill=int(bool(fill)))

    def next_page(self) -> None:
        """Go on with a new page."""
        self._canvas.showPage()
        self.page += 1
        self._printed.clear()
        self._begin()

    def finish(self) -> bytes:
        """The document."""
        self._canvas.showPage()
        self._canvas.save()
        content = self._buffer.getvalue()
        return _meaningless(content) if self.style.unreadable else content

    def _begin(self) -> None:
        if self.style.rotate:
            self._canvas.setPageRotation(90)
            self._canvas.transform(0, 1, -1, 0, self.height, 0)
        dx, dy = self.style.shift
        self._canvas.translate(dx, -dy)

    def _ligatures(self, text: str) -> str:
        return text.replace("fi", "\ufb01").replace("fl", "\ufb02") if self.style.ligatures else text

    def _draw(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        face: Face,
        align: Align,
        colour: Colour,
        fonts: Font | None = None,
    ) -> tuple[float, float, float]:
        """Draw and tell where it starts, how wide it is and where it ends."""
        font, points = getattr(fonts or self._fonts, face), self.size(size)
        x, y = x + self.origin[0], y + self.origin[1]
        width = float(pdfmetrics.stringWidth(text, font, points))
        x0 = {"left": x, "right": x - width, "centre": x - width / 2}[align]
        self._keep_apart((x0, y - 0.7 * points, x0 + width, y + 0.15 * points), text)
        self._canvas.setFont(font, points)
        self._canvas.setFillColorRGB(*colour)
        pieces = (text[:-3], text[-3:]) if self.style.split and text[-3:-2] == "." else (text,)
        at = x0
        for piece in pieces:
            self._canvas.drawString(at, self.height - y, piece)
            at += float(pdfmetrics.stringWidth(piece, font, points))
        return x0 - self.origin[0], width, x0 + width - self.origin[0]

    def _picture(self, x: float, y: float, text: str, size: float, align: Align) -> float:
        """Print words as a picture of them. Returns where they end."""
        points, scale = self.size(size), 4
        font = ImageFont.truetype(str(_FOLDER / "Vera.ttf"), round(points * scale * 0.92))
        left, _, right, _ = font.getbbox(text)
        wide, high = int(right - left) + 4, int(points * scale * 1.3)
        picture = Image.new("L", (wide, high), 255)
        ImageDraw.Draw(picture).text((2 - left, points * scale), text, font=font, fill=70, anchor="ls")
        x0 = {"left": x, "right": x - wide / scale, "centre": x - wide / scale / 2}[align]
        dx, dy = self.origin
        bottom = self.height - (y + dy) - 0.3 * points
        self._canvas.drawImage(ImageReader(picture), x0 + dx, bottom, wide / scale, high / scale, mask=[250, 255])
        return x0 + wide / scale

    def _keep_apart(self, box: tuple[float, float, float, float], text: str) -> None:
        """Refuse a text on another one, nearer to it than a blank is wide, or off the paper."""
        (x0, top, x1, bottom), gap = box, 1.8
        if not text.strip():
            return
        if x0 < 0 or top < 0 or x1 > self.width or bottom > self.height:
            raise Overprint(f"{text!r} does not fit on the page")
        for left, above, right, below, other in self._printed:
            joined = abs(x0 - right) < 0.01
            if not joined and x0 < right + gap and x1 > left - gap and top < below and bottom > above:
                raise Overprint(f"{text!r} stands on {other!r}")
        self._printed.append((x0, top, x1, bottom, text))

    def _note(self, mark: Mark, x0: float, y: float, width: float, size: float, face: Face) -> None:
        ascent, descent = pdfmetrics.getAscentDescent(getattr(self._value_fonts, face), self.size(size))
        dx, dy = self.style.shift[0] + self.origin[0], self.style.shift[1] + self.origin[1]
        box = [x0 + dx, y - ascent + dy, x0 + width + dx, y - descent + dy]
        self.record.put(mark.field, mark.value, page=self.page, box=[round(edge, 2) for edge in box], text=mark.text)
