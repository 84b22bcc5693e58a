"""Migrations: every step up and down, with data in the tables, and ending in the very schema the code speaks of."""

import fcntl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hmrc_pipeline.database import DatabaseBehind, DatabaseProblem, open_database
from hmrc_pipeline.database.engine import normalise_url
from hmrc_pipeline.database.schema import alembic_config, downgrade, head_revision, revision_of, upgrade
from hmrc_pipeline.database.tables import Base
from hmrc_pipeline.home import Home
from hmrc_pipeline.settings import Settings, load_settings
from hmrc_pipeline_tests.made_up import made_up_row


def fill(home: Home, now: datetime) -> dict[str, int]:
    """One row in every table, all columns filled."""
    with home.database.writing() as session:
        for table in Base.metadata.sorted_tables:
            session.execute(sa.insert(table).values(made_up_row(table, now, whole=True)))
    return counts(home)


def counts(home: Home) -> dict[str, int]:
    with home.database.reading() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_there_is_one_head() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [head_revision()]


def test_the_migrated_schema_is_the_one_the_code_speaks_of(any_home: Home) -> None:
    with any_home.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _types_differ, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def _types_differ(_context: Any, _inspected: Any, _column: Any, found: Any, wanted: Any) -> bool | None:
    """Our own column types are compared as what they are stored as."""
    if isinstance(wanted, sa.types.TypeDecorator):
        return type(found)._type_affinity is not type(wanted.impl_instance)._type_affinity
    return None


def test_a_stairway_with_data(any_home: Home, now: datetime) -> None:
    engine = any_home.database.engine
    assert set(fill(any_home, now).values()) == {1}
    script = ScriptDirectory.from_config(alembic_config())
    steps = [revision.revision for revision in script.walk_revisions("base", "heads")][::-1]
    for position in reversed(range(len(steps))):
        downgrade(engine, steps[position - 1] if position else "base")
        upgrade(engine, steps[position])
        downgrade(engine, steps[position - 1] if position else "base")
    tables = set(sa.inspect(engine).get_table_names())
    assert tables <= {"alembic_version"}, "a way down leaves nothing behind"
    for step in steps:
        upgrade(engine, step)
    assert revision_of(engine) == head_revision()
    assert set(fill(any_home, now).values()) == {1}


def test_a_failed_migration_leaves_the_database_as_it_was(
    any_home: Home, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fill(any_home, now)

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.ddl.impl.DefaultImpl.drop_table", _after(3, fail))
    with pytest.raises(RuntimeError, match="power cut"):
        downgrade(any_home.database.engine, "base")
    monkeypatch.undo()
    assert revision_of(any_home.database.engine) == head_revision()
    assert counts(any_home) == before


def _after(calls: int, fail: Callable[..., None]) -> Callable[..., None]:
    from alembic.ddl.impl import DefaultImpl

    real, left = DefaultImpl.drop_table, [calls]

    def wrapped(self: Any, table: Any, **more: Any) -> None:
        left[0] -= 1
        (real if left[0] >= 0 else fail)(self, table, **more)

    return wrapped


def test_an_older_database_is_refused_with_what_to_do(home: Home) -> None:
    with home.database.engine.execution_options(hmrc_writes=True).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(DatabaseBehind, match="Run: hmrc-pipeline migrate"):
        open_database(home.settings)


def test_opening_makes_what_is_missing_once(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    errors: list[BaseException] = []

    def open_it() -> None:
        try:
            open_database(settings).engine.dispose()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_opening_waits_for_who_migrates(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    settings.make_home()
    opened = threading.Event()

    def open_it() -> None:
        open_database(settings).engine.dispose()
        opened.set()

    with (settings.home / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=open_it)
        thread.start()
        assert not opened.wait(0.3)
    assert opened.wait(10)
    thread.join()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://u:p@h/db", "postgresql+psycopg2"),
        ("postgresql://u:p@h/db", "postgresql+psycopg2"),
        ("postgresql+psycopg2://u:p@h/db", "postgresql+psycopg2"),
        ("sqlite:////tmp/x.db", "sqlite"),
    ],
)
def test_urls(url: str, driver: str) -> None:
    assert normalise_url(url).drivername == driver


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/db", "s3cret", ""])
def test_other_urls_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        normalise_url(url)
    assert "s3cret" not in str(caught.value)


@pytest.fixture
def unreachable(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", database_url="postgresql://me:s3cret@127.0.0.1:1/db")


def test_an_unreachable_database_says_so_without_its_password(unreachable: Settings) -> None:
    with pytest.raises(DatabaseProblem, match="cannot be reached") as caught:
        open_database(unreachable)
    assert "s3cret" not in str(caught.value)
