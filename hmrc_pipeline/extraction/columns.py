"""Columns of amounts: which heading stands over an amount, whose column it is, and which row is the time of another.

Titles of blocks are for `blocks`; amounts without any heading for `times`.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from hmrc_pipeline.extraction.entry import GUESSED, HEADED, RIGHT_OF_LABEL, SAID, Cell, Entry
from hmrc_pipeline.extraction.labels import meaning_of, party_of
from hmrc_pipeline.extraction.layout import Piece, overlap

__all__ = ["apart", "headed", "heads_column", "multiply", "open_bases", "under_lines"]

_EDGE = 2.0
_OFTEN = 3
_MONEY = (None, "this", "amount")
_MEASURES = (None, "taxable_pay", "ni_pay", "gross_pay", "rsu_gross")
_HEADS = 2.5
"""Two rows of headings of one table, or a line and what stands under it, are at most this many lines apart."""


def apart(
    entries: Sequence[Entry], parties: Sequence[Piece], headings: Sequence[Piece], alone: Callable[[Piece], Entry]
) -> list[Entry]:
    """Entries without the amounts that are not their own: the employer's, and those no heading of their table covers.

    `headings` are those of columns, and the titles of sections, which may head columns too.
    `alone` makes an entry of an amount that stands by itself. What the employer's alone is reckoned on goes with it,
    and so does its year to date, unless other rows hold amounts of both parties, whose year to date is the person's.
    """
    employers = {
        id(entry): _employers_cells(entry, [p for p in parties if p.middle > _lowest(entry) - 2], headings)
        for entry in entries if entry.is_line and len(entry.cells) > 1
    }  # fmt: skip
    both = any(found and _has_money(entry, found) for entry in entries if (found := employers.get(id(entry))))
    return [part for entry in entries for part in _parts(entry, employers.get(id(entry)), both, headings, alone)]


def _lowest(entry: Entry) -> float:
    return max((cell.header.middle for cell in entry.cells if cell.header is not None), default=0.0)


def _has_money(entry: Entry, employers: Sequence[Cell]) -> bool:
    """Whether a line has an amount of this period besides the employer's."""
    return any(cell.role in _MONEY and cell not in employers for cell in entry.cells)


def _parts(
    entry: Entry,
    employers: list[Cell] | None,
    both: bool,
    headings: Sequence[Piece],
    alone: Callable[[Piece], Entry],
) -> list[Entry]:
    if employers is None:
        return [entry]
    lowest, height = _lowest(entry), entry.cells[0].piece.height
    headed = sum(cell.header is not None for cell in entry.cells)
    strays = [
        cell for cell in entry.cells
        if cell not in employers and headed > 1 and cell.doubt > SAID
        and (cell.header is None or cell.header.middle < lowest - _HEADS * height)
        and not any(_spans(p, cell.piece) and abs(p.middle - lowest) <= height for p in headings if p.meaning.section)
    ]  # fmt: skip
    cells = [cell for cell in entry.cells if cell not in strays]
    entry.cells = [cell for cell in cells if cell not in employers]
    if employers and not _has_money(entry, employers):
        kept = [cell for cell in entry.cells if cell.role == "ytd" and both and not entry.meaning.employer]
        employers, entry.cells = [cell for cell in cells if cell not in kept], kept
    found = [entry] if entry.cells else []
    if employers and entry.label is not None:
        meaning = meaning_of(f"{entry.label.text} employer")
        found.append(Entry(entry.label, employers, entry.relation, meaning=meaning))
    return [*found, *(alone(cell.piece) for cell in strays)]


def _employers_cells(entry: Entry, parties: Sequence[Piece], headings: Sequence[Piece]) -> list[Cell]:
    """The cells under a heading that names the employer; all cells get the role of the heading over their party's."""
    found: list[Cell] = []
    for cell in entry.cells:
        over = [p for p in parties if p.box.bottom <= cell.piece.box.top + 2 and _spans(p, cell.piece)]
        if not over:
            continue
        party = max(over, key=lambda p: p.middle)
        above = [h for h in headings if h.meaning.role and _stands_on(h, party)]
        if above:
            centre = party.box.x0 + party.box.x1
            head = min(above, key=lambda h: abs(h.box.x0 + h.box.x1 - centre))
            cell.role, cell.doubt, cell.header = head.meaning.role, HEADED, head
        if party_of(party.meaning.text) == "employer":
            found.append(cell)
    return found


def _stands_on(upper: Piece, lower: Piece) -> bool:
    """Whether the first heading is of the row of headings above the second's, not of its own."""
    return 0.5 * lower.height < lower.middle - upper.middle <= _HEADS * lower.height


