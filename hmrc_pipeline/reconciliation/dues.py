"""Every payslip as it should have been, as rows: what is due beside what was deducted.

The arithmetic stands in `recompute` and the causes; here it only becomes rows.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import PayslipDueRow
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes.contributions import contribution_due, loans_due
from hmrc_pipeline.reconciliation.recompute import Recomputed
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["due_rows", "replace_dues"]


def due_rows(case: Case) -> Iterator[dict[str, Any]]:
    """A row for every counted payslip."""
    by_chain = {id(item.chain): item for item in case.recomputed}
    for chain in case.chains:
        plan, loans = loans_due(case, chain)
        recomputed = by_chain.get(id(chain))
        for index, slip in enumerate(chain.slips):
            yield {
                "reading_id": slip.reading_id,
                "tax_year": case.tax_year.label,
                "person_id": case.person_id,
                "employment": case.employment,
                "national_insurance_due": contribution_due(case, chain, index),
                "student_loan_due": loans[index],
                "loan_plan": plan,
                **_tax(recomputed, index),
            }


def replace_dues(session: Session, tax_year: TaxYear, people: Iterable[str], cases: Iterable[Case]) -> None:
    """Let these be the rows of these people's tax year."""
    rows = [row for case in cases for row in due_rows(case)]
    mine = sa.and_(PayslipDueRow.tax_year == tax_year.label, PayslipDueRow.person_id.in_(list(people)))
    session.execute(sa.delete(PayslipDueRow).where(mine))
    moved = [row["reading_id"] for row in rows]
    for start in range(0, len(moved), 500):
        session.execute(sa.delete(PayslipDueRow).where(PayslipDueRow.reading_id.in_(moved[start : start + 500])))
    if rows:
        session.execute(sa.insert(PayslipDueRow), rows)


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
