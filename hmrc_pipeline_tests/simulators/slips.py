"""Slips of every kind a layout must have room for, by name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.simulators.careers import career, demo_career
from hmrc_pipeline.simulators.payroll import Earning, Payment, Payroll, Slip, Vest
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["KINDS"]

_DEMO = list(demo_career(TaxYear(2025)).slips)
_SEEDED = [slip for seed in range(30) for slip in career(seed).slips]


def _longest() -> Slip:
    """A slip with everything at once, and lines of the month before that only have a year to date."""
    person = replace(_DEMO[0].employee, forenames="Winifred Quentin", surname="Cardwell-Pryce")
    employer = replace(_DEMO[0].employer, name="Brightwater Garden Centres Group Limited")
    terms = replace(
        _DEMO[0].terms, employer=employer, pension="sacrifice", pension_provider="Workplace Pension", loans=("2", "PG")
    )
    payroll = Payroll(person, terms, TaxYear(2024))
    earnings = [
        Earning("basic_pay", "", Decimal("12345.67"), Decimal("152"), Decimal("81.22")),
        Earning(None, "Overtime 1.5", Decimal("383.16"), Decimal("12"), Decimal("31.93")),
        Earning("bonus", "", Decimal("30345.67")),
        *(Earning(None, label, Decimal("400.20")) for label in ("Shift Allowance", "Car Allowance", "On Call")),
        *(Earning(name, "", Decimal("190.04")) for name in ("ssp", "smp", "spp")),
    ]
    labels = ("Union Subs", "Charity Lottery", "Season Ticket Loan", "Social Fund", "Court Order")
    usual = Payment(
        date(2024, 4, 25),
        TaxCode.parse("S1257L M1"),
        "A",
        tuple(earnings),
        Vest(Decimal("8345.11"), Decimal("3922.20"), Decimal("41.20")),
        Earning(None, "Private Medical", Decimal("88.10")),
        tuple(Earning(None, label, Decimal("12.34")) for label in labels),
    )
    payroll.pay(usual)
    return payroll.pay(replace(usual, pay_date=date(2024, 5, 24), earnings=tuple(earnings[:-1])))


KINDS: dict[str, Slip] = {
    "shares and sacrifice": _DEMO[13],
    "everything at once": _longest(),
    "tax given back": next(slip for slip in _SEEDED if slip.amounts["income_tax"] < 0),
    "weekly by the hour": next(
        slip for slip in _SEEDED if slip.terms.frequency == "weekly" and any(line.units for line in slip.lines)
    ),
    "Scottish week 1 code": next(slip for slip in _SEEDED if slip.code.nation == "S" and slip.code.basis),
    "pension from net pay and two loans": next(
        slip for slip in _SEEDED if slip.terms.pension == "net_pay" and "postgraduate_loan" in slip.amounts
    ),
}
