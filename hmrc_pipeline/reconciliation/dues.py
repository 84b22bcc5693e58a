"""Every payslip as it should have been, as rows: what is due beside what was deducted.

The arithmetic stands in `recompute` and `contributed`; here it only becomes rows.
"""

from collections.abc import Iterator
from typing import Any

from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.recompute import Recomputed

__all__ = ["due_rows"]


def due_rows(case: Case) -> Iterator[dict[str, Any]]:
    """A row for every counted payslip."""
    by_chain = {id(item.chain): item for item in case.recomputed}
    whose = {"tax_year": case.tax_year.label, "person_id": case.person_id, "employment": case.employment}
    for contributed in case.contributed:
        recomputed, plan = by_chain.get(id(contributed.chain)), contributed.plan
        for index, slip in enumerate(contributed.chain.slips):
            yield {
                "reading_id": slip.reading_id,
                **whose,
                "national_insurance_due": contributed.contribution_due(index),
                "student_loan_due": contributed.loan_due(index),
                "loan_plan": plan,
                **_tax(recomputed, index),
            }


def _tax(recomputed: Recomputed | None, index: int) -> dict[str, Any]:
    item = recomputed.by_index.get(index) if recomputed else None
    if recomputed is None or item is None:
        none = dict.fromkeys(("income_tax_due", "income_tax_agrees", "cash_income_tax_marginal"))
        return {**none, "unverified": []}
    return {
        "income_tax_due": item.deducted if item.agrees else item.due.this_period,
        "income_tax_agrees": item.agrees,
        "cash_income_tax_marginal": recomputed.cash_tax(item),
        "unverified": list(recomputed.rates.unverified_tax(item.code.nation)),
    }
