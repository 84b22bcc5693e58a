"""Lists set in unusual ways: several columns under one title, codes, units of money, figures before captions."""

import pytest

from hmrc_pipeline.extraction.codes import without_codes
from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.entry import LEADING, Entry
from hmrc_pipeline.extraction.labels import meaning_of
from hmrc_pipeline.extraction.layout import pieces_of, stacked_captions
from hmrc_pipeline_tests.extraction.placed import words

Line = tuple[float, float, str, float]
Told = tuple[str | None, str, str | None]
"""Field an amount's label names, the amount, and the role of its cell."""


def read(*lines: Line) -> list[Entry]:
    pieces = without_codes(pieces_of(words(*lines)))
    return entries_of(pieces, stacked_captions(pieces))


def told(*lines: Line) -> set[Told]:
    return {(e.meaning.field, cell.piece.text, cell.role) for e in read(*lines) for cell in e.cells}


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


HEADS: tuple[Line, ...] = ((44, 88, "YTD", 8), (80, 88, "This period", 8))
FIGURES: tuple[Line, ...] = (
    (20, 100, "21,696.48", 8), (90, 100, "2,410.72", 8), (150, 100, "Basic pay", 8),
    (20, 112, "14,165.60", 8), (90, 112, "1,462.80", 8), (150, 112, "PAYE tax", 8),
    (20, 124, "10,867.87", 8), (90, 124, "1,096.43", 8), (150, 124, "Oakmere Pension", 8),
    (20, 136, "10,261.00", 8), (90, 136, "1,029.00", 8), (150, 136, "Union Subs", 8),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        ((*HEADS, *FIGURES), ("PAYE tax", "14,165.60", "ytd"), "the heading over the first column"),
        ((*HEADS, *FIGURES), ("PAYE tax", "1,462.80", "this"), "and over the second"),
        ((*HEADS, *FIGURES), ("Union Subs", "1,029.00", "this"), "a caption in words not known, as its list is"),
        (((24, 88, "Current", 8), (110, 88, "YTD", 8), *FIGURES), ("PAYE tax", "1,462.80", "ytd"), "turned round"),
        ((*HEADS, *FIGURES, (90, 148, "2,029.00", 8), (150, 148, "Bonus", 8)), ("Bonus", "2,029.00", "this"),
         "one of the two may be blank"),
        ((*HEADS, *FIGURES, (300, 100, "40.00 h at 60.2680", 8)), ("Basic pay", "40.00", "units"),
         "R1: hours and rate behind the caption make its amount"),
        (tuple(line for line in FIGURES if line[0] != 20), ("Union Subs", "1,029.00", "this"), "one column is enough"),
        ((*HEADS, *FIGURES, (20, 160, "16,323.62", 8), (90, 160, "1,813.78", 8)), (None, "1,813.78", "this"),
         "net pay without a caption has the list's columns"),
    ],
)  # fmt: skip
def test_figures_before_their_captions(lines: tuple[Line, ...], expected: Told, why: str) -> None:
    found = {(e.label and e.label.text, cell.piece.text, cell.role) for e in read(*lines) for cell in e.cells}
    assert expected in found, why


def beside(*texts: str) -> tuple[Line, ...]:
    return tuple(
        (x, 100 + 12 * row, text, 8) for row, right in enumerate(texts) for x, text in ((90, "2,410.72"), (150, right))
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((*HEADS, *FIGURES[:9]), "three rows are no list"),
        (beside("Net pay", "Gross pay", "Pay date", "Tax period"),
         "amounts on a printed form, whose captions are no text, beside particulars"),
        (beside("Net pay", "Acme", "Leeds", "Mill Lane"), "nor beside an address"),
        ((*HEADS, *FIGURES[:9], (150, 136, "Pay date", 8), (20, 148, "10,261.00", 8), (190, 148, "Union Subs", 8)),
         "nor is a row whose caption begins elsewhere one of it"),
        ((*HEADS, *FIGURES, (300, 100, "21,696.48", 8), (300, 112, "462.80", 8), (300, 124, "96.43", 8)),
         "captions with amounts behind them besides may be the captions of those"),
        ((*HEADS, *FIGURES, (2, 118, "NI", 8), (90, 118, "1,096.43", 8)), "a caption leads to an amount of the column"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_figures_before_captions(lines: tuple[Line, ...], why: str) -> None:
    assert not [entry for entry in read(*lines) if entry.relation == LEADING], why


@pytest.mark.parametrize(
    ("lines", "labels", "why"),
    [
        (((30, 100, "1000 Basic salary", 8), (200, 100, "2,410.72", 8), (30, 112, "/401 Tax deduction", 8),
          (200, 112, "462.80-", 8), (30, 124, "5PEE Oakmere Pension", 8), (200, 124, "96.43-", 8)),
         {"Basic salary", "Tax deduction", "Oakmere Pension"}, "a column of codes is no part of the captions"),
        (((30, 100, "1000", 8), (70, 100, "Basic salary", 8), (200, 100, "2,410.72", 8),
          (30, 112, "/401 Tax deduction", 8), (200, 112, "462.80-", 8),
          (30, 124, "5PEE Oakmere Pension", 8), (200, 124, "96.43-", 8)),
         {"Basic salary", "Tax deduction", "Oakmere Pension"}, "whether it stands apart or not"),
        (((30, 100, "Basic salary", 8), (120, 100, "/100", 8), (200, 100, "2,410.72", 8),
          (30, 112, "Tax deduction", 8), (120, 112, "/401", 8), (200, 112, "462.80-", 8),
          (30, 124, "Oakmere Pension", 8), (120, 124, "5PEE", 8), (200, 124, "96.43-", 8)),
         {"Basic salary", "Tax deduction", "Oakmere Pension"}, "nor is it the caption where it stands behind them"),
        (((30, 100, "1000 Basic salary", 8), (200, 100, "2,410.72", 8),
          (30, 112, "1500 Miles claimed", 8), (200, 112, "675.00", 8)),
         {"1000 Basic salary", "1500 Miles claimed"}, "two figures are no column"),
        (((30, 100, "2024 Bonus", 8), (200, 100, "2,410.72", 8), (30, 112, "2024 Award", 8), (200, 112, "675.00", 8),
          (30, 124, "2024 Prize", 8), (200, 124, "96.43", 8)),
         {"2024 Bonus", "2024 Award", "2024 Prize"}, "a code tells its line from others"),
        (((30, 100, "Basic salary", 8), (120, 100, "A Smith", 8), (200, 100, "2,410.72", 8)),
         {"A Smith"}, "a code has a figure in it, and stands alone"),
    ],
)  # fmt: skip
def test_a_column_of_codes_is_no_label(lines: tuple[Line, ...], labels: set[str], why: str) -> None:
    assert {entry.label.text for entry in read(*lines) if entry.label} == labels, why


def test_an_address_keeps_its_number_beside_a_column_of_codes() -> None:
    lines = ((30, 40, "65 Bracken Way", 8), *((30, y, f"{y} Line", 8) for y in (100, 112, 124)))
    amounts = tuple((200, y, "96.43", 8) for y in (100, 112, 124))
    texts = [piece.text for piece in without_codes(pieces_of(words(*lines, *amounts))) if not piece.is_amount]
    assert texts == ["65 Bracken Way", "Line", "Line", "Line"]


def test_hours_at_a_rate_are_no_sentence() -> None:
    line = told((30, 100, "Basic pay 70.00 hours at 33.77", 8), (300, 100, "2,363.90", 8))
    assert ("basic_pay", "2,363.90", "this") in line, "what stands between hours and rate is no word of a message"
