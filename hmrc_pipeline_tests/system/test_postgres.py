"""The demo with our tables and Dagster's own storage on PostgreSQL gives what it gives on SQLite."""

import os
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from hmrc_pipeline.cli.supervisor import dagster_environment, make_dagster_home
from hmrc_pipeline.database import open_database
from hmrc_pipeline.reconciliation import people_as_json
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system.support import ROOT, check_history, clean_environment, results, run, table_rows

pytestmark = pytest.mark.real


@pytest.fixture
def dagster_url(other_postgres_url: str) -> str:
    """A database for Dagster's own storage, its URL as people write it."""
    return other_postgres_url.replace("postgresql+psycopg2://", "postgresql://")


def people(home: Path, url: str) -> object:
    database = open_database(load_settings(home=home, database_url=url))
    with database.reading() as session:
        years = [TaxYear.parse(row) for row in session.scalars(sa.text("SELECT DISTINCT tax_year FROM measure"))]
        found = people_as_json(session, years)
    database.engine.dispose()
    return results(found)


def test_the_demo_gives_the_same_on_postgresql(tmp_path: Path, postgres_url: str, dagster_url: str) -> None:
    on_sqlite, on_postgres = clean_environment(tmp_path / "sqlite"), clean_environment(tmp_path / "postgres")
    bare = postgres_url.replace("postgresql+psycopg2://", "postgresql://")
    on_postgres |= {"HMRC_PIPELINE_DATABASE_URL": bare, "DAGSTER_PG_URL": dagster_url}
    shown = [run("demo", env=env) for env in (on_sqlite, on_postgres)]
    assert [done.returncode for done in shown] == [0, 0], shown[1].stderr
    assert shown[0].stdout == shown[1].stdout

    homes = [Path(env["HOME"]) / ".local/share/hmrc-pipeline/demo" for env in (on_sqlite, on_postgres)]
    file = f"sqlite:///{homes[0] / 'hmrc.db'}"
    assert people(homes[0], file) == people(homes[1], postgres_url)
    assert counts(file) == counts(postgres_url)
    assert not (homes[1] / "hmrc.db").exists()
    assert not list((homes[1] / "dagster").rglob("*.db")), "Dagster's storage is on PostgreSQL too"
    drivered = dagster_url.replace("postgresql://", "postgresql+psycopg2://")
    verdicts = check_history(homes[0] / "dagster", on_sqlite)
    assert verdicts == check_history(homes[1] / "dagster", {**on_postgres, "DAGSTER_PG_URL": drivered})

    rows = table_rows(postgres_url)
    again = run("demo", env=on_postgres)
    assert (again.returncode, again.stdout) == (0, shown[1].stdout)
    assert table_rows(postgres_url) == rows


def counts(url: str) -> dict[str, int]:
    """How many rows each table has. The slot that paces requests over several machines is PostgreSQL's alone."""
    return {name: len(rows) for name, rows in table_rows(url).items() if name != "hmrc_rate_slot"}


def test_the_production_file_loads_as_an_instance(
    tmp_path: Path, dagster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sa.make_url(dagster_url).set(drivername="postgresql+psycopg2", password="sentinel-password")
    monkeypatch.setenv("DAGSTER_PG_URL", url.render_as_string(hide_password=False))
    (tmp_path / "dagster.yaml").write_text((ROOT / "deploy" / "dagster.yaml").read_text())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert type(instance.event_log_storage).__name__ == "PostgresEventLogStorage"
        assert type(instance.run_storage).__name__ == "PostgresRunStorage"
        assert type(instance.schedule_storage).__name__ == "PostgresScheduleStorage"
        assert instance.get_runs() == []
        said = str(instance.get_ref().to_dict())
        assert "DAGSTER_PG_URL" in said, "Dagster passes this on in its processes' command lines"
        assert "sentinel-password" not in said
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


def test_dagsters_home_follows_the_setting_and_leaves_changed_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(home=tmp_path / "home")
    file = make_dagster_home(settings) / "dagster.yaml"
    plain = file.read_text()
    assert plain == (ROOT / "dagster.yaml").read_text()
    monkeypatch.setenv("DAGSTER_PG_URL", "postgres://someone:secret@db/dagster")
    make_dagster_home(settings)
    assert "DAGSTER_PG_URL" in file.read_text()
    assert "secret" not in file.read_text()
    spelled = dagster_environment(settings)["DAGSTER_PG_URL"]
    assert spelled == "postgresql+psycopg2://someone:secret@db/dagster"
    monkeypatch.delenv("DAGSTER_PG_URL")
    make_dagster_home(settings)
    assert file.read_text() == plain
    file.write_text(plain + "# mine\n")
    monkeypatch.setenv("DAGSTER_PG_URL", spelled)
    make_dagster_home(settings)
    assert file.read_text() == plain + "# mine\n"
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"
    assert "DAGSTER_HOME" not in os.environ
