"""`explain`: what was reconciled, told with its worth and its days."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.database.generations import raise_generation
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.reconciliation import people_at_stake
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.lives import give_hmrc, read_folder, reconcile, write_career

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAREER = demo_career(TaxYear(2025))


@pytest.fixture
def reconciled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "explained"))
    home = open_home(load_settings())
    write_career(tmp_path / "in", CAREER, keep=lambda slip: (slip.tax_year.starts, slip.period.number) != (2025, 9))
    read_folder(home, tmp_path / "in", NOW)
    give_hmrc(home, CAREER, NOW)
    reconcile(home, CAREER.years, NOW)
    return home


def test_explain(reconciled: Home) -> None:
    given = CliRunner().invoke(app, ["explain", "2025-26", "--json"])
    assert given.exit_code == 1
    answer = json.loads(given.stdout)
    (person,) = answer["people"]
    assert person["prediction"]["kind"] == "closed"
    assert person["prediction"]["balance"] == "-3.60"
    assert [item["name"] for item in person["deadlines"]] == ["tax_return"]
    assert person["payslips_off"] == []
    assert person["employments"][0]["findings"][0]["cause"] == "missing_payslip"
    shown = CliRunner().invoke(app, ["explain", "2025-26"])
    assert "A payslip is missing (tax month 9)" in shown.stdout
    assert "It can be put right until 5 April 2030." in " ".join(shown.stdout.split())
    assert "To remember: The tax return of 2025-26 is due online by 31 January 2027" in shown.stdout
    assert CliRunner().invoke(app, ["explain", "2024-25"]).exit_code == 0
    assert CliRunner().invoke(app, ["explain", "2019-20"]).exit_code == 2
    assert CliRunner().invoke(app, ["explain", "never"]).exit_code == 2
    unknown = CliRunner().invoke(app, ["explain", "2025-26", "--person", "p_nobody"])
    assert isinstance(unknown.exception, Problem), "that nothing is reconciled would be another matter"


def test_what_changed_since_is_said(reconciled: Home) -> None:
    changed = "Something of 2025-26 has changed since"
    assert changed not in CliRunner().invoke(app, ["explain", "2025-26"]).stderr
    with reconciled.database.writing() as session:
        (person,) = list_people(session, reconciled.cipher)
        raise_generation(session, person.person_id, ["2025-26"])
    assert changed in " ".join(CliRunner().invoke(app, ["explain", "2025-26"]).stderr.split())
    assert changed not in CliRunner().invoke(app, ["explain", "2024-25"]).stderr, "another year"


def test_what_is_stated_beside_hmrcs_own_answer_does_not_count(reconciled: Home) -> None:
    options = ["--paye-reference", "846/CX20915", "--pay", "90000.00", "--tax", "22571.20", "--seen-on", "2026-11-01"]
    outranked = "HMRC's own answer for 2025-26 counts, not this"
    said = CliRunner().invoke(app, ["hmrc-figures", "set", "2025-26", *options]).stderr
    assert outranked in " ".join(said.split()), "else its word is looked for in vain"
    alone = CliRunner().invoke(app, ["hmrc-figures", "set", "2021-22", *options]).stderr
    assert "counts, not this" not in alone, "HMRC was never asked for it"


def test_people_at_stake(reconciled: Home) -> None:
    with reconciled.database.reading() as session:
        rows = people_at_stake(session, [year.tax_year for year in CAREER.years])
    assert [(row["tax_year"], row["open_findings"]) for row in rows] == [("2025-26", 1)]
    given = CliRunner().invoke(app, ["explain", "--json"])
    assert given.exit_code == 1
    (row,) = json.loads(given.stdout)["people"]
    assert (row["tax_year"], row["open_findings"], row["at_stake"]) == ("2025-26", 1, "0.00")
    assert "2025-26" in CliRunner().invoke(app, ["explain"]).stdout
    assert CliRunner().invoke(app, ["explain", "--person", "p_nobody", "--json"]).exit_code == 0


def test_days_as_a_calendar(reconciled: Home, tmp_path: Path) -> None:
    given = CliRunner().invoke(app, ["explain", "2025-26", "--ical", str(tmp_path / "days.ics"), "--json"])
    assert json.loads(given.stdout)["people"], "the file changes nothing of what is told"
    events = icalendar.Calendar.from_ical((tmp_path / "days.ics").read_bytes()).walk("VEVENT")
    days = [event.decoded("DTSTART") for event in events]
    assert days == [date(2027, 1, 31), date(2030, 4, 5)], "the tax return; what is missing can be put right"
    empty = CliRunner().invoke(app, ["explain", "2019-20", "--ical", str(tmp_path / "none.ics")])
    assert "no days to keep" in empty.stderr
    assert not (tmp_path / "none.ics").exists()
    refused = CliRunner().invoke(app, ["explain", "2025-26", "--ical", str(tmp_path / "none" / "days.ics")])
    assert refused.exit_code == 2
    assert "cannot write it" in refused.output
