"""Column types: money in pence, moments in UTC; and the base of every table."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from hmrc_pipeline.money import from_pence, to_pence

__all__ = ["Base", "Moment", "Money", "Pence"]

Money = Annotated[Decimal, "whole pence in the database"]


class Pence(TypeDecorator[Decimal]):
    """`Decimal` pounds in Python, whole pence (BIGINT) in the database."""

    impl = sa.BigInteger
    cache_ok = True

    # A payslip has fifty columns of money, most of them empty: no call around the call.
    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Decimal | None], int | None]:
        return _pence

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[int | None], Decimal | None]:
        return _pounds


def _pence(amount: Decimal | None) -> int | None:
    return None if amount is None else to_pence(amount)


def _pounds(pence: int | None) -> Decimal | None:
    return None if pence is None else from_pence(int(pence))


class Moment(TypeDecorator[datetime]):
    """An aware moment in Python, UTC in the database (SQLite keeps no zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of ours. The metadata is the authority; migrations are held against it by test."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Money: Pence,
        datetime: Moment,
        date: sa.Date,
        str: sa.Text,
        bytes: sa.LargeBinary,
        int: sa.BigInteger,
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }
