"""Labels lead to amounts: right of the label in one row, below a caption, or where row and column headings meet.

An entry is one printed line or one caption with its amounts, each amount with its role (this period, year to
date, units, rate). No sum is made here and no field chosen: that is for `solve`.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from hmrc_pipeline.extraction.grid import Captions
from hmrc_pipeline.extraction.labels import (
    Meaning,
    caption_of,
    may_have_lost_its_end,
    meaning_of,
    normalise,
    party_of,
    vocabulary,
)
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap, stacked_captions
from hmrc_pipeline.extraction.model import Box
from hmrc_pipeline.extraction.tiles import Tile, amounts_first, tiles_of

__all__ = ["Cell", "Entry", "before_blank", "entries_of"]

_EDGE = 2.0
_UNITS_AT_END = re.compile(r"(?<=\w)\s+([\d,]*\.?\d+)\s*(?:hrs?|hours?|days?|units?)?\s*[@x]$")
_TITLE_REACH = 3.0
_OFTEN = 3
_HEADS = 2.5
"""Two rows of headings of one table, or a line and what stands under it, are at most this many lines apart."""
_BLANK, _SOME_BLANK = 2.2, 1.3
"""A blank of so many lines ends a block; the smaller one where the amounts stand in another column besides."""


@dataclass(slots=True)
class Cell:
    """One amount of an entry: its role in time; `doubt` 0 says the label told, 1 a heading, 2 the place."""

    piece: Piece
    role: str | None = None
    doubt: int = 2
    header: Piece | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """A label with its amounts. `block` numbers the block of captioned amounts it stands in, if any."""

    label: Piece | None
    cells: list[Cell]
    relation: str
    section: str | None = None
    title: Piece | None = None
    in_ytd: bool = False
    block: int | None = None
    contested: bool = False
    meaning: Meaning = field(default_factory=lambda: Meaning(""))

    def cell(self, role: str) -> Cell | None:
        """The amount with this role, None when there is none."""
        return next((cell for cell in self.cells if cell.role == role), None)

    @property
    def page(self) -> int:
        return self.cells[0].piece.page

    @property
    def box_of_label(self) -> Box:
        return self.label.box if self.label else self.cells[0].piece.box

    @property
    def box(self) -> Box:
        boxes = [cell.piece.box for cell in self.cells]
        return joined_box([self.label.box, *boxes] if self.label else boxes)


def entries_of(pieces: Sequence[Piece]) -> list[Entry]:
    """All entries of one page, from the top."""
    tiles = tiles_of(pieces, stacked_captions(pieces))
    rest = _without(pieces, tiles)
    tiles |= amounts_first(rest)
    groups, bare = _groups(_without(rest, tiles))
    named = [p for p in (*bare, *stacked_captions(bare)) if not p.prose]
    headings = [p for p in named if p.meaning.role]
    parties = [p for p in named if party_of(p.meaning.text)]
    captions = Captions(named, pieces)
    entries = [_of_tile(piece, tiles[id(piece)]) for piece in pieces if id(piece) in tiles]
    for group in groups:
        entries.extend(_read_group(group, headings, captions))
    entries = [part for entry in entries for part in _apart(entry, parties, headings, captions)]
    entries = _under_lines(entries, bare)
    _one_each(entries)
    columns = {cell.header for entry in entries if len(entry.cells) > 1 for cell in entry.cells if cell.header}
    titles = [p for p in bare if p.meaning.section and not p.prose and p not in columns]
    titles += [p for p in bare if _is_unknown_title(p, titles, entries)]
    tops: dict[int, float] = {}
    for entry in entries:
        if entry.block is not None:
            tops[entry.block] = min(tops.get(entry.block, entry.box.top), entry.box.top)
    for entry in entries:
        _place(entry, titles, tops)
    _share_marks(entries)
    _end_sections(entries)
    _end_blocks(entries)
    _ungrid(entries)
    _doubt_headers(entries)
    _share_columns(entries)
    return entries


def _without(pieces: Sequence[Piece], tiles: Mapping[int, Tile]) -> list[Piece]:
    apart = {id(word) for tile in tiles.values() for word in tile.caption.words}
    return [p for p in pieces if id(p) not in tiles and id(p.words[0]) not in apart]


@dataclass(slots=True)
class _Group:
    label: Piece | None
    amounts: list[Piece]


def _groups(pieces: Sequence[Piece]) -> tuple[list[_Group], list[Piece]]:
    """Rows parted at each label; and the phrases that have no amount of their own."""
    groups: list[_Group] = []
    bare: list[Piece] = []
    row, current = -1, _Group(None, [])
    for piece in pieces:
        if piece.row != row:
            _close(current, groups, bare)
            row, current = piece.row, _Group(None, [])
        filler = piece.is_filler and (current.amounts or not normalise(piece.text))
        if piece.prose or piece.is_number or (filler and not piece.is_amount):
            continue
        if piece.is_amount:
            current.amounts.append(piece)
        else:
            _close(current, groups, bare)
            current = _Group(None if _is_answered(piece) or _is_sentence(piece) else piece, [])
    _close(current, groups, bare)
    return groups, bare


def _is_answered(piece: Piece) -> bool:
    """Whether the phrase is a caption with its own value, `Pay Method: BACS`: no label of an amount after it."""
    for number, word in enumerate(piece.words[:-1], start=1):
        if word.text.endswith(":") and caption_of(normalise(" ".join(w.text for w in piece.words[:number]))):
            return piece.meaning.concept is None
    return False


def _is_sentence(piece: Piece) -> bool:
    """Whether a phrase is a sentence of a message, which labels nothing."""
    words = set(normalise(piece.text).split())
    said = piece.text.endswith(".") or bool(words & set(vocabulary()["decoys"]["verbs"]))
    meaning = piece.meaning
    unknown = meaning.concept in (None, "pension") and not meaning.section and not meaning.side
    return len(piece.words) >= 4 and said and unknown


def _close(group: _Group, groups: list[_Group], bare: list[Piece]) -> None:
    if group.amounts:
        groups.append(group)
    elif group.label is not None:
        bare.append(group.label)


def _read_group(group: _Group, headings: Sequence[Piece], captions: Captions) -> list[Entry]:
    label = group.label
    meaning = label.meaning if label else Meaning("")
    if label is not None and len(group.amounts) > 1 and (worked := _units_in_label(label, group.amounts)):
        return [worked]
    names_time = label is not None and meaning.role in ("this", "ytd") and meaning.concept is None
    own = label is not None and (meaning.concept or meaning.decoy or meaning.refund)
    if names_time or not own:
        grid = [_grid_entry(amount, captions, label if names_time else None) for amount in group.amounts]
        known = label is None or names_time
        found = [entry for entry in grid if entry and (known or entry.meaning.concept)]
        if found and (names_time or label is None or len(found) == len(group.amounts)):
            return found
    cells = [_headed(amount, headings) for amount in group.amounts]
    if meaning.ytd is not None and len(cells) == 1:
        cells[0] = Cell(cells[0].piece, "ytd" if meaning.ytd else "this", 0, cells[0].header)
    _multiply(cells)
    return [Entry(label, cells, "right of label" if label else "", meaning=meaning)]


def _units_in_label(label: Piece, amounts: Sequence[Piece]) -> Entry | None:
    """R1 within a row: `Salary 140 @ 4.32 604.80`, where units stand in the label and rate times units proves it."""
    found = _UNITS_AT_END.search(label.text)
    if found is None:
        return None
    units, rate, amount = Decimal(found[1].replace(",", "")), amounts[0].pence or 0, amounts[1].pence or 0
    if abs(units * rate - amount) > Decimal("0.5"):
        return None
    kept = len(label.text[: found.start()].split())
    words = label.words[:kept]
    text = " ".join(word.text for word in words)
    name = Piece(text, joined_box([w.box for w in words]), label.page, label.row, words, meaning=meaning_of(text))
    cells = [Cell(amounts[0], "rate", 0), Cell(amounts[1], "this", 0), *(Cell(more) for more in amounts[2:])]
    return Entry(name, cells, "right of label", meaning=name.meaning)


def _grid_entry(amount: Piece, captions: Captions, row_label: Piece | None) -> Entry | None:
    """The amount under a caption, by itself or crossed with a row named for its time."""
    caption = captions.above(amount, far=row_label is not None)
    relation = "row and column" if row_label is not None else "below caption"
    if caption is not None and row_label is not None and abs(caption.box.x0 - row_label.box.x0) <= _EDGE:
        caption = None
    if caption is None and row_label is None:
        caption, relation = captions.below(amount), "above caption"
    if caption is None:
        return None
    meaning = caption.meaning
    cell = Cell(amount)
    if meaning.ytd is not None:
        cell = Cell(amount, "ytd" if meaning.ytd else "this", 0)
    elif row_label is not None:
        cell = Cell(amount, row_label.meaning.role, 0, row_label)
    return Entry(caption, [cell], relation, meaning=meaning)


def _apart(entry: Entry, parties: Sequence[Piece], headings: Sequence[Piece], captions: Captions) -> list[Entry]:
    """An entry without the amounts that are not its own: the employer's column, and what no heading of its table covers."""
    if entry.relation != "right of label" or len(entry.cells) < 2:
        return [entry]
    headed = [cell.header.middle for cell in entry.cells if cell.header is not None]
    lowest, height = max(headed, default=0.0), entry.cells[0].piece.height
    employers = _employers_cells(entry, [p for p in parties if p.middle > lowest - 2], headings)
    strays = [
        cell for cell in entry.cells
        if cell not in employers and len(headed) > 1 and cell.doubt > 0
        and (cell.header is None or cell.header.middle < lowest - _HEADS * height)
    ]  # fmt: skip
    entry.cells = [cell for cell in entry.cells if cell not in employers and cell not in strays]
    found = [entry] if entry.cells else []
    if employers and entry.label is not None:
        meaning = meaning_of(f"{entry.label.text} employer")
        found.append(Entry(entry.label, employers, entry.relation, meaning=meaning))
    alone = (_grid_entry(cell.piece, captions, None) or Entry(None, [Cell(cell.piece)], "") for cell in strays)
    return [*found, *alone]


