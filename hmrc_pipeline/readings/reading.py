"""Reading what has not been read: each present content once per reader version, in small transactions.

No transaction is open while a PDF is read. What a crash loses is read again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.documents import OriginalDamaged, OriginalMissing, Progress
from hmrc_pipeline.extraction import reader_version
from hmrc_pipeline.extraction.model import FileReading
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings.assignment import settle_assignments
from hmrc_pipeline.readings.interpret import Part, accepted, interpret
from hmrc_pipeline.readings.said import said_of
from hmrc_pipeline.readings.store import lock_contents, store

__all__ = ["ReaderLike", "ReadingCounts", "read_new", "unread_digest"]

_BATCH = 20
_BATCH_SECONDS = 5.0


class ReaderLike(Protocol):
    """What reads the bytes: `extraction.ReaderPool`, or a stand-in."""

    def read_many(self, contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, FileReading]]:
        """Key and reading of each content, in any order."""


@dataclass
class ReadingCounts:
    """What a run read. `unreadable` counts originals that are missing from the store or damaged."""

    contents: int = 0
    payslips: int = 0
    p60s: int = 0
    other: int = 0
    needs_review: int = 0
    quarantined: int = 0
    unassigned: int = 0
    unreadable: int = 0


def read_new(
    home: Home, pool: ReaderLike, *, now: datetime, progress: Progress | None = None, version: str | None = None
) -> ReadingCounts:
    """Read every present content that this reader version has not read yet, and store what was read.

    The version is the reader's and that of the layouts in HOME, unless given.
    """
    counts = ReadingCounts()
    version = version or reader_version(home.settings.layouts)
    stamp = _stamp(home, version)
    todo = _unread(home, stamp)
    batch: list[tuple[str, FileReading]] = []
    for sha256, reading in pool.read_many(_originals(home, todo, counts)):
        batch.append((sha256, reading))
        if len(batch) >= _BATCH or sum(each.seconds for _, each in batch) >= _BATCH_SECONDS:
            _store_batch(home, batch, version, stamp, counts, now)
            batch = []
            if progress:
                progress(counts.contents, len(todo))
    if batch:
        _store_batch(home, batch, version, stamp, counts, now)
    if progress and todo:
        progress(counts.contents, len(todo))
    settle_assignments(home, now=now)
    return counts


def unread_digest(home: Home, *, version: str | None = None) -> str | None:
    """None when every present content was read by this reader version; else a digest of what was not.

    The same contents unread at another time, such as after a retry, give another digest.
    """
    todo = _unread(home, _stamp(home, version or reader_version(home.settings.layouts)))
    if not todo:
        return None
    with home.database.reading() as session:
        newest = session.scalar(sa.select(sa.func.max(ReadingRow.read_at)))
    return hashlib.sha256("\n".join([str(newest), *todo]).encode()).hexdigest()


def _stamp(home: Home, version: str) -> str:
    """What a content was read with: another reader, or other years kept, read it again."""
    return f"{version} from {home.settings.first_year}"


def _unread(home: Home, stamp: str) -> list[str]:
    with home.database.reading() as session:
        query = (
            sa.select(Document.sha256)
            .where(
                Document.withdrawn_at.is_(None),
                Document.ignored_at.is_(None),
                Document.erased_at.is_(None),
                Document.read_with.is_distinct_from(stamp),
            )
            .order_by(Document.first_seen_at, Document.sha256)
        )
        return list(session.scalars(query))


def _originals(home: Home, contents: list[str], counts: ReadingCounts) -> Iterator[tuple[str, bytes]]:
    store = home.originals
    for sha256 in contents:
        try:
            content = store.get(sha256)
        except (OriginalMissing, OriginalDamaged):
            counts.unreadable += 1
            continue
        yield sha256, content


def _store_batch(
    home: Home,
    batch: list[tuple[str, FileReading]],
    version: str,
    stamp: str,
    counts: ReadingCounts,
    now: datetime,
) -> None:
    interpreted = [(sha256, interpret(reading, home.settings.first_year, now)) for sha256, reading in batch]
    readings = dict(batch)
    with home.database.writing() as session:
        documents = lock_contents(session, [sha256 for sha256, _ in interpreted])
        changes = InputChanges(session)
        spoken_of = said_of(session, home.cipher, documents)
        for sha256, parts in interpreted:
            if said := spoken_of.get(sha256):
                parts = interpret(readings[sha256], home.settings.first_year, now, said)
                parts = [accepted(home.cipher, part, said) for part in parts]
            document = documents.get(sha256)
            if document is None or document.erased_at is not None or document.read_with == stamp:
                continue  # erased or read by another process meanwhile
            unassigned = store(session, home.cipher, document, parts, version=version, changes=changes, now=now)
            document.read_with = stamp
            _count(counts, parts, unassigned)
        changes.raise_all()


def _count(counts: ReadingCounts, parts: list[Part], unassigned: int) -> None:
    counts.contents += 1
    counts.unassigned += unassigned
    for part in parts:
        counts.quarantined += part.status == "quarantined"
        counts.needs_review += part.status == "needs_review"
        if part.status == "quarantined":
            continue
        counts.payslips += part.doc_type == "payslip"
        counts.p60s += part.doc_type == "p60"
        counts.other += part.doc_type == "other"
