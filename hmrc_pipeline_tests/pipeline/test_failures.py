"""What fails is told by its kind and place: no exception's own words reach Dagster, which would keep them."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from hmrc_pipeline.pipeline.build import build_definitions
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.problems import Problem, fault_sentence
from hmrc_pipeline.settings import load_settings

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
HOME = {"home": HomeResource()}
SECRET = "QQ123456C of Mr Sentinel"


def fail(_self: HomeResource) -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"cannot read {SECRET}") from error


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.RepositoryDefinition:
    monkeypatch.setattr(HomeResource, "_opened", fail)
    return build_definitions(load_settings(home=tmp_path), now=NOW).get_repository_def()


def spoken(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("name", ["new_folder_documents", "changed_tax_years", "check_alerts"])
def test_a_sensor(repository: dg.RepositoryDefinition, name: str) -> None:
    sensor = repository.get_sensor_def(name)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, repository_def=repository, resources=HOME) as context,
        pytest.raises(Exception, match=r"fault of hmrc-pipeline|Error occurred") as raised,
    ):
        sensor.evaluate_tick(context)
    check(raised.value)


@pytest.mark.parametrize("name", ["hmrc_daily", "years_daily"])
def test_a_schedule(repository: dg.RepositoryDefinition, name: str) -> None:
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_schedule_context(
            instance=instance, scheduled_execution_time=NOW, repository_def=repository, resources=HOME
        ) as context,
        pytest.raises(Exception, match=r"fault of hmrc-pipeline|Error occurred") as raised,
    ):
        repository.get_schedule_def(name).evaluate_tick(context)
    check(raised.value)


def check(error: BaseException) -> None:
    said = spoken(error)
    assert "Sentinel" not in said
    assert "QQ123456C" not in said
    assert "ValueError" in said


def test_a_problem_keeps_its_sentence_and_nothing_else() -> None:
    resource = HomeResource()
    resource._home = object()  # type: ignore[assignment]
    problem = Problem("the folder cannot be reached")
    problem.__cause__ = KeyError(SECRET)
    with pytest.raises(dg.Failure) as raised, resource.at_work():
        raise problem
    assert raised.value.description == "the folder cannot be reached"
    assert "Sentinel" not in spoken(raised.value)


def test_a_fault_says_where_and_what_the_system_said(tmp_path: Path) -> None:
    try:
        load_settings(home=tmp_path).originals.joinpath("Sentinel").read_bytes()
    except OSError as error:
        said = fault_sentence(error)
    assert said.startswith("FileNotFoundError (No such file or directory)")
    assert "Sentinel" not in said
    try:
        fail(HomeResource())
    except ValueError as error:
        said = fault_sentence(error)
    assert "Sentinel" not in said
