"""Pay periods as HMRC's tables count them: tax months and tax weeks, and how many of them one payment covers.

Calendar of the tax year itself is `TaxYear`; what is due in a period belongs to the routines.
"""

from datetime import date
from typing import Literal, NamedTuple, get_args

from hmrc_pipeline.tax_year import TaxYear

__all__ = ["FREQUENCIES", "Frequency", "PayPeriod", "period_of"]

Frequency = Literal["weekly", "fortnightly", "four_weekly", "monthly"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
_WEEKS: dict[Frequency, int] = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}


class PayPeriod(NamedTuple):
    """One pay period.

    `number` is the tax month or week to date (fortnight pay counts 2, 4 ... 52, 54), `in_year` 12 or 52, `units` how
    many of those one payment covers.
    """

    number: int
    in_year: int
    units: int

    @property
    def is_extra(self) -> bool:
        """Week 53, 54 or 56: a payday more than the year has periods, taxed alone."""
        return self.number > self.in_year


def period_of(day: date, frequency: Frequency) -> PayPeriod:
    """The period of a payment date in its own tax year."""
    year = TaxYear.of(day)
    if frequency == "monthly":
        return PayPeriod(year.month_of(day), 12, 1)
    weeks = _WEEKS[frequency]
    return PayPeriod(-(-year.week_of(day) // weeks) * weeks, 52, weeks)
