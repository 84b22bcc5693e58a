"""After a kill: runs that look alive are ended, and asked for again without a pause."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from hmrc_pipeline.pipeline.build import build_definitions
from hmrc_pipeline.pipeline.leftovers import cut_short, settle_leftovers
from hmrc_pipeline.pipeline.resources import HomeResource

NOW = datetime(2026, 11, 20, tzinfo=UTC)
JOB = "reconcile_tax_year"
STARTED = dg.DagsterRunStatus.STARTED


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HMRC_PIPELINE_DOCUMENTS_FOLDER", str(tmp_path))
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def begin(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus, **tags: str) -> str:
    """A run of a job that has come so far."""
    definition = build_definitions(now=NOW).resolve_job_def(job)
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    return instance.create_run_for_job(definition, status=status, tags=named).run_id


def keys(instance: dg.DagsterInstance, sensor: str, cursor: str | None = None) -> tuple[list[str], str | None]:
    """The run keys a sensor asks for, and its cursor."""
    definitions = build_definitions(now=NOW)
    with dg.build_sensor_context(
        instance=instance,
        cursor=cursor,
        repository_def=definitions.get_repository_def(),
        resources={"home": HomeResource()},
    ) as context:
        found = definitions.resolve_sensor_def(sensor).evaluate_tick(context)
    return [str(request.run_key) for request in found.run_requests or []], found.cursor


def test_a_year_whose_run_was_killed_is_asked_for_at_once_although_it_is_reconciled(
    instance: dg.DagsterInstance,
) -> None:
    killed = begin(instance, JOB, STARTED, dagster__partition="2024-25")
    begin(instance, JOB, dg.DagsterRunStatus.SUCCESS, dagster__partition="2023-24")
    assert keys(instance, "changed_tax_years")[0] == []
    assert settle_leftovers(instance) == 1
    asked, cursor = keys(instance, "changed_tax_years")
    assert asked == [f"2024-25:{killed[:8]}:1"]
    assert keys(instance, "changed_tax_years", cursor)[0] == [], "and once"
    begin(instance, JOB, dg.DagsterRunStatus.SUCCESS, dagster__partition="2024-25")
    assert cut_short(instance, JOB) == {}
    assert keys(instance, "changed_tax_years", cursor)[0] == []


def test_intake_that_was_killed_does_not_wait_for_its_pause(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmrc_pipeline.pipeline.sensors._SETTLE_SECONDS", 0.0)
    (tmp_path / "slip.pdf").write_bytes(b"%PDF")
    [first], cursor = keys(instance, "new_folder_documents")
    assert keys(instance, "new_folder_documents", cursor)[0] == []
    killed = begin(instance, "read_documents", STARTED)
    settle_leftovers(instance)
    [again], _cursor = keys(instance, "new_folder_documents", cursor)
    assert again == f"{first.removesuffix(':1')}+{killed[:8]}:1"
