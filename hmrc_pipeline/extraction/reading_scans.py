"""The reader of everything: text in the usual workers, what has no text in OCR workers with limits of their own.

Without the extra `ocr` a picture stays unread, and the reading says what to install.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from types import TracebackType
from typing import Final

from hmrc_pipeline.extraction import ocr
from hmrc_pipeline.extraction.model import FileReading
from hmrc_pipeline.extraction.pool import ReaderPool
from hmrc_pipeline.extraction.reader import NEEDS_OCR, NO_TEXT, UNREADABLE
from hmrc_pipeline.extraction.wire import Limits

__all__ = ["MOST_WORKERS", "OCR_LIMITS", "Reader"]

OCR_LIMITS: Final = Limits(
    seconds=300.0, cpu_seconds=240, memory_bytes=3_000_000_000, open_files=128, output_bytes=100_000_000,
    documents_per_worker=100, start_seconds=120.0,
)  # fmt: skip
MOST_WORKERS: Final = 8
_BATCH: Final = 50


class Reader:
    """Reads PDFs as `ReaderPool` does, and pictures of text besides. A context manager."""

    def __init__(
        self,
        workers: int | None = None,
        passwords: Sequence[str] = (),
        *,
        layouts: Sequence[tuple[str, str]] | None = None,
        recognise: bool | None = None,
    ) -> None:
        """One worker a core reads text, at most `MOST_WORKERS`, unless `workers` says how many.

        `recognise` False leaves pictures unread, None reads them where the extra is installed.
        """
        self._recognise = ocr.is_there() if recognise is None else recognise
        self._text = ReaderPool(workers or min(_cores(), MOST_WORKERS), passwords, layouts=layouts)
        self._scans = ReaderPool(1, passwords, OCR_LIMITS, layouts=layouts, recognise=True)
        self._open = ExitStack()

    def __enter__(self) -> "Reader":
        self._open.enter_context(self._text)
        self._open.enter_context(self._scans)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def read(self, content: bytes) -> FileReading:
        """Read one PDF."""
        return next(reading for _, reading in self.read_many([("", content)]))

    def read_many(self, contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, FileReading]]:
        """Read many PDFs; every key is answered once, in the order given but for pictures: those of some fifty files
        follow when the text of these files is read."""
        source = iter(contents)
        while batch := list(islice(source, 1)):
            held: dict[str, bytes] = {}
            scans: list[tuple[str, bytes]] = []
            halves: dict[str, FileReading] = {}
            for key, content, reading in self._in_order(_noted([*batch], source, held), held):
                if self._recognise and (reading.unread or reading.error in (NO_TEXT, UNREADABLE)):
                    scans.append((key, content))
                    halves[key] = reading
                else:
                    yield key, reading
            for key, reading in self._scans.read_many(scans):
                yield key, _better(reading, halves.pop(key))

    def _in_order(
        self, contents: Iterable[tuple[str, bytes]], held: dict[str, bytes]
    ) -> Iterator[tuple[str, bytes, FileReading]]:
        """Key, content and reading as text, in the order given whichever worker is first: equal runs, equal results."""
        answered: dict[str, FileReading] = {}
        for key, reading in self._text.read_many(contents):
            answered[key] = reading
            while held and (first := next(iter(held))) in answered:
                yield first, held.pop(first), answered.pop(first)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _better(scanned: FileReading, half: FileReading) -> FileReading:
    """The reading with its pictures; where that failed what was read as text stands, and says why there is no more."""
    if scanned.error is None or not half.documents:
        return scanned
    why = scanned.error.rstrip(".")
    documents = tuple(
        replace(document, review_reasons=tuple(reason.replace(NEEDS_OCR, why) for reason in document.review_reasons))
        for document in half.documents
    )
    return replace(half, documents=documents)


def _noted(
    first: list[tuple[str, bytes]], source: Iterator[tuple[str, bytes]], held: dict[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """A batch of contents, each held while it is being read."""
    for given in (first, islice(source, _BATCH - 1)):
        for key, content in given:
            held[key] = content
            yield key, content
