"""This period or year to date, where neither label nor heading says so: by Y1, the year is never the smaller.

Headings that speak are for `columns`, titles for `blocks`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from hmrc_pipeline.extraction.blocks import before_blank
from hmrc_pipeline.extraction.entry import GUESSED, Cell, Entry

__all__ = ["tell_times"]


def tell_times(entries: Sequence[Entry]) -> None:
    """Give amounts still without a role in time the one their columns and blocks allow."""
    _name_running_balances(entries)
    _order_columns(entries)
    _name_the_later_block(entries)


def _name_the_later_block(entries: Sequence[Entry]) -> None:
    """Y1: a titled block that repeats measures of the slip, none of them smaller and some larger, is the year to date.

    Only where neither its title nor its labels speak of time, and what it repeats is printed elsewhere.
    """
    blocks: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.title is not None and entry.title.meaning.section in _TIMELESS and len(entry.cells) == 1:
            blocks.setdefault(id(entry.title), []).append(entry)
    for titled in blocks.values():
        block = before_blank(titled)
        if any(entry.meaning.ytd is not None or entry.cells[0].doubt < GUESSED for entry in block):
            continue
        pairs = [(_pence_of(entry), other) for entry in block for other in _elsewhere(entry, block, entries)]
        if len(pairs) > 1 and all(a >= b for a, b in pairs) and sum(a > b for a, b in pairs) > 1:
            for entry in block:
                entry.in_ytd, entry.section, entry.cells[0].role = True, None, "ytd"


_TIMELESS = frozenset({"summary"})


def _pence_of(entry: Entry) -> int:
    return abs(entry.cells[0].piece.pence or 0)


def _elsewhere(entry: Entry, block: Sequence[Entry], entries: Sequence[Entry]) -> list[int]:
    """This period's amounts of the same measure outside the block."""
    concept = entry.meaning.concept
    others = [e for e in entries if concept and e.meaning.concept == concept and e not in block]
    mine = [e for e in others if e.meaning.employer == entry.meaning.employer and e.meaning.ytd is not True]
    return [abs(cell.piece.pence or 0) for e in mine if (cell := e.cell("this")) is not None][:1]


def _name_running_balances(entries: Sequence[Entry]) -> None:
    """A last amount that each line raises or lowers by its own is what is left after the line, and no year to date."""
    columns: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if entry.is_line and len(entry.cells) > 1:
            last = entry.cells[-1].piece
            columns.setdefault((last.page, round(last.box.x1 / 3)), []).append(entry)
    for column in columns.values():
        rows = [[cell.piece.pence or 0 for cell in entry.cells] for entry in sorted(column, key=lambda e: e.top)]
        steps = [(abs(after[-1] - before[-1]), abs(after[-2])) for before, after in pairwise(rows)]
        if len(steps) > 1 and all(step == own for step, own in steps) and any(own for _, own in steps):
            for entry in column:
                entry.cells[-1].role = "balance"
                if len(entry.cells) == 2:
                    entry.cells[0].role = "this"


def _order_columns(entries: Sequence[Entry]) -> None:
    """Give roles to pairs of amounts without headings: the one never smaller is the year to date."""
    _name_the_rest(entries)
    pairs = []
    for entry in entries:
        open_cells = [cell for cell in entry.cells if cell.role is None]
        if len(open_cells) < 2:
            continue
        if len(open_cells) == 2 and not entry.cell("this") and not entry.cell("ytd"):
            pairs.append(open_cells)
        elif len(open_cells) == 3 and not entry.cell("this"):
            open_cells[2].role = "this"
    if not pairs:
        return
    rows = Counter(round(e.label.box.x0 / 3) for e in entries if e.label and e.is_line)
    for alone in [pair for pair in pairs if not _is_column(pair, pairs, entries, rows)]:
        alone[0].role = "this"
        pairs.remove(alone)
    first_ytd = sum(abs(a.piece.pence or 0) > abs(b.piece.pence or 0) for a, b in pairs)
    last_ytd = sum(abs(a.piece.pence or 0) < abs(b.piece.pence or 0) for a, b in pairs)
    order = ("ytd", "this") if first_ytd > last_ytd else ("this", "ytd")
    for pair in pairs:
        for cell, role in zip(pair, order, strict=True):
            cell.role = role


def _is_column(
    pair: Sequence[Cell], pairs: Sequence[Sequence[Cell]], entries: Sequence[Entry], rows: Mapping[int, int]
) -> bool:
    """Whether a second amount without a heading stands in a column: beside other rows', and most rows of the list."""
    mates = sum(1 for other in pairs if _same_columns(pair, other))
    label = next((e.label for e in entries if pair[0] in e.cells), None)
    return bool(mates) and label is not None and 2 * (mates + 1) >= rows[round(label.box.x0 / 3)]


def _name_the_rest(entries: Sequence[Entry]) -> None:
    """Y1: beside this period's amounts a column without a known heading, in no row smaller, is the year to date."""
    beside: dict[int, list[tuple[Cell, Cell]]] = {}
    for entry in entries:
        rest = [cell for cell in entry.cells if cell.role is None]
        if len(rest) == 1 and (this := entry.cell("this")) is not None and not entry.cell("ytd"):
            beside.setdefault(round(rest[0].piece.box.x1 / 3), []).append((this, rest[0]))
    for rows in beside.values():
        amounts = [(abs(this.piece.pence or 0), abs(rest.piece.pence or 0)) for this, rest in rows]
        if len(rows) > 2 and all(b >= a for a, b in amounts) and any(b > a for a, b in amounts):
            for _, unnamed in rows:
                unnamed.role, unnamed.doubt = "ytd", GUESSED


def _same_columns(pair: Sequence[Cell], other: Sequence[Cell]) -> bool:
    edges = [abs(a.piece.box.x1 - b.piece.box.x1) for a, b in zip(pair, other, strict=True)]
    return pair is not other and max(edges) <= 12
