"""Student and postgraduate loan deductions of one payment, to the whole pound below."""

from decimal import ROUND_FLOOR, Decimal
from functools import cache

from hmrc_pipeline.paye.periods import Frequency
from hmrc_pipeline.paye.rates import Rates

__all__ = ["NoSuchPlan", "student_loan"]

PENNY = Decimal("0.01")
NIL = Decimal("0.00")
_SHARES: dict[Frequency, tuple[int, int]] = {
    "weekly": (1, 52),
    "fortnightly": (2, 52),
    "four_weekly": (4, 52),
    "monthly": (1, 12),
}


class NoSuchPlan(ValueError):
    """The plan was not deducted by employers in this year."""


def student_loan(plan: str, rates: Rates, *, earnings: Decimal, frequency: Frequency) -> Decimal:
    """The deduction for plan `1`, `2`, `4`, `5` or `PG` on earnings for National Insurance. Raises `NoSuchPlan`."""
    yearly = rates.loans.thresholds.get(plan)
    if yearly is None:
        raise NoSuchPlan(f"no loan plan {plan} in {rates.tax_year}")
    over = earnings - _threshold(yearly, frequency)
    if over <= NIL:
        return NIL
    return (over * rates.loans.rates[plan]).quantize(Decimal(1), ROUND_FLOOR).quantize(PENNY)


@cache
def _threshold(yearly: Decimal, frequency: Frequency) -> Decimal:
    units, in_year = _SHARES[frequency]
    return (yearly * units / in_year).quantize(PENNY, ROUND_FLOOR)
