"""The alert sensor on Dagster's own storage: from now on, once per change, sent before it is remembered."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from hmrc_pipeline.pipeline.alerts import check_alerts
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline_tests.system.support import Webhook, webhook

pytestmark = pytest.mark.real


class Later(HomeResource):
    """A clock that is ahead: what was just evaluated is old enough to be told."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=5)


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    storage = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        storage = f"storage: {{postgres: {{postgres_url: '{url}'}}}}\n"
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text(f"telemetry: {{enabled: false}}\n{storage}")
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as made:
        yield made


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    with webhook() as made:
        monkeypatch.setenv("HMRC_PIPELINE_ALERT_URLS", made.url)
        yield made


def evaluate(
    instance: dg.DagsterInstance, check: str, year: str, *, passed: bool, warn: bool = False, run: str = ""
) -> None:
    evaluation = dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("reconciliation"),
        check_name=check,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
        partition=year,
    )
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION.value
    event = dg.DagsterEvent(kind, job_name="reconcile_tax_year", event_specific_data=evaluation)
    instance.report_dagster_event(event, run_id=run or str(uuid.uuid4()))


def tick(instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        result = check_alerts(context, home=Later())
    return result.cursor if isinstance(result, dg.SensorResult) else cursor


def test_one_message_a_change(instance: dg.DagsterInstance, hook: Webhook) -> None:
    evaluate(instance, "figures_add_up", "2023-24", passed=False)
    cursor = tick(instance, None)
    assert hook.received == [], "it listens from the tail on"
    for _ in range(2):
        evaluate(instance, "no_payslip_is_missing", "2024-25", passed=False)
        evaluate(instance, "no_payslip_is_missing", "2023-24", passed=True)
        evaluate(instance, "p60_agrees_with_hmrc", "2024-25", passed=False, warn=True)
        cursor = tick(instance, cursor)
    cursor = tick(instance, cursor)
    assert hook.titles == ["2024-25: a payslip seems to be missing"]
    evaluate(instance, "no_payslip_is_missing", "2024-25", passed=True)
    cursor = tick(instance, cursor)
    tick(instance, cursor)
    assert hook.titles[1:] == ["2024-25: no payslip is missing any more"]


def test_one_message_a_run_and_year(instance: dg.DagsterInstance, hook: Webhook) -> None:
    cursor = tick(instance, None)
    for check in ("payslips_agree_with_p60", "no_payslip_is_missing"):
        evaluate(instance, check, "2024-25", passed=False, run="one")
    evaluate(instance, "no_payslip_is_missing", "2023-24", passed=False, run="two")
    cursor = tick(instance, cursor)
    assert hook.titles == ["2024-25: a payslip seems to be missing", "2023-24: a payslip seems to be missing"]
    assert hook.received[0]["message"].startswith("Also: payslips and P60 disagree. ")
    tick(instance, cursor)
    assert len(hook.received) == 2


def test_what_a_channel_refuses_is_tried_again(instance: dg.DagsterInstance, hook: Webhook) -> None:
    cursor = tick(instance, None)
    evaluate(instance, "no_payslip_is_missing", "2024-25", passed=False)
    hook.refuses = True
    with pytest.raises(dg.Failure, match="is tried again"):
        tick(instance, cursor)
    hook.refuses = False
    tick(instance, cursor)
    assert len(hook.received) == 1


def test_a_very_young_result_waits(
    instance: dg.DagsterInstance, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = tick(instance, None)
    moment = datetime.now(UTC)
    evaluate(instance, "no_payslip_is_missing", "2024-25", passed=False)
    monkeypatch.setattr(Later, "now", lambda _self: moment)
    assert tick(instance, cursor) == cursor
    assert hook.received == []


def test_a_run_whose_last_result_is_very_young_waits_as_a_whole(
    instance: dg.DagsterInstance, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = tick(instance, None)
    evaluate(instance, "no_payslip_is_missing", "2024-25", passed=False, run="one")
    time.sleep(0.2)
    between = datetime.now(UTC) + timedelta(seconds=0.9)
    evaluate(instance, "payslips_agree_with_p60", "2024-25", passed=False, run="one")
    monkeypatch.setattr(Later, "now", lambda _self: between)
    assert tick(instance, cursor) == cursor
    assert hook.received == []
