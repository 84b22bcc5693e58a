"""A payroll of its own beside `hmrc_pipeline.paye`: the published tables worked with plainly, from 2018-19 on.

Tax by the bands of the year, without the routine's intermediate cuts: a penny beside it now and then, as payrolls are.
"""

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from math import floor
from typing import Final

ZERO: Final = Decimal("0.00")
PENNY: Final = Decimal("0.01")
WEEKS: Final = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}
_BASIC: Final = {2018: 34500, 2019: 37500, 2020: 37500}
_ALLOWANCE: Final = {2018: 1185, 2019: 1250, 2020: 1250}
_SCOTLAND: Final[dict[int, tuple[tuple[int | None, int], ...]]] = {
    2018: ((2000, 19), (12150, 20), (31580, 21), (150000, 41), (None, 46)),
    2019: ((2049, 19), (12444, 20), (30930, 21), (150000, 41), (None, 46)),
    2020: ((2085, 19), (12658, 20), (30930, 21), (150000, 41), (None, 46)),
    2021: ((2097, 19), (12726, 20), (31092, 21), (150000, 41), (None, 46)),
    2022: ((2162, 19), (13118, 20), (31092, 21), (150000, 41), (None, 46)),
    2023: ((2162, 19), (13118, 20), (31092, 21), (125140, 42), (None, 47)),
    2024: ((2306, 19), (13991, 20), (31092, 21), (62430, 42), (125140, 45), (None, 48)),
    2025: ((2827, 19), (14921, 20), (31092, 21), (62430, 42), (125140, 45), (None, 48)),
}
_LOANS: Final = {
    2018: {"1": 18330, "2": 25000},
    2019: {"1": 18935, "2": 25725, "PG": 21000},
    2020: {"1": 19390, "2": 26575, "PG": 21000},
    2021: {"1": 19895, "2": 27295, "4": 25000, "PG": 21000},
    2022: {"1": 20195, "2": 27295, "4": 25375, "PG": 21000},
    2023: {"1": 22015, "2": 27295, "4": 27660, "PG": 21000},
    2024: {"1": 24990, "2": 27295, "4": 31395, "PG": 21000},
    2025: {"1": 26065, "2": 28470, "4": 32745, "PG": 21000},
}
_CONTRIBUTIONS: Final = (  # from, threshold and upper limit by week and by month, rate up to it and above, reduced
    (date(2018, 4, 6), (162, 892), (702, 3863), "12", "2", "5.85"),
    (date(2019, 4, 6), (166, 962), (719, 4167), "12", "2", "5.85"),
    (date(2020, 4, 6), (183, 962), (792, 4167), "12", "2", "5.85"),
    (date(2021, 4, 6), (184, 967), (797, 4189), "12", "2", "5.85"),
    (date(2022, 4, 6), (190, 967), (823, 4189), "13.25", "3.25", "7.1"),
    (date(2022, 7, 6), (242, 967), (1048, 4189), "13.25", "3.25", "7.1"),
    (date(2022, 11, 6), (242, 967), (1048, 4189), "12", "2", "5.85"),
    (date(2024, 1, 6), (242, 967), (1048, 4189), "10", "2", "3.85"),
    (date(2024, 4, 6), (242, 967), (1048, 4189), "8", "2", "1.85"),
)


def emergency(year: int) -> str:
    return f"{allowance(year)}L"


def allowance(year: int) -> int:
    return _ALLOWANCE.get(year, 1257)


def has_plan(year: int, plan: str) -> bool:
    return plan in _LOANS[year]


def tax(
    code: str, basis: str | None, year: int, paid: tuple[Decimal, Decimal], pay: Decimal, period: int, frequency: str
) -> Decimal:
    """Tax on one payment of taxable pay, `paid` being pay and tax of the year before it; negative for a refund."""
    in_year = 12 if frequency == "monthly" else 52
    alone = bool(basis) or period > in_year
    elapsed = WEEKS.get(frequency, 1) if alone else period
    before = (ZERO, ZERO) if alone else paid
    due = _due(code, year, before[0] + pay, elapsed, in_year) - before[1]
    return min(due, (max(ZERO, pay) / 2).quantize(PENNY, ROUND_FLOOR)) if due > 0 else due


def _due(code: str, year: int, pay: Decimal, elapsed: int, in_year: int) -> Decimal:
    body = code.lstrip("SC")
    bands = _bands(code, year)
    if body == "BR" or body[0] == "D":
        rates = [rate for _, rate in bands]
        place = rates.index(20) + (0 if body == "BR" else 1 + int(body[1]))
        return (Decimal(max(0, int(pay))) * rates[place] / 100).quantize(PENNY, ROUND_FLOOR)
    free = elapsed * _free_pay(int(re.sub(r"\D", "", body)), in_year)
    taxable = pay + free if body[0] == "K" else pay - free
    return ZERO if taxable <= 0 else _by_bands(taxable.quantize(Decimal(1), ROUND_FLOOR), bands, elapsed, in_year)


def _bands(code: str, year: int) -> tuple[tuple[int | None, int], ...]:
    top = 150000 if year < 2023 else 125140
    return _SCOTLAND[year] if code[0] == "S" else ((_BASIC.get(year, 37700), 20), (top, 40), (None, 45))


def _by_bands(taxable: Decimal, bands: tuple[tuple[int | None, int], ...], elapsed: int, in_year: int) -> Decimal:
    whole, low, found = Fraction(taxable), Fraction(0), Fraction(0)
    for limit, rate in bands:
        high = whole if limit is None else min(whole, Fraction(limit * elapsed, in_year))
        found += max(Fraction(0), high - low) * rate
        low = max(low, high)
    return Decimal(floor(found)) * PENNY


def _free_pay(number: int, in_year: int) -> Decimal:
    if not number:
        return ZERO
    fives, rest = divmod(number - 1, 500)
    parts = Decimal(10 * (rest + 1) + 9) / in_year, Decimal(5000) / in_year
    one, five = (part.quantize(PENNY, ROUND_CEILING) for part in parts)
    return one + fives * five


def national_insurance(letter: str, day: date, frequency: str, pay: Decimal) -> Decimal:
    """The employee's contribution on one payment."""
    *_, (_, weekly, monthly, main, upper, reduced) = [row for row in _CONTRIBUTIONS if row[0] <= day]
    weeks = WEEKS.get(frequency, 0)
    threshold, limit = (
        Decimal(month if not weeks else week * weeks) for week, month in zip(weekly, monthly, strict=True)
    )
    if letter == "C" or pay <= threshold:
        return ZERO
    rate = Decimal({"J": upper, "B": reduced}.get(letter, main))
    below, above = (min(pay, limit) - threshold) * rate / 100, max(ZERO, pay - limit) * Decimal(upper) / 100
    return _penny(below) + _penny(above)


def _penny(amount: Decimal) -> Decimal:
    """To the nearest penny, exactly half of one down."""
    whole = amount.quantize(PENNY, ROUND_FLOOR)
    return whole + PENNY if amount - whole > PENNY / 2 else whole


def loan(plan: str, year: int, pay: Decimal, frequency: str) -> Decimal:
    """A student or postgraduate loan deduction, in whole pounds."""
    yearly = Decimal(_LOANS[year][plan])
    share = yearly / 12 if frequency == "monthly" else yearly * WEEKS[frequency] / 52
    over = max(ZERO, pay - share.quantize(PENNY, ROUND_FLOOR))
    return (over * (6 if plan == "PG" else 9) / 100).quantize(Decimal(1), ROUND_FLOOR).quantize(PENNY)
