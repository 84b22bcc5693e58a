"""The cause `duplicate_payslip`: a second copy, which does not count, and a payslip that another replaces."""

from collections.abc import Mapping
from decimal import Decimal

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS, Payslip
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Certainty, Finding, Ledger

__all__ = ["copies", "replaced_payslips"]

_BEYOND = frozenset({"payslip_ytd", "p60", "hmrc"})


def copies(ledger: Ledger) -> list[Finding]:
    """Second copies: information, as they do not count."""
    originals = {slip.reading_id: slip for slip in ledger.case.slips}
    found = []
    for slip in ledger.case.slips:
        original = originals.get(slip.duplicate_of or "")
        if original is not None:
            found.append(
                Finding(
                    "duplicate_payslip",
                    f"copy:{slip.sha256}:{slip.reading_id if slip.sha256 == original.sha256 else ''}",
                    "information",
                    "certain",
                    "Nothing to do: the same payslip was found twice and is counted once.",
                    evidence=_evidence(original, slip),
                )
            )
    return found


def replaced_payslips(ledger: Ledger) -> list[Finding]:
    """Two payslips of one run with different figures of which the year to date, or the P60, counts only one."""
    found = []
    for chain in ledger.case.chains:
        for link in range(1, len(chain.slips)):
            before, after = chain.slips[link - 1], chain.slips[link]
            if chain.calendar.run_of(before) != chain.calendar.run_of(after):
                continue
            jumps = {name: jump for name, jump in chain.jumps(link).items() if name in CUMULATIVE_AMOUNTS}
            replaced = before if _undoes(jumps, before) else None
            certainty: Certainty = "likely"
            if replaced is None and not jumps:
                replaced, certainty = _not_in_p60(ledger, before, after), "possible"
            if replaced is not None:
                found.append(_replaced(ledger, chain, replaced, after if replaced is before else before, certainty))
    return found


def _undoes(jumps: Mapping[str, Decimal], slip: Payslip) -> bool:
    """Whether the year to date goes on as if this payslip had never been."""
    return any(jumps.values()) and all(jump == -(slip.amount(name) or 0) for name, jump in jumps.items())


def _not_in_p60(ledger: Ledger, *slips: Payslip) -> Payslip | None:
    for slip in slips:
        left = {name: ledger.residue(name, "payslip_sum", "p60") for name in MEASURES}
        known = {name: amount for name, amount in left.items() if amount is not None}
        if any(known.values()) and all(amount == -(slip.amount(name) or 0) for name, amount in known.items()):
            return slip
    return None


def _replaced(ledger: Ledger, chain: Chain, slip: Payslip, by: Payslip, certainty: Certainty) -> Finding:
    printed = {name: slip.amount(name) for name in MEASURES}
    explains = {name: -amount for name, amount in printed.items() if amount}
    period = chain.calendar.period_of(chain.calendar.run_of(slip))
    return Finding(
        "duplicate_payslip",
        f"replaced:{slip.sha256}",
        "discrepancy",
        certainty,
        f"Ask the payroll of {ledger.case.called} whether the payslip of {chain.calendar.unit} {period} was issued "
        f"anew; if so, ignore document {slip.sha256[:12]}.",
        explains,
        _BEYOND,
        evidence=_evidence(by, slip) | {"tax_period": period},
    )


def _evidence(original: Payslip, other: Payslip) -> dict[str, object]:
    evidence: dict[str, object] = {"documents": [original.sha256, other.sha256]}
    if other.tax_period is not None:
        evidence["tax_period"] = other.tax_period
    return evidence | {"pay_date": other.pay_date.isoformat()}
