"""The sandbox that draws pages: `python -m hmrc_pipeline.extraction.picture_worker`, started by `pictures`.

One document, then the process ends. It answers with plain pixels and the words on each page: nothing in the answer
needs a decoder, and what is marked or blackened is done by who asked.
"""

import json
import math
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import pypdfium2

from hmrc_pipeline.extraction.confinement import allow_seconds, confine, end_with_parent
from hmrc_pipeline.extraction.pipes import private_pipes, receive
from hmrc_pipeline.extraction.wire import HEADER, Limits, frame
from hmrc_pipeline.extraction.words import EncryptedPdf, Page, read_pages

__all__ = ["main"]


def main() -> int:
    """Draw the pages asked for of the one document given."""
    inbound, outbound = private_pipes()
    end_with_parent()
    first, content = receive(inbound), receive(inbound)
    if first is None or content is None:
        return 1
    asked = json.loads(first)
    limits = Limits(**asked["limits"])
    confine(limits)
    allow_seconds(limits.cpu_seconds)
    _answer(outbound, content, asked)
    outbound.flush()
    return 0


def _answer(outbound: BinaryIO, content: bytes, asked: dict[str, Any]) -> None:
    pages, password = _open(content, asked["passwords"])
    document = pypdfium2.PdfDocument(content, password=password)
    document.init_forms()
    for page in pages:
        if page.number in asked["pages"] and page.width > 0 and page.height > 0:
            scale = min(asked["scale"], math.sqrt(asked["pixels"] / (page.width * page.height)))
            bitmap = document[page.number - 1].render(scale=scale, rev_byteorder=True, no_smoothpath=False)
            words = [[w.text, w.box.x0, w.box.top, w.box.x1, w.box.bottom] for w in page.words]
            size = [bitmap.width, bitmap.height]
            outbound.write(
                frame({"page": page.number, "points": [page.width, page.height], "size": size, "words": words})
            )
            outbound.write(_rgb(bitmap))


def _open(content: bytes, passwords: Sequence[str]) -> tuple[list[Page], str | None]:
    for password in (None, *passwords):
        try:
            return read_pages(content, password=password), password
        except EncryptedPdf:
            continue
    raise EncryptedPdf("no password opens it")


def _rgb(bitmap: Any) -> bytes:
    """Rows of red, green, blue without padding, their length before them."""
    width, height, stride, channels = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    raw = memoryview(bytes(bitmap.buffer))
    rows = []
    for y in range(height):
        row = raw[y * stride : y * stride + width * channels]
        rows.append(_three(row, channels))
    body = b"".join(rows)
    return HEADER.pack(len(body)) + body


def _three(row: memoryview, channels: int) -> bytes:
    if channels == 3:
        return bytes(row)
    three = bytearray(len(row) // channels * 3)
    for colour in range(3):
        three[colour::3] = row[min(colour, channels - 1) :: channels]
    return bytes(three)


if __name__ == "__main__":
    sys.exit(main())
