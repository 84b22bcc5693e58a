"""Finding the person of a document: by NINO, or by name together with employer or payroll number.

Unsure means nobody. Two NINOs are never one person, whatever the names.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Person, PersonMark
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people.merging import absorb
from hmrc_pipeline.people.names import employer_key, name_key, payroll_key
from hmrc_pipeline.people.register import fill_in, lock_people, make_person, name_index, nino_index

__all__ = ["By", "Clue", "Identified", "identify", "mark", "recognise", "unmark"]

By = Literal["nino", "name", "payroll_number"]

_TELLING = 3  # a payroll number this long still means the same person when the employer's name differs


@dataclass(frozen=True, repr=False)
class Clue:
    """What a document prints of its person. Absent is None."""

    nino: Nino | None = None
    name: str | None = None
    employer: str | None = None
    payroll_number: str | None = None

    def __repr__(self) -> str:
        return "Clue(hidden)"


@dataclass(frozen=True)
class Identified:
    """Whose document it is, and what decided."""

    person_id: str
    by: By


@dataclass(frozen=True)
class _Keys:
    """A clue as it is compared: blind indexes, "" for what is not printed."""

    name: str
    employer: str
    payroll: str
    payroll_is_telling: bool


def identify(
    session: Session, cipher: Cipher, clue: Clue, *, now: datetime, changes: InputChanges | None = None
) -> Identified | None:
    """The person of a document. A NINO finds its person or makes one; else what `recognise` finds.

    A name nobody is known by makes a person too; a later document with the same name and employer gives
    that person its NINO. None when it could be several people, or a known name stands without its employer.
    Generations are raised in `changes` when it is given, else at once.
    """
    lock_people(session)
    if clue.nino:
        gathered = changes or InputChanges(session)
        person_id = _by_nino(session, cipher, clue, clue.nino, now, gathered)
        if changes is None:
            gathered.raise_all()
        return Identified(person_id, "nino")
    found = recognise(session, cipher, clue)
    if found or not _named(clue):
        return found
    return _by_new_name(session, cipher, clue, now)


def recognise(session: Session, cipher: Cipher, clue: Clue) -> Identified | None:
    """The known person of a document, changing nothing."""
    if clue.nino:
        index = nino_index(cipher, clue.nino)
        found = session.scalar(sa.select(Person.person_id).where(Person.nino_index == index))
        return Identified(found, "nino") if found else None
    if not _named(clue):
        return None
    keys = _keys(cipher, clue)
    marks = session.scalars(sa.select(PersonMark).where(PersonMark.name_index == keys.name))
    return _decide(keys, list(marks))


def mark(session: Session, cipher: Cipher, person_id: str, clue: Clue) -> None:
    """Remember what a person's document prints together, for documents that lack the NINO."""
    if not _named(clue) or not (clue.employer or clue.payroll_number):
        return
    keys = _keys(cipher, clue)
    row = PersonMark(
        person_id=person_id, name_index=keys.name, employer_index=keys.employer, payroll_index=keys.payroll
    )
    session.merge(row)
    session.flush()


def unmark(session: Session, cipher: Cipher, person_id: str, clue: Clue) -> None:
    """Forget a mark: such a document turned out to be someone else's."""
    if _named(clue):
        keys = _keys(cipher, clue)
        row = session.get(PersonMark, (person_id, keys.name, keys.employer, keys.payroll))
        if row:
            session.delete(row)
            session.flush()


def _by_nino(session: Session, cipher: Cipher, clue: Clue, nino: Nino, now: datetime, changes: InputChanges) -> str:
    person = session.scalars(sa.select(Person).where(Person.nino_index == nino_index(cipher, nino))).one_or_none()
    nameless = _without_nino(session, cipher, clue)
    if person is None:
        person = nameless or make_person(session, now)
    elif nameless and not (person.utr_index and nameless.utr_index):
        absorb(session, cipher, keep=person, absorbed=nameless, changes=changes)
    fill_in(session, cipher, person, nino=nino, name=clue.name)
    mark(session, cipher, person.person_id, clue)
    return person.person_id


def _without_nino(session: Session, cipher: Cipher, clue: Clue) -> Person | None:
    """The one person known without a NINO whose documents match this clue."""
    if not _named(clue):
        return None
    keys = _keys(cipher, clue)
    marks = session.scalars(
        sa.select(PersonMark)
        .join(Person, Person.person_id == PersonMark.person_id)
        .where(PersonMark.name_index == keys.name, Person.nino_index.is_(None))
    )
    found = _decide(keys, list(marks))
    return session.get(Person, found.person_id) if found else None


def _by_new_name(session: Session, cipher: Cipher, clue: Clue, now: datetime) -> Identified | None:
    index = name_index(cipher, clue.name or "")
    known = session.scalar(
        sa.select(
            sa.or_(sa.exists().where(Person.name_index == index), sa.exists().where(PersonMark.name_index == index))
        )
    )
    if known:
        return None
    person = make_person(session, now)
    person.unconfirmed_name_index = index
    fill_in(session, cipher, person, name=clue.name)
    mark(session, cipher, person.person_id, clue)
    return Identified(person.person_id, "name")


def _decide(keys: _Keys, marks: list[PersonMark]) -> Identified | None:
    by_employer, by_payroll, by_both = set(), set(), set()
    for known in marks:
        same_employer = keys.employer != "" and known.employer_index == keys.employer
        other_employer = "" not in (keys.employer, known.employer_index) and not same_employer
        same_payroll = keys.payroll != "" and known.payroll_index == keys.payroll
        other_payroll = "" not in (keys.payroll, known.payroll_index) and not same_payroll
        if same_employer and not other_payroll:
            by_employer.add(known.person_id)
        if same_payroll and (not other_employer or keys.payroll_is_telling):
            by_payroll.add(known.person_id)
        if same_employer and same_payroll:
            by_both.add(known.person_id)
    everyone = by_employer | by_payroll
    if len(everyone) == 1:
        return Identified(everyone.pop(), "name" if by_employer else "payroll_number")
    return Identified(by_both.pop(), "payroll_number") if len(by_both) == 1 else None


def _named(clue: Clue) -> bool:
    return bool(clue.name and name_key(clue.name))


def _keys(cipher: Cipher, clue: Clue) -> _Keys:
    employer = employer_key(clue.employer) if clue.employer else ""
    payroll = payroll_key(clue.payroll_number) if clue.payroll_number else ""
    return _Keys(
        name=name_index(cipher, clue.name or ""),
        employer=cipher.blind_index(employer, "person.employer") if employer else "",
        payroll=cipher.blind_index(payroll, "person.payroll") if payroll else "",
        payroll_is_telling=len(payroll) >= _TELLING,
    )
