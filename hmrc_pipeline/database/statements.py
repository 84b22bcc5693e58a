"""Statements as the databases' drivers take them.

Rendering a statement costs more than running it, so that each is rendered once; and planning one costs PostgreSQL as
much, so that there each is prepared once a connection. What statements ask and write belongs to `questions`, `rows`
and `generations`.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg2
from sqlalchemy.orm import Session

__all__ = ["Statement", "rendered", "run"]

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
        """What the driver is given; raises `KeyError` for a value that lacks."""
        if self.constants:
            given = {**self.constants, **given}
        return tuple([given[name] if give is None else give(given[name]) for name, give in self.places])


@cache
def rendered(statement: sa.Executable, dialect: str) -> Statement:
    """The statement for a database's driver. Pass one that is built once: it is kept."""
    driver: sa.Dialect = _DIALECTS[dialect]()
    compiled: Any = statement.compile(dialect=driver, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
    names: Sequence[str] = compiled.positiontup or ()
    types = {name: compiled.binds[name].type if name in compiled.binds else None for name in names}
    places = [(name, kind and kind.dialect_impl(driver).bind_processor(driver)) for name, kind in types.items()]
    text = str(compiled) if dialect == "sqlite" else _numbered(str(compiled))
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Statement(text, [(name, dict(places)[name]) for name in names], constants)


_DIALECTS: Final[Mapping[str, Callable[[], Any]]] = {
    "sqlite": sqlite.dialect,
    "postgresql": lambda: psycopg2.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}


def _numbered(text: str) -> str:
    """A statement to be prepared: its places are numbered."""
    numbers = itertools.count(1)
    return re.sub("%[s%]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", text)


def run(session: Session, work: Sequence[tuple[Statement, Sequence[Given]]]) -> Sequence[Sequence[Any]]:
    """Run statements in turn, each once for each of its sets of values; PostgreSQL is sent all in one round trip.

    Gives the rows that the last one answers with. Raises `sqlalchemy.exc.DBAPIError`.
    """
    connection = session.connection()
    raw, dialect = connection.connection, connection.dialect
    cursor = raw.cursor()
    try:
        _RUN[dialect.name](cursor, raw.info, work)
        return cursor.fetchall() if cursor.description else ()
    except dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            "", None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from None
    finally:
        cursor.close()


def _on_sqlite(cursor: Any, _: Any, work: Sequence[tuple[Statement, Sequence[Given]]]) -> None:
    for statement, rows in work:
        if len(rows) == 1:
            cursor.execute(statement.text, statement.values(rows[0]))
        else:
            cursor.executemany(statement.text, [statement.values(row) for row in rows])


def _on_postgresql(cursor: Any, known: dict[str, Any], work: Sequence[tuple[Statement, Sequence[Given]]]) -> None:
    """A name is never given twice, so that one left behind by a failure does no harm."""
    prepared: dict[Statement, str] = known.setdefault("prepared", {})
    new = {statement: f"s{next(_NUMBERS)}" for statement, _ in work if statement not in prepared}
    parts = [f"PREPARE {name} AS {statement.text}".encode() for statement, name in new.items()]
    for statement, rows in work:
        name = prepared.get(statement) or new[statement]
        places = f"({', '.join(['%s'] * len(statement.places))})" if statement.places else ""
        parts += [cursor.mogrify(f"EXECUTE {name} {places}", statement.values(row)) for row in rows]
    cursor.execute(b"; ".join(parts))
    prepared.update(new)


_NUMBERS: Final = itertools.count(1)
_RUN: Final[Mapping[str, Callable[[Any, Any, Any], None]]] = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
