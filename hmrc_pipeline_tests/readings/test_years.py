"""Which tax year a document belongs to."""

from datetime import UTC, datetime

import pytest

from hmrc_pipeline.extraction.model import Box, Figure, ReadDocument
from hmrc_pipeline.readings.years import place
from hmrc_pipeline.tax_year import TaxYear

FIRST = TaxYear.parse("2016-17")
NOW = datetime(2026, 5, 20, tzinfo=UTC)


def document(kind: str, **fields: str) -> ReadDocument:
    figures = {name: Figure(name, value, value, 1, Box(0, 0, 1, 1)) for name, value in fields.items()}
    return ReadDocument(kind, "proved", (), figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "year", "neighbour", "why"),
    [
        ({"pay_date": "2025-04-05"}, "2024-25", None, "the last day"),
        ({"pay_date": "2025-04-06"}, "2025-26", None, "the first day"),
        ({"pay_date": "2025-04-07", "tax_period": "12"}, "2025-26", "2024-25", "paid late for month 12"),
        ({"pay_date": "2025-04-07", "tax_period": "Month 12"}, "2025-26", "2024-25", "with a word"),
        ({"pay_date": "2025-04-07", "tax_period": "1"}, "2025-26", None, "month 1 of the new year"),
        ({"pay_date": "2025-04-07", "tax_period": "12", "pay_frequency": "weekly"}, "2025-26", None, "week 12 is June"),
        ({"pay_date": "2025-04-09", "tax_period": "52", "pay_frequency": "weekly"}, "2025-26", "2024-25", "week 52"),
        ({"pay_date": "2025-04-04", "tax_period": "1"}, "2024-25", "2025-26", "paid early for month 1"),
        ({"pay_date": "2025-06-30", "tax_period": "12"}, "2025-26", None, "far from the year's end"),
        ({"pay_date": "2016-04-07", "tax_period": "12"}, "2016-17", None, "the neighbour is not kept"),
        ({"pay_date": "2027-04-20"}, "2027-28", None, "the coming year is kept: slips come before pay day"),
    ],
)
def test_payslips(fields: dict[str, str], year: str, neighbour: str | None, why: str) -> None:
    placed = place(document("payslip", **fields), FIRST, NOW)
    assert (placed.tax_year, placed.period_tax_year, placed.reason) == (year, neighbour, None), why


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("payslip", {}, "the payment date was not found"),
        ("payslip", {"pay_date": "31/03/2025"}, "the payment date was not found"),
        ("payslip", {"pay_date": "0001-01-01"}, "the payment date was not found"),
        ("payslip", {"pay_date": "2016-04-05"}, "outside the years kept: 2015-16 is before 2016-17"),
        ("payslip", {"pay_date": "2052-06-30"}, "outside the years kept: 2052-53 has not begun"),
        ("p60", {}, "the tax year was not found"),
        ("p60", {"tax_year": "2015-16"}, "outside the years kept: 2015-16 is before 2016-17"),
        ("other", {}, None),
    ],
)
def test_no_year(kind: str, fields: dict[str, str], reason: str | None) -> None:
    placed = place(document(kind, **fields), FIRST, NOW)
    assert (placed.tax_year, placed.reason) == (None, reason)


def test_p60() -> None:
    assert place(document("p60", tax_year="2024-25"), FIRST, NOW).tax_year == "2024-25"
