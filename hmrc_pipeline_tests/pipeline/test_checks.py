"""The checks of a year as they stand in Dagster: what was told is no news when it is told again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from hmrc_pipeline.documents import given_sources, take_in
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.pipeline.build import build_definitions
from hmrc_pipeline.readings import read_new
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip

NOW = datetime(2026, 11, 20, tzinfo=UTC)
YEAR = "2024-25"
ANN = {"ni_number": "QQ123456C", "employer_name": "Acme Ltd", "paye_reference": "123/AB456"}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    made = open_home(load_settings())
    yield made
    made.database.engine.dispose()


def have(home: Home, folder: Path, pay: str) -> None:
    """A payslip of £2,000 and a P60 of this pay."""
    folder.mkdir(exist_ok=True)
    slip = payslip(**ANN, pay_date="2024-05-28", tax_period="2", pay_frequency="monthly", taxable_pay="2000.00")
    form = p60(**ANN, surname="Example", forenames="Ann", pay_this=pay, tax_this="0.00")
    (folder / "slip.pdf").write_bytes(content(slip))
    (folder / "p60.pdf").write_bytes(content(form))
    (source,) = given_sources([folder])
    take_in(home, source, now=NOW)
    read_new(home, FakePool(), now=NOW)


def verdict(instance: dg.DagsterInstance) -> dict[str, object]:
    """The metadata of `payslips_agree_with_p60` after a run of the year."""
    job = build_definitions(now=NOW).resolve_job_def("reconcile_tax_year")
    done = job.execute_in_process(instance=instance, partition_key=YEAR, run_config=QUIET)
    (found,) = [e for e in done.get_asset_check_evaluations() if e.check_name == "payslips_agree_with_p60"]
    return {name: value.value for name, value in found.metadata.items()}


def test_what_was_told_is_no_news(home: Home, tmp_path: Path) -> None:
    with dg.instance_for_test() as instance:
        have(home, tmp_path / "in", "5000.00")
        first = verdict(instance)
        assert (first["people failing"], first["people newly failing"]) == (1, 1)
        again = verdict(instance)
        assert (again["people failing"], again["people newly failing"]) == (1, 0), "a run without a change"
        have(home, tmp_path / "in", "2000.00")
        third = verdict(instance)
        assert (third["people failing"], third["people recovered"]) == (0, 1)
        assert verdict(instance)["people recovered"] == 0
