"""What the reader gave becomes what is stored: cleaned, placed in its year, personal text set apart.

Pure functions. Rows are written in `store`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.extraction.fields import PERSONAL_FIELDS, is_amount
from hmrc_pipeline.extraction.model import Box, Figure, FileReading, ReadDocument
from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, PayeReference
from hmrc_pipeline.money import NotMoney, to_pence
from hmrc_pipeline.people import Clue, employer_key
from hmrc_pipeline.readings.said import NOTHING_SAID, Correction, Said, corrected, values_index
from hmrc_pipeline.readings.years import Placement, place
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Part", "StoredFigure", "StoredLine", "accepted", "clue_of", "interpret", "interpret_one"]

_LONGEST = 1000
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, repr=False)
class StoredFigure:
    """One figure as stored. Of a personal one `secret` holds value, text and label, and those are None."""

    field: str
    amount: Decimal | None
    value: str | None
    text: str | None
    label: str | None
    secret: str | None
    page: int | None
    box: list[float] | None
    label_box: list[float] | None
    relation: str
    source: str
    confidence: float
    checks: list[str]


@dataclass(frozen=True)
class StoredLine:
    """One printed line as stored."""

    section: str
    label: str
    amount: Decimal | None
    ytd: Decimal | None


@dataclass(frozen=True, repr=False)
class Part:
    """One document of a content, ready to be stored."""

    part: int
    doc_type: str
    status: str
    reasons: list[str]
    clue: Clue
    placement: Placement
    employer_key: str | None
    paye_reference: str | None
    figures: list[StoredFigure]
    lines: list[StoredLine]
    read_status: str = "quarantined"
    read_reasons: tuple[str, ...] = ()
    as_read: tuple[StoredFigure, ...] = ()
    document: ReadDocument | None = None

    @property
    def is_form(self) -> bool:
        """Whether it is a readable payslip or P60, which belongs to somebody."""
        return self.doc_type in ("payslip", "p60") and self.status != "quarantined"

    def canonical(self) -> str:
        """Everything read, in one spelling: equal texts were read the same. Holds personal data."""
        figures = [vars(figure) for figure in sorted(self.figures, key=lambda figure: figure.field)]
        figures += [vars(figure) for figure in sorted(self.as_read, key=lambda figure: figure.field)]
        content = [self.doc_type, self.status, self.reasons, figures, [vars(line) for line in self.lines]]
        return json.dumps(content, default=str, sort_keys=True)


def interpret(reading: FileReading, first_year: TaxYear, now: datetime, said: Said = NOTHING_SAID) -> list[Part]:
    """The parts of a file's reading, in order; a file that gave nothing is one quarantined part with its reason.

    What users said of the file's documents counts instead of what was read.
    """
    if not reading.documents:
        return [_quarantined(reading.error or "nothing that can be read was found in it")]
    return [
        interpret_one(number, document, first_year, now, said.corrections.get(number, {}))
        for number, document in enumerate(reading.documents)
    ]


def accepted(cipher: Cipher, part: Part, said: Said) -> Part:
    """The part as accepted, when a user stands for these very figures."""
    if part.status != "needs_review" or part.document is None or part.placement.undated:
        return part
    index = said.accepted.get(part.part)
    if index is None or index != values_index(cipher, part.document):
        return part
    return replace(part, status="accepted")


def clue_of(doc_type: str, value: Callable[[str], str | None]) -> Clue:
    """What a payslip or P60 says of its person."""
    if doc_type not in ("payslip", "p60"):
        return Clue()
    name = value("employee_name") or " ".join(filter(None, (value("forenames"), value("surname"))))
    return Clue(
        nino=_nino(value("ni_number")),
        name=name or None,
        employer=value("employer_name"),
        payroll_number=value("payroll_number"),
    )


def _quarantined(reason: str) -> Part:
    reasons = [_Hider({}).hide(_clean(reason))]
    return Part(
        0, "other", "quarantined", reasons, Clue(), Placement(), None, None, [], [], read_reasons=tuple(reasons)
    )


def interpret_one(
    number: int,
    as_read: ReadDocument,
    first_year: TaxYear,
    now: datetime,
    corrections: Mapping[str, Correction],
) -> Part:
    """One document of a file, with the corrections of it in place."""
    document, replaced = corrected(as_read, corrections)
    hider = _Hider({**{name: figure for name, figure in replaced.items() if figure}, **document.figures})
    figures, problems = _figures(document, hider)
    values = {figure.field: figure for figure in document.figures.values()}
    placement = place(document, first_year, now)
    if placement.reason and document.status != "quarantined":
        problems.append(placement.reason)
    status: str = document.status
    if status not in ("quarantined", "needs_review") and problems and (placement.undated or len(problems) > 1):
        status = "needs_review"
    reasons = list(dict.fromkeys(hider.hide(_clean(text)) for text in (*document.review_reasons, *problems)))
    employer = _clean(values["employer_name"].value) if "employer_name" in values else None
    return Part(
        part=number,
        doc_type=document.doc_type,
        status=status,
        reasons=reasons,
        clue=clue_of(document.doc_type, lambda field: _cleaned(document.value(field))),
        placement=placement,
        employer_key=(employer_key(employer) or None) if employer else None,
        paye_reference=_paye_reference(document.value("paye_reference")),
        figures=figures,
        lines=list(_lines(document, hider)),
        read_status=as_read.status,
        read_reasons=tuple(hider.hide(_clean(text)) for text in as_read.review_reasons),
        as_read=tuple(_figures(replace(as_read, figures={n: f for n, f in replaced.items() if f}), hider)[0]),
        document=document,
    )


def _figures(document: ReadDocument, hider: "_Hider") -> tuple[list[StoredFigure], list[str]]:
    figures, problems = [], []
    for field, figure in document.figures.items():
        try:
            figures.append(_figure(field, figure, hider))
        except (InvalidOperation, NotMoney):
            problems.append(f"{field.replace('_', ' ')} is too large or not in whole pence")
    return figures, problems


def _figure(field: str, figure: Figure, hider: "_Hider") -> StoredFigure:
    amount = _amount(figure.value) if is_amount(field) else None
    value, text = _clean(figure.value), _clean(figure.text)
    label = _clean(figure.label) if figure.label is not None else None
    is_personal = field in PERSONAL_FIELDS or hider.spells_nino(f"{value} {text}")
    secret = json.dumps({"value": value, "text": text, "label": label}) if is_personal else None
    return StoredFigure(
        field=field,
        amount=amount,
        value=None if is_personal or amount is not None else value,
        text=None if is_personal else text,
        label=None if is_personal or label is None else hider.hide(label),
        secret=secret,
        page=figure.page or None,
        box=_box(figure.box) if figure.page else None,
        label_box=_box(figure.label_box) if figure.label_box else None,
        relation=figure.relation,
        source=figure.source,
        confidence=figure.confidence,
        checks=list(figure.checks),
    )


def _lines(document: ReadDocument, hider: "_Hider") -> Iterator[StoredLine]:
    for line in document.lines:
        label = hider.hide(_clean(line.label))
        yield StoredLine(line.section, label, _whole_pence(line.amount), _whole_pence(line.ytd))


class _Hider:
    """Takes the names and the NINO a document prints out of texts that are stored in clear."""

    def __init__(self, figures: Mapping[str, Figure]) -> None:
        values = {field: _clean(figure.value) for field, figure in figures.items() if field in PERSONAL_FIELDS}
        names = [values.get("employee_name", "")]
        if "surname" in values and "forenames" in values:
            names += [f"{values['forenames']} {values['surname']}", f"{values['surname']} {values['forenames']}"]
        self._patterns = [(_loosely(name.split(), r"[\s,]+"), "[name]") for name in names if name.strip()]
        nino = "".join(values.get("ni_number", "").split())
        self._nino = _loosely(list(nino[:8]), r"[\s.-]*") if len(nino) >= 8 else None
        if self._nino:
            self._patterns.append((self._nino, "[nino]"))

    def hide(self, text: str) -> str:
        for pattern, instead in self._patterns:
            text = pattern.sub(instead, text)
        return text

    def spells_nino(self, text: str) -> bool:
        return self._nino is not None and self._nino.search(text) is not None


def _loosely(pieces: list[str], between: str) -> re.Pattern[str]:
    return re.compile(between.join(re.escape(piece) for piece in pieces), re.IGNORECASE)


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        raise NotMoney("not an amount a payslip prints")
    to_pence(amount)
    return amount.quantize(Decimal("0.01"))


def _whole_pence(amount: Decimal | None) -> Decimal | None:
    try:
        return None if amount is None else _amount(str(amount))
    except (InvalidOperation, NotMoney):
        return None


def _clean(text: str) -> str:
    """Printable characters only: databases refuse some, and none of the others was meant to be seen."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST]).strip()


def _cleaned(text: str | None) -> str | None:
    return (_clean(text) or None) if text else None


def _box(box: Box) -> list[float]:
    return [round(edge, 2) for edge in (box.x0, box.top, box.x1, box.bottom)]


def _nino(text: str | None) -> Nino | None:
    try:
        return Nino.parse(text) if text else None
    except InvalidIdentifier:
        return None


def _paye_reference(text: str | None) -> str | None:
    try:
        return PayeReference.parse(text).value if text else None
    except InvalidIdentifier:
        return None


def proof_of(figure: StoredFigure) -> dict[str, Any]:
    """The columns of a figure's row that are stored in clear."""
    return {name: value for name, value in vars(figure).items() if name != "secret"}
