"""Merging two people, telling a person everything, and forgetting a person."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.tables import (
    Base,
    ChangedPerson,
    Document,
    Fetch,
    Grant,
    Person,
    ReadingRow,
    Sighting,
    TaxYearState,
)
from hmrc_pipeline.documents import FolderSource, pending_digest, take_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people import PeopleConflict, UnknownPerson, add_person, erase_person, export_person, merge_people
from hmrc_pipeline.readings import read_new
from hmrc_pipeline_tests.made_up import made_up_row
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip
from hmrc_pipeline_tests.rows import all_rows

ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}
BOB = {"ni_number": "QQ654321A", "employee_name": "Bob Sample", "employer_name": "Acme Ltd"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ann's slip, Bob's slip, and a file with one of each."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "ann.pdf").write_bytes(content(payslip(**ANN)))
    (folder / "bob.pdf").write_bytes(content(payslip(**BOB)))
    both = content(payslip(**ANN, net_pay="1.00"), payslip(**BOB, net_pay="2.00"))
    (folder / "both.pdf").write_bytes(both)
    return folder


def follow(home: Home, folder: Path, now: datetime, version: str = "1") -> None:
    take_in(home, FolderSource(folder), now=now)
    read_new(home, FakePool(), now=now, version=version)


def person(home: Home, nino: str) -> str:
    with home.database.writing() as session:
        return add_person(session, home.cipher, nino=Nino.parse(nino), now=datetime.fromisoformat("2026-01-01T00:00Z"))


def fill(home: Home, person_id: str, now: datetime, *, grant: str | None = None) -> None:
    """One row in every table that speaks of a person, whichever tables there are."""
    with home.database.writing() as session:
        grant = grant or f"g_{person_id}"
        reading = session.scalars(sa.select(ReadingRow.reading_id).where(ReadingRow.person_id == person_id)).first()
        known = {
            "person_id": person_id,
            "tax_year": "2025-26",
            "grant_id": grant,
            "snapshot_id": f"h_{person_id}",
            "reading_id": reading,
            "finding_id": f"d_{person_id}",
            "fetch_id": f"f_{person_id}",
            "state_index": f"i_{person_id}",
        }
        for table in Base.metadata.sorted_tables:
            is_theirs = "person_id" in table.c and table.name not in {
                "person",
                "reading",
                "changed_person",
                "person_mark",
            }
            if table is Grant.__table__ and session.get(Grant, grant) is not None:
                continue
            if is_theirs or table is Grant.__table__:
                needed = made_up_row(table, now)
                optional = {"snapshot_id": known["snapshot_id"]} if "snapshot_id" in table.c else {}
                row = needed | optional | {name: value for name, value in known.items() if name in table.c}
                session.execute(sa.insert(table).values(row))


def test_erasing_leaves_nothing_of_the_person_and_all_of_the_other(any_home: Home, folder: Path, now: datetime) -> None:
    follow(any_home, folder, now)
    ann, bob = person(any_home, "QQ123456C"), person(any_home, "QQ654321A")
    fill(any_home, ann, now)
    fill(any_home, bob, now)
    before = all_rows(any_home)
    erase_person(any_home, ann, now=now)
    after = all_rows(any_home)
    for table, rows in after.items():
        assert not [row for row in rows if ann in row], table
        kept = [row for row in before[table] if bob in row]
        assert [row for row in rows if bob in row] == kept, table
    assert len(list((any_home.settings.originals).iterdir())) == 2, "Bob's slip and the file with both"
    with any_home.database.reading() as session:
        years = {state.tax_year: state.inputs_generation for state in session.scalars(sa.select(TaxYearState))}
        assert session.scalars(sa.select(ReadingRow.status).where(ReadingRow.part == 0)).all().count("erased") == 1
    assert years == {"2025-26": 3}, "once per batch of documents, person and erasure"


def test_an_erased_person_does_not_come_back(home: Home, folder: Path, now: datetime) -> None:
    follow(home, folder, now)
    erase_person(home, person(home, "QQ123456C"), now=now)
    follow(home, folder, now, version="2")
    rows = all_rows(home)
    follow(home, folder, now, version="2")
    assert all_rows(home) == rows
    assert pending_digest(home, FolderSource(folder)) is None
    with home.database.reading() as session:
        assert len(session.scalars(sa.select(Person)).all()) == 1
        assert {row.person_id for row in session.scalars(sa.select(ReadingRow))} == {person(home, "QQ654321A"), None}
    (folder / "ann.pdf").unlink()
    follow(home, folder, now)
    with home.database.reading() as session:
        erased = sa.select(Document.sha256).where(Document.erased_at.is_not(None))
        assert session.scalars(sa.select(Sighting).where(Sighting.sha256.in_(erased))).all() == []


def test_an_interrupted_erasure_is_finished(home: Home, folder: Path, now: datetime) -> None:
    follow(home, folder, now)
    ann = person(home, "QQ123456C")
    kept = {path.name: path.read_bytes() for path in home.settings.originals.iterdir()}
    erase_person(home, ann, now=now)
    (gone,) = kept.keys() - {path.name for path in home.settings.originals.iterdir()}
    (home.settings.originals / gone).write_bytes(kept[gone])
    take_in(home, FolderSource(folder), now=now)
    assert gone not in home.originals


def test_an_agents_grant_outlives_one_client(home: Home, folder: Path, now: datetime) -> None:
    follow(home, folder, now)
    ann, bob = person(home, "QQ123456C"), person(home, "QQ654321A")
    fill(home, ann, now, grant="g_agent")
    fill(home, bob, now, grant="g_agent")
    erase_person(home, ann, now=now)
    assert len(all_rows(home)["hmrc_grant"]) == 1
    erase_person(home, bob, now=now)
    assert all_rows(home)["hmrc_grant"] == []


def test_erasing_overwrites_the_pages(home: Home, folder: Path, now: datetime) -> None:
    (folder / "ann.pdf").write_bytes(content(payslip(**ANN | {"employer_name": "Sentinel Employer Ltd"})))
    follow(home, folder, now)
    erase_person(home, person(home, "QQ123456C"), now=now)
    for path in home.settings.home.glob("hmrc.db*"):
        assert b"Sentinel" not in path.read_bytes(), path.name


def test_an_export_holds_everything_in_clear(home: Home, folder: Path, now: datetime) -> None:
    follow(home, folder, now)
    ann = person(home, "QQ123456C")
    fill(home, ann, now)
    export = export_person(home, ann)
    text = json.dumps(export)
    assert (export["nino"], export["name"]) == ("QQ123456C", "Ann Example")
    assert [document["seen_as"] for document in export["documents"]] == ["ann.pdf", "both.pdf"]
    figures = [reading["figures"] for reading in export["readings"]]
    assert all(each["ni_number"] == "QQ123456C" for each in figures)
    assert export["measure"][0]["tax_year"] == "2025-26"
    assert export["hmrc_snapshot"][0]["body"] == "x"
    assert "Bob" not in text
    assert "tokens" not in text


def test_merging_moves_everything(any_home: Home, folder: Path, now: datetime) -> None:
    (folder / "bob.pdf").unlink()
    (folder / "both.pdf").unlink()
    (folder / "noname.pdf").write_bytes(content(payslip(employee_name="A Example", employer_name="Acme Ltd")))
    follow(any_home, folder, now)
    ann = person(any_home, "QQ123456C")
    with any_home.database.reading() as session:
        twin = session.scalars(sa.select(Person.person_id).where(Person.person_id != ann)).one()
    fill(any_home, ann, now)
    fill(any_home, twin, now)
    merge_people(any_home, ann, twin)
    rows = all_rows(any_home)
    assert not [table for table, found in rows.items() for row in found if twin in row]
    assert len(rows["hmrc_snapshot"]) == 1
    assert len(rows["hmrc_fetch"]) == 2
    with any_home.database.reading() as session:
        assert {fetch.snapshot_id for fetch in session.scalars(sa.select(Fetch))} == {f"h_{ann}"}
        assert {row.person_id for row in session.scalars(sa.select(ReadingRow))} == {ann}
        changed = {row.tax_year: row.generation for row in session.scalars(sa.select(ChangedPerson))}
        states = {row.tax_year: row.inputs_generation for row in session.scalars(sa.select(TaxYearState))}
    assert changed == states, "what the slips say of the year must be worked out again"
    assert set(changed) == {"2025-26"}
    assert len(rows["hmrc_grant"]) == 1, "of two authorisations one stays"


@pytest.mark.parametrize(
    ("keep", "absorb", "error"),
    [("ann", "bob", PeopleConflict), ("ann", "ann", PeopleConflict), ("ann", "p_none", UnknownPerson)],
)
def test_merging_is_refused(
    home: Home, folder: Path, now: datetime, keep: str, absorb: str, error: type[Exception]
) -> None:
    follow(home, folder, now)
    ids = {"ann": person(home, "QQ123456C"), "bob": person(home, "QQ654321A")}
    before = all_rows(home)
    with pytest.raises(error):
        merge_people(home, ids.get(keep, keep), ids.get(absorb, absorb))
    assert all_rows(home) == before
