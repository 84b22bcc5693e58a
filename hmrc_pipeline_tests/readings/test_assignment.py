"""Documents without a NINO find their person, lose it again when it is unclear, and follow a person's word."""

import random
from collections.abc import Callable
from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.tables import ReadingRow, TaxYearState
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people import UnknownPerson, add_person, list_people
from hmrc_pipeline.readings import AssignRefused, UnknownDocument, assign, list_documents, read_new, retry
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip
from hmrc_pipeline_tests.rows import all_rows, row_counts

NAME = {"employee_name": "Ann Example"}
ACME, BOLT = {"employer_name": "Acme Ltd"}, {"employer_name": "Bolt Ltd"}
NINO, OTHER = {"ni_number": "QQ123456C"}, {"ni_number": "QQ654321A"}

Read = Callable[[bytes], str]


@pytest.fixture
def read(any_home: Home, tmp_path: Path, now: datetime) -> Read:
    """Put one more content into the folder and read it; gives its short id."""
    folder = tmp_path / "docs"
    folder.mkdir()

    def read(data: bytes) -> str:
        known = {each.document_id for each in list_documents(any_home)}
        (folder / f"{len(known)}.pdf").write_bytes(data)
        take_in(any_home, FolderSource(folder), now=now)
        read_new(any_home, FakePool(), now=now)
        ((found),) = {each.document_id for each in list_documents(any_home)} - known
        return found

    return read


def owners(home: Home) -> dict[str, tuple[str | None, str | None]]:
    """Short id -> person and what decided, of one-part documents."""
    return {each.document_id: (each.parts[0].person_id, each.parts[0].assigned_by) for each in list_documents(home)}


def generations(home: Home) -> dict[str, int]:
    with home.database.reading() as session:
        return {row.tax_year: row.inputs_generation for row in session.scalars(sa.select(TaxYearState))}


def person(home: Home, now: datetime, nino: str | None = None, name: str | None = None) -> str:
    with home.database.writing() as session:
        return add_person(session, home.cipher, nino=Nino.parse(nino) if nino else None, name=name, now=now)


def test_the_surname_and_forenames_of_a_p60_are_one_name(any_home: Home, read: Read) -> None:
    read(content(p60(surname="EXAMPLE", forenames="ANN", **NINO, **ACME)))
    slip = read(content(payslip(**NAME, **ACME)))
    assert owners(any_home)[slip][1] == "name"
    assert len({owner for owner, _ in owners(any_home).values()}) == 1


def test_a_nino_comes_later(any_home: Home, read: Read) -> None:
    first = read(content(payslip(**NAME, **ACME)))
    second = read(content(payslip(**NAME, **ACME, **NINO)))
    found = owners(any_home)
    assert found[first][0] == found[second][0]
    assert row_counts(any_home)["person"] == 1


def test_what_was_clear_becomes_unclear(any_home: Home, read: Read, now: datetime) -> None:
    unclear = read(content(payslip(**NAME, **ACME)))
    first = read(content(payslip(**NAME, **ACME, **NINO)))
    assert owners(any_home)[unclear][0] == owners(any_home)[first][0]
    before = generations(any_home)["2025-26"]
    second = read(content(payslip(**NAME, **ACME, **OTHER)))
    found = owners(any_home)
    assert found[unclear] == (None, None), "two people of one name at one employer"
    assert found[first][0] != found[second][0]
    assert generations(any_home)["2025-26"] >= before + 2, "the one who lost it must be told"
    assert read_new(any_home, FakePool(), now=now).contents == 0
    assert owners(any_home) == found


def test_what_was_unclear_becomes_clear(any_home: Home, read: Read) -> None:
    read(content(payslip(**NAME, **ACME, **NINO)))
    unclear = read(content(payslip(**NAME, net_pay="1.00")))
    assert owners(any_home)[unclear] == (None, None), "the name alone"
    other = read(content(payslip(**NAME, **BOLT, net_pay="1.00")))
    told = read(content(payslip(**NAME, **BOLT, **NINO)))
    assert owners(any_home)[other] == (owners(any_home)[told][0], "name")
    assert row_counts(any_home)["person"] == 1


