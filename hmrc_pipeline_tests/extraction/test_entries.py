"""Which label an amount belongs to, and what the place of both says of its time."""

import pytest

from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.layout import pieces_of, stacked_captions
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.upright import without_upright
from hmrc_pipeline_tests.extraction.placed import words

Told = tuple[str | None, str, str | None]
"""Field an amount's label names, the amount, and the role of its cell."""


def told(*lines: tuple[float, float, str, float]) -> set[Told]:
    pieces = pieces_of(words(*lines))
    entries = entries_of(pieces, stacked_captions(pieces))
    return {(e.meaning.field, cell.piece.text, cell.role) for e in entries for cell in e.cells}


TABLE = (
    (30, 100, "Payments", 8), (120, 100, "Salary", 8), (200, 100, "Overtime 1.5", 8), (300, 100, "Gross Pay", 8),
    (30, 114, "Hours", 8), (120, 114, "35.00", 8), (200, 114, "12.00", 8),
    (30, 128, "Rate", 8), (120, 128, "29.8200", 8), (200, 128, "44.7300", 8),
    (30, 142, "This Period", 8), (120, 142, "1,043.70", 8), (200, 142, "536.76", 8), (300, 142, "1,580.46", 8),
)  # fmt: skip
WRAPPED = (
    (120, 90, "Employers", 8), (30, 100, "Payments", 8), (120, 100, "Pension", 8), (200, 100, "Student Loan", 8),
    (30, 114, "This Period", 8), (120, 114, "508.13", 8), (200, 114, "54.00", 8),
    (30, 128, "YTD", 8), (120, 128, "2,540.65", 8), (200, 128, "162.00", 8),
)  # fmt: skip
BELOW = (
    (30, 100, "Details", 8), (120, 100, "Hours", 8), (200, 100, "Rate", 8), (260, 100, "Amount", 8),
    (30, 114, "Basic pay", 8), (120, 114, "35.00", 8), (200, 114, "20.00", 8), (260, 114, "700.00", 8),
    (30, 140, "For information", 8), (230, 140, "Totals to date", 8),
    (30, 154, "Employer's NI", 8), (196, 154, "14.52", 8), (230, 154, "Gross pay", 8), (330, 154, "8,000.00", 8),
)  # fmt: skip
EMPTY_BOX = (
    (30, 112, "Employer's NI", 8), (120, 112, "3.00", 8), (180, 112, "24.44", 8), (240, 112, "27.44", 8),
    (30, 124, "Employer's Pension", 8),
)  # fmt: skip
BOX_ABOVE = (
    (30, 112, "Employer's Pension", 8),
    (30, 124, "Wellness Club", 8), (120, 124, "3.00", 8), (180, 124, "9.10", 8), (240, 124, "12.10", 8),
)  # fmt: skip
FORWARD = (
    (120, 100, "Brought fwd", 8), (200, 100, "This Period", 8), (280, 100, "Carried fwd", 8),
    (30, 112, "Taxable Pay", 8), (124, 112, "1,000.00", 8), (204, 112, "500.00", 8), (284, 112, "1,500.00", 8),
    (30, 124, "Income Tax", 8), (124, 124, "80.00", 8), (204, 124, "-20.00", 8), (284, 124, "60.00", 8),
    (30, 136, "Employer's NI", 8), (124, 136, "40.00", 8), (284, 136, "40.00", 8),
    (30, 148, "Student Loan", 8), (124, 148, "900.00", 8), (204, 148, "30.00", 8), (284, 148, "870.00", 8),
)  # fmt: skip
SHEET = (
    (30, 100, "Description", 8), (150, 100, "Units / base", 8), (220, 100, "Rate", 8), (260, 100, "Payments", 8),
    (330, 100, "Deductions", 8), (400, 100, "Employer", 8), (460, 100, "YTD", 8),
    (30, 114, "Taxable pay", 8), (150, 114, "2,000.00", 8), (460, 114, "4,000.00", 8),
    (30, 128, "Private Medical", 8), (150, 128, "24.82", 8), (460, 128, "49.64", 8),
    (30, 212, "Overtime", 8), (150, 212, "8.00", 8), (220, 212, "75.00", 8), (460, 212, "90.00", 8),
    (30, 142, "Basic pay", 8), (150, 142, "40.00", 8), (220, 142, "50.00", 8), (260, 142, "2,000.01", 8),
    (460, 142, "4,000.02", 8),
    (30, 156, "Income tax", 8), (150, 156, "2,000.02", 8), (330, 156, "190.00", 8), (460, 156, "380.00", 8),
    (30, 170, "Student loan", 8), (150, 170, "2,000.03", 8), (460, 170, "60.00", 8),
    (30, 184, "Pension", 8), (150, 184, "2,000.04", 8), (220, 184, "2.00", 8), (400, 184, "41.00", 8),
    (460, 184, "82.00", 8),
)  # fmt: skip
SHARED = (
    *SHEET,
    (30, 198, "Workplace pension", 8), (330, 198, "7.00", 8), (400, 198, "9.00", 8), (460, 198, "14.00", 8),
)  # fmt: skip
STACKED = (
    (30, 100, "Description", 8), (150, 100, "Base", 8), (220, 100.4, "Employer cost", 8), (300, 100, "YTD", 8),
    (30, 114, "Employer NI", 8), (150, 114, "2,000.00", 8), (232, 114, "30.00", 8), (300, 114, "60.00", 8),
)  # fmt: skip
NO_TABLE = ((150, 100, "on", 8), (30, 114, "Income tax", 8), (150, 114, "190.00", 8))
POSTED = (
    (30, 100, "Union Subs", 8), (200, 100, "2.02", 8),
    (30, 130, "Ann Lee", 8), (30, 140, "11 Orchard Rise", 8), (300, 140, "1,625.59", 8),
    (30, 150, "Nether Dunmore", 8), (30, 160, "ND6 8BQ", 8),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (TABLE, ("basic_pay", "1,043.70", "this"), "a row named for its time is crossed with a caption"),
        (TABLE, (None, "12.00", "units"), "a row of hours holds no money, however near its caption"),
        (TABLE, (None, "536.76", "this"), "so the pay below is its caption's"),
        (WRAPPED, ("employer_pension", "508.13", "this"), "the upper line of a caption says whose it is"),
        (WRAPPED, ("employer_pension", "2,540.65", "ytd"), "for the year as for the period"),
        (BELOW, ("basic_pay", "35.00", "units"), "hours stand beside the pay they make"),
        (BELOW, ("employer_ni", "14.52", "this"), "no hours make a contribution: its only amount is no rate"),
        (EMPTY_BOX, ("employer_ni", "24.44", None), "the amount of a row's label, not of the empty box below it"),
        (BOX_ABOVE, (None, "9.10", None), "nor of the empty box above it, though we do not know the row's label"),
        (FORWARD, ("taxable_pay", "1,000.00", "balance"), "brought forward is no money of this period"),
        (FORWARD, ("taxable_pay", "1,500.00", "ytd"), "both add up to what is carried forward: the year to date"),
        (FORWARD, ("income_tax", "60.00", "ytd"), "a refund lowers it"),
        (FORWARD, ("employer_ni", "40.00", "ytd"), "nothing this period leaves it as it was"),
        (FORWARD, ("student_loan", "870.00", "balance"), "what is still owed is no year to date: it does not add up"),
        (((30, 100, "Basic pay 35.00 x 82.5900", 8), (300, 100, "2,890.65", 8)), ("basic_pay", "2,890.65", "this"),
         "what pay is reckoned from is no sentence"),
        (SHEET, ("taxable_pay", "2,000.00", "this"), "a measure that prints only its base has no other amount"),
        (SHEET, (None, "24.82", "this"), "nor has a taxed benefit"),
        (SHEET, ("basic_pay", "2,000.01", "this"), "pay is what stands under its own heading"),
        (SHEET, (None, "8.00", "base"), "hours at a rate are no money, even where none was paid"),
        (SHEET, ("income_tax", "2,000.02", "base"), "what tax is reckoned on is no tax"),
        (SHEET, ("income_tax", "190.00", "this"), "the amount under deductions is"),
        (SHEET, ("student_loan", "2,000.03", "base"), "nor when nothing was taken this period"),
        (SHEET, ("employer_pension", "41.00", "this"), "a column says whose the amount is, though the label does not"),
        (SHEET, ("employer_pension", "2,000.04", "base"), "what it is reckoned on goes with it"),
        (SHEET, ("employer_pension", "2.00", "rate"), "and the rate; twice the amount is the year to date by chance"),
        (SHEET, ("employer_pension", "82.00", "ytd"), "and the year to date of the row"),
        (SHARED, ("employee_pension", "82.00", "ytd"), "not where rows hold both parties': whose it is then is unsure"),
        (STACKED, ("employer_ni", "30.00", "this"), "a heading a hair lower than its row stands under none of it"),
        (NO_TABLE, ("income_tax", "190.00", "this"), "a word by itself heads no column"),
        (((30, 100, "FOR INFORMATION ONLY - EMPLOYERS NI: 199.83", 8),), ("employer_ni", "199.83", "this"), "an aside"),
    ],
)  # fmt: skip
def test_what_an_amount_is_told_to_be(
    lines: tuple[tuple[float, float, str, float], ...], expected: Told, why: str
) -> None:
    assert expected in told(*lines), why


