"""A pack as one HTML page that needs nothing beside it: letter, tables, exhibits as pictures, hashes.

Every text is escaped, whoever it comes from. The same on paper is `sheet`.
"""

import base64
import html
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.evidence.letter import Letter
from hmrc_pipeline.reconciliation.evidence.pack import Pack, spoken_day
from hmrc_pipeline.reconciliation.evidence.pictures import ExhibitPage
from hmrc_pipeline.reconciliation.evidence.tables import Cell, Table, filled_columns

__all__ = ["as_html", "shown"]

_STYLE: Final = """
body { font: 15px/1.5 Georgia, 'Times New Roman', serif; color: #1c1c1c; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem }
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-bottom: 1px solid #bbb; padding-bottom: .2rem }
address { font-style: normal; text-align: right } .to { margin: 1.5rem 0 } .subject { font-weight: bold }
table { border-collapse: collapse; width: 100%; font: 13px/1.4 system-ui, sans-serif; margin: 1rem 0 }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .5rem; text-align: left; vertical-align: top }
td.amount, th.amount { text-align: right; white-space: nowrap } tr.differs td { background: #fbeaea }
figure { margin: 1.5rem 0; break-inside: avoid } figure img { width: 100%; border: 1px solid #999 }
figcaption { font: 13px/1.5 system-ui, sans-serif } code { font-size: 12px; overflow-wrap: anywhere }
.left-out { color: #555; font-style: italic } .scroll { overflow-x: auto }
@media print { h2 { break-before: page } body { margin: 0 } }
"""


def as_html(pack: Pack, letters: Sequence[Letter], tables: Sequence[Table], pages: Sequence[ExhibitPage]) -> str:
    """The whole pack."""
    by_name = {table.name: table for table in tables}
    parts = [
        f"<!doctype html><html lang='en-GB'><head><meta charset='utf-8'><title>{_e(pack.title)}</title>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<style>{_STYLE}</style></head><body>",
    ]
    for letter in letters:
        parts += _letter(letter, by_name["measures"])
    if not letters:
        parts += [f"<h1>{_e(pack.title)}</h1>", "<p>Nothing differs.</p>", _table(by_name["measures"])]
    if pack.audience == "self":
        parts += ["<h2>The year by source</h2>", _table(by_name["measures"])]
        if by_name["findings"].rows:
            parts += ["<h2>What was found</h2>", _table(by_name["findings"])]
    if pages:
        parts += ["<h2>Exhibits</h2>", *(_figure(page) for page in pages)]
    parts += ["<h2>Documents and their hashes</h2>", _table(by_name["documents"], code=3)]
    return "\n".join([*parts, "</body></html>", ""])


def shown(cell: Cell) -> str:
    """A cell for people's eyes."""
    if cell is None:
        return "\N{EN DASH}"
    if isinstance(cell, Decimal):
        return format_pounds(cell)
    return spoken_day(cell) if isinstance(cell, date) else str(cell)


def _letter(letter: Letter, measures: Table) -> Iterator[str]:
    yield f"<address>{'<br>'.join(map(_e, letter.sender))}</address>"
    yield f"<p class='to'>{_e(letter.to)}</p><p>{_e(letter.date)}</p><p>{_e(letter.greeting)}</p>"
    yield f"<p class='subject'>{_e(letter.subject)}</p><p>{_e(letter.opening)}</p>"
    yield _table(of_employment(measures, letter))
    yield "<p>What I found:</p><ol>" + "".join(f"<li>{_e(text)}</li>" for text in letter.findings) + "</ol>"
    yield "<p>What I ask:</p><ol>" + "".join(f"<li>{_e(text)}</li>" for text in letter.requests) + "</ol>"
    yield "".join(f"<p>{_e(text)}</p>" for text in letter.closing)


def of_employment(measures: Table, letter: Letter) -> Table:
    """The measures of the letter's employment, without the columns that are the same in every row."""
    employment = letter.employment
    rows = [row for row in measures.rows if row[:2] == (employment.employer_name, employment.paye_reference)]
    last = -1 if not any(employment.unexplained.values()) else len(measures.titles)
    return Table(measures.name, measures.titles[2:last], tuple(row[2:last] for row in rows))


def _table(table: Table, code: int | None = None) -> str:
    if not table.rows:
        return "<p>None.</p>"
    amounts = {
        column for column in range(len(table.titles)) if any(isinstance(row[column], Decimal) for row in table.rows)
    }
    filled = filled_columns(table)
    head = "".join(f"<th{_class(column in amounts)}>{_e(table.titles[column])}</th>" for column in filled)
    rows = []
    for row in table.rows:
        cells = "".join(f"<td{_class(c in amounts)}>{_cell(row[c], is_code=c == code)}</td>" for c in filled)
        rows.append(f"<tr{' class=differs' if 'differs' in row else ''}>{cells}</tr>")
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f"<div class='scroll'>{body}</div>"


def _class(is_amount: bool) -> str:
    return " class='amount'" if is_amount else ""


def _cell(cell: Cell, *, is_code: bool) -> str:
    return f"<code>{_e(shown(cell))}</code>" if is_code else _e(shown(cell))


def _figure(page: ExhibitPage) -> str:
    title = f"<h3>Exhibit {_e(page.exhibit.name)}: {_e(page.exhibit.title)}, page {page.page}</h3>"
    if page.png is None:
        return f"{title}<p class='left-out'>Not shown: {_e(page.why_not or '')}.</p>"
    data = base64.b64encode(page.png).decode()
    legend = "<br>".join(f"<b>{_e(letter)}</b> {_e(label)}: {_e(value)}" for letter, label, value in page.legend)
    alt = _e(f"{page.exhibit.title}, page {page.page}")
    return (
        f"<figure>{title}<img alt='{alt}' src='data:image/png;base64,{data}'><figcaption>{legend}</figcaption></figure>"
    )


def _e(text: str) -> str:
    return html.escape(text, quote=True)
