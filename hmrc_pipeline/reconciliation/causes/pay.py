"""Context in the pay itself: `rsu_gross_up`, `rsu_refund`, `salary_sacrifice`, `net_pay_pension`,
`relief_at_source`, `payrolled_benefit`.

All of it information: it says why gross pay, taxable pay and pay for National Insurance differ on one payslip.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from hmrc_pipeline.money import format_amount, format_pounds
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.findings import Finding, Ledger

__all__ = ["pensions", "shares"]

ZERO: Final = Decimal("0.00")


def shares(ledger: Ledger) -> list[Finding]:
    """Shares that vested: pay that is no money, and the money that came back of what was sold for their tax."""
    found = []
    vests = [slip for slip in ledger.case.counted if slip.amount("rsu_gross")]
    if vests:
        value = _sum(vests, "rsu_gross")
        cash = [cash for item in ledger.case.recomputed for tax in item.taxes if _in(tax.slip, vests)
                if (cash := item.cash_tax(tax)) is not None]  # fmt: skip
        text = f"Shares worth {format_pounds(value)} count as pay though they are no money: taxable pay holds them."
        more: dict[str, Any] = {"rsu_gross": format_amount(value)}
        if len(cash) == len(vests):
            taxed = sum((slip.amount("income_tax") or ZERO for slip in vests), ZERO)
            share = taxed - sum(cash, ZERO)
            text += f" They bear {format_pounds(share)} of the Income Tax of these payslips, at the top of the pay."
            more["income_tax_on_shares"] = format_amount(share)
        found.append(_context(ledger, "rsu_gross_up", vests, text, more))
    refunded = [slip for slip in ledger.case.counted if slip.amount("rsu_excess_refund")]
    if refunded:
        value = _sum(refunded, "rsu_excess_refund")
        text = (
            f"More shares were sold than their tax needed: {format_pounds(value)} came back in money, not taxed twice."
        )
        found.append(_context(ledger, "rsu_refund", refunded, text, {"rsu_excess_refund": format_amount(value)}))
    return found


def pensions(ledger: Ledger) -> list[Finding]:
    """Which pension it is, told by what it lowers, and benefits that taxable pay holds."""
    found = []
    sacrificed = [slip for slip in ledger.case.counted if slip.amount("pension_sacrifice")]
    if sacrificed:
        value = _sum(sacrificed, "pension_sacrifice")
        text = (
            f"{format_pounds(value)} of salary was given up for the pension: no tax and no National Insurance is due."
        )
        found.append(_context(ledger, "salary_sacrifice", sacrificed, text, {}))
    by_kind: dict[str, list[Payslip]] = {"net_pay_pension": [], "relief_at_source": [], "payrolled_benefit": []}
    for slip in ledger.case.counted:
        for kind in _kinds(slip):
            by_kind[kind].append(slip)
    texts = {
        "net_pay_pension": "The pension contribution is taken before tax: taxable pay is lower than pay for "
        "National Insurance.",
        "relief_at_source": "The pension contribution is taken after tax: the provider claims basic rate; who pays a "
        "higher rate claims the rest from HMRC.",
        "payrolled_benefit": "Taxable pay holds a benefit that is no money; no National Insurance of yours is due on "
        "it, and it must not be on a P11D again.",
    }
    found += [_context(ledger, kind, slips, texts[kind], {}) for kind, slips in by_kind.items() if slips]
    return found


def _kinds(slip: Payslip) -> list[str]:
    """By how much taxable pay differs from pay for National Insurance; nothing where either is not printed."""
    taxable, for_ni, own = slip.amount("taxable_pay"), slip.amount("ni_pay"), slip.amount("employee_pension")
    if taxable is None or for_ni is None:
        return []
    if taxable == for_ni:
        return ["relief_at_source"] if own else []
    if own and taxable - for_ni == -own:
        return ["net_pay_pension"]
    if own and taxable - for_ni > -own and taxable < for_ni:
        return ["net_pay_pension", "payrolled_benefit"]
    return ["payrolled_benefit"] if taxable > for_ni else []


def _context(ledger: Ledger, cause: str, slips: Sequence[Payslip], text: str, more: Mapping[str, Any]) -> Finding:
    calendar = ledger.case.chains[0].calendar
    periods = [calendar.period_of(calendar.run_of(slip)) for slip in slips]
    documents = [slip.sha256 for slip in slips]
    evidence = {"documents": documents, "tax_periods": periods, "unit": calendar.unit, **more}
    return Finding(cause, "", "information", "certain", text, evidence=evidence)


def _sum(slips: Sequence[Payslip], name: str) -> Decimal:
    return sum((slip.amount(name) or ZERO for slip in slips), ZERO)


def _in(slip: Payslip, slips: Sequence[Payslip]) -> bool:
    return any(slip is other for other in slips)
