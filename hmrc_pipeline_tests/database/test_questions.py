"""Questions asked together: each is answered for whom and what was asked, with the values its columns give."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.questions import YEAR, Question, ask
from hmrc_pipeline.database.tables import Base, PredictionRow
from hmrc_pipeline.home import Home
from hmrc_pipeline_tests.made_up import made_up_row

OF_YEARS = [
    table
    for table in Base.metadata.sorted_tables
    if {"tax_year", "person_id"} <= set(table.c.keys())
    and not any(isinstance(column.type, sa.LargeBinary) for column in table.c)
]
QUESTIONS = [Question(sa.select(table).where(table.c.tax_year == YEAR), table.c.person_id) for table in OF_YEARS]


@pytest.fixture
def filled(any_home: Home, now: datetime) -> Home:
    """One row in every table, of person and year `x`, all columns filled."""
    with any_home.database.writing() as session:
        for table in Base.metadata.sorted_tables:
            session.execute(sa.insert(table).values(made_up_row(table, now, whole=True)))
    return any_home


@pytest.mark.parametrize("people", [["x"], ["y", "x"], None], ids=["one", "some", "everyone"])
def test_values_are_those_the_columns_give_elsewhere(filled: Home, people: list[str] | None) -> None:
    assert len(OF_YEARS) > 9
    with filled.database.reading() as session:
        for table, answer in zip(OF_YEARS, ask(session, "x", people, QUESTIONS), strict=True):
            stored = [list(row) for row in session.connection().execute(sa.select(table))]
            assert [list(row) for row in answer] == stored, table.name
            assert len(stored) == 1


@pytest.mark.parametrize(("year", "people"), [("x", ["y"]), ("x", []), ("y", ["x"]), ("y", None)])
def test_nobody_elses_rows_and_no_other_years(filled: Home, year: str, people: list[str] | None) -> None:
    with filled.database.reading() as session:
        assert all(not answer for answer in ask(session, year, people, QUESTIONS))


def test_what_the_session_holds_is_seen(filled: Home) -> None:
    with filled.database.writing() as session:
        session.scalars(sa.select(PredictionRow)).one().kind = "closed"
        question = Question(
            sa.select(PredictionRow.kind).where(PredictionRow.tax_year == YEAR), PredictionRow.person_id
        )
        assert [list(row) for row in ask(session, "x", ["x"], [question])[0]] == [["closed"]]
