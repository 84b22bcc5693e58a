"""How parent and worker speak: length-framed JSON, readings as plain lists.

Never pickle: the worker is not trusted. What is said here is checked word for word on the way back.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final

from hmrc_pipeline.extraction.model import Box, Figure, FileReading, PrintedLine, ReadDocument, Word

__all__ = [
    "HEADER",
    "Limits",
    "Malformed",
    "Orders",
    "frame",
    "orders_from",
    "orders_to",
    "reading_from",
    "reading_to",
    "words_from",
    "words_to",
]

HEADER: Final = struct.Struct(">I")
_written: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""Of values that hold themselves nowhere: to look for that takes as long as to write them."""
_DOC_TYPES = ("payslip", "p60", "other")
_STATUSES = ("proved", "consistent", "needs_review", "quarantined")
_SECTIONS = ("payments", "deductions", "employer", "other")


class Malformed(ValueError):
    """The worker said something that is no reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost. Wall-clock and processor seconds are per document, memory per worker."""

    seconds: float = 20.0
    cpu_seconds: int = 15
    memory_bytes: int = 640_000_000
    open_files: int = 32
    document_bytes: int = 25_000_000
    pages: int = 60
    characters: int = 400_000
    output_bytes: int = 8_000_000
    documents_per_worker: int = 2000
    start_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told before its first document. Passwords stay out of the `repr`."""

    limits: Limits = Limits()
    passwords: tuple[str, ...] = field(default=(), repr=False)
    words: bool = False
    recognise: bool = False
    layouts: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def orders_to(orders: Orders) -> dict[str, Any]:
    """The orders as JSON can carry them."""
    return asdict(orders)


def orders_from(plain: dict[str, Any]) -> Orders:
    """The orders of a first frame."""
    return Orders(
        Limits(**plain["limits"]),
        tuple(plain["passwords"]),
        bool(plain["words"]),
        bool(plain["recognise"]),
        tuple((str(name), str(text)) for name, text in plain["layouts"]),
    )


def frame(message: Any) -> bytes:
    """One message with its length before it."""
    body = _written(message).encode()
    return HEADER.pack(len(body)) + body


def reading_to(reading: FileReading) -> list[Any]:
    """A reading as plain lists and tuples."""
    documents = [_document_to(document) for document in reading.documents]
    return [documents, reading.error, reading.seconds, reading.unread]


def _document_to(document: ReadDocument) -> list[Any]:
    return [
        document.doc_type,
        document.status,
        document.review_reasons,
        [_figure_to(figure) for figure in document.figures.values()],
        [[line.section, line.label, _text(line.amount), _text(line.ytd)] for line in document.lines],
        document.pages,
        words_to(document.unused),
        document.layout,
    ]


def words_to(words: Sequence[Word]) -> list[Any]:
    """Words as plain lists."""
    return [[word.text, _box_to(word.box), word.page, word.source] for word in words]


def words_from(plain: Any) -> tuple[Word, ...]:
    """Words from plain lists. Raises `Malformed` for anything else."""
    try:
        return tuple(Word(str(text), _box_from(box), int(page), str(source)) for text, box, page, source in plain)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise Malformed("the words are no words") from error


def _figure_to(figure: Figure) -> list[Any]:
    return [
        figure.field, figure.value, figure.text, figure.page, _box_to(figure.box), figure.label,
        _box_to(figure.label_box) if figure.label_box else None, figure.relation, figure.source, figure.confidence,
        figure.checks,
    ]  # fmt: skip


def _box_to(box: Box) -> list[int]:
    """Hundredths of a point: whole numbers are written and read faster than fractions."""
    return [round(box.x0 * 100), round(box.top * 100), round(box.x1 * 100), round(box.bottom * 100)]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def reading_from(plain: Any) -> FileReading:
    """A reading from plain lists. Raises `Malformed` for anything else."""
    try:
        documents, error, seconds, unread = plain
        if error is not None and not isinstance(error, str):
            raise Malformed("the error is no text")
        read = tuple(map(_document_from, documents))
        return FileReading(read, error, float(seconds), tuple(map(int, unread)))
    except (TypeError, ValueError, ArithmeticError, KeyError, IndexError) as error:
        raise Malformed("the worker's answer is not a reading") from error


def _document_from(plain: Any) -> ReadDocument:
    doc_type, status, reasons, figures, lines, pages, unused, layout = plain
    if doc_type not in _DOC_TYPES or status not in _STATUSES:
        raise Malformed("an unknown kind of document")
    read = list(map(_figure_from, figures))
    return ReadDocument(
        doc_type, status, tuple(map(str, reasons)), {figure.field: figure for figure in read},
        tuple(map(_line_from, lines)), tuple(map(int, pages)),
        words_from(unused), None if layout is None else str(layout),
    )  # fmt: skip


def _figure_from(plain: Any) -> Figure:
    name, value, text, page, box, label, label_box, relation, source, confidence, checks = plain
    return Figure(
        str(name), str(value), str(text), int(page), _box_from(box), None if label is None else str(label),
        None if label_box is None else _box_from(label_box), str(relation), str(source), float(confidence),
        tuple(map(str, checks)),
    )  # fmt: skip


def _line_from(plain: Any) -> PrintedLine:
    section, label, amount, ytd = plain
    if section not in _SECTIONS:
        raise Malformed("an unknown section")
    return PrintedLine(section, str(label), _amount_from(amount), _amount_from(ytd))


def _amount_from(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _box_from(plain: Any) -> Box:
    x0, top, x1, bottom = plain
    return Box(x0 / 100, top / 100, x1 / 100, bottom / 100)
