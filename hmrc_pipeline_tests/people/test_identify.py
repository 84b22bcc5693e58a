"""Whose is a document? By NINO for certain; by name only together with employer or payroll number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import permutations
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmrc_pipeline.database.tables import Person, PersonMark
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people import Clue, Identified, identify, list_people, nino_of, utr_of

NINO, OTHER = Nino.parse("QQ123456C"), Nino.parse("QQ654321A")


def clue(
    nino: Nino | None = None, name: str | None = None, employer: str | None = None, payroll: str | None = None
) -> Clue:
    return Clue(nino, name, employer, payroll)


def who(home: Home, now: datetime, *clues: Clue) -> list[Identified | None]:
    """The answer to each clue in turn, each in its own transaction."""
    answers = []
    for each in clues:
        with home.database.writing() as session:
            answers.append(identify(session, home.cipher, each, now=now))
    return answers


def people(home: Home) -> int:
    with home.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_a_nino_makes_its_person_once(any_home: Home, now: datetime) -> None:
    first, again, unsuffixed = who(
        any_home, now, clue(NINO, "Ann Example"), clue(NINO, "A. Example"), clue(Nino.parse("QQ 12 34 56"))
    )
    assert first == again == unsuffixed
    assert first is not None
    assert first.by == "nino"
    assert people(any_home) == 1


def test_a_later_document_completes_the_suffix(home: Home, now: datetime) -> None:
    (first,) = who(home, now, clue(Nino.parse("QQ123456")))
    who(home, now, clue(NINO))
    assert first is not None
    with home.database.reading() as session:
        assert nino_of(session, home.cipher, first.person_id) == NINO


def test_two_ninos_are_two_people_whatever_the_name(home: Home, now: datetime) -> None:
    first, second = who(home, now, clue(NINO, "Ann Example", "Acme", "1"), clue(OTHER, "Ann Example", "Acme", "1"))
    assert first is not None
    assert second is not None
    assert first.person_id != second.person_id


KNOWN = clue(NINO, "Ann Example", "Acme Ltd", "00420")


@pytest.mark.parametrize(
    ("asked", "by", "why"),
    [
        (clue(None, "ANN EXAMPLE", "Acme Limited"), "name", "name and employer"),
        (clue(None, "Ann Example", "Acme Ltd", "420"), "name", "name, employer and payroll number"),
        (clue(None, "Ann Example", None, "420"), "payroll_number", "the employer is not printed"),
        (clue(None, "Ann Example", "Bolt Ltd", "420"), "payroll_number", "the employer changed its name"),
        (clue(None, "Ann Example"), None, "a name alone assigns nobody"),
        (clue(None, "Ann Example", "Acme Ltd", "421"), None, "another payroll number of the same employer"),
        (clue(None, None, "Acme Ltd", "420"), None, "no name"),
        (clue(), None, "nothing printed"),
    ],
)
def test_without_a_nino(home: Home, now: datetime, asked: Clue, by: str | None, why: str) -> None:
    known, found = who(home, now, KNOWN, asked)
    assert (found.by if found else None) == by, why
    if found:
        assert found.person_id == known.person_id  # type: ignore[union-attr]
    assert people(home) == 1, why


@pytest.mark.parametrize("payroll", [None, "7"])
def test_a_known_name_at_another_employer_is_someone_else_until_told(
    home: Home, now: datetime, payroll: str | None
) -> None:
    """A payroll number as short as 7 does not bridge two employers either."""
    known, other, same, told = who(
        home,
        now,
        clue(NINO, "Ann Example", "Acme", "7"),
        clue(None, "Ann Example", "Bolt", payroll),
        clue(None, "Ann Example", "Bolt", payroll),
        clue(NINO, "Ann Example", "Bolt", payroll),
    )
    assert known is not None
    assert other is not None
    assert other == same != known
    assert told == known, "now it is told, and the other was she all along"
    assert people(home) == 1


def test_two_ninos_of_one_name_make_no_third_person(home: Home, now: datetime) -> None:
    *_, found = who(
        home,
        now,
        clue(NINO, "Ann Example", "Acme"),
        clue(OTHER, "Ann Example", "Bolt"),
        clue(None, "Ann Example", "Cole"),
    )
    assert found is None
    assert people(home) == 2


def test_a_name_alone_makes_a_person_until_there_is_a_namesake(home: Home, now: datetime) -> None:
    first, same, namesake, open_ = who(
        home,
        now,
        clue(None, "Ann Example"),
        clue(None, "Ann Example"),
        clue(NINO, "Ann Example", "Acme"),
        clue(None, "Ann Example"),
    )
    assert first == same
    assert namesake != first
    assert open_ is None


def test_two_people_of_one_name_and_employer_leave_it_open(home: Home, now: datetime) -> None:
    first, second, open_, told = who(
        home,
        now,
        clue(NINO, "Ann Example", "Acme", "1"),
        clue(OTHER, "Ann Example", "Acme", "2"),
        clue(None, "Ann Example", "Acme"),
        clue(None, "Ann Example", "Acme", "2"),
    )
    assert open_ is None
    assert told == Identified(second.person_id, "name")  # type: ignore[union-attr]
    assert first != second


def test_the_payroll_number_tells_two_of_one_name_apart(home: Home, now: datetime) -> None:
    *_, second, told = who(
        home,
        now,
        clue(NINO, "Ann Example", "Acme"),
        clue(OTHER, "Ann Example", "Acme", "2"),
        clue(None, "Ann Example", "Acme", "2"),
    )
    assert told == Identified(second.person_id, "payroll_number")  # type: ignore[union-attr]


def test_an_unknown_name_makes_a_person_and_the_nino_comes_later(any_home: Home, now: datetime) -> None:
    made, again, later = who(
        any_home,
        now,
        clue(None, "Ann Example", "Acme", "1"),
        clue(None, "Ann Example", "Acme"),
        clue(NINO, "Ann Example", "Acme", "1"),
    )
    assert made is not None
    assert again == Identified(made.person_id, "name")
    assert later == Identified(made.person_id, "nino")
    assert people(any_home) == 1


def test_a_twin_without_nino_is_absorbed_by_the_known_person(home: Home, now: datetime) -> None:
    """Hired again: the first slip has a new payroll number and no NINO, the second has both."""
    known, unclear = who(home, now, clue(NINO, "Ann Example", "Acme", "1"), clue(None, "Ann Example", "Acme", "2"))
    assert unclear is None, "another payroll number may be another person"
    (later,) = who(home, now, clue(NINO, "Ann Example", "Acme", "2"))
    (told,) = who(home, now, clue(None, "Ann Example", "Acme", "2"))
    assert later is not None
    assert told is not None
    assert later.person_id == told.person_id == known.person_id  # type: ignore[union-attr]


def test_marks_hold_nothing_in_clear(home: Home, now: datetime) -> None:
    who(home, now, KNOWN)
    with home.database.reading() as session:
        mark = session.scalars(sa.select(PersonMark)).one()
    for index in (mark.name_index, mark.employer_index, mark.payroll_index):
        assert len(index) == 32
        assert set(index) <= set("0123456789abcdef")


CLUES = (
    clue(None, "Ann Example", "Acme"),
    clue(NINO, "Ann Example", "Acme", "1"),
    clue(None, "Ann Example", "Acme", "1"),
    clue(NINO, "Ann Example", "Bolt"),
)


@pytest.mark.parametrize("order", list(permutations(range(len(CLUES)))))
def test_one_person_in_whatever_order_the_documents_come(home: Home, now: datetime, order: tuple[int, ...]) -> None:
    who(home, now, *(CLUES[i] for i in order))
    assert people(home) == 1
    assert len({each.person_id for each in who(home, now, *CLUES) if each}) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            clue,
            st.sampled_from([None, NINO, OTHER, Nino.parse("QQ111111A")]),
            st.sampled_from([None, "Ann Example", "Bob Sample"]),
            st.sampled_from([None, "Acme", "Bolt"]),
            st.sampled_from([None, "1", "222"]),
        ),
        max_size=12,
    )
)
def test_ninos_never_mix(home: Home, now: datetime, clues: list[Clue]) -> None:
    with home.database.writing() as session:
        for table in (PersonMark, Person):
            session.execute(sa.delete(table))
    owners: dict[str, str] = {}
    for each, answer in zip(clues, who(home, now, *clues), strict=True):
        if each.nino:
            assert answer is not None
            assert owners.setdefault(each.nino.stem, answer.person_id) == answer.person_id
    assert len(set(owners.values())) == len(owners)


def test_two_transactions_make_one_person(any_home: Home, now: datetime) -> None:
    barrier = Barrier(4)

    def ask(number: int) -> str:
        barrier.wait()
        nino = NINO if number % 2 else None
        (found,) = who(any_home, now, clue(nino, "Ann Example", "Acme"))
        assert found is not None
        return found.person_id

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    (final,) = who(any_home, now, clue(NINO, "Ann Example", "Acme"))
    assert final is not None
    assert people(any_home) == 1


def test_nothing_spells_a_clue() -> None:
    assert "Ann" not in repr(KNOWN)


def test_persons_are_listed_masked(home: Home, now: datetime) -> None:
    (found,) = who(home, now, KNOWN)
    with home.database.reading() as session:
        (summary,) = list_people(session, home.cipher)
        assert found is not None
        assert utr_of(session, home.cipher, found.person_id) is None
    assert (summary.name, summary.nino_masked, summary.is_example) == ("Ann Example", "QQ****56C", True)
    assert "Ann" not in repr(summary)


def test_ciphers_bind_to_the_row(home: Home, now: datetime) -> None:
    first, second = who(home, now, clue(NINO, "Ann Example"), clue(OTHER, "Bob Sample"))
    with home.database.writing() as session:
        rows = {row.person_id: row for row in session.scalars(sa.select(Person))}
        rows[first.person_id].name_encrypted, rows[second.person_id].name_encrypted = (  # type: ignore[union-attr]
            rows[second.person_id].name_encrypted,  # type: ignore[union-attr]
            rows[first.person_id].name_encrypted,  # type: ignore[union-attr]
        )
    with home.database.reading() as session, pytest.raises(RuntimeError, match="cannot decrypt"):
        list_people(session, home.cipher)
