"""Class 1 National Insurance of one earnings period, by the exact percentage method.

Never cumulative: each payment stands alone. Yearly earnings periods of directors are not computed here yet.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_DOWN, Decimal

from hmrc_pipeline.paye.periods import Frequency
from hmrc_pipeline.paye.rates import LetterRule, NationalInsuranceTable, Rates

__all__ = ["Contributions", "UnknownLetter", "national_insurance"]

PENNY = Decimal("0.01")
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
    """Contributions on the earnings of one payment. Raises `UnknownLetter`."""
    table = rates.national_insurance_on(pay_date)
    rule = table.letters.get(letter)
    if rule is None:
        raise UnknownLetter(f"no category letter {letter} on {pay_date.isoformat()}")
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


def _employee(table: NationalInsuranceTable, rule: LetterRule, main: Decimal, upper: Decimal) -> Decimal:
    if rule.employee == "nil":
        return NIL
    rate = {"main": table.main, "reduced": table.reduced, "deferment": table.upper}[rule.employee]
    return _penny(main * rate) + _penny(upper * table.upper)


def _employer(table: NationalInsuranceTable, rule: LetterRule, paid: Decimal, frequency: Frequency) -> Decimal:
    if rule.employer == "nil":
        return NIL
    return _penny(max(NIL, paid - _threshold(table, rule.employer, frequency)) * table.employer)


def _threshold(table: NationalInsuranceTable, name: str, frequency: Frequency) -> Decimal:
    threshold = table.thresholds[name]
    return threshold.monthly if frequency == "monthly" else threshold.weekly * _WEEKS[frequency]


def _penny(amount: Decimal) -> Decimal:
    """To the nearest penny; exactly half a penny is disregarded."""
    return amount.quantize(PENNY, ROUND_HALF_DOWN)
