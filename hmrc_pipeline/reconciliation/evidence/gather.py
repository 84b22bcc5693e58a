"""From the stored results of a person's year to packs: what is shown, which documents prove it, what stays hidden.

Queries and choices only; nothing is drawn or written here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count, product
from string import ascii_uppercase
from typing import Any, Final

from sqlalchemy.orm import Session

from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.p60s.store import p60s_of
from hmrc_pipeline.payslips.model import Payslip, document_order
from hmrc_pipeline.payslips.store import payslips_of
from hmrc_pipeline.people import list_people, nino_of
from hmrc_pipeline.people.names import employer_key
from hmrc_pipeline.reconciliation.evidence.exhibits import exhibit_of
from hmrc_pipeline.reconciliation.evidence.pack import Audience, Employment, NothingToShow, Pack, Person
from hmrc_pipeline.reconciliation.results import year_as_json
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["packs_of"]

_MOST_EXHIBITS: Final = 26
"""Of one employment: a wrong code of a weekly payroll would be a page a week."""
_BESIDE: Final = {"wrong_tax_code": ("tax_code", "tax_basis"), "wrong_ni_letter": ("ni_letter",)}
_PREVIOUS_EMPLOYER: Final = "pay of a previous employment is part of the year to date"


def packs_of(home: Home, tax_year: TaxYear, audience: Audience, *, person_id: str | None, now: datetime) -> list[Pack]:
    """One pack of all employments for the person; for employers one each with a difference. Raises `NothingToShow`."""
    with home.database.reading() as session:
        person = _person(session, home, person_id, audience)
        year = year_as_json(session, tax_year, person.person_id)
        slips = payslips_of(session, tax_year, person.person_id)
        p60s = [p60 for p60 in p60s_of(session, tax_year, person.person_id) if p60.current]
    if year is None:
        raise NothingToShow(f"nothing of {tax_year} is reconciled for this person yet")
    employments = [_employment(item, slips) for item in year["employments"]]
    if audience == "self":
        shown = _with_exhibits(home, person, employments, p60s, audience)
        return [Pack(audience, tax_year, person, tuple(shown), now)]
    asked = [item for item in employments if item.differs]
    if not asked:
        raise NothingToShow(f"nothing differs in {tax_year}: there is nothing to ask an employer")
    each = [_with_exhibits(home, person, [_for_employer(item)], p60s, audience) for item in asked]
    return [Pack(audience, tax_year, person, tuple(employment), now) for employment in each]


def _person(session: Session, home: Home, person_id: str | None, audience: Audience) -> Person:
    people = {person.person_id: person for person in list_people(session, home.cipher)}
    if person_id is None and len(people) > 1:
        raise NothingToShow("several people are known: name one with --person; see: hmrc-pipeline person list")
    if person_id is None and not people:
        raise NothingToShow("no person is known yet: take in documents first")
    found = people.get(person_id or next(iter(people)))
    if found is None:
        raise NothingToShow("no person has this id; see: hmrc-pipeline person list")
    nino = nino_of(session, home.cipher, found.person_id)
    shown = None if nino is None else nino.masked if audience == "employer" else nino.value
    return Person(found.person_id, found.name, shown)


def _employment(item: Mapping[str, Any], slips: Sequence[Payslip]) -> Employment:
    reference, name = item.get("paye_reference"), item.get("employer_name")
    mine = [slip for slip in slips if _is_of(slip, reference, name)]
    return Employment(
        key=reference or name or "employer not named",
        paye_reference=reference,
        employer_name=name,
        measures=tuple(item["measures"]),
        findings=tuple(item["findings"]),
        unexplained={measure: Decimal(amount) for measure, amount in item["unexplained"].items()},
        slips=tuple(sorted((slip for slip in mine if slip.counted), key=document_order)),
    )


def _is_of(document: Payslip | P60, reference: str | None, name: str | None) -> bool:
    if reference and reference in (document.employment, document.paye_reference):
        return True
    if reference and document.paye_reference:
        return False
    return bool(name and document.employer_name) and employer_key(name or "") == employer_key(
        document.employer_name or ""
    )


def _for_employer(employment: Employment) -> Employment:
    """The same without what is another employer's or the person's alone: reasons that give a previous employment's pay,
    what the whole year comes to, and what the person is to do about a difference."""
    measures = []
    for measure in employment.measures:
        reasons = {
            source: _PREVIOUS_EMPLOYER if "previous employment" in reason else reason
            for source, reason in measure["absent"].items()
        }
        measures.append({**measure, "absent": reasons})
    differences = tuple({**finding, "next_step": "", "until": None} for finding in employment.to_ask)
    return replace(employment, measures=tuple(measures), findings=differences)


def _with_exhibits(
    home: Home, person: Person, employments: Sequence[Employment], p60s: Sequence[P60], audience: Audience
) -> list[Employment]:
    found, names = [], _names()
    for employment in employments:
        documents = _documents(employment, p60s)
        shown = _ends(list(documents))
        exhibits = [
            exhibit_of(home, sha256, documents[sha256], employment, person.person_id, audience) for sha256 in shown
        ]
        named = tuple(replace(exhibit, name=next(names)) for exhibit in exhibits if exhibit is not None)
        found.append(replace(employment, exhibits=named, not_shown=len(documents) - len(shown)))
    return found


def _names() -> Iterator[str]:
    """A to Z, AA, AB and so on."""
    for length in count(1):
        yield from ("".join(letters) for letters in product(ascii_uppercase, repeat=length))


def _ends(documents: Sequence[str]) -> Sequence[str]:
    """The first and the last of too many: where it began, and where the year ends, the P60 included."""
    half = _MOST_EXHIBITS // 2
    return documents if len(documents) <= _MOST_EXHIBITS else [*documents[:half], *documents[-half:]]


def _documents(employment: Employment, p60s: Sequence[P60]) -> dict[str, set[str]]:
    """The contents that prove an employment's figures, with the measures they prove and what is printed beside them:
    those findings name, the last payslip and the P60."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for finding in employment.to_ask:
        for sha256 in _named(finding["evidence"]):
            wanted[sha256] |= {*finding["explains"], *_printed(finding)}
    compared = {item["measure"] for item in employment.measures if item["state"] != "not_comparable"}
    differing = {item["measure"] for item in employment.measures if item["state"] in ("differs", "rounding")}
    closing = differing or compared
    mine = [p60.sha256 for p60 in p60s if _is_of(p60, employment.paye_reference, employment.employer_name)]
    for sha256 in [*(slip.sha256 for slip in employment.slips[-1:]), *mine]:
        wanted[sha256] |= closing
    order = {slip.sha256: index for index, slip in enumerate(employment.slips)}
    return {sha256: wanted[sha256] for sha256 in sorted(wanted, key=lambda each: (order.get(each, 1000), each))}


def _printed(finding: Mapping[str, Any]) -> Iterable[str]:
    """What a finding is about on its payslips beside its measures."""
    figure = finding["evidence"].get("figure")
    return [*_BESIDE.get(finding["cause"], ()), *([figure] if isinstance(figure, str) else [])]


def _named(evidence: Mapping[str, Any]) -> Iterable[str]:
    return [entry for entry in evidence.get("documents", []) if isinstance(entry, str)]
