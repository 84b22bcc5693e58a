"""Which tax year a document belongs to, and whether that year is kept.

A payment belongs to the year of its payment date. Where the printed tax period points to the neighbouring year,
both are kept: a slip paid on 7 April for month 12 explains differences in two years.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hmrc_pipeline.extraction.model import ReadDocument
from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

__all__ = ["Placement", "place"]

_NEAR = timedelta(days=10)
_LAST_MONTH = 12
_LAST_WEEKS = frozenset({52, 53, 54, 56})


@dataclass(frozen=True)
class Placement:
    """Where a document stands in time. `reason`, one sentence, says why it stands in no year that is kept.

    `undated` is true when the document does not say its year at all.
    """

    tax_year: str | None = None
    period_tax_year: str | None = None
    pay_date: date | None = None
    reason: str | None = None
    undated: bool = False


def place(document: ReadDocument, first_year: TaxYear, now: datetime) -> Placement:
    """The tax year of a payslip by its payment date, of a P60 by the printed year; nothing for other kinds."""
    if document.doc_type == "payslip":
        return _place_payslip(document, first_year, now)
    if document.doc_type == "p60":
        try:
            year = TaxYear.parse(document.value("tax_year") or "")
        except NotATaxYear:
            return Placement(reason="the tax year was not found", undated=True)
        return Placement(*_kept(year, first_year, now))
    return Placement()


def _place_payslip(document: ReadDocument, first_year: TaxYear, now: datetime) -> Placement:
    try:
        pay_date = date.fromisoformat(document.value("pay_date") or "")
        year = TaxYear.of(pay_date)
    except ValueError:
        return Placement(reason="the payment date was not found", undated=True)
    label, _, _, reason = _kept(year, first_year, now)
    neighbour = _neighbour(document, pay_date, year) if label else None
    kept = _kept(neighbour, first_year, now)[0] if neighbour else None
    return Placement(label, kept, pay_date, reason)


def _kept(year: TaxYear, first_year: TaxYear, now: datetime) -> tuple[str | None, None, None, str | None]:
    if year < first_year:
        return None, None, None, f"outside the years kept: {year} is before {first_year}"
    if year > TaxYear.current(now).next:
        return None, None, None, f"outside the years kept: {year} has not begun"
    return year.label, None, None, None


def _neighbour(document: ReadDocument, pay_date: date, year: TaxYear) -> TaxYear | None:
    digits = re.search(r"\d+", document.value("tax_period") or "")
    if digits is None:
        return None
    period, frequency = int(digits[0]), document.value("pay_frequency")
    is_last = period in _LAST_WEEKS or (period == _LAST_MONTH and frequency in (None, "monthly"))
    if is_last and pay_date - year.start < _NEAR:
        return year.previous
    if period == 1 and year.end - pay_date < _NEAR:
        return year.next
    return None
