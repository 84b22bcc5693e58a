"""Figures that no payroll can print together are not trusted; those that some payroll prints are."""

import pytest

from hmrc_pipeline.extraction.bounds import contradictions

SLIP = {
    "gross_pay": 300_000, "taxable_pay": 285_000, "ni_pay": 300_000, "income_tax": 40_000,
    "national_insurance": 20_000, "employee_pension": 15_000, "employer_ni": 30_000,
}  # fmt: skip
YEAR = {f"ytd_{name}": 4 * pence for name, pence in SLIP.items()}
HONEST = SLIP | YEAR


@pytest.mark.parametrize(
    ("changed", "period", "why"),
    [
        ({}, "4", "a slip in order"),
        ({"income_tax": -40_000, "ytd_income_tax": 10_000}, "4", "tax given back"),
        ({"ytd_taxable_pay": 2_000_000, "ytd_income_tax": 380_000}, "4", "pay of a previous employment is in the year"),
        ({"taxable_pay": 430_000}, "4", "payrolled benefits that the slip does not print"),
        (
            {"taxable_pay": 150_000, "employee_pension": 150_000, "ytd_employee_pension": 195_000},
            "4",
            "half of the pay goes into the pension",
        ),
        ({name: SLIP[name.removeprefix("ytd_")] for name in YEAR}, "1", "the first period: the year is this period"),
    ],
)
def test_what_some_payroll_prints_is_trusted(changed: dict[str, int], period: str, why: str) -> None:
    assert contradictions(HONEST | changed, 0, period) == [], why


@pytest.mark.parametrize(
    ("changed", "period", "word", "why"),
    [
        ({"ytd_income_tax": YEAR["ytd_taxable_pay"]}, "4", "ytd_", "the neighbour's amount: the pay for the tax"),
        ({"ytd_taxable_pay": YEAR["ytd_income_tax"]}, "4", "taxable_pay", "and the tax for the pay"),
        ({"ytd_national_insurance": YEAR["ytd_gross_pay"]}, "4", "national_insurance", "pay taken for NI"),
        ({"ytd_ni_pay": SLIP["ni_pay"] - 1}, "4", "ni_pay", "the year cannot be less than the period"),
        ({"ytd_employer_ni": SLIP["employer_ni"] // 2}, "4", "employer_ni", "nor for what the employer pays"),
        ({"taxable_pay": YEAR["ytd_taxable_pay"]}, "4", "taxable_pay", "the year's pay taken for this period's"),
        ({"national_insurance": 0, "ytd_national_insurance": -YEAR["ytd_national_insurance"]}, "4",
         "national_insurance is less", "the year's deductions read with the wrong sign: none was taken this period"),
        ({"employer_ni": -30_000}, "4", "employer_ni", "nobody's contribution is less than nothing"),
        (
            {name: SLIP[name.removeprefix("ytd_")] for name in YEAR} | {"ytd_national_insurance": 30_000},
            "1", "national_insurance", "in the first period all years to date are this period's",
        ),
        (
            {"ytd_pension_sacrifice": YEAR["ytd_gross_pay"], "pension_sacrifice": 10_000},
            "4", "pension_sacrifice", "the pay of the year for a sacrifice: four periods do not make so much",
        ),
        (
            {"ytd_gross_pay": YEAR["ytd_taxable_pay"], "ytd_taxable_pay": None},
            "4", "gross_pay", "the year's gross pay grows as pay for tax does, whose own year is not there",
        ),
        (
            dict.fromkeys(("ytd_gross_pay", "ytd_taxable_pay", "ytd_ni_pay")) | {"ytd_income_tax": 2_500_000},
            "4", "income_tax", "no pay of the year is printed, and four periods do not make so much tax",
        ),
    ],
)  # fmt: skip
def test_what_no_payroll_prints_is_not(changed: dict[str, int | None], period: str, word: str, why: str) -> None:
    amounts = {name: pence for name, pence in (HONEST | changed).items() if pence is not None}
    reasons = contradictions(amounts, 0, period)
    assert any(word in reason or word.removeprefix("ytd_") in reason for reason in reasons), why


@pytest.mark.parametrize(
    ("year", "held", "why"),
    [
        (2021, True, "12 % at most"),
        (2022, True, "13.25 %, the highest of all"),
        (2024, False, "8 % at most: the tax taken for the National Insurance"),
        (None, True, "a year not known may have the highest rate"),
        (2031, True, "so may a year to come"),
    ],
)
def test_the_rates_are_those_of_the_year(year: int | None, held: bool, why: str) -> None:
    amounts = HONEST | {"ytd_national_insurance": int(0.11 * YEAR["ytd_ni_pay"])}
    assert (contradictions(amounts, 0, "4", year) == []) is held, why


@pytest.mark.parametrize(("shares", "trusted"), [({"rsu_gross": 500_000}, True), ({}, False)])
def test_tax_and_ni_are_due_on_shares_too_which_are_no_part_of_gross_pay(shares: dict[str, int], trusted: bool) -> None:
    amounts = {name: pence for name, pence in HONEST.items() if not name.endswith("ni_pay")} | shares
    amounts |= {
        "taxable_pay": 785_000,
        "ytd_taxable_pay": 2_000_000,
        "employer_ni": 105_000,
        "ytd_employer_ni": 220_000,
    }
    assert (contradictions(amounts, sum(shares.values()), "4") == []) is trusted
