"""What is left between the sources once the causes inside the payslips are told: P60 and HMRC beyond the payslips.

Arithmetic of gaps only; what closes them belongs to `sources` and `ties`.
"""

from decimal import Decimal
from typing import Final

from hmrc_pipeline.reconciliation.findings import Ledger

__all__ = ["hmrc_beyond", "hmrc_beyond_payslips", "p60_beyond_payslips"]

ZERO: Final = Decimal("0.00")


def p60_beyond_payslips(ledger: Ledger, measure: str) -> Decimal | None:
    """What the P60 has beyond the payslips, zero where nothing; None where it cannot be compared.

    Without a year to date the sum of the payslips is all they say, unless some payslip is known to be missing whose
    amount of this measure is not known.
    """
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "p60") if base and base != "p60" else None
    if base is None or left is None:
        return None
    inside = _left_inside_payslips(ledger, measure, base)
    if inside is None:
        if any(measure in finding.evidence.get("amounts_unknown", ()) for finding in ledger.findings):
            return None
        inside = ZERO
    gap = left - inside
    return ZERO if ledger.settled(measure, gap, "p60") or ledger.settled(measure, left, "p60") else gap


def _left_inside_payslips(ledger: Ledger, measure: str, base: str) -> Decimal | None:
    """What is left between the sum of payslips and their year to date; None when the latter is not known."""
    if base == "payslip_ytd":
        return ZERO
    inside = ledger.residue(measure, base, "payslip_ytd")
    if inside is not None or base != "payslip_sum":
        return inside
    carried = [opening.amounts.get(measure, ZERO) for opening in ledger.case.openings if opening.kind == "previous"]
    closing = [chain.slips[-1].ytd(measure) for chain in ledger.case.chains]
    known = [amount for amount in closing if amount is not None]
    total = ledger.value(measure, "payslip_sum")
    if not carried or len(known) != len(closing) or total is None:
        return None
    explained = (f.explains.get(measure, ZERO) for f in ledger.findings if "payslip_ytd" in f.reaches)
    return sum(known, ZERO) - sum(carried, ZERO) - total - sum(explained, ZERO)


def hmrc_beyond_payslips(ledger: Ledger, measure: str) -> Decimal | None:
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "hmrc") if base not in (None, "hmrc", "p60") and base else None
    return None if left is None or base is None else left - (_left_inside_payslips(ledger, measure, base) or ZERO)


def hmrc_beyond(ledger: Ledger, measure: str, start: str) -> Decimal | None:
    if start == "p60" and ledger.value(measure, "p60") is not None:
        return ledger.residue(measure, "p60", "hmrc")
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "hmrc") if base in ("payslip_sum", "payslip_ytd") else None
    inside = _left_inside_payslips(ledger, measure, base) if base else None
    if left is None:
        return None
    return ZERO if ledger.settled(measure, left, "hmrc") else left - (inside or ZERO)
