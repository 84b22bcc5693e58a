"""A pack as a PDF to print and send: letter, tables, one exhibit page a sheet, hashes.

The same on a screen is `paper`.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Image, KeepTogether, ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from hmrc_pipeline.reconciliation.evidence.letter import Letter
from hmrc_pipeline.reconciliation.evidence.pack import Pack
from hmrc_pipeline.reconciliation.evidence.paper import of_employment, shown
from hmrc_pipeline.reconciliation.evidence.pictures import ExhibitPage
from hmrc_pipeline.reconciliation.evidence.tables import Cell, Table, filled_columns

__all__ = ["as_pdf"]

_MARGINS: Final[dict[str, Any]] = {
    "leftMargin": 22 * mm,
    "rightMargin": 22 * mm,
    "topMargin": 20 * mm,
    "bottomMargin": 20 * mm,
}
_WIDTH: Final = A4[0] - 44 * mm
_PICTURE_HEIGHT: Final = 185 * mm
_TEXT: Final = ParagraphStyle("text", fontName="Times-Roman", fontSize=10.5, leading=14, spaceAfter=7)
_RIGHT: Final = ParagraphStyle("right", parent=_TEXT, alignment=TA_RIGHT)
_BOLD: Final = ParagraphStyle("bold", parent=_TEXT, fontName="Times-Bold")
_HEAD: Final = ParagraphStyle("head", parent=_BOLD, fontSize=14, leading=18, spaceBefore=6, spaceAfter=8)
_SMALL: Final = ParagraphStyle("small", fontName="Helvetica", fontSize=8, leading=10)
_SMALL_RIGHT: Final = ParagraphStyle("small right", parent=_SMALL, alignment=TA_RIGHT)
_SMALL_BOLD: Final = ParagraphStyle("small bold", parent=_SMALL, fontName="Helvetica-Bold")
_SMALL_BOLD_RIGHT: Final = ParagraphStyle("small bold right", parent=_SMALL_BOLD, alignment=TA_RIGHT)
_CODE: Final = ParagraphStyle("code", parent=_SMALL, fontName="Courier", fontSize=7, wordWrap="CJK")


def as_pdf(pack: Pack, letters: Sequence[Letter], tables: Sequence[Table], pages: Sequence[ExhibitPage]) -> bytes:
    """The whole pack."""
    by_name = {table.name: table for table in tables}
    story: list[Any] = []
    for letter in letters:
        story += [*_letter(letter, by_name["measures"]), PageBreak()]
    if not letters:
        story += [Paragraph(_e(pack.title), _HEAD), Paragraph("Nothing differs.", _TEXT)]
    if pack.audience == "self":
        story += [Paragraph("The year by source", _HEAD), _grid(by_name["measures"]), Spacer(1, 6 * mm)]
        if by_name["findings"].rows:
            story += [Paragraph("What was found", _HEAD), _grid(by_name["findings"])]
        story.append(PageBreak())
    for page in pages:
        story += [KeepTogether(list(_exhibit(page))), PageBreak()]
    story += [Paragraph("Documents and their hashes", _HEAD), _grid(by_name["documents"], code=3)]
    buffer = io.BytesIO()
    document = SimpleDocTemplate(buffer, pagesize=A4, title=pack.title, invariant=1, **_MARGINS)
    document.build(story, onFirstPage=_number, onLaterPages=_number)
    return buffer.getvalue()


def _number(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(A4[0] / 2, 11 * mm, f"{document.title} \N{MIDDLE DOT} page {document.page}")


def _letter(letter: Letter, measures: Table) -> Iterator[Any]:
    yield Paragraph("<br/>".join(map(_e, letter.sender)), _RIGHT)
    yield Paragraph(_e(letter.to), _TEXT)
    yield Paragraph(_e(letter.date), _TEXT)
    yield Paragraph(_e(letter.greeting), _TEXT)
    yield Paragraph(_e(letter.subject), _BOLD)
    yield Paragraph(_e(letter.opening), _TEXT)
    yield _grid(of_employment(measures, letter))
    yield Spacer(1, 4 * mm)
    for title, items in (("What I found:", letter.findings), ("What I ask:", letter.requests)):
        yield Paragraph(title, _BOLD)
        yield ListFlowable([Paragraph(_e(text), _TEXT) for text in items], bulletType="1", leftIndent=16)
    for text in letter.closing:
        yield Paragraph(_e(text), _TEXT)


def _exhibit(page: ExhibitPage) -> Iterator[Any]:
    yield Paragraph(_e(f"Exhibit {page.exhibit.name}: {page.exhibit.title}, page {page.page}"), _HEAD)
    if page.png is None:
        yield Paragraph(_e(f"Not shown: {page.why_not}."), _TEXT)
        return
    width, height = page.size
    scale = min(_WIDTH / width, _PICTURE_HEIGHT / height)
    yield Image(io.BytesIO(page.png), width * scale, height * scale)
    yield Spacer(1, 3 * mm)
    for letter, label, value in page.legend:
        yield Paragraph(f"<b>{_e(letter)}</b>&nbsp;&nbsp;{_e(label)}: {_e(value)}", _SMALL)


def _grid(table: Table, code: int | None = None) -> Any:
    if not table.rows:
        return Paragraph("None.", _TEXT)
    columns = filled_columns(table)
    amounts = {c for c in columns if any(isinstance(row[c], Decimal) for row in table.rows)}
    head = [Paragraph(_e(table.titles[c]), _SMALL_BOLD_RIGHT if c in amounts else _SMALL_BOLD) for c in columns]
    body = [[_cell(row[c], c in amounts, c == code) for c in columns] for row in table.rows]
    style: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, colors.black),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    style += [
        ("BACKGROUND", (0, number), (-1, number), colors.HexColor("#fbeaea"))
        for number, row in enumerate(table.rows, 1)
        if "differs" in row
    ]
    return Grid([head, *body], colWidths=_widths(table, columns), style=style, repeatRows=1)


def _widths(table: Table, columns: Sequence[int]) -> list[float]:
    """Wide enough for the longest amount or word; longer texts break at their blanks."""
    weights = []
    for column in columns:
        texts = [shown(row[column]) for row in table.rows]
        words = [word for text in (*texts, table.titles[column]) for word in text.split()]
        unbroken = min(max(map(len, words), default=0), 26) + 3
        breakable = max((len(text) for text in texts if " " in text), default=0)
        weights.append(max(unbroken, min(breakable, 20 if len(columns) > 5 else 60)))
    return [_WIDTH * weight / sum(weights) for weight in weights]


def _cell(cell: Cell, is_amount: bool, is_code: bool) -> Any:
    return Paragraph(_e(shown(cell)), _CODE if is_code else _SMALL_RIGHT if is_amount else _SMALL)


def _e(text: str) -> str:
    """Escaped, and in the letters the standard fonts have."""
    return escape("".join(_drawable(letter) for letter in text), quote=False)


def _drawable(letter: str) -> str:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"
    return letter
