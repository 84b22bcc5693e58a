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

    @property
    def is_name_alone(self) -> bool:
        return not (self.employer or self.payroll)


def identify(
    session: Session, cipher: Cipher, clue: Clue, *, now: datetime, changes: InputChanges | None = None
) -> Identified | None:
    """The person of a document. A NINO finds its person or makes one; else what `recognise` finds.

    A name and employer that nobody is known by make a person too; a later document with both gives that person
    its NINO. None when it could be several people, or when a known name is all that is printed.
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
    if found or not _named(clue) or _could_be_known(session, cipher, clue):
        return found
    person = make_person(session, now)
    fill_in(session, cipher, person, name=clue.name)
    mark(session, cipher, person.person_id, clue)
    return Identified(person.person_id, "name")


def recognise(session: Session, cipher: Cipher, clue: Clue) -> Identified | None:
    """The known person of a document, changing nothing."""
    if clue.nino:
        index = nino_index(cipher, clue.nino)
        found = session.scalar(sa.select(Person.person_id).where(Person.nino_index == index))
        return Identified(found, "nino") if found else None
    if not _named(clue):
        return None
    keys = _keys(cipher, clue)
    if keys.is_name_alone:
        known = _namesakes(session, keys.name)
        alone = known.pop() if len(known) == 1 else None
        made_so = alone and session.get(PersonMark, (alone, keys.name, "", ""))
        return Identified(made_so.person_id, "name") if made_so else None
    return _Matches(keys, _marks(session, keys.name)).decide()


def mark(session: Session, cipher: Cipher, person_id: str, clue: Clue) -> None:
    """Remember what a person's document prints together, for documents that lack the NINO."""
    if not _named(clue):
        return
    keys = _keys(cipher, clue)
    if keys.is_name_alone and clue.nino:
        return
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
    unnumbered = [mark for mark in _marks(session, keys.name) if not _has_nino(session, mark.person_id)]
    found = _Matches(keys, unnumbered).decide()
    return session.get(Person, found.person_id) if found else None


def _could_be_known(session: Session, cipher: Cipher, clue: Clue) -> bool:
    """Whether a document that finds nobody could still be someone's who is known."""
    keys = _keys(cipher, clue)
    known = _namesakes(session, keys.name)
    if keys.is_name_alone:
        return bool(known)
    with_nino = sum(_has_nino(session, person_id) for person_id in known)
    return with_nino > 1 or _Matches(keys, _marks(session, keys.name)).is_possible


def _namesakes(session: Session, name: str) -> set[str]:
    """Everyone known by a name."""
    by_row = sa.select(Person.person_id).where(Person.name_index == name)
    by_mark = sa.select(PersonMark.person_id).where(PersonMark.name_index == name)
    return set(session.scalars(by_row.union(by_mark)))


def _marks(session: Session, name: str) -> list[PersonMark]:
    return list(session.scalars(sa.select(PersonMark).where(PersonMark.name_index == name)))


def _has_nino(session: Session, person_id: str) -> bool:
    query = sa.select(Person.person_id).where(Person.person_id == person_id, Person.nino_index.is_not(None))
    return session.scalar(query) is not None


class _Matches:
    """Whose marks agree with a clue of the same name, and in what."""

    def __init__(self, keys: _Keys, marks: list[PersonMark]) -> None:
        self.by_employer: set[str] = set()
        self.by_payroll: set[str] = set()
        self.by_both: set[str] = set()
        self.is_possible = False
        for known in marks:
            self._compare(keys, known)

    def decide(self) -> Identified | None:
        """The one person it can be; where several can, the one whose payroll number it is."""
        everyone = self.by_employer | self.by_payroll
        if len(everyone) == 1:
            return Identified(everyone.pop(), "name" if self.by_employer else "payroll_number")
        return Identified(self.by_both.copy().pop(), "payroll_number") if len(self.by_both) == 1 else None

    def _compare(self, keys: _Keys, known: PersonMark) -> None:
        same_employer = keys.employer != "" and known.employer_index == keys.employer
        other_employer = "" not in (keys.employer, known.employer_index) and not same_employer
        same_payroll = keys.payroll != "" and known.payroll_index == keys.payroll
        other_payroll = "" not in (keys.payroll, known.payroll_index) and not same_payroll
        if same_employer and not other_payroll:
            self.by_employer.add(known.person_id)
        if same_payroll and (not other_employer or keys.payroll_is_telling):
            self.by_payroll.add(known.person_id)
        if same_employer and same_payroll:
            self.by_both.add(known.person_id)
        self.is_possible |= same_employer or known.person_id in self.by_payroll


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
