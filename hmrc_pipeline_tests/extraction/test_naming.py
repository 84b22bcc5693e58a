"""What names a figure beside its own label: the rest of the page, the sums, the words of a sentence."""

from collections.abc import Sequence

import pytest

from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.particulars import particulars_of
from hmrc_pipeline.extraction.segment import Part
from hmrc_pipeline.extraction.sums import Worked, work_out
from hmrc_pipeline_tests.extraction.typed import Line, page


def listed(*rows: tuple[str, str], left: float = 20, top: float = 20) -> list[Line]:
    """Labels with their amounts, a row each."""
    lines: list[Line] = []
    for number, (label, amount) in enumerate(rows):
        y = top + 12 * number
        lines += [(left, y, label), (left + 200, y, amount)]
    return lines


def worked(lines: Sequence[Line]) -> Worked:
    pieces = page(*lines)
    entries = entries_of(pieces, [])
    owned = {id(cell.piece) for entry in entries if entry.label for cell in entry.cells}
    return work_out(entries, [p for p in pieces if p.is_amount and id(p) not in owned])


SLIP = [("Salary", "2,000.00"), ("Gross pay", "2,000.00"), ("Tax", "200.00"), ("NI", "100.00")]
MEDICAL = ("Private Medical", "50.00")


@pytest.mark.parametrize(
    ("more", "trusted", "why"),
    [
        ([MEDICAL], False, "nothing but an amount without a label says that the benefit is not deducted"),
        ([MEDICAL, ("Total deductions", "300.00")], True, "the printed total is that of the others"),
        ([MEDICAL, ("Taxable pay", "2,050.00")], True, "it is taxed, so it is not taken from the pay (T1)"),
        ([MEDICAL, ("Taxable pay", "2,000.00")], False, "it is not taxed"),
    ],
)
def test_a_line_left_out_for_net_pay_without_label(more: list[tuple[str, str]], trusted: bool, why: str) -> None:
    found = worked([*listed(*SLIP, *more), (300, 250, "1,700.00")])
    assert found.solution.net is not None
    assert found.solution.net.pence == 170_000
    assert (found.solution.ties == []) is trusted, why


def test_no_sum_of_nothing_proves_a_net_pay_of_nothing() -> None:
    lines = listed(("Tax to date", "200.00"), ("NI to date", "100.00"), ("Employer NI to date", "0.00"))
    found = worked([*lines, (300, 250, "0.00")])
    assert (found.solution.net, found.solution.holds) == (None, set())


@pytest.mark.parametrize(
    ("deducted", "year", "name", "why"),
    [
        ([("Student loan", "90.00")], "450.00", "student_loan", "the one loan of the slip"),
        ([("Student loan", "90.00"), ("Postgraduate loan", "60.00")], "450.00", None, "it may be either or both"),
        ([("Student loan", "90.00"), ("Season ticket loan", "60.00")], "450.00", None, "it may be the employer's"),
        ([("Student loan", "90.00")], "450.50", None, "student loans are repaid in whole pounds"),
        ([("Student loan", "90.00")], "45.00", None, "the year holds the period (Y1)"),
        ([("Union", "90.00")], "450.00", None, "no loan is deducted"),
    ],
)
def test_a_bare_loan_to_date(deducted: list[tuple[str, str]], year: str, name: str | None, why: str) -> None:
    pieces = page(*listed(*SLIP, *deducted, ("Loan to date", year)))
    entries = entries_of(pieces, [])
    work_out(entries, [])
    assert entries[-1].meaning.text == "loan to date"
    assert entries[-1].meaning.concept == name, why


SAID = [
    ("Paid by bank transfer on 28 March 2025", "pay_date", "2025-03-28", "how and when it is paid"),
    ("Payment by BACS 28/03/2025", "pay_date", "2025-03-28", "the same in fewer words"),
    ("Paid to 31 March 2025", "pay_date", None, "the end of the period"),
    ("Paid by bank transfer on 28 March 2025", "employer_name", None, "how it is paid is no employer"),
    ("Paid by: BACS", "employer_name", None, "nor is the way of payment alone"),
    ("Paid by: Acme Ltd", "employer_name", "Acme Ltd", "who pays is one"),
]


