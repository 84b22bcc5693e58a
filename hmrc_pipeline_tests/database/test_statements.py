"""Statements given to the drivers: each with its values, prepared once, and in nobody's way after a failure."""

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.statements import rendered, run
from hmrc_pipeline.database.tables import Person
from hmrc_pipeline.home import Home

WORD: sa.BindParameter[str] = sa.bindparam("word", type_=sa.Text)
ECHO = sa.select(sa.literal_column("'100 %'"), WORD, sa.literal("always", sa.Text), WORD)
WEIGHED = sa.select(sa.literal_column("1") / sa.cast(sa.bindparam("weight", type_=sa.Integer), sa.Integer))
NO_TABLE = sa.select(sa.table("no_such_table", sa.column("a")).c.a)


def test_values_stand_where_their_names_do(any_home: Home) -> None:
    with any_home.database.reading() as session:
        asked = rendered(ECHO, session.get_bind().dialect.name)
        for word in ("a", "it's %s", "£ \N{SNOWMAN}"):
            assert [tuple(row) for row in run(session, [(asked, [{"word": word}])])] == [
                ("100 %", word, "always", word)
            ]


def test_the_last_statement_answers(any_home: Home) -> None:
    with any_home.database.reading() as session:
        asked = rendered(ECHO, session.get_bind().dialect.name)
        ((_, word, *_),) = run(session, [(asked, [{"word": "first"}]), (asked, [{"word": "last"}])])
        assert word == "last"


def test_a_missing_value_is_told(any_home: Home) -> None:
    with any_home.database.reading() as session, pytest.raises(KeyError, match="word"):
        run(session, [(rendered(ECHO, session.get_bind().dialect.name), [{}])])


def test_a_failure_is_sqlalchemys_and_leaves_the_connection_usable(any_home: Home) -> None:
    """Twice: what failed to be prepared, or was prepared and failed to run, can be tried again."""
    for _ in range(2):
        with any_home.database.reading() as session, pytest.raises(sa.exc.DBAPIError):
            run(session, [(rendered(NO_TABLE, session.get_bind().dialect.name), [{}])])
    dialect = any_home.database.engine.dialect.name
    weighed = rendered(WEIGHED, dialect)
    if dialect == "postgresql":  # SQLite says NULL
        with any_home.database.reading() as session, pytest.raises(sa.exc.DataError):
            run(session, [(weighed, [{"weight": 0}])])
    with any_home.database.reading() as session:
        assert [tuple(row) for row in run(session, [(weighed, [{"weight": 1}])])] == [(1,)]


@pytest.mark.real
def test_a_statement_is_prepared_once_and_outlives_a_rollback(postgres_home: Home) -> None:
    asked = rendered(ECHO, "postgresql")
    for _ in range(3):
        with postgres_home.database.writing() as session:
            run(session, [(asked, [{"word": "a"}]), (asked, [{"word": "b"}])])
            (prepared,) = session.connection().exec_driver_sql("SELECT statement FROM pg_prepared_statements")
            assert asked.text in prepared[0]
            session.rollback()


@pytest.mark.real
def test_a_plan_made_while_a_table_is_empty_does_not_read_it_whole_later(postgres_home: Home) -> None:
    mine = sa.select(Person.person_id).where(Person.person_id == sa.bindparam("person"))
    with postgres_home.database.writing() as session:
        asked = rendered(mine, "postgresql")
        assert not run(session, [(asked, [{"person": "nobody"}])])
        connection = session.connection()
        (name,) = connection.connection.info["prepared"].values()
        plan = connection.exec_driver_sql(f"EXPLAIN EXECUTE {name}('nobody')").scalars().all()
        assert any("Index" in line for line in plan)
        assert not any("Seq Scan" in line for line in plan)
        assert connection.exec_driver_sql("SHOW enable_seqscan").scalar() == "on"
