"""What users said of documents: corrected figures and acceptances, and how they change what was read.

Storing their words belongs to `correcting`; reading pages to `extraction`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables import AcceptanceRow, CorrectionRow
from hmrc_pipeline.extraction.identities import Recheck, answers, recheck
from hmrc_pipeline.extraction.model import Box, Figure, ReadDocument, Status

__all__ = ["NOTHING_SAID", "Correction", "Said", "corrected", "said_of"]

_NOWHERE = Box(0, 0, 0, 0)


@dataclass(frozen=True, repr=False)
class Correction:
    """A user's figure; `value` None says that the field is not printed."""

    field: str
    value: str | None
    made_at: datetime
    made_by: str


@dataclass
class Said:
    """What was said of one content: corrections by part and field, and the figures accepted by part."""

    corrections: dict[int, dict[str, Correction]] = field(default_factory=dict)
    accepted: dict[int, str] = field(default_factory=dict)


NOTHING_SAID = Said()


def said_of(session: Session, cipher: Cipher, contents: Iterable[str]) -> dict[str, Said]:
    """What stands of users' words, by content; contents of which nothing was said are absent."""
    wanted = list(contents)
    found: dict[str, Said] = {}
    rows = session.scalars(
        sa.select(CorrectionRow)
        .where(CorrectionRow.sha256.in_(wanted), CorrectionRow.ended_at.is_(None))
        .order_by(CorrectionRow.made_at)
    )
    for row in rows:
        value = cipher.decrypt_text(row.value_encrypted, row.value_place) if row.value_encrypted is not None else None
        said = found.setdefault(row.sha256, Said())
        said.corrections.setdefault(row.part, {})[row.field] = Correction(row.field, value, row.made_at, row.made_by)
    for accepted in session.scalars(sa.select(AcceptanceRow).where(AcceptanceRow.sha256.in_(wanted))):
        found.setdefault(accepted.sha256, Said()).accepted[accepted.part] = accepted.values_index
    return found


def values_index(cipher: Cipher, document: ReadDocument) -> str:
    """A blind index of the figures that count, whoever gave them: what an acceptance stands for."""
    values = sorted((name, figure.value) for name, figure in document.figures.items())
    return cipher.blind_index(json.dumps([document.doc_type, values]), "acceptance.values")


def corrected(
    document: ReadDocument, corrections: Mapping[str, Correction]
) -> tuple[ReadDocument, dict[str, Figure | None]]:
    """The document with the users' figures in place, sums asked again; and what was read in their places."""
    read = {name: document.figures.get(name) for name in corrections}
    if not corrections:
        return document, read
    figures = dict(document.figures)
    for name, correction in corrections.items():
        figures.pop(name, None)
        if correction.value is not None:
            figures[name] = _figure(name, correction.value, read[name])
    changed = replace(document, figures=figures)
    sums = recheck(changed, read)
    figures = {name: _rechecked(figure, sums) for name, figure in figures.items()}
    reasons = [reason for reason in document.review_reasons if not answers(reason, read, sums)]
    reasons += [reason for reason in sums.fails if reason not in reasons]
    status = _status(replace(changed, figures=figures), reasons, sums)
    return replace(changed, figures=figures, status=status, review_reasons=tuple(reasons)), read


def _figure(name: str, value: str, read: Figure | None) -> Figure:
    page, box = (read.page, read.box) if read else (0, _NOWHERE)
    label, label_box = (read.label, read.label_box) if read else (None, None)
    return Figure(name, value, value, page, box, label, label_box, "said by a user", source="user")


def _rechecked(figure: Figure, sums: Recheck) -> Figure:
    kept = set(figure.checks) - ({"N1", "N2"} if sums.fails else set())
    checks = kept | (sums.holds.get(figure.field, set()) if figure.source == "user" else set())
    return replace(figure, checks=tuple(sorted(checks)))


def _status(document: ReadDocument, reasons: list[str], sums: Recheck) -> Status:
    placed = "pay_date" if document.doc_type == "payslip" else "tax_year"
    if placed not in document.figures:
        return "quarantined" if document.status == "quarantined" else "needs_review"
    if reasons:
        return "needs_review"
    if sums.net_holds or "P1" in sums.holds.get("pay_this", ()):
        return "proved"
    return document.status if document.status == "proved" else "consistent"
