"""A person puts a document right: says what a figure is, or stands for the figures as they are.

Each word is kept with who said it and when; the figure read is kept beside it. The document is stored again in
the same transaction, with its sums asked again and the generations of its years raised.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import AcceptanceRow, CorrectionRow, ReadingRow
from hmrc_pipeline.extraction.fields import P60_FIELDS, PAYSLIP_FIELDS, is_amount
from hmrc_pipeline.extraction.model import ReadDocument
from hmrc_pipeline.extraction.values import read_date, read_letter
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, PayeReference, TaxCode
from hmrc_pipeline.money import NotMoney, format_amount, parse_amount
from hmrc_pipeline.people import lock_people
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings.assignment import settle_assignments
from hmrc_pipeline.readings.history import as_read
from hmrc_pipeline.readings.interpret import Part, accepted, interpret_one
from hmrc_pipeline.readings.review import find_content
from hmrc_pipeline.readings.said import NOTHING_SAID, Said, said_of, values_index
from hmrc_pipeline.readings.store import lock_contents, store_again
from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

__all__ = ["ABSENT", "AS_READ", "AcceptRefused", "CorrectionRefused", "accept", "correct"]

ABSENT: Final = "absent"
"""The value that says a field is not printed."""
AS_READ: Final = "as-read"
"""The value that takes a correction back."""
_LONGEST = 200


class CorrectionRefused(Problem):
    """The correction cannot be taken; the message says why and what to write."""


class AcceptRefused(Problem):
    """The document cannot be accepted; the message says why and what to do."""


def correct(
    home: Home, document_id: str, field: str, value: str, *, by: str, now: datetime, part: int | None = None
) -> str:
    """Say what a figure is; return the document's status with it. `part` counts from 1 in a file of several.

    The value `absent` says that the field is not printed, `as-read` takes a correction back. Raises
    `UnknownDocument`, `AmbiguousDocument` or `CorrectionRefused`.
    """
    with home.database.writing() as session:
        row = _one_form(session, document_id, part, CorrectionRefused)
        cleaned = None if value in (ABSENT, AS_READ) else _cleaned(row.doc_type, field, value)
        _check_field(row.doc_type, field)
        session.execute(
            sa.update(CorrectionRow)
            .where(
                CorrectionRow.sha256 == row.sha256,
                CorrectionRow.part == row.part,
                CorrectionRow.field == field,
                CorrectionRow.ended_at.is_(None),
            )
            .values(ended_at=now)
        )
        if value != AS_READ:
            session.add(_correction(home.cipher, row, field, cleaned, by, now))
        session.flush()
        status = _store_again(session, home, row, now)
    settle_assignments(home, now=now)
    return status


def accept(home: Home, document_id: str, *, by: str, now: datetime, part: int | None = None) -> int:
    """Stand for the figures of a document in review; return how many payslips and P60s in it were accepted.

    When a newer reader reads other figures, it is in review again. Raises `UnknownDocument`,
    `AmbiguousDocument` or `AcceptRefused`.
    """
    with home.database.writing() as session:
        rows = _forms(session, document_id, part, AcceptRefused)
        waiting = [row for row in rows if row.status == "needs_review"]
        if not waiting:
            raise AcceptRefused(_why_not(rows))
        for row in waiting:
            document = as_read(session, home.cipher, row)
            said = said_of(session, home.cipher, [row.sha256]).get(row.sha256, NOTHING_SAID)
            as_it_counts = _interpreted(home, row, document, said, now)
            if as_it_counts.placement.undated or as_it_counts.document is None:
                placed = "pay_date" if row.doc_type == "payslip" else "tax_year"
                raise AcceptRefused(
                    f"it cannot be placed in a tax year: say its {placed} first, with: hmrc-pipeline documents correct"
                )
            index = values_index(home.cipher, as_it_counts.document)
            session.merge(
                AcceptanceRow(sha256=row.sha256, part=row.part, values_index=index, accepted_at=now, accepted_by=by)
            )
            session.flush()
            _store_again(session, home, row, now)
    settle_assignments(home, now=now)
    return len(waiting)


def _store_again(session: Session, home: Home, row: ReadingRow, now: datetime) -> str:
    document = lock_contents(session, [row.sha256])[row.sha256]
    read = as_read(session, home.cipher, row)
    said = said_of(session, home.cipher, [row.sha256]).get(row.sha256, NOTHING_SAID)
    changes = InputChanges(session)
    part = accepted(home.cipher, _interpreted(home, row, read, said, now), said)
    store_again(session, home.cipher, document, part, row, changes=changes, now=now)
    changes.raise_all()
    return part.status


def _interpreted(home: Home, row: ReadingRow, document: ReadDocument, said: Said, now: datetime) -> Part:
    return interpret_one(row.part, document, home.settings.first_year, now, said.corrections.get(row.part, {}))


def _forms(session: Session, document_id: str, part: int | None, refused: type[Problem]) -> list[ReadingRow]:
    sha256 = find_content(session, document_id)
    lock_contents(session, [sha256])
    lock_people(session)
    query = sa.select(ReadingRow).where(
        ReadingRow.sha256 == sha256,
        ReadingRow.superseded_at.is_(None),
        ReadingRow.doc_type.in_(("payslip", "p60")),
        ReadingRow.status != "erased",
    )
    rows = list(session.scalars(query.order_by(ReadingRow.part)))
    if not rows:
        raise refused("no payslip or P60 was read from this document")
    if part is None:
        return rows
    chosen = [row for row in rows if row.part == part - 1]
    if not chosen:
        raise refused(f"this file has no payslip or P60 number {part}")
    return chosen


def _one_form(session: Session, document_id: str, part: int | None, refused: type[Problem]) -> ReadingRow:
    rows = _forms(session, document_id, part, refused)
    if len(rows) > 1:
        raise refused(f"this file holds {len(rows)} documents: say which with --part 1 to {rows[-1].part + 1}")
    return rows[0]


def _why_not(rows: list[ReadingRow]) -> str:
    if any(row.status == "quarantined" for row in rows):
        return "it could not be read, so there are no figures to accept: see: hmrc-pipeline documents show"
    return "it is not in review: nothing needs to be accepted"


def _correction(
    cipher: Cipher, row: ReadingRow, field: str, value: str | None, by: str, now: datetime
) -> CorrectionRow:
    made = CorrectionRow(
        correction_id=secrets.token_hex(16), sha256=row.sha256, part=row.part, field=field, made_at=now, made_by=by
    )
    made.value_encrypted = None if value is None else cipher.encrypt(value, made.value_place)
    return made


def _check_field(doc_type: str, field: str) -> None:
    known = PAYSLIP_FIELDS if doc_type == "payslip" else P60_FIELDS
    if field not in known:
        raise CorrectionRefused(f"a {doc_type} has no field {field[:40]!r}; its fields are: {', '.join(known)}")


def _cleaned(doc_type: str, field: str, value: str) -> str:
    """The value in the spelling of the contract. Raises `CorrectionRefused`, never repeating what was written."""
    _check_field(doc_type, field)
    text = " ".join(value.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise CorrectionRefused(f"write a value for {field}, or {ABSENT} when it is not printed")
    try:
        cleaned = _reader(field)(text)
    except (InvalidIdentifier, NotATaxYear, NotMoney):
        cleaned = None
    if cleaned is None:
        raise CorrectionRefused(f"that is no value of {field}: {_HINTS.get(field, 'write an amount such as 1234.50')}")
    return cleaned


_HINTS: Final = {
    "pay_date": "write a date such as 2025-01-31",
    "issued_on": "write a date such as 2025-01-31",
    "corrected": f"write yes for a P60 marked corrected or replacement, {ABSENT} for any other",
    "tax_year": "write a tax year such as 2024-25",
    "ni_number": "write a National Insurance number",
    "tax_code": "write a tax code such as 1257L, without W1 or M1",
    "tax_basis": "write W1, M1 or X",
    "paye_reference": "write a PAYE reference such as 123/AB456",
    "tax_period": "write the number of the tax month or week",
    "pay_frequency": "write weekly, fortnightly, four_weekly or monthly",
    "ni_letter": "write a category letter such as A",
}


def _reader(field: str) -> Callable[[str], str | None]:
    if is_amount(field):
        return lambda text: format_amount(parse_amount(text))
    if field.endswith("_letter"):
        return read_letter
    readers: dict[str, Callable[[str], str | None]] = {
        "pay_date": read_date,
        "issued_on": read_date,
        "corrected": lambda text: "yes" if text.casefold() == "yes" else None,
        "tax_year": lambda text: TaxYear.parse(text).label,
        "ni_number": lambda text: Nino.parse(text).value,
        "tax_code": lambda text: TaxCode.parse(text).value,
        "paye_reference": lambda text: PayeReference.parse(text).value,
        "tax_basis": lambda text: text.upper() if text.upper() in ("W1", "M1", "X") else None,
        "tax_period": lambda text: str(int(text)) if text.isdecimal() and 1 <= int(text) <= 56 else None,
        "pay_frequency": lambda text: text if text in ("weekly", "fortnightly", "four_weekly", "monthly") else None,
    }
    return readers.get(field, lambda text: text)
