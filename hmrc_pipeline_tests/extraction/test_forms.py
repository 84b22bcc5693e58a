"""Each form of a page takes its own and leaves the rest; together they read every amount once."""

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

import pytest

from hmrc_pipeline.extraction.entries import FORMS, entries_of
from hmrc_pipeline.extraction.layout import Piece, stacked_captions
from hmrc_pipeline.extraction.leading import leading_entries
from hmrc_pipeline.extraction.paired_amounts import paired_entries
from hmrc_pipeline.extraction.tiles import tiled_entries
from hmrc_pipeline.extraction.timed import timed_entries
from hmrc_pipeline.extraction.unread import Form, Unread
from hmrc_pipeline_tests.extraction.typed import Line, page

PAIRS: tuple[Line, ...] = (
    (200, 20, "This period / Year to date"),
    (20, 32, "Tax paid"), (200, 32, "100.00 / 900.00"), (20, 44, "NI"), (200, 44, "30.00 / 270.00"),
)  # fmt: skip
TIMES: tuple[Line, ...] = (
    (20, 20, "Tax paid"), (120, 20, "This pay"), (200, 20, "11.00"), (280, 20, "This tax year"), (390, 20, "91.00"),
    (20, 32, "NI"), (120, 32, "This pay"), (200, 32, "12.00"), (280, 32, "This tax year"), (390, 32, "92.00"),
)  # fmt: skip
LEADING: tuple[Line, ...] = (
    (20, 20, "401.00"), (90, 20, "Basic pay"), (20, 32, "402.00"), (90, 32, "Bonus"),
    (20, 44, "403.00"), (90, 44, "Tax paid"), (20, 56, "404.00"), (90, 56, "NI"),
)  # fmt: skip
TILES: tuple[Line, ...] = (
    (20, 20, "Gross pay"), (140, 20, "Tax paid"), (260, 20, "Net pay"),
    (20, 31, "501.00"), (140, 31, "51.00"), (260, 31, "450.00"),
)  # fmt: skip
ROWS: tuple[Line, ...] = ((20, 20, "Union dues"), (200, 20, "6.00"), (20, 32, "Season ticket loan"), (200, 32, "7.00"))

OWN: list[tuple[Form, tuple[Line, ...], int]] = [
    (paired_entries, PAIRS, 4), (timed_entries, TIMES, 4), (leading_entries, LEADING, 4), (tiled_entries, TILES, 3),
]  # fmt: skip
ALL = (PAIRS, TIMES, LEADING, TILES, ROWS)


def stacked(*blocks: Sequence[Line]) -> list[Piece]:
    """The pieces of a page with such blocks one under the other."""
    return page(*((x, top + 120 * number, text) for number, block in enumerate(blocks) for x, top, text in block))


def unread(*blocks: Sequence[Line]) -> Unread:
    pieces = stacked(*blocks)
    return Unread(pieces, stacked_captions(pieces), pieces)


def test_every_form_has_a_row_here() -> None:
    assert [form for form, *_ in OWN] == list(FORMS)


@pytest.mark.parametrize(("form", "lines", "amounts"), OWN, ids=[form.__name__ for form, *_ in OWN])
def test_a_form_takes_its_own_and_leaves_the_rest(form: Form, lines: tuple[Line, ...], amounts: int) -> None:
    before = unread(lines, ROWS)
    entries, rest = form(before)
    assert sum(len(entry.cells) for entry in entries) == amounts, "all of its own"
    taken = {id(cell.piece) for entry in entries for cell in entry.cells}
    assert not [piece for piece in rest.pieces if id(piece) in taken], "what is read is not read again"
    texts = [piece.text for piece in rest.pieces]
    assert all(text in texts for _, _, text in ROWS), "the rows of another form are left"


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_the_form_is_left_whole(form: Form) -> None:
    before = unread(ROWS)
    entries, rest = form(before)
    assert not entries
    assert rest.pieces == before.pieces


def test_every_amount_is_read_once_in_whatever_order_the_forms_stand() -> None:
    for blocks in permutations(ALL):
        pieces = stacked(*blocks)
        entries = entries_of(pieces, stacked_captions(pieces))
        read = Counter(cell.piece.text for entry in entries for cell in entry.cells)
        assert read == Counter(piece.text for piece in pieces if piece.is_amount)
        assert all(entry.label for entry in entries)
