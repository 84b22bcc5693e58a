"""Results as rows: read as they are stored, written where they differ.

What the rows say is decided in `store`; here a row is a mapping of its columns.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    mine = sa.select(table).where(table.c.tax_year == tax_year, _is_of(table, people))
    rows = [dict(zip(table.c.keys(), row, strict=True)) for row in session.execute(mine)]
    return {_key(table, row): row for row in rows}


def write_rows(session: Session, result: type[Base], stored: Stored, wanted: Iterable[Row]) -> None:
    """Let the wanted rows stand instead of those stored."""
    table = _table(result)
    by_key = {_key(table, row): row for row in wanted}
    gone = [key for key in stored if key not in by_key]
    changed = [dict(row) for key, row in by_key.items() if key not in stored or not _same(stored[key], row)]
    if gone:
        bound: dict[str, sa.BindParameter[Any]] = {
            column.name: sa.bindparam(f"old_{column.name}") for column in table.primary_key
        }
        which = [table.c[name] == value for name, value in bound.items()]
        names = [f"old_{name}" for name in bound]
        session.execute(sa.delete(table).where(*which), [dict(zip(names, key, strict=True)) for key in gone])
    if changed:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        insert = dialect.insert(table)
        keys = [column.name for column in table.primary_key]
        others = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
        session.execute(insert.on_conflict_do_update(index_elements=keys, set_=others), changed)


def _table(result: type[Base]) -> sa.Table:
    return cast(sa.Table, result.__table__)


def _is_of(table: sa.Table, people: Sequence[str]) -> sa.ColumnElement[bool]:
    return table.c.person_id == people[0] if len(people) == 1 else table.c.person_id.in_(people)


def _key(table: sa.Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _same(stored: Row, row: Row) -> bool:
    return stored is row or all(stored[name] == value for name, value in row.items())
