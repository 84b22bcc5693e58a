"""A person asks for everything kept of them, or for all of it to be erased.

Erased contents leave a mark (their SHA-256, and when), so that a file still lying in a folder is not taken in again.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import raise_years
from hmrc_pipeline.database.tables import (
    AcceptanceRow,
    CorrectionRow,
    Document,
    FigureRow,
    LineRow,
    P60Row,
    PayslipRow,
    Person,
    ReadFigureRow,
    ReadingRow,
    Sighting,
    TaxYearState,
)
from hmrc_pipeline.home import Home
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.people.merging import drop_grants_of_nobody, grants_of, tables_of_people
from hmrc_pipeline.people.register import in_clear, lock_people, require_person

__all__ = ["erase_person", "export_person"]


def export_person(home: Home, person_id: str) -> dict[str, Any]:
    """Everything kept of a person, in clear, as one JSON-able object. Raises `UnknownPerson`.

    Keys and tokens are left out: they are not about the person.
    """
    with home.database.reading() as session:
        person = require_person(session, person_id)
        columns = ("nino", "utr", "name")
        export: dict[str, Any] = {
            "person_id": person_id,
            "added_at": person.added_at.isoformat(),
            **{column: text for column in columns if (text := in_clear(home.cipher, person, column))},
            "documents": _documents(session, home.cipher, person_id),
            "readings": _readings(session, home.cipher, person_id),
        }
        for table in tables_of_people():
            if table.name not in {"reading", "person_mark"}:
                export[table.name] = _rows(session, sa.select(table).where(table.c.person_id == person_id))
    return export


def erase_person(home: Home, person_id: str, *, now: datetime) -> None:
    """Remove everything of a person, and the originals nobody else uses. Raises `UnknownPerson`."""
    with home.database.writing() as session:
        if home.database.is_sqlite:
            session.execute(sa.text("PRAGMA secure_delete = ON"))
        contents = _lock_contents(session, person_id)
        lock_people(session)
        require_person(session, person_id)
        years = _years(session, person_id)
        alone = [sha256 for sha256 in contents if not _is_shared(session, sha256, person_id)]
        for sha256 in contents:
            if sha256 in alone:
                _erase_content(session, sha256, now)
            else:
                _erase_parts(session, sha256, person_id)
        grants = grants_of(session, person_id)
        for table in tables_of_people():
            session.execute(sa.delete(table).where(table.c.person_id == person_id))
        drop_grants_of_nobody(session, grants)
        session.execute(sa.delete(Person).where(Person.person_id == person_id))
        raise_years(session, years)
    for sha256 in alone:
        home.originals.delete(sha256)
    _forget_journal(home)


def _lock_contents(session: Session, person_id: str) -> list[str]:
    query = (
        sa.select(Document.sha256)
        .where(Document.sha256.in_(sa.select(ReadingRow.sha256).where(ReadingRow.person_id == person_id)))
        .order_by(Document.sha256)
        .with_for_update()
    )
    return list(session.scalars(query))


def _is_shared(session: Session, sha256: str, person_id: str) -> bool:
    others = sa.exists().where(ReadingRow.sha256 == sha256, ReadingRow.person_id != person_id)
    return bool(session.scalar(sa.select(others)))


def _erase_content(session: Session, sha256: str, now: datetime) -> None:
    readings = sa.select(ReadingRow.reading_id).where(ReadingRow.sha256 == sha256)
    _delete_of_readings(session, readings)
    for said in (CorrectionRow, AcceptanceRow):
        session.execute(sa.delete(said).where(said.sha256 == sha256))
    session.execute(sa.delete(ReadingRow).where(ReadingRow.sha256 == sha256))
    session.execute(sa.delete(Sighting).where(Sighting.sha256 == sha256))
    session.execute(sa.update(Document).where(Document.sha256 == sha256).values(erased_at=now, size_bytes=0))


def _erase_parts(session: Session, sha256: str, person_id: str) -> None:
    """The file holds someone else's documents too: this person's keep their places, and nothing else."""
    mine = (ReadingRow.sha256 == sha256, ReadingRow.person_id == person_id)
    _delete_of_readings(session, sa.select(ReadingRow.reading_id).where(*mine))
    parts = set(session.scalars(sa.select(ReadingRow.part).where(*mine)))
    for said in (CorrectionRow, AcceptanceRow):
        session.execute(sa.delete(said).where(said.sha256 == sha256, said.part.in_(parts)))
    nothing = dict.fromkeys(
        ("person_id", "assigned_by", "tax_year", "period_tax_year", "pay_date", "employer_key", "paye_reference")
    )
    empty = {"status": "erased", "reasons": [], "read_status": "", "read_reasons": [], "content_index": ""}
    session.execute(sa.update(ReadingRow).where(*mine).values(**empty, **nothing))


def _delete_of_readings(session: Session, readings: sa.Select[Any]) -> None:
    for row in (PayslipRow, P60Row, FigureRow, ReadFigureRow, LineRow):
        session.execute(sa.delete(row).where(row.reading_id.in_(readings)))


def _years(session: Session, person_id: str) -> set[str]:
    """Every tax year in which any table holds something of the person."""
    years: set[str] = set()
    for table in tables_of_people():
        if "tax_year" in table.c:
            years.update(
                y for y in session.scalars(sa.select(table.c.tax_year).where(table.c.person_id == person_id)) if y
            )
    return years & set(session.scalars(sa.select(TaxYearState.tax_year)))


def _forget_journal(home: Home) -> None:
    """SQLite's write-ahead log still holds the pages as they were: write it back and empty it."""
    if home.database.is_sqlite:
        with home.database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _documents(session: Session, cipher: Cipher, person_id: str) -> list[dict[str, Any]]:
    contents = sa.select(ReadingRow.sha256).where(ReadingRow.person_id == person_id)
    rows = session.scalars(sa.select(Sighting).where(Sighting.sha256.in_(contents)).order_by(Sighting.first_seen_at))
    return [
        {
            "sha256": row.sha256,
            "source": row.source,
            "seen_as": cipher.decrypt(row.reference_encrypted, row.reference_place).decode("utf-8", "replace"),
            "first_seen_at": row.first_seen_at.isoformat(),
        }
        for row in rows
    ]


