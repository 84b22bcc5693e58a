"""Pages as pixels, drawn in a limited process of their own; where the words of each page stand comes with them.

Marking or blackening what is on a picture belongs to who asks for it.
"""

import contextlib
import json
import threading
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.spawn import start_process
from hmrc_pipeline.extraction.wire import HEADER, Limits, frame

__all__ = ["PagePicture", "PagesNotDrawn", "draw_pages"]

_DOTS: Final = 144 / 72
_PIXELS: Final = 6_000_000
_MOST_PAGES: Final = 12
_START_SECONDS: Final = 20.0


class PagesNotDrawn(RuntimeError):
    """The document cannot be drawn: damaged, locked, or more than the limits allow."""


@dataclass(frozen=True)
class PagePicture:
    """One page as displayed: `pixels` are red, green, blue by rows; `scale` is pixels a point."""

    number: int
    width: int
    height: int
    scale: float
    pixels: bytes = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)


def draw_pages(
    content: bytes, pages: Collection[int], *, passwords: Sequence[str] = (), limits: Limits | None = None
) -> list[PagePicture]:
    """These pages (counted from 1) of a PDF, in their order. Raises `PagesNotDrawn`."""
    limits = limits or Limits()
    wanted = sorted(pages)[:_MOST_PAGES]
    asked = {
        "limits": asdict(limits),
        "passwords": list(passwords),
        "pages": wanted,
        "scale": _DOTS,
        "pixels": _PIXELS,
    }
    most = len(wanted) * (_PIXELS * 3 + limits.output_bytes)
    answer = _ask(frame(asked) + HEADER.pack(len(content)) + content, limits, most)
    try:
        return _pictures(memoryview(answer), set(wanted))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise PagesNotDrawn("the pages cannot be drawn") from error


def _ask(question: bytes, limits: Limits, most: int) -> bytes:
    process = start_process("hmrc_pipeline.extraction.picture_worker")
    patience = threading.Timer(limits.seconds + _START_SECONDS, process.kill)
    patience.start()
    try:
        with contextlib.suppress(OSError):
            process.stdin.write(question)  # type: ignore[union-attr]
        with contextlib.suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        answer = process.stdout.read(most + 1)  # type: ignore[union-attr]
    finally:
        patience.cancel()
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    if not answer or len(answer) > most:
        raise PagesNotDrawn("the pages cannot be drawn: the file is damaged, locked or too large")
    return answer


def _pictures(answer: memoryview, wanted: set[int]) -> list[PagePicture]:
    pictures = []
    while answer:
        told, answer = _cut(answer)
        pixels, answer = _cut(answer)
        pictures.append(_picture(json.loads(bytes(told)), bytes(pixels), wanted))
    return pictures


def _cut(answer: memoryview) -> tuple[memoryview, memoryview]:
    size = HEADER.unpack(answer[: HEADER.size])[0]
    body = answer[HEADER.size : HEADER.size + size]
    if len(body) != size:
        raise ValueError("the answer ends early")
    return body, answer[HEADER.size + size :]


def _picture(told: Any, pixels: bytes, wanted: set[int]) -> PagePicture:
    number, (width, height) = int(told["page"]), map(int, told["size"])
    points = float(told["points"][0])
    if number not in wanted or len(pixels) != width * height * 3 or points <= 0:
        raise ValueError("the answer is not a page that was asked for")
    words = tuple(Word(str(text), Box(*(float(edge) for edge in edges)), number) for text, *edges in told["words"])
    return PagePicture(number, width, height, width / points, pixels, words)