def _employers_cells(entry: Entry, parties: Sequence[Piece], headings: Sequence[Piece]) -> list[Cell]:
    """The cells under a heading that names the employer; all cells get the role of the heading over their party's."""
    found: list[Cell] = []
    for cell in entry.cells:
        over = [p for p in parties if p.box.bottom <= cell.piece.box.top + 2 and _spans(p, cell.piece)]
        if not over:
            continue
        party = max(over, key=lambda p: p.middle)
        above = [h for h in headings if 0 < party.middle - h.middle <= _HEADS * party.height]
        if above:
            centre = party.box.x0 + party.box.x1
            head = min(above, key=lambda h: abs(h.box.x0 + h.box.x1 - centre))
            cell.role, cell.doubt, cell.header = head.meaning.role, 1, head
        if party_of(party.meaning.text) == "employer":
            found.append(cell)
    return found


def _spans(heading: Piece, amount: Piece) -> bool:
    return abs(heading.box.x1 - amount.box.x1) <= 1.5 * _EDGE or overlap(heading.box, amount.box) > 0


def _under_lines(entries: list[Entry], bare: Sequence[Piece]) -> list[Entry]:
    """A row that says only `to date`, set under a line of the list, is the year to date of that line.

    So is a row in words we do not know when the same words stand under several lines.
    """
    alone = [e for e in entries if e.relation == "right of label" and len(e.cells) == 1]
    texts = Counter(entry.meaning.text for entry in alone)
    lines = [entry for entry in entries if entry.relation == "right of label" and entry.label]
    moved: set[int] = set()
    for time in alone:
        often = texts[time.meaning.text]
        says = time.meaning.role == "ytd" and (often > 1 or not time.meaning.concept)
        if not says and (often < _OFTEN or time.meaning.concept or time.meaning.side):
            continue
        labels = [e.label for e in lines if e.label and not e.meaning.role] + [p for p in bare if not p.meaning.section]
        above = [label for label in labels if _is_just_above(label, time.label)]
        nearest = max(above, key=lambda label: label.middle, default=None)
        if nearest is None:
            continue
        cell = Cell(time.cells[0].piece, "ytd", 0 if says else 2, time.label)
        line = next((entry for entry in lines if entry.label is nearest), None)
        if line is None:
            entries.append(Entry(nearest, [cell], "right of label", meaning=nearest.meaning))
        elif line.cell("ytd") is None:
            line.cells.append(cell)
        moved.add(id(time))
    return [entry for entry in entries if id(entry) not in moved]


