"""Labels lead to amounts: right of the label in one row, below a caption, or where row and column headings meet.

An entry is one printed line or one caption with its amounts, each amount with its role (this period, year to
date, units, rate). No sum is made here and no field chosen: that is for `solve`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hmrc_pipeline.extraction.labels import Meaning, caption_of, normalise
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap, stacked_captions
from hmrc_pipeline.extraction.model import Box

__all__ = ["Cell", "Entry", "entries_of"]

GRID_REACH = 3.2
"""A caption stands at most this many line heights above the first amount of its column."""
_EDGE = 2.0


@dataclass(slots=True)
class Cell:
    """One amount of an entry: its role in time; `doubt` 0 says the label told, 1 a heading, 2 the place."""

    piece: Piece
    role: str | None = None
    doubt: int = 2
    header: Piece | None = None


@dataclass(slots=True)
class Entry:
    """A label with its amounts."""

    label: Piece | None
    cells: list[Cell]
    relation: str
    section: str | None = None
    title: Piece | None = None
    in_ytd: bool = False
    meaning: Meaning = field(default_factory=lambda: Meaning(""))

    def cell(self, role: str) -> Cell | None:
        """The amount with this role, None when there is none."""
        return next((cell for cell in self.cells if cell.role == role), None)

    @property
    def page(self) -> int:
        return self.cells[0].piece.page

    @property
    def box(self) -> Box:
        boxes = [cell.piece.box for cell in self.cells]
        return joined_box([self.label.box, *boxes] if self.label else boxes)


def entries_of(pieces: Sequence[Piece]) -> list[Entry]:
    """All entries of one page, from the top."""
    groups, bare = _groups(pieces)
    headings = [p for p in (*bare, *stacked_captions(bare)) if (p.meaning.role or p.meaning.concept) and not p.prose]
    entries: list[Entry] = []
    for group in groups:
        entries.extend(_read_group(group, headings))
    columns = {cell.header for entry in entries if len(entry.cells) > 1 for cell in entry.cells if cell.header}
    titles = [p for p in bare if p.meaning.section and not p.prose and p not in columns]
    for entry in entries:
        _place(entry, titles)
    _ungrid(entries)
    _doubt_headers(entries)
    _share_columns(entries)
    return entries


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
        if piece.prose or piece.is_number or (current.amounts and piece.is_filler and not piece.is_amount):
            continue
        if piece.is_amount:
            current.amounts.append(piece)
        else:
            _close(current, groups, bare)
            current = _Group(None if _is_answered(piece) else piece, [])
    _close(current, groups, bare)
    return groups, bare


def _is_answered(piece: Piece) -> bool:
    """Whether the phrase is a caption with its own value, `Pay Method: BACS`: no label of an amount after it."""
    for number, word in enumerate(piece.words[:-1], start=1):
        if word.text.endswith(":") and caption_of(normalise(" ".join(w.text for w in piece.words[:number]))):
            return piece.meaning.concept is None
    return False


def _close(group: _Group, groups: list[_Group], bare: list[Piece]) -> None:
    if group.amounts:
        groups.append(group)
    elif group.label is not None:
        bare.append(group.label)


def _read_group(group: _Group, headings: Sequence[Piece]) -> list[Entry]:
    label = group.label
    meaning = label.meaning if label else Meaning("")
    names_time = label is not None and meaning.role in ("this", "ytd") and meaning.concept is None
    own = label is not None and (meaning.concept or meaning.decoy or meaning.refund)
    if names_time or not own:
        grid = [_grid_entry(amount, headings, label if names_time else None) for amount in group.amounts]
        found = [entry for entry in grid if entry]
        if found and (names_time or label is None or len(found) == len(group.amounts)):
            return found
    cells = [_headed(amount, headings) for amount in group.amounts]
    if meaning.ytd is not None and len(cells) == 1:
        cells[0] = Cell(cells[0].piece, "ytd" if meaning.ytd else "this", 0, cells[0].header)
    _multiply(cells)
    return [Entry(label, cells, "right of label" if label else "", meaning=meaning)]


def _grid_entry(amount: Piece, headings: Sequence[Piece], row_label: Piece | None) -> Entry | None:
    """The amount under a caption that names a field, by itself or crossed with a row named for its time."""
    caption = _caption_above(amount, headings, row_label is not None)
    if caption is None:
        return None
    meaning = caption.meaning
    cell = Cell(amount)
    if meaning.ytd is not None:
        cell = Cell(amount, "ytd" if meaning.ytd else "this", 0)
    elif row_label is not None:
        cell = Cell(amount, row_label.meaning.role, 0, row_label)
    relation = "row and column" if row_label is not None else "below caption"
    return Entry(caption, [cell], relation, meaning=meaning)


def _caption_above(amount: Piece, headings: Sequence[Piece], far: bool) -> Piece | None:
    reach = (12.0 if far else GRID_REACH) * amount.height
    above = [
        p for p in headings
        if p.meaning.concept and p.box.bottom <= amount.box.top + 0.3 * amount.height
        and amount.box.top - p.box.bottom <= reach
    ]  # fmt: skip
    if not above:
        return None
    lowest = max(p.box.bottom for p in above)
    near = [p for p in above if lowest - p.box.bottom <= amount.height] if not far else above
    over = [p for p in near if overlap(p.box, amount.box) > 0]
    if over:
        return max(over, key=lambda p: (round(p.box.bottom), len(p.words), overlap(p.box, amount.box)))
    left = [p for p in near if p.box.x0 <= amount.box.x0 + _EDGE]
    if not left:
        return None
    nearest = max(left, key=lambda p: p.box.x0)
    between = [p for p in headings if nearest.box.x1 < p.box.x0 < amount.box.x0 and abs(p.middle - nearest.middle) < 3]
    return None if between or amount.box.x0 - nearest.box.x1 > 14 * amount.height else nearest


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
            if "ytd" in known[:2]:
                continue
            for offset, role in enumerate(("units", "rate", "this")):
                cells[index + offset] = Cell(cells[index + offset].piece, role, 0, cells[index + offset].header)
            return


def _place(entry: Entry, titles: Sequence[Piece]) -> None:
    """The nearest section title above that spans the entry; beside each other, the one over the label."""
    box = entry.box
    best: tuple[float, float] | None = None
    for title in titles:
        if title.middle >= box.top or overlap(title.box, box) <= -_EDGE or title is entry.label:
            continue
        over_label = overlap(title.box, entry.label.box) if entry.label else 0.0
        rank = (round(title.middle / 4), over_label)
        if best is None or rank > best:
            best, entry.title = rank, title
    if entry.title is not None:
        section = entry.title.meaning.section
        entry.in_ytd = section == "ytd"
        entry.section = None if section in ("ytd", "period", "summary") else section


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
        cell = entry.cells[0]
        if len(entry.cells) > 1 or cell.doubt != 1 or cell.header is None:
            continue
        same_block = [e for e in entries if e.title is entry.title and len(e.cells) > 1]
        mates = [c for e in same_block for c in e.cells if c.role == cell.role and _same_edge(c.piece, cell.piece)]
        crossed = entry.title is not None and entry.title.middle > cell.header.middle + 1
        if not mates and (crossed or same_block):
            cell.role, cell.doubt = None, 2


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
