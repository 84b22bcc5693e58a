"""National Insurance and loans of single payments, with the changes inside a year."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.paye import NoSuchPlan, UnknownLetter, national_insurance, rates_of, student_loan
from hmrc_pipeline.paye.periods import FREQUENCIES, Frequency, period_of
from hmrc_pipeline.tax_year import TaxYear


def _employee(letter: str, earnings: str, day: date, frequency: Frequency = "monthly") -> Decimal:
    rates = rates_of(TaxYear.of(day))
    return national_insurance(letter, rates, earnings=Decimal(earnings), pay_date=day, frequency=frequency).employee


@pytest.mark.parametrize(
    ("letter", "earnings", "day", "employee", "why"),
    [
        ("A", "3000.00", date(2024, 4, 25), "156.16", "8 % of 1,952"),
        ("A", "5000.00", date(2024, 4, 25), "267.50", "8 % of 3,141 and 2 % of 811"),
        ("A", "1048.00", date(2024, 4, 25), "0.00", "nothing up to the threshold"),
        ("A", "3000.00", date(2022, 6, 30), "288.45", "13.25 % above 823"),
        ("A", "3000.00", date(2022, 7, 31), "258.64", "13.25 % above 1,048"),
        ("A", "3000.00", date(2022, 11, 30), "234.24", "12 % above 1,048"),
        ("A", "3000.00", date(2024, 1, 5), "234.24", "12 % until 5 January 2024"),
        ("A", "3000.00", date(2024, 1, 6), "195.20", "10 % from 6 January 2024"),
        ("B", "3000.00", date(2024, 4, 25), "36.11", "1.85 %"),
        ("J", "5000.00", date(2024, 4, 25), "79.04", "2 % of everything above the threshold"),
        ("C", "5000.00", date(2024, 4, 25), "0.00", "over State Pension age"),
        ("H", "3000.00", date(2024, 4, 25), "156.16", "the employee pays as letter A"),
        ("N", "3000.00", date(2024, 4, 25), "156.16", "investment zone"),
        ("A", "923.42", date(2022, 4, 28), "13.30", "13.30565: the third decimal decides, 5 goes down"),
        ("A", "923.47", date(2022, 4, 28), "13.31", "13.312275: nothing to decide"),
        (
            "A",
            "5000.00",
            date(2022, 4, 28),
            "472.35",
            "13.25 % of 3,366 is 445.995, down; 3.25 % of 811 is 26.3575, up",
        ),
    ],
)
def test_employees_contributions(letter: str, earnings: str, day: date, employee: str, why: str) -> None:
    assert _employee(letter, earnings, day) == Decimal(employee), why


@pytest.mark.parametrize(
    ("letter", "earnings", "day", "employer"),
    [
        ("A", "3000.00", date(2024, 4, 25), "309.40"),
        ("A", "3000.00", date(2025, 4, 25), "387.45"),
        ("M", "3000.00", date(2024, 4, 25), "0.00"),
        ("M", "5000.00", date(2024, 4, 25), "111.92"),
        ("F", "3000.00", date(2024, 4, 25), "126.55"),
        ("X", "3000.00", date(2024, 4, 25), "0.00"),
        ("A", "5000.00", date(2024, 4, 25), "585.40"),
        ("A", "500.00", date(2025, 4, 25), "12.45"),
    ],
)
def test_employers_contributions(letter: str, earnings: str, day: date, employer: str) -> None:
    rates = rates_of(TaxYear.of(day))
    paid = national_insurance(letter, rates, earnings=Decimal(earnings), pay_date=day, frequency="monthly")
    assert paid.employer == Decimal(employer)


def test_the_columns_of_a_payroll_record() -> None:
    paid = national_insurance(
        "A", rates_of(TaxYear(2024)), earnings=Decimal("5000"), pay_date=date(2024, 4, 25), frequency="monthly"
    )
    assert (paid.at_lel, paid.lel_pt, paid.pt_uel, paid.above_uel) == (533, 515, 3141, 811)
    below = national_insurance(
        "A", rates_of(TaxYear(2024)), earnings=Decimal("532.99"), pay_date=date(2024, 4, 25), frequency="monthly"
    )
    assert (below.at_lel, below.lel_pt, below.pt_uel, below.employee) == (0, 0, 0, 0)


def test_a_letter_that_did_not_exist_yet_is_refused() -> None:
    with pytest.raises(UnknownLetter, match="no category letter N"):
        _employee("N", "3000", date(2023, 4, 25))


def test_a_fortnight_has_twice_the_weekly_thresholds() -> None:
    assert _employee("A", "1000.00", date(2024, 4, 26), "fortnightly") == 2 * _employee(
        "A", "500.00", date(2024, 4, 26), "weekly"
    )


@pytest.mark.parametrize(
    ("plan", "year", "frequency", "earnings", "due"),
    [
        ("2", 2024, "monthly", "3000.00", "65.00"),
        ("2", 2024, "monthly", "2274.58", "0.00"),
        ("1", 2024, "weekly", "600.00", "10.00"),
        ("4", 2024, "four_weekly", "3000.00", "52.00"),
        ("5", 2026, "monthly", "3000.00", "82.00"),
        ("PG", 2024, "monthly", "3000.00", "75.00"),
    ],
)
def test_loans_are_whole_pounds(plan: str, year: int, frequency: Frequency, earnings: str, due: str) -> None:
    rates = rates_of(TaxYear(year))
    assert student_loan(plan, rates, earnings=Decimal(earnings), frequency=frequency) == Decimal(due)


def test_a_plan_that_did_not_exist_yet_is_refused() -> None:
    with pytest.raises(NoSuchPlan, match="no loan plan 5 in 2024-25"):
        student_loan("5", rates_of(TaxYear(2024)), earnings=Decimal(3000), frequency="monthly")


@given(
    st.integers(0, 2_000_000),
    st.integers(0, 500_000),
    st.sampled_from("ABCHJMVXZ"),
    st.dates(date(2021, 4, 6), date(2027, 4, 5)),
    st.sampled_from(FREQUENCIES),
)
def test_contributions_grow_with_earnings(pence: int, more: int, letter: str, day: date, frequency: Frequency) -> None:
    rates = rates_of(TaxYear.of(day))
    low, high = (
        national_insurance(letter, rates, earnings=Decimal(p).scaleb(-2), pay_date=day, frequency=frequency)
        for p in (pence, pence + more)
    )
    assert low.employee <= high.employee
    assert low.employer <= high.employer
    parts = high.at_lel + high.lel_pt + high.pt_uel + high.above_uel
    assert parts in {Decimal(0), Decimal(pence + more).scaleb(-2)}


@pytest.mark.parametrize(
    ("day", "frequency", "number"),
    [
        (date(2024, 4, 6), "weekly", 1),
        (date(2025, 4, 5), "weekly", 53),
        (date(2024, 4, 12), "fortnightly", 2),
        (date(2024, 4, 19), "fortnightly", 2),
        (date(2025, 4, 5), "fortnightly", 54),
        (date(2025, 4, 4), "four_weekly", 52),
        (date(2025, 4, 5), "four_weekly", 56),
        (date(2025, 4, 5), "monthly", 12),
    ],
)
def test_periods_are_counted_in_what_one_payment_covers(day: date, frequency: Frequency, number: int) -> None:
    period = period_of(day, frequency)
    assert period.number == number
    assert period.is_extra == (number > 52)
