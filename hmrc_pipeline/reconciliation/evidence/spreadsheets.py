"""Tables as CSV and as a workbook. Employers' names come from documents nobody vouches for: none may become a formula.

In CSV a text that a spreadsheet would take for a formula begins with an apostrophe; amounts are written as numbers,
negative ones too. In the workbook every cell is typed, so that no text is ever looked at.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import xlsxwriter

from hmrc_pipeline.reconciliation.evidence.tables import Cell, Table

__all__ = ["as_csv", "as_workbook", "harmless"]

_STARTS_FORMULA: Final = frozenset(
    "=+-@\t\r\n\0\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{MINUS SIGN}"
)
_WIDEST: Final = 60


def as_csv(table: Table) -> str:
    """RFC 4180 text, with a mark that spreadsheets take as UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(title) for title in table.titles])
    writer.writerows([[_plain(cell) for cell in row] for row in table.rows])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + buffer.getvalue()


def harmless(text: str) -> str:
    """The text, behind an apostrophe when a spreadsheet would run it."""
    first = text.lstrip(" \N{NO-BREAK SPACE}")[:1]
    return f"'{text}" if first in _STARTS_FORMULA else text


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell) if isinstance(cell, int) else harmless(cell)


def as_workbook(tables: Sequence[Table], title: str) -> bytes:
    """An .xlsx file with one sheet a table."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "money": book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"}),
        "day": book.add_format({"num_format": "d mmm yyyy", "align": "left"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for table in tables:
        sheet = book.add_worksheet(table.name.capitalize())
        for column, name in enumerate(table.titles):
            sheet.write_string(0, column, name, formats["head"])
            sheet.set_column(column, column, _width(table, column))
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, formats)
        sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: dict[str, object]
) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), formats["money"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats["day"])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, cell, formats["text"])


def _width(table: Table, column: int) -> int:
    texts = [table.titles[column], *(_plain(row[column]) for row in table.rows)]
    return min(max(max(map(len, texts[1:]), default=8), 10) + 2, _WIDEST)
