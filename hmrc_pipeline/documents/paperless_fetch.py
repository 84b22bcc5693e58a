"""Fetching what was announced: the uploaded bytes, their SHA-256, the registry; in small transactions.

Before it is fetched a document is asked for again: it may have lost its tag, or have a newer version. An
announcement goes in the transaction that records what it led to, so a crash costs a download, never a document.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Announcement, Document
from hmrc_pipeline.documents.announcements import (
    RUN_FETCHES,
    announcement_problems,
    drop_announcement,
    due_announcements,
    postpone,
    waiting_count,
)
from hmrc_pipeline.documents.paperless import Listed
from hmrc_pipeline.documents.paperless_http import PaperlessAbsent, PaperlessProblem
from hmrc_pipeline.documents.paperless_look import Looked, look, paperless_state
from hmrc_pipeline.documents.paperless_source import PaperlessSource, document_id, fetched_fingerprint
from hmrc_pipeline.documents.registry import Change, locked_state, record
from hmrc_pipeline.documents.source import Intake, NotTaken, Progress
from hmrc_pipeline.home import Home

__all__ = ["fetch_announced", "follow_paperless"]

_BATCH: Final = 25
_BATCH_BYTES: Final = 32_000_000
_RUN_SECONDS: Final = 900.0


def follow_paperless(home: Home, source: PaperlessSource, *, now: datetime, progress: Progress | None = None) -> Intake:
    """Look, then fetch what is announced, 1,000 documents at most; what waits is told.

    Raises `SourceUnavailable`; what was recorded before stays.
    """
    looked = look(home, source, now=now, seconds=300.0)
    fetched = fetch_announced(home, source, now=now, progress=progress)
    with home.database.reading() as session:
        waiting = waiting_count(session, source.name)
        problems = announcement_problems(session, source.name)
    return replace(
        fetched,
        removed=fetched.removed + looked.withdrawn,
        returned=fetched.returned + looked.returned,
        unchanged=max(looked.visible - fetched.new - fetched.changed - waiting, 0),
        waiting=waiting,
        problems=tuple(NotTaken(reference, problem) for reference, problem in problems),
        notices=_told(looked),
    )


def _told(looked: Looked) -> tuple[str, ...]:
    return (*looked.notices, *([looked.refused] if looked.refused else []))


def fetch_announced(
    home: Home,
    source: PaperlessSource,
    *,
    now: datetime,
    limit: int = RUN_FETCHES,
    seconds: float = _RUN_SECONDS,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Intake:
    """Fetch what is announced and due, in the order it was. Raises `SourceUnavailable` when the server fails."""
    with home.database.reading() as session:
        rows = list(due_announcements(session, source.name, now, limit))
    ends = clock() + seconds
    counts, done = Intake(), 0
    for start in range(0, len(rows), _BATCH):
        if clock() > ends:
            break
        some = rows[start : start + _BATCH]
        for batch in _batches(home, source, some):
            counts = _record(home, source, batch, counts, now)
        done += len(some)
        if progress:
            progress(done, len(rows))
    return counts


@dataclass
class _Batch:
    """What was fetched for announcements: a change, nothing to be done, or a problem."""

    changes: list[tuple[Announcement, Change | None]] = field(default_factory=list)
    problems: list[tuple[Announcement, str]] = field(default_factory=list)
    size: int = 0
    failure: PaperlessProblem | None = None


def _batches(home: Home, source: PaperlessSource, rows: Sequence[Announcement]) -> Iterator[_Batch]:
    """The announcements with their originals stored; after a failure of the server, what came before it."""
    batch = _Batch()
    try:
        there = source.client.named([document_id(row.reference) for row in rows])
        tags = set(paperless_state(home, source).tags)
        for row in rows:
            listed = there.get(document_id(row.reference))
            # Gone, or without its tag: if it is in the registry, the look at everything withdraws it.
            wanted = listed is not None and listed.tags & tags
            _fetch(home, source, row, listed if wanted else None, batch)
            if batch.size >= _BATCH_BYTES:
                yield batch
                batch = _Batch()
    except PaperlessProblem as failure:
        batch.failure = failure
    yield batch


def _fetch(home: Home, source: PaperlessSource, row: Announcement, listed: Listed | None, batch: _Batch) -> None:
    if listed is None:
        batch.changes.append((row, None))
        return
    try:
        listed, content = _bytes(source, listed)
    except PaperlessAbsent:
        batch.problems.append((row, "Paperless shows the document but cannot give its file"))
        return
    except PaperlessProblem:
        # One document that cannot be had must not hold up the others: is it the server, or this document?
        source.client.named([listed.id])
        batch.problems.append((row, "Paperless fails when it is asked for the document's file"))
        return
    sha256 = hashlib.sha256(content).hexdigest()
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()  # what a server of 2.x names it by
    if not _is_erased(home, sha256):
        home.originals.put(content)
    number = document_id(row.reference)
    change = Change(row.reference, fetched_fingerprint(listed, md5), sha256, len(content), number)
    batch.changes.append((row, change))
    batch.size += len(content)


def _bytes(source: PaperlessSource, listed: Listed) -> tuple[Listed, bytes]:
    """The newest version's bytes, with the row they belong to: a version may appear between list and download."""
    content = source.client.original(listed.id)
    if not listed.checksum or len(listed.checksum) != 64 or listed.checksum == hashlib.sha256(content).hexdigest():
        return listed, content
    newer = source.client.named([listed.id]).get(listed.id)
    if newer is None:
        raise PaperlessAbsent
    return newer, source.client.original(listed.id)


def _record(home: Home, source: PaperlessSource, batch: _Batch, counts: Intake, now: datetime) -> Intake:
    with home.database.writing() as session:
        locked_state(session, source.name)
        kept = [change for row, change in batch.changes if drop_announcement(session, row) and change]
        if kept:
            recorded = record(session, home.cipher, source.name, kept, None, now=now)
            counts = replace(
                counts,
                new=counts.new + recorded.new,
                changed=counts.changed + recorded.changed,
                returned=counts.returned + recorded.returned,
            )
        for row, problem in batch.problems:
            postpone(session, row, problem, now)
    if batch.failure is not None:
        raise batch.failure
    return counts


def _is_erased(home: Home, sha256: str) -> bool:
    with home.database.reading() as session:
        return session.scalar(sa.select(Document.erased_at).where(Document.sha256 == sha256)) is not None
