"""Tables of the exchange with HMRC: grants and their tokens, what was asked, answered, and can be asked next."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = [
    "Availability",
    "Fetch",
    "Grant",
    "GrantPerson",
    "GrantTokens",
    "PendingAuthorisation",
    "RateSlot",
    "Snapshot",
]


class Grant(Base):
    """One authorisation at HMRC: one refresh chain.

    `intent_*` is written before a refresh token is sent: which generation's token, and how often. An intent for
    the current generation means that a refresh was begun and its end is not known.
    """

    __tablename__ = "hmrc_grant"

    grant_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    issuer: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    generation: Mapped[int]
    scope: Mapped[str]
    granted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    intent_generation: Mapped[int | None]
    intent_fingerprint: Mapped[str | None]
    intent_attempts: Mapped[int] = mapped_column(default=0)
    intent_at: Mapped[datetime | None]


class GrantTokens(Base):
    """One answer of HMRC's token endpoint as received, encrypted, bound to its grant and generation."""

    __tablename__ = "hmrc_grant_tokens"

    grant_id: Mapped[str] = mapped_column(ForeignKey("hmrc_grant.grant_id", ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    tokens_encrypted: Mapped[bytes]
    stored_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class GrantPerson(Base):
    """Whom a grant covers: one person, or an agent's clients."""

    __tablename__ = "hmrc_grant_person"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("hmrc_grant.grant_id"), index=True)


class PendingAuthorisation(Base):
    """An authorisation that was begun: its state (a blind index) and PKCE verifier, good for one call-back.

    `browser_index` binds one begun on a page to the browser that began it.
    """

    __tablename__ = "hmrc_pending_authorisation"

    state_index: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), index=True)
    kind: Mapped[str]
    browser_index: Mapped[str | None]
    verifier_encrypted: Mapped[bytes]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


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
    """What is known of HMRC's figures for a person, year and API, why, and when it is worth asking again."""

    __tablename__ = "hmrc_availability"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    tax_year: Mapped[str] = mapped_column(primary_key=True)
    api: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime | None]
    next_ask: Mapped[datetime | None]


class RateSlot(Base):
    """The next moment (microseconds since 1970) a request may leave, shared by every process on PostgreSQL."""

    __tablename__ = "hmrc_rate_slot"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[int]
