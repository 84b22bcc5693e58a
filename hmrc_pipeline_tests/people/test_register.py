"""Adding and listing people; people from CSV and JSON."""

import json
from datetime import datetime

import pytest

from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Nino, Utr
from hmrc_pipeline.people import (
    PeopleConflict,
    PeopleImportProblem,
    UnknownPerson,
    add_from_json,
    add_person,
    import_people,
    list_people,
    name_of,
    nino_of,
    utr_of,
)

NINO, UTR = Nino.parse("QQ123456C"), Utr.parse("2234567890")


def add(home: Home, now: datetime, nino: Nino | None = None, utr: Utr | None = None, name: str | None = None) -> str:
    with home.database.writing() as session:
        return add_person(session, home.cipher, nino=nino, utr=utr, name=name, now=now)


def test_adding_completes_what_was_missing(any_home: Home, now: datetime) -> None:
    first = add(any_home, now, nino=NINO)
    assert add(any_home, now, nino=NINO, utr=UTR, name=" Ann  Example ") == first
    assert add(any_home, now, utr=UTR, name="Somebody Else") == first, "what is known stays"
    with any_home.database.reading() as session:
        assert nino_of(session, any_home.cipher, first) == NINO
        assert utr_of(session, any_home.cipher, first) == UTR
        assert name_of(session, any_home.cipher, first) == "Ann Example"


def test_adding_a_bare_name_twice_makes_one(home: Home, now: datetime) -> None:
    assert add(home, now, name="Ann Example") == add(home, now, name="Mrs ANN EXAMPLE")
    assert add(home, now, nino=NINO, name="Ann Example") != add(home, now, name="Ann Example")


def test_nino_and_utr_of_two_people_are_refused(home: Home, now: datetime) -> None:
    add(home, now, nino=NINO)
    add(home, now, utr=UTR)
    with pytest.raises(PeopleConflict, match="two people"):
        add(home, now, nino=NINO, utr=UTR)


def test_another_utr_for_a_known_nino_is_refused(home: Home, now: datetime) -> None:
    add(home, now, nino=NINO, utr=UTR)
    with pytest.raises(PeopleConflict, match="another UTR"):
        add(home, now, nino=NINO, utr=Utr.parse("1123456789"))


def test_nothing_is_nobody(home: Home, now: datetime) -> None:
    with pytest.raises(PeopleConflict, match="needs a NINO"):
        add(home, now, name="  ")


def test_unknown_people_are_said_to_be(home: Home) -> None:
    with home.database.reading() as session, pytest.raises(UnknownPerson, match="person list"):
        nino_of(session, home.cipher, "p_none")


@pytest.mark.parametrize(
    ("text", "count", "why"),
    [
        ("nino,utr,name\nQQ123456C,,Ann\n,2234567890,Bob\n", 2, "plain"),
        ("\ufeffName;NINO\r\nAnn;QQ 12 34 56 C\r\n", 1, "a spreadsheet's mark, semicolons, other order"),
        ("name,team\nAnn,Blue\n\nBob,\n", 2, "other columns and empty lines are passed over"),
        ('nino,name\nQQ123456C,"Example, Ann"\nQQ123456C,Ann\n', 2, "one person twice"),
    ],
)
def test_import(home: Home, now: datetime, text: str, count: int, why: str) -> None:
    ids = import_people(home, text, now)
    assert len(ids) == count, why
    assert import_people(home, text, now) == ids, "twice is once"
    with home.database.reading() as session:
        assert len(list_people(session, home.cipher)) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line must name"),
        ("a,b\n1,2\n", "first line must name"),
        ("nino,name\nQQ123456C,Ann\nZZ999999Z,Bob\n,Cy\nX,\n", "line 3: .*; line 5: "),
        ("nino,utr\n,2234567891\n", "line 2: the UTR's check digit"),
        ("nino,utr\nQQ123456C,\n,2234567890\nQQ123456C,2234567890\n", "line 4: .*two people"),
    ],
)
def test_a_wrong_import_keeps_nothing_and_tells_no_values(home: Home, now: datetime, text: str, message: str) -> None:
    with pytest.raises(PeopleImportProblem, match=message) as caught:
        import_people(home, text, now)
    assert "999999" not in str(caught.value)
    with home.database.reading() as session:
        assert list_people(session, home.cipher) == []


def test_one_person_from_json(home: Home, now: datetime) -> None:
    text = json.dumps({"nino": "qq 123456 c", "utr": None, "name": "Ann"})
    assert add_from_json(home, text, now) == add(home, now, nino=NINO)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nino": "X"}', '{"name": "  "}', "nino"])
def test_wrong_json(home: Home, now: datetime, text: str) -> None:
    with pytest.raises(PeopleImportProblem):
        add_from_json(home, text, now)
