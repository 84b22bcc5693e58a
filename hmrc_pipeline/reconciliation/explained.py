"""A reconciled year told to a person or an agent: what differs and why, what it means, what to do by when.

Queries of stored results only; `explain --json` and overviews are built from them. Nothing here compares or explains.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import FindingRow, PayslipDueRow, PayslipRow, PredictionRow
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.reconciliation.results import people_as_json
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["days_told", "deadlines_told", "explained_year", "people_at_stake"]

_WAITED_FOR = {"hmrc_not_reconciled": "settled"}
_BALANCE = ("income", "tax", "due", "balance_low", "balance", "balance_high", "at_stake")


def explained_year(session: Session, tax_year: TaxYear, person_id: str | None = None) -> list[dict[str, Any]]:
    """Everyone's year, or one person's: the employments of `reconcile --json`, the balance, deadlines, payslips off.

    Whoever has more at stake stands first.
    """
    people = people_as_json(session, [tax_year], [person_id] if person_id else None)
    predictions = _predictions(session, tax_year, [person["person"] for person in people])
    dues = _dues(session, tax_year, [person["person"] for person in people])
    told = []
    for person in people:
        employments = person["tax_years"][0]["employments"]
        told.append(
            {
                "person": person["person"],
                "tax_year": tax_year.label,
                "prediction": predictions.get(person["person"]),
                "deadlines": deadlines_told(employments),
                "employments": employments,
                "payslips_off": dues[person["person"]],
            }
        )
    return sorted(told, key=lambda item: (-_stake(item), item["person"]))


def people_at_stake(session: Session, tax_years: Iterable[TaxYear]) -> list[dict[str, Any]]:
    """An agent's overview: a row for each person and year with money or a discrepancy in question, the most first."""
    labels = [year.label for year in tax_years]
    count = sa.select(FindingRow.tax_year, FindingRow.person_id, sa.func.count()).where(
        FindingRow.kind == "discrepancy", FindingRow.tax_year.in_(labels)
    )
    open_findings = {
        (year, person): number
        for year, person, number in session.execute(count.group_by(FindingRow.tax_year, FindingRow.person_id))
    }
    rows = session.scalars(sa.select(PredictionRow).where(PredictionRow.tax_year.in_(labels)))
    found = [
        {
            "person": row.person_id,
            "tax_year": row.tax_year,
            "at_stake": row.at_stake,
            "balance": row.balance,
            "kind": row.kind,
            "open_findings": open_findings.get((row.tax_year, row.person_id), 0),
        }
        for row in rows
    ]
    in_question = [row for row in found if row["at_stake"] or row["open_findings"]]
    return sorted(in_question, key=lambda row: (-(row["at_stake"] or 0), row["tax_year"], row["person"]))


def _predictions(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, dict[str, Any]]:
    query = sa.select(PredictionRow).where(
        PredictionRow.tax_year == tax_year.label, PredictionRow.person_id.in_(people)
    )
    found = {}
    for row in session.scalars(query):
        amounts = {name: format_amount(a) for name in _BALANCE if (a := getattr(row, name)) is not None}
        found[row.person_id] = {"kind": row.kind, **amounts, "basis": list(row.basis)}
    return found


def _dues(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Payslips whose tax or contributions are not what their own figures give."""
    off = sa.or_(
        PayslipDueRow.income_tax_agrees.is_(False),
        PayslipDueRow.national_insurance_due != PayslipRow.national_insurance,
    )
    query = (
        sa.select(PayslipDueRow, PayslipRow)
        .join(PayslipRow, PayslipRow.reading_id == PayslipDueRow.reading_id)
        .where(PayslipDueRow.tax_year == tax_year.label, PayslipDueRow.person_id.in_(people), off)
        .order_by(PayslipRow.pay_date, PayslipRow.reading_id)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for due, slip in session.execute(query):
        amounts = {
            "income_tax": slip.income_tax,
            "income_tax_due": due.income_tax_due,
            "national_insurance": slip.national_insurance,
            "national_insurance_due": due.national_insurance_due,
        }
        told = {name: format_amount(amount) for name, amount in amounts.items() if amount is not None}
        found[due.person_id].append({"employment": due.employment, "pay_date": slip.pay_date.isoformat(), **told})
    return found


def deadlines_told(employments: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The days to keep among the findings of a person's employments, the next one first: `by`, `name`, `text`."""
    found = [
        {"by": finding["evidence"]["by"], "name": finding["evidence"]["deadline"], "text": finding["next_step"]}
        for employment in employments
        for finding in employment["findings"]
        if finding["cause"] == "deadline"
    ]
    return sorted(found, key=lambda item: (item["by"], item["name"]))


def days_told(employments: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every day to keep that the findings name, for a calendar: the deadlines, and until when a finding can be put
    right or HMRC be waited for. `by` and `name`, the next one first."""
    found = {(each["by"], each["name"]) for each in deadlines_told(employments)}
    for finding in (each for employment in employments for each in employment["findings"]):
        name = "put_right" if finding["kind"] == "discrepancy" else _WAITED_FOR.get(finding["cause"])
        if name and "by" in finding["evidence"]:
            found.add((finding["evidence"]["by"], name))
    return [{"by": by, "name": name} for by, name in sorted(found)]


def _stake(item: Mapping[str, Any]) -> Decimal:
    return Decimal((item["prediction"] or {}).get("at_stake", "0"))
