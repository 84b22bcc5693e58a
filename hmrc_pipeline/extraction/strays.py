"""Amounts that no label owns though their time is told, and a second set of amounts that satisfies the same sums.

Either says that labels may have led to the wrong amounts, so nothing here chooses: it gives reasons for review.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from hmrc_pipeline.extraction.entry import CROSSED, GUESSED, Cell, Entry
from hmrc_pipeline.extraction.findings import Findings
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.sums import Worked
from hmrc_pipeline.money import format_amount, from_pence

__all__ = ["strays"]

_TIMES: Final = ("this", "ytd")
_SEVERAL: Final = 2
_MOST_PERIODS: Final = 54


def strays(entries: Sequence[Entry], loose: Sequence[Piece], findings: Findings, worked: Worked) -> list[str]:
    """Reasons for review: figures under a heading with strays, captions of time without a label, sums met twice."""
    return [
        *_under_one_heading(entries, findings),
        *_torn(entries, findings, worked),
        *_captioned_only(entries, findings),
        *_met_twice(entries, loose, worked),
    ]


def _under_one_heading(entries: Sequence[Entry], findings: Findings) -> Iterator[str]:
    """A column of the year whose amounts have a label in some rows and none in others: its rows may be another's."""
    heads: Counter[int] = Counter()
    for entry in entries:
        if entry.label is None and len(entry.cells) == 1 and entry.cells[0].header is not None:
            heads[id(entry.cells[0].header)] += entry.cells[0].role == "ytd"
    if not heads:
        return
    for name, found in findings.found.items():
        if name.startswith("ytd_") and any(heads[id(cell.header)] >= _SEVERAL for _, cell in found.parts):
            yield f"{name} stands in a column in which other amounts have no label"


def _torn(entries: Sequence[Entry], findings: Findings, worked: Worked) -> Iterator[str]:
    """A lone amount under a title of its own, in line with the year's column of an earlier table: no sum, and nothing
    printed, tells its time. Several under one title are a table with one column, which is this period's."""
    for name, found in findings.found.items():
        of_year = findings.found.get(f"ytd_{name}")
        if name in worked.chosen or not found.checks <= {"N2"} or (of_year and of_year.pence >= found.pence):
            continue
        if any(_is_torn(cell) and _is_alone(entry, entries) for entry, cell in found.parts):
            yield f"{name} stands in line with a column of the year to date, and may be the year's"


def _is_torn(cell: Cell) -> bool:
    guessed = cell.role == "this" and cell.doubt == GUESSED
    return guessed and cell.header is not None and cell.header.meaning.role == "ytd"


def _is_alone(entry: Entry, entries: Sequence[Entry]) -> bool:
    return sum(other.title is entry.title for other in entries) == 1


def _captioned_only(entries: Sequence[Entry], findings: Findings) -> Iterator[str]:
    """Captions that say a time and nothing else, each with an amount, where the figures' own time is not told, or where
    the same caption elsewhere names the row of one."""
    said: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        meaning, cell = entry.meaning, entry.cells[0]
        names_time = entry.is_line and meaning.role in _TIMES and meaning.concept is None
        if names_time and len(entry.cells) == 1:
            said[meaning.text].add(abs(cell.piece.pence or 0))
    if all(len(amounts) < _SEVERAL for amounts in said.values()):
        return
    read = {abs(found.pence) for name, found in findings.found.items() if not name.startswith("ytd_")}
    parts = [part for found in findings.found.values() for part in found.parts]
    crossed = {c.header.meaning.text for e, c in parts if e.relation == CROSSED and c.header is not None}
    gross = findings.found.get("gross_pay")
    guessed = gross is not None and gross.parts[0][1].doubt >= GUESSED
    for text, amounts in said.items():
        if len(amounts - read) >= _SEVERAL and (guessed or text in crossed):
            yield f"several amounts are captioned '{text}' and belong to no figure"


def _met_twice(entries: Sequence[Entry], loose: Sequence[Piece], worked: Worked) -> Iterator[str]:
    """A smaller gross, total and net among the amounts not used: what was chosen may be the year to date of it (Y1)."""
    gross, net = worked.chosen.get("gross_pay"), worked.chosen.get("net_pay")
    if gross is None or net is None or (_is_told(gross[1]) and _is_told(net[1])):
        return
    paid, left = gross[1].piece.pence or 0, net[1].piece.pence or 0
    used = {id(cell.piece) for _, cell in worked.chosen.values()}
    used |= {id(line.this.piece) for line in worked.lines if line.this}
    used |= {id(c.piece) for e in entries for c in e.cells if c.role in ("ytd", "units", "rate", "base", "balance")}
    used |= {id(c.piece) for e in entries for c in e.cells if e.meaning.decoy}
    cells = [cell.piece for entry in entries for cell in entry.cells]
    free = {abs(piece.pence or 0) for piece in (*cells, *loose) if id(piece) not in used} - {0}
    for other in sorted(free):
        if not other < paid <= _MOST_PERIODS * other:
            continue
        taken = {other - rest for rest in free if rest < other and rest < left} & free
        if any(each < paid - left for each in taken):
            yield (
                f"gross pay is {_pounds(paid)} or {_pounds(other)}: the sums hold with both, and one can be the year"
                " to date of the other"
            )
            return


def _is_told(cell: Cell) -> bool:
    return cell.role == "this" and cell.doubt < GUESSED


def _pounds(pence: int) -> str:
    return format_amount(from_pence(pence))
