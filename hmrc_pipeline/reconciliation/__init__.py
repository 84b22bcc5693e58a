"""Compare the sources of a tax year, find why they differ, say what to do.

Where figures come from belongs to `payslips`, `p60s` and `hmrc`; telling people of findings, to the faces and
to alerts.
"""

from hmrc_pipeline.reconciliation.checks import CHECKS
from hmrc_pipeline.reconciliation.explained import explained_year, people_at_stake
from hmrc_pipeline.reconciliation.ical import as_ical
from hmrc_pipeline.reconciliation.report import Report, as_html, as_markdown, finding_sentence, year_report
from hmrc_pipeline.reconciliation.results import (
    CheckResult,
    check_results,
    overview,
    people_as_json,
    year_as_json,
    year_table,
    years_reconciled,
    years_to_revisit,
)
from hmrc_pipeline.reconciliation.store import YearCounts, choose_and_reconcile, reconcile_year

__all__ = [
    "CHECKS",
    "CheckResult",
    "Report",
    "YearCounts",
    "as_html",
    "as_ical",
    "as_markdown",
    "check_results",
    "choose_and_reconcile",
    "explained_year",
    "finding_sentence",
    "overview",
    "people_as_json",
    "people_at_stake",
    "reconcile_year",
    "year_as_json",
    "year_report",
    "year_table",
    "years_reconciled",
    "years_to_revisit",
]
