"""Grants: whom an authorisation at HMRC covers, how old it is, and what has become of it.

A grant lasts 18 months from the day it was given, whatever is refreshed meanwhile. Refreshing belongs to `tokens`,
where the tokens stand encrypted, bound to their grant and generation.
"""

import base64
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Availability, Grant, GrantPerson, GrantTokens, PendingAuthorisation
from hmrc_pipeline.database.tables.people import Person
from hmrc_pipeline.hmrc.oauth import Tokens, read_tokens
from hmrc_pipeline.hmrc.token_stores import store_of
from hmrc_pipeline.home import Home

__all__ = [
    "ACTIVE",
    "NEEDS_REAUTHORISATION",
    "Authorisation",
    "GrantSummary",
    "authorisations",
    "authorise_page",
    "cover",
    "expires_on",
    "force_reauthorisation",
    "grant_of",
    "list_grants",
    "notice_due",
    "store_grant",
]

ACTIVE, NEEDS_REAUTHORISATION, REPLACED = "active", "needs_reauthorisation", "replaced"
NOTICES = (60, 30, 14, 7, 1)
Kind = Literal["individual", "agent"]


@dataclass(frozen=True)
class GrantSummary:
    """A grant as a person sees it: no token, no name."""

    grant_id: str
    kind: str
    state: str
    reason: str | None
    people: tuple[str, ...]
    granted_at: datetime
    expires_at: datetime
    uncertain: bool

    @property
    def page(self) -> str:
        """The address in the web application that leads to HMRC to renew it."""
        return authorise_page(self.people[0], agent=self.kind == "agent") if self.people else "/"


def authorise_page(person_id: str, *, agent: bool = False) -> str:
    """The address in the web application that leads a person to HMRC."""
    return f"/authorize?person={person_id}" + ("&agent=1" if agent else "")


def expires_on(granted_at: datetime) -> datetime:
    """The end of the 18 months."""
    months = granted_at.month + 5
    year, month = granted_at.year + 1 + months // 12, months % 12 + 1
    for day in range(granted_at.day, 27, -1):
        try:
            return granted_at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return granted_at.replace(year=year, month=month)


def notice_due(granted_at: datetime, now: datetime) -> int | None:
    """Which of the notices (60, 30, 14, 7, 1 days before the end) is the latest due; None before the first."""
    left = expires_on(granted_at) - now
    return min((days for days in NOTICES if left <= timedelta(days=days)), default=None)


def store_grant(home: Home, *, people: Iterable[str], kind: Kind, issuer: str, body: str, now: datetime) -> str:
    """Keep a new authorisation, its token answer as received; returns the grant id.

    It replaces whatever covered these people. An agent's takes over every client of the agent's grant before it.
    Raises `ValueError` when the answer holds no tokens.
    """
    tokens = read_tokens(body, now)
    if tokens is None:
        raise ValueError("HMRC's answer holds no tokens")
    grant_id, record = f"g_{secrets.token_hex(8)}", seal(body, now, None)
    store = store_of(home.settings, home.cipher)
    store.keep(grant_id, 1, record)
    with home.database.writing() as session:
        session.add(
            Grant(
                grant_id=grant_id,
                kind=kind,
                issuer=issuer,
                state=ACTIVE,
                reason=None,
                generation=1,
                scope=tokens.scope,
                granted_at=now,
                changed_at=now,
                intent_attempts=0,
            )
        )
        session.flush()
        store.write(session, grant_id, 1, record, now)
        covered = set(people) | (_clients(session, issuer) if kind == "agent" else set())
        for person_id in sorted(covered):
            session.merge(GrantPerson(person_id=person_id, grant_id=grant_id))
        session.flush()
        retired = _retire(session, now)
        _ask_again(session, covered, now)
    for old_grant, generation in retired:
        store.forget(old_grant, generation)
    return grant_id


def _ask_again(session: Session, people: Iterable[str], now: datetime) -> None:
    """What HMRC refused before this grant is worth asking now."""
    refused = sa.update(Availability).where(Availability.state == "not_authorised")
    for person_id in people:
        session.execute(refused.where(Availability.person_id == person_id).values(next_ask=now))


def _clients(session: Session, issuer: str) -> set[str]:
    query = sa.select(GrantPerson.person_id).join(Grant, Grant.grant_id == GrantPerson.grant_id)
    return set(session.scalars(query.where(Grant.kind == "agent", Grant.issuer == issuer)))


def _retire(session: Session, now: datetime) -> list[tuple[str, int]]:
    """A grant that covers nobody any more is kept as history; its tokens are not. Which these were."""
    retired: list[tuple[str, int]] = []
    covered = sa.select(GrantPerson.grant_id)
    for grant in session.scalars(sa.select(Grant).where(Grant.state != REPLACED, Grant.grant_id.not_in(covered))):
        grant.state, grant.reason, grant.changed_at = REPLACED, None, now
        theirs = GrantTokens.grant_id == grant.grant_id
        retired += [(grant.grant_id, n) for n in session.scalars(sa.select(GrantTokens.generation).where(theirs))]
        session.execute(sa.delete(GrantTokens).where(theirs))
    return retired


