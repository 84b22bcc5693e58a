"""Tables of the exchange with HMRC: grants, what was asked, what was answered, what can be asked next."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["Availability", "Fetch", "Grant", "GrantPerson", "Snapshot"]


class Grant(Base):
    """One authorisation at HMRC: one refresh chain. `tokens_encrypted` is bound to the grant and generation."""

    __tablename__ = "hmrc_grant"

    grant_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    generation: Mapped[int]
    tokens_encrypted: Mapped[bytes]
    scope: Mapped[str]
    granted_at: Mapped[datetime]
    access_expires_at: Mapped[datetime]


class GrantPerson(Base):
    """Whom a grant covers: one person, or an agent's clients."""

    __tablename__ = "hmrc_grant_person"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("hmrc_grant.grant_id"), index=True)


class Snapshot(Base):
    """One immutable answer: HMRC's JSON as received, or figures stated by the person (`source`)."""

    __tablename__ = "hmrc_snapshot"
    __table_args__ = (
        UniqueConstraint("person_id", "tax_year", "api", "source", "content_sha256"),
        Index("ix_hmrc_snapshot_person_year", "person_id", "tax_year", "api"),
    )

    snapshot_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"))
    tax_year: Mapped[str]
    api: Mapped[str]
    source: Mapped[str]
    state: Mapped[str]
    body: Mapped[str]
    content_sha256: Mapped[str]
    captured_at: Mapped[datetime]
    last_confirmed_at: Mapped[datetime]


class Fetch(Base):
    """One call to HMRC, failed ones too."""

    __tablename__ = "hmrc_fetch"

    fetch_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), index=True)
    tax_year: Mapped[str]
    api: Mapped[str]
    asked_at: Mapped[datetime]
    status: Mapped[int | None]
    code: Mapped[str | None]
    duration_ms: Mapped[int]
    snapshot_id: Mapped[str | None] = mapped_column(ForeignKey("hmrc_snapshot.snapshot_id"))


class Availability(Base):
    """What HMRC last said of a person, year and API, and when it is worth asking again."""

    __tablename__ = "hmrc_availability"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    tax_year: Mapped[str] = mapped_column(primary_key=True)
    api: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    asked_at: Mapped[datetime | None]
    next_ask: Mapped[datetime | None]
