"""Titles and blocks: which title an entry stands under, where a block ends, and what that says of its amounts' time.

Labels have already led to their amounts (`entries`); sums are for `solve`.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from hmrc_pipeline.extraction.columns import open_bases
from hmrc_pipeline.extraction.entry import BELOW_CAPTION, CROSSED, GUESSED, HEADED, SAID, Cell, Entry
from hmrc_pipeline.extraction.labels import (
    Meaning,
    caption_of,
    could_go_on,
    has_figures,
    is_cut,
    may_have_lost_its_end,
    normalise,
)
from hmrc_pipeline.extraction.layout import Piece, overlap
from hmrc_pipeline.extraction.model import Box
from hmrc_pipeline.extraction.wrapped import share_title_of_year

__all__ = ["before_blank", "place_in_blocks"]

_EDGE = 2.0
_TITLE_REACH = 3.0
_CUT_OFTEN, _WORD, _NEAR_ROWS = 2, 3.0, 12
"""So many labels visibly cut off make a column that cuts; a word not printed is at most so many lines wide."""
_BLANK, _SOME_BLANK = 2.2, 1.3
"""A blank of so many lines ends a block; the smaller one where the amounts stand in another column besides."""


def place_in_blocks(entries: Sequence[Entry], bare: Sequence[Piece]) -> None:
    """Give each entry its title and section, and its amounts what title and columns say of their time.

    `bare` are the phrases of the page that label no amount of their own.
    """
    _forget_cut_names(entries, bare)
    if titles := _titles(entries, bare):
        boxes = {id(entry): entry.box for entry in entries}
        _place(entries, titles, boxes)
        _end_sections(entries, boxes)
        _end_blocks(entries)
        share_title_of_year(entries, bare)
        _ungrid(entries)
    _share_marks(entries)
    _doubt_headers(entries)
    _share_columns(entries)


def _forget_cut_names(entries: Sequence[Entry], bare: Sequence[Piece]) -> None:
    """Where a column cuts its labels off, one that reaches its edge may be only the beginning of another name."""
    named = [(entry, entry.label) for entry in entries if entry.label is not None and entry.meaning.concept]
    unsure = [(entry, label) for entry, label in named if could_go_on(entry.meaning.text)]
    if not unsure:
        return
    owners = {id(entry.label) for entry in entries}
    columns: dict[tuple[int, int], list[Piece]] = {}
    for label in (*bare, *(entry.label for entry in entries)):
        if label is not None:
            columns.setdefault((label.page, round(label.box.x0 / 3)), []).append(label)
    for entry, own in unsure:
        near = [label for label in columns[own.page, round(own.box.x0 / 3)] if abs(label.row - own.row) <= _NEAR_ROWS]
        edge = max(label.box.x1 for label in near if id(label) in owners)
        cut_off = sum(is_cut(label.meaning.text) for label in near) >= _CUT_OFTEN
        reaches = edge - own.box.x1 <= _WORD * own.height
        if is_cut(entry.meaning.text) or (cut_off and reaches):
            entry.meaning = Meaning(entry.meaning.text, ytd=entry.meaning.ytd, decoy=True)


def _titles(entries: Sequence[Entry], bare: Sequence[Piece]) -> list[Piece]:
    """The titles of sections among the phrases of a page: those we know, and those set like them."""
    titled = [p for p in bare if p.meaning.section and not p.prose]
    if not titled:
        return []
    columns = {cell.header for entry in entries if len(entry.cells) > 1 for cell in entry.cells if cell.header}
    titles = [p for p in titled if p not in columns or _has_rival(p, titled)]
    corners = [(title.box.x0, title.middle) for title in titles]
    return [*titles, *(p for p in bare if _is_unknown_title(p, corners, entries))]


def _has_rival(heading: Piece, titled: Sequence[Piece]) -> bool:
    """Whether the heading of a column stands beside that of another section, as `Pay` beside `Deductions`."""
    row = [p for p in titled if p.row == heading.row and p.page == heading.page]
    return len({p.meaning.section for p in row}) > 1


def _is_unknown_title(piece: Piece, corners: Sequence[tuple[float, float]], entries: Sequence[Entry]) -> bool:
    """Whether a phrase heads lines of its own: set like a known title below a blank, in words we do not know.

    `corners` are left edge and middle of the known titles.
    """
    meaning = piece.meaning
    if meaning.concept or meaning.role or meaning.section or piece.prose:
        return False
    left, own = piece.box.x0, piece.middle
    if not [x0 for x0, middle in corners if abs(x0 - left) <= 3 and middle < own]:
        return False
    if ":" in piece.text or has_figures(piece.text) or " " not in normalise(piece.text) or caption_of(meaning.text):
        return False
    labels = [e.label for e in entries if e.label and abs(e.label.box.x0 - piece.box.x0) <= 12]
    before = max((label.box.bottom for label in labels if label.middle < piece.middle), default=None)
    after = min((label.box.top for label in labels if label.middle > piece.middle), default=None)
    if before is None or after is None:
        return False
    return piece.box.top - before > 0.6 * piece.height and after - piece.box.bottom < 1.6 * piece.height


def _place(entries: Sequence[Entry], titles: Sequence[Piece], boxes: Mapping[int, Box]) -> None:
    bands = _bands(titles)
    tops: dict[int, float] = {}
    for entry in entries:
        if entry.block is not None:
            tops[entry.block] = min(tops.get(entry.block, math.inf), boxes[id(entry)].top)
    for entry in entries:
        if entry.relation == BELOW_CAPTION or entry.block is not None:
            top = entry.box_of_label.top if entry.block is None else tops[entry.block]
            title = _title_of_grid(entry, titles, top)
        else:
            title = _title_above(entry, boxes[id(entry)], bands)
        if title is None:
            continue
        section = title.meaning.section
        entry.title, entry.in_ytd = title, section == "ytd"
        crossed = entry.relation == CROSSED
        entry.section = None if crossed or section in ("ytd", "period", "summary") else section


def _bands(titles: Sequence[Piece]) -> dict[int, list[Piece]]:
    """Titles by their height on the page, the lowest first."""
    bands: dict[int, list[Piece]] = {}
    for title in sorted(titles, key=lambda title: -round(title.middle / 4)):
        bands.setdefault(round(title.middle / 4), []).append(title)
    return bands


def _title_above(entry: Entry, box: Box, bands: Mapping[int, Sequence[Piece]]) -> Piece | None:
    """The nearest section title above that spans the entry; beside each other, the one over the label."""
    for band in bands.values():
        above = [
            title for title in band
            if title.middle < box.top and title is not entry.label and overlap(title.box, box) > -_EDGE
        ]  # fmt: skip
        if above:
            return above[0] if len(above) == 1 else max(above, key=lambda title: _over(title, entry))
    return None


def _over(title: Piece, entry: Entry) -> float:
    """How well a title stands over an entry: over its label; else over its amount, as the heading of a column."""
    over_label = overlap(title.box, entry.label.box) if entry.label else 0.0
    if over_label > 0 or not entry.cells:
        return over_label
    box = entry.cells[0].piece.box
    return 0.1 if overlap(title.box, box) > 0 or abs(title.box.x1 - box.x1) <= _EDGE else over_label


def _title_of_grid(entry: Entry, titles: Sequence[Piece], top: float) -> Piece | None:
    """The title of captioned amounts: directly above their block, and in force to its right up to the next title."""
    left, height = min(entry.box_of_label.x0, entry.box.x0), entry.cells[0].piece.height
    above = [t for t in titles if t is not entry.label and 0 < top - t.middle <= _TITLE_REACH * height]
    nearest = max((t.middle for t in above), default=0.0)
    row = [t for t in above if nearest - t.middle <= 0.5 * height and t.box.x0 <= left + 1.5 * height]
    return max(row, key=lambda t: t.box.x0, default=None)


def _share_marks(entries: Sequence[Entry]) -> None:
    """Among captions that all say `to date`, one whose end was cut off said so too."""
    if sum([bool(entry.meaning.ytd) for entry in entries]) < 2:
        return
    edges: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if entry.label is not None and len(entry.cells) == 1:
            edges.setdefault(
                (entry.page, entry.block if entry.block is not None else -round(entry.label.box.x0) - 2), []
            ).append(entry)
    for group in edges.values():
        marked = [entry for entry in group if entry.meaning.ytd]
        for entry in group if len(marked) > 1 else ():
            label = entry.label
            near = label is not None and any(abs(label.row - m.label.row) <= 6 for m in marked if m.label)
            cut = label is not None and (label.text.endswith("(") or may_have_lost_its_end(entry.meaning.text))
            if near and cut and entry.meaning.ytd is None:
                entry.cells[0].role, entry.cells[0].doubt = "ytd", HEADED


def _end_sections(entries: Sequence[Entry], boxes: Mapping[int, Box]) -> None:
    """A title holds for one table: not for what stands under headings of columns that come after its own lines."""
    first: dict[int, float] = {}
    for entry in entries:
        if entry.title is not None and entry.block is None:
            first[id(entry.title)] = min(first.get(id(entry.title), math.inf), boxes[id(entry)].top)
    for entry in entries:
        top = first.get(id(entry.title))
        if top is None or not any(cell.header is not None for cell in entry.cells):
            continue
        if all(cell.header is None or cell.header.middle > top for cell in entry.cells):
            entry.title, entry.section, entry.in_ytd = None, None, False


def _end_blocks(entries: Sequence[Entry]) -> None:
    """A year-to-date block ends at a wide blank: what stands below it is not said to be year to date."""
    blocks: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.in_ytd:
            blocks.setdefault(id(entry.title), []).append(entry)
    for block in blocks.values():
        kept = before_blank(block)
        for entry in block:
            entry.in_ytd = entry in kept


def before_blank(block: Sequence[Entry]) -> list[Entry]:
    """The entries of a block up to the first blank that ends it."""
    rows = sorted(block, key=lambda entry: entry.top)
    tops = [entry.top for entry in rows]
    steps = [b - a for a, b in pairwise(tops)]
    usual = min((step for step in steps if step > 2), default=0.0)
    edges = {round(cell.piece.box.x1) for cell in rows[0].cells}
    for number, (step, entry) in enumerate(zip(steps, rows[1:], strict=True), start=1):
        own = {round(cell.piece.box.x1) for cell in entry.cells}
        if step > _BLANK * usual > 0 or (step > _SOME_BLANK * usual > 0 and not own & edges):
            return rows[:number]
        edges |= own
    return rows


def _ungrid(entries: Sequence[Entry]) -> None:
    """A row of captions that reaches over several blocks stands in none of them."""
    rows: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if entry.relation == BELOW_CAPTION and entry.label:
            rows.setdefault((entry.page, entry.label.row), []).append(entry)
    for row in rows.values():
        if len({id(entry.title) for entry in row}) > 1:
            for entry in row:
                entry.title, entry.section, entry.in_ytd = None, None, False


def _doubt_headers(entries: Sequence[Entry]) -> None:
    """A heading from before the last section title holds only in a table that goes on with its columns.

    A base, which no other amount is, goes on through all sections, and with it what stands beside it.
    """
    for entry in entries:
        fleeting = () if entry.cell("base") else ("units", "rate", "balance")
        for cell in entry.cells:
            if cell.doubt != HEADED or cell.header is None:
                continue
            crossed = entry.title is not None and entry.title.middle > cell.header.middle + 1
            if (crossed and cell.role in fleeting) or (
                len(entry.cells) == 1 and not _goes_on(entry, cell, entries, crossed)
            ):
                cell.role, cell.doubt = None, GUESSED


def _goes_on(entry: Entry, cell: Cell, entries: Sequence[Entry], crossed: bool) -> bool:
    """Whether other rows of the entry's block use the same column for the same thing."""
    block = [e for e in entries if e.title is entry.title and len(e.cells) > 1]
    mates = any(c.role == cell.role and _same_edge(c.piece, cell.piece) for e in block for c in e.cells)
    return mates or not (crossed or block)


