"""The registry follows a source: new, changed, removed and returned documents, in small transactions.

An original is stored before the registry tells of it; each change commits together with the generations of the
tax years it touches. A crash anywhere leaves a registry that is behind the source, never ahead of it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Document
from hmrc_pipeline.documents.configured import configured_sources
from hmrc_pipeline.documents.paperless_fetch import follow_paperless
from hmrc_pipeline.documents.paperless_source import PaperlessSource
from hmrc_pipeline.documents.registry import Change, Entry, Overtaken, entries_of, record, reference_index, state_of
from hmrc_pipeline.documents.source import (
    DocumentGone,
    DocumentSource,
    DocumentUnreadable,
    Intake,
    NotTaken,
    Placed,
    Progress,
    Sight,
    SourceUnavailable,
)
from hmrc_pipeline.home import Home

__all__ = ["Intake", "NotTaken", "Progress", "pending", "pending_digest", "take_in", "take_in_all"]

_BATCH_FILES = 50
_BATCH_BYTES = 32_000_000
_ATTEMPTS = 20
_DRAFT_AGE = timedelta(hours=1)


def take_in(
    home: Home, source: DocumentSource | PaperlessSource, *, now: datetime, progress: Progress | None = None
) -> Intake:
    """Bring the registry and the store of originals up to date with a source.

    Paperless is not looked at as a whole each time: what changed there is followed, in parts that a further call
    goes on with. Raises `SourceUnavailable`, and then nothing was withdrawn.
    """
    erased = _tidy(home, now)
    if isinstance(source, PaperlessSource):
        with source:
            return follow_paperless(home, source, now=now, progress=progress)
    total = Intake()
    for _ in range(_ATTEMPTS):
        run = _Run(home, source, now, progress, erased)
        try:
            return _sum(total, run.go())
        except Overtaken:  # another process recorded changes of this source: look again
            total = _sum(total, replace(run.counts, unchanged=0, problems=()))
    raise SourceUnavailable("other processes are taking in the same documents; try again later")


def take_in_all(home: Home, *, now: datetime) -> dict[str, Intake]:
    """Follow every source the settings name, by its name. One that fails does not hold up the others.

    Raises the first `SourceUnavailable` when all were tried.
    """
    taken: dict[str, Intake] = {}
    failures: list[SourceUnavailable] = []
    for source in configured_sources(home.settings):
        try:
            taken[source.name] = take_in(home, source, now=now)
        except SourceUnavailable as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return taken


def pending_digest(home: Home, source: DocumentSource) -> str | None:
    """None when the registry equals the source; else a digest of what differs. As `pending` otherwise."""
    return pending(home, source)[0]


def pending(home: Home, source: DocumentSource) -> tuple[str | None, tuple[NotTaken, ...]]:
    """What differs between source and registry, as a digest or None, and what cannot be taken in now.

    Looks only, fetches nothing. The same change at another time gives another digest. Raises `SourceUnavailable`.
    """
    with home.database.reading() as session:
        revision, place = state_of(session, source.name)
        entries = entries_of(session, home.cipher, source.name)
    plan = _plan(source, entries, place)
    differing = sorted(
        f"{reference_index(home.cipher, source.name, reference)}={fingerprint}"
        for reference, fingerprint in (
            *((sight.reference, sight.fingerprint) for sight in plan.fetch),
            *((reference, "gone") for reference in plan.gone),
        )
    )
    told = "\n".join([str(revision), *differing])
    return hashlib.sha256(told.encode()).hexdigest() if differing else None, tuple(plan.problems)


@dataclass(frozen=True)
class _Plan:
    """What a look showed, against what the registry knows."""

    fetch: list[Sight]
    gone: list[str]
    same: list[Sight]
    problems: list[NotTaken]


def _plan(source: DocumentSource, entries: Mapping[str, Entry], place: str | None) -> _Plan:
    known = {reference: entry.fingerprint for reference, entry in entries.items() if entry.is_present}
    plan = _Plan([], [], [], [])
    seen = set()
    for sight in source.look(known):
        seen.add(sight.reference)
        if sight.problem:
            plan.problems.append(NotTaken(sight.reference, sight.problem))
        elif known.get(sight.reference) == sight.fingerprint:
            plan.same.append(sight)
        else:
            plan.fetch.append(sight)
    if known and not seen and place and isinstance(source, Placed) and source.place() != place:
        raise SourceUnavailable("the documents folder is empty and lies on another disk than before: is it mounted?")
    plan.gone.extend(sorted(known.keys() - seen))
    return plan


class _Run:
    """One attempt to follow a source, from one look."""

    def __init__(
        self, home: Home, source: DocumentSource, now: datetime, progress: Progress | None, erased: frozenset[str]
    ) -> None:
        self.home, self.source, self.now, self.progress, self.erased = home, source, now, progress, erased
        self.counts = Intake()
        self._revision = 0

    def go(self) -> Intake:
        with self.home.database.reading() as session:
            self._revision, place = state_of(session, self.source.name)
            entries = entries_of(session, self.home.cipher, self.source.name)
        plan = _plan(self.source, entries, place)
        self.counts = replace(self.counts, unchanged=len(plan.same), problems=tuple(plan.problems))
        self._mend(plan.same, entries)
        done, todo = 0, len(plan.fetch) + len(plan.gone)
        # What is new comes before what is gone: a renamed file never leaves its tax year.
        for batch in self._fetched(plan.fetch, entries):
            self._record(batch)
            done += len(batch)
            self._tell(done, todo)
        for start in range(0, len(plan.gone), _BATCH_FILES):
            batch = [Change(reference, None, None, 0) for reference in plan.gone[start : start + _BATCH_FILES]]
            self._record(batch)
            done += len(batch)
            self._tell(done, todo)
        if isinstance(self.source, Placed) and self.source.place() != place:
            self._record([])
        return self.counts

    def _fetched(self, sights: list[Sight], entries: Mapping[str, Entry]) -> Iterator[list[Change]]:
        """Batches of changes whose originals are stored already."""
        batch: list[Change] = []
        size = 0
        for sight in sights:
            change = self._fetch(sight, entries)
            if change is None:
                continue
            batch.append(change)
            size += change.size
            if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _fetch(self, sight: Sight, entries: Mapping[str, Entry]) -> Change | None:
        try:
            content = self.source.fetch(sight.reference)
        except DocumentGone:
            entry = entries.get(sight.reference)
            return Change(sight.reference, None, None, 0) if entry and entry.is_present else None
        except DocumentUnreadable as error:
            self._count(problems=(*self.counts.problems, NotTaken(sight.reference, str(error))))
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 not in self.erased:
            self.home.originals.put(content)
        return Change(sight.reference, sight.fingerprint, sha256, len(content))

    def _record(self, changes: list[Change]) -> None:
        place = self.source.place() if isinstance(self.source, Placed) else None
        with self.home.database.writing() as session:
            recorded = record(
                session, self.home.cipher, self.source.name, changes, self._revision, place=place, now=self.now
            )
        self._revision = recorded.revision
        self._count(
            new=self.counts.new + recorded.new,
            changed=self.counts.changed + recorded.changed,
            removed=self.counts.removed + recorded.removed,
            returned=self.counts.returned + recorded.returned,
            unchanged=self.counts.unchanged + recorded.touched,
        )

    def _mend(self, same: list[Sight], entries: Mapping[str, Entry]) -> None:
        """Put back originals that the store has lost and the source still has."""
        store = self.home.originals
        for sight in same:
            sha256 = entries[sight.reference].sha256
            if sha256 not in store and sha256 not in self.erased:
                try:
                    content = self.source.fetch(sight.reference)
                except (DocumentGone, DocumentUnreadable):
                    continue
                if hashlib.sha256(content).hexdigest() == sha256:
                    store.put(content)

    def _count(self, **counts: object) -> None:
        self.counts = replace(self.counts, **counts)  # type: ignore[arg-type]

    def _tell(self, done: int, todo: int) -> None:
        if self.progress:
            self.progress(done, todo)


def _sum(first: Intake, second: Intake) -> Intake:
    return replace(
        second,
        new=first.new + second.new,
        changed=first.changed + second.changed,
        removed=first.removed + second.removed,
        returned=first.returned + second.returned,
    )


def _tidy(home: Home, now: datetime) -> frozenset[str]:
    """Finish what was interrupted: writes into the store, and erasures. Gives the contents that were erased."""
    home.originals.sweep((now - _DRAFT_AGE).timestamp())
    with home.database.reading() as session:
        erased = frozenset(session.scalars(sa.select(Document.sha256).where(Document.erased_at.is_not(None))))
    for sha256 in erased:
        home.originals.delete(sha256)
    return erased