def _spans(heading: Piece, amount: Piece) -> bool:
    return abs(heading.box.x1 - amount.box.x1) <= 1.5 * _EDGE or overlap(heading.box, amount.box) > 0


def under_lines(entries: list[Entry], bare: Sequence[Piece]) -> list[Entry]:
    """A row that says only `to date`, set under a line of the list, is the year to date of that line.

    So is a row in words we do not know when the same words stand under several lines.
    """
    alone = [e for e in entries if e.is_line and len(e.cells) == 1]
    texts = Counter(entry.meaning.text for entry in alone)
    lines = [entry for entry in entries if entry.is_line and entry.label]
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
        cell = Cell(time.cells[0].piece, "ytd", SAID if says else GUESSED, time.label)
        line = next((entry for entry in lines if entry.label is nearest), None)
        if line is None:
            entries.append(Entry(nearest, [cell], RIGHT_OF_LABEL, meaning=nearest.meaning))
        elif line.cell("ytd") is None:
            line.cells.append(cell)
        moved.add(id(time))
    return [entry for entry in entries if id(entry) not in moved]


def _is_just_above(first: Piece, second: Piece | None) -> bool:
    if second is None or first is second:
        return False
    step = second.middle - first.middle
    return abs(first.box.x0 - second.box.x0) <= 3 and 0 < step <= _HEADS * max(first.height, second.height)


def heads_column(piece: Piece, phrases: Sequence[Piece]) -> bool:
    """Whether a phrase heads a column of amounts: `on` and `base` only beside the heading of another."""
    if piece.meaning.role != "base":
        return piece.meaning.role is not None
    row = [p.meaning for p in phrases if p.row == piece.row and p is not piece]
    return any(meaning.role or meaning.section for meaning in row)


def headed(amount: Piece, headings: Sequence[Piece]) -> Cell:
    """The amount with the role of the nearest heading above its column."""
    box = amount.box
    lowest, widest = box.top + 0.4 * amount.height, 3.5 * (box.x1 - box.x0)
    best: Piece | None = None
    for piece in headings:
        over = piece.box
        if over.bottom > lowest or over.x1 - over.x0 > widest or not piece.meaning.role:
            continue
        lined_up = abs(over.x1 - box.x1) <= 1.5 * _EDGE or overlap(over, box) > 0
        if lined_up and (best is None or _beats(piece, best, amount)):
            best = piece
    if best is None:
        return Cell(amount)
    return Cell(amount, best.meaning.role, HEADED, best)


def _beats(piece: Piece, best: Piece, amount: Piece) -> bool:
    if abs(piece.middle - best.middle) > 0.5 * amount.height:
        return piece.middle > best.middle
    return _fit(piece, amount) > _fit(best, amount)


def _fit(piece: Piece, amount: Piece) -> float:
    return overlap(piece.box, amount.box) - abs(piece.box.x1 - amount.box.x1)


def open_bases(entry: Entry) -> None:
    """What a line is reckoned on is none of its money; only a measure, or what we do not know, may print no other.

    A tax or a contribution whose one amount is a base has none this period: its base is never taken for it.
    """
    of_year = entry.meaning.ytd or (entry.in_ytd and not entry.cell("ytd"))
    worked = any(cell.role in (*_MONEY, "rate") for cell in entry.cells)
    if of_year or worked or entry.meaning.concept not in _MEASURES:
        return
    for cell in entry.cells:
        if cell.role == "base":
            cell.role, cell.doubt = "this", GUESSED


def multiply(cells: list[Cell]) -> None:
    """R1: where units times rate is the amount, the three tell their own roles.

    After seven periods a contribution of 7.00 per cent times its amount is its year to date: no proof of either.
    """
    if len(cells) < 3:
        return
    values = [cell.piece.pence or 0 for cell in cells]
    for index in range(len(cells) - 2):
        units, rate, amount = values[index : index + 3]
        if units and rate and abs(units * rate - amount * 100) <= 50 and (units, rate) != (100, 100):
            known = [cells[index + offset].role for offset in range(3)]
            of_year = known[0] == "rate" or _one_row([cell.header for cell in cells[index : index + 3]])
            if "ytd" in known[:2] or (known[2] == "ytd" and of_year):
                continue
            for offset, role in enumerate(("units", "rate", "this")):
                cells[index + offset] = Cell(cells[index + offset].piece, role, SAID, cells[index + offset].header)
            return


def _one_row(heads: Sequence[Piece | None]) -> bool:
    """Whether all of some amounts have headings, set in one row of them."""
    middles = [head.middle for head in heads if head is not None]
    return len(middles) == len(heads) and max(middles) - min(middles) <= 4
