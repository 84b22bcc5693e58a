"""Sessions: a browser that has signed in carries a random token; the database knows its blind index.

A session ends after an hour in which nothing was asked, and after twelve hours in any case.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from hmrc_pipeline.database.tables.logins import WebSession, WebUser
from hmrc_pipeline.home import Home

__all__ = ["IDLE_LIFE", "SESSION_LIFE", "Session", "begin_session", "end_session", "session_of"]

SESSION_LIFE, IDLE_LIFE = timedelta(hours=12), timedelta(hours=1)
_REMEMBER = timedelta(minutes=1)  # how exactly it is written down that somebody is still there


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in. `form_token` proves that a form was sent from a page of this session."""

    name: str
    token: str = field(repr=False)
    form_token: str = field(repr=False)


def begin_session(home: Home, name: str, *, now: datetime) -> Session:
    """A new session of a user whose password was checked. Ended ones are cleared away."""
    token = secrets.token_urlsafe(32)
    ended = (WebSession.seen_at < now - IDLE_LIFE) | (WebSession.began_at < now - SESSION_LIFE)
    with home.database.writing() as session:
        session.execute(sa.delete(WebSession).where(ended))
        session.add(WebSession(token_index=_index(home, token), name=name, began_at=now, seen_at=now))
    return _session(home, name, token)


def session_of(home: Home, token: str, *, now: datetime) -> Session | None:
    """The session this token belongs to; None when it has ended or its user is disabled."""
    index = _index(home, token)
    query = (
        sa.select(WebSession)
        .join(WebUser, WebUser.name == WebSession.name)
        .where(WebSession.token_index == index, WebUser.disabled_at.is_(None))
    )
    with home.database.reading() as session:
        row = session.scalars(query).one_or_none()
    if row is None or now >= row.began_at + SESSION_LIFE or now >= row.seen_at + IDLE_LIFE:
        return None
    if now >= row.seen_at + _REMEMBER:
        with home.database.writing() as session:
            session.execute(sa.update(WebSession).where(WebSession.token_index == index).values(seen_at=now))
    return _session(home, row.name, token)


def end_session(home: Home, token: str) -> None:
    """Sign this browser out."""
    with home.database.writing() as session:
        session.execute(sa.delete(WebSession).where(WebSession.token_index == _index(home, token)))


def _session(home: Home, name: str, token: str) -> Session:
    return Session(name, token, home.cipher.blind_index(token, "web form"))


def _index(home: Home, token: str) -> str:
    return home.cipher.blind_index(token, "web session")
