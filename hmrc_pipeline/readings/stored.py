"""Stored readings as the wings above take them.

Choosing payslips and P60s from them belongs to those wings.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import references_of
from hmrc_pipeline.database.questions import YEAR, Answer, JsonObject, Question
from hmrc_pipeline.database.tables import FLOWING, Document, FigureRow, LineRow, P60Row, PayslipRow, ReadingRow
from hmrc_pipeline.money import from_pence
from hmrc_pipeline.program import digest_of
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["StoredLine", "StoredReading", "employer_references", "readings_in", "readings_of", "readings_question"]

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
    tells when its content was first seen. `made_from` names the content read and the program that chooses; `made` is
    what that program has made of it already: then the figures stand there, and here only employer and PAYE reference.
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
    lines: tuple[StoredLine, ...] = ()
    first_seen_at: datetime | None = None
    made_from: str = ""
    made: Any = None

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
    query = _CURRENT.order_by(ReadingRow.pay_date, ReadingRow.sha256, ReadingRow.part)
    wanted = {"tax_year": tax_year and str(tax_year), "person_id": person_id, "doc_type": doc_type}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(getattr(ReadingRow, column) == value)
    rows = session.execute(query).all()
    secrets, lines = _secrets(session, cipher, rows), _lines(session, rows)
    return list(_stored(session, rows, secrets, lines))


class Made(Protocol):
    """What a stage made of a reading."""

    @property
    def reading_id(self) -> str: ...
    @property
    def employer_name(self) -> str | None: ...


def readings_in(people: Sequence[str], answer: Answer, made: Iterable[Made] = ()) -> dict[str, list[StoredReading]]:
    """By person, the answer to a `readings_question`, in the order of payment; `made` is what is kept of the stages."""
    made_of = {item.reading_id: item for item in made}
    found: dict[str, list[StoredReading]] = {person_id: [] for person_id in people}
    chooser = _chooser()
    for *columns, index, reference, is_made, figures in answer:
        key, sha256, part, doc_type, status, reasons, person_id, year, period_year, pay_date, seen = columns
        item = made_of[key] if is_made else None
        printed = {"employer_name": item.employer_name, "paye_reference": reference} if item else figures or {}
        values = {field: figure for field, figure in printed.items() if isinstance(figure, str)}
        amounts = {field: from_pence(figure) for field, figure in printed.items() if isinstance(figure, int)}
        document = key, sha256, part, doc_type, status, tuple(reasons), person_id, year, period_year, pay_date
        found[person_id].append(StoredReading(*document, values, amounts, (), seen, f"{index}|{chooser}", item))
    for readings in found.values():
        readings.sort(key=lambda reading: (reading.pay_date or date.min, reading.sha256, reading.part))
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
)
_ASKED: Final = _CURRENT.add_columns(ReadingRow.content_index)
_PRINTED: Final = (
    sa.select(JsonObject(FigureRow.field, FigureRow.amount, FigureRow.value))
    .where(
        FigureRow.reading_id == ReadingRow.reading_id,
        sa.or_(
            FigureRow.amount.is_not(None), sa.and_(FigureRow.text_encrypted.is_(None), FigureRow.value.is_not(None))
        ),
    )
    .scalar_subquery()
)


@cache
def readings_question(*kept: type[PayslipRow | P60Row]) -> Question:
    """The current readings whose payment date or printed period lies in a tax year; `readings_in` reads the answer.

    Without printed lines and what is kept encrypted: for choosing what a year counts, where only figures matter. Nor
    are figures read again from which one of these tables keeps what the same program made; where the period points to
    another year they are, since they tell which one it is.
    """
    made = [
        sa.and_(
            row.reading_id == ReadingRow.reading_id,
            row.tax_year == YEAR,
            row.person_id == ReadingRow.person_id,
            row.made_from == ReadingRow.content_index + f"|{_chooser()}",
            ReadingRow.period_tax_year.is_(None),
        )
        for row in kept
    ]
    query = _ASKED
    for row, condition in zip(kept, made, strict=True):
        query = query.outerjoin(row, condition)
    is_made = sa.or_(sa.false(), *(row.reading_id.is_not(None) for row in kept))
    figures = sa.case((is_made, sa.null()), else_=_PRINTED)
    return Question(
        query.add_columns(ReadingRow.paye_reference, is_made, sa.type_coerce(figures, sa.JSON)).where(
            sa.or_(ReadingRow.tax_year == YEAR, ReadingRow.period_tax_year == YEAR)
        ),
        ReadingRow.person_id,
    )


def _chooser() -> str:
    """The program that chooses from readings."""
    return digest_of("readings", "payslips", "p60s")


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
