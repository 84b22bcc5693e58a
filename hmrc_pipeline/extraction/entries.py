"""The entries of a page: each form in which labels and amounts are set is asked in turn, then all are put right.

An entry is one printed line or one caption with its amounts, each amount with its role (this period, year to
date, units, rate). No sum is made here and no field chosen: that is for `solve`.

For a new form write a module with a `Form`, and give it its place in `FORMS`.
"""

from collections.abc import Sequence
from typing import Final

from hmrc_pipeline.extraction.blocks import place_in_blocks
from hmrc_pipeline.extraction.columns import apart, under_lines
from hmrc_pipeline.extraction.entry import CROSSED, LEFT_OF_LABEL, RIGHT_OF_LABEL, Entry
from hmrc_pipeline.extraction.forward import carry
from hmrc_pipeline.extraction.labels import Meaning
from hmrc_pipeline.extraction.layout import Piece, overlap
from hmrc_pipeline.extraction.leading import leading_entries
from hmrc_pipeline.extraction.paired_amounts import paired_entries
from hmrc_pipeline.extraction.rows import read_rows
from hmrc_pipeline.extraction.sentences import told_entries
from hmrc_pipeline.extraction.tiles import tiled_entries
from hmrc_pipeline.extraction.timed import timed_entries
from hmrc_pipeline.extraction.totals import totals_apart
from hmrc_pipeline.extraction.unread import Form, Unread

__all__ = ["FORMS", "entries_of"]

FORMS: Final[tuple[Form, ...]] = (
    paired_entries,
    timed_entries,
    leading_entries,
    tiled_entries,
)
"""The surest first: each is asked for what those before it left, and what none takes is read row by row."""


def entries_of(pieces: Sequence[Piece], stacks: Sequence[Piece]) -> list[Entry]:
    """All entries of one page. `stacks` are its captions of several lines."""
    unread = Unread(pieces, stacks, pieces)
    entries: list[Entry] = []
    for form in FORMS:
        found, unread = form(unread)
        entries += found
    rows = read_rows(unread)
    entries += rows.entries
    for block in rows.blocks:
        for entry in entries:
            block.settle(entry)
    entries = apart(entries, rows.parties, [*rows.headings, *rows.titles], rows.alone)
    entries = under_lines(entries, rows.bare)
    carry(entries)
    _one_each(entries)
    place_in_blocks(entries, rows.bare)
    return totals_apart([*entries, *told_entries(pieces)])


def _one_each(entries: Sequence[Entry]) -> None:
    """A caption has one amount: of several that claim it the nearest below, in one row the one set best."""
    claimed: dict[tuple[int, str | None], Entry] = {}
    for entry in entries:
        if entry.label is None or entry.relation in (RIGHT_OF_LABEL, LEFT_OF_LABEL):
            continue
        crossed = entry.relation == CROSSED
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
