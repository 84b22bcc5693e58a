"""A payslip right after a missing one: its own sums tell what is misread on it.

There the year to date tells the missing payslip and the misread figure together. Figures that stand alone against the
year to date are `misread`'s.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes.contributions import contribution_due
from hmrc_pipeline.reconciliation.compare import LOANS

__all__ = ["misread_by_own_sums"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal("1.00")
_TAKEN: Final = ("income_tax", "national_insurance", *sorted(LOANS), "employee_pension")


def misread_by_own_sums(case: Case, chain: Chain, link: int) -> dict[str, Decimal]:
    """What must be added to which figure of a payslip so that it adds up; only where all others of the chain do."""
    found: dict[str, Decimal] = {}
    if taxable := _off(chain, link, _taxable_beyond_ni_pay):
        found["taxable_pay"] = -taxable
    net = _off(chain, link, _gross_beyond_its_parts)
    measure = _deduction(case, chain, link, net) if net else None
    return found | ({measure: net} if measure else {})


def _off(chain: Chain, link: int, rule: Callable[[Payslip], Decimal | None]) -> Decimal:
    """By how much the payslip breaks a rule that two others at least, and all that can, keep."""
    told = [rule(slip) for number, slip in enumerate(chain.slips) if number != link]
    off = rule(chain.slips[link]) or ZERO
    return off if abs(off) > _POUND and len(told) > 1 and not any(told) and None not in told else ZERO


def _gross_beyond_its_parts(slip: Payslip) -> Decimal | None:
    gross, net = slip.amount("gross_pay"), slip.amount("net_pay")
    if gross is None or net is None:
        return None
    return gross - net - sum((slip.amount(name) or ZERO for name in _TAKEN), ZERO)


def _taxable_beyond_ni_pay(slip: Payslip) -> Decimal | None:
    taxable, for_ni = slip.amount("taxable_pay"), slip.amount("ni_pay")
    return None if taxable is None or for_ni is None else taxable - for_ni


def _deduction(case: Case, chain: Chain, link: int, off: Decimal) -> str | None:
    """National Insurance where what is off makes it what the letter gives; Income Tax where it is that already."""
    due, taken = contribution_due(case, chain, link), chain.figure(link, "national_insurance")
    if due is None or taken is None:
        return None
    return "national_insurance" if taken + off == due else "income_tax" if taken == due else None
