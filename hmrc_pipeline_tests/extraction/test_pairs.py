"""What belongs together by its place: captions and values with a stroke between them, amounts, totals, near rows."""

from collections.abc import Sequence

import pytest

from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.layout import rows_of
from hmrc_pipeline.extraction.paired_captions import with_captions_parted
from hmrc_pipeline.extraction.segment import Part
from hmrc_pipeline_tests.extraction.typed import Line, page, words

CAPTIONS: list[tuple[str, Sequence[Line], dict[str, str]]] = [
    (
        "right of the captions, the letter leaning on the number",
        [(20, 20, "NI no / letter:"), (150, 20, "QQ123456C / A")],
        {"ni_number": "QQ123456C", "ni_letter": "A"},
    ),
    (
        "without blanks, the person's own number leaning on the name",
        [(20, 20, "Name/No:"), (150, 20, "Ann Lee/E1234")],
        {"employee_name": "Ann Lee", "payroll_number": "E1234"},
    ),
    (
        "behind the captions in one phrase",
        [(20, 20, "Tax month/Pay date: 4/15JUL2024")],
        {"tax_period": "4", "pay_date": "2024-07-15"},
    ),
    (
        "below the captions, beside another pair",
        [
            (20, 20, "Tax code / Basis"), (150, 20, "Dept / Emp No"),
            (20, 32, "1257L / M1"), (150, 32, "Sales / 417"),
        ],
        {"tax_code": "1257L", "tax_basis": "M1", "payroll_number": "417"},
    ),
    (
        "a date keeps its strokes where others stand alone",
        [(20, 20, "Week no / Pay date:"), (150, 20, "7 / 31/10/2024")],
        {"tax_period": "7", "pay_date": "2024-10-31"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines", "values"), CAPTIONS, ids=[row[0] for row in CAPTIONS])
def test_captions_and_values_pair_off_by_place(why: str, lines: Sequence[Line], values: dict[str, str]) -> None:
    found = {claim.field: claim.value for claim in Part(page(*lines)).claims}
    assert found == values, why


NO_PAIRS: list[tuple[str, Sequence[Line]]] = [
    ("a reference has a stroke of its own", [(20, 20, "Tax District/Ref:"), (150, 20, "123/AB456")]),
    ("three values are not those of two captions", [(20, 20, "Name / No:"), (150, 20, "Ann / Lee / 12")]),
    ("a heading of columns is no value", [(20, 20, "Name/Ref"), (150, 20, "This Month/Year to Date")]),
    ("a word is no NI number", [(20, 20, "NI no / letter:"), (150, 20, "none given / A")]),
]


@pytest.mark.parametrize(("why", "lines"), NO_PAIRS, ids=[row[0] for row in NO_PAIRS])
def test_what_is_no_pair_is_left_alone(why: str, lines: Sequence[Line]) -> None:
    pieces = page(*lines)
    assert with_captions_parted(pieces) == pieces, why


def roles(*lines: Line) -> dict[str, dict[str | None, str]]:
    """By its label the amounts of each entry, by their role."""
    return {
        entry.label.text if entry.label else "": {cell.role: cell.piece.text for cell in entry.cells}
        for entry in entries_of(page(*lines), [])
    }


AMOUNTS: list[tuple[str, Sequence[Line], dict[str, dict[str | None, str]]]] = [
    (
        "a heading tells which is the year's",
        [(200, 20, "Year to date / This period"), (20, 32, "Tax paid"), (200, 32, "900.00 / 100.00")],
        {"Tax paid": {"ytd": "900.00", "this": "100.00"}},
    ),
    (
        "without a heading Y1 tells, from several rows",
        [
            (20, 20, "Gross pay"), (200, 20, "500.00/1,500.00"), (20, 32, "Tax paid"), (200, 32, "90.00/270.00"),
            (20, 44, "NI"), (200, 44, "30.00/90.00"),
        ],
        {
            "Gross pay": {"this": "500.00", "ytd": "1,500.00"}, "Tax paid": {"this": "90.00", "ytd": "270.00"},
            "NI": {"this": "30.00", "ytd": "90.00"},
        },
    ),
    (
        "below their labels, a dash for what there is none of",
        [
            (200, 20, "this period / this tax year"), (200, 34, "Taxable pay"), (230, 46, "500.00 / 1,500.00"),
            (200, 62, "Student loan"), (230, 74, "- / 90.00"),
        ],
        {"Taxable pay": {"this": "500.00", "ytd": "1,500.00"}, "Student loan": {"ytd": "90.00"}},
    ),
    (
        "two fields with a stroke own an amount each",
        [(20, 20, "Tax / NI"), (200, 20, "100.00 / 30.00")],
        {"Tax": {"this": "100.00"}, "NI": {"this": "30.00"}},
    ),
    (
        "no label, no other label's amounts",
        [(200, 20, "Period / YTD"), (300, 60, "100.00 / 900.00"), (20, 74, "Tax paid"), (120, 74, "100.00")],
        {"": {"this": "100.00", "ytd": "900.00"}, "Tax paid": {"this": "100.00"}},
    ),
    (
        "totals under two columns are gross pay and all deductions",
        [
            (200, 20, "Pay"), (300, 20, "Deducted"), (20, 32, "Salary"), (200, 32, "900.00"), (20, 44, "Tax"),
            (310, 44, "100.00"), (20, 56, "Union"), (310, 56, "10.00"), (20, 68, "Totals"), (200, 68, "900.00"),
            (310, 68, "110.00"),
        ],
        {
            "Salary": {"this": "900.00"}, "Tax": {"this": "100.00"}, "Union": {"this": "10.00"},
            "Totals": {"this": "110.00"},
        },
    ),
    (
        "hours at a rate of four decimals are no money",
        [(20, 20, "Basic pay"), (150, 20, "35.00 @ 19.3800"), (300, 20, "678.30")],
        {"Basic pay": {"units": "35.00", "this": "678.30"}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "lines", "entries"), AMOUNTS, ids=[row[0] for row in AMOUNTS])
def test_amounts_have_their_labels_and_times(
    why: str, lines: Sequence[Line], entries: dict[str, dict[str | None, str]]
) -> None:
    assert roles(*lines) == entries, why


def test_a_word_belongs_to_the_nearer_of_two_rows() -> None:
    near = words((20, 20.0, "Pension"), (60, 23.6, "107.76"), (120, 24.2, "Loan"), (180, 23.8, "90.00"))
    assert [[word.text for word in row] for row in rows_of(near)] == [["Pension"], ["107.76", "Loan", "90.00"]]
