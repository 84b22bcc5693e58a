"""How a document came to its figures: as read, what users said, and what a newer reader read differently.

Only looking back belongs here; the words themselves are stored by `correcting`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import AcceptanceRow, CorrectionRow, FigureRow, LineRow, ReadFigureRow, ReadingRow
from hmrc_pipeline.extraction.model import Box, Figure, PrintedLine, ReadDocument
from hmrc_pipeline.money import format_amount

__all__ = ["FigureChange", "Saying", "as_read", "changes_of", "sayings_of"]


@dataclass(frozen=True, repr=False)
class FigureChange:
    """A newer reader read another value: from what to what, None where one reader read nothing."""

    field: str
    before: str | None
    after: str | None
    reader_before: str
    reader_after: str
    read_at: datetime


@dataclass(frozen=True, repr=False)
class Saying:
    """One word of a user: a corrected field, or an acceptance (`field` None). `value` None says not printed."""

    field: str | None
    value: str | None
    by: str
    at: datetime
    ended_at: datetime | None = None


def as_read(session: Session, cipher: Cipher, row: ReadingRow) -> ReadDocument:
    """A stored reading as the reader gave it, before any correction."""
    figures: dict[str, Figure] = {}
    stored: list[FigureRow | ReadFigureRow] = [
        *session.scalars(sa.select(FigureRow).where(FigureRow.reading_id == row.reading_id)),
        *session.scalars(sa.select(ReadFigureRow).where(ReadFigureRow.reading_id == row.reading_id)),
    ]
    for figure in stored:
        if figure.source != "user":
            figures[figure.field] = _figure(cipher, figure)
    lines = session.scalars(sa.select(LineRow).where(LineRow.reading_id == row.reading_id).order_by(LineRow.position))
    return ReadDocument(
        row.doc_type,  # type: ignore[arg-type]
        row.read_status or row.status,  # type: ignore[arg-type]
        tuple(row.read_reasons),
        figures,
        tuple(PrintedLine(line.section, line.label, line.amount, line.ytd) for line in lines),  # type: ignore[arg-type]
    )


def changes_of(session: Session, cipher: Cipher, row: ReadingRow) -> tuple[FigureChange, ...]:
    """Every figure that changed from one reader version to the next, oldest change first."""
    query = sa.select(ReadingRow).where(
        ReadingRow.sha256 == row.sha256,
        ReadingRow.part == row.part,
        sa.or_(ReadingRow.superseded_at.is_not(None), ReadingRow.reading_id == row.reading_id),
    )
    readings = list(session.scalars(query.order_by(ReadingRow.superseded_at.is_(None), ReadingRow.read_at)))
    changes: list[FigureChange] = []
    for before, after in pairwise(readings):
        old = {name: figure.value for name, figure in as_read(session, cipher, before).figures.items()}
        new = {name: figure.value for name, figure in as_read(session, cipher, after).figures.items()}
        changes.extend(
            FigureChange(name, old.get(name), new.get(name), before.reader_version, after.reader_version, after.read_at)
            for name in sorted(old | new)
            if old.get(name) != new.get(name)
        )
    return tuple(changes)


def sayings_of(session: Session, cipher: Cipher, row: ReadingRow) -> tuple[Saying, ...]:
    """Everything users said of a document, oldest first, also what no longer counts."""
    corrections = session.scalars(
        sa.select(CorrectionRow).where(CorrectionRow.sha256 == row.sha256, CorrectionRow.part == row.part)
    )
    said = [
        Saying(
            each.field,
            None if each.value_encrypted is None else cipher.decrypt_text(each.value_encrypted, each.value_place),
            each.made_by,
            each.made_at,
            each.ended_at,
        )
        for each in corrections
    ]
    stood = session.get(AcceptanceRow, (row.sha256, row.part))
    if stood is not None:
        said.append(Saying(None, None, stood.accepted_by, stood.accepted_at))
    return tuple(sorted(said, key=lambda each: (each.at, each.field or "")))


def _figure(cipher: Cipher, stored: FigureRow | ReadFigureRow) -> Figure:
    value, text, label = stored.value, stored.text, stored.label
    if stored.text_encrypted:
        place = stored.text_place(stored.reading_id, stored.field)
        secret = json.loads(cipher.decrypt_text(stored.text_encrypted, place))
        value, text, label = secret["value"], secret["text"], secret["label"]
    if stored.amount is not None:
        value = format_amount(stored.amount)
    box = Box(*stored.box) if stored.box else Box(0, 0, 0, 0)
    return Figure(
        stored.field, value or "", text or "", stored.page or 0, box, label,
        Box(*stored.label_box) if stored.label_box else None, stored.relation or "", stored.source,
        stored.confidence, tuple(stored.checks),
    )  # fmt: skip
