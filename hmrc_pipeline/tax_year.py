"""The UK tax year: 6 April to 5 April, its months, weeks and spellings.

Calendar facts only. What is due in a year (rates, deadlines of a form) belongs to `paye` or `reconciliation`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

__all__ = ["LONDON", "NotATaxYear", "TaxYear"]

LONDON = ZoneInfo("Europe/London")

_TWO_YEARS = re.compile(r"(?:tax year\s*)?(\d{4})\s*(?:[-/_\u2013]|to)\s*(\d{2}|\d{4})", re.IGNORECASE | re.ASCII)
_ENDING = re.compile(
    r"(?:(?:tax )?year )?(?:to|ended|ending)\s+(?:5(?:th)?\s+apr(?:il)?\s+)(\d{4})", re.IGNORECASE | re.ASCII
)
_ONE_YEAR = re.compile(r"[0-9]{4}")


class NotATaxYear(ValueError):
    """The text names no tax year."""


@dataclass(frozen=True, order=True)
class TaxYear:
    """One tax year, named by the calendar year it starts in: `TaxYear(2024)` is 2024-25."""

    starts: int

    def __post_init__(self) -> None:
        if not 1900 <= self.starts <= 2199:
            raise NotATaxYear(f"{self.starts} is not the first year of a tax year we know")

    @classmethod
    def parse(cls, text: str) -> "TaxYear":
        """Read `2024-25`, `2024/25`, `2024-2025`, `Tax year to 5 April 2025` or `2024` (the year it starts in).

        Raises `NotATaxYear` when the text is none of these or its two years do not follow each other.
        """
        cleaned = " ".join(text.split())
        if match := _ENDING.fullmatch(cleaned):
            return cls(int(match[1]) - 1)
        if match := _TWO_YEARS.fullmatch(cleaned):
            first, second = int(match[1]), int(match[2])
            if second % 100 != (first + 1) % 100 or (second > 99 and second != first + 1):
                raise NotATaxYear(f"{text!r}: {match[2]} does not follow {first}")
            return cls(first)
        if _ONE_YEAR.fullmatch(cleaned):
            return cls(int(cleaned))
        raise NotATaxYear(f"{text!r} is not a tax year; write it as 2024-25")

    @classmethod
    def of(cls, day: date) -> "TaxYear":
        """The tax year a payment made on this day belongs to."""
        return cls(day.year if (day.month, day.day) >= (4, 6) else day.year - 1)

    @classmethod
    def current(cls, now: datetime) -> "TaxYear":
        """The tax year at this moment in the United Kingdom. `now` must carry a time zone."""
        if now.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        return cls.of(now.astimezone(LONDON).date())

    @classmethod
    def span(cls, first: "TaxYear", last: "TaxYear") -> Iterator["TaxYear"]:
        """Every year from `first` to `last`, both included."""
        return (cls(year) for year in range(first.starts, last.starts + 1))

    @cached_property
    def label(self) -> str:
        """`2024-25`: the spelling of keys, columns and answers."""
        return f"{self.starts}-{(self.starts + 1) % 100:02d}"

    @cached_property
    def start(self) -> date:
        """6 April."""
        return date(self.starts, 4, 6)

    @cached_property
    def end(self) -> date:
        """5 April of the following calendar year."""
        return date(self.starts + 1, 4, 5)

    @property
    def previous(self) -> "TaxYear":
        return TaxYear(self.starts - 1)

    @property
    def next(self) -> "TaxYear":
        return TaxYear(self.starts + 1)

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    def month_of(self, day: date) -> int:
        """Tax month 1 (6 April to 5 May) to 12. Raises `ValueError` for a day outside the year."""
        self._require(day)
        return (day.month - 4 - (day.day < 6)) % 12 + 1

    def week_of(self, day: date) -> int:
        """Tax week 1 to 53, counted in sevens from 6 April. Raises `ValueError` for a day outside the year."""
        self._require(day)
        return (day - self.start).days // 7 + 1

    def month_ends(self, month: int) -> date:
        """Last day of tax month 1..12: the 5th of the following calendar month."""
        if not 1 <= month <= 12:
            raise ValueError(f"a tax month is 1 to 12, not {month}")
        number = 4 + month
        return date(self.starts + (number > 12), (number - 1) % 12 + 1, 5)

    def days(self) -> int:
        return (self.end - self.start + timedelta(days=1)).days

    def _require(self, day: date) -> None:
        if not self.contains(day):
            raise ValueError(f"{day.isoformat()} is not in the tax year {self.label}")

    def __str__(self) -> str:
        return self.label
