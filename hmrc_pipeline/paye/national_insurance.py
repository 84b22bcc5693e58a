"""Class 1 National Insurance of one earnings period, by the exact percentage method.

Never cumulative: each payment stands alone; only a director's earnings period is the year, or what is left of it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, Decimal

from hmrc_pipeline.paye.periods import Frequency
from hmrc_pipeline.paye.rates import LetterRule, NationalInsuranceTable, Rates

__all__ = ["Contributions", "UnknownLetter", "directors_contributions", "employee_contribution", "national_insurance"]

PENNY = Decimal("0.01")
MILL = Decimal("0.001")
NIL = Decimal("0.00")
_WEEKS = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}


class UnknownLetter(ValueError):
    """The category letter did not exist on the payment date."""


@dataclass(frozen=True)
class Contributions:
    """The columns of a payroll record for one payment, and the contributions of both sides.

    `at_lel` is nil when earnings stay below the LEL; `lel_pt`, `pt_uel`, `above_uel` are the slices above it.
    """

    at_lel: Decimal
    lel_pt: Decimal
    pt_uel: Decimal
    above_uel: Decimal
    employee: Decimal
    employer: Decimal


def national_insurance(
    letter: str, rates: Rates, *, earnings: Decimal, pay_date: date, frequency: Frequency
) -> Contributions:
    """Contributions on the earnings of one payment. Raises `UnknownLetter`, `NoRates`."""
    table = rates.national_insurance_on(pay_date)
    rule = _rule(table, letter, pay_date)
    lel, pt, uel = (_threshold(table, name, frequency) for name in ("lel", "pt", "uel"))
    paid = max(NIL, earnings)
    if paid < lel:
        return Contributions(NIL, NIL, NIL, NIL, NIL, _employer(table, rule, paid, frequency))
    main_slice = max(NIL, min(paid, uel) - pt)
    upper_slice = max(NIL, paid - uel)
    return Contributions(
        at_lel=lel,
        lel_pt=min(paid, pt) - lel,
        pt_uel=main_slice,
        above_uel=upper_slice,
        employee=_employee(table, rule, main_slice, upper_slice),
        employer=_employer(table, rule, paid, frequency),
    )


def employee_contribution(
    letter: str, rates: Rates, *, earnings: Decimal, pay_date: date, frequency: Frequency
) -> Decimal:
    """`national_insurance`, of the employee alone: what a payslip deducts. Raises `UnknownLetter`, `NoRates`."""
    table = rates.national_insurance_on(pay_date)
    rule = _rule(table, letter, pay_date)
    pt, uel = _threshold(table, "pt", frequency), _threshold(table, "uel", frequency)
    if earnings <= pt:
        return NIL
    return _employee(table, rule, min(earnings, uel) - pt, max(NIL, earnings - uel))


def directors_contributions(
    letter: str, rates: Rates, *, earnings_to_date: Decimal, paid_to_date: Decimal, weeks: int = 52
) -> Decimal:
    """What a director pays with a payment: due on the year's earnings so far, less what was paid before it.

    `weeks` is how many were left of the year when the directorship began, that one included; thresholds are shared
    by the week and rounded up to the pound. Nothing is given back inside the year. Raises `UnknownLetter`.
    """
    table = rates.directors
    rule = table.letters.get(letter)
    if rule is None:
        raise UnknownLetter(f"no category letter {letter} in {rates.tax_year}")
    pt, uel = (_share_of_year(table.thresholds[name].yearly, weeks) for name in ("pt", "uel"))
    main = max(NIL, min(earnings_to_date, uel) - pt)
    upper = max(NIL, earnings_to_date - uel)
    return max(NIL, _employee(table, rule, main, upper) - paid_to_date)


def _rule(table: NationalInsuranceTable, letter: str, pay_date: date) -> LetterRule:
    if letter not in table.letters:
        raise UnknownLetter(f"no category letter {letter} on {pay_date.isoformat()}")
    return table.letters[letter]


def _share_of_year(yearly: Decimal, weeks: int) -> Decimal:
    return yearly if weeks >= 52 else (yearly * weeks / 52).quantize(Decimal(1), ROUND_CEILING)


def _employee(table: NationalInsuranceTable, rule: LetterRule, main: Decimal, upper: Decimal) -> Decimal:
    if rule.employee == "nil":
        return NIL
    rate = {"main": table.main, "reduced": table.reduced, "deferment": table.upper}[rule.employee]
    return _penny(main * rate) + (_penny(upper * table.upper) if upper else NIL)


def _employer(table: NationalInsuranceTable, rule: LetterRule, paid: Decimal, frequency: Frequency) -> Decimal:
    """Rounded apart up to the UEL and above it; due above the secondary threshold even where that is below the LEL."""
    if rule.employer == "nil":
        return NIL
    threshold, uel = (_threshold(table, name, frequency) for name in (rule.employer, "uel"))
    below = max(NIL, min(paid, uel) - threshold)
    above = max(NIL, paid - max(uel, threshold))
    return _penny(below * table.employer) + _penny(above * table.employer)


def _threshold(table: NationalInsuranceTable, name: str, frequency: Frequency) -> Decimal:
    threshold = table.thresholds[name]
    return threshold.monthly if frequency == "monthly" else threshold.weekly * _WEEKS[frequency]


def _penny(amount: Decimal) -> Decimal:
    """To a penny by the third decimal alone, as HMRC's guidance for developers says: up to 5 down, from 6 up."""
    return amount.quantize(MILL, ROUND_FLOOR).quantize(PENNY, ROUND_HALF_DOWN)
