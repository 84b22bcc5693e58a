"""Captions between two columns of amounts: `THIS PERIOD  caption  TO DATE`, one amount before it, one behind.

The amount before such a caption may follow another label of the row. It is moved where some row has no such label;
where all have one, each with an amount of its own besides, it is contested. Two blocks side by side, each a label and
its amount, are for `entries`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hmrc_pipeline.extraction.columns import headed
from hmrc_pipeline.extraction.entry import Cell, Entry, Group
from hmrc_pipeline.extraction.layout import Piece

__all__ = ["Between", "between"]

_TIMES: Final = ("this", "ytd")
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Between:
    """One block of captions between two headings: where it ends, and the amounts whose caption nothing tells."""

    heads: tuple[Piece, Piece]
    bottom: float
    contested: frozenset[int]

    def settle(self, entry: Entry) -> None:
        """Flag what is contested, and take the block's headings off what stands below it."""
        for number, cell in enumerate(entry.cells):
            if id(cell.piece) in self.contested:
                entry.contested = True
            elif cell.header in self.heads and cell.piece.middle > self.bottom:
                entry.cells[number] = Cell(cell.piece)


def between(groups: list[Group], bare: list[Piece], headings: Sequence[Piece]) -> list[Between]:
    """Give amounts before a caption to it, in `groups` itself; the blocks where that was done or is in doubt."""
    found: list[Between] = []
    for first, second in _heads(headings):
        rows = list(_rows(groups, bare, headings, first, second))
        if len(rows) < _FEW:
            continue
        bottom = max(row.amount.box.bottom for row in rows) + rows[0].amount.height
        if any(row.group.label is None for row in rows):
            for row in rows:
                row.move(groups, bare)
            found.append(Between((first, second), bottom, frozenset()))
        elif all(len(row.group.amounts) > 1 for row in rows):
            found.append(Between((first, second), bottom, frozenset(id(row.amount) for row in rows)))
    return found


def _heads(headings: Sequence[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """A heading of this period and one of the year that share a row with no other: two tables beside have two each."""
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in headings:
        if piece.meaning.role in _TIMES:
            rows[piece.row].append(piece)
    for row in rows.values():
        if len(row) == len(_TIMES) and row[0].meaning.role != row[1].meaning.role:
            first, second = sorted(row, key=lambda p: p.box.x0)
            yield first, second


@dataclass(frozen=True, slots=True)
class _Row:
    """An amount under the first heading, the group it now ends, and the caption behind it with its group, if any."""

    amount: Piece
    group: Group
    caption: Piece
    own: Group | None

    def move(self, groups: list[Group], bare: list[Piece]) -> None:
        self.group.amounts.remove(self.amount)
        if not self.group.amounts:
            groups.remove(self.group)
            if self.group.label is not None:
                bare.append(self.group.label)
        if self.own is not None:
            self.own.amounts.insert(0, self.amount)
        else:
            bare.remove(self.caption)
            groups.append(Group(self.caption, [self.amount]))


def _rows(
    groups: Sequence[Group], bare: Sequence[Piece], headings: Sequence[Piece], first: Piece, second: Piece
) -> Iterator[_Row]:
    """From the headings down, as long as a caption stands between the columns."""
    for number, group in enumerate(groups):
        amount = group.amounts[-1]
        if amount.row <= first.row or headed(amount, headings).header is not first:
            continue
        behind = groups[number + 1] if number + 1 < len(groups) else None
        if behind is not None and behind.amounts[0].row == amount.row:
            caption = behind.label
            if caption is None or headed(behind.amounts[0], headings).header is not second:
                return
            yield _Row(amount, group, caption, behind)
            continue
        alone = [p for p in bare if p.row == amount.row and amount.box.x1 < p.box.x0 and p.box.x1 <= second.box.x1]
        if len(alone) != 1:
            return
        yield _Row(amount, group, alone[0], None)
