"""Tables of the registry: contents by SHA-256, and where each was seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["Announcement", "Document", "Nudge", "Sighting", "SourceState", "WrittenBack"]


class Document(Base):
    """One content, whatever names it was seen under. The original lies encrypted in the store.

    `withdrawn_at` is set while no source shows it. `read_with` names the reader version and the years kept that
    its readings stand for; NULL asks for reading. `erased_at`: its person was erased; it is never taken in again.
    """

    __tablename__ = "document"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    first_seen_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    ignored_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    read_with: Mapped[str | None] = mapped_column(index=True)


class Sighting(Base):
    """One place a content stands: a path below a folder, or a document of Paperless. Names may hold names of people.

    `seen_in` is the number of the last look at the whole source that saw it, where a source is looked at in parts;
    `paperless_id` the number Paperless gives the document, NULL where a folder shows it.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("source", "reference_index"),
        Index("ix_sighting_source_present", "source", "removed_at", "seen_in"),
    )

    sighting_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    reference_index: Mapped[str]
    reference_encrypted: Mapped[bytes]
    fingerprint: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("document.sha256"), index=True)
    first_seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    seen_in: Mapped[int | None]
    paperless_id: Mapped[int | None]

    @property
    def reference_place(self) -> str:
        """What `reference_encrypted` is bound to."""
        return f"sighting.reference/{self.sighting_id}"


class Announcement(Base):
    """A document a source told of whose bytes are still to be fetched; gone with the change that records them.

    `problem` says why it could not be fetched; then it is not tried again before `not_before`.
    """

    __tablename__ = "announcement"

    source: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    reference_index: Mapped[str]
    fingerprint: Mapped[str]
    announced_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    problem: Mapped[str | None]


class Nudge(Base):
    """Someone said that a source has something new. `word` differs with every nudge, so that none is lost."""

    __tablename__ = "nudge"

    source: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str]
    left_at: Mapped[datetime]


class SourceState(Base):
    """How far a source was looked through; `revision` rises with every change the registry took from it."""

    __tablename__ = "source_state"

    source: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=0)


class WrittenBack(Base):
    """What was written to a document in Paperless: `aspect` names a custom field, the status tag, or a note.

    `state`: sending, written, theirs (the user's own value was left alone) or refused by the server.
    """

    __tablename__ = "written_back"

    reference: Mapped[str] = mapped_column(primary_key=True)
    aspect: Mapped[str] = mapped_column(primary_key=True)
    value_hash: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
