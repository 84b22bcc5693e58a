"""Income Tax of a whole tax year, and what a payment inside it costs at the margin.

What HMRC reckons after the year: one allowance, tapered above 100,000 pounds, against the bands of the year. Payroll
routines of a period stand in `income_tax`; income other than pay is not known here.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye.income_tax import tax_due
from hmrc_pipeline.paye.rates import Rates

__all__ = ["CashTax", "cash_tax", "marginal_rate", "marginal_tax", "tapered_allowance", "yearly_tax"]

PENNY = Decimal("0.01")
POUND = Decimal(1)
NIL = Decimal("0.00")
TAPER_STARTS = Decimal(100_000)


@dataclass(frozen=True)
class CashTax:
    """The tax of one payment split: what its money alone bears, and what its notional pay (shares) adds on top."""

    cash: Decimal
    notional: Decimal


def tapered_allowance(income: Decimal, rates: Rates) -> Decimal:
    """The personal allowance at an income: a pound less for every two above 100,000."""
    full = rates.table("").personal_allowance
    lost = (max(NIL, income - TAPER_STARTS) / 2).quantize(POUND, ROUND_FLOOR)
    return max(NIL, full - lost)


def yearly_tax(income: Decimal, rates: Rates, nation: str = "", *, extra_allowance: Decimal = NIL) -> Decimal:
    """Tax of a year on pay alone, to the penny below. `extra_allowance` may be negative (benefits, debts)."""
    taxable = max(NIL, income - tapered_allowance(income, rates) - extra_allowance).quantize(POUND, ROUND_FLOOR)
    due, below = NIL, NIL
    for band in rates.table(nation).bands:
        top = taxable if band.up_to is None else min(taxable, band.up_to)
        due += max(NIL, top - below) * band.rate
        below = max(below, top)
    return due.quantize(PENNY, ROUND_FLOOR)


def marginal_tax(before: Decimal, amount: Decimal, rates: Rates, nation: str = "") -> Decimal:
    """What a payment adds to the year's tax on top of the income `before` it, bands and taper crossed on the way."""
    return yearly_tax(before + amount, rates, nation) - yearly_tax(before, rates, nation)


def marginal_rate(before: Decimal, rates: Rates, nation: str = "") -> Decimal:
    """The share of the next pounds that goes in tax: 0.62 where the allowance is lost at a 41 % rate, for instance."""
    return (marginal_tax(before, Decimal(200), rates, nation) / 200).quantize(Decimal("0.0001"))


def cash_tax(
    code: TaxCode,
    rates: Rates,
    *,
    tax: Decimal,
    notional: Decimal,
    pay_to_date: Decimal,
    tax_to_date: Decimal,
    period: int,
    periods_in_year: int,
    pay_this_period: Decimal,
    units: int = 1,
) -> CashTax:
    """Split the tax of a payment: its notional pay stands last, so it bears what its money alone would not have.

    Arguments as of `tax_due`, with the notional pay included in pay; `tax` is what was deducted.
    """
    without = tax_due(
        code,
        rates,
        pay_to_date=pay_to_date - notional,
        tax_to_date=tax_to_date,
        period=period,
        periods_in_year=periods_in_year,
        pay_this_period=pay_this_period - notional,
        units=units,
    )
    return CashTax(without.this_period, tax - without.this_period)