def _same_edge(first: Piece, second: Piece) -> bool:
    return abs(first.box.x1 - second.box.x1) <= 1.5


def _share_columns(entries: Sequence[Entry]) -> None:
    """Fill roles still open: from the section, from the label, from the same column elsewhere on the page."""
    edges: dict[tuple[int, int], str] = {}
    for entry in entries:
        for cell in entry.cells:
            if cell.doubt == HEADED and cell.role:
                edges.setdefault((cell.piece.page, round(cell.piece.box.x1)), cell.role)
    for entry in entries:
        open_bases(entry)
        _fill(entry, edges)


def _fill(entry: Entry, edges: dict[tuple[int, int], str]) -> None:
    for cell in entry.cells:
        if cell.role == "amount":
            cell.role = None
    open_cells = [cell for cell in entry.cells if cell.role is None]
    if not open_cells:
        return
    taken = {cell.role for cell in entry.cells if cell.role}
    if entry.in_ytd and len(open_cells) == 1 and "ytd" not in taken and len(entry.cells) == 1:
        open_cells[0].role, open_cells[0].doubt = "ytd", HEADED
        return
    for cell in open_cells:
        if len(entry.cells) > 1:
            role = edges.get((cell.piece.page, round(cell.piece.box.x1)))
            if role and role not in taken and role != "amount":
                cell.role, cell.doubt = role, HEADED
                taken.add(role)
    open_cells = [cell for cell in entry.cells if cell.role is None]
    if len(open_cells) == 1 and "this" not in taken:
        open_cells[0].role = "this"
        open_cells[0].doubt = SAID if entry.meaning.ytd is False else GUESSED
