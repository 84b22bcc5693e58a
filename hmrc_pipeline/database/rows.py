"""Rows of people's tax years: read as they are stored, written where they differ.

What the rows say is decided by the wing that keeps the table; here a row is a mapping of its columns.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.types import Base

__all__ = ["Row", "Stored", "ask_of_year", "replace_rows", "stored_rows", "write_rows"]

Row = Mapping[str, Any]
Stored = Mapping[Any, Row]
"""Rows by their primary key: its value, or a tuple where it has several columns."""


def ask_of_year(
    session: Session, query: sa.Select[Any], kept: type[Base], tax_year: str, people: Collection[str] | None
) -> sa.CursorResult[Any]:
    """What a question about a table finds of a tax year, for these people or, with None, for all."""
    whose: dict[str, Any] = {}
    if people is not None:
        whose = {"person": next(iter(people))} if len(people) == 1 else {"people": list(people)}
    return session.connection().execute(_of_year(query, kept, *whose), {"year": tax_year, **whose})


def stored_rows(session: Session, kept: type[Base], tax_year: str, people: Sequence[str]) -> Stored:
    """The rows of these people and year, by primary key."""
    found = ask_of_year(session, _selection(kept), kept, tax_year, people)
    key, names = _key(kept), _table(kept).c.keys()
    rows = [dict(zip(names, row, strict=True)) for row in found.all()]
    return {key(row): row for row in rows}


def write_rows(session: Session, kept: type[Base], stored: Stored, wanted: Iterable[Row]) -> None:
    """Let the wanted rows stand instead of those stored; one stored for another person or year moves here."""
    connection, key_of = session.connection(), _key(kept)
    by_key = {key_of(row): row for row in wanted}
    gone = [row for key, row in stored.items() if key not in by_key]
    changed = [row for key, row in by_key.items() if key not in stored or not _same(stored[key], row)]
    if gone:
        names = {*_table(kept).primary_key.columns.keys(), "tax_year", "person_id"}
        connection.execute(_deletion(kept), [{f"old_{name}": row[name] for name in names} for row in gone])
    if changed:
        connection.execute(_insertion(kept, connection.dialect.name), changed)


def replace_rows(
    session: Session, kept: type[Base], tax_year: str, people: Sequence[str], wanted: Iterable[Row]
) -> None:
    """Let these be the rows of these people's tax year."""
    write_rows(session, kept, stored_rows(session, kept, tax_year, people), wanted)


# Every statement is built once: building one costs more than running it.


@cache
def _of_year(query: sa.Select[Any], kept: type[Base], whose: str = "everyone") -> sa.Select[Any]:
    """For one person without a list, which would be written into the statement each time."""
    table = _table(kept)
    query = query.where(table.c.tax_year == sa.bindparam("year"))
    if whose == "person":
        return query.where(table.c.person_id == sa.bindparam("person"))
    return query if whose == "everyone" else query.where(table.c.person_id.in_(sa.bindparam("people", expanding=True)))


@cache
def _selection(kept: type[Base]) -> sa.Select[Any]:
    return sa.select(_table(kept))


@cache
def _deletion(kept: type[Base]) -> sa.Delete:
    """By key, person and year: a row that has moved to another year meanwhile is that year's."""
    table = _table(kept)
    names = dict.fromkeys((*table.primary_key.columns.keys(), "tax_year", "person_id"))
    return sa.delete(table).where(*(table.c[name] == sa.bindparam(f"old_{name}") for name in names))


@cache
def _insertion(kept: type[Base], dialect: str) -> sa.Executable:
    """With the keys given back: only then are many rows sent to PostgreSQL in one statement."""
    table = _table(kept)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = table.primary_key.columns.keys()
    others = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
    upsert = insert.on_conflict_do_update(index_elements=keys, set_=others)
    return upsert if dialect == "sqlite" else upsert.returning(*table.primary_key)


def _table(kept: type[Base]) -> sa.Table:
    return cast(sa.Table, kept.__table__)


@cache
def _key(kept: type[Base]) -> Callable[[Row], Any]:
    return operator.itemgetter(*_table(kept).primary_key.columns.keys())


def _same(stored: Row, row: Row) -> bool:
    return stored is row or row.items() <= stored.items()
