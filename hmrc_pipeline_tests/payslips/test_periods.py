"""Pay runs: frequencies, printed numbers, days near 6 April, expected days."""

from datetime import date, timedelta

import pytest

from hmrc_pipeline.payslips.periods import frequency_of, pay_calendar
from hmrc_pipeline_tests.payslips.made import YEAR, figures, month_day, slip, week_day

PAY = figures(500, 20, 10)


def test_printed_period_wins_over_a_date_moved_over_5_april() -> None:
    early = slip(1, date(2024, 4, 4), PAY)  # the 6th was a Saturday: paid before the year began
    late = slip(12, date(2025, 4, 7), PAY)
    calendar = pay_calendar(YEAR, [early, *(slip(n, month_day(n), PAY) for n in range(2, 12)), late])
    assert (calendar.run_of(early), calendar.run_of(late)) == (1, 12)


def test_numbers_of_another_calendar_are_left_aside() -> None:
    january_first = [slip((n + 2) % 12 + 1, month_day(n), PAY) for n in range(1, 13)]
    calendar = pay_calendar(YEAR, january_first)
    assert [calendar.run_of(item) for item in january_first] == list(range(1, 13))
    assert not calendar.printed


@pytest.mark.parametrize(
    ("days", "frequency"),
    [(7, "weekly"), (14, "fortnightly"), (28, "four_weekly")],
)
def test_frequency_is_seen_in_the_dates(days: int, frequency: str) -> None:
    slips = [slip(None, date(2024, 4, 12) + timedelta(days=days * n), PAY) for n in range(6)]
    assert frequency_of(YEAR, slips) == frequency
    calendar = pay_calendar(YEAR, slips)
    runs = [calendar.run_of(item) for item in slips]
    assert runs == list(range(runs[0], runs[0] + 6))


def test_printed_frequency_wins() -> None:
    slips = [slip(None, day, PAY, pay_frequency="four_weekly") for day in (date(2024, 4, 30), date(2024, 5, 28))]
    assert frequency_of(YEAR, slips) == "four_weekly"


@pytest.mark.parametrize(("numbers", "step"), [((2, 4, 6, 10), 2), ((1, 2, 3, 5), 1)])
def test_fortnights_number_tax_weeks_or_their_own_runs(numbers: tuple[int, ...], step: int) -> None:
    days = [date(2024, 4, 19) + timedelta(days=14 * (number // step - 1)) for number in numbers]
    slips = [slip(number, day, PAY) for number, day in zip(numbers, days, strict=True)]
    calendar = pay_calendar(YEAR, slips)
    assert [calendar.run_of(item) for item in slips] == [1, 2, 3, 5]
    assert calendar.period_of(4) == 4 * step
    assert calendar.expected_date(4, slips) == date(2024, 4, 19) + timedelta(days=42)


@pytest.mark.parametrize("month", range(1, 13))
def test_the_last_day_of_a_month_is_expected_again(month: int) -> None:
    slips = [slip(n, month_day(n), PAY) for n in range(1, 13) if n != month]
    assert pay_calendar(YEAR, slips).expected_date(month, slips) == month_day(month)


def test_a_day_on_a_week_end_is_expected_on_the_friday_before() -> None:
    slips = [slip(n, date(2024, n + 3, 25), PAY) for n in (1, 3, 4, 6, 7)]
    assert {item.pay_date.weekday() for item in slips} <= {0, 1, 2, 3, 4}
    assert pay_calendar(YEAR, slips).expected_date(2, slips) == date(2024, 5, 24)


def test_runs_after_the_last_payslip_end_with_the_year() -> None:
    weeks = [slip(n, week_day(n), PAY) for n in range(1, 50)]
    assert pay_calendar(YEAR, weeks).runs_after(49, weeks) == (50, 51, 52)
    months = [slip(n, month_day(n), PAY) for n in range(1, 13)]
    assert pay_calendar(YEAR, months).runs_after(12, months) == ()
