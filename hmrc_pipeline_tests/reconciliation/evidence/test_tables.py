"""Which columns of a pack's tables are shown."""

from decimal import Decimal

import pytest

from hmrc_pipeline.reconciliation.evidence.tables import Cell, Table, filled_columns

NIL = Decimal("0.00")


@pytest.mark.parametrize(
    ("title", "cells", "is_shown", "why"),
    [
        ("HMRC", (NIL, NIL), True, "that HMRC holds nothing is what the letter is about"),
        ("HMRC", (None, None), False, "HMRC was not asked"),
        ("P60", (None, NIL), True, "one amount is enough"),
        ("Not explained", (NIL, NIL), False, "nothing is left to tell of"),
        ("Not explained", (NIL, Decimal("-1.00")), True, "something is left"),
    ],
)
def test_a_column_is_shown_where_it_says_something(
    title: str, cells: tuple[Cell, Cell], is_shown: bool, why: str
) -> None:
    table = Table("measures", ("Measure", title), tuple(("Income Tax", cell) for cell in cells))
    assert (1 in filled_columns(table)) is is_shown, why
