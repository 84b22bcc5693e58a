"""The graph as Dagster sees it: one reviewable table, and the promises that hold for all of it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.remote_representation.external_data import RepositorySnap

from hmrc_pipeline.pipeline.build import build_definitions
from hmrc_pipeline.settings import load_settings

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

# asset: (group, partitioned by tax year, what it depends on)
GRAPH = {
    "documents": ("documents", False, set()),
    "document_readings": ("documents", False, {"documents"}),
    "paperless_reviews": ("paperless", False, {"document_readings"}),
    "hmrc_annual_summaries": ("hmrc", True, set()),
    "payslip_extracts": ("payslips", True, {"document_readings"}),
    "p60_references": ("p60s", True, {"document_readings"}),
    "reconciliation": ("reconciliation", True, {"payslip_extracts", "p60_references", "hmrc_annual_summaries"}),
    "reconciliation_report": ("reconciliation", True, {"reconciliation"}),
    "paperless_annotations": ("paperless", True, {"reconciliation"}),
    "tax_years_overview": ("reconciliation", False, {"reconciliation"}),
}
CHECKS = {
    "payslips_agree_with_p60",
    "p60_agrees_with_hmrc",
    "payslips_agree_with_hmrc",
    "year_to_date_is_continuous",
    "no_payslip_is_missing",
    "figures_add_up",
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_definitions(load_settings(home=tmp_path_factory.mktemp("home")), now=NOW)


def test_the_asset_graph(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    found = {
        key.to_user_string(): (
            graph.get(key).group_name,
            graph.get(key).partitions_def is not None,
            {parent.to_user_string() for parent in graph.get(key).parent_keys},
        )
        for key in graph.get_all_asset_keys()
    }
    assert found == GRAPH


def test_every_asset_is_described_owned_and_kinded(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.owners == ["team:payroll"], spec.key
        assert spec.kinds, spec.key


def test_partitions_are_the_tax_years_kept(definitions: dg.Definitions) -> None:
    spec = next(s for s in definitions.resolve_all_asset_specs() if s.key.to_user_string() == "reconciliation")
    assert spec.partitions_def is not None
    keys = spec.partitions_def.get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == ("2016-17", "2026-27", 11)


def test_every_check_is_of_a_tax_year_and_blocks_nothing(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    keys = graph.asset_check_keys
    assert {key.name for key in keys} == CHECKS
    for key in keys:
        spec = graph.get_check_spec(key)
        assert spec.partitions_def is not None, key
        assert not spec.blocking, key
        assert spec.description, key


def test_what_runs_by_itself_is_on_from_the_start(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert set(sensors) == {
        "new_folder_documents",
        "new_paperless_documents",
        "changed_tax_years",
        "check_alerts",
        "hmrc_reminders",
    }
    assert all(sensor.default_status == dg.DefaultSensorStatus.RUNNING for sensor in sensors.values())
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert {name: (s.cron_schedule, s.execution_timezone) for name, s in schedules.items()} == {
        "hmrc_daily": ("0 6 * * *", "UTC"),
        "years_daily": ("30 6 * * *", "Europe/London"),
    }
    assert all(schedule.default_status == dg.DefaultScheduleStatus.RUNNING for schedule in schedules.values())


def test_no_secret_stands_in_the_definitions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path))
    monkeypatch.setenv("HMRC_PIPELINE_HMRC_CLIENT_SECRET", "sentinel-client-secret")
    monkeypatch.setenv("HMRC_PIPELINE_DATABASE_URL", "postgresql://someone:sentinel-password@localhost/x")
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_URL", "https://paperless.example")
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_TOKEN", "sentinel-paperless-token")
    monkeypatch.setenv("HMRC_PIPELINE_ALERT_URLS", "json://localhost/sentinel-channel")
    snapshot = RepositorySnap.from_def(build_definitions(now=NOW).get_repository_def())
    assert "sentinel" not in dg.serialize_value(snapshot)


def test_loading_the_definitions_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    build_definitions(now=NOW)
    assert not (tmp_path / "home").exists()


def test_the_production_file_differs_only_in_storage() -> None:
    ours = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    production = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text())
    storage = production.pop("storage")
    assert production == ours
    assert storage == {"postgres": {"postgres_url": {"env": "DAGSTER_PG_URL"}}}
    assert json.dumps(ours)
