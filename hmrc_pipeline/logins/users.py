"""Users of the web application: adding, disabling, listing them, and checking a password."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables.logins import WebSession, WebUser
from hmrc_pipeline.home import Home
from hmrc_pipeline.logins.passwords import hash_password, is_password
from hmrc_pipeline.problems import Problem

__all__ = [
    "BadPassword",
    "LoginProblem",
    "UserSummary",
    "add_user",
    "can_anyone_sign_in",
    "check_password",
    "disable_user",
    "list_users",
]

SHORTEST, LONGEST = 12, 1024
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")


class LoginProblem(Problem):
    """A user name cannot be used, or names nobody."""


class BadPassword(LoginProblem):
    """The password cannot be used; the message never repeats it."""


@dataclass(frozen=True)
class UserSummary:
    """One user as listed."""

    name: str
    added_at: datetime
    disabled_at: datetime | None


def add_user(home: Home, name: str, password: str, *, now: datetime) -> bool:
    """Make a user; False when the name was known, who then has the new password and may sign in again.

    Whoever was signed in under the name is signed out. Raises `LoginProblem`, `BadPassword`.
    """
    if not _NAME.fullmatch(name):
        raise LoginProblem("a user name is up to 64 small letters, digits, dots, dashes; it begins with a letter")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"a password has {SHORTEST} characters or more (and at most {LONGEST})")
    if password.lower() == name or len(set(password)) < 5:
        raise BadPassword("this password is too easy to guess: take several words")
    encrypted = home.cipher.encrypt(hash_password(password), _place(name))
    with home.database.writing() as session:
        known = session.get(WebUser, name)
        added_at = known.added_at if known else now
        session.merge(WebUser(name=name, password_encrypted=encrypted, added_at=added_at, disabled_at=None))
        session.execute(sa.delete(WebSession).where(WebSession.name == name))
    return known is None


def disable_user(home: Home, name: str, *, now: datetime) -> None:
    """Sign a user out everywhere and let them in no more. Raises `LoginProblem` for an unknown name."""
    with home.database.writing() as session:
        user = session.get(WebUser, name)
        if user is None:
            raise LoginProblem("no user has this name; see: hmrc-pipeline user list")
        user.disabled_at = user.disabled_at or now
        session.execute(sa.delete(WebSession).where(WebSession.name == name))


def list_users(home: Home) -> list[UserSummary]:
    """Everybody who can or could sign in, by name."""
    with home.database.reading() as session:
        users = session.scalars(sa.select(WebUser).order_by(WebUser.name))
        return [UserSummary(user.name, user.added_at, user.disabled_at) for user in users]


def can_anyone_sign_in(home: Home) -> bool:
    """Whether there is a user who is not disabled."""
    return any(user.disabled_at is None for user in list_users(home))


def check_password(home: Home, name: str, password: str) -> bool:
    """Whether this user may sign in with this password. An unknown name takes as long as a wrong password."""
    with home.database.reading() as session:
        user = session.get(WebUser, name) if _NAME.fullmatch(name) else None
    record = _record(home.cipher, user) if user else _nobody()
    fits = len(password) <= LONGEST and is_password(password, record)
    return fits and user is not None and user.disabled_at is None


def _record(cipher: Cipher, user: WebUser) -> str:
    return cipher.decrypt_text(user.password_encrypted, _place(user.name))


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")


def _place(name: str) -> str:
    return f"web_user.password/{name}"