@pytest.mark.parametrize(("text", "field", "value", "why"), SAID)
def test_what_a_sentence_says_of_the_payment(text: str, field: str, value: str | None, why: str) -> None:
    part = Part(page((20, 40, text)))
    figures, _ = particulars_of(part.pieces, part.claims)
    assert (figures[field].value if field in figures else None) == value, why


def test_the_person_who_heads_the_page_beside_the_company() -> None:
    def name(first: str) -> str | None:
        part = Part(page((20, 20, first), (300, 20, "Acme Textiles Ltd"), *listed(*SLIP, top=60)))
        for word in (w for piece in part.pieces[2:] for w in piece.words):
            word.box.bottom = word.box.top + 7
        figures, _ = particulars_of(part.pieces, part.claims)
        return figures["employee_name"].value if "employee_name" in figures else None

    assert name("Una Umfreville") == "Una Umfreville"
    assert name("Head Office") is None


YEAR = [("Gross pay", "6,000.00"), ("Taxable pay", "5,900.00")]
SECOND = [("Tax", "600.00"), ("NI", "300.00")]


@pytest.mark.parametrize(
    ("second", "role", "why"),
    [
        (SECOND, "ytd", "they share the rows of the year, repeat other measures, and are larger (Y1)"),
        ([("Tax", "200.00"), ("NI", "100.00")], "this", "they are no larger than this period's"),
        ([*SECOND, ("Loan", "90.00")], "this", "the column goes on below the year's rows"),
    ],
)
def test_a_second_column_beside_the_totals_of_the_year(second: list[tuple[str, str]], role: str, why: str) -> None:
    lines = [*listed(*SLIP), (20, 100, "Year to date"), *listed(*YEAR, top=114), *listed(*second, left=300, top=114)]
    entries = entries_of(page(*lines), [])
    work_out(entries, [])
    beside = [entry for entry in entries if entry.label and entry.label.box.x0 == 300]
    assert {entry.cells[0].role for entry in beside[:2]} == {role}, why


def test_a_sentence_of_totals_labels_nothing() -> None:
    lines = listed(*SLIP)
    entries = entries_of(page(*lines, (20, 100, "So far: gross pay 6,000.00; taxable pay 5,900.00; tax 600.00")), [])
    assert [entry.label.text for entry in entries if entry.label] == [label for label, _ in SLIP]


def test_a_label_that_reaches_the_edge_of_a_column_that_cuts_is_no_name() -> None:
    entries = entries_of(page(*listed(("Tot", "6,000.00"), ("Tax", "5,900.00"), ("Gro", "6,000.00"))), [])
    assert [entry.meaning.concept for entry in entries] == [None, None, None]
    entries = entries_of(page(*listed(("Total", "6,000.00"), ("Tax", "600.00"), ("Gross", "6,000.00"))), [])
    assert entries[1].meaning.concept == "income_tax"


CAPTIONS = [
    (["Next pay date: 28/04/2025", "Paid on: 28/03/2025"], "pay_date", "2025-03-28", "the next one is not this one"),
    (["Previous pay date 28/02/2025", "Salary 28/03/2025"], "pay_date", None, "nor is the one before"),
    (["Scheme re-entry date: 01/05/2020"], "pay_date", None, "a date of something"),
    (["Employee No: 12 Date: 28/03/2025"], "pay_date", "2025-03-28", "a date behind another caption's value"),
    (["Paid: 28/03/2025"], "pay_date", "2025-03-28", "no frequency, a day"),
    (["Previous tax code: 1100L", "Tax code: 1257L"], "tax_code", "1257L", "the code before"),
    (["Tax code 1257L, employer PAYE reference 123/AB456"], "tax_code", "1257L", "a code before a comma"),
    (["Manager name: John Smith", "Employee: Ann Lee"], "employee_name", "Ann Lee", "somebody else"),
    (["Former employer: Foo Ltd"], "employer_name", None, "somebody else's employer"),
]


@pytest.mark.parametrize(("texts", "field", "value", "why"), CAPTIONS)
def test_captions_of_something_else(texts: list[str], field: str, value: str | None, why: str) -> None:
    part = Part(page(*((20.0, 40.0 + 14 * number, text) for number, text in enumerate(texts))))
    figures, reasons = particulars_of(part.pieces, part.claims)
    assert (figures[field].value if field in figures else None) == value, why
    assert reasons == []
