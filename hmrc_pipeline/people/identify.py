"""Finding the person of a document: by NINO, or by name together with employer or payroll number.

Unsure means nobody. Two NINOs are never one person, whatever the names.
"""

from collections import defaultdict
from collections.abc import Mapping
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
    if found is None and _named(clue) and not _could_be_known(session, cipher, clue):
        person = make_person(session, now, made_by="document")
        fill_in(session, cipher, person, name=clue.name)
        found = Identified(person.person_id, "name")
    if found and not _has_nino(session, found.person_id):
        mark(session, cipher, found.person_id, clue, firm=False)
    return found


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
    matches = _matches(session, keys)
    match = matches.decide()
    if match and match.person_id not in matches.numbered and len(matches.numbered) > 1:
        return None  # several people of this name have a NINO: it may be any of them
    return match


def mark(session: Session, cipher: Cipher, person_id: str, clue: Clue, *, firm: bool) -> None:
    """Remember what a person's document prints together, for documents that lack the NINO."""
    if not _named(clue):
        return
    keys = _keys(cipher, clue)
    if keys.is_name_alone and clue.nino:
        return
    row = session.get(PersonMark, (person_id, keys.name, keys.employer, keys.payroll))
    if row is None:
        row = PersonMark(
            person_id=person_id, name_index=keys.name, employer_index=keys.employer, payroll_index=keys.payroll
        )
        row.is_firm = firm
        session.add(row)
    row.is_firm = row.is_firm or firm
    session.flush()


def unmark(session: Session, cipher: Cipher, person_id: str, clue: Clue) -> None:
    """Forget a mark: such a document turned out to be someone else's. What documents with a NINO told stays."""
    if _named(clue) and not _has_nino(session, person_id):
        keys = _keys(cipher, clue)
        row = session.get(PersonMark, (person_id, keys.name, keys.employer, keys.payroll))
        if row:
            session.delete(row)
            session.flush()


def _by_nino(session: Session, cipher: Cipher, clue: Clue, nino: Nino, now: datetime, changes: InputChanges) -> str:
    person = session.scalars(sa.select(Person).where(Person.nino_index == nino_index(cipher, nino))).one_or_none()
    for same in _without_nino(session, cipher, clue):
        if person is None:
            person = same
        elif not (person.utr_index and same.utr_index):
            absorb(session, cipher, keep=person, absorbed=same, changes=changes)
    person = person or make_person(session, now, made_by="document")
    fill_in(session, cipher, person, nino=nino, name=clue.name)
    # What was only held together by name must now agree with what documents with the NINO tell.
    soft = sa.delete(PersonMark).where(PersonMark.person_id == person.person_id, ~PersonMark.is_firm)
    session.execute(soft)
    mark(session, cipher, person.person_id, clue, firm=True)
    return person.person_id


def _without_nino(session: Session, cipher: Cipher, clue: Clue) -> list[Person]:
    """The people known without a NINO whose documents match this clue; none where they contradict each other."""
    if not _named(clue):
        return []
    keys = _keys(cipher, clue)
    matches = _matches(session, keys, numbered=False)
    if len(matches.by_employer) > 1 and not keys.payroll:
        return []  # one employer pays several people of this name
    found = sa.select(Person).where(Person.person_id.in_(matches.by_employer | matches.by_payroll))
    return list(session.scalars(found.order_by(Person.added_at, Person.person_id)))


def _could_be_known(session: Session, cipher: Cipher, clue: Clue) -> bool:
    """Whether a document that finds nobody could still be someone's who is known."""
    keys = _keys(cipher, clue)
    if keys.is_name_alone:
        return bool(_namesakes(session, keys.name))
    matches = _matches(session, keys)
    return len(matches.numbered) > 1 or bool(matches.by_employer | matches.by_payroll | matches.contradicted)


def _has_nino(session: Session, person_id: str) -> bool:
    query = sa.select(Person.person_id).where(Person.person_id == person_id, Person.nino_index.is_not(None))
    return session.scalar(query) is not None


def _namesakes(session: Session, name: str) -> set[str]:
    """Everyone known by a name."""
    by_row = sa.select(Person.person_id).where(Person.name_index == name)
    by_mark = sa.select(PersonMark.person_id).where(PersonMark.name_index == name)
    return set(session.scalars(by_row.union(by_mark)))


def _matches(session: Session, keys: _Keys, *, numbered: bool = True) -> "_Matches":
    """How the marks of everyone of a name agree with a clue; only of people without a NINO unless `numbered`."""
    namesakes = sa.select(Person.person_id).where(
        Person.person_id.in_(_namesakes(session, keys.name)), Person.nino_index.is_not(None)
    )
    known = set(session.scalars(namesakes))
    marks: dict[str, list[PersonMark]] = defaultdict(list)
    for row in session.scalars(sa.select(PersonMark).where(PersonMark.name_index == keys.name)):
        if numbered or row.person_id not in known:
            marks[row.person_id].append(row)
    return _Matches(keys, marks, known)


class _Matches:
    """Who of one name agrees with a clue, and in what."""

    def __init__(self, keys: _Keys, marks: Mapping[str, list[PersonMark]], numbered: set[str]) -> None:
        self.numbered = numbered
        self.by_employer: set[str] = set()
        self.by_payroll: set[str] = set()
        self.by_both: set[str] = set()
        self.contradicted: set[str] = set()
        for person_id, known in marks.items():
            self._compare(keys, person_id, known)

    def decide(self) -> Identified | None:
        """The one person it can be; where several can, the one whose payroll number it is."""
        everyone = self.by_employer | self.by_payroll
        if len(everyone) == 1:
            return Identified(everyone.pop(), "name" if self.by_employer else "payroll_number")
        return Identified(next(iter(self.by_both)), "payroll_number") if len(self.by_both) == 1 else None

    def _compare(self, keys: _Keys, person_id: str, known: list[PersonMark]) -> None:
        employers = {mark.employer_index for mark in known} - {""}
        numbers = {mark.payroll_index for mark in known} - {""}
        here = {mark.payroll_index for mark in known if mark.employer_index == keys.employer} - {""}
        same_employer = keys.employer in employers
        same_number = keys.payroll in numbers
        if same_employer and keys.payroll and here and keys.payroll not in here:
            if person_id in self.numbered:
                self.contradicted.add(person_id)
        elif same_employer:
            self.by_employer.add(person_id)
        if same_number and (same_employer or not (keys.employer and employers) or keys.payroll_is_telling):
            self.by_payroll.add(person_id)
        if same_employer and keys.payroll in here:
            self.by_both.add(person_id)


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
