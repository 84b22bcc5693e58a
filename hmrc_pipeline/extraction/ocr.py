"""Pictures of text become words, by RapidOCR with the models of its own package: no network is asked.

Runs in an OCR worker alone, with limits of its own. Figures so read are hints until a sum proves them: what may
flow on is decided in `scanned`.
"""

import importlib.util
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from typing import Any, Final

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.words import open_pdf

__all__ = ["UNSURE", "OcrPage", "is_there", "ocr_version", "recognise", "settled", "tilt_of"]

UNSURE: Final = "ocr-unsure"
"""The source of a word the recogniser itself doubts."""
_DPI: Final = 200
_MAX_PIXELS: Final = 9_000_000
_SURE: Final = 0.9
_INK: Final = 0.88
_TILT: Final = 0.05
_TILTS: Final = 40
_LEVEL: Final = 0.8
_FEW_WORDS: Final = 8
_SIGNS: Final = frozenset({"CR", "DR", "cr", "dr", ")", "-"})
_SAME_ROW: Final = 0.35
_STEP: Final = 1.0
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
        return _around(x, y, box)

    def set_straight(self, box: Box) -> Box:
        """A box of the page as displayed where it stands on the straightened one."""
        across, down = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        x, y = _turned(across, down, self.width, self.height, -self.skew)
        return _around(x, y, box)


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
    middles = [(sum(x for x, _ in c) / len(c), sum(y for _, y in c) / len(c)) for _, _, c in found]
    skew = tilt_of(middles, width, height)
    words = tuple(
        Word(cleaned, _straight(corners, width, height, skew), number, "ocr" if score >= _SURE else UNSURE)
        for text, score, corners in found
        if (cleaned := text.strip(_RULES + " "))
    )
    return OcrPage(number, width, height, settled(words), skew)


def settled(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words as a printer would set them: one height a row, and edges that nearly meet on one line.

    The recogniser's boxes stand off the letters and jump by a point or two; the rules of reading measure by both.
    """
    level: list[Word] = []
    for row in _rows(words):
        middle = statistics.median((w.box.top + w.box.bottom) / 2 for w in row)
        half = _INK * statistics.median(w.box.bottom - w.box.top for w in row) / 2
        row = [replace(w, box=replace(w.box, top=middle - half, bottom=middle + half)) for w in row]
        level += [_drawn_near(w, before, half) for before, w in zip((None, *row), row, strict=False)]
    lefts, rights = _snapped([w.box.x0 for w in level]), _snapped([w.box.x1 for w in level])
    return tuple(replace(w, box=replace(w.box, x0=lefts[w.box.x0], x1=rights[w.box.x1])) for w in level)


def _drawn_near(word: Word, before: Word | None, half: float) -> Word:
    """A sign that belongs to the amount before it, set directly behind it."""
    if before is None or word.text not in _SIGNS or not before.text[-1:].isdigit():
        return word
    gap = word.box.x0 - before.box.x1
    return replace(word, box=replace(word.box, x0=before.box.x1 + half / 4)) if 0 < gap < 2.4 * half else word


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.top + w.box.bottom):
        middle, tall = (word.box.top + word.box.bottom) / 2, word.box.bottom - word.box.top
        last = rows[-1] if rows else []
        near = last and middle - (last[0].box.top + last[0].box.bottom) / 2 <= _SAME_ROW * tall
        if near and abs(tall - (last[0].box.bottom - last[0].box.top)) <= 0.5 * tall:
            last.append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.box.x0) for row in rows]


def _snapped(edges: Sequence[float]) -> dict[float, float]:
    """Each edge with the one it is set to: the middle of those within a step of one another."""
    snapped: dict[float, float] = {}
    group: list[float] = []
    for edge in [*sorted(edges), math.inf]:
        if group and (edge - group[-1] > _STEP or edge - group[0] > 2 * _STEP):
            snapped.update(dict.fromkeys(group, statistics.median(group)))
            group = []
        group.append(edge)
    return snapped


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


def tilt_of(middles: Sequence[tuple[float, float]], width: float, height: float) -> float:
    """How far the paper is turned: the angle at which most words share their row with others."""
    if len(middles) < _FEW_WORDS:
        return 0.0
    steps = range(-_TILTS, _TILTS + 1)
    return max(
        (math.radians(step * _TILT) for step in steps),
        key=lambda angle: (_sharpness([_turned(x, y, width, height, -angle)[1] for x, y in middles]), -abs(angle)),
    )


def _sharpness(levels: Sequence[float]) -> float:
    ordered = sorted(levels)
    return sum(math.exp(-(((low - high) / _LEVEL) ** 2)) for low, high in pairwise(ordered))


def _around(x: float, y: float, box: Box) -> Box:
    wide, tall = (box.x1 - box.x0) / 2, (box.bottom - box.top) / 2
    return Box(x - wide, y - tall, x + wide, y + tall)


def _straight(corners: _Corners, width: float, height: float, skew: float) -> Box:
    turned = [_turned(x, y, width, height, -skew) for x, y in corners]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = turned
    return Box(min(x0, x3), (y0 + y1) / 2, max(x1, x2), (y2 + y3) / 2)


def _turned(x: float, y: float, width: float, height: float, angle: float) -> tuple[float, float]:
    across, down = x - width / 2, y - height / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    return across * cosine - down * sine + width / 2, across * sine + down * cosine + height / 2
