"""The cause `duplicate_payslip`: a second copy, which does not count, and a payslip that another replaces."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS, Payslip
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Certainty, Finding, Ledger

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
                    evidence=_evidence(original, slip) | _unit(ledger, original),
                )
            )
    return found


def replaced_payslips(ledger: Ledger) -> list[Finding]:
    """Two payslips of one run with different figures of which the year to date, or the P60, counts only one.

    Where neither tells, both count and are shown.
    """
    found = []
    for chain in ledger.case.chains:
        for link in range(1, len(chain.slips)):
            if chain.runs[link - 1] != chain.runs[link]:
                continue
            before, after = chain.slips[link - 1], chain.slips[link]
            jumps = {name: jump for name, jump in chain.jumps(link).items() if name in CUMULATIVE_AMOUNTS}
            if _undoes(jumps, before):
                finding = _replaced(ledger, chain, before, after, "likely")
                found.append(replace(finding, alternatives=_other_order(chain, link)))
            elif _undoes(jumps, after):  # one payslip, of which one copy was read with another figure
                found.append(_replaced(ledger, chain, after, before, "likely"))
            elif not jumps:
                found += _told_by_p60(ledger, chain, before, after)
    return found


def _other_order(chain: Chain, link: int) -> tuple[tuple[Alternative, ...], ...]:
    """Where a payslip is missing right after, the year to date fits as well if the second one is the one replaced."""
    before, after = chain.slips[link - 1], chain.slips[link]
    if link + 1 not in {gap.link for gap in chain.gaps}:
        return ()
    replaced = {name: -amount for name in MEASURES if (amount := after.amount(name))}
    missing = {}
    for name, jump in chain.jumps(link + 1).items():
        one, other = before.ytd(name), after.ytd(name)
        if name in MEASURES and one is not None and other is not None and jump + other - one:
            missing[name] = jump + other - one
    return ((Alternative("duplicate_payslip", replaced), Alternative("missing_payslip", missing)),)


def _told_by_p60(ledger: Ledger, chain: Chain, before: Payslip, after: Payslip) -> list[Finding]:
    replaced = _not_in_p60(ledger, before, after)
    if replaced is not None:
        return [_replaced(ledger, chain, replaced, after if replaced is before else before, "possible")]
    if any(ledger.residue(name, "payslip_sum", "p60") is not None for name in MEASURES):
        return []
    period = chain.calendar.period_of(chain.calendar.run_of(after))
    return [
        Finding(
            "duplicate_payslip",
            f"both:{after.sha256}",
            "information",
            "possible",
            f"Two payslips of {chain.calendar.unit} {period} have different figures and both are counted. If one "
            f"replaces the other, ignore the wrong one: {before.sha256[:12]} or {after.sha256[:12]}.",
            evidence=_evidence(before, after) | {"tax_period": period, "unit": chain.calendar.unit},
        )
    ]


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
        f"anew; if so: hmrc-pipeline documents ignore {slip.sha256[:12]}.",
        explains,
        _BEYOND,
        evidence=_evidence(by, slip) | {"tax_period": period, "unit": chain.calendar.unit},
    )


def _unit(ledger: Ledger, slip: Payslip) -> dict[str, object]:
    return next(({"unit": chain.calendar.unit} for chain in ledger.case.chains if slip in chain.slips), {})


def _evidence(original: Payslip, other: Payslip) -> dict[str, object]:
    evidence: dict[str, object] = {"documents": [original.sha256, other.sha256]}
    if other.tax_period is not None:
        evidence["tax_period"] = other.tax_period
    return evidence | {"pay_date": other.pay_date.isoformat()}
