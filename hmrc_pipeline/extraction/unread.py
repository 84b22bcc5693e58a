"""What of a page is still unread, and the shape of what reads it: one form in which amounts and labels are set.

Each form has its module; which there are, and in what order they are asked, is said in `entries`.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from hmrc_pipeline.extraction.entry import Entry
from hmrc_pipeline.extraction.layout import Piece, stacked_captions

__all__ = ["Form", "Unread"]


@dataclass(frozen=True, slots=True)
class Unread:
    """The pieces of a page that no form has taken, row by row from the top, and the captions of several lines there.

    `page` is what they stand among: a form may take single pieces out of rows that stay rows of the page.
    """

    pieces: Sequence[Piece]
    stacks: Sequence[Piece]
    page: Sequence[Piece]

    def without(self, used: Set[int]) -> "Unread":
        """What is left when the pieces of these ids, whole rows or cells, are read as if they stood on another page."""
        left = [piece for piece in self.pieces if id(piece) not in used]
        return Unread(left, stacked_captions(left), left)


Form = Callable[[Unread], tuple[list[Entry], Unread]]
"""Gives the entries of a page that are set in one form, and what is left: all, where there are none."""
