"""What a document in Paperless should say of a tax year: amounts, a status tag, notes. Queries only.

Amounts are given only when the user asked for amounts, in notes too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import Sighting
from hmrc_pipeline.documents import PAPERLESS
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.readings import StoredReading, readings_of
from hmrc_pipeline.reconciliation import finding_sentence, people_as_json
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["FIELDS", "STATUS_TAGS", "Wanted", "wanted_of"]

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "payslip": {
        "gross_pay": "Payslip gross pay",
        "taxable_pay": "Payslip taxable pay",
        "income_tax": "Payslip income tax",
        "national_insurance": "Payslip National Insurance",
        "net_pay": "Payslip net pay",
    },
    "p60": {"pay_this": "P60 pay", "tax_this": "P60 tax"},
}
"""The custom fields of each kind of document, by figure. The names are ours, so that no field of the user's is met."""

STATUS_TAGS: Final = ("hmrc-agrees", "hmrc-differs", "hmrc-read", "hmrc-review")

_MANY = 500


@dataclass
class Wanted:
    """What one document should say: values by the name of a custom field, one status tag, notes."""

    reference: str
    amounts: dict[str, str] = field(default_factory=dict)
    status: str | None = None
    notes: list[str] = field(default_factory=list)


def wanted_of(session: Session, cipher: Cipher, tax_year: TaxYear, parts: Collection[str]) -> list[Wanted]:
    """What the documents of a tax year that stand in Paperless should say. `parts`: amounts, status, notes."""
    readings: dict[str, list[StoredReading]] = defaultdict(list)
    for reading in readings_of(session, cipher, tax_year=tax_year):
        readings[reading.sha256].append(reading)
    people = {person["person"]: person["tax_years"][0] for person in people_as_json(session, [tax_year])}
    notes = _notes(people, readings, tax_year, with_amounts="amounts" in parts) if "notes" in parts else {}
    return [
        Wanted(
            reference,
            _amounts(readings[sha256]) if "amounts" in parts else {},
            _status(readings[sha256], people) if "status" in parts else None,
            notes.get(sha256, []),
        )
        for sha256, references in _places(session, cipher, readings).items()
        for reference in references
    ]


def _places(session: Session, cipher: Cipher, contents: Collection[str]) -> dict[str, list[str]]:
    """The documents of Paperless that show these contents."""
    places: dict[str, list[str]] = defaultdict(list)
    ordered = sorted(contents)
    for start in range(0, len(ordered), _MANY):
        query = sa.select(Sighting).where(
            Sighting.source == PAPERLESS,
            Sighting.removed_at.is_(None),
            Sighting.sha256.in_(ordered[start : start + _MANY]),
        )
        for row in session.scalars(query.order_by(Sighting.sighting_id)):
            places[row.sha256].append(cipher.decrypt(row.reference_encrypted, row.reference_place).decode())
    return places


def _amounts(readings: Sequence[StoredReading]) -> dict[str, str]:
    """The figures of a file that holds one document, as Paperless spells money."""
    if len(readings) != 1 or not readings[0].flows:
        return {}
    names = FIELDS.get(readings[0].doc_type, {})
    figures = readings[0].amounts
    return {name: f"GBP{format_amount(figures[figure])}" for figure, name in names.items() if figure in figures}


def _status(readings: Sequence[StoredReading], people: Mapping[str, Any]) -> str:
    if any(not reading.flows or reading.person_id is None for reading in readings):
        return "hmrc-review"
    years = [people[str(reading.person_id)] for reading in readings if reading.person_id in people]
    employments = [employment for year in years for employment in year["employments"]]
    states = {measure["state"] for employment in employments for measure in employment["measures"]}
    found = any(finding["kind"] == "discrepancy" for employment in employments for finding in employment["findings"])
    if found or "differs" in states:
        return "hmrc-differs"
    return "hmrc-agrees" if states & {"agrees", "rounding"} else "hmrc-read"


def _notes(
    people: Mapping[str, Any], readings: Mapping[str, list[StoredReading]], tax_year: TaxYear, *, with_amounts: bool
) -> dict[str, list[str]]:
    """Notes by content: on the documents a finding names, or else on the last one of its person's year."""
    last = {r.person_id: sha256 for sha256, found in readings.items() for r in found if r.person_id}
    notes: dict[str, list[str]] = defaultdict(list)
    for person, year in people.items():
        for employment in year["employments"]:
            for finding in employment["findings"]:
                if finding["kind"] != "discrepancy":
                    continue
                named = [sha256 for sha256 in finding["evidence"].get("documents", ()) if sha256 in readings]
                text = _note(finding, tax_year, with_amounts=with_amounts)
                for sha256 in named or filter(None, [last.get(person)]):
                    if text not in notes[sha256]:
                        notes[sha256].append(text)
    return notes


def _note(finding: Mapping[str, Any], tax_year: TaxYear, *, with_amounts: bool) -> str:
    if with_amounts:
        return f"hmrc-pipeline, tax year {tax_year}: {finding_sentence(finding)}"
    cause = finding["cause"].replace("_", " ")
    return f"hmrc-pipeline, tax year {tax_year}: {cause}. The year's report says more."
