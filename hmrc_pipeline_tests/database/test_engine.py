"""Transactions: whole or not at all, writers one after the other, values exact."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmrc_pipeline.database.tables import LineRow, Person
from hmrc_pipeline.database.types import Moment, Pence
from hmrc_pipeline.home import Home
from hmrc_pipeline.money import NotMoney, from_pence


def people(home: Home) -> int:
    with home.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_a_transaction_is_kept_whole(any_home: Home, now: datetime) -> None:
    with any_home.database.writing() as session:
        session.add(Person(person_id="p_1", is_example=False, added_at=now))
    assert people(any_home) == 1


def test_a_transaction_that_fails_leaves_nothing(any_home: Home, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="half-way"), any_home.database.writing() as session:  # noqa: PT012
        session.add(Person(person_id="p_1", is_example=False, added_at=now))
        session.flush()
        raise RuntimeError("half-way")
    assert people(any_home) == 0


def test_a_reading_session_keeps_nothing(any_home: Home, now: datetime) -> None:
    with any_home.database.reading() as session:
        session.add(Person(person_id="p_1", is_example=False, added_at=now))
        session.flush()
    assert people(any_home) == 0


def test_rows_that_refer_to_nothing_are_refused(any_home: Home) -> None:
    """Foreign keys hold on SQLite too."""
    with pytest.raises(sa.exc.IntegrityError), any_home.database.writing() as session:
        session.add(LineRow(reading_id="none", position=0, section="payments", label="x"))


def test_a_second_writer_waits(any_home: Home, now: datetime) -> None:
    """On SQLite for the lock at BEGIN, on PostgreSQL for the row."""
    with any_home.database.writing() as session:
        session.add(Person(person_id="p_1", is_example=False, added_at=now))
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with any_home.database.writing() as session:
            session.get(Person, "p_1", with_for_update=True)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with any_home.database.writing() as session:
        session.get(Person, "p_1", with_for_update=True)
        inside.set()
        thread.join(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_readers_do_not_wait_for_a_writer(any_home: Home, now: datetime) -> None:
    with any_home.database.writing() as session:
        session.add(Person(person_id="p_1", is_example=False, added_at=now))
        session.flush()
        assert people(any_home) == 0, "and do not see what is not kept yet"


def test_errors_do_not_spell_values(any_home: Home, now: datetime) -> None:
    row = {"person_id": "p_1", "name_index": "sentinel", "is_example": False, "added_at": now}
    with pytest.raises(sa.exc.IntegrityError) as caught, any_home.database.writing() as session:
        session.execute(sa.insert(Person), [row, row])
    assert "sentinel" not in str(caught.value)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pence=st.integers(-(2**63), 2**63 - 1), moment=st.datetimes(timezones=st.just(UTC)))
def test_money_and_moments_come_back_as_they_went(any_home: Home, pence: int, moment: datetime) -> None:
    with any_home.database.writing() as session:
        table = sa.Table("t", sa.MetaData(), sa.Column("amount", Pence), sa.Column("moment", Moment), prefixes=["TEMP"])
        connection = session.connection()
        table.create(connection)
        connection.execute(sa.insert(table).values(amount=from_pence(pence), moment=moment))
        assert connection.execute(sa.select(table)).one() == (from_pence(pence), moment)
        table.drop(connection)


def test_moments_are_kept_in_utc_and_need_a_zone(any_home: Home) -> None:
    summer = datetime(2025, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    with any_home.database.writing() as session:
        session.add(Person(person_id="p_1", is_example=False, added_at=summer))
    with any_home.database.reading() as session:
        found = session.scalars(sa.select(Person.added_at)).one()
    assert found == summer
    assert found.tzinfo is UTC
    assert Moment().process_bind_param(None, sa.create_engine("sqlite://").dialect) is None
    naive = datetime(2025, 7, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(sa.exc.StatementError, match="time zone"), any_home.database.writing() as session:
        session.add(Person(person_id="p_2", is_example=False, added_at=naive))


def test_a_fraction_of_a_penny_is_not_stored(any_home: Home) -> None:
    with pytest.raises(sa.exc.StatementError) as caught, any_home.database.writing() as session:
        session.execute(sa.select(LineRow.label).where(LineRow.amount == Decimal("1.005")))
    assert isinstance(caught.value.orig, NotMoney)
