"""Locked payslips: opened by the user's file or by what a layout makes of a known person; no password comes to rest."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import Reader, texts_of
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.people import add_person
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings import detail_as_json, known_passwords, list_documents, read_new, show_document
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.cli.support import typed
from hmrc_pipeline_tests.rows import all_rows

LAYOUT = """
[template]
id = "locked"
version = 1
match = { all = ["a text that no document prints"] }
password = "{surname:lower:3}#{nino:digits:-5}"
"""
SLIPS = demo_career(TaxYear(2024)).years[0].slips
WRITTEN, UNKNOWN = "written-in-a-file", "known-to-nobody"


@pytest.fixture
def locked_home(tmp_path: Path, now: datetime) -> Iterator[tuple[Home, Path, str]]:
    """A home that knows the employee, a folder with three locked payslips, and the password made by the pattern."""
    person = SLIPS[0].employee
    made = f"{person.surname.lower()[:3]}#{person.nino.value[3:8]}"
    folder = tmp_path / "docs"
    folder.mkdir()
    for number, password in enumerate((WRITTEN, made, UNKNOWN)):
        sample = make_payslip(SLIPS[number], style=Style(password=password))
        (folder / f"{number}.pdf").write_bytes(sample.content)
    file = tmp_path / "passwords.txt"
    file.write_text(f"not-this-one\n\n{WRITTEN}\n")
    home = open_home(load_settings(home=tmp_path / "home", pdf_passwords_file=file))
    home.settings.layouts.mkdir()
    (home.settings.layouts / "locked.toml").write_text(LAYOUT)
    with home.database.writing() as session:
        name = f"{person.forenames} {person.surname}"
        add_person(session, home.cipher, nino=person.nino, name=name, now=now)
    yield home, folder, made
    home.database.engine.dispose()


def test_a_locked_payslip_is_read_and_its_password_rests_nowhere(
    locked_home: tuple[Home, Path, str], now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    home, folder, made = locked_home
    passwords = known_passwords(home)
    assert passwords == ("not-this-one", WRITTEN, made)
    with caplog.at_level(logging.DEBUG), Reader(passwords=passwords, layouts=texts_of(home.settings.layouts)) as reader:
        take_in(home, FolderSource(folder), now=now)
        counts = read_new(home, reader, now=now)
    assert (counts.payslips, counts.quarantined) == (2, 1)
    found = list_documents(home)
    locked = [reason for each in found for part in each.parts for reason in part.reasons]
    assert locked == ["The PDF is protected by a password that is not known: add it to the passwords file."]
    told = json.dumps([detail_as_json(show_document(home, each.document_id)) for each in found], default=str)
    for secret in (WRITTEN, made, UNKNOWN, "not-this-one"):
        for text in (told, caplog.text, repr(all_rows(home)), repr(reader), repr(found)):
            assert secret not in text
        for file in home.settings.home.rglob("*"):
            assert not file.is_file() or secret.encode() not in file.read_bytes(), file.name


def test_the_command_opens_with_its_own_file_or_a_known_person(
    locked_home: tuple[Home, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder, made = locked_home
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(home.settings.home))
    own = tmp_path / "own.txt"
    own.write_text(WRITTEN)
    files = [str(folder / f"{number}.pdf") for number in range(3)]
    said = typed("extract", *files, "--json", "--password-file", str(own))
    errors = {Path(line["file"]).name: line["error"] for line in said.lines}
    assert said.code == 2
    assert (errors["0.pdf"], errors["1.pdf"]) == (None, None)
    assert "password" in errors["2.pdf"]
    assert not [secret for secret in (WRITTEN, made, UNKNOWN) if secret in said.out + said.err]


def test_a_command_that_keeps_nothing_makes_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "none"))
    slip = tmp_path / "slip.pdf"
    slip.write_bytes(make_payslip(SLIPS[0]).content)
    assert typed("extract", str(slip), "--json").code == 0
    assert not (tmp_path / "none").exists()


def test_a_passwords_file_that_is_not_there_says_so(tmp_path: Path, home: Home) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        known_passwords(home, tmp_path / "none.txt")
