"""A reading as the object `hmrc-pipeline extract --json` prints."""

from decimal import Decimal
from typing import Any

from hmrc_pipeline.extraction.model import Box, FileReading, PrintedLine, ReadDocument
from hmrc_pipeline.money import format_amount

__all__ = ["reading_as_json"]


def reading_as_json(file: str, reading: FileReading) -> dict[str, Any]:
    """The object of one PDF. A file of which every document is quarantined carries that sentence as its error too."""
    quarantined = [d for d in reading.documents if d.status == "quarantined"]
    error = reading.error
    if error is None and quarantined and len(quarantined) == len(reading.documents):
        error = quarantined[0].review_reasons[0] if quarantined[0].review_reasons else None
    return {
        "file": file,
        "seconds": reading.seconds,
        "error": error,
        "documents": [_document(document) for document in reading.documents],
    }


def _document(document: ReadDocument) -> dict[str, Any]:
    return {
        "doc_type": document.doc_type,
        "status": document.status,
        "layout": document.layout,
        "needs_review": document.status in ("needs_review", "quarantined"),
        "review_reasons": list(document.review_reasons),
        "pages": list(document.pages),
        "fields": {name: figure.value for name, figure in document.figures.items()},
        "boxes": {name: {"page": figure.page, "box": _box(figure.box)} for name, figure in document.figures.items()},
        "lines": [_line(line) for line in document.lines],
        "unused": [{"text": word.text, "page": word.page, "box": _box(word.box)} for word in document.unused],
    }


def _box(box: Box) -> list[float]:
    return [round(edge, 2) for edge in (box.x0, box.top, box.x1, box.bottom)]


def _line(line: PrintedLine) -> dict[str, Any]:
    shown: dict[str, Any] = {"section": line.section, "label": line.label, "amount": _amount(line.amount)}
    if line.ytd is not None:
        shown["ytd"] = _amount(line.ytd)
    return shown


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else format_amount(value)
