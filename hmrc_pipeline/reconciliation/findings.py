"""What a finding is, and the ledger that says how much of a difference is explained so far.

A finding carries an adjustment vector: what it explains of each measure, and the sources whose figures it
moves away from the sum of payslips. A generator of causes reads a ledger and returns findings; residues are
always what two figures differ by less what findings explain, so that explained and unexplained add up exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.compare import SOURCES, Comparison, agrees, judge

__all__ = ["CONTEXT", "Alternative", "Certainty", "Finding", "Generator", "Kind", "Ledger"]

Kind = Literal["discrepancy", "information"]
Certainty = Literal["certain", "likely", "possible"]

ZERO: Final = Decimal("0.00")

CONTEXT: Final = frozenset(
    {
        "code_change",
        "deadline",
        "emergency_basis",
        "k_code_limit",
        "ni_letter_change",
        "net_pay_pension",
        "payrolled_benefit",
        "predicted_balance",
        "refund_in_year",
        "relief_at_source",
        "rsu_gross_up",
        "rsu_refund",
        "salary_sacrifice",
    }
)
"""Causes that open no gap: they say why the figures of a payslip stand as they do."""


@dataclass(frozen=True)
class Alternative:
    """Another cause that would explain the same figures."""

    cause: str
    explains: Mapping[str, Decimal]


@dataclass(frozen=True)
class Finding:
    """One cause found. `key` says which one of its kind, the same in every run: a period, a document, a source.

    `explains` is signed: what must be added to the sum of payslips (between P60 and HMRC: to the P60) to reach
    the figures of the sources in `reaches`.
    """

    cause: str
    key: str
    kind: Kind
    certainty: Certainty
    next_step: str
    explains: Mapping[str, Decimal] = field(default_factory=dict)
    reaches: frozenset[str] = frozenset()
    alternatives: tuple[tuple[Alternative, ...], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ledger:
    """A case, its comparisons and the findings made so far."""

    case: Case
    comparisons: Mapping[str, Comparison]
    findings: tuple[Finding, ...] = ()

    def value(self, measure: str, source: str) -> Decimal | None:
        return self.comparisons[measure].values.get(source)

    def base(self, measure: str) -> str | None:
        """The source differences are counted from: the sum of payslips, or the next one there is."""
        values = self.comparisons[measure].values
        return next((source for source in SOURCES if source in values), None)

    def residue(self, measure: str, one: str, other: str) -> Decimal | None:
        """By how much `other` exceeds `one` beyond what is explained; None when either is absent."""
        values = self.comparisons[measure].values
        if one not in values or other not in values:
            return None
        return values[other] - values[one] - self._explained(measure, other) + self._explained(measure, one)

    def settled(self, measure: str, difference: Decimal, source: str) -> bool:
        """Whether what is left of a difference from a source counts as agreement."""
        return agrees(measure, difference, source, self.case.around.tolerance)

    def matters(self, measure: str, difference: Decimal, source: str) -> bool:
        """Whether what is left is more than rounding."""
        return judge(measure, difference, source == "p60", self.case.around.tolerance) == "differs"

    def unexplained(self) -> dict[str, Decimal]:
        """What no finding explains, for every measure that can be compared: the widest gap left of any source."""
        left: dict[str, Decimal] = {}
        for measure, comparison in self.comparisons.items():
            base = self.base(measure)
            if base is None or len(comparison.values) < 2:
                continue
            gaps = [self._gap(measure, base, source) for source in ("p60", "hmrc", "payslip_ytd") if source != base]
            left[measure] = max(gaps, key=abs)
        return left

    def _gap(self, measure: str, base: str, source: str) -> Decimal:
        difference = self.residue(measure, base, source)
        return ZERO if difference is None or self.settled(measure, difference, source) else difference

    def _explained(self, measure: str, source: str) -> Decimal:
        total = ZERO
        for finding in self.findings:
            if source in finding.reaches:
                total += finding.explains.get(measure, ZERO)
        return total


Generator = Callable[[Ledger], list[Finding]]
"""A cause: findings it can make of a case, given what is explained already."""