def _is_just_above(first: Piece, second: Piece | None) -> bool:
    if second is None or first is second:
        return False
    step = second.middle - first.middle
    return abs(first.box.x0 - second.box.x0) <= 3 and 0 < step <= _HEADS * max(first.height, second.height)


def _of_tile(amount: Piece, tile: Tile) -> Entry:
    meaning = tile.caption.meaning
    cell = Cell(amount) if meaning.ytd is None else Cell(amount, "ytd" if meaning.ytd else "this", 0)
    relation = {"above": "below caption", "below": "above caption", "right": "left of label"}[tile.way]
    block = None if tile.way == "right" else tile.block
    return Entry(tile.caption, [cell], relation, meaning=meaning, block=block, contested=tile.contested)


def _one_each(entries: Sequence[Entry]) -> None:
    """A caption has one amount: of several that claim it the nearest below, in one row the one set best."""
    claimed: dict[tuple[int, str | None], Entry] = {}
    for entry in entries:
        if entry.label is None or entry.relation in ("right of label", "left of label"):
            continue
        crossed = entry.relation == "row and column"
        key = (id(entry.label), entry.cells[0].role if crossed else None)
        rival = claimed.setdefault(key, entry)
        if rival is entry:
            continue
        worse = min(entry, rival, key=_set_below)
        better = rival if worse is entry else entry
        claimed[key] = better
        if crossed and _set_below(worse)[1] > 0:
            better.contested = True
        worse.label, worse.relation, worse.meaning = None, "", Meaning("")