def cover(home: Home, *, person_id: str, issuer: str, now: datetime) -> str | None:
    """Let the agent's grant cover one more client; its id. None when there is no usable one, or it covers them."""
    with home.database.writing() as session:
        ours = sa.select(Grant).where(Grant.kind == "agent", Grant.state == ACTIVE, Grant.issuer == issuer)
        grant = session.scalars(ours.order_by(Grant.granted_at.desc())).first()
        covered = session.get(GrantPerson, person_id)
        if grant is None or now >= expires_on(grant.granted_at):
            return None
        if covered is not None and covered.grant_id == grant.grant_id:
            return None
        session.merge(GrantPerson(person_id=person_id, grant_id=grant.grant_id))
        session.flush()
        grant_id, retired = grant.grant_id, _retire(session, now)
        _ask_again(session, [person_id], now)
    for old_grant, generation in retired:
        store_of(home.settings, home.cipher).forget(old_grant, generation)
    return grant_id


def grant_of(session: Session, person_id: str) -> Grant | None:
    """The grant that covers a person."""
    query = sa.select(Grant).join(GrantPerson, GrantPerson.grant_id == Grant.grant_id)
    return session.scalars(query.where(GrantPerson.person_id == person_id)).one_or_none()


def list_grants(session: Session) -> list[GrantSummary]:
    """Every grant that covers somebody, the one that ends first at the top."""
    people: dict[str, list[str]] = {}
    for row in session.scalars(sa.select(GrantPerson).order_by(GrantPerson.person_id)):
        people.setdefault(row.grant_id, []).append(row.person_id)
    grants = session.scalars(sa.select(Grant).where(Grant.state != REPLACED).order_by(Grant.granted_at))
    return [
        GrantSummary(
            grant.grant_id,
            grant.kind,
            grant.state,
            grant.reason,
            tuple(people.get(grant.grant_id, ())),
            grant.granted_at,
            expires_on(grant.granted_at),
            grant.state == ACTIVE and grant.intent_generation == grant.generation,
        )
        for grant in grants
    ]


@dataclass(frozen=True)
class Authorisation:
    """A grant, or a person in Self Assessment without one, as `grants` lists it. `page` leads to HMRC to renew it."""

    grant_id: str | None
    kind: str
    state: str
    people: tuple[str, ...]
    expires_at: datetime | None
    is_due: bool
    page: str

    def as_json(self) -> dict[str, Any]:
        return {
            "grant": self.grant_id,
            "kind": self.kind,
            "state": self.state,
            "people": list(self.people),
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "renew": self.is_due,
        }


def authorisations(home: Home, *, now: datetime) -> list[Authorisation]:
    """Every grant, the one that ends first at the top, then everybody with a UTR whom none covers."""
    with home.database.reading() as session:
        grants = list_grants(session)
        covered = sa.select(GrantPerson.person_id)
        without = sa.select(Person.person_id).where(Person.utr_index.is_not(None), Person.person_id.not_in(covered))
        nobody = list(session.scalars(without.order_by(Person.person_id)))
    found = []
    for grant in grants:
        state = NEEDS_REAUTHORISATION if now >= grant.expires_at else grant.state
        due = state != ACTIVE or notice_due(grant.granted_at, now) is not None
        found.append(Authorisation(grant.grant_id, grant.kind, state, grant.people, grant.expires_at, due, grant.page))
    return found + [
        Authorisation(None, "individual", "none", (person,), None, True, authorise_page(person)) for person in nobody
    ]


def force_reauthorisation(session: Session, *, reason: str, now: datetime) -> int:
    """Stop using every grant, as after a restore: an old backup holds spent tokens. The number of grants stopped."""
    grants = list(session.scalars(sa.select(Grant).where(Grant.state == ACTIVE)))
    for grant in grants:
        grant.state, grant.reason, grant.changed_at = NEEDS_REAUTHORISATION, reason, now
    session.execute(sa.delete(PendingAuthorisation))
    return len(grants)


def seal(body: str, received_at: datetime, previous_refresh: str | None) -> bytes:
    """What is kept of a token answer: the body as received, when, and the refresh token it may have left in force."""
    record = {
        "body": base64.b64encode(body.encode()).decode(),
        "received_at": received_at.isoformat(),
        "previous_refresh": previous_refresh,
    }
    return json.dumps(record).encode()


def unseal(record: bytes) -> Tokens | None:
    """The tokens of a kept answer; None when the answer was not whole."""
    found = json.loads(record)
    body = base64.b64decode(found["body"]).decode()
    return read_tokens(body, datetime.fromisoformat(found["received_at"]), found["previous_refresh"])
