"""Income Tax on a payment, step for step as HMRC's table routine computes it.

Follows the Specification for PAYE Tax Table Routines: free or additional pay, taxable pay to date, the formula of
the band, the penny, the 50 % limit. Whether a figure on a document is right belongs to `reconciliation`.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import NamedTuple

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye.rates import IncomeTaxTable, Rates

__all__ = ["TaxDue", "adjustment_to_date", "tax_due", "tax_on"]

PENNY = Decimal("0.01")
POUND = Decimal(1)
FOUR_PLACES = Decimal("0.0001")
NIL = Decimal("0.00")
LIMIT = Decimal("0.50")
"""The overriding limit: no more than half of the pay of a period is taken, since April 2015 for every code."""


class TaxDue(NamedTuple):
    """What the routine gives for one payment.

    `adjustment` is the free pay to date (negative: additional pay of a K code), `taxable` the pay it leaves before
    rounding, `to_date` the tax due to date on it, `this_period` what this payment bears (negative: a refund).
    `limited` says that the 50 % limit held some back; `cumulative` whether earlier pay counted.
    """

    adjustment: Decimal
    taxable: Decimal
    to_date: Decimal
    this_period: Decimal
    limited: bool
    cumulative: bool


def tax_due(
    code: TaxCode,
    rates: Rates,
    *,
    pay_to_date: Decimal,
    tax_to_date: Decimal,
    period: int,
    periods_in_year: int,
    pay_this_period: Decimal,
    units: int = 1,
    payrolled_benefits: Decimal = NIL,
) -> TaxDue:
    """Tax on one payment of taxable pay.

    `pay_to_date` includes this payment and the pay of a previous employment the employer was told of; `tax_to_date`
    is what was deducted before this payment, likewise. `period` is the tax month or week, `periods_in_year` 12 or 52,
    `units` the weeks a fortnightly or four-weekly payment covers. A code with a basis (W1, M1, X), and a week 53, 54
    or 56, takes the payment alone. `payrolled_benefits` is the part of the pay which is not money: outside the limit.
    """
    _require_period(period, periods_in_year)
    cumulative = code.basis is None and period <= periods_in_year
    elapsed = period if cumulative else units
    pay = pay_to_date if cumulative else pay_this_period
    before = tax_to_date if cumulative else NIL
    adjustment = adjustment_to_date(code, elapsed, periods_in_year)
    taxable = pay - adjustment
    due = tax_on(taxable, code, rates, elapsed, periods_in_year)
    limit = max(NIL, (LIMIT * (pay_this_period - payrolled_benefits)).quantize(PENNY, ROUND_FLOOR))
    wanted = due - before
    this_period = min(wanted, limit) if wanted > 0 else wanted
    return TaxDue(adjustment, taxable, due, this_period, wanted > this_period, cumulative)


def adjustment_to_date(code: TaxCode, elapsed: int, periods_in_year: int) -> Decimal:
    """Free pay of a code for so many weeks or months; negative for a K code, nil for a code without a number."""
    if code.number == 0:
        return NIL
    one = _free_pay(code.number, periods_in_year)
    return (-one if code.kind == "K" else one) * elapsed


@lru_cache(maxsize=4096)
def _free_pay(number: int, periods_in_year: int) -> Decimal:
    """Of one week or month."""
    fives, rest = divmod(number - 1, 500)
    return _ceil_penny(Decimal((rest + 1) * 10 + 9) / periods_in_year) + fives * _ceil_penny(
        Decimal(5000) / periods_in_year
    )


def tax_on(taxable: Decimal, code: TaxCode, rates: Rates, elapsed: int, periods_in_year: int) -> Decimal:
    """Tax due to date on taxable pay to date, by the code's bands scaled to the weeks or months elapsed; to the penny
    below."""
    if taxable <= 0 or code.kind == "NT":
        return NIL
    table = rates.table(code.nation)
    whole = taxable.quantize(POUND, ROUND_FLOOR)
    if code.kind not in {"L", "K", "0T"}:
        return (whole * table.flat_rate(code.kind)).quantize(PENNY, ROUND_FLOOR)
    for band in _bands_to_date(table, elapsed, periods_in_year):
        if band.up_to is None or taxable <= band.up_to:
            return (band.tax_below + (whole - band.limit_below) * band.rate).quantize(PENNY, ROUND_FLOOR)
    raise AssertionError("the last band has no limit")


class _BandToDate(NamedTuple):
    """A band scaled to the weeks or months elapsed: chosen by its limit rounded up to the pound, computed with the
    exact limit below it and the tax on that."""

    up_to: Decimal | None
    limit_below: Decimal
    tax_below: Decimal
    rate: Decimal


@lru_cache(maxsize=4096)
def _bands_to_date(table: IncomeTaxTable, elapsed: int, periods_in_year: int) -> tuple[_BandToDate, ...]:
    """Limits and the tax on them are cut to four decimals, as the routine says."""
    found, limit_below, tax_below, year_tax_below, year_limit_below = [], NIL, NIL, NIL, NIL
    for band in table.bands:
        limit = None if band.up_to is None else band.up_to * elapsed / periods_in_year
        up_to = None if limit is None else limit.quantize(POUND, ROUND_CEILING)
        found.append(_BandToDate(up_to, limit_below, tax_below, band.rate))
        if band.up_to is not None and limit is not None:
            year_tax_below += (band.up_to - year_limit_below) * band.rate
            year_limit_below = band.up_to
            limit_below = limit.quantize(FOUR_PLACES, ROUND_FLOOR)
            tax_below = (year_tax_below * elapsed / periods_in_year).quantize(FOUR_PLACES, ROUND_FLOOR)
    return tuple(found)


def _ceil_penny(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, ROUND_CEILING)


def _require_period(period: int, periods_in_year: int) -> None:
    if periods_in_year not in {12, 52}:
        raise ValueError(f"HMRC's tables are weekly or monthly: 52 or 12 periods in a year, not {periods_in_year}")
    if not 1 <= period <= (12 if periods_in_year == 12 else 56):
        raise ValueError(f"{period} is not a period of a year of {periods_in_year}")
