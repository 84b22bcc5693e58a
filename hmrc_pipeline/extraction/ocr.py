"""Pictures of text become words, by RapidOCR with the models of its own package: no network is asked.

Runs in an OCR worker alone, with limits of its own. Figures so read are hints until a sum proves them: what may
flow on is decided in `scanned`.
"""

import importlib.util
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.words import open_pdf

__all__ = ["UNSURE", "OcrPage", "is_there", "ocr_version", "recognise"]

UNSURE: Final = "ocr-unsure"
"""The source of a word the recogniser itself doubts."""
_DPI: Final = 200
_MAX_PIXELS: Final = 9_000_000
_SURE: Final = 0.9
_RULES: Final = "|_[]\u2502\u2503"


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A recognised page, its words set straight; `skew` in radians says how far the paper was turned."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    skew: float

    def as_displayed(self, box: Box) -> Box:
        """A box of the straightened page where it stands on the page as displayed."""
        across, down = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        x, y = _turned(across, down, self.width, self.height, self.skew)
        wide, tall = (box.x1 - box.x0) / 2, (box.bottom - box.top) / 2
        return Box(x - wide, y - tall, x + wide, y + tall)


def is_there() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def ocr_version() -> str:
    """The recogniser's version, part of what a content was read with; empty without the extra."""
    try:
        return f"ocr{version('rapidocr')}" if is_there() else ""
    except PackageNotFoundError:
        return "ocr"


def recognise(content: bytes, numbers: Sequence[int], *, password: str | None = None) -> list[OcrPage]:
    """The words of these pages (from 1), recognised from their pictures."""
    file = open_pdf(content, password)
    try:
        return [_page(file, number) for number in numbers]
    finally:
        file.close()


def _page(file: Any, number: int) -> OcrPage:
    page = file[number - 1]
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(_MAX_PIXELS / max(width * height, 1.0)))
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    page.close()
    answer = _engine()(picture)
    found = [
        (text, float(score), [(x / scale, y / scale) for x, y in corners])
        for line in answer.word_results or ()
        for text, score, corners in line
        if corners is not None
    ]
    skew = _skew([corners for text, _, corners in found if len(text) > 2])
    words = tuple(
        Word(cleaned, _straight(corners, width, height, skew), number, "ocr" if score >= _SURE else UNSURE)
        for text, score, corners in found
        if (cleaned := text.strip(_RULES + " "))
    )
    return OcrPage(number, width, height, words, skew)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


_Corners = Sequence[tuple[float, float]]


def _skew(words: Sequence[_Corners]) -> float:
    """How far lines rise or fall, as the median of the long words' upper edges says."""
    slopes = [
        math.atan2(c[1][1] - c[0][1], c[1][0] - c[0][0]) for c in words if c[1][0] - c[0][0] > 2 * (c[3][1] - c[0][1])
    ]
    return statistics.median(slopes) if slopes else 0.0


def _straight(corners: _Corners, width: float, height: float, skew: float) -> Box:
    turned = [_turned(x, y, width, height, -skew) for x, y in corners]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = turned
    return Box(min(x0, x3), (y0 + y1) / 2, max(x1, x2), (y2 + y3) / 2)


def _turned(x: float, y: float, width: float, height: float, angle: float) -> tuple[float, float]:
    across, down = x - width / 2, y - height / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    return across * cosine - down * sine + width / 2, across * sine + down * cosine + height / 2
