"""Questions about some people's tax year, all answered in one round trip.

The database gathers each answer into a JSON array: one statement is rendered once and planned, and one text decoded,
where many small answers would cost more than what they say. What is asked belongs to the wings.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from hmrc_pipeline.database.statements import Statement, rendered, run
from hmrc_pipeline.database.types import Moment, Pence
from hmrc_pipeline.money import from_pence

__all__ = ["YEAR", "Answer", "JsonObject", "Question", "ask"]

YEAR: Final[sa.BindParameter[str]] = sa.bindparam("tax_year", required=False, type_=sa.Text)
"""The tax year asked about, as its label."""

Answer = Sequence[Sequence[Any]]
"""Rows, in no order. A value is what its column gives elsewhere too."""


@dataclass(frozen=True, eq=False)
class Question:
    """Rows of the tax year `YEAR`; of whom is told by a column."""

    query: sa.Select[*tuple[Any, ...]]
    person: sa.SQLColumnExpression[Any]


class JsonObject(FunctionElement[Any]):
    """An aggregate: a JSON object of names and what the first of some columns that is not NULL says of each."""

    type = sa.JSON()
    inherit_cache = True


@compiles(JsonObject, "sqlite")
def _sqlite_object(element: JsonObject, compiler: SQLCompiler, **how: Any) -> str:
    name, *values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"json_group_object({name}, coalesce({', '.join(values)}))"


@compiles(JsonObject, "postgresql")
def _postgresql_object(element: JsonObject, compiler: SQLCompiler, **how: Any) -> str:
    name, *values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"json_object_agg({name}, coalesce({', '.join(f'to_json({value})' for value in values)}))"


def ask(
    session: Session, tax_year: str, people: Collection[str] | None, questions: Sequence[Question]
) -> Sequence[Answer]:
    """The answers for these people or, with None, for everyone."""
    session.flush()
    connection = session.connection()
    dialect = connection.dialect.name
    whose: dict[str, Any] = {}
    if people is not None:
        some = list(people)
        whose = {"person": some[0]} if len(some) == 1 else {"people": json.dumps(some) if dialect == "sqlite" else some}
    asked, converters = _rendered(tuple(questions), dialect, *whose)
    answers: list[Answer] = [()] * len(questions)
    for number, gathered in run(session, [(asked, [{"tax_year": tax_year, **whose}])]):
        rows = json.loads(gathered) if isinstance(gathered, str) else gathered
        answers[number] = _converted(rows or [], converters[number])
    return answers


_Converters = Sequence[tuple[int, Callable[[Any], Any]]]


@cache
def _rendered(
    questions: tuple[Question, ...], dialect: str, whose: str = "everyone"
) -> tuple[Statement, Sequence[_Converters]]:
    """The questions as one statement, and by question and column how a value leaves JSON."""
    answers = [_answer(number, question, dialect, whose) for number, question in enumerate(questions)]
    return rendered(sa.union_all(*answers), dialect), [_converters(question.query) for question in questions]


def _answer(number: int, question: Question, dialect: str, whose: str) -> sa.Select[Any]:
    rows = question.query.where(_is_asked(question.person, dialect, whose)).subquery()
    if dialect == "sqlite":  # keeps JSON as text
        row = sa.func.json_array(*(sa.func.json(c) if isinstance(c.type, sa.JSON) else c for c in rows.c))
        return sa.select(sa.literal_column(str(number)), sa.func.json_group_array(row)).select_from(rows)
    row = sa.func.json_build_array(*rows.c)
    return sa.select(sa.literal_column(str(number)), sa.func.json_agg(row)).select_from(rows)


def _is_asked(person: sa.SQLColumnExpression[Any], dialect: str, whose: str) -> sa.ColumnElement[bool]:
    if whose == "everyone":
        return sa.true()
    if whose == "person":
        return person == sa.bindparam("person", required=False, type_=sa.Text)
    if dialect == "sqlite":
        among = sa.func.json_each(sa.bindparam("people", required=False, type_=sa.Text)).table_valued("value")
        return person.in_(sa.select(among.c.value))
    return person == sa.any_(sa.bindparam("people", required=False, type_=postgresql.ARRAY(sa.Text)))


def _converters(query: sa.Select[*tuple[Any, ...]]) -> _Converters:
    kinds = ((place, _FROM_JSON.get(type(column.type))) for place, column in enumerate(query.selected_columns))
    return [(place, convert) for place, convert in kinds if convert is not None]


def _converted(rows: list[list[Any]], converters: _Converters) -> Answer:
    for place, convert in converters:
        for row in rows:
            if row[place] is not None:
                row[place] = convert(row[place])
    return rows


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


_FROM_JSON: Final[Mapping[type, Callable[[Any], Any]]] = {
    Pence: from_pence,
    Moment: _moment,
    sa.Date: date.fromisoformat,
    sa.Boolean: bool,
}
