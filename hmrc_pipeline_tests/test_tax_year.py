"""The tax year's calendar: 6 April to 5 April, in every spelling."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

YEARS = st.integers(1901, 2198).map(TaxYear)
DAYS = st.dates(date(1901, 4, 6), date(2198, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        *("2024-25", "2024/25", "2024-2025", "2024/2025", "2024 - 25", "2024_25", "2024\N{EN DASH}25", "2024 to 2025"),
        *("2024", " 2024-25 ", "Tax Year 2024/25", "tax year 2024-25", "Year to 5 April 2025", "to 5 April 2025"),
        *("Tax year to 5 April 2025", "year ended 5 April 2025", "Tax Year ending 5th April 2025", "to 5 Apr 2025"),
    ],
)
def test_spellings(text: str) -> None:
    assert TaxYear.parse(text) == TaxYear(2024)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("24-25", "which century"),
        ("2024-26", "two years"),
        ("2024-24", "one year twice"),
        ("2024-2035", "the last digits fit, the year does not"),
        ("to 6 April 2025", "no tax year ends so"),
        ("0024", "long ago"),
        ("2024-25-26", "three years"),
        ("April 2025", "a month"),
    ],
)
def test_not_a_tax_year(text: str, why: str) -> None:
    with pytest.raises(NotATaxYear):
        pytest.fail(f"{text!r} gave {TaxYear.parse(text)}: {why}")


def test_the_turn_of_a_century() -> None:
    assert TaxYear(1999).label == "1999-00"
    assert TaxYear.parse("1999-00") == TaxYear.parse("1999-2000") == TaxYear(1999)


@given(DAYS)
def test_every_day_is_in_one_year(day: date) -> None:
    year = TaxYear.of(day)
    assert year.contains(day)
    assert not year.previous.contains(day)
    assert not year.next.contains(day)
    assert 1 <= year.month_of(day) <= 12
    assert 1 <= year.week_of(day) <= 53
    assert day <= year.month_ends(year.month_of(day))
    assert year.month_of(day) == 1 or day > year.month_ends(year.month_of(day) - 1)


@given(YEARS)
def test_years_follow_each_other(year: TaxYear) -> None:
    assert year.end + timedelta(days=1) == year.next.start
    assert year.next.previous == year
    assert year.days() in (365, 366)
    assert TaxYear.parse(year.label) == year == TaxYear.parse(str(year))
    assert year.month_ends(12) == year.end
    assert year.previous < year < year.next


@pytest.mark.parametrize(
    ("day", "month", "week", "why"),
    [
        ("2024-04-06", 1, 1, "the first day"),
        ("2024-05-05", 1, 5, "the last day of month 1"),
        ("2024-05-06", 2, 5, "months turn on the 6th, weeks on their own"),
        ("2024-12-31", 9, 39, "December's pay day"),
        ("2025-01-05", 9, 40, "still month 9"),
        ("2025-04-04", 12, 52, "week 52 ends"),
        ("2025-04-05", 12, 53, "the odd day"),
        ("2024-02-29", 11, 48, "a leap day"),
        ("2024-04-05", 12, 53, "in a leap year two odd days"),
    ],
)
def test_months_and_weeks(day: str, month: int, week: int, why: str) -> None:
    found = date.fromisoformat(day)
    year = TaxYear.of(found)
    assert (year.month_of(found), year.week_of(found)) == (month, week), why


@pytest.mark.parametrize(
    ("moment", "label", "why"),
    [
        (datetime(2025, 4, 5, 22, 59, tzinfo=UTC), "2024-25", "a minute before midnight in London's summer"),
        (datetime(2025, 4, 5, 23, 0, tzinfo=UTC), "2025-26", "midnight in London's summer"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2025-26", "winter"),
    ],
)
def test_now_is_in_london(moment: datetime, label: str, why: str) -> None:
    assert TaxYear.current(moment).label == label, why


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        TaxYear.current(datetime(2025, 4, 6))  # noqa: DTZ001 - that is the point


def test_other_days_are_refused() -> None:
    for ask in (TaxYear(2024).month_of, TaxYear(2024).week_of):
        with pytest.raises(ValueError, match="not in the tax year 2024-25"):
            ask(date(2025, 4, 6))
    with pytest.raises(ValueError, match="1 to 12"):
        TaxYear(2024).month_ends(13)


def test_a_span() -> None:
    assert [year.label for year in TaxYear.span(TaxYear(2023), TaxYear(2025))] == ["2023-24", "2024-25", "2025-26"]
    assert list(TaxYear.span(TaxYear(2025), TaxYear(2023))) == []
