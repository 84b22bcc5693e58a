"""What a person looks at when documents need a word: the list, and one document with all its figures.

Only looking belongs here; what can be done about a document belongs to `verbs`.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import Document, FigureRow, LineRow, ReadingRow, Sighting
from hmrc_pipeline.extraction.model import Figure
from hmrc_pipeline.home import Home
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings.history import FigureChange, Saying, as_read, changes_of, sayings_of
from hmrc_pipeline.readings.stored import StoredLine

__all__ = [
    "AmbiguousDocument",
    "DocumentDetail",
    "DocumentSummary",
    "FigureDetail",
    "PartDetail",
    "PartSummary",
    "UnknownDocument",
    "Which",
    "find_content",
    "list_documents",
    "show_document",
]

Which = Literal["all", "review", "quarantined", "unassigned"]

_SHORT = 12


class UnknownDocument(Problem):
    """No document has this id."""


class AmbiguousDocument(Problem):
    """Several documents' ids begin with these letters."""


@dataclass(frozen=True)
class PartSummary:
    """One payslip, P60 or other document of a file."""

    part: int
    doc_type: str
    status: str
    reasons: tuple[str, ...]
    person_id: str | None
    assigned_by: str | None
    tax_year: str | None
    pay_date: date | None

    @property
    def is_unassigned(self) -> bool:
        return self.person_id is None and self.doc_type != "other" and self.status not in ("quarantined", "erased")

    @property
    def reason(self) -> str:
        """All reasons as one text."""
        *before, last = self.reasons or ("",)
        return "".join(f"{each.removesuffix('.')}; " for each in before) + last


@dataclass(frozen=True)
class DocumentSummary:
    """One content. `seen_as` are the names it is seen under now, for people's eyes; they stay out of the `repr`."""

    document_id: str
    sha256: str
    first_seen_at: datetime
    is_withdrawn: bool
    is_ignored: bool
    is_read: bool
    parts: tuple[PartSummary, ...]
    seen_as: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, repr=False)
class FigureDetail:
    """One figure with where it stands: boxes in PDF points, origin top left, pages from 1."""

    field: str
    value: str
    text: str | None
    label: str | None
    page: int | None
    box: tuple[float, ...] | None
    label_box: tuple[float, ...] | None
    relation: str | None
    source: str
    confidence: float
    checks: tuple[str, ...]
    as_read: str | None = None


@dataclass(frozen=True, repr=False)
class PartDetail:
    """One document of a file with all its figures."""

    summary: PartSummary
    figures: tuple[FigureDetail, ...]
    lines: tuple[StoredLine, ...]
    said: tuple[Saying, ...] = ()
    changes: tuple[FigureChange, ...] = ()


@dataclass(frozen=True, repr=False)
class DocumentDetail:
    """One content with everything read from it."""

    summary: DocumentSummary
    parts: tuple[PartDetail, ...]


def list_documents(home: Home, *, which: Which = "all") -> list[DocumentSummary]:
    """Documents in the order they came. All but `all` leave out what is withdrawn or ignored."""
    with home.database.reading() as session:
        summaries = _summaries(session, home.cipher, sa.select(Document).where(Document.erased_at.is_(None)))
    if which == "all":
        return summaries
    return [each for each in summaries if not (each.is_withdrawn or each.is_ignored) and _is(each, which)]


def show_document(home: Home, document_id: str) -> DocumentDetail:
    """One document with figures, boxes, reasons and names. Raises `UnknownDocument` or `AmbiguousDocument`."""
    with home.database.reading() as session:
        sha256 = find_content(session, document_id)
        summary = _summaries(session, home.cipher, sa.select(Document).where(Document.sha256 == sha256))[0]
        rows = session.scalars(
            sa.select(ReadingRow)
            .where(ReadingRow.sha256 == sha256, ReadingRow.superseded_at.is_(None))
            .order_by(ReadingRow.part)
        )
        parts = tuple(_part(session, home.cipher, row) for row in rows)
    return DocumentDetail(summary, parts)


