"""Writing what was read of one content: rows, person, tax year and generations in the caller's transaction.

What was read the same as before stays as it is; what differs takes its place, and the old reading is kept as
superseded.
"""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import Document, FigureRow, LineRow, ReadFigureRow, ReadingRow
from hmrc_pipeline.people import identify
from hmrc_pipeline.readings.interpret import Part, StoredFigure, proof_of

__all__ = ["lock_contents", "reading_id", "store", "store_again"]


def reading_id(sha256: str, version: str, part: int) -> str:
    """The same content, reader version and part always give the same id."""
    return hashlib.sha256(f"{sha256}\0{version}\0{part}".encode()).hexdigest()[:32]


def lock_contents(session: Session, contents: list[str]) -> dict[str, Document]:
    """The rows of these contents, held until commit."""
    query = sa.select(Document).where(Document.sha256.in_(contents)).order_by(Document.sha256).with_for_update()
    return {document.sha256: document for document in session.scalars(query)}


def store(
    session: Session,
    cipher: Cipher,
    document: Document,
    parts: list[Part],
    *,
    version: str,
    changes: InputChanges,
    now: datetime,
) -> int:
    """Write the parts of one content; return how many payslips and P60s have no person."""
    rows = session.scalars(
        sa.select(ReadingRow).where(ReadingRow.sha256 == document.sha256, ReadingRow.superseded_at.is_(None))
    )
    current = {row.part: row for row in rows}
    unassigned = 0
    for part in parts:
        row = current.pop(part.part, None)
        if row and row.status == "erased":
            continue
        person_id, assigned_by = _person(session, cipher, part, row, changes, now)
        unassigned += part.is_form and person_id is None
        _store_part(session, cipher, document, part, row, (person_id, assigned_by), version, changes, now)
    for row in current.values():
        if row.status != "erased":
            _touch(changes, row)
            row.superseded_at = now
    session.flush()
    return unassigned


def store_again(
    session: Session,
    cipher: Cipher,
    document: Document,
    part: Part,
    row: ReadingRow,
    *,
    changes: InputChanges,
    now: datetime,
) -> None:
    """Write one part again after a user's word about it: the same reading, read at the same time."""
    read_at = row.read_at
    assigned = _person(session, cipher, part, row, changes, now)
    _store_part(session, cipher, document, part, row, assigned, row.reader_version, changes, now)
    row.read_at = read_at
    session.flush()


def _person(
    session: Session, cipher: Cipher, part: Part, row: ReadingRow | None, changes: InputChanges, now: datetime
) -> tuple[str | None, str | None]:
    """Whose the part is: what a user said stands, unless the document's own NINO says otherwise."""
    if not part.is_form:
        return None, None
    by_user = row.person_id if row and row.assigned_by == "user" else None
    if by_user and part.clue.nino is None:
        return by_user, "user"
    found = identify(session, cipher, part.clue, now=now, changes=changes)
    return (found.person_id, found.by) if found else (None, None)


def _store_part(
    session: Session,
    cipher: Cipher,
    document: Document,
    part: Part,
    row: ReadingRow | None,
    assigned: tuple[str | None, str | None],
    version: str,
    changes: InputChanges,
    now: datetime,
) -> None:
    values = _values(cipher, part, assigned)
    if row is not None:
        session.refresh(row)  # its person may have been merged a moment ago
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        _touch(changes, row)
    if values["person_id"]:
        changes.of_person(values["person_id"], _years(values))
    key = reading_id(document.sha256, version, part.part)
    if row is not None and row.content_index == values["content_index"]:
        key = row.reading_id  # only its person or year differs: the figures stand as they are
    elif row is not None and row.reading_id != key:
        row.superseded_at = now
    _write(session, cipher, document.sha256, key, part, values, version, now)


def _values(cipher: Cipher, part: Part, assigned: tuple[str | None, str | None]) -> dict[str, Any]:
    return {
        "doc_type": part.doc_type,
        "status": part.status,
        "reasons": part.reasons,
        "read_status": part.read_status,
        "read_reasons": list(part.read_reasons),
        "person_id": assigned[0],
        "assigned_by": assigned[1],
        "tax_year": part.placement.tax_year,
        "period_tax_year": part.placement.period_tax_year,
        "pay_date": part.placement.pay_date,
        "employer_key": part.employer_key,
        "paye_reference": part.paye_reference,
        "content_index": cipher.blind_index(part.canonical(), "reading.content"),
    }


def _write(
    session: Session,
    cipher: Cipher,
    sha256: str,
    key: str,
    part: Part,
    values: dict[str, Any],
    version: str,
    now: datetime,
) -> None:
    row = session.get(ReadingRow, key)
    if row is None:
        row = ReadingRow(reading_id=key, sha256=sha256, part=part.part, reader_version=version, read_at=now)
        session.add(row)
    elif row.content_index == values["content_index"] and row.superseded_at is None:
        _set(row, values)
        session.flush()
        return
    else:  # the same version read something else, after a retry: its figures are replaced
        for table in (FigureRow, ReadFigureRow, LineRow):
            session.execute(sa.delete(table).where(table.reading_id == key))
        row.read_at, row.superseded_at = now, None
    _set(row, values)
    session.flush()
    _write_figures(session, cipher, key, part)


def _set(row: ReadingRow, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _write_figures(session: Session, cipher: Cipher, key: str, part: Part) -> None:
    lines = [{"reading_id": key, "position": position, **vars(line)} for position, line in enumerate(part.lines)]
    for table, figures in ((FigureRow, part.figures), (ReadFigureRow, part.as_read)):
        rows = [_figure_row(cipher, key, figure, table.text_place(key, figure.field)) for figure in figures]
        if rows:
            session.execute(sa.insert(table), rows)
    if lines:
        session.execute(sa.insert(LineRow), lines)


def _figure_row(cipher: Cipher, key: str, figure: StoredFigure, place: str) -> dict[str, Any]:
    secret = cipher.encrypt(figure.secret, place) if figure.secret else None
    return {**proof_of(figure), "reading_id": key, "text_encrypted": secret}


def _touch(changes: InputChanges, row: ReadingRow) -> None:
    if row.person_id:
        changes.of_person(row.person_id, (row.tax_year, row.period_tax_year))


def _years(values: dict[str, Any]) -> tuple[str | None, str | None]:
    return values["tax_year"], values["period_tax_year"]