def _readings(session: Session, cipher: Cipher, person_id: str) -> list[dict[str, Any]]:
    readings = _rows(session, sa.select(ReadingRow.__table__).where(ReadingRow.person_id == person_id))
    for reading in readings:
        figures = session.scalars(sa.select(FigureRow).where(FigureRow.reading_id == reading["reading_id"]))
        reading["figures"] = {figure.field: _figure_text(cipher, figure) for figure in figures}
        read = session.scalars(sa.select(ReadFigureRow).where(ReadFigureRow.reading_id == reading["reading_id"]))
        if replaced := {figure.field: _figure_text(cipher, figure) for figure in read}:
            reading["figures_as_read"] = replaced
        lines = sa.select(LineRow.__table__).where(LineRow.reading_id == reading["reading_id"])
        reading["lines"] = _rows(session, lines.order_by(LineRow.position))
    return readings


def _figure_text(cipher: Cipher, figure: FigureRow | ReadFigureRow) -> str | None:
    if figure.text_encrypted:
        place = figure.text_place(figure.reading_id, figure.field)
        return str(json.loads(cipher.decrypt_text(figure.text_encrypted, place))["value"])
    return format_amount(figure.amount) if figure.amount is not None else figure.value


def _rows(session: Session, query: sa.Select[Any]) -> list[dict[str, Any]]:
    """Rows as JSON-able objects, without what is encrypted, hidden or empty."""
    found = []
    for row in session.execute(query).mappings():
        plain = {name: _plain(value) for name, value in row.items() if not name.endswith(("_encrypted", "_index"))}
        found.append({name: value for name, value in plain.items() if value is not None})
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format_amount(value)
    return value.isoformat() if isinstance(value, date) else value
