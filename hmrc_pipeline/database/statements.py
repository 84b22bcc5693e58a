"""Statements as the databases' drivers take them.

Rendering a statement costs more than running it, so that each is rendered once; planning one costs PostgreSQL as
much, so that there each is prepared once a connection. What statements ask and write belongs to `questions`, `rows`
and `generations`.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg2
from sqlalchemy.orm import Session

__all__ = ["Statement", "Work", "give", "rendered", "run"]

Given = Mapping[str, Any]
"""Values by the names of a statement's parameters."""


@dataclass(frozen=True, eq=False)
class Statement:
    """Its text for the driver, the parameters in the order of their places, each with how it is given to the driver,
    and the values of those that are always the same."""

    text: str
    places: Sequence[tuple[str, Callable[[Any], Any] | None]]
    constants: Given

    def values(self, given: Given) -> tuple[Any, ...]:
        """What the driver is given; raises `KeyError` where a value is missing."""
        if self.constants:
            given = {**self.constants, **given}
        return tuple([given[name] if convert is None else convert(given[name]) for name, convert in self.places])


Work = Sequence[tuple[Statement, Sequence[Given]]]
"""Statements in their order, each with the values of every time it is to run."""


@cache
def rendered(statement: sa.Select[Any] | sa.CompoundSelect[Any] | sa.UpdateBase, dialect: str) -> Statement:
    """The statement for a database's driver. It is kept: pass one that is built once."""
    driver = _driver(dialect)
    compiled = statement.compile(dialect=driver, compile_kwargs={"render_postcompile": True})
    names: Sequence[str] = compiled.positiontup or ()
    converters = {name: bind.type.dialect_impl(driver).bind_processor(driver) for name, bind in compiled.binds.items()}
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    text = str(compiled) if dialect == "sqlite" else _numbered(str(compiled))
    return Statement(text, [(name, converters.get(name)) for name in names], constants)


@cache
def _driver(dialect: str) -> sa.Dialect:
    return sqlite.dialect() if dialect == "sqlite" else psycopg2.dialect(paramstyle="format")  # type: ignore[no-untyped-call]


def _numbered(text: str) -> str:
    """A statement to be prepared: its places have numbers."""
    numbers = itertools.count(1)
    return re.sub("%[s%]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", text)


def run(session: Session, work: Work) -> Sequence[Sequence[Any]]:
    """Run statements; PostgreSQL is sent all of them in one round trip. Gives the rows the last one answers with.

    Raises `sqlalchemy.exc.DBAPIError`.
    """
    connection = session.connection()
    pooled, driver = connection.connection, connection.dialect.loaded_dbapi
    cursor = pooled.cursor()
    prepared = pooled.info.setdefault("prepared", {}) if connection.dialect.name == "postgresql" else None
    try:
        give(cursor, prepared, work)
        return cursor.fetchall() if cursor.description else ()
    except driver.Error as error:
        raise sa.exc.DBAPIError.instance(None, None, error, driver.Error, dialect=connection.dialect) from None
    finally:
        cursor.close()


def give(cursor: Any, prepared: dict[Statement, str] | None, work: Work) -> None:
    """Give statements to a driver; `prepared` names those of the connection, where they have to be."""
    if prepared is not None:
        _give_prepared(cursor, prepared, work)
        return
    for statement, rows in work:
        if len(rows) == 1:
            cursor.execute(statement.text, statement.values(rows[0]))
        else:
            cursor.executemany(statement.text, [statement.values(row) for row in rows])


def _give_prepared(cursor: Any, prepared: dict[Statement, str], work: Work) -> None:
    """No name is given twice: one that a failure leaves behind is in nobody's way."""
    new = {statement: f"s{next(_NUMBERS)}" for statement, _ in work if statement not in prepared}
    parts = list(_preparations(new)) if new else []
    for statement, rows in work:
        execute = _execution(prepared.get(statement) or new[statement], ["%s"] * len(statement.places))
        parts += [cursor.mogrify(execute, statement.values(row)) for row in rows]
    cursor.execute(b"; ".join(parts))
    prepared.update(new)


def _preparations(new: Mapping[Statement, str]) -> Iterator[bytes]:
    """Plan statements for as long as the connection lives. A table that is small today may have grown by then: who
    asks for a few rows of it must not read it whole."""
    yield b"SET LOCAL enable_seqscan TO off"
    for statement, name in new.items():
        yield f"PREPARE {name} AS {statement.text}".encode()
        yield f"EXPLAIN {_execution(name, ['NULL'] * len(statement.places))}".encode()
    yield b"SET LOCAL enable_seqscan TO DEFAULT"


def _execution(name: str, places: Sequence[str]) -> str:
    return f"EXECUTE {name}({', '.join(places)})" if places else f"EXECUTE {name}"


_NUMBERS: Final = itertools.count(1)
