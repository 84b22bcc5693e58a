"""What reading gives: words, figures with their proof, lines, documents. Values only, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

__all__ = ["Box", "DocType", "Figure", "FileReading", "PrintedLine", "ReadDocument", "Section", "Status", "Word"]

DocType = Literal["payslip", "p60", "other"]
Status = Literal["proved", "consistent", "needs_review", "quarantined"]
Section = Literal["payments", "deductions", "employer", "other"]


@dataclass(slots=True, unsafe_hash=True)
class Box:
    """A rectangle in PDF points as the page is displayed, origin top left.

    A value that nobody changes, as words and figures are; not frozen, for that makes each of the hundreds on a page
    four times as slow to build.
    """

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True, unsafe_hash=True)
class Word:
    """A run of characters without blanks. `page` counts from 1; `source` is `text` or `ocr`."""

    text: str
    box: Box
    page: int
    source: str = "text"


@dataclass(slots=True, unsafe_hash=True)
class Figure:
    """One value read, with its proof.

    `value` is the normalised text of the contract: an amount as `-12.50`, a date as ISO, else as printed.
    `checks` names the identities that hold with this value; `relation` says how the label led to it.
    """

    field: str
    value: str
    text: str
    page: int
    box: Box
    label: str | None = None
    label_box: Box | None = None
    relation: str = ""
    source: str = "text"
    confidence: float = 1.0
    checks: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        return Decimal(self.value)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One printed pay or deduction line, label as printed, amounts signed as printed."""

    section: Section
    label: str
    amount: Decimal | None
    ytd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document found in a file. Absent means not printed: a field without a figure was not read.

    `layout` names the template that helped, and its version.
    """

    doc_type: DocType
    status: Status
    review_reasons: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    lines: tuple[PrintedLine, ...] = ()
    pages: tuple[int, ...] = ()
    unused: tuple[Word, ...] = ()
    layout: str | None = None

    @property
    def needs_review(self) -> bool:
        return self.status == "needs_review"

    def value(self, name: str) -> str | None:
        """The value of a field, None when it was not read."""
        figure = self.figures.get(name)
        return figure.value if figure else None


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave: documents, or the one sentence why there is none.

    `unread` are the pages (from 1) of which a part at least is a picture, or in a font without letters, and was not
    read. `words` are those of all pages, when asked for.
    """

    documents: tuple[ReadDocument, ...] = ()
    error: str | None = None
    seconds: float = 0.0
    unread: tuple[int, ...] = ()
    words: tuple[Word, ...] = field(default=(), repr=False)
