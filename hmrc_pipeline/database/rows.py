"""Rows of people's tax years: read as they are stored, written where they differ.

What the rows say is decided by the wing that keeps the table; here a row is a mapping of its columns.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.questions import YEAR, Answer, Question
from hmrc_pipeline.database.statements import Statement, rendered, run
from hmrc_pipeline.database.types import Base

__all__ = [
    "Row",
    "Stored",
    "Writes",
    "as_stored",
    "column_of",
    "question_of",
    "row_of",
    "stored_in",
]

Row = Mapping[str, Any]
Stored = Mapping[Any, Sequence[Any]]
"""Rows by their primary key (its value, or a tuple where it has several columns), each the values of its columns."""


@cache
def question_of(kept: type[Base]) -> Question:
    """What is stored in a table; `stored_in` reads the answer."""
    table = _table(kept)
    return Question(sa.select(table).where(table.c.tax_year == YEAR), table.c.person_id)


def stored_in(kept: type[Base], answer: Answer) -> Stored:
    """The rows of an answer to `question_of`."""
    key = _key_of_values(kept)
    return {key(row): row for row in answer}


def as_stored(kept: type[Base], rows: Iterable[Row]) -> Stored:
    """Rows as they are when stored."""
    columns = _columns(kept)
    return stored_in(kept, [[row[name] for name in columns] for row in rows])


def row_of(kept: type[Base], values: Sequence[Any]) -> Row:
    """A stored row as a mapping of its columns."""
    return dict(zip(_columns(kept), values, strict=True))


def column_of(kept: type[Base], stored: Stored, name: str) -> dict[Any, Any]:
    """What is stored in a column, by primary key."""
    place = _columns(kept).index(name)
    return {key: row[place] for key, row in stored.items()}


@dataclass
class Writes:
    """What a transaction is going to write, in this order: PostgreSQL is sent all of it in one round trip."""

    session: Session
    _waiting: list[tuple[Statement, Sequence[Row]]] = field(default_factory=list)

    def rows(self, kept: type[Base], stored: Stored, wanted: Iterable[Row]) -> None:
        """Let the wanted rows stand instead of those stored; one stored for another person or year moves here."""
        columns, key_of = _columns(kept), _key_of_row(kept)
        by_key = {key_of(row): row for row in wanted}
        gone = [row_of(kept, row) for key, row in stored.items() if key not in by_key]
        changed = [row for key, row in by_key.items() if stored.get(key) != [row[name] for name in columns]]
        dialect = self._dialect
        if gone:
            self._waiting.append((_deletion(kept, dialect), gone))
        if changed:
            self._waiting.append((_insertion(kept, dialect), changed))

    def update(self, statement: sa.Update, rows: Sequence[Row]) -> None:
        """Run an update for each of these sets of values; `statement` is built once."""
        if rows:
            self._waiting.append((rendered(statement, self._dialect), rows))

    def send(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            run(self.session, waiting)

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name


@cache
def _deletion(kept: type[Base], dialect: str) -> Statement:
    """By key, person and year: a row that has moved to another year meanwhile is that year's."""
    table = _table(kept)
    names = dict.fromkeys((*_keys(kept), "tax_year", "person_id"))
    return rendered(sa.delete(table).where(*(table.c[name] == sa.bindparam(name) for name in names)), dialect)


@cache
def _insertion(kept: type[Base], dialect: str) -> Statement:
    table = _table(kept)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = _keys(kept)
    others = {name: insert.excluded[name] for name in _columns(kept) if name not in keys}
    return rendered(insert.on_conflict_do_update(index_elements=keys, set_=others), dialect)


def _table(kept: type[Base]) -> sa.Table:
    return cast(sa.Table, kept.__table__)


@cache
def _columns(kept: type[Base]) -> Sequence[str]:
    return _table(kept).c.keys()


@cache
def _keys(kept: type[Base]) -> Sequence[str]:
    return _table(kept).primary_key.columns.keys()


@cache
def _key_of_row(kept: type[Base]) -> Callable[[Row], Any]:
    return operator.itemgetter(*_keys(kept))


@cache
def _key_of_values(kept: type[Base]) -> Callable[[Sequence[Any]], Any]:
    return operator.itemgetter(*(_columns(kept).index(name) for name in _keys(kept)))
