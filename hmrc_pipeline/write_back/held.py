"""Documents in Paperless that no tax year speaks for: unreadable, waiting for a word, of nobody, of no year kept.

Queries only. What is said of them belongs to `wanted`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import FLOWING, Document, ReadingRow, Sighting
from hmrc_pipeline.documents import PAPERLESS

__all__ = ["Held", "held_contents", "left_references", "places_of_contents"]

_MANY = 500
_FORMS = ("payslip", "p60")


@dataclass(frozen=True)
class Held:
    """Why a content is held. `reasons` of what could not be read, `is_in_review`: its figures want a look,
    `is_nobodys`: nobody known is on it, `is_placed`: a tax year speaks for some of it."""

    reasons: tuple[str, ...]
    is_in_review: bool
    is_nobodys: bool
    is_placed: bool

    @property
    def waits(self) -> bool:
        """Whether a person must do something before all of it counts."""
        return bool(self.reasons) or self.is_in_review or self.is_nobodys


def held_contents(session: Session) -> dict[str, Held]:
    """The present contents of Paperless of which something waits, or that belong to no tax year; by SHA-256."""
    shown = sa.exists().where(
        Sighting.sha256 == Document.sha256, Sighting.source == PAPERLESS, Sighting.removed_at.is_(None)
    )
    other = sa.orm.aliased(ReadingRow)
    placed = sa.exists().where(
        other.sha256 == Document.sha256,
        other.superseded_at.is_(None),
        other.tax_year.is_not(None),
        other.person_id.is_not(None),
    )
    query = (
        sa.select(ReadingRow, placed.label("placed"))
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(
            ReadingRow.superseded_at.is_(None),
            Document.withdrawn_at.is_(None),
            Document.ignored_at.is_(None),
            Document.erased_at.is_(None),
            shown,
            sa.or_(ReadingRow.status.not_in(FLOWING), ReadingRow.person_id.is_(None), ~placed),
        )
        .order_by(ReadingRow.sha256, ReadingRow.part)
    )
    found: dict[str, list[tuple[ReadingRow, bool]]] = defaultdict(list)
    for row, is_placed in session.execute(query):
        found[row.sha256].append((row, is_placed))
    return {sha256: _held([row for row, _ in rows], is_placed=rows[0][1]) for sha256, rows in found.items()}


def _held(rows: list[ReadingRow], *, is_placed: bool) -> Held:
    unread = [str(reason) for row in rows if row.status == "quarantined" for reason in row.reasons]
    return Held(
        tuple(dict.fromkeys(unread)),
        any(row.status == "needs_review" for row in rows),
        any(row.status in FLOWING and row.person_id is None and row.doc_type in _FORMS for row in rows),
        is_placed,
    )


def places_of_contents(session: Session, cipher: Cipher, contents: Collection[str]) -> dict[str, list[str]]:
    """The documents of Paperless that show these contents."""
    places: dict[str, list[str]] = defaultdict(list)
    ordered = sorted(contents)
    for start in range(0, len(ordered), _MANY):
        query = sa.select(Sighting).where(
            Sighting.source == PAPERLESS,
            Sighting.removed_at.is_(None),
            Sighting.sha256.in_(ordered[start : start + _MANY]),
        )
        for row in session.scalars(query.order_by(Sighting.sighting_id)):
            places[row.sha256].append(_reference(cipher, row))
    return places


def left_references(session: Session, cipher: Cipher) -> Iterator[str]:
    """Documents of Paperless that are none of ours any more: untagged, gone, or ignored by the user."""
    query = (
        sa.select(Sighting)
        .join(Document, Document.sha256 == Sighting.sha256)
        .where(Sighting.source == PAPERLESS, sa.or_(Sighting.removed_at.is_not(None), Document.ignored_at.is_not(None)))
    )
    for row in session.scalars(query):
        yield _reference(cipher, row)


def _reference(cipher: Cipher, row: Sighting) -> str:
    return cipher.decrypt(row.reference_encrypted, row.reference_place).decode()
