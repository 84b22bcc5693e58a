"""Lists set in unusual ways: in several columns under one title."""

import pytest

from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.labels import meaning_of
from hmrc_pipeline.extraction.layout import pieces_of, stacked_captions
from hmrc_pipeline_tests.extraction.placed import words

Line = tuple[float, float, str, float]
Told = tuple[str | None, str, str | None]
"""Field an amount's label names, the amount, and the role of its cell."""


def told(*lines: Line) -> set[Told]:
    pieces = pieces_of(words(*lines))
    entries = entries_of(pieces, stacked_captions(pieces))
    return {(e.meaning.field, cell.piece.text, cell.role) for e in entries for cell in e.cells}


@pytest.mark.parametrize(
    ("title", "section", "why"),
    [
        ("Cumulated values for tax year 2024-25", "ytd", "a tax year says no more than the words before it"),
        ("Year to date values, tax year 2024/2025", "ytd", "written in full as in short"),
        ("Tax year 2024-25", None, "a particular of the slip, not the title of a block"),
        ("Deductions 2024-25", None, "whether of the year or of a period in it is not said"),
        ("Year to date 1,234", None, "a figure that is no year may be a value"),
    ],
)
def test_a_title_may_name_its_tax_year(title: str, section: str | None, why: str) -> None:
    assert meaning_of(title).section == section, why


PERIOD: tuple[Line, ...] = (
    (30, 60, "Student loan", 8), (300, 60, "29.00", 8),
    (30, 72, "NI paid by employer", 8), (300, 72, "228.07", 8),
)  # fmt: skip
LEFT: tuple[Line, ...] = (
    (30, 112, "Gross pay", 8), (150, 112, "21,696.48", 8),
    (30, 124, "Income tax", 8), (150, 124, "4,165.60", 8),
)  # fmt: skip
TITLE: Line = (30, 100, "Year to date", 8)
OF_YEAR = ("student_loan", "261.00", "ytd")


@pytest.mark.parametrize(
    ("lines", "is_of_year", "why"),
    [
        ((*PERIOD, TITLE, *LEFT, (250, 112, "Student loan", 8), (350, 112, "261.00", 8)), True,
         "a second column of the list: larger than what stands elsewhere"),
        ((*PERIOD, TITLE, *LEFT, (250, 112, "Student loan", 8), (350, 112, "261.00", 8),
          (250, 124, "NI paid by employer", 8), (350, 124, "2,052.63", 8)), True, "so with every line of it"),
        ((*PERIOD, TITLE, *LEFT, (250, 112, "Student loan", 8), (350, 112, "261.00", 8),
          (250, 124, "NI paid by employer", 8), (350, 124, "200.00", 8)), False,
         "Y1: one amount smaller than this period's, and the column is not the year's"),
        ((TITLE, *LEFT, (250, 112, "Student loan", 8), (350, 112, "261.00", 8)), False,
         "printed nowhere else, nothing says that it is not this period's"),
        ((*PERIOD, TITLE, (250, 100, "Also paid", 8), *LEFT, (250, 112, "Student loan", 8), (350, 112, "261.00", 8)),
         False, "a phrase beside the title is the column's own"),
        ((*PERIOD, TITLE, *LEFT, (250, 124, "Student loan", 8), (350, 124, "261.00", 8)), False,
         "a column that begins further down is another block"),
        ((*PERIOD, TITLE, *LEFT[:2], (250, 112, "Student loan", 8), (350, 112, "261.00", 8)), False,
         "one row is no list to wrap"),
    ],
)  # fmt: skip
def test_a_list_of_the_year_in_columns(lines: tuple[Line, ...], is_of_year: bool, why: str) -> None:
    assert (OF_YEAR in told(*lines)) == is_of_year, why


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (((30, 100, "Income tax", 8), (150, 100, "462.80-", 8), (190, 100, "GBP", 8)),
         ("income_tax", "462.80-", "this"), "the unit behind an amount is no part of it"),
        (((30, 100, "Income tax", 8), (150, 100, "462.80- GBP", 8)), ("income_tax", "462.80-", "this"), "set close"),
        (((30, 100, "Income tax", 8), (150, 100, "462.80-GBP", 8)), ("income_tax", "462.80-GBP", "this"), "set solid"),
        (((30, 100, "Income tax", 8), (110, 100, "GBP", 8), (150, 100, "462.80", 8)),
         ("income_tax", "462.80", "this"), "set before the amount, it is not its label"),
        (((30, 100, "Gross pay", 8), (110, 100, "500.00 GBP Income tax", 8), (260, 100, "62.80 GBP", 8)),
         ("income_tax", "62.80", "this"), "nor part of the label that follows it"),
        (((150, 88, "YTD GBP", 8), (210, 88, "Amount GBP", 8),
          (30, 100, "Income tax", 8), (150, 100, "999.00", 8), (220, 100, "462.80", 8)),
         ("income_tax", "999.00", "ytd"), "in a heading it says nothing of time"),
        (((30, 88, "Net pay (GBP)", 8), (30, 100, "1,813.78", 8)), ("net_pay", "1,813.78", "this"), "nor in a caption"),
    ],
)  # fmt: skip
def test_the_unit_of_money_is_no_label(lines: tuple[Line, ...], expected: Told, why: str) -> None:
    assert expected in told(*lines), why


def test_a_sentence_with_a_unit_of_money_stays_one() -> None:
    pieces = pieces_of(words((30, 100, "Lunch costs 4.20 GBP and dinner 6.00 GBP from May", 8)))
    assert all(piece.prose for piece in pieces), [piece.text for piece in pieces]
