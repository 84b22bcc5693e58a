"""When an employment pays: its frequency, the number of each pay run in the tax year, the day one is expected.

A printed period number wins over the date where they are one apart (a pay day moved over 5 April); numbers
that follow another calendar than the tax year's are left aside. Amounts do not belong here.
"""

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Final

from hmrc_pipeline.payslips.model import Payslip, document_order
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["PayCalendar", "frequency_of", "pay_calendar"]

_DAYS: Final = {"weekly": 7, "fortnightly": 14, "four_weekly": 28}
_RUNS: Final = {"monthly": 12, "weekly": 52, "fortnightly": 26, "four_weekly": 13}
_FRIDAY: Final = 4
_HOLIDAYS: Final = frozenset({(12, 25), (12, 26), (1, 1)})


@dataclass(frozen=True)
class PayCalendar:
    """How one employment is paid in one tax year.

    Runs are numbered from 1. A run's printed period is `run * step - shift`: a fortnightly payroll may print
    the tax week (2, 4, 6) or count its own runs (1, 2, 3). Payslips without a usable number are counted from
    the day and run of one that is known.
    """

    tax_year: TaxYear
    frequency: str
    printed: bool
    known_day: date
    known_run: int
    step: int = 1
    shift: int = 0

    def run_of(self, slip: Payslip) -> int:
        """The number of the pay run this payslip belongs to."""
        if self.printed and slip.tax_period is not None:
            return -(-slip.tax_period // self.step)
        if self.frequency == "monthly":
            return self.tax_year.month_of(_inside(self.tax_year, slip.pay_date))
        return self.known_run + round((slip.pay_date - self.known_day).days / _DAYS[self.frequency])

    def period_of(self, run: int) -> int:
        """The period a payslip of this run would print."""
        return run * self.step - self.shift

    @property
    def unit(self) -> str:
        """What the period numbers count: `tax month`, `tax week` or `pay period`."""
        if self.frequency == "monthly":
            return "tax month"
        return "tax week" if self.step * 7 == _DAYS[self.frequency] else "pay period"

    def expected_date(self, run: int, slips: Sequence[Payslip]) -> date:
        """The day a payslip of this run would be dated, judged from the others of the employment."""
        if self.frequency == "monthly":
            return _monthly_date(self.tax_year, run, slips)
        nearest = min(slips, key=lambda slip: (abs(self.run_of(slip) - run), slip.pay_date))
        return nearest.pay_date + timedelta(days=_DAYS[self.frequency] * (run - self.run_of(nearest)))

    def runs_after(self, last: int, slips: Sequence[Payslip]) -> tuple[int, ...]:
        """The runs from `last` to the end of the tax year, a week 53 with its payday in the year included."""
        following = range(last + 1, _RUNS[self.frequency] + (1 if self.frequency == "monthly" else 2))
        return tuple(run for run in following if self.expected_date(run, slips) <= self.tax_year.end)


def pay_calendar(tax_year: TaxYear, slips: Sequence[Payslip]) -> PayCalendar:
    """The calendar of one employment's payslips of a tax year (at least one)."""
    frequency = frequency_of(tax_year, slips)
    numbered = [slip for slip in slips if slip.tax_period]
    first = min(numbered or slips, key=document_order)
    weeks = 1 if frequency == "monthly" else _DAYS[frequency] // 7
    for step in dict.fromkeys((_step(numbered, frequency), weeks, 1)):
        if _follows(tax_year, numbered, frequency, step):
            shifts = {-(slip.tax_period or 0) % step for slip in numbered}
            run = -(-(first.tax_period or 0) // step)
            return PayCalendar(
                tax_year, frequency, True, first.pay_date, run, step, max(shifts) if len(shifts) == 1 else 0
            )
    first = min(slips, key=document_order)
    run = _run_by_date(tax_year, first.pay_date, frequency)
    shift = run * weeks - tax_year.week_of(_inside(tax_year, first.pay_date)) if weeks > 1 else 0
    return PayCalendar(tax_year, frequency, False, first.pay_date, run, weeks, shift)


def frequency_of(tax_year: TaxYear, slips: Sequence[Payslip]) -> str:
    """The frequency most payslips print, else the one their dates show; monthly when nothing shows it."""
    printed = Counter(slip.pay_frequency for slip in slips if slip.pay_frequency in _RUNS)
    if printed:
        return str(printed.most_common(1)[0][0])
    days = sorted({slip.pay_date for slip in slips})
    between = [(after - before).days for before, after in pairwise(days)]
    if not between:
        return _frequency_of_one(tax_year, slips)
    usual = median_low(between)
    if _numbers_are_weeks(slips):
        return "weekly" if usual % 14 else "fortnightly" if usual % 28 else "four_weekly"
    if usual <= 10:
        return "weekly"
    if usual <= 20:
        return "fortnightly"
    return "four_weekly" if len(between) > 2 and all(gap % 28 == 0 for gap in between) else "monthly"


def _numbers_are_weeks(slips: Sequence[Payslip]) -> bool:
    """Whether the printed numbers rise by one every seven days."""
    numbered = sorted((slip for slip in slips if slip.tax_period), key=document_order)
    rises = [
        (after.pay_date - before.pay_date).days / ((after.tax_period or 0) - (before.tax_period or 0))
        for before, after in pairwise(numbered)
        if (after.tax_period or 0) > (before.tax_period or 0)
    ]
    return bool(rises) and all(abs(days - 7) <= 1 for days in rises)


def _frequency_of_one(tax_year: TaxYear, slips: Sequence[Payslip]) -> str:
    for slip in slips:
        if slip.tax_period and tax_year.contains(slip.pay_date):
            by_month = abs(tax_year.month_of(slip.pay_date) - slip.tax_period)
            by_week = abs(tax_year.week_of(slip.pay_date) - slip.tax_period)
            return "weekly" if by_week < by_month else "monthly"
    return "monthly"


def _inside(tax_year: TaxYear, day: date) -> date:
    return min(max(day, tax_year.start), tax_year.end)


def _run_by_date(tax_year: TaxYear, day: date, frequency: str) -> int:
    inside = _inside(tax_year, day)
    if frequency == "monthly":
        return tax_year.month_of(inside)
    return -(-tax_year.week_of(inside) // (_DAYS[frequency] // 7))


def _step(numbered: Sequence[Payslip], frequency: str) -> int:
    """By how much the printed number rises from one run to the next."""
    if frequency == "monthly":
        return 1
    ordered = sorted(numbered, key=document_order)
    rises: Counter[int] = Counter()
    for before, after in pairwise(ordered):
        runs = round((after.pay_date - before.pay_date).days / _DAYS[frequency])
        if runs and before.tax_period and after.tax_period:
            rises[round((after.tax_period - before.tax_period) / runs)] += 1
    found = rises.most_common(1)[0][0] if rises else 1
    return found if found in {1, _DAYS[frequency] // 7} else 1


def _follows(tax_year: TaxYear, numbered: Sequence[Payslip], frequency: str, step: int) -> bool:
    """Whether printed numbers count from the start of the tax year, give or take one run."""
    runs = ((-(-(slip.tax_period or 0) // step), _run_by_date(tax_year, slip.pay_date, frequency)) for slip in numbered)
    return bool(numbered) and all(abs(printed - dated) <= 1 for printed, dated in runs)


def _monthly_date(tax_year: TaxYear, month: int, slips: Sequence[Payslip]) -> date:
    days = [slip.pay_date for slip in slips]
    at_month_end = all(calendar.monthrange(day.year, day.month)[1] - day.day <= 3 for day in days)
    counts = Counter(day.day for day in days)
    usual = 31 if at_month_end else max(day for day, count in counts.items() if count == max(counts.values()))
    closing = tax_year.month_ends(month)
    year, number = closing.year, closing.month
    if usual > 5:  # the 6th and later stand in the calendar month before the tax month's last day
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
    expected = date(year, number, min(usual, calendar.monthrange(year, number)[1]))
    while not _is_working_day(expected) and all(_is_working_day(day) for day in days):
        expected -= timedelta(days=1)
    return expected


def _is_working_day(day: date) -> bool:
    """Banks pay on it, as far as the calendar alone can tell."""
    return day.weekday() <= _FRIDAY and (day.month, day.day) not in _HOLIDAYS
