"""Rows of Paperless against the registry: what is as known, back, or to be fetched; written with the cursor.

One page is one transaction: what it told of and how far the cursor came stand or fall together. No transaction is
open while the server is asked.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Document, Nudge, Sighting
from hmrc_pipeline.documents.announcements import announce, announced_now, drop_announcements, take_nudge
from hmrc_pipeline.documents.paperless import Listed, PaperlessClient
from hmrc_pipeline.documents.paperless_cursor import Cursor
from hmrc_pipeline.documents.paperless_http import PaperlessAbsent
from hmrc_pipeline.documents.paperless_source import (
    PaperlessSource,
    document_id,
    fingerprint_of,
    reference_of,
    unchanged,
)
from hmrc_pipeline.documents.registry import (
    Change,
    Entry,
    Overtaken,
    entries_named,
    locked_state,
    record,
    reference_index,
)
from hmrc_pipeline.home import Home

__all__ = ["Taking"]


@dataclass
class _Found:
    """What rows mean."""

    changes: list[Change] = field(default_factory=list)
    to_fetch: dict[str, str] = field(default_factory=dict)
    as_known: list[str] = field(default_factory=list)


@dataclass
class Taking:
    """One look under way: where it stands, how long it may take, and what it found so far."""

    home: Home
    source: PaperlessSource
    cursor: Cursor
    now: datetime
    ends: float
    clock: Callable[[], float] = time.monotonic
    announced: int = 0
    withdrawn: int = 0
    returned: int = 0
    notices: list[str] = field(default_factory=list)

    @property
    def client(self) -> PaperlessClient:
        return self.source.client

    def has_time(self) -> bool:
        return self.clock() < self.ends

    def take(
        self, rows: Sequence[Listed], *, sweep: int | None = None, moved: Callable[[int], None] = lambda taken: None
    ) -> int:
        """Take in rows of a page, in their order; how many of them, fewer than all when the time is over.

        With `sweep` they are marked as seen in it. `moved` is told before anything is written, so that it can move
        the cursor; the cursor is written when anything else is.
        """
        references = [reference_of(row.id) for row in rows]
        with self.home.database.reading() as session:
            entries = entries_named(session, self.home.cipher, self.source.name, references)
            announced = announced_now(session, self.source.name, references)
            erased = self._erased(session, entries.values())
        found = _Found()
        taken = 0
        for row, reference in zip(rows, references, strict=True):
            if not self._judge(row, reference, entries.get(reference), erased, found):
                break
            taken += 1
        moved(taken)
        stale = [reference for reference in found.as_known if reference in announced]
        news = {ref: told for ref, told in found.to_fetch.items() if announced.get(ref) != told}
        if found.changes or news or stale or (taken and sweep is not None):
            self.commit(found.changes, news, stale, seen=references[:taken], sweep=sweep)
        return taken

    def commit(
        self,
        changes: Sequence[Change] = (),
        to_fetch: Mapping[str, str] | None = None,
        known: Collection[str] = (),
        *,
        seen: Sequence[str] = (),
        sweep: int | None = None,
        nudge: Nudge | None = None,
    ) -> None:
        """Write what was found together with the cursor. Raises `Overtaken` when another look wrote meanwhile."""
        name, cipher = self.source.name, self.home.cipher
        with self.home.database.writing() as session:
            state = locked_state(session, name)
            if Cursor.load(state.cursor, self.client.address).step != self.cursor.step:
                raise Overtaken
            if changes:
                recorded = record(session, cipher, name, list(changes), None, now=self.now)
                self.withdrawn += recorded.removed
                self.returned += recorded.returned
            drop_announcements(session, name, known)
            self.announced += announce(session, cipher, name, to_fetch or {}, self.now)
            if seen and sweep is not None:
                indexes = {reference_index(cipher, name, reference): document_id(reference) for reference in seen}
                of_page = (Sighting.source == name, Sighting.reference_index.in_(indexes))
                session.execute(sa.update(Sighting).where(*of_page).values(seen_in=sweep))
                _number(session.scalars(sa.select(Sighting).where(*of_page, Sighting.paperless_id.is_(None))), indexes)
            if nudge is not None:
                take_nudge(session, nudge)
            self.cursor.step += 1
            state.cursor = self.cursor.saved(state.cursor)

    def _judge(self, row: Listed, reference: str, entry: Entry | None, erased: set[str], found: _Found) -> bool:
        """Note what a row means; False when there is no time left to find out."""
        if entry is None:
            found.to_fetch[reference] = fingerprint_of(row)
            return True
        fingerprint = None
        try:
            fingerprint = unchanged(row, entry, self._checksum)
        except PaperlessAbsent:
            return True  # gone since the list was made: a later look decides
        except _NoTime:
            return False
        kept = entry.sha256 in erased or entry.sha256 in self.home.originals
        if fingerprint is None or not kept:
            found.to_fetch[reference] = fingerprint_of(row)
            return True
        found.as_known.append(reference)
        if fingerprint != entry.fingerprint or not entry.is_present:
            found.changes.append(Change(reference, fingerprint, entry.sha256, 0, row.id))
        return True

    def _checksum(self, document_id: int) -> str:
        if not self.has_time():
            raise _NoTime
        return self.client.original_checksum(document_id)

    @staticmethod
    def _erased(session: sa.orm.Session, entries: Collection[Entry]) -> set[str]:
        contents = {entry.sha256 for entry in entries}
        query = sa.select(Document.sha256).where(Document.sha256.in_(contents), Document.erased_at.is_not(None))
        return set(session.scalars(query))


def _number(sightings: Iterable[Sighting], numbers: Mapping[str, int]) -> None:
    """Give rows of earlier versions the number they lack."""
    for sighting in sightings:
        sighting.paperless_id = numbers[sighting.reference_index]


class _NoTime(Exception):
    """The time of the look is over."""