def test_a_rule_drawn_in_letters_is_no_text() -> None:
    drawn = words((30, 100, "+----------+-----+", 8), (30, 112, "NET PAY", 8), (30, 124, "+====+", 8))
    assert [piece.text for piece in pieces_of(drawn)] == ["NET PAY"]


@pytest.mark.parametrize(
    ("upright", "why"),
    [
        ([("PAYMENTS", 91, 133)], "one word"),
        ([(letter, 90 + 7 * at, 96 + 7 * at) for at, letter in enumerate("TAKEN")], "letters each for itself"),
        ([("RECORD", 90, 122), ("OF", 124, 134), ("PAY", 136, 152)], "the short words of a line with a long one"),
    ],
)
def test_words_that_run_up_the_side_are_none_of_a_row(upright: list[tuple[str, float, float]], why: str) -> None:
    titles = [Word(text, Box(10, top, 19, bottom), 1) for text, top, bottom in upright]
    rows = words((30, 100, "ill M", 8), (60, 100, "N.I. PAY", 8), (30, 120, "I", 8), (10, 160, "OF", 8))
    assert list(without_upright([*titles, *rows])) == rows, why
    assert without_upright(rows) is rows, "a page without them is left alone"


def test_a_line_of_a_postal_address_labels_no_amount() -> None:
    pieces = pieces_of(words(*POSTED))
    labels = {cell.piece.text: e.label and e.label.text for e in entries_of(pieces, []) for cell in e.cells}
    assert labels == {"2.02": "Union Subs", "1,625.59": None}
