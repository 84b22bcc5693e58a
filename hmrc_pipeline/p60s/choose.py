"""Choose the P60s of a tax year from the stored readings, and of several with the same figures one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import P60Row
from hmrc_pipeline.extraction.fields import P60_AMOUNTS, P60_NI_COLUMNS, P60_NI_ROWS
from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s.model import P60, NiRow, settle
from hmrc_pipeline.p60s.store import P60S, p60s_in, row_of_p60
from hmrc_pipeline.readings import StoredReading
from hmrc_pipeline.readings.choosing import Choice, PersonYear, choose_year, keep_chosen
from hmrc_pipeline.readings.employments import Employment, Employments
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["P60Counts", "choose_p60s", "keep_p60s", "p60_of_reading"]


@dataclass(frozen=True)
class P60Counts:
    """What a run chose: people looked at, P60s that are current, copies, and those that wait for review."""

    people: int = 0
    current: int = 0
    copies: int = 0
    needs_review: int = 0


def choose_p60s(home: Home, tax_year: TaxYear, *, everyone: bool = False) -> P60Counts:
    """Choose the P60s of the people whose inputs changed, or of everyone; rows and progress commit together."""
    return P60Counts(**choose_year(home, tax_year, _CHOICE, everyone=everyone))


def keep_p60s(writes: Writes, years: Mapping[str, PersonYear], kept: Sequence[P60]) -> list[P60]:
    """Choose the P60s of these people's years within a transaction that has read what is kept of them."""
    return keep_chosen(writes, _CHOICE, years, kept)


def _p60s_of_person(year: PersonYear) -> list[P60]:
    forms = [reading for reading in year.readings if reading.doc_type == "p60"]
    found = (p60_of_reading(form, year.employments, year.tax_year, form.first_seen_at) for form in forms)
    return settle(p60 for p60 in found if p60 is not None)


def p60_of_reading(
    reading: StoredReading, employments: Employments, tax_year: TaxYear, seen_at: datetime | None
) -> P60 | None:
    """The P60 a reading gives, None when it belongs to nobody."""
    if reading.person_id is None or reading.status == "quarantined":
        return None
    employment = employments.of(reading)
    if reading.made is not None:
        return _as_read(reading.made, reading, employment)
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
        made_from=reading.made_from,
    )


def _as_read(made: P60, reading: StoredReading, employment: Employment) -> P60:
    """A P60 made before of the same figures, as it is before one is chosen of several."""
    now: dict[str, Any] = {
        "employment": employment.key,
        "paye_reference": employment.paye_reference,
        "status": reading.status,
        "current": reading.flows,
        "replaced_by": None,
    }
    return made if all(getattr(made, name) == value for name, value in now.items()) else replace(made, **now)


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


def _tally(p60: P60) -> dict[str, bool]:
    return {"current": p60.current, "copies": p60.replaced_by is not None, "needs_review": p60.needs_review}


_CHOICE: Final = Choice("p60s", P60Row, _p60s_of_person, row_of_p60, P60S, p60s_in, _tally)
