"""A year-to-date list set in several columns under one title, which stands over the first of them alone.

That the columns are one list is proved, not guessed (Y1): what stands in a further column is printed elsewhere on the
page for this period, and nowhere smaller than here. Titles over their own column are for `blocks`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from hmrc_pipeline.extraction.entry import Entry
from hmrc_pipeline.extraction.layout import Piece

__all__ = ["share_title_of_year"]

_ROWS: Final = 2
"""A list is wrapped over its columns where its first has so many rows."""
_EDGE: Final = 3.0
_OF_PERIOD: Final = (None, "this", "amount")


def share_title_of_year(entries: Sequence[Entry], bare: Sequence[Piece]) -> None:
    """Give the lines beside a year-to-date list its title, where they are further columns of it.

    `bare` are the phrases of the page that label no amount.
    """
    blocks: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.in_ytd and entry.title is not None and _is_line(entry):
            blocks[id(entry.title)].append(entry)
    for block in blocks.values():
        columns = _columns_beside(block, entries) if len(block) >= _ROWS else []
        title = block[0].title
        if title is None or not columns or _has_neighbour(title, [*bare, *(e.label for e in entries if e.label)]):
            continue
        for column in columns:
            others = [entry for entry in entries if entry not in column and entry not in block]
            if _is_of_year(column, block, others):
                for entry in column:
                    entry.title, entry.section, entry.in_ytd = title, None, True


def _is_line(entry: Entry) -> bool:
    return entry.label is not None and entry.is_line and len(entry.cells) == 1


def _has_neighbour(title: Piece, labels: Sequence[Piece]) -> bool:
    """Whether a phrase stands right of the title in its row, as another title beside it would."""
    row = [label for label in labels if label.row == title.row and label.page == title.page]
    return any(label.box.x0 > title.box.x1 for label in row)


def _columns_beside(block: Sequence[Entry], entries: Sequence[Entry]) -> list[list[Entry]]:
    """The lines right of a block by their left edges: columns that begin in its first row and end with it."""
    rows = {_row(entry) for entry in block}
    page, right = block[0].page, max(entry.cells[0].piece.box.x1 for entry in block)
    columns: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        inside = min(rows) <= _row(entry) <= max(rows) + 1
        if inside and not entry.in_ytd and _is_line(entry) and entry.page == page:
            left = entry.box_of_label.x0
            if left > right:
                columns[next((x for x in columns if abs(x - left) <= _EDGE), round(left))].append(entry)
    found = [{_row(entry): entry for entry in column} for column in columns.values()]
    return [list(column.values()) for column in found if min(column) == min(rows) and rows.issuperset(column)]


def _row(entry: Entry) -> int:
    return entry.cells[0].piece.row


def _is_of_year(column: Sequence[Entry], block: Sequence[Entry], others: Sequence[Entry]) -> bool:
    """Y1: the column repeats measures printed for this period, none of them smaller, and other ones than the block.

    Some are larger; all can be equal where those of the block are too, in the first period of a year.
    """
    if {_measure(entry) for entry in column} & {_measure(entry) for entry in block} - {(None, False)}:
        return False
    known: dict[str, list[int]] = defaultdict(list)
    for entry in others:
        if (name := entry.meaning.field) is not None and not entry.in_ytd:
            known[name].extend(abs(cell.piece.pence or 0) for cell in entry.cells if cell.role in _OF_PERIOD)
    more = _more_than(known, column)
    return bool(more) and min(more) >= 0 and (max(more) > 0 or not any(_more_than(known, block)))


def _measure(entry: Entry) -> tuple[str | None, bool]:
    return entry.meaning.concept, entry.meaning.employer


def _more_than(known: Mapping[str, Sequence[int]], entries: Sequence[Entry]) -> list[int]:
    """By how much each amount exceeds each that is printed of its measure for this period."""
    said = [entry for entry in entries if entry.meaning.ytd is not False]
    return [abs(e.cells[0].piece.pence or 0) - each for e in said for each in known.get(e.meaning.field or "", ())]
