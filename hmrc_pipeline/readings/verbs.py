"""What a person can do about a document: say whose it is, leave it out, have it read again.

Looking at documents belongs to `review`.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import Clue, lock_people, mark, recognise, require_person, unmark
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings.assignment import clues_of, settle_assignments
from hmrc_pipeline.readings.review import find_content
from hmrc_pipeline.readings.store import lock_contents

__all__ = ["AssignRefused", "assign", "ignore", "retry"]


class AssignRefused(Problem):
    """The document cannot be given to this person; the message says why and what to do."""


def assign(home: Home, document_id: str, person_id: str, *, now: datetime) -> int:
    """Say whose a document is; return how many payslips and P60s in it were given to the person.

    Documents without a NINO that print the same name and employer follow. Raises `UnknownDocument`,
    `AmbiguousDocument`, `UnknownPerson`, or `AssignRefused` when the document's own NINO says otherwise.
    """
    with home.database.writing() as session:
        sha256 = find_content(session, document_id)
        lock_contents(session, [sha256])
        lock_people(session)
        require_person(session, person_id)
        rows = _forms(session, sha256)
        clues = clues_of(session, home.cipher, rows)
        free = [row for row in rows if clues[row.reading_id].nino is None]
        _refuse(session, home.cipher, person_id, rows, free, clues)
        changes = InputChanges(session)
        for row in free:
            for concerned in {row.person_id, person_id} - {None}:
                changes.of_person(str(concerned), (row.tax_year, row.period_tax_year))
        for row in free:
            if row.person_id and row.person_id != person_id:
                unmark(session, home.cipher, row.person_id, clues[row.reading_id])
            mark(session, home.cipher, person_id, clues[row.reading_id], firm=True)
            row.person_id, row.assigned_by = person_id, "user"
        changes.raise_all()
    settle_assignments(home, now=now)
    return len(free)


def ignore(home: Home, document_id: str, *, now: datetime) -> None:
    """Leave a document out of everything until it is retried. Raises `UnknownDocument` or `AmbiguousDocument`."""
    with home.database.writing() as session:
        document = _locked(session, document_id)
        if document.ignored_at is not None:
            return
        changes = InputChanges(session)
        changes.of_content(document.sha256)
        document.ignored_at = now
        changes.raise_all()


def retry(home: Home, document_ids: list[str], *, now: datetime) -> int:
    """Have documents read again by the next run, ignored ones too; return how many.

    Raises `UnknownDocument` or `AmbiguousDocument`, and then none is read again.
    """
    with home.database.writing() as session:
        contents = sorted({find_content(session, document_id) for document_id in document_ids})
        changes = InputChanges(session)
        documents = lock_contents(session, contents)
        for sha256, document in documents.items():
            document.read_with = None
            if document.ignored_at is not None:
                changes.of_content(sha256)
        for document in documents.values():
            document.ignored_at = None
        changes.raise_all()
    return len(contents)


def _locked(session: Session, document_id: str) -> Document:
    sha256 = find_content(session, document_id)
    return lock_contents(session, [sha256])[sha256]


def _forms(session: Session, sha256: str) -> list[ReadingRow]:
    return list(
        session.scalars(
            sa.select(ReadingRow)
            .where(
                ReadingRow.sha256 == sha256,
                ReadingRow.superseded_at.is_(None),
                ReadingRow.doc_type.in_(("payslip", "p60")),
                ReadingRow.status.not_in(("quarantined", "erased")),
            )
            .order_by(ReadingRow.part)
        )
    )


def _refuse(
    session: Session,
    cipher: Cipher,
    person_id: str,
    rows: list[ReadingRow],
    free: list[ReadingRow],
    clues: dict[str, Clue],
) -> None:
    if not rows:
        raise AssignRefused("no payslip or P60 was read from this document")
    if free:
        return
    owners = {found.person_id for row in rows if (found := recognise(session, cipher, clues[row.reading_id]))}
    if owners != {person_id}:
        raise AssignRefused("it prints the NINO of another person; if the two are one, run: hmrc-pipeline person merge")
