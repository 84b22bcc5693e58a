"""The register of people: adding them, listing them, and their identifiers in clear for those who need them.

Finding the person of a document belongs to `identify`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import Person
from hmrc_pipeline.identifiers import Nino, Utr
from hmrc_pipeline.people.names import name_key
from hmrc_pipeline.problems import Problem

__all__ = [
    "PeopleConflict",
    "PersonSummary",
    "UnknownPerson",
    "add_person",
    "count_people",
    "fill_in",
    "in_clear",
    "list_people",
    "lock_people",
    "make_person",
    "name_index",
    "name_of",
    "nino_index",
    "nino_of",
    "require_person",
    "utr_of",
]

_PEOPLE_LOCK = 0x50454F50  # an arbitrary number every process of ours uses for the same advisory lock


MadeBy = Literal["document", "user"]


class UnknownPerson(Problem):
    """No person has this id."""


class PeopleConflict(Problem):
    """What is asked would mix two people; the message says what to do and names nobody."""


@dataclass(frozen=True)
class PersonSummary:
    """One person as listed for people's eyes. The name stays out of the `repr`."""

    person_id: str
    name: str | None = field(repr=False)
    nino_masked: str | None
    has_utr: bool
    is_example: bool
    added_at: datetime


def add_person(
    session: Session,
    cipher: Cipher,
    *,
    nino: Nino | None = None,
    utr: Utr | None = None,
    name: str | None = None,
    now: datetime,
) -> str:
    """The person with this NINO, UTR or name: found and completed, or made. Returns the person's id.

    Raises `PeopleConflict` when NINO and UTR are known of two people, or differ from what is known.
    """
    name = " ".join(name.split()) if name else None
    if not (nino or utr or name):
        raise PeopleConflict("a person needs a NINO, a UTR or a name")
    lock_people(session)
    person = _known(session, cipher, nino, utr, name)
    if person is None:
        person = make_person(session, now, made_by="user")
    fill_in(session, cipher, person, nino=nino, utr=utr, name=name)
    person.made_by = "user"
    return person.person_id


def list_people(session: Session, cipher: Cipher, *, skip: int = 0, limit: int | None = None) -> list[PersonSummary]:
    """Everyone, or one page of them, in the order they were added."""
    query = sa.select(Person).order_by(Person.added_at, Person.person_id).offset(skip).limit(limit)
    return [_summary(cipher, person) for person in session.scalars(query)]


def count_people(session: Session) -> int:
    """How many people there are."""
    return session.scalars(sa.select(sa.func.count()).select_from(Person)).one()


def nino_of(session: Session, cipher: Cipher, person_id: str) -> Nino | None:
    """The NINO in clear; None when it is not known. Raises `UnknownPerson`."""
    text = in_clear(cipher, require_person(session, person_id), "nino")
    return Nino(text) if text else None


def utr_of(session: Session, cipher: Cipher, person_id: str) -> Utr | None:
    """The UTR in clear; None when it is not known. Raises `UnknownPerson`."""
    text = in_clear(cipher, require_person(session, person_id), "utr")
    return Utr(text) if text else None


def name_of(session: Session, cipher: Cipher, person_id: str) -> str | None:
    """The name in clear; None when it is not known. Raises `UnknownPerson`."""
    return in_clear(cipher, require_person(session, person_id), "name")


def require_person(session: Session, person_id: str) -> Person:
    """The row. Raises `UnknownPerson`."""
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPerson("no person has this id; see: hmrc-pipeline person list")
    return person


def lock_people(session: Session) -> None:
    """One transaction at a time decides who is who, so that two never make the same person twice.

    On SQLite every writing transaction is alone already. Order of locks: documents, people, generations.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PEOPLE_LOCK)))


def make_person(session: Session, now: datetime, *, made_by: MadeBy) -> Person:
    """A new row with nothing known yet."""
    person = Person(person_id=f"p_{secrets.token_hex(8)}", made_by=made_by, is_example=False, added_at=now)
    session.add(person)
    return person


def fill_in(
    session: Session,
    cipher: Cipher,
    person: Person,
    *,
    nino: Nino | None = None,
    utr: Utr | None = None,
    name: str | None = None,
) -> None:
    """Write what was not known. Raises `PeopleConflict` when NINO or UTR differ from what is known."""
    _fill_nino(cipher, person, nino)
    if utr:
        index = _utr_index(cipher, utr)
        if person.utr_index not in (None, index):
            raise PeopleConflict("this person is known with another UTR")
        if person.utr_index is None:
            person.utr_index = index
            person.utr_encrypted = cipher.encrypt(utr.value, person.place("utr"))
    if name and person.name_index is None:
        person.name_index = name_index(cipher, name)
        person.name_encrypted = cipher.encrypt(name, person.place("name"))
    session.flush()


def _fill_nino(cipher: Cipher, person: Person, nino: Nino | None) -> None:
    if nino is None:
        return
    index = nino_index(cipher, nino)
    if person.nino_index not in (None, index):
        raise PeopleConflict("this person is known with another NINO")
    known = in_clear(cipher, person, "nino") or ""
    if len(nino.value) > len(known):  # a later document may print the suffix letter
        person.nino_index, person.nino_encrypted = index, cipher.encrypt(nino.value, person.place("nino"))
        person.is_example = nino.is_example


def nino_index(cipher: Cipher, nino: Nino) -> str:
    """Blind index over the eight characters that identify."""
    return cipher.blind_index(nino.stem, "person.nino")


def name_index(cipher: Cipher, name: str) -> str:
    return cipher.blind_index(name_key(name), "person.name")


def _utr_index(cipher: Cipher, utr: Utr) -> str:
    return cipher.blind_index(utr.value, "person.utr")


def _known(session: Session, cipher: Cipher, nino: Nino | None, utr: Utr | None, name: str | None) -> Person | None:
    by_nino = _first(session, Person.nino_index == nino_index(cipher, nino)) if nino else None
    by_utr = _first(session, Person.utr_index == _utr_index(cipher, utr)) if utr else None
    if by_nino and by_utr and by_nino is not by_utr:
        raise PeopleConflict("the NINO and the UTR are known of two people; if they are one, merge them first")
    if by_nino or by_utr or nino or utr or not name:
        return by_nino or by_utr
    bare = (Person.name_index == name_index(cipher, name), Person.nino_index.is_(None), Person.utr_index.is_(None))
    return _first(session, *bare)


def _first(session: Session, *conditions: sa.ColumnElement[bool]) -> Person | None:
    return session.scalars(sa.select(Person).where(*conditions).order_by(Person.added_at).limit(1)).one_or_none()


def in_clear(cipher: Cipher, person: Person, column: str) -> str | None:
    """`nino`, `utr` or `name` of a row; None when it is not known."""
    encrypted: bytes | None = getattr(person, f"{column}_encrypted")
    return cipher.decrypt_text(encrypted, person.place(column)) if encrypted else None


def _summary(cipher: Cipher, person: Person) -> PersonSummary:
    nino = in_clear(cipher, person, "nino")
    return PersonSummary(
        person_id=person.person_id,
        name=in_clear(cipher, person, "name"),
        nino_masked=Nino(nino).masked if nino else None,
        has_utr=person.utr_encrypted is not None,
        is_example=person.is_example,
        added_at=person.added_at,
    )
