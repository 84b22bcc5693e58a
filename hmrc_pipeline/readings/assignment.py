"""Whose are the documents that print no NINO? Asked again whenever more is known.

A later document can make clear whose an earlier one is, or show that two people could be meant: the answer
follows what is known by now, not the order in which it came.
"""

import json
from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Document, FigureRow, ReadingRow
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import Clue, Identified, drop_nobodies, lock_people, recognise
from hmrc_pipeline.readings.interpret import clue_of

__all__ = ["clues_of", "settle_assignments", "values_of"]

_CLUE_FIELDS = ("employee_name", "surname", "forenames", "ni_number", "employer_name", "payroll_number")
_MANY = 500
_ROUNDS = 10


def settle_assignments(home: Home, *, now: datetime) -> int:
    """Bring every assignment by name up to what is known now; return how many readings changed hands."""
    moved = 0
    for _ in range(_ROUNDS):  # what one document tells may tell of the next
        with home.database.reading() as session:
            if not _misplaced(session, home.cipher):
                break
        with home.database.writing() as session:
            moved += _move(session, home.cipher)
    return moved


def _move(session: Session, cipher: Cipher) -> int:
    lock_people(session)
    changes = InputChanges(session)
    moves = _misplaced(session, cipher)
    for row, found in moves:
        for person_id in filter(None, (row.person_id, found.person_id if found else None)):
            changes.of_person(person_id, (row.tax_year, row.period_tax_year))
    for row, found in moves:
        row.person_id, row.assigned_by = (found.person_id, found.by) if found else (None, None)
    changes.raise_all()
    drop_nobodies(session)
    return len(moves)


def clues_of(session: Session, cipher: Cipher, rows: list[ReadingRow]) -> dict[str, Clue]:
    """What stored readings say of their person, by reading id."""
    values = values_of(session, cipher, [row.reading_id for row in rows], _CLUE_FIELDS)
    return {row.reading_id: clue_of(row.doc_type, values[row.reading_id].get) for row in rows}


def values_of(
    session: Session, cipher: Cipher, reading_ids: list[str], fields: tuple[str, ...]
) -> dict[str, dict[str, str]]:
    """Values of these fields in clear, by reading id."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(reading_ids), _MANY):
        figures = session.execute(
            sa.select(FigureRow.reading_id, FigureRow.field, FigureRow.value, FigureRow.text_encrypted).where(
                FigureRow.reading_id.in_(reading_ids[start : start + _MANY]), FigureRow.field.in_(fields)
            )
        )
        for reading_id, field, value, encrypted in figures:
            if encrypted:
                value = json.loads(cipher.decrypt_text(encrypted, FigureRow.text_place(reading_id, field)))["value"]
            if value:
                values[reading_id][field] = value
    return values


def _misplaced(session: Session, cipher: Cipher) -> list[tuple[ReadingRow, Identified | None]]:
    rows = list(
        session.scalars(
            sa.select(ReadingRow)
            .join(Document, Document.sha256 == ReadingRow.sha256)
            .where(
                Document.withdrawn_at.is_(None),
                Document.ignored_at.is_(None),
                ReadingRow.superseded_at.is_(None),
                ReadingRow.doc_type.in_(("payslip", "p60")),
                ReadingRow.status.not_in(("quarantined", "erased")),
                sa.or_(ReadingRow.assigned_by.in_(("name", "payroll_number")), ReadingRow.person_id.is_(None)),
            )
        )
    )
    clues = clues_of(session, cipher, rows)
    answers: dict[tuple[str | None, ...], Identified | None] = {}
    moves = []
    for row in rows:
        clue = clues[row.reading_id]
        key = (clue.nino.value if clue.nino else None, clue.name, clue.employer, clue.payroll_number)
        if key not in answers:
            answers[key] = recognise(session, cipher, clue)
        found = answers[key]
        if row.person_id != (found.person_id if found else None):
            moves.append((row, found))
    return moves
