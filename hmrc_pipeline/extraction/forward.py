"""Balances brought forward, added to and carried forward: which column is the year to date.

What was brought forward is no money of this period. What is carried forward is the year to date where the row proves
it: brought forward and this period add up to it. Else it is some other balance, of a loan or of savings.
"""

from collections.abc import Sequence

from hmrc_pipeline.extraction.entry import Cell, Entry

__all__ = ["carry"]


def carry(entries: Sequence[Entry]) -> None:
    """Make amounts under such headings the year to date, or balances nobody asks for."""
    for entry in entries:
        before, after = entry.cell("before"), entry.cell("after")
        end = after or entry.cell("ytd")
        if before is not None and end is not None:
            now = entry.cell("this") or entry.cell("amount")
            end.role = "ytd" if _pence(before) + _pence(now) == _pence(end) else "balance"
        elif after is not None:
            after.role = "balance"
        if before is not None:
            before.role = "balance"


def _pence(cell: Cell | None) -> int:
    return (cell.piece.pence or 0) if cell is not None else 0
