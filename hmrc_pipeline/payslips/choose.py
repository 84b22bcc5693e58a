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

from hmrc_pipeline.database.tables import PayslipRow, ReadingRow
from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
from hmrc_pipeline.home import Home
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.payslips.store import row_of_payslip
from hmrc_pipeline.readings import StoredReading
from hmrc_pipeline.readings.choosing import Choice, PersonYear, choose_year, keep_chosen, person_years
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
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


def keep_payslips(session: Session, tax_year: TaxYear, years: Mapping[str, PersonYear]) -> list[Payslip]:
    """Choose the payslips of these people's years within a transaction that has their readings already."""
    return keep_chosen(session, tax_year, _CHOICE, years)


def year_of(reading: StoredReading) -> str | None:
    """The tax year a payslip counts in: of its payment date, or of its printed period where the two differ."""
    if reading.period_tax_year is None or reading.tax_year is None:
        return reading.tax_year
    starts_anew = _starts_anew(reading)
    period_is_later = reading.period_tax_year > reading.tax_year
    if starts_anew is None or starts_anew == period_is_later:
        return reading.period_tax_year
    return reading.tax_year


def border_payslips(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, list[Payslip]]:
    """Payslips that count in a neighbouring year though their date or their printed period lies in this one."""
    beside = sorted(set(session.connection().scalars(_BESIDE, {"year": tax_year.label, "people": people})))
    found = person_years(session, tax_year, beside) if beside else {}
    return {person_id: strangers_of(year) for person_id, year in found.items()}


_YEAR: Final = sa.bindparam("year", type_=sa.Text)
_BESIDE: Final[sa.Select[Any]] = sa.select(ReadingRow.person_id).where(
    ReadingRow.person_id.in_(sa.bindparam("people", expanding=True)),
    ReadingRow.superseded_at.is_(None),
    ReadingRow.period_tax_year.is_not(None),
    sa.or_(ReadingRow.tax_year == _YEAR, ReadingRow.period_tax_year == _YEAR),
)


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
        amounts={name: reading.amounts[name] for name in PAYSLIP_AMOUNTS if name in reading.amounts},
    )


def _period(values: Mapping[str, str]) -> int | None:
    found = re.search(r"\d+", values.get("tax_period", ""))
    number = int(found[0]) if found else 0
    return number if 1 <= number <= _LAST_PERIOD else None


def _tally(slip: Payslip) -> dict[str, bool]:
    return {"counted": slip.counted, "duplicates": slip.duplicate_of is not None, "needs_review": slip.needs_review}


_CHOICE: Final = Choice("payslips", PayslipRow, _payslips_of_person, row_of_payslip, _tally)
