"""A sample as it comes back from a scanner: a picture of each page, a little askew, with noise, perhaps with OCR text.

The values and their places are carried over; making the sample itself belongs to `payslips` and `p60s`.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.simulators.samples import Sample

__all__ = ["as_scan"]

Boxes = dict[str, list[dict[str, Any]]]
_CONFUSED = {"0": "O", "O": "0", "1": "l", "l": "1", "5": "S", "S": "5", "8": "B", ".": ",", ",": "."}


def as_scan(sample: Sample, *, seed: int | str = 0, ocr: bool = False) -> Sample:
    """The sample as an image-only PDF of 200 to 300 dpi; `ocr` adds invisible text, with the misreadings OCR makes.

    The same sample and seed give the same bytes, with the same version of the imaging library.
    """
    dice = Dice(seed, "scan")
    dpi, skew = dice.pick([200, 240, 300]), math.radians(dice.number(-8, 8) / 10)
    quality, noise = dice.pick([62, 72, 82]), dice.number(2, 9)
    document = pdfium.PdfDocument(sample.content, password=sample.password)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    sizes = []
    for number, page in enumerate(document):
        width, height = page.get_size()
        sizes.append((width, height))
        canvas.setPageSize((width, height))
        picture = _scanned(page.render(scale=dpi / 72).to_pil(), skew, noise, f"{seed}/{number}")
        stored = io.BytesIO()
        picture.save(stored, "JPEG", quality=quality, dpi=(dpi, dpi))
        canvas.drawImage(ImageReader(stored), 0, 0, width, height)
        if ocr:
            _print_unseen(canvas, page, height, dice)
        canvas.showPage()
    canvas.save()
    content = buffer.getvalue()
    parts = [
        replace(part, content=content, boxes=_turned(part.boxes, sizes, skew), password=None, more=())
        for part in (sample, *sample.more)
    ]
    return replace(parts[0], name=f"scan-{sample.name}", more=tuple(parts[1:]))


def _scanned(picture: Image.Image, skew: float, noise: int, seed: str) -> Image.Image:
    grey = picture.convert("L").rotate(math.degrees(skew), Image.Resampling.BICUBIC, fillcolor=255)
    grey = grey.filter(ImageFilter.GaussianBlur(0.6))
    start = int.from_bytes(seed.encode()[-8:], "big")
    grains = np.random.default_rng(start).normal(0, noise, (grey.height, grey.width))
    return Image.fromarray(np.clip(np.asarray(grey, dtype=float) - 4 + grains, 0, 255).astype(np.uint8))


def _turned(boxes: Boxes, sizes: list[tuple[float, float]], skew: float) -> Boxes:
    """Boxes turned with the paper: each the smallest upright one around its turned corners."""
    return {
        name: [place | {"box": _turn(place["box"], sizes[place["page"] - 1], skew)} for place in places]
        for name, places in boxes.items()
    }


def _turn(box: list[float], size: tuple[float, float], skew: float) -> list[float]:
    middle_x, middle_y = size[0] / 2, size[1] / 2
    cosine, sine = math.cos(skew), math.sin(skew)
    corners = [(x - middle_x, y - middle_y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [middle_x + x * cosine + y * sine for x, y in corners]
    ys = [middle_y - x * sine + y * cosine for x, y in corners]
    return [round(edge, 2) for edge in (min(xs), min(ys), max(xs), max(ys))]


def _print_unseen(canvas: Canvas, page: pdfium.PdfPage, height: float, dice: Dice) -> None:
    for text, x0, low, x1, high in _lines(page):
        size = max(4.0, (high - low) * 0.95)
        wide = float(pdfmetrics.stringWidth(text, "Helvetica", size))
        layer = canvas.beginText(x0, low)
        layer.setFont("Helvetica", size)
        layer.setTextRenderMode(3)
        layer.setHorizScale(100 * (x1 - x0) / wide if wide else 100)
        layer.textOut("".join(_CONFUSED.get(sign, sign) if dice.chance(2) else sign for sign in text))
        canvas.drawText(layer)


def _lines(page: pdfium.PdfPage) -> Iterator[tuple[str, float, float, float, float]]:
    words = page.get_textpage()
    for index in range(words.count_rects()):
        left, low, right, high = words.get_rect(index)
        text = words.get_text_bounded(left, low, right, high).strip()
        if text:
            yield text.encode("latin-1", "replace").decode("latin-1"), left, low, right, high
