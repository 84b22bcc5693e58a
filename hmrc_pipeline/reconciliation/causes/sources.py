"""Causes that lie between the sources: `p60_differs`, `employer_reported_differently`, `corrected_p60`,
`source_absent`. What is wrong inside the payslips stands in `missing` and `copies`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Finding, Ledger
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES, NOT_NAMED_BY_HMRC

__all__ = ["employer_reported_differently", "p60_differs", "rival_p60s", "sources_absent"]

ZERO = Decimal("0.00")
_AT_HMRC = ("taxable_pay", "income_tax")


def p60_differs(ledger: Ledger) -> list[Finding]:
    """The P60 departs from where the payslips' year to date ends."""
    apart = {name: gap for name in MEASURES if (gap := _p60_beyond_payslips(ledger, name)) is not None}
    if not any(ledger.matters(name, gap, "p60") for name, gap in apart.items()):
        return []
    alone = {name: gap for name, gap in apart.items() if _hmrc_sides_with_payslips(ledger, name)}
    found = []
    for explains, sources in ((apart.keys() - alone.keys(), {"p60", "hmrc"}), (alone.keys(), {"p60"})):
        if explains:
            vector = {name: apart[name] for name in MEASURES if name in explains}
            found.append(_p60_finding(ledger, vector, frozenset(sources)))
    return found


def employer_reported_differently(ledger: Ledger) -> list[Finding]:
    """HMRC holds other figures than the P60 or, without one, than the payslips' year to date."""
    case = ledger.case
    start = "p60" if case.p60 else "payslip_ytd"
    apart = {}
    for measure in _AT_HMRC:
        gap = _hmrc_beyond(ledger, measure, start)
        if gap is not None and not ledger.settled(measure, gap, "hmrc"):
            apart[measure] = gap
    if not any(ledger.matters(name, gap, "hmrc") for name, gap in apart.items()):
        return []
    twin = case.is_closed and start == "payslip_ytd" and apart.get("taxable_pay", ZERO) > 0
    amounts = _spoken(apart)
    than = "the P60" if start == "p60" else "the payslips' year to date"
    return [
        Finding(
            "employer_reported_differently",
            start,
            "discrepancy",
            "certain" if start == "p60" else "likely",
            f"HMRC holds {amounts} other than {than}: ask the payroll of {case.called} what was reported for "
            f"{case.tax_year}, and HMRC to correct it if the employer's figures are right.",
            apart,
            frozenset({"hmrc"}),
            ((Alternative("missing_payslip", apart),),) if twin else (),
            _evidence(case, hmrc=True),
        )
    ]


def rival_p60s(ledger: Ledger) -> list[Finding]:
    """Several P60s of one employment with different figures: which one counts, and why."""
    case = ledger.case
    return [
        Finding(
            "corrected_p60",
            f"p60:{rival.sha256}",
            "information",
            "possible",
            f"Two P60s of {case.called} for {case.tax_year} differ; the one counted is the one the payslips agree with "
            "or, where none does, the one seen last. Ask the payroll which one is valid.",
            evidence={"documents": [*(p60.sha256 for p60 in case.p60), rival.sha256]},
        )
        for rival in case.rivals
    ]


def sources_absent(ledger: Ledger) -> list[Finding]:
    """Sources that could be there and are not: information, never a discrepancy."""
    case = ledger.case
    found: list[Finding] = []
    if case.hmrc and all(item.kind != "employment" for item in case.hmrc):
        return found  # a State Pension lump sum has no payslips
    if not case.chains:
        found.append(_absent("payslips", f"Add the payslips of {case.called}, or ask its payroll for copies.", case))
    if _p60_is_overdue(case):
        text = f"Ask the payroll of {case.called} for the P60 of {case.tax_year}: it was due by 31 May."
        found.append(_absent("p60", text, case))
    if case.is_closed and not case.hmrc:
        state, _, sentence = (case.around.hmrc_absent or NOT_NAMED_BY_HMRC).partition(": ")
        reason = (sentence or state).removesuffix(".")
        text = f"The year is compared without HMRC's figures. {reason}."
        found.append(_absent("hmrc", text, case))
    return found


def _p60_beyond_payslips(ledger: Ledger, measure: str) -> Decimal | None:
    """What the P60 has beyond the payslips where their own figures run through; None when nothing or unknown."""
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "p60") if base and base != "p60" else None
    if base is None or left is None:
        return None
    inside = _left_inside_payslips(ledger, measure, base)
    if inside is None:
        hmrc = ledger.residue(measure, base, "hmrc")
        if hmrc is None or not ledger.settled(measure, hmrc, "hmrc"):
            return None
        inside = ZERO
    gap = left - inside
    return None if ledger.settled(measure, gap, "p60") or ledger.settled(measure, left, "p60") else gap


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


def _hmrc_sides_with_payslips(ledger: Ledger, measure: str) -> bool:
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "hmrc") if base else None
    if base is None or left is None:
        return False
    return ledger.settled(measure, left - (_left_inside_payslips(ledger, measure, base) or ZERO), "hmrc")


def _hmrc_beyond(ledger: Ledger, measure: str, start: str) -> Decimal | None:
    if start == "p60" and ledger.value(measure, "p60") is not None:
        return ledger.residue(measure, "p60", "hmrc")
    base = ledger.base(measure)
    left = ledger.residue(measure, base, "hmrc") if base in ("payslip_sum", "payslip_ytd") else None
    inside = _left_inside_payslips(ledger, measure, base) if base else None
    if left is None or inside is None or ledger.settled(measure, left, "hmrc"):
        return None
    return left - inside


def _p60_finding(ledger: Ledger, explains: Mapping[str, Decimal], reaches: frozenset[str]) -> Finding:
    case = ledger.case
    hmrc_agrees = any(
        (left := ledger.residue(name, "p60", "hmrc")) is not None and ledger.settled(name, left, "hmrc")
        for name in explains
    )
    if hmrc_agrees:
        ask = "HMRC has the P60's figures: ask the payroll what was corrected after the last payslip."
    else:
        ask = "ask the payroll which is right, and for a corrected P60 if it is the payslips."
    return Finding(
        "p60_differs",
        "+".join(sorted(reaches)),
        "discrepancy",
        "certain",
        f"The P60 of {case.called} differs from the payslips' year to date by {_spoken(explains)}; {ask}",
        explains,
        reaches,
        (),
        _evidence(case, hmrc=hmrc_agrees),
    )


def _evidence(case: Case, *, hmrc: bool) -> dict[str, Any]:
    last = [chain.slips[-1].sha256 for chain in case.chains]
    evidence: dict[str, Any] = {"documents": [*last, *(p60.sha256 for p60 in case.p60)]}
    stands_in = sorted({name for p60 in case.p60 for name in p60.stands_in})
    if stands_in:
        evidence["taken_from_total_for_year"] = stands_in
    if hmrc and case.hmrc:
        evidence["snapshots"] = [snapshot for item in case.hmrc for snapshot in item.snapshots]
    return evidence


def _absent(source: str, next_step: str, case: Case) -> Finding:
    documents = [*(p60.sha256 for p60 in case.p60), *(slip.sha256 for slip in case.counted[-1:])]
    evidence = {"source": source, "documents": documents}
    return Finding("source_absent", source, "information", "certain", next_step, evidence=evidence)


def _p60_is_overdue(case: Case) -> bool:
    if case.p60 or case.p60s_waiting or case.around.today <= case.p60_due:
        return False
    return any(chain.runs_after() is None for chain in case.chains)


def _spoken(amounts: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{format_pounds(amount)} {MEASURE_NAMES[name]}" for name, amount in amounts.items())
