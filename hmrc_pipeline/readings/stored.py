"""Stored readings as the wings above take them.

Choosing payslips and P60s from them belongs to those wings.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import references_of
from hmrc_pipeline.database.tables import FLOWING, Document, FigureRow, LineRow, ReadingRow
from hmrc_pipeline.money import from_pence
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["StoredLine", "StoredReading", "employer_references", "readings_of", "readings_of_people"]

_MANY: Final = 500
_Rows = Sequence[sa.Row[Any]]


@dataclass(frozen=True)
class StoredLine:
    """One printed pay or deduction line."""

    section: str
    label: str
    amount: Decimal | None
    ytd: Decimal | None


@dataclass(frozen=True, repr=False)
class StoredReading:
    """One document as read. A field that the page does not print is in neither `values` nor `amounts`.

    `period_tax_year` is set when the printed period points to another tax year than the payment date; `first_seen_at`
    tells when its content was first seen.
    """

    reading_id: str
    sha256: str
    part: int
    doc_type: str
    status: str
    reasons: tuple[str, ...]
    person_id: str | None
    tax_year: str | None
    period_tax_year: str | None
    pay_date: date | None
    values: dict[str, str]
    amounts: dict[str, Decimal]
    lines: tuple[StoredLine, ...]
    first_seen_at: datetime | None = None

    @property
    def flows(self) -> bool:
        """Whether its figures may flow into a tax year; one that needs review may not until it is accepted."""
        return self.status in FLOWING

    def __repr__(self) -> str:
        return f"StoredReading({self.reading_id!r}, {self.doc_type!r}, {self.status!r})"


def readings_of(
    session: Session,
    cipher: Cipher,
    *,
    tax_year: TaxYear | str | None = None,
    person_id: str | None = None,
    doc_type: str | None = None,
) -> list[StoredReading]:
    """Current readings of contents that are present and not ignored, in the order of payment.

    All statuses are given, `needs_review` and `quarantined` too; `flows` says which may be used in a year.
    """
    query = _CURRENT
    wanted = {"tax_year": tax_year and str(tax_year), "person_id": person_id, "doc_type": doc_type}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(getattr(ReadingRow, column) == value)
    rows = session.execute(query).all()
    secrets, lines = _secrets(session, cipher, rows), _lines(session, rows)
    return list(_stored(session, rows, secrets, lines))


def readings_of_people(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, list[StoredReading]]:
    """By person, the current readings whose payment date or printed period lies in a tax year.

    Without printed lines and what is kept encrypted: for choosing what a year counts, where only figures matter.
    """
    rows = session.connection().execute(_OF_PEOPLE, {"year": str(tax_year), "people": people}).all()
    found: dict[str, list[StoredReading]] = {person_id: [] for person_id in people}
    for reading in _stored(session, rows, {}, {}):
        found[str(reading.person_id)].append(reading)
    return found


def employer_references(session: Session, person_id: str) -> dict[str, str]:
    """Employer's name as `employer_key` gives it -> the one PAYE reference the person's documents print with it.

    Absent when none or several are printed. Documents in review do not count.
    """
    return references_of(session, person_id)


_CURRENT: Final = (
    sa.select(
        ReadingRow.reading_id,
        ReadingRow.sha256,
        ReadingRow.part,
        ReadingRow.doc_type,
        ReadingRow.status,
        ReadingRow.reasons,
        ReadingRow.person_id,
        ReadingRow.tax_year,
        ReadingRow.period_tax_year,
        ReadingRow.pay_date,
        Document.first_seen_at,
    )
    .join(Document, Document.sha256 == ReadingRow.sha256)
    .where(
        ReadingRow.superseded_at.is_(None),
        ReadingRow.status != "erased",
        Document.withdrawn_at.is_(None),
        Document.ignored_at.is_(None),
    )
    .order_by(ReadingRow.pay_date, ReadingRow.sha256, ReadingRow.part)
)
_YEAR: Final = sa.bindparam("year", type_=sa.Text)
_OF_PEOPLE: Final = _CURRENT.where(
    ReadingRow.person_id.in_(sa.bindparam("people", expanding=True)),
    sa.or_(ReadingRow.tax_year == _YEAR, ReadingRow.period_tax_year == _YEAR),
)
_IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
_FIGURES: Final = sa.select(
    FigureRow.reading_id, FigureRow.field, sa.type_coerce(FigureRow.amount, sa.BigInteger), FigureRow.value
).where(FigureRow.reading_id.in_(_IDS), sa.or_(FigureRow.amount.is_not(None), FigureRow.text_encrypted.is_(None)))
_SECRETS: Final = sa.select(FigureRow.reading_id, FigureRow.field, FigureRow.text_encrypted).where(
    FigureRow.reading_id.in_(_IDS), FigureRow.amount.is_(None), FigureRow.text_encrypted.is_not(None)
)
_LINES: Final = (
    sa.select(LineRow.reading_id, LineRow.section, LineRow.label, LineRow.amount, LineRow.ytd)
    .where(LineRow.reading_id.in_(_IDS))
    .order_by(LineRow.reading_id, LineRow.position)
)
# Questions are built once: building one costs more than asking it.

_Secrets = Mapping[str, Mapping[str, str]]
_Lines = Mapping[str, Sequence[StoredLine]]


def _stored(session: Session, rows: _Rows, secrets: _Secrets, lines: _Lines) -> Iterator[StoredReading]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    amounts: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for key, field, pence, value in _of_readings(session, _FIGURES, rows):
        if pence is not None:
            amounts[key][field] = from_pence(pence)
        elif value is not None:
            values[key][field] = value
    for row in rows:
        key = row.reading_id
        yield StoredReading(
            reading_id=key,
            sha256=row.sha256,
            part=row.part,
            doc_type=row.doc_type,
            status=row.status,
            reasons=tuple(row.reasons),
            person_id=row.person_id,
            tax_year=row.tax_year,
            period_tax_year=row.period_tax_year,
            pay_date=row.pay_date,
            values={**values[key], **secrets.get(key, {})},
            amounts=amounts[key],
            lines=tuple(lines.get(key, ())),
            first_seen_at=row.first_seen_at,
        )


def _secrets(session: Session, cipher: Cipher, rows: _Rows) -> _Secrets:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, field, encrypted in _of_readings(session, _SECRETS, rows):
        found[key][field] = _secret(cipher, key, field, encrypted)
    return found


def _lines(session: Session, rows: _Rows) -> _Lines:
    found: dict[str, list[StoredLine]] = defaultdict(list)
    for key, *line in _of_readings(session, _LINES, rows):
        found[key].append(StoredLine(*line))
    return found


def _of_readings(session: Session, query: sa.Executable, rows: _Rows) -> Iterator[Any]:
    ids = [row.reading_id for row in rows]
    for start in range(0, len(ids), _MANY):
        yield from session.connection().execute(query, {"ids": ids[start : start + _MANY]}).all()


def _secret(cipher: Cipher, key: str, field: str, encrypted: bytes) -> str:
    return str(json.loads(cipher.decrypt_text(encrypted, FigureRow.text_place(key, field)))["value"])
