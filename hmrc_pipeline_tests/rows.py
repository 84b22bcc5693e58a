"""Comparing whole databases: every row of every table, with or without what differs from run to run."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Base
from hmrc_pipeline.home import Home

__all__ = ["all_rows", "row_counts"]


def all_rows(home: Home, without: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted; columns whose name ends in one of `without` are left out."""
    with home.database.engine.connect() as connection:
        found = {}
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.c if not column.name.endswith(tuple(without) or ("\0",))]
            rows = connection.execute(sa.select(*columns)).all() if columns else []
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def row_counts(home: Home) -> dict[str, int]:
    return {name: len(rows) for name, rows in all_rows(home).items()}
