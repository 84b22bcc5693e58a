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
    "question_of",
    "rows_in",
]

Row = Mapping[str, Any]
Stored = Mapping[Any, Row]
"""Rows by their primary key: its value, or a tuple where it has several columns."""


@cache
def question_of(kept: type[Base]) -> Question:
    """What is stored in a table; `rows_in` reads the answer."""
    table = _table(kept)
    return Question(sa.select(table).where(table.c.tax_year == YEAR), table.c.person_id)


def rows_in(kept: type[Base], answer: Answer) -> Iterable[Row]:
    """The rows of an answer."""
    names = _table(kept).c.keys()
    return (dict(zip(names, row, strict=True)) for row in answer)


def as_stored(kept: type[Base], rows: Iterable[Row]) -> Stored:
    """Rows by primary key."""
    key = _key(kept)
    return {key(row): row for row in rows}


@dataclass
class Writes:
    """What a transaction is going to write, in this order: PostgreSQL is sent all of it in one round trip."""

    session: Session
    _waiting: list[tuple[Statement, Sequence[Row]]] = field(default_factory=list)

    def rows(self, kept: type[Base], stored: Stored, wanted: Iterable[Row]) -> None:
        """Let the wanted rows stand instead of those stored; one stored for another person or year moves here."""
        key_of = _key(kept)
        by_key = {key_of(row): row for row in wanted}
        gone = [row for key, row in stored.items() if key not in by_key]
        changed = [row for key, row in by_key.items() if key not in stored or not _same(stored[key], row)]
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
    names = dict.fromkeys((*table.primary_key.columns.keys(), "tax_year", "person_id"))
    return rendered(sa.delete(table).where(*(table.c[name] == sa.bindparam(name) for name in names)), dialect)


@cache
def _insertion(kept: type[Base], dialect: str) -> Statement:
    table = _table(kept)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = table.primary_key.columns.keys()
    others = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
    return rendered(insert.on_conflict_do_update(index_elements=keys, set_=others), dialect)


def _table(kept: type[Base]) -> sa.Table:
    return cast(sa.Table, kept.__table__)


@cache
def _key(kept: type[Base]) -> Callable[[Row], Any]:
    return operator.itemgetter(*_table(kept).primary_key.columns.keys())


def _same(stored: Row, row: Row) -> bool:
    return stored is row or row.items() <= stored.items()
