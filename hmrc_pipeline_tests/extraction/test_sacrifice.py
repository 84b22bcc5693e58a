"""Whether a pension is salary given up, by what National Insurance is due on (T1)."""

import pytest

from hmrc_pipeline.extraction.reader import read_words
from hmrc_pipeline_tests.extraction.placed import words

REFUND = ((30, 124, "Tax refund", 8), (150, 124, "582.75", 8))
TAX = ((250, 136, "Income tax", 8), (400, 136, "100.00", 8))


@pytest.mark.parametrize(
    ("tax", "totals", "ni_pay", "field", "why"),
    [
        (TAX, ("1,298.23", "155.85", "1,142.38"), "1,259.28", "pension_sacrifice", "pay for NI is without the pension"),
        (TAX, ("1,298.23", "155.85", "1,142.38"), "1,298.23", "employee_pension", "a pension from taxed pay is in it"),
        (REFUND, ("1,880.98", "55.85", "1,825.13"), "1,259.28", "pension_sacrifice",
         "tax given back among the payments is no earnings"),
        (REFUND, ("1,880.98", "55.85", "1,825.13"), "1,298.23", "employee_pension", "whatever the pension is"),
    ],
)  # fmt: skip
def test_a_pension_before_national_insurance_is_salary_given_up(
    tax: tuple[tuple[float, float, str, float], ...], totals: tuple[str, str, str], ni_pay: str, field: str, why: str
) -> None:
    gross, total, net = totals
    page = words(
        (30, 40, "Pay date 31/12/2024", 8), (30, 100, "Payments", 8), (250, 100, "Deductions", 8),
        (30, 112, "Salary", 8), (150, 112, "1,298.23", 8), (250, 112, "AE Pension EE", 8), (400, 112, "38.95", 8),
        (250, 124, "National Insurance", 8), (400, 124, "16.90", 8), *tax,
        (30, 160, "Total pay", 8), (150, 160, gross, 8), (250, 160, "Total deductions", 8), (400, 160, total, 8),
        (30, 172, "Net pay", 8), (150, 172, net, 8), (30, 184, "Earnings for NI", 8), (150, 184, ni_pay, 8),
    )  # fmt: skip
    figures = read_words([page])[0].figures
    read = {name: figures[name].value for name in ("employee_pension", "pension_sacrifice") if name in figures}
    assert read == {field: "38.95"}, why
