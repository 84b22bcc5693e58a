"""`documents correct` and `accept` as a person types them."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import open_home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.readings import list_documents, read_new
from hmrc_pipeline.settings import PREFIX, load_settings
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip

SLIP = payslip(ni_number="QQ123456C", gross_pay="2500.00", total_deductions="400.00")


@pytest.fixture
def slip(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    """A payslip in review, in the HOME the command uses."""
    monkeypatch.setenv(f"{PREFIX}HOME", str(tmp_path / "home"))
    home = open_home(load_settings())
    (tmp_path / "in").mkdir()
    odd = {**SLIP, "status": "needs_review", "reasons": ["gross pay 2,500.00 less total deductions 400.00 is not"]}
    (tmp_path / "in" / "slip.pdf").write_bytes(content(odd))
    take_in(home, FolderSource(tmp_path / "in"), now=now)
    read_new(home, FakePool(), now=now)
    found = list_documents(home)[0].document_id
    home.database.engine.dispose()
    return found


def test_correct_then_show_tells_both(slip: str) -> None:
    run = CliRunner()
    done = run.invoke(app, ["documents", "correct", slip, "total_deductions", "500"])
    assert done.exit_code == 0, done.output
    assert "flows on" in done.stderr
    shown = json.loads(run.invoke(app, ["documents", "show", slip, "--json"]).stdout)["documents"][0]
    figure = next(f for f in shown["figures"] if f["field"] == "total_deductions")
    assert (figure["value"], figure["as_read"], figure["source"]) == ("500.00", "400.00", "user")
    assert "total_deductions is 500.00" in run.invoke(app, ["documents", "show", slip]).stderr


def test_accept(slip: str) -> None:
    run = CliRunner()
    assert run.invoke(app, ["documents", "accept", slip]).exit_code == 0
    assert json.loads(run.invoke(app, ["documents", "list", "--json"]).stdout)["documents"][0]["status"] == "accepted"


def test_a_number_of_a_person_is_never_an_argument(slip: str) -> None:
    run = CliRunner()
    refused = run.invoke(app, ["documents", "correct", slip, "ni_number", "QQ654321A"])
    assert refused.exit_code == 2
    assert "QQ654321A" not in refused.output
    assert run.invoke(app, ["documents", "correct", slip, "ni_number"], input="QQ 65 43 21 A\n").exit_code == 0


def test_a_field_as_tables_print_it(slip: str) -> None:
    run = CliRunner()
    assert "total deductions" in run.invoke(app, ["documents", "show", slip]).stdout
    assert run.invoke(app, ["documents", "correct", slip, "total deductions", "500"]).exit_code == 0


def test_an_ignored_document_is_listed_as_such(slip: str) -> None:
    run = CliRunner()
    assert "needs review" in run.invoke(app, ["documents", "list"]).stdout
    assert run.invoke(app, ["documents", "ignore", slip]).exit_code == 0
    listed = run.invoke(app, ["documents", "list"]).stdout
    assert "ignored" in listed
    assert "needs review" not in listed


def test_a_letter_is_called_what_it_is(slip: str, tmp_path: Path, now: datetime) -> None:
    """It is nothing that could be consistent with itself."""
    home = open_home(load_settings())
    letter = {"doc_type": "other", "status": "consistent", "fields": {}, "reasons": ["This is neither of them."]}
    (tmp_path / "in" / "letter.pdf").write_bytes(content(letter))
    take_in(home, FolderSource(tmp_path / "in"), now=now)
    read_new(home, FakePool(), now=now)
    home.database.engine.dispose()
    run = CliRunner()
    listed = run.invoke(app, ["documents", "list"]).stdout
    assert "2 documents" in listed
    line = next(line for line in listed.splitlines() if "letter.pdf" in line)
    assert "neither payslip nor P60" in line
    assert "left aside" in line
    assert "consistent" not in listed
    assert run.invoke(app, ["documents", "list", "--review"]).stdout.split()[:2] == ["1", "document"]


def test_what_an_assignment_takes_with_it_is_told(slip: str, tmp_path: Path, now: datetime) -> None:
    home = open_home(load_settings())
    named = {"employee_name": "Ms Q Yarwood", "employer_name": "Orchard Works Ltd"}
    slips = [payslip(**named, pay_date=f"2025-0{month}-28") for month in (1, 2, 3)]
    slips += [
        payslip(**{**named, "employer_name": f"Mill {nino} Ltd"}, ni_number=nino) for nino in ("QQ111111A", "QQ222222B")
    ]
    for number, one in enumerate(slips):
        (tmp_path / "in" / f"{number}.pdf").write_bytes(content(one))
    take_in(home, FolderSource(tmp_path / "in"), now=now)
    read_new(home, FakePool(), now=now)
    waiting = [item.document_id for item in list_documents(home, which="unassigned")]
    with home.database.reading() as session:
        person = list_people(session, home.cipher)[0].person_id
    home.database.engine.dispose()
    assert len(waiting) == 3, "two people have the name"
    done = CliRunner().invoke(app, ["documents", "assign", waiting[0], "--person", person])
    assert " ".join(done.stderr.split()) == "Assigned, and 2 others like it."
