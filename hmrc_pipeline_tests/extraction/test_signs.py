"""Deductions printed with a minus sign: what was taken this year is read as taken."""

import pytest

from hmrc_pipeline.extraction.layout import pieces_of
from hmrc_pipeline.extraction.payslip import read_payslip
from hmrc_pipeline.extraction.segment import Part
from hmrc_pipeline_tests.extraction.placed import words

HEAD = (
    (30, 40, "Pay date: 28/05/2024", 8),
    (200, 60, "This period", 8),
    (300, 60, "Year to date", 8),
    (30, 74, "Regular pay", 8),
    (200, 74, "321.20", 8),
    (300, 74, "642.40", 8),
)


@pytest.mark.parametrize(
    ("tax", "ni", "net", "expected", "why"),
    [
        (
            ("-64.20", "-128.40"),
            None,
            "257.00",
            ("64.20", "128.40"),
            "one deduction tells, where a sum took it with that sign",
        ),
        (("-64.20", "-128.40"), ("-10.00", "-20.00"), "247.00", ("64.20", "128.40"), "as several do"),
        (
            ("64.20", "-128.40"),
            None,
            "257.00",
            ("64.20", "-128.40"),
            "a year given back beside tax taken keeps its sign",
        ),
    ],
)
def test_the_years_deductions_have_the_periods_sign(
    tax: tuple[str, str], ni: tuple[str, str] | None, net: str, expected: tuple[str, str], why: str
) -> None:
    lines = [
        *HEAD,
        (30, 100, "Deductions", 8),
        (30, 114, "Income tax", 8),
        (200, 114, tax[0], 8),
        (300, 114, tax[1], 8),
    ]
    if ni:
        lines += [(30, 128, "National Insurance", 8), (200, 128, ni[0], 8), (300, 128, ni[1], 8)]
    lines += [(30, 160, "Gross pay", 8), (200, 160, "321.20", 8), (30, 174, "Net pay", 8), (200, 174, net, 8)]
    read = read_payslip([Part(pieces_of(words(*lines)))])
    assert (read.value("income_tax"), read.value("ytd_income_tax")) == expected, why
