"""Sources that are absent, or there twice: `source_absent`, `hmrc_not_reconciled`, `corrected_p60`,
`state_pension_lump_sum`. Differences between sources that are there stand in `sources`.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.hmrc.availability import settled_on
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes.candidates import same_employer
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Finding, Ledger
from hmrc_pipeline.reconciliation.measures import NOT_NAMED_BY_HMRC, spoken_day

__all__ = ["lump_sums", "rival_p60s", "sources_absent"]

ZERO: Final = Decimal("0.00")
_ASKED_IN_VAIN: Final = frozenset({"not_yet", "available"})


def rival_p60s(ledger: Ledger) -> list[Finding]:
    """Several P60s of one employment with different figures: which one counts, and why. One that a difference rests on
    is told with it."""
    case = ledger.case
    told = {finding.key for finding in ledger.findings if finding.cause == "corrected_p60"}
    return [
        Finding(
            "corrected_p60",
            f"p60:{rival.sha256}",
            "information",
            "likely" if case.chosen_by in ("marked", "issued") else "possible",
            f"Two P60s of {case.called} for {case.tax_year} differ; {_CHOSEN[case.chosen_by]}",
            {name: gap for name in MEASURES if (gap := _apart(ledger, rival, name))},
            evidence={"documents": [*(p60.sha256 for p60 in case.p60), rival.sha256], "chosen_by": case.chosen_by},
        )
        for rival in case.rivals
        if f"p60:{rival.sha256}" not in told
    ]


_CHOSEN: Final = {
    "only": "each is of its own payroll number.",
    "marked": "the one marked as corrected counts.",
    "issued": "the one issued later counts.",
    "payslips": "neither is marked, and the one the payslips agree with counts. Ask the payroll which one is valid.",
    "hmrc": "neither is marked, and the one HMRC holds counts. Ask the payroll which one is valid.",
    "seen": "nothing tells which is valid, and the one seen last counts. Ask the payroll which one is valid.",
}


def _apart(ledger: Ledger, rival: P60, measure: str) -> Decimal | None:
    """What the newer of the two has beyond the older; where nothing tells, the one that does not count beyond it."""
    counts, other = ledger.value(measure, "p60"), rival.measure(measure)
    if counts is None or other is None:
        return None
    return counts - other if ledger.case.chosen_by in ("marked", "issued") else other - counts


def lump_sums(ledger: Ledger) -> list[Finding]:
    """A State Pension lump sum, which HMRC lists among employments: no payslips, no P60."""
    found = []
    for item in ledger.case.hmrc:
        if item.kind == "state_pension_lump_sum":
            amounts = {"taxable_pay": item.pay or ZERO, "income_tax": item.tax or ZERO}
            found.append(
                Finding(
                    "state_pension_lump_sum",
                    item.paye_reference,
                    "information",
                    "certain",
                    "HMRC lists a State Pension lump sum: the Pension Service's letter of the year confirms it.",
                    {name: amount for name, amount in amounts.items() if amount},
                    evidence={"documents": [], "snapshots": list(item.snapshots)},
                )
            )
    return found


def sources_absent(ledger: Ledger) -> list[Finding]:
    """Sources that could be there and are not: information, never a discrepancy."""
    case = ledger.case
    found: list[Finding] = []
    if case.hmrc and all(item.kind != "employment" for item in case.hmrc):
        return found  # a State Pension lump sum has no payslips
    if not case.chains:
        found.append(_absent("payslips", _without_payslips(case), case))
    if text := _overdue_p60(case):
        found.append(_absent("p60", text, case, by=case.p60_due))
    if case.is_closed and not case.hmrc:
        found.append(_without_hmrc(case))
    return found


def _without_payslips(case: Case) -> str:
    text = f"Add the payslips of {case.called}, or ask its payroll for copies."
    if case.p60 or case.p60s_waiting or not case.hmrc:
        return text
    return f"{text} Only HMRC names this employment: if you never worked there, ask HMRC to take it off your record."


def _without_hmrc(case: Case) -> Finding:
    state, _, sentence = (case.around.hmrc_absent or NOT_NAMED_BY_HMRC).partition(": ")
    reason = (sentence or state).removesuffix(".")
    if state in _ASKED_IN_VAIN:
        text = f"HMRC was asked and has nothing for {case.tax_year} yet. {reason}. It is asked again by itself."
        evidence = {"source": "hmrc", "documents": [], "by": settled_on(case.tax_year).isoformat()}
        return Finding("hmrc_not_reconciled", "hmrc", "information", "certain", text, evidence=evidence)
    return _absent("hmrc", f"The year is compared without them. {reason}.", case)


def _absent(source: str, next_step: str, case: Case, by: date | None = None) -> Finding:
    documents = [*(p60.sha256 for p60 in case.p60), *(slip.sha256 for slip in case.counted[-1:])]
    evidence: dict[str, object] = {"source": source, "documents": documents}
    if by is not None:
        evidence["by"] = by.isoformat()
    return Finding("source_absent", source, "information", "certain", next_step, evidence=evidence)


def _overdue_p60(case: Case) -> str | None:
    """What to ask where the P60 should be there; None where it is, is not due yet, or was never due."""
    if case.p60 or case.p60s_waiting or case.around.today <= case.p60_due:
        return None
    ask = f"Ask the payroll of {case.called} for the P60 of {case.tax_year}"
    if any(chain.runs_after() is None for chain in case.chains):
        return f"{ask}: it was due by 31 May."
    last = max((slip.pay_date for slip in case.counted), default=None)
    if case.may_go_on and last is not None and not _went_on_elsewhere(case, last):
        return (
            f"The payslips of {case.called} stop on {spoken_day(last)}, so later ones may be missing. {ask}, due by "
            "31 May; if the job ended before 5 April, its P45 shows the last pay instead."
        )
    return None


def _went_on_elsewhere(case: Case, last: date) -> bool:
    """Whether the same employer paid on under another PAYE reference: its P60 is for both."""
    return any(
        other.last_paid and other.last_paid > last and same_employer(case, other) for other in case.around.others
    )
