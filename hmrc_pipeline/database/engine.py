"""Opening the database: SQLite or PostgreSQL, created and migrated on first use.

Writers on SQLite take the write lock at BEGIN, so that a transaction never fails half-way for want of it.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from hmrc_pipeline.database.incumbent import remember_person, renew_views
from hmrc_pipeline.database.schema import head_revision, revision_of, upgrade
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings

__all__ = ["SCHEMA", "Database", "DatabaseBehind", "DatabaseProblem", "normalise_url", "open_database"]

SCHEMA = "hmrc_pipeline"
_MIGRATION_LOCK = 0x484D5243  # an arbitrary number every process of ours uses for the same advisory lock


class DatabaseProblem(Problem):
    """The database cannot be used; the message says what to do and never repeats the URL."""


class DatabaseBehind(DatabaseProblem):
    """The database was made by another version of this program."""


@dataclass(frozen=True)
class Database:
    """A migrated database. `reading()` and `writing()` give sessions; nothing else opens a transaction."""

    engine: sa.Engine

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; nothing it changes is kept."""
        with Session(self.engine) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises."""
        with (
            Session(self.engine.execution_options(hmrc_writes=True), expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def normalise_url(text: str, *, setting: str = "HMRC_PIPELINE_DATABASE_URL") -> URL:
    """A database URL with the driver we install: bare `postgres://` and `postgresql://` mean psycopg2.

    Raises `DatabaseProblem` for anything that is not SQLite or PostgreSQL.
    """
    try:
        url = make_url(text)
    except sa.exc.ArgumentError:
        raise DatabaseProblem(f"{setting} is not a database URL") from None
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg2")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseProblem(f"{setting} must name SQLite or PostgreSQL")
    return url


def open_database(settings: Settings, *, migrate: bool = False) -> Database:
    """The database of these settings: made and migrated when missing or empty, refused when behind.

    With `migrate=True` an older one is brought up to date. Raises `DatabaseBehind`, `DatabaseProblem`.
    """
    settings.make_home()
    engine = _make_engine(normalise_url(settings.database))
    with _one_at_a_time(engine, settings.home):
        _bring_up(engine, migrate=migrate)
        _show_to_sql(engine, settings)
    return Database(engine)


def _bring_up(engine: sa.Engine, *, migrate: bool) -> None:
    found, head = revision_of(engine), head_revision()
    if found == head:
        return
    if found is None or migrate:
        upgrade(engine)
    else:
        raise DatabaseBehind(
            f"the database is at version {found}, this program needs {head}. Run: hmrc-pipeline migrate"
        )


def _show_to_sql(engine: sa.Engine, settings: Settings) -> None:
    """What programs that read our database with SQL see: the views, and whose figures they show."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            renew_views(connection)
            remember_person(connection, settings.incumbent_person)


@contextlib.contextmanager
def _one_at_a_time(engine: sa.Engine, home: Path) -> Iterator[None]:
    """Hold off other processes while the schema is looked at or changed."""
    if engine.dialect.name == "sqlite":
        with (home / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        raise DatabaseProblem(f"the database cannot be reached: {_reason(error)}") from None
    with connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})


def _reason(error: sa.exc.OperationalError) -> str:
    return str(error.orig).splitlines()[-1].strip() if error.orig else "no answer"


def _make_engine(url: URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=5,
            executemany_mode="values_plus_batch",
            connect_args={"options": f"-csearch_path={SCHEMA} -cplan_cache_mode=force_generic_plan"},
            hide_parameters=True,
        )
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
    for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("hmrc_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