def _set_below(entry: Entry) -> tuple[int, float]:
    return -entry.cells[0].piece.row, overlap(entry.box_of_label, entry.cells[0].piece.box)


def _headed(amount: Piece, headings: Sequence[Piece]) -> Cell:
    """The amount with the role of the nearest heading above its column."""
    best: Piece | None = None
    for piece in headings:
        if not piece.meaning.role or piece.box.bottom > amount.box.top + 0.4 * amount.height:
            continue
        lined_up = abs(piece.box.x1 - amount.box.x1) <= 1.5 * _EDGE or overlap(piece.box, amount.box) > 0
        wide = piece.box.x1 - piece.box.x0 > 3.5 * (amount.box.x1 - amount.box.x0)
        if lined_up and not wide and (best is None or _beats(piece, best, amount)):
            best = piece
    if best is None:
        return Cell(amount)
    return Cell(amount, best.meaning.role, 1, best)


def _beats(piece: Piece, best: Piece, amount: Piece) -> bool:
    if abs(piece.middle - best.middle) > 0.5 * amount.height:
        return piece.middle > best.middle
    return _fit(piece, amount) > _fit(best, amount)


def _fit(piece: Piece, amount: Piece) -> float:
    return overlap(piece.box, amount.box) - abs(piece.box.x1 - amount.box.x1)


def _multiply(cells: list[Cell]) -> None:
    """R1: where units times rate is the amount, the three tell their own roles."""
    values = [cell.piece.pence or 0 for cell in cells]
    for index in range(len(cells) - 2):
        units, rate, amount = values[index : index + 3]
        if units and rate and abs(units * rate - amount * 100) <= 50 and (units, rate) != (100, 100):
            known = [cells[index + offset].role for offset in range(3)]
            if "ytd" in known[:2] or (
                _one_row([cell.header for cell in cells[index : index + 3]]) and known[2] == "ytd"
            ):
                continue
            for offset, role in enumerate(("units", "rate", "this")):
                cells[index + offset] = Cell(cells[index + offset].piece, role, 0, cells[index + offset].header)
            return


def _one_row(heads: Sequence[Piece | None]) -> bool:
    """Whether all of some amounts have headings, set in one row of them."""
    middles = [head.middle for head in heads if head is not None]
    return len(middles) == len(heads) and max(middles) - min(middles) <= 4


def _is_unknown_title(piece: Piece, titles: Sequence[Piece], entries: Sequence[Entry]) -> bool:
    """Whether a phrase heads lines of its own: set like a known title, below a blank, in words that say nothing to us."""
    meaning, words = piece.meaning, normalise(piece.text).split()
    named = meaning.concept or meaning.role or meaning.section or caption_of(meaning.text)
    if named or piece.prose or len(words) < 2 or any(c.isdigit() or c == ":" for c in piece.text):
        return False
    if not any(abs(t.box.x0 - piece.box.x0) <= 3 and t.middle < piece.middle for t in titles if t.meaning.section):
        return False
    labels = [e.label for e in entries if e.label and abs(e.label.box.x0 - piece.box.x0) <= 12]
    before = max((label.box.bottom for label in labels if label.middle < piece.middle), default=None)
    after = min((label.box.top for label in labels if label.middle > piece.middle), default=None)
    if before is None or after is None:
        return False
    return piece.box.top - before > 0.6 * piece.height and after - piece.box.bottom < 1.6 * piece.height


def _place(entry: Entry, titles: Sequence[Piece], tops: Mapping[int, float]) -> None:
    """The nearest section title above that spans the entry; beside each other, the one over the label."""
    box = entry.box
    best: tuple[float, float] | None = None
    captioned = entry.relation == "below caption" or entry.block is not None
    if captioned:
        top = entry.box_of_label.top if entry.block is None else tops[entry.block]
        entry.title = _title_of_grid(entry, titles, top)
    for title in titles if not captioned else ():
        if title.middle >= box.top or overlap(title.box, box) <= -_EDGE or title is entry.label:
            continue
        over_label = overlap(title.box, entry.label.box) if entry.label else 0.0
        rank = (round(title.middle / 4), over_label)
        if best is None or rank > best:
            best, entry.title = rank, title
    if entry.title is not None:
        section = entry.title.meaning.section
        entry.in_ytd = section == "ytd"
        crossed = entry.relation == "row and column"
        entry.section = None if crossed or section in ("ytd", "period", "summary") else section


