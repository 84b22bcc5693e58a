"""What a document in Paperless should say: amounts, a status tag, notes. Queries only.

A tax year speaks for its documents; for those no year speaks for, and for what waits for a word, nobody's year does.
Amounts are given only when the user asked for amounts, in notes too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.readings import StoredReading, readings_of
from hmrc_pipeline.reconciliation import finding_sentence, people_as_json
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.write_back.held import Held, held_contents, places_of_contents

__all__ = ["FIELDS", "STATUS_TAGS", "Wanted", "wanted_of", "wanted_of_held"]

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


@dataclass
class Wanted:
    """What one document should say: values by the name of a custom field, one status tag (None: no word), notes."""

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
    waiting = {sha256 for sha256, held in held_contents(session).items() if held.waits}
    notes = _notes(people, readings, tax_year, with_amounts="amounts" in parts) if "notes" in parts else {}
    return [
        Wanted(
            reference,
            _amounts(readings[sha256]) if "amounts" in parts else {},
            _status(readings[sha256], people, sha256 in waiting) if "status" in parts else None,
            notes.get(sha256, []),
        )
        for sha256, references in places_of_contents(session, cipher, readings).items()
        for reference in references
    ]


def wanted_of_held(session: Session, cipher: Cipher, parts: Collection[str]) -> list[Wanted]:
    """What documents should say that no tax year speaks for, and why a document waits. `parts`: status, notes."""
    held = held_contents(session)
    return [
        Wanted(
            reference,
            status=_status_of_held(held[sha256]) if "status" in parts else None,
            notes=[_why(held[sha256])] if "notes" in parts and held[sha256].waits else [],
        )
        for sha256, references in places_of_contents(session, cipher, held).items()
        for reference in references
    ]


def _status_of_held(held: Held) -> str | None:
    if held.is_placed:
        return None  # its tax year says it
    return "hmrc-review" if held.waits else "hmrc-read"


def _why(held: Held) -> str:
    """Why a document waits. The figures that want a look are not spelled: they are amounts."""
    why = list(held.reasons)
    if held.is_in_review:
        why.append("Its figures do not prove each other, so it is not counted until you looked at it.")
    if held.is_nobodys:
        why.append("It does not say whose it is.")
    return f"hmrc-pipeline: {' '.join(why)} See: hmrc-pipeline documents list"


def _amounts(readings: Sequence[StoredReading]) -> dict[str, str]:
    """The figures of a file that holds one document, as Paperless spells money."""
    if len(readings) != 1 or not readings[0].flows:
        return {}
    names = FIELDS.get(readings[0].doc_type, {})
    figures = readings[0].amounts
    return {name: f"GBP{format_amount(figures[figure])}" for figure, name in names.items() if figure in figures}


def _status(readings: Sequence[StoredReading], people: Mapping[str, Any], waits: bool) -> str:
    if waits or any(not reading.flows or reading.person_id is None for reading in readings):
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
