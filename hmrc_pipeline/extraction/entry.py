"""A group: a label with the amounts that follow it. An entry: a label with its own, each with its role in time.

Values only. How labels lead to amounts belongs to `entries`, which title an entry stands under to `blocks`.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hmrc_pipeline.extraction.labels import Meaning
from hmrc_pipeline.extraction.layout import Piece, joined_box
from hmrc_pipeline.extraction.model import Box

__all__ = [
    "ABOVE_CAPTION",
    "BELOW_CAPTION",
    "CROSSED",
    "GUESSED",
    "HEADED",
    "LEADING",
    "LEFT_OF_LABEL",
    "RIGHT_OF_LABEL",
    "SAID",
    "Cell",
    "Entry",
    "Group",
]

RIGHT_OF_LABEL: Final = "right of label"
LEFT_OF_LABEL: Final = "left of label"
LEADING: Final = "left of label, in a list of such"
BELOW_CAPTION: Final = "below caption"
ABOVE_CAPTION: Final = "above caption"
CROSSED: Final = "row and column"
"""Where a row that is named for its time meets a caption."""
_LINES: Final = (RIGHT_OF_LABEL, LEADING)

SAID, HEADED, GUESSED = 0, 1, 2
"""What tells an amount's time, the surest first: its label or its own row, a heading, only its place."""


@dataclass(slots=True, eq=False)
class Group:
    """The amounts that follow one label in its row, up to the next label; None for those that follow nothing.

    `numbers` are those among them that are no amounts: hours, or a rate of more than two decimals.
    """

    label: Piece | None
    amounts: list[Piece]
    numbers: list[Decimal] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """One amount of an entry, its role in time, and how that is known: `doubt` is SAID, HEADED or GUESSED."""

    piece: Piece
    role: str | None = None
    doubt: int = GUESSED
    header: Piece | None = None

    def timed_by(self, meaning: Meaning) -> "Cell":
        """The cell with the time that its label says, where it says one."""
        if meaning.ytd is None:
            return self
        return Cell(self.piece, "ytd" if meaning.ytd else "this", SAID, self.header)


@dataclass(slots=True, eq=False)
class Entry:
    """A label with its amounts. `relation` says where they stand from it, empty where there is no label.

    `block` numbers the block of captioned amounts it stands in, if any.
    """

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
        for cell in self.cells:
            if cell.role == role:
                return cell
        return None

    @property
    def is_line(self) -> bool:
        """Whether it is a line of a list: its label and its amounts stand in one row, one after the other."""
        return self.relation in _LINES

    @property
    def page(self) -> int:
        return self.cells[0].piece.page

    @property
    def box_of_label(self) -> Box:
        return self.label.box if self.label else self.cells[0].piece.box

    @property
    def top(self) -> float:
        tops = [cell.piece.box.top for cell in self.cells]
        if self.label is not None:
            tops.append(self.label.box.top)
        return min(tops)

    @property
    def box(self) -> Box:
        boxes = [cell.piece.box for cell in self.cells]
        if self.label is not None:
            boxes.append(self.label.box)
        return joined_box(boxes)