def find_content(session: Session, document_id: str) -> str:
    """The SHA-256 that begins with these letters. Raises `UnknownDocument` or `AmbiguousDocument`."""
    prefix = document_id.strip().lower()
    if not prefix or not set(prefix) <= set("0123456789abcdef"):
        raise UnknownDocument("a document's id is made of the digits 0-9 and a-f; see: hmrc-pipeline documents list")
    query = sa.select(Document.sha256).where(Document.sha256.startswith(prefix), Document.erased_at.is_(None)).limit(2)
    found = list(session.scalars(query))
    if not found:
        raise UnknownDocument("no document has this id; see: hmrc-pipeline documents list")
    if len(found) > 1:
        raise AmbiguousDocument("several documents' ids begin so: give more letters")
    return found[0]


def _is(document: DocumentSummary, which: Which) -> bool:
    if which == "unassigned":
        return any(part.is_unassigned for part in document.parts)
    status = "needs_review" if which == "review" else "quarantined"
    return any(part.status == status for part in document.parts)


def _summaries(session: Session, cipher: Cipher, documents: sa.Select[Any]) -> list[DocumentSummary]:
    found = list(session.scalars(documents.order_by(Document.first_seen_at, Document.sha256)))
    only = documents.with_only_columns(Document.sha256)
    parts: dict[str, list[PartSummary]] = defaultdict(list)
    current = sa.select(ReadingRow).where(ReadingRow.superseded_at.is_(None), ReadingRow.sha256.in_(only))
    for row in session.scalars(current.order_by(ReadingRow.sha256, ReadingRow.part)):
        parts[row.sha256].append(_part_summary(row))
    names: dict[str, list[str]] = defaultdict(list)
    present = sa.select(Sighting).where(Sighting.removed_at.is_(None), Sighting.sha256.in_(only))
    for sighting in session.scalars(present):
        name = cipher.decrypt(sighting.reference_encrypted, sighting.reference_place).decode("utf-8", "replace")
        names[sighting.sha256].append(name)
    return [
        DocumentSummary(
            document_id=document.sha256[:_SHORT],
            sha256=document.sha256,
            first_seen_at=document.first_seen_at,
            is_withdrawn=document.withdrawn_at is not None,
            is_ignored=document.ignored_at is not None,
            is_read=document.read_with is not None,
            parts=tuple(parts[document.sha256]),
            seen_as=tuple(sorted(names[document.sha256])),
        )
        for document in found
    ]


def _part_summary(row: ReadingRow) -> PartSummary:
    return PartSummary(
        part=row.part,
        doc_type=row.doc_type,
        status=row.status,
        reasons=tuple(row.reasons),
        person_id=row.person_id,
        assigned_by=row.assigned_by,
        tax_year=row.tax_year,
        pay_date=row.pay_date,
    )


def _part(session: Session, cipher: Cipher, row: ReadingRow) -> PartDetail:
    figures = session.scalars(
        sa.select(FigureRow).where(FigureRow.reading_id == row.reading_id).order_by(FigureRow.field)
    )
    lines = session.scalars(sa.select(LineRow).where(LineRow.reading_id == row.reading_id).order_by(LineRow.position))
    read = as_read(session, cipher, row).figures
    return PartDetail(
        _part_summary(row),
        tuple(_figure(cipher, figure, read) for figure in figures),
        tuple(StoredLine(line.section, line.label, line.amount, line.ytd) for line in lines),
        sayings_of(session, cipher, row),
        changes_of(session, cipher, row),
    )


def _figure(cipher: Cipher, row: FigureRow, read: Mapping[str, Figure]) -> FigureDetail:
    value, text, label = row.value, row.text, row.label
    if row.text_encrypted:
        secret = json.loads(cipher.decrypt_text(row.text_encrypted, FigureRow.text_place(row.reading_id, row.field)))
        value, text, label = secret["value"], secret["text"], secret["label"]
    if row.amount is not None:
        value = format_amount(row.amount)
    return FigureDetail(
        field=row.field,
        value=value or "",
        text=text,
        label=label,
        page=row.page,
        box=tuple(row.box) if row.box else None,
        label_box=tuple(row.label_box) if row.label_box else None,
        relation=row.relation,
        source=row.source,
        confidence=row.confidence,
        checks=tuple(row.checks),
        as_read=read[row.field].value if row.source == "user" and row.field in read else None,
    )
