"""Rows of a person's year: written where they differ, moved where they belong, never taken from another year."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database import statements
from hmrc_pipeline.database.questions import ask
from hmrc_pipeline.database.rows import Stored, Writes, question_of, stored_in
from hmrc_pipeline.database.tables import PayslipDueRow, Person
from hmrc_pipeline.home import Home

YEAR, BEFORE = "2024-25", "2023-24"


@pytest.fixture
def peopled(any_home: Home, now: Any) -> Home:
    with any_home.database.writing() as session:
        session.add_all(
            Person(person_id=name, is_example=False, added_at=now, made_by="nino") for name in ("ann", "bob")
        )
    return any_home


def row(reading: str, year: str = YEAR, person: str = "ann", plan: str | None = None) -> dict[str, Any]:
    empty = dict.fromkeys(column.name for column in PayslipDueRow.__table__.c)
    own = {"reading_id": reading, "tax_year": year, "person_id": person, "employment": "123/AB456"}
    return {**empty, **own, "loan_plan": plan, "unverified": []}


def stored(session: Session, year: str, people: list[str]) -> Stored:
    (answer,) = ask(session, year, people, [question_of(PayslipDueRow)])
    return stored_in(PayslipDueRow, answer)


def put(home: Home, year: str, people: list[str], *rows: dict[str, Any]) -> None:
    with home.database.writing() as session:
        writes = Writes(session)
        writes.rows(PayslipDueRow, stored(session, year, people), rows)
        writes.send()


def kept(home: Home) -> set[tuple[str, ...]]:
    with home.database.reading() as session:
        found = session.scalars(sa.select(PayslipDueRow))
        return {(row.reading_id, row.tax_year, row.person_id, row.loan_plan or "") for row in found}


def test_rows_come_change_and_go(peopled: Home) -> None:
    put(peopled, YEAR, ["ann", "bob"], row("r1"), row("r2"), row("r3", person="bob"))
    put(peopled, YEAR, ["ann"], row("r2", plan="2"), row("r4"))
    assert kept(peopled) == {("r2", YEAR, "ann", "2"), ("r4", YEAR, "ann", ""), ("r3", YEAR, "bob", "")}


def test_many_rows_are_written_at_once(peopled: Home) -> None:
    put(peopled, YEAR, ["ann"], *(row(f"r{number}") for number in range(2500)))
    put(peopled, YEAR, ["ann"], *(row(f"r{number}", plan="2") for number in range(1, 2500)))
    assert kept(peopled) == {(f"r{number}", YEAR, "ann", "2") for number in range(1, 2500)}


@pytest.mark.parametrize(
    ("year", "person", "why"),
    [(BEFORE, "ann", "its year was read wrongly"), (YEAR, "bob", "it was assigned to another person")],
)
def test_a_row_moves_to_where_it_belongs(peopled: Home, year: str, person: str, why: str) -> None:
    put(peopled, YEAR, ["ann"], row("r1"))
    put(peopled, year, [person], row("r1", year, person))
    assert kept(peopled) == {("r1", year, person, "")}, why
    put(peopled, YEAR, ["ann"])
    assert kept(peopled) == {("r1", year, person, "")}, why


def test_a_row_that_moved_since_it_was_read_is_left(peopled: Home) -> None:
    put(peopled, YEAR, ["ann"], row("r1"), row("r2"))
    with peopled.database.reading() as session:
        read = stored(session, YEAR, ["ann"])
    put(peopled, BEFORE, ["ann"], row("r1", BEFORE))
    with peopled.database.writing() as session:
        writes = Writes(session)
        writes.rows(PayslipDueRow, read, [])
        writes.send()
    assert kept(peopled) == {("r1", BEFORE, "ann", "")}


def test_what_stands_is_not_written(peopled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(peopled, YEAR, ["ann"], row("r1"), row("r2"))
    written: list[str] = []
    given = statements.give

    def watched(cursor: Any, prepared: Any, work: Any) -> None:
        written.extend(text for statement, _ in work if not (text := statement.text).startswith("SELECT"))
        given(cursor, prepared, work)

    monkeypatch.setattr(statements, "give", watched)
    put(peopled, YEAR, ["ann"], row("r2"), row("r1"))
    assert written == []
    put(peopled, YEAR, ["ann"], row("r2", plan="1"), row("r1"))
    assert len(written) == 1
