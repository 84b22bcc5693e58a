"""A case explained: compare its figures, let every cause look at what is left, say what stays unexplained."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hmrc_pipeline.reconciliation.asking import asked
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes import GENERATORS, with_ties
from hmrc_pipeline.reconciliation.compare import Comparison
from hmrc_pipeline.reconciliation.findings import Finding, Ledger
from hmrc_pipeline.reconciliation.measures import compare_case

__all__ = ["Explained", "explain"]


@dataclass(frozen=True)
class Explained:
    """One employment's comparisons and findings, and what no finding explains of each comparable measure."""

    case: Case
    comparisons: Mapping[str, Comparison]
    findings: tuple[Finding, ...]
    unexplained: Mapping[str, Decimal]


def explain(case: Case) -> Explained:
    """Every finding of one case, in the order the causes are tried."""
    ledger = Ledger(case, compare_case(case))
    for generate in GENERATORS:
        if found := generate(ledger):
            ledger = Ledger(case, ledger.comparisons, (*ledger.findings, *map(_modest, found)))
    findings = tuple(asked(case, _modest(finding)) for finding in with_ties(ledger))
    return Explained(case, ledger.comparisons, findings, ledger.unexplained())


def _modest(finding: Finding) -> Finding:
    """A cause that another would explain as well is never certain."""
    return replace(finding, certainty="likely") if finding.alternatives and finding.certainty == "certain" else finding