def _title_of_grid(entry: Entry, titles: Sequence[Piece], top: float) -> Piece | None:
    """The title of captioned amounts: directly above their block, and in force to its right up to the next title."""
    left, height = min(entry.box_of_label.x0, entry.box.x0), entry.cells[0].piece.height
    above = [t for t in titles if t is not entry.label and 0 < top - t.middle <= _TITLE_REACH * height]
    nearest = max((t.middle for t in above), default=0.0)
    row = [t for t in above if nearest - t.middle <= 0.5 * height and t.box.x0 <= left + 1.5 * height]
    return max(row, key=lambda t: t.box.x0, default=None)


def _share_marks(entries: Sequence[Entry]) -> None:
    """Among captions that all say `to date`, one whose end was cut off said so too."""
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
                entry.cells[0].role, entry.cells[0].doubt = "ytd", 1


def _end_sections(entries: Sequence[Entry]) -> None:
    """A title holds for one table: not for what stands under headings of columns that come after its own lines."""
    first: dict[int, float] = {}
    for entry in entries:
        if entry.title is not None and entry.block is None:
            top = entry.box.top
            first[id(entry.title)] = min(first.get(id(entry.title), top), top)
    for entry in entries:
        heads = [cell.header.middle for cell in entry.cells if cell.header is not None]
        if entry.title is not None and heads and min(heads) > first.get(id(entry.title), float("inf")):
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
    rows = sorted(block, key=lambda entry: entry.box.top)
    steps = [b.box.top - a.box.top for a, b in pairwise(rows) if b.box.top - a.box.top > 2]
    usual = min(steps, default=0.0)
    edges = {round(cell.piece.box.x1) for cell in rows[0].cells}
    for number, (before, entry) in enumerate(pairwise(rows), start=1):
        step, own = entry.box.top - before.box.top, {round(cell.piece.box.x1) for cell in entry.cells}
        if step > _BLANK * usual > 0 or (step > _SOME_BLANK * usual > 0 and not own & edges):
            return rows[:number]
        edges |= own
    return rows


def _ungrid(entries: Sequence[Entry]) -> None:
    """A row of captions that reaches over several blocks stands in none of them."""
    rows: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if entry.relation == "below caption" and entry.label:
            rows.setdefault((entry.page, entry.label.row), []).append(entry)
    for row in rows.values():
        if len({id(entry.title) for entry in row}) > 1:
            for entry in row:
                entry.title, entry.section, entry.in_ytd = None, None, False


def _doubt_headers(entries: Sequence[Entry]) -> None:
    """A heading from before the last section title holds only in a table that goes on with its columns."""
    for entry in entries:
        for cell in entry.cells:
            if cell.doubt != 1 or cell.header is None:
                continue
            crossed = entry.title is not None and entry.title.middle > cell.header.middle + 1
            if (crossed and cell.role in ("units", "rate", "balance")) or (
                len(entry.cells) == 1 and not _goes_on(entry, cell, entries, crossed)
            ):
                cell.role, cell.doubt = None, 2


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
            if cell.doubt == 1 and cell.role:
                edges.setdefault((cell.piece.page, round(cell.piece.box.x1)), cell.role)
    for entry in entries:
        _fill(entry, edges)


def _fill(entry: Entry, edges: dict[tuple[int, int], str]) -> None:
    for cell in entry.cells:
        if cell.role == "amount":
            cell.role = None
    taken = {cell.role for cell in entry.cells if cell.role}
    open_cells = [cell for cell in entry.cells if cell.role is None]
    if entry.in_ytd and len(open_cells) == 1 and "ytd" not in taken and len(entry.cells) == 1:
        open_cells[0].role, open_cells[0].doubt = "ytd", 1
        return
    for cell in open_cells:
        if len(entry.cells) > 1:
            role = edges.get((cell.piece.page, round(cell.piece.box.x1)))
            if role and role not in taken and role != "amount":
                cell.role, cell.doubt = role, 1
                taken.add(role)
    open_cells = [cell for cell in entry.cells if cell.role is None]
    if len(open_cells) == 1 and "this" not in taken:
        open_cells[0].role = "this"
        open_cells[0].doubt = 0 if entry.meaning.ytd is False else 2
