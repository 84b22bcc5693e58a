"""Rows with made-up values for whichever tables there are, so that a new table is tested without a new test."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.database.types import Moment, Pence

__all__ = ["made_up", "made_up_row"]


def made_up(column: sa.Column[Any], now: datetime) -> Any:
    """A value that fits a column."""
    values: list[tuple[type, Any]] = [
        (Moment, now),
        (Pence, Decimal("12.00")),
        (sa.Date, now.date()),
        (sa.JSON, {}),
        (sa.Boolean, True),
        (sa.Integer, 1),
        (sa.Float, 1.0),
        (sa.LargeBinary, b"x"),
        (sa.Text, "x"),
    ]
    return next(value for kind, value in values if isinstance(column.type, kind))


def made_up_row(table: sa.Table, now: datetime, *, whole: bool = False) -> dict[str, Any]:
    """Values for the columns that need one; for all of them with `whole`."""
    return {c.name: made_up(c, now) for c in table.c if whole or (not c.nullable and c.default is None)}
