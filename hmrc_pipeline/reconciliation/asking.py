"""Whom to ask about a finding, and until when it can be put right.

Added to the evidence of every discrepancy as `ask` and `by`; what to ask stands in the finding's own words.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.findings import Finding
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["asked", "claim_ends_on", "put_right_by"]

Whom = Literal["you", "payroll", "hmrc"]

_PAYROLL: Final[tuple[Whom, ...]] = ("payroll",)
_WHOM: Final[Mapping[str, tuple[Whom, ...]]] = {
    "duplicate_employment": ("hmrc", "payroll"),
    "employer_reported_differently": ("payroll", "hmrc"),
    "misread_figure": ("you", "payroll"),
    "state_pension_lump_sum": ("hmrc",),
    "two_employments_one_reference": ("payroll", "hmrc"),
    "wrong_tax_code": ("payroll", "hmrc"),
}
"""In the order of asking: `you` means a look at the page. All others are the payroll's to answer. Of tax taken on a
wrong code HMRC asks the employer first (PAYE Regulations 2003, regulation 72)."""

_CLAIM_YEARS: Final = 4


def asked(case: Case, finding: Finding) -> Finding:
    """A discrepancy with whom to ask and until when; anything else as it is."""
    if finding.kind != "discrepancy":
        return finding
    whom = ("hmrc", "payroll") if finding.reaches == {"hmrc"} else _PAYROLL
    told = {"ask": list(_WHOM.get(finding.cause, whom)), "by": put_right_by(case).isoformat()}
    return replace(finding, evidence={**finding.evidence, **told})


def claim_ends_on(tax_year: TaxYear) -> date:
    """The last day to claim tax overpaid in a year back: four years after its end."""
    return tax_year.end.replace(year=tax_year.end.year + _CLAIM_YEARS)


def put_right_by(case: Case) -> date:
    """While the year is open its last day: the payroll can still put it right itself. Afterwards the day until which
    tax of the year can be claimed back."""
    return claim_ends_on(case.tax_year) if case.is_closed else case.tax_year.end
