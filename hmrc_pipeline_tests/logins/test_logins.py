"""Passwords and sessions as they are kept: slow to guess, bound to their row, gone when they end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.crypto import Undecryptable
from hmrc_pipeline.database.tables import WebSession, WebUser
from hmrc_pipeline.home import Home
from hmrc_pipeline.logins import add_user, begin_session, check_password, passwords, session_of
from hmrc_pipeline.logins.passwords import hash_password, is_password

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    slow, passwords._LOG_N = passwords._LOG_N, 4
    yield
    passwords._LOG_N = slow


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_password_fits_its_own_record_alone(password: str, other: str) -> None:
    passwords._LOG_N = 4
    record = hash_password(password)
    assert is_password(password, record)
    assert is_password(other, record) == (other == password)
    assert record != hash_password(password), "equal passwords are not seen to be equal"


def test_the_cost_is_what_it_should_be() -> None:
    """At least 32 MiB a guess; what is stored is checked with its own cost when ours is raised."""
    passwords._LOG_N = 15
    kind, log_n, r, p, _, _ = hash_password(PASSWORD).split(":")
    assert (kind, 2 ** int(log_n) * int(r) * 128 >= 32 * 2**20, int(p) >= 3) == ("scrypt", True, True)
    passwords._LOG_N = 4
    old = hash_password(PASSWORD)
    passwords._LOG_N = 5
    assert is_password(PASSWORD, old)


def test_a_record_moved_to_another_user_opens_nothing(any_home: Home, now: datetime) -> None:
    add_user(any_home, "sam", PASSWORD, now=now)
    add_user(any_home, "eve", "another long password", now=now)
    with any_home.database.writing() as session:
        eve, sam = session.get_one(WebUser, "eve"), session.get_one(WebUser, "sam")
        sam.password_encrypted = eve.password_encrypted
    with pytest.raises(Undecryptable):
        check_password(any_home, "sam", "another long password")


def test_what_is_kept_of_a_session(any_home: Home, now: datetime) -> None:
    add_user(any_home, "sam", PASSWORD, now=now)
    begun = begin_session(any_home, "sam", now=now)
    assert begun.token not in repr(begun)
    assert begun.form_token not in repr(begun)
    later = now + timedelta(minutes=30)
    assert session_of(any_home, begun.token, now=later) == begun
    assert session_of(any_home, begun.token + "x", now=later) is None
    assert session_of(any_home, "", now=later) is None
    begin_session(any_home, "sam", now=now + timedelta(hours=13))
    with any_home.database.reading() as session:
        kept = session.scalars(sa.select(WebSession)).all()
    assert len(kept) == 1, "ended sessions are cleared away"
    assert kept[0].token_index != begun.token


def test_a_new_password_ends_every_session(any_home: Home, now: datetime) -> None:
    add_user(any_home, "sam", PASSWORD, now=now)
    begun = begin_session(any_home, "sam", now=now)
    assert not add_user(any_home, "sam", "another long password", now=now)
    assert session_of(any_home, begun.token, now=now) is None
    assert check_password(any_home, "sam", "another long password")
    assert not check_password(any_home, "sam", PASSWORD)
    assert not check_password(any_home, "nobody", PASSWORD)
    assert not check_password(any_home, "sam", "x" * 5000)