DOCUMENTS = (
    content(payslip(**NAME, **ACME)),
    content(payslip(**NAME, **ACME, **NINO)),
    content(payslip(**NAME, **BOLT, **OTHER)),
    content(payslip(**NAME, **BOLT, net_pay="2.00")),
)


@pytest.mark.parametrize("order", list(permutations(range(len(DOCUMENTS))))[::3])
def test_the_order_does_not_matter(home: Home, tmp_path: Path, now: datetime, order: tuple[int, ...]) -> None:
    for number in order:
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / f"{number}.pdf").write_bytes(DOCUMENTS[number])
        take_in(home, FolderSource(tmp_path / "docs"), now=now)
        read_new(home, FakePool(), now=now)
    by_name = {each.seen_as[0]: each.parts[0].person_id for each in list_documents(home)}
    assert by_name["0.pdf"] == by_name["1.pdf"] != by_name["2.pdf"] == by_name["3.pdf"]
    assert None not in by_name.values()


def test_a_persons_word_and_what_follows_from_it(any_home: Home, read: Read, now: datetime) -> None:
    read(content(payslip(**NAME, **ACME, **NINO)))
    read(content(payslip(**NAME, **ACME, **OTHER)))
    first = read(content(payslip(**NAME, **BOLT, net_pay="1.00")))
    assert owners(any_home)[first] == (None, None)
    second = read(content(payslip(**NAME, **BOLT, net_pay="2.00", pay_date="2024-06-30")))
    ann = person(any_home, now, "QQ123456C")
    assert assign(any_home, first[:8], ann, now=now) == 1
    assert owners(any_home)[first] == (ann, "user")
    assert owners(any_home)[second] == (ann, "name"), "the same name at the same employer follows"
    assert generations(any_home)["2024-25"] == 1


def test_a_persons_word_outlives_reading_again(any_home: Home, read: Read, now: datetime) -> None:
    slip = read(content(payslip(**NAME, **ACME)))
    bob = person(any_home, now, name="Bob Sample")
    assign(any_home, slip, bob, now=now)
    read_new(any_home, FakePool(net_pay="7.00"), now=now, version="2")
    assert owners(any_home)[slip] == (bob, "user")
    retry(any_home, [slip], now=now)
    read_new(any_home, FakePool(net_pay="8.00"), now=now, version="2")
    assert owners(any_home)[slip] == (bob, "user")


def test_a_word_may_be_taken_back(any_home: Home, read: Read, now: datetime) -> None:
    slip = read(content(payslip(**NAME, **ACME)))
    bob, cy = person(any_home, now, name="Bob Sample"), person(any_home, now, name="Cy Person")
    assign(any_home, slip, bob, now=now)
    assign(any_home, slip, cy, now=now)
    later = read(content(payslip(**NAME, **ACME, net_pay="3.00")))
    found = owners(any_home)
    assert found[slip] == (cy, "user")
    assert found[later][0] != bob


def test_assigning_twice_is_assigning_once(any_home: Home, read: Read, now: datetime) -> None:
    slip = read(content(payslip(**NAME, **ACME)))
    bob = person(any_home, now, name="Bob Sample")
    assign(any_home, slip, bob, now=now)
    rows = all_rows(any_home, without=("generation",))
    assign(any_home, slip, bob, now=now)
    assert all_rows(any_home, without=("generation",)) == rows


def test_the_printed_nino_is_stronger_than_a_word(any_home: Home, read: Read, now: datetime) -> None:
    slip = read(content(payslip(**NAME, **ACME, **NINO)))
    letter = read(b"a letter")
    ann, bob = person(any_home, now, "QQ123456C"), person(any_home, now, "QQ654321A")
    with pytest.raises(AssignRefused, match="merge"):
        assign(any_home, slip, bob, now=now)
    assert assign(any_home, slip, ann, now=now) == 0, "it is theirs already"
    with pytest.raises(AssignRefused, match="no payslip or P60"):
        assign(any_home, letter, ann, now=now)
    with pytest.raises(UnknownPerson):
        assign(any_home, slip, "p_none", now=now)
    with pytest.raises(UnknownDocument):
        assign(any_home, "ffffffffffff", ann, now=now)


