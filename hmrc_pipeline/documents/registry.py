"""The registry's rows: which contents are known, where each was seen, and how a change is recorded.

Everything here works inside a caller's transaction. Fetching and storing bytes belongs to `intake`.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Document, Sighting, SourceState

__all__ = [
    "Change",
    "Entry",
    "Overtaken",
    "Recorded",
    "entries_named",
    "entries_of",
    "locked_state",
    "record",
    "reference_index",
    "state_of",
]


class Overtaken(RuntimeError):
    """Another process has recorded changes of this source since the look this change comes from."""


@dataclass(frozen=True)
class Entry:
    """What the registry knows of one reference."""

    fingerprint: str
    sha256: str
    is_present: bool


@dataclass(frozen=True)
class Change:
    """One reference now shows this content; without a content it shows nothing any more. `paperless_id` is the number
    Paperless gives the document, where the source is one."""

    reference: str
    fingerprint: str | None
    sha256: str | None
    size: int
    paperless_id: int | None = None


@dataclass
class Recorded:
    """What a transaction changed, and the registry's revision after it."""

    revision: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    returned: int = 0
    touched: int = 0


def state_of(session: Session, source: str) -> tuple[int, str | None]:
    """The registry's revision of a source, and the place where it was last looked at."""
    state = session.get(SourceState, source)
    return (state.revision, state.cursor.get("place")) if state else (0, None)


def entries_of(session: Session, cipher: Cipher, source: str) -> dict[str, Entry]:
    """Everything ever seen in a source, by reference."""
    entries = {}
    for row in session.scalars(sa.select(Sighting).where(Sighting.source == source)):
        reference = cipher.decrypt(row.reference_encrypted, row.reference_place).decode("utf-8", "surrogateescape")
        entries[reference] = Entry(row.fingerprint, row.sha256, row.removed_at is None)
    return entries


def entries_named(session: Session, cipher: Cipher, source: str, references: Iterable[str]) -> dict[str, Entry]:
    """What is known of these references (some hundreds at most)."""
    indexes = {reference_index(cipher, source, reference): reference for reference in references}
    query = sa.select(Sighting.reference_index, Sighting.fingerprint, Sighting.sha256, Sighting.removed_at)
    rows = session.execute(query.where(Sighting.source == source, Sighting.reference_index.in_(indexes)))
    return {indexes[index]: Entry(seen, sha256, removed is None) for index, seen, sha256, removed in rows}


def reference_index(cipher: Cipher, source: str, reference: str) -> str:
    """Blind index of a reference; file names need not be valid Unicode."""
    return cipher.blind_index(_bytes(reference).decode("latin-1"), f"sighting.reference/{source}")


def record(
    session: Session,
    cipher: Cipher,
    source: str,
    changes: list[Change],
    revision: int | None,
    *,
    place: str | None = None,
    now: datetime,
) -> Recorded:
    """Write changes of a source together with all that follows: contents withdrawn or back, generations, cursor.

    Raises `Overtaken` when the source's revision is not the one the changes were found against; with None, the
    caller knows by other means that they still hold.
    """
    state = locked_state(session, source)
    if revision is not None and state.revision != revision:
        raise Overtaken
    recorded = Recorded()
    rows = _sightings(session, cipher, source, changes)
    before = {row.sha256 for row in rows.values()}
    contents = sorted(before | {change.sha256 for change in changes if change.sha256})
    _lock_contents(session, changes, contents, now)
    for change in changes:
        row = rows.get(reference_index(cipher, source, change.reference))
        _apply(session, cipher, source, change, row, now, recorded)
    session.flush()
    _settle(session, contents, now)
    _drop_erased(session, contents)
    if changes:
        state.revision += 1
    if place is not None:
        state.cursor = {**state.cursor, "place": place}
    recorded.revision = state.revision
    return recorded


def locked_state(session: Session, source: str) -> SourceState:
    """The row of a source, made when it is new, held until commit."""
    query = sa.select(SourceState).where(SourceState.source == source).with_for_update()
    state = session.scalars(query).one_or_none()
    if state is None:
        _insert_new(session, SourceState, [{"source": source, "cursor": {}, "revision": 0}])
        state = session.scalars(query).one()
    return state


def _insert_new(session: Session, table: type[SourceState] | type[Document], rows: list[dict[str, object]]) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _sightings(session: Session, cipher: Cipher, source: str, changes: list[Change]) -> dict[str, Sighting]:
    indexes = [reference_index(cipher, source, change.reference) for change in changes]
    rows = session.scalars(sa.select(Sighting).where(Sighting.source == source, Sighting.reference_index.in_(indexes)))
    return {row.reference_index: row for row in rows}


def _lock_contents(session: Session, changes: list[Change], contents: list[str], now: datetime) -> None:
    """Make the rows of new contents and hold all of them until commit."""
    query = sa.select(Document.sha256).where(Document.sha256.in_(contents)).order_by(Document.sha256)
    known = set(session.scalars(query))
    sizes = {change.sha256: change.size for change in changes if change.sha256}
    new = [
        {"sha256": sha256, "size_bytes": sizes[sha256], "first_seen_at": now}
        for sha256 in contents
        if sha256 not in known
    ]
    if new:
        _insert_new(session, Document, new)
    session.execute(query.with_for_update()).all()


def _apply(
    session: Session,
    cipher: Cipher,
    source: str,
    change: Change,
    row: Sighting | None,
    now: datetime,
    recorded: Recorded,
) -> None:
    if change.sha256 is None or change.fingerprint is None:
        if row and row.removed_at is None:
            row.removed_at = now
            recorded.removed += 1
        return
    if row is None:
        recorded.new += 1
        row = Sighting(
            sighting_id=f"s_{secrets.token_hex(8)}",
            source=source,
            reference_index=reference_index(cipher, source, change.reference),
            first_seen_at=now,
        )
        row.reference_encrypted = cipher.encrypt(_bytes(change.reference), row.reference_place)
        session.add(row)
    elif row.removed_at is not None:
        recorded.returned += 1
    elif row.sha256 != change.sha256:
        recorded.changed += 1
    else:
        recorded.touched += 1
    row.sha256, row.fingerprint, row.removed_at = change.sha256, change.fingerprint, None
    row.paperless_id = change.paperless_id


def _settle(session: Session, contents: Iterable[str], now: datetime) -> None:
    """Withdraw contents that no source shows any more and bring back those that one shows again."""
    changes = InputChanges(session)
    seen = sa.exists().where(Sighting.sha256 == Document.sha256, Sighting.removed_at.is_(None))
    moved = sa.select(Document).where(Document.sha256.in_(contents), seen != Document.withdrawn_at.is_(None))
    documents = list(session.scalars(moved.execution_options(populate_existing=True)))
    for document in documents:
        changes.of_content(document.sha256)
    for document in documents:
        document.withdrawn_at = now if document.withdrawn_at is None else None
    changes.raise_all()


def _drop_erased(session: Session, contents: Iterable[str]) -> None:
    """Of an erased content not even the names it was seen under are kept once they are gone."""
    erased = sa.select(Document.sha256).where(Document.sha256.in_(contents), Document.erased_at.is_not(None))
    session.execute(sa.delete(Sighting).where(Sighting.sha256.in_(erased), Sighting.removed_at.is_not(None)))


def _bytes(reference: str) -> bytes:
    return reference.encode("utf-8", "surrogateescape")
