"""One row of totals under several columns: under `Pay` and `Deducted` it is gross pay and all deductions.

Which column a single total stands under is the work of `blocks`; whether totals agree that of `solve`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hmrc_pipeline.extraction.entry import HEADED, Cell, Entry
from hmrc_pipeline.extraction.layout import Piece, overlap

__all__ = ["totals_apart"]

_EDGE: Final = 3.0
_NAMES: Final = {"payments": "gross_pay", "deductions": "total_deductions"}


def totals_apart(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, with one for each amount of a total where several stand under the headings of different sections."""
    if not [entry for entry in entries if entry.meaning.concept == "total"]:
        return list(entries)
    heads = {id(e.title): e.title for e in entries if e.title is not None and e.title.meaning.section in _NAMES}
    return [part for entry in entries for part in _parts(entry, list(heads.values()))]


def _has_several(entry: Entry) -> bool:
    return entry.meaning.concept == "total" and len(entry.cells) >= len(_NAMES)


def _parts(entry: Entry, heads: Sequence[Piece]) -> list[Entry]:
    if not _has_several(entry) or len(heads) < len(_NAMES):
        return [entry]
    under = [(cell, head) for cell in entry.cells if (head := _head(cell, heads)) is not None]
    sections = [head.meaning.section for _, head in under]
    if set(sections) != set(_NAMES) or len(sections) != len(_NAMES):
        return [entry]
    owned = [cell for cell, _ in under]
    entry.cells = [cell for cell in entry.cells if cell not in owned]
    return [*([entry] if entry.cells else []), *(_total(entry, cell, head) for cell, head in under)]


def _head(cell: Cell, heads: Sequence[Piece]) -> Piece | None:
    """The heading of a section's column over an amount: none where its time is told to be the year."""
    box = cell.piece.box
    above = [head for head in heads if head.page == cell.piece.page and head.box.bottom <= box.top]
    over = [head for head in above if overlap(head.box, box) > 0 or abs(head.box.x1 - box.x1) <= _EDGE]
    return max(over, key=lambda head: head.middle) if over and cell.role != "ytd" else None


def _total(entry: Entry, cell: Cell, head: Piece) -> Entry:
    meaning = replace(entry.meaning, concept=_NAMES[head.meaning.section or ""])
    own = Cell(cell.piece, "this", HEADED, head)
    return Entry(entry.label, [own], entry.relation, head.meaning.section, head, meaning=meaning)