def test_a_nino_read_later_overrules_a_word(any_home: Home, read: Read, now: datetime) -> None:
    slip = read(content(payslip(**NAME, **ACME, ni_number="none")))
    bob = person(any_home, now, "QQ654321A")
    assign(any_home, slip, bob, now=now)
    read_new(any_home, FakePool(ni_number="QQ123456C"), now=now, version="2")
    assert owners(any_home)[slip] == (person(any_home, now, "QQ123456C"), "nino")


def test_superseded_readings_stay_with_their_person(any_home: Home, read: Read, now: datetime) -> None:
    read(content(payslip(**NAME, **ACME, **NINO)))
    read_new(any_home, FakePool(ni_number="QQ654321A"), now=now, version="2")
    with any_home.database.reading() as session:
        rows = session.scalars(sa.select(ReadingRow).order_by(ReadingRow.reader_version.desc())).all()
    assert rows[0].person_id != rows[1].person_id


def test_what_a_document_says_of_itself_is_no_evidence(any_home: Home, read: Read) -> None:
    """It came first and made a person, who then got a NINO; a second NINO fits it just as well."""
    first = read(content(payslip(**NAME, **ACME, payroll_number="111")))
    told = read(content(payslip(**NAME, **ACME, **NINO)))
    assert owners(any_home)[first][0] == owners(any_home)[told][0]
    read(content(payslip(**NAME, **ACME, **OTHER)))
    assert owners(any_home)[first] == (None, None)


def test_someone_made_from_a_name_goes_with_the_last_document(any_home: Home, read: Read, now: datetime) -> None:
    alone = read(content(payslip(**NAME)))
    added = person(any_home, now, name="Bob Sample")
    assert row_counts(any_home)["person"] == 2
    read(content(payslip(**NAME, **ACME, **NINO)))
    assert owners(any_home)[alone] == (None, None), "there are two of that name now"
    with any_home.database.reading() as session:
        left = {summary.person_id: summary.name for summary in list_people(session, any_home.cipher)}
    assert len(left) == 2, "the one with the NINO, and whom a user added"
    assert left[added] == "Bob Sample"
    read_new(any_home, FakePool(), now=now)
    assert owners(any_home)[alone] == (None, None)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order_no_document_joins_two_ninos(home: Home, tmp_path: Path, now: datetime, seed: int) -> None:
    dice = random.Random(seed)
    folder = tmp_path / "docs"
    folder.mkdir()
    printed: dict[str, str | None] = {}
    for number in range(30):
        fields = {"employee_name": "Ann Example", "net_pay": f"{number}.00"}
        choices = {
            "ni_number": [None, "QQ123456C", "QQ654321A"],
            "employer_name": ["Acme", "Bolt", "Cole", None],
            "payroll_number": [None, None, "111", "222"],
        }
        fields |= {name: value for name, values in choices.items() if (value := dice.choice(values))}
        (folder / f"{number}.pdf").write_bytes(content(payslip(**fields)))
        printed[f"{number}.pdf"] = fields.get("ni_number")
        if dice.random() < 0.3:
            take_in(home, FolderSource(folder), now=now)
            read_new(home, FakePool(), now=now)
    take_in(home, FolderSource(folder), now=now)
    read_new(home, FakePool(), now=now)
    ninos: dict[str, set[str]] = {}
    for each in list_documents(home):
        owner, nino = each.parts[0].person_id, printed[each.seen_as[0]]
        if nino:
            assert owner is not None
            ninos.setdefault(owner, set()).add(nino)
    assert all(len(found) == 1 for found in ninos.values())
    assert read_new(home, FakePool(), now=now).contents == 0
