"""Choose the payslips of a tax year from the stored readings: whose, of which employment, counted or a copy.

A payment belongs to the year of its payment date; beside 6 April the printed period decides, unless the year to
date says otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.questions import YEAR, Answer, Question
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import PayslipRow, ReadingRow
from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
from hmrc_pipeline.home import Home
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.payslips.store import PAYSLIPS, payslips_in, row_of_payslip
from hmrc_pipeline.readings import StoredReading
from hmrc_pipeline.readings.choosing import Choice, PersonYear, choose_year, keep_chosen, person_years
from hmrc_pipeline.readings.employments import Employment, Employments
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "BESIDE",
    "PayslipCounts",
    "border_payslips",
    "choose_payslips",
    "keep_payslips",
    "payslip_of_reading",
    "strangers_of",
    "year_of",
]

_LAST_PERIOD: Final = 56
_TELLING: Final = ("taxable_pay", "gross_pay", "income_tax", "national_insurance")


@dataclass(frozen=True)
class PayslipCounts:
    """What a run chose: people looked at, payslips that count, copies, and those that wait for review."""

    people: int = 0
    counted: int = 0
    duplicates: int = 0
    needs_review: int = 0


def choose_payslips(home: Home, tax_year: TaxYear, *, everyone: bool = False) -> PayslipCounts:
    """Choose the payslips of the people whose inputs changed, or of everyone; rows and progress commit together."""
    return PayslipCounts(**choose_year(home, tax_year, _CHOICE, everyone=everyone))


def keep_payslips(writes: Writes, years: Mapping[str, PersonYear], kept: Sequence[Payslip]) -> list[Payslip]:
    """Choose the payslips of these people's years within a transaction that has read what is kept of them."""
    return keep_chosen(writes, _CHOICE, years, kept)


def year_of(reading: StoredReading) -> str | None:
    """The tax year a payslip counts in: of its payment date, or of its printed period where the two differ."""
    if reading.period_tax_year is None or reading.tax_year is None:
        return reading.tax_year
    starts_anew = _starts_anew(reading)
    period_is_later = reading.period_tax_year > reading.tax_year
    if starts_anew is None or starts_anew == period_is_later:
        return reading.period_tax_year
    return reading.tax_year


BESIDE: Final = Question(
    sa.select(ReadingRow.person_id)
    .where(
        ReadingRow.superseded_at.is_(None),
        ReadingRow.period_tax_year.is_not(None),
        sa.or_(ReadingRow.tax_year == YEAR, ReadingRow.period_tax_year == YEAR),
    )
    .distinct(),
    ReadingRow.person_id,
)
"""Who has a payslip whose date and printed period lie in two tax years; `border_payslips` reads the answer."""


def border_payslips(session: Session, tax_year: TaxYear, beside: Answer) -> dict[str, list[Payslip]]:
    """Payslips that count in a neighbouring year though their date or their printed period lies in this one."""
    found = person_years(session, tax_year, sorted(person_id for (person_id,) in beside)) if beside else {}
    return {person_id: strangers_of(year) for person_id, year in found.items()}


def strangers_of(year: PersonYear) -> list[Payslip]:
    """The payslips among a person's readings of a year that count in a neighbouring one."""
    label = year.tax_year.label
    beside = [r for r in year.readings if r.doc_type == "payslip" and r.flows and year_of(r) != label]
    slips = [slip for r in beside if (slip := payslip_of_reading(r, year.employments, year.tax_year)) is not None]
    return [slip for slip in mark_duplicates(slips) if slip.counted]


def _starts_anew(reading: StoredReading) -> bool | None:
    """Whether the year to date begins with this payslip; None when it prints too little to tell."""
    amounts = reading.amounts
    told = [amounts[name] == amounts[f"ytd_{name}"] for name in _TELLING if {name, f"ytd_{name}"} <= amounts.keys()]
    return all(told) if told else None


def _payslips_of_person(year: PersonYear) -> list[Payslip]:
    slips = [
        slip
        for reading in year.readings
        if reading.doc_type == "payslip" and year_of(reading) == year.tax_year.label
        if (slip := payslip_of_reading(reading, year.employments, year.tax_year)) is not None
    ]
    return mark_duplicates(slips, {r.sha256: r.first_seen_at for r in year.readings if r.first_seen_at})


def payslip_of_reading(reading: StoredReading, employments: Employments, tax_year: TaxYear) -> Payslip | None:
    """The payslip a reading gives, None when it belongs to nobody or says no payment date."""
    if reading.person_id is None or reading.pay_date is None or reading.status == "quarantined":
        return None
    employment = employments.of(reading)
    if reading.made is not None:
        return _as_read(reading.made, reading, employment)
    values = reading.values
    return Payslip(
        reading_id=reading.reading_id,
        sha256=reading.sha256,
        person_id=reading.person_id,
        tax_year=tax_year.label,
        employment=employment.key,
        paye_reference=employment.paye_reference,
        employer_name=employment.employer_name,
        pay_date=reading.pay_date,
        tax_period=_period(values),
        payroll_number=values.get("payroll_number"),
        pay_frequency=values.get("pay_frequency"),
        tax_code=values.get("tax_code"),
        tax_basis=values.get("tax_basis"),
        ni_letter=values.get("ni_letter"),
        status=reading.status,
        counted=reading.flows,
        made_from=reading.made_from,
        amounts={name: reading.amounts[name] for name in PAYSLIP_AMOUNTS if name in reading.amounts},
    )


def _as_read(made: Payslip, reading: StoredReading, employment: Employment) -> Payslip:
    """A payslip made before of the same figures, as it is before copies are marked."""
    now: dict[str, Any] = {
        "employment": employment.key,
        "paye_reference": employment.paye_reference,
        "status": reading.status,
        "counted": reading.flows,
        "duplicate_of": None,
    }
    return made if all(getattr(made, name) == value for name, value in now.items()) else made._replace(**now)


def _period(values: Mapping[str, str]) -> int | None:
    found = re.search(r"\d+", values.get("tax_period", ""))
    number = int(found[0]) if found else 0
    return number if 1 <= number <= _LAST_PERIOD else None


def _tally(slip: Payslip) -> dict[str, bool]:
    return {"counted": slip.counted, "duplicates": slip.duplicate_of is not None, "needs_review": slip.needs_review}


_CHOICE: Final = Choice("payslips", PayslipRow, _payslips_of_person, row_of_payslip, PAYSLIPS, payslips_in, _tally)
