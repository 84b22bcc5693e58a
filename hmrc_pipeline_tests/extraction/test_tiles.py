"""On which side of its caption an amount stands: the whole block tells, and a tie is said to be one."""

import pytest

from hmrc_pipeline.extraction.layout import pieces_of, stacked_captions
from hmrc_pipeline.extraction.model import Word
from hmrc_pipeline.extraction.tiles import amounts_first, tiles_of
from hmrc_pipeline_tests.extraction.placed import words

CAPTIONS = ("Gross pay YTD", "Taxable pay YTD", "Tax paid YTD")
AMOUNTS = ("12,000.00", "11,500.00", "1,400.00")


def column(order: str, near: float, far: float) -> list[Word]:
    """Captions and amounts in turn down a column: `ca` begins with a caption. `near` parts a pair, `far` two pairs."""
    lines: list[tuple[float, float, str, float]] = []
    top = 100.0
    for caption, amount in zip(CAPTIONS, AMOUNTS, strict=True):
        for number, kind in enumerate(order):
            lines.append((30, top, caption, 7) if kind == "c" else (30, top, amount, 10))
            top += (7 if kind == "c" else 10) + (far if number else near)
    return words(*lines)


def named(found: list[Word]) -> dict[str, tuple[str, bool]]:
    pieces = pieces_of(found)
    tiles = tiles_of(pieces, stacked_captions(pieces)) or amounts_first(pieces)
    return {p.text: (tiles[id(p)].caption.text, tiles[id(p)].contested) for p in pieces if id(p) in tiles}


@pytest.mark.parametrize(
    ("order", "near", "far", "contested", "why"),
    [
        ("ca", 2, 9, False, "captions above, and nearer"),
        ("ac", 2, 9, False, "captions below, and nearer"),
        ("ca", 5, 5, False, "equally near, but below the last caption would be left over and the first amount bare"),
        ("ca", 9, 2, True, "what is left over says above, what is near says below"),
        ("ac", 9, 2, True, "and the other way round"),
    ],
)
def test_a_column_of_captions_and_amounts(order: str, near: float, far: float, contested: bool, why: str) -> None:
    expected = {amount: (caption, contested) for caption, amount in zip(CAPTIONS, AMOUNTS, strict=True)}
    assert named(column(order, near, far)) == expected, why


def test_amounts_before_their_captions_in_one_row() -> None:
    rows = [(30.0, 100 + 14.0 * n, AMOUNTS[n], 8.0) for n in range(3)]
    rows += [(80.0, 100 + 14.0 * n, CAPTIONS[n], 8.0) for n in range(3)]
    assert {amount: caption for amount, (caption, _) in named(words(*rows)).items()} == dict(
        zip(AMOUNTS, CAPTIONS, strict=True)
    )


def test_a_list_is_no_block_of_tiles() -> None:
    rows = [(30.0, 100 + 12.0 * n, CAPTIONS[n], 8.0) for n in range(3)]
    rows += [(200.0, 100 + 12.0 * n, AMOUNTS[n], 8.0) for n in range(3)]
    assert named(words(*rows)) == {}
