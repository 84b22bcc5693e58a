"""A payslip right after a missing one: its own sums tell what is misread on it.

There the year to date tells the missing payslip and the misread figure together. Figures that stand alone against the
year to date are `misread`'s.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from hmrc_pipeline.paye import tax_due
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.compare import LOANS
from hmrc_pipeline.reconciliation.recompute import code_of

__all__ = ["adds_up", "misread_by_own_sums"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal("1.00")
_TAKEN: Final = ("income_tax", "national_insurance", *sorted(LOANS), "employee_pension")


def misread_by_own_sums(case: Case, chain: Chain, link: int) -> dict[str, Decimal]:
    """What must be added to which figure of a payslip so that it adds up as all others of the chain do, and its code or
    letter gives what it deducts. A deduction or benefit of that day alone breaks the sums too, but not the routines.
    """
    slip = chain.slips[link]
    pay, tax = slip.amount("taxable_pay"), chain.figure(link, "income_tax")
    taxable = _off(chain, link, _taxable_beyond_ni_pay)
    if taxable and pay is not None:
        by_sums, as_printed = (_tax_due(case, chain, link, amount) for amount in (pay - taxable, pay))
        if by_sums == tax != as_printed:
            return {"taxable_pay": -taxable}
    net = _off(chain, link, _gross_beyond_its_parts) or _off(chain, link, _gross_before_sacrifice)
    contribution = next(item.contribution_due(link) for item in case.contributed if item.chain is chain)
    taken = chain.figure(link, "national_insurance")
    if net and taken is not None and taken + net == contribution:
        return {"national_insurance": net}
    if net and pay is not None and tax is not None and tax + net == _tax_due(case, chain, link, pay):
        return {"income_tax": net}
    return {}


def adds_up(chain: Chain, link: int) -> bool:
    """Whether nothing speaks against a payslip's figures: it adds up as all others of the chain do, or they differ."""
    rules = (_taxable_beyond_ni_pay, _gross_beyond_its_parts, _gross_before_sacrifice)
    return not any(_off(chain, link, rule) for rule in rules)


def _tax_due(case: Case, chain: Chain, link: int, pay: Decimal) -> Decimal | None:
    """The tax on so much pay by the payslip's code, taken that what was deducted before was right; None where its code
    or year to date is not told."""
    slip = chain.slips[link]
    code, to_date = code_of(slip), slip.ytd("taxable_pay")
    item = next((item for item in case.recomputed if item.chain is chain and link in item.by_index), None)
    if code is None or to_date is None or item is None:
        return None
    period = item.by_index[link].periods[0]
    elapsed = period.number - period.units

    def due(pay_to_date: Decimal, number: int) -> Decimal:
        return tax_due(
            code,
            item.rates,
            pay_to_date=pay_to_date + item.before.pay,
            tax_to_date=ZERO,
            period=number,
            periods_in_year=period.in_year,
            pay_this_period=pay,
            units=period.units,
        ).to_date

    is_alone = code.basis is not None or period.is_extra or not elapsed
    return due(to_date, period.number) - (ZERO if is_alone else due(to_date - pay, elapsed))


def _off(chain: Chain, link: int, rule: Callable[[Payslip], Decimal | None]) -> Decimal:
    """By how much the payslip breaks a rule all others keep, two at least: nothing is left, or the same everywhere."""
    told = [rule(slip) for number, slip in enumerate(chain.slips) if number != link]
    own, usual = rule(chain.slips[link]), told[0] if len(told) > 1 else None
    if own is None or usual is None or any(other != usual for other in told):
        return ZERO
    return own - usual if abs(own - usual) > _POUND else ZERO


def _gross_beyond_its_parts(slip: Payslip) -> Decimal | None:
    gross, net = slip.amount("gross_pay"), slip.amount("net_pay")
    if gross is None or net is None:
        return None
    return gross - net - sum((slip.amount(name) or ZERO for name in _TAKEN), ZERO)


def _gross_before_sacrifice(slip: Payslip) -> Decimal | None:
    """The same of a payslip whose gross pay holds what is given up for the pension."""
    parts = _gross_beyond_its_parts(slip)
    return None if parts is None else parts - (slip.amount("pension_sacrifice") or ZERO)


def _taxable_beyond_ni_pay(slip: Payslip) -> Decimal | None:
    taxable, for_ni = slip.amount("taxable_pay"), slip.amount("ni_pay")
    return None if taxable is None or for_ni is None else taxable - for_ni
