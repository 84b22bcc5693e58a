"""Choose the P60s of a tax year from the stored readings, and of several with the same figures one."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.generations import finish, work_of
from hmrc_pipeline.database.tables import Document
from hmrc_pipeline.extraction.fields import P60_AMOUNTS, P60_NI_COLUMNS, P60_NI_ROWS
from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s.model import P60, NiRow, settle
from hmrc_pipeline.p60s.store import replace_p60s
from hmrc_pipeline.readings import StoredReading, employer_references, readings_of
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["P60Counts", "choose_p60s", "p60_of_reading"]


@dataclass(frozen=True)
class P60Counts:
    """What a run chose: people looked at, P60s that are current, copies, and those that wait for review."""

    people: int = 0
    current: int = 0
    copies: int = 0
    needs_review: int = 0


def choose_p60s(home: Home, tax_year: TaxYear, *, everyone: bool = False) -> P60Counts:
    """Choose the P60s of the people whose inputs changed, or of everyone; rows and progress commit together."""
    chosen: list[P60] = []
    with home.database.writing() as session:
        work = work_of(session, tax_year.label, "p60s", everyone=everyone)
        for person_id in sorted(work.people):
            p60s = _p60s_of_person(session, home, tax_year, person_id)
            replace_p60s(session, tax_year, person_id, p60s)
            chosen.extend(p60s)
        finish(session, work, "p60s")
    return P60Counts(
        people=len(work.people),
        current=sum(p60.current for p60 in chosen),
        copies=sum(p60.replaced_by is not None for p60 in chosen),
        needs_review=sum(p60.needs_review for p60 in chosen),
    )


def _p60s_of_person(session: Session, home: Home, tax_year: TaxYear, person_id: str) -> list[P60]:
    readings = readings_of(session, home.cipher, tax_year=tax_year, person_id=person_id, or_period=True)
    forms = [item for item in readings if item.doc_type == "p60"]
    if not forms:
        return []
    employments = Employments(employer_references(session, person_id), readings)
    query = sa.select(Document.sha256, Document.first_seen_at)
    rows = session.execute(query.where(Document.sha256.in_({item.sha256 for item in forms})))
    seen = {row.sha256: row.first_seen_at for row in rows}
    found = (p60_of_reading(reading, employments, tax_year, seen[reading.sha256]) for reading in forms)
    return settle(p60 for p60 in found if p60 is not None)


def p60_of_reading(
    reading: StoredReading, employments: Employments, tax_year: TaxYear, seen_at: datetime
) -> P60 | None:
    """The P60 a reading gives, None when it belongs to nobody."""
    if reading.person_id is None or reading.status == "quarantined":
        return None
    employment = employments.of(reading)
    values = reading.values
    return P60(
        reading_id=reading.reading_id,
        sha256=reading.sha256,
        person_id=reading.person_id,
        tax_year=tax_year.label,
        employment=employment.key,
        paye_reference=employment.paye_reference,
        employer_name=employment.employer_name,
        payroll_number=values.get("payroll_number"),
        tax_code=values.get("tax_code"),
        tax_basis=values.get("tax_basis"),
        status=reading.status,
        current=reading.flows,
        corrected=values.get("corrected") == "yes",
        issued_on=_day(values.get("issued_on")),
        ni_rows=tuple(_ni_rows(reading)),
        amounts={name: reading.amounts[name] for name in P60_AMOUNTS if _is_own(name) and name in reading.amounts},
        seen_at=seen_at,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _ni_rows(reading: StoredReading) -> list[NiRow]:
    rows = []
    for number in range(1, P60_NI_ROWS + 1):
        letter = reading.values.get(f"ni_{number}_letter")
        named = {column: f"ni_{number}_{column}" for column in P60_NI_COLUMNS}
        amounts = {column: reading.amounts[name] for column, name in named.items() if name in reading.amounts}
        if letter or amounts:
            rows.append(NiRow(letter, amounts))
    return rows


def _is_own(name: str) -> bool:
    """Whether an amount has a column of its own; the National Insurance table is kept by rows."""
    return not name.startswith("ni_")
