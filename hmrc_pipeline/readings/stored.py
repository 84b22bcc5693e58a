"""Stored readings as the wings above take them.

Choosing payslips and P60s from them belongs to those wings.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import references_of
from hmrc_pipeline.database.tables import FLOWING, Document, FigureRow, LineRow, ReadingRow
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["StoredLine", "StoredReading", "employer_references", "readings_of"]

_MANY = 500


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

    `period_tax_year` is set when the printed period points to another tax year than the payment date.
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
    or_period: bool = False,
) -> list[StoredReading]:
    """Current readings of contents that are present and not ignored, in the order of payment.

    With `or_period` those count as of `tax_year` too whose printed period points to it. All statuses are given,
    `needs_review` and `quarantined` too; `flows` says which may be used in a year.
    """
    query = (
        sa.select(ReadingRow)
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(
            ReadingRow.superseded_at.is_(None),
            ReadingRow.status != "erased",
            Document.withdrawn_at.is_(None),
            Document.ignored_at.is_(None),
        )
        .order_by(ReadingRow.pay_date, ReadingRow.sha256, ReadingRow.part)
    )
    if tax_year is not None:
        columns = (ReadingRow.tax_year, ReadingRow.period_tax_year)[: 2 if or_period else 1]
        query = query.where(sa.or_(*(column == str(tax_year) for column in columns)))
    wanted = {"person_id": person_id, "doc_type": doc_type}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(getattr(ReadingRow, column) == value)
    rows = list(session.scalars(query))
    return _with_figures(session, cipher, rows)


def employer_references(session: Session, person_id: str) -> dict[str, str]:
    """Employer's name as `employer_key` gives it -> the one PAYE reference the person's documents print with it.

    Absent when none or several are printed. Documents in review do not count.
    """
    return references_of(session, person_id)


def _with_figures(session: Session, cipher: Cipher, rows: list[ReadingRow]) -> list[StoredReading]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    amounts: dict[str, dict[str, Decimal]] = defaultdict(dict)
    lines: dict[str, list[StoredLine]] = defaultdict(list)
    for ids in _chunks([row.reading_id for row in rows]):
        columns = (FigureRow.reading_id, FigureRow.field, FigureRow.amount, FigureRow.value, FigureRow.text_encrypted)
        for key, field, amount, value, encrypted in session.execute(
            sa.select(*columns).where(FigureRow.reading_id.in_(ids))
        ):
            if amount is not None:
                amounts[key][field] = amount
            elif encrypted is not None:
                values[key][field] = _secret(cipher, key, field, encrypted)
            elif value is not None:
                values[key][field] = value
        for line in session.scalars(
            sa.select(LineRow).where(LineRow.reading_id.in_(ids)).order_by(LineRow.reading_id, LineRow.position)
        ):
            lines[line.reading_id].append(StoredLine(line.section, line.label, line.amount, line.ytd))
    return [
        StoredReading(
            reading_id=row.reading_id,
            sha256=row.sha256,
            part=row.part,
            doc_type=row.doc_type,
            status=row.status,
            reasons=tuple(row.reasons),
            person_id=row.person_id,
            tax_year=row.tax_year,
            period_tax_year=row.period_tax_year,
            pay_date=row.pay_date,
            values=values[row.reading_id],
            amounts=amounts[row.reading_id],
            lines=tuple(lines[row.reading_id]),
        )
        for row in rows
    ]


def _secret(cipher: Cipher, key: str, field: str, encrypted: bytes) -> str:
    return str(json.loads(cipher.decrypt_text(encrypted, FigureRow.text_place(key, field)))["value"])


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _MANY] for start in range(0, len(ids), _MANY))
