"""A document as an exhibit: which of its figures are marked, which are hidden from whom, which pages cannot be shown.

Marks come from the boxes that stand with each stored figure; drawing them belongs to `pictures`.
"""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.home import Home
from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.readings import (
    DocumentDetail,
    FigureDetail,
    PartDetail,
    UnknownDocument,
    employer_key,
    show_document,
)
from hmrc_pipeline.reconciliation.evidence.pack import Audience, Employment, Exhibit, Mark, spoken_day
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES

__all__ = ["exhibit_of"]

_ON_P60: Final = {
    "taxable_pay": ("pay_this",),
    "income_tax": ("tax_this",),
    "national_insurance": tuple(f"ni_{row}_employee" for row in range(1, 5)),
    "student_loan": ("student_loan",),
    "postgraduate_loan": ("postgraduate_loan",),
}
_LABELS: Final = {
    "pay_date": "pay date",
    "tax_period": "tax period",
    "tax_year": "tax year",
    "tax_code": "tax code",
    "tax_basis": "basis of the tax code",
    "ni_letter": "National Insurance letter",
}
_OF_PREVIOUS: Final = ("pay_previous", "tax_previous", "pay_total", "tax_total")
_ANOTHER_PERSON: Final = "the page also shows another person's figures"
_ANOTHER_EMPLOYER: Final = "the page also shows another employer's figures"


def exhibit_of(
    home: Home, sha256: str, proved: Collection[str], employment: Employment, person_id: str, audience: Audience
) -> Exhibit | None:
    """The exhibit of a content, None when it is gone or holds nothing of this person's employment. `proved` are the
    measures it proves, each with its year to date, and single figures."""
    try:
        detail = show_document(home, sha256)
    except UnknownDocument:
        return None
    mine = [part for part in detail.parts if _is_of(part, employment, person_id)]
    if not mine:
        return None
    marks = tuple(mark for part in mine for mark in _marks(part, proved))
    kind = "P60" if mine[0].summary.doc_type == "p60" else "payslip"
    hidden = tuple(_hidden(mine)) if audience == "employer" else ()
    return Exhibit(
        name="",
        title=_title(mine[0], kind),
        sha256=sha256,
        kind=kind,
        employment=employment.key,
        seen_as=detail.summary.seen_as if audience == "self" else (),
        marks=marks,
        hidden=hidden,
        left_out=_left_out(detail, mine, person_id, audience),
    )


def _is_of(part: PartDetail, employment: Employment, person_id: str) -> bool:
    if part.summary.person_id != person_id or part.summary.doc_type not in ("payslip", "p60"):
        return False
    reference = _value(part, "paye_reference")
    if reference and employment.paye_reference:
        return _squeezed(reference) == _squeezed(employment.paye_reference)
    name = _value(part, "employer_name")
    return not name or not employment.employer_name or employer_key(name) == employer_key(employment.employer_name)


def _squeezed(reference: str) -> str:
    return "".join(reference.split()).upper()


def _value(part: PartDetail, field: str) -> str | None:
    return next((figure.value for figure in part.figures if figure.field == field), None)


def _title(part: PartDetail, kind: str) -> str:
    if kind == "P60":
        return _title_of_p60(part)
    day = f" of {spoken_day(part.summary.pay_date)}" if part.summary.pay_date else ""
    period = _value(part, "tax_period")
    return f"Payslip{day}" + (f", tax period {period}" if period else "")


def _title_of_p60(part: PartDetail) -> str:
    """Two of a year are told apart by the mark of the corrected one and the day of issue, where they are printed."""
    kind = "Corrected P60" if _value(part, "corrected") else "P60"
    issued = _value(part, "issued_on")
    day = f", issued on {spoken_day(date.fromisoformat(issued))}" if issued else ""
    return f"{kind} for {part.summary.tax_year}{day}"


def _marks(part: PartDetail, proved: Collection[str]) -> Iterator[Mark]:
    figures = {figure.field: figure for figure in part.figures}
    for field, label in dict(_wanted(part.summary.doc_type, proved)).items():
        figure = figures.get(field)
        if figure is not None and figure.box and figure.page:
            yield Mark(figure.page, figure.box, label, _spoken(figure))


def _spoken(figure: FigureDetail) -> str:
    if is_amount(figure.field):
        return format_pounds(Decimal(figure.value))
    return spoken_day(date.fromisoformat(figure.value)) if figure.field == "pay_date" else figure.value


def _wanted(doc_type: str, proved: Collection[str]) -> Iterator[tuple[str, str]]:
    ordered = [measure for measure in MEASURE_NAMES if measure in proved]
    if doc_type == "p60":
        yield "tax_year", _LABELS["tax_year"]
        for measure in ordered:
            for field in _ON_P60[measure]:
                yield field, MEASURE_NAMES[measure]
        return
    for field in ("pay_date", "tax_period"):
        yield field, _LABELS[field]
    for measure in ordered:
        yield measure, MEASURE_NAMES[measure]
        yield f"ytd_{measure}", _label(f"ytd_{measure}")
    yield from ((field, _label(field)) for field in sorted(set(proved) - MEASURE_NAMES.keys()))


def _label(field: str) -> str:
    name = field.removeprefix("ytd_")
    called = MEASURE_NAMES.get(name, _LABELS.get(name, name.replace("_", " ")))
    return called if name == field else f"{called}, year to date"


def _hidden(parts: Collection[PartDetail]) -> Iterator[tuple[int, tuple[float, ...]]]:
    """What an employer is not shown: the National Insurance number, and what came from another employer."""
    for part in parts:
        previous = {figure.field for figure in part.figures if figure.field.endswith("_previous") and _is_some(figure)}
        for figure in part.figures:
            is_previous = figure.field in _OF_PREVIOUS and bool(previous)
            if (figure.field == "ni_number" or is_previous) and figure.box and figure.page:
                yield figure.page, figure.box


def _is_some(figure: FigureDetail) -> bool:
    return figure.value.strip("0.") != ""


def _left_out(
    detail: DocumentDetail, mine: Collection[PartDetail], person_id: str, audience: Audience
) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in detail.parts:
        if part in mine:
            continue
        is_someone_else = part.summary.person_id not in (person_id, None)
        if is_someone_else or audience == "employer":
            reason = _ANOTHER_PERSON if is_someone_else else _ANOTHER_EMPLOYER
            found |= {figure.page: reason for figure in part.figures if figure.page}
    return found
