"""Results as rows: read as they are stored, written where they differ.

What the rows say is decided in `store`; here a row is a mapping of its columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import Base, CheckState, FindingRow, MeasureRow, PredictionRow

__all__ = ["RESULTS", "Row", "Stored", "stored_rows", "write_rows"]

RESULTS: Final[tuple[type[Base], ...]] = (MeasureRow, FindingRow, PredictionRow, CheckState)
Row = Mapping[str, Any]
Stored = Mapping[tuple[Any, ...], Row]


def stored_rows(session: Session, result: type[Base], tax_year: str, people: Sequence[str]) -> Stored:
    """The rows of these people and year, by primary key."""
    table = _table(result)
    found = session.execute(_of_people(result), {"year": tax_year, "people": people})
    names = table.c.keys()
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return {_key(table, row): row for row in rows}


@cache
def _of_people(result: type[Base]) -> sa.Select[Any]:
    table = _table(result)
    return sa.select(table).where(
        table.c.tax_year == sa.bindparam("year"), table.c.person_id.in_(sa.bindparam("people", expanding=True))
    )


def write_rows(session: Session, result: type[Base], stored: Stored, wanted: Iterable[Row]) -> None:
    """Let the wanted rows stand instead of those stored."""
    table = _table(result)
    by_key = {_key(table, row): row for row in wanted}
    gone = [key for key in stored if key not in by_key]
    changed = [dict(row) for key, row in by_key.items() if key not in stored or not _same(stored[key], row)]
    if gone:
        names = [_old(column) for column in table.primary_key]
        session.execute(_deletion(result), [dict(zip(names, key, strict=True)) for key in gone])
    if changed:
        session.execute(_insertion(result, session.get_bind().dialect.name), changed)


@cache
def _deletion(result: type[Base]) -> sa.Delete:
    table = _table(result)
    return sa.delete(table).where(*(column == sa.bindparam(_old(column)) for column in table.primary_key))


def _old(column: sa.Column[Any]) -> str:
    return f"old_{column.name}"


@cache
def _insertion(result: type[Base], dialect: str) -> sa.Insert:
    table = _table(result)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=others)


def _table(result: type[Base]) -> sa.Table:
    return cast(sa.Table, result.__table__)


def _key(table: sa.Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _same(stored: Row, row: Row) -> bool:
    return stored is row or all(stored[name] == value for name, value in row.items())
