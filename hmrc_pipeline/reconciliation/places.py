"""Where on which page the figures of a finding stand: from the stored readings, for every discrepancy.

Which documents prove a finding is the cause's to say; drawing the boxes belongs to whoever shows them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import FigureRow
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.findings import Finding

__all__ = ["Places", "places_of"]

Places = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
"""(employment, finding's cause and key) -> the figures of its documents, each with page and box."""

_BOXES: Final[Mapping[str, tuple[str, ...]]] = {
    "taxable_pay": ("taxable_pay", "ytd_taxable_pay", "pay_this", "pay_previous", "pay_total"),
    "income_tax": ("income_tax", "ytd_income_tax", "tax_this", "tax_previous", "tax_total"),
    "national_insurance": (
        "national_insurance",
        "ytd_national_insurance",
        *(f"ni_{row}_employee" for row in range(1, 5)),
    ),
    "student_loan": ("student_loan", "ytd_student_loan"),
    "postgraduate_loan": ("postgraduate_loan", "ytd_postgraduate_loan"),
}
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "wrong_tax_code": ("tax_code", "tax_basis"),
    "wrong_ni_letter": ("ni_letter",),
    "payslip_in_wrong_year": ("pay_date", "tax_period"),
    "week_53": ("pay_date", "tax_period"),
    "scheme_change": ("paye_reference",),
    "corrected_p60": ("corrected", "issued_on"),
}
_MOST: Final = 60
_MANY: Final = 400


def places_of(session: Session, explained: Iterable[Explained]) -> Places:
    """Page and box of every figure that bears on a discrepancy, in the order of its documents."""
    wanted: dict[tuple[str, str], list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
    for item in explained:
        readings = {slip.sha256: slip.reading_id for slip in item.case.slips}
        readings |= {p60.sha256: p60.reading_id for p60 in (*item.case.p60, *item.case.rivals)}
        for finding in item.findings:
            if finding.kind == "discrepancy":
                for sha256 in finding.evidence.get("documents", ()):
                    if sha256 in readings:
                        entry = (sha256, readings[sha256], _fields(finding))
                        wanted[item.case.employment, f"{finding.cause}|{finding.key}"].append(entry)
    stored = _stored(session, sorted({reading for entries in wanted.values() for _, reading, _ in entries}))
    return {key: _figures(entries, stored) for key, entries in wanted.items()}


def _fields(finding: Finding) -> tuple[str, ...]:
    named = finding.evidence.get("figure")
    own = [field for measure in finding.explains for field in _BOXES[measure]]
    return (*([str(named)] if named else []), *own, *_BESIDE.get(finding.cause, ()))


def _figures(
    entries: Iterable[tuple[str, str, tuple[str, ...]]], stored: Mapping[str, Mapping[str, tuple[int, Any]]]
) -> list[dict[str, Any]]:
    found = [
        {"document": sha256, "field": field, "page": stored[reading][field][0], "box": stored[reading][field][1]}
        for sha256, reading, fields in entries
        for field in dict.fromkeys(fields)
        if field in stored.get(reading, {})
    ]
    return found[:_MOST]


def _stored(session: Session, readings: Sequence[str]) -> dict[str, dict[str, tuple[int, Any]]]:
    found: dict[str, dict[str, tuple[int, Any]]] = defaultdict(dict)
    columns = (FigureRow.reading_id, FigureRow.field, FigureRow.page, FigureRow.box)
    for start in range(0, len(readings), _MANY):
        some = readings[start : start + _MANY]
        query = sa.select(*columns).where(FigureRow.reading_id.in_(some), FigureRow.page.is_not(None))
        for reading, field, page, box in session.execute(query):
            found[reading][field] = (page, box)
    return found
