"""What a source told of and whose bytes are still to be fetched, and the nudges that say it has something new.

Rows only; who announces is `paperless_look`, who fetches `paperless_fetch`.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import Announcement, Nudge, Sighting
from hmrc_pipeline.documents.registry import reference_index
from hmrc_pipeline.home import Home

__all__ = [
    "RUN_FETCHES",
    "announce",
    "announced_digest",
    "announced_now",
    "announcement_problems",
    "documents_known",
    "drop_announcement",
    "drop_announcements",
    "due_announcements",
    "expected_count",
    "leave_nudge",
    "nudge_of",
    "postpone",
    "take_nudge",
    "waiting_count",
]

RUN_FETCHES: Final = 1000
"""How many documents one run fetches at most."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


def leave_nudge(home: Home, now: datetime, *, source: str = "paperless") -> None:
    """Say that a source may have something new: it is looked at soon instead of at its next turn.

    Leaving many is as good as leaving one. A nudge carries nothing else, so nothing depends on what it says.
    """
    values = {"word": secrets.token_hex(8), "left_at": now}
    with home.database.writing() as session:
        row = _insert(session, Nudge).values(source=source, **values)
        session.execute(row.on_conflict_do_update(index_elements=["source"], set_=values))


def nudge_of(session: Session, source: str) -> Nudge | None:
    """The nudge that waits, if one does."""
    return session.get(Nudge, source)


def take_nudge(session: Session, nudge: Nudge) -> None:
    """The source was looked at: the nudge is gone unless another was left meanwhile."""
    session.execute(sa.delete(Nudge).where(Nudge.source == nudge.source, Nudge.word == nudge.word))


def announce(session: Session, cipher: Cipher, source: str, fingerprints: Mapping[str, str], now: datetime) -> int:
    """Note that these references show other bytes than those known; how many of them are news."""
    known = announced_now(session, source, fingerprints)
    news = {reference: told for reference, told in fingerprints.items() if known.get(reference) != told}
    for reference, told in news.items():
        values = {
            "reference_index": reference_index(cipher, source, reference),
            "fingerprint": told,
            "announced_at": now,
            "attempts": 0,
            "not_before": None,
            "problem": None,
        }
        row = _insert(session, Announcement).values(source=source, reference=reference, **values)
        session.execute(row.on_conflict_do_update(index_elements=["source", "reference"], set_=values))
    return len(news)


def announced_now(session: Session, source: str, references: Collection[str]) -> dict[str, str]:
    """The fingerprints these references (some hundreds at most) are announced with."""
    query = sa.select(Announcement.reference, Announcement.fingerprint)
    rows = session.execute(query.where(Announcement.source == source, Announcement.reference.in_(references)))
    return {row.reference: row.fingerprint for row in rows}


def due_announcements(session: Session, source: str, now: datetime, limit: int) -> Sequence[Announcement]:
    """Those to be fetched now, in the order they were announced."""
    due = sa.or_(Announcement.not_before.is_(None), Announcement.not_before <= now)
    query = sa.select(Announcement).where(Announcement.source == source, due)
    return session.scalars(query.order_by(Announcement.announced_at, Announcement.reference).limit(limit)).all()


def announced_digest(home: Home, source: str, now: datetime) -> str | None:
    """None when nothing is to be fetched now; else a digest of what the next run fetches, never the same twice."""
    with home.database.reading() as session:
        due = due_announcements(session, source, now, RUN_FETCHES)
        lines = [f"{row.reference_index} {row.fingerprint} {row.announced_at} {row.attempts}" for row in due]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else None


def drop_announcement(session: Session, row: Announcement) -> bool:
    """Take an announcement away that was acted upon; False when it is gone or tells of other bytes by now."""
    gone = session.execute(
        sa.delete(Announcement)
        .where(
            Announcement.source == row.source,
            Announcement.reference == row.reference,
            Announcement.fingerprint == row.fingerprint,
        )
        .returning(Announcement.reference)
    )
    return gone.first() is not None


def drop_announcements(session: Session, source: str, references: Collection[str]) -> None:
    """These references show what is known already."""
    session.execute(
        sa.delete(Announcement).where(Announcement.source == source, Announcement.reference.in_(references))
    )


def postpone(session: Session, row: Announcement, problem: str, now: datetime) -> None:
    """Fetching failed: try again later, later each time."""
    pause = min(_FIRST_PAUSE * 2 ** min(row.attempts, 10), _LONGEST_PAUSE)
    session.execute(
        sa.update(Announcement)
        .where(
            Announcement.source == row.source,
            Announcement.reference == row.reference,
            Announcement.fingerprint == row.fingerprint,
        )
        .values(attempts=row.attempts + 1, not_before=now + pause, problem=problem)
    )


def waiting_count(session: Session, source: str) -> int:
    """How many are announced and not fetched."""
    query = sa.select(sa.func.count()).select_from(Announcement).where(Announcement.source == source)
    return session.scalar(query) or 0


def announcement_problems(session: Session, source: str) -> list[tuple[str, str]]:
    """Reference and reason of those that could not be fetched."""
    query = sa.select(Announcement.reference, Announcement.problem).where(
        Announcement.source == source, Announcement.problem.is_not(None)
    )
    return [(reference, str(problem)) for reference, problem in session.execute(query.order_by(Announcement.reference))]


def documents_known(session: Session, source: str) -> int:
    """How many documents of a source the registry shows."""
    present = sa.select(sa.func.count()).where(Sighting.source == source, Sighting.removed_at.is_(None))
    return session.scalar(present) or 0


def expected_count(session: Session, source: str) -> int:
    """How many documents the source must show if nothing came or went: those present, and those announced as new."""
    known = sa.exists().where(
        Sighting.source == Announcement.source,
        Sighting.reference_index == Announcement.reference_index,
        Sighting.removed_at.is_(None),
    )
    new = sa.select(sa.func.count()).where(Announcement.source == source, ~known)
    return documents_known(session, source) + (session.scalar(new) or 0)


def _insert(session: Session, table: type[Announcement] | type[Nudge]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what happens when the row is there already."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
