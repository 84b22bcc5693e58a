"""P60s: separate pence, blanks that do not shift, refunds, several letters, forms with one column more."""

from dataclasses import replace
from datetime import date

import pytest

from hmrc_pipeline.extraction import ReadDocument, read_pdf
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.p60s import FORMS, Marking, make_p60
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.extraction.drawn import Sheet
from hmrc_pipeline_tests.extraction.drawn_p60 import OLD_HEADS, boxed, labelled

PREVIOUS, THIS, TOTAL = "In previous|employment(s)", "In this|employment", "Total|for year"


def read(sheet: Sheet) -> ReadDocument:
    reading = read_pdf(sheet.finish())
    assert reading.error is None
    assert [document.doc_type for document in reading.documents] == ["p60"]
    return reading.documents[0]


def amounts(document: ReadDocument) -> dict[str, str]:
    return {n: f.value for n, f in document.figures.items() if n.startswith(("pay_", "tax_", "ni_", "student"))}


CASES = {
    "blank previous employment": (
        boxed([(PREVIOUS, "", ""), (THIS, "36921 48", "4868 40"), (TOTAL, "36921 48", "4868 40")],
              [("A", "6396", "6174", "24351", "2131 08")]),
        {"pay_this": "36921.48", "tax_this": "4868.40", "pay_total": "36921.48", "tax_total": "4868.40",
         "ni_1_lel": "6396.00", "ni_1_lel_pt": "6174.00", "ni_1_pt_uel": "24351.00", "ni_1_employee": "2131.08"},
    ),
    "a refund is marked R": (
        boxed([(PREVIOUS, "9000 00", "1200 00"), (THIS, "3000 10", "250 50 R"), (TOTAL, "12000 10", "949 50")],
              [("A", "", "", "", "0 00")]),
        {"pay_previous": "9000.00", "tax_previous": "1200.00", "pay_this": "3000.10", "tax_this": "-250.50",
         "pay_total": "12000.10", "tax_total": "949.50", "ni_1_employee": "0.00"},
    ),
    "a refund of whole pounds, its pence 00": (
        boxed([(PREVIOUS, "9000 00", "1200 00"), (THIS, "3000 10", "47 00 R"), (TOTAL, "12000 10", "1153 00")],
              [("A", "", "", "", "0 00")]),
        {"pay_previous": "9000.00", "tax_previous": "1200.00", "pay_this": "3000.10", "tax_this": "-47.00",
         "pay_total": "12000.10", "tax_total": "1153.00", "ni_1_employee": "0.00"},
    ),
    "four letters, blanks in the middle": (
        boxed([(PREVIOUS, "", ""), (THIS, "41000 00", "5686 00"), (TOTAL, "41000 00", "5686 00")],
              [("A", "2000", "2000", "9000", "720 00"), ("J", "1000", "", "5000", "100 00"),
               ("C", "1500", "1500", "", ""), ("M", "", "", "4000", "320 00")]),
        {"pay_this": "41000.00", "tax_this": "5686.00", "pay_total": "41000.00", "tax_total": "5686.00",
         "ni_1_lel": "2000.00", "ni_1_lel_pt": "2000.00", "ni_1_pt_uel": "9000.00", "ni_1_employee": "720.00",
         "ni_2_lel": "1000.00", "ni_2_pt_uel": "5000.00", "ni_2_employee": "100.00", "ni_3_lel": "1500.00",
         "ni_3_lel_pt": "1500.00", "ni_4_pt_uel": "4000.00", "ni_4_employee": "320.00"},
    ),
    "a form to 2015-16 has the Upper Accrual Point": (
        boxed([(PREVIOUS, "", ""), (THIS, "50000 00", "9822 00"), (TOTAL, "50000 00", "9822 00")],
              [("D", "5824", "2236", "31980", "2345", "3872 64")], year=2016, heads=OLD_HEADS),
        {"pay_this": "50000.00", "tax_this": "9822.00", "pay_total": "50000.00", "tax_total": "9822.00",
         "ni_1_lel": "5824.00", "ni_1_lel_pt": "2236.00", "ni_1_employee": "3872.64"},
    ),
    "only the total is printed": (
        boxed([(PREVIOUS, "", ""), (THIS, "", ""), (TOTAL, "15000 00", "486 00")],
              [("A", "6396", "6174", "2430", "194 40")]),
        {"pay_total": "15000.00", "tax_total": "486.00", "ni_1_lel": "6396.00", "ni_1_lel_pt": "6174.00",
         "ni_1_pt_uel": "2430.00", "ni_1_employee": "194.40"},
    ),
    "a student loan of 0 is 0, not absent": (
        boxed([(PREVIOUS, "", ""), (THIS, "15000 00", "486 00"), (TOTAL, "15000 00", "486 00")],
              [("A", "6396", "6174", "2430", "194 40")], loan="0"),
        {"pay_this": "15000.00", "tax_this": "486.00", "pay_total": "15000.00", "tax_total": "486.00",
         "ni_1_lel": "6396.00", "ni_1_lel_pt": "6174.00", "ni_1_pt_uel": "2430.00", "ni_1_employee": "194.40",
         "student_loan": "0.00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_amount_stands_in_its_own_column(case: str) -> None:
    sheet, expected = CASES[case]
    document = read(sheet)
    found = amounts(document)
    letters = {n: v for n, v in found.items() if n.endswith("_letter")}
    text = {n: v for n, v in sheet.fields.items() if n in ("tax_year", "tax_code", "ni_number")}
    assert {n: v for n, v in found.items() if n not in letters and n not in text} == expected
    assert {n: document.value(n) for n in sheet.fields} == sheet.fields
    assert document.review_reasons == ()


def test_a_total_that_is_not_the_sum_needs_review() -> None:
    rows = [(PREVIOUS, "9000 00", "1200 00"), (THIS, "3000 10", "250 50"), (TOTAL, "12000 11", "1450 50")]
    document = read(boxed(rows, [("A", "6396", "6174", "0", "0 00")]))
    assert document.status == "needs_review"
    assert "total for year says 12000.11" in document.review_reasons[0]


def test_a_figure_in_a_column_where_none_is_so_high_needs_review() -> None:
    rows = [(PREVIOUS, "", ""), (THIS, "60000 00", "11432 00"), (TOTAL, "60000 00", "11432 00")]
    document = read(boxed(rows, [("A", "37700", "6174", "37700", "3210 60")]))
    assert document.status == "needs_review"
    assert "column where none is so high" in document.review_reasons[0]


def test_a_substitute_with_a_label_for_each_figure() -> None:
    lines = [
        ("Surname", "Brightwater"), ("Forenames", "Leopold"), ("National Insurance number", "QQ112233B"),
        ("Employer name", "Nightjar Couriers Limited"), ("Employer PAYE reference", "120/NC551"),
        ("Final tax code", "S1257L M1"), ("Pay in previous employment(s)", "4,000.00"),
        ("Tax deducted in previous employment(s)", "210.00"), ("Pay in this employment", "21,000.55"),
        ("Tax deducted in this employment", "1,900.20"), ("Total pay for year", "25,000.55"),
        ("Total tax deducted for year", "2,110.20"), ("Student Loan deductions", "88"),
        ("Statutory Maternity Pay", "1,234.56"),
    ]  # fmt: skip
    document = read(labelled(lines))
    values = {name: figure.value for name, figure in document.figures.items()}
    assert values == {
        "tax_year": "2023-24", "surname": "Brightwater", "forenames": "Leopold", "ni_number": "QQ112233B",
        "employer_name": "Nightjar Couriers Limited", "paye_reference": "120/NC551", "tax_code": "S1257L",
        "tax_basis": "M1", "pay_previous": "4000.00", "tax_previous": "210.00", "pay_this": "21000.55",
        "tax_this": "1900.20", "pay_total": "25000.55", "tax_total": "2110.20", "student_loan": "88.00",
        "smp": "1234.56",
    }  # fmt: skip
    assert document.status == "proved"


def test_a_second_copy_on_the_next_page_counts_once() -> None:
    sheet, _ = CASES["blank previous employment"]
    one = boxed([(PREVIOUS, "", ""), (THIS, "36921 48", "4868 40"), (TOTAL, "36921 48", "4868 40")],
                [("A", "6396", "6174", "24351", "2131 08")])  # fmt: skip
    first = one.finish()
    from pypdfium2 import PdfDocument

    both = PdfDocument.new()
    for _ in range(2):
        both.import_pages(PdfDocument(first))
    import io

    out = io.BytesIO()
    both.save(out)
    reading = read_pdf(out.getvalue())
    assert len(reading.documents) == 1
    assert reading.documents[0].value("ni_1_employee") == "2131.08"
    assert sheet.fields["surname"] == reading.documents[0].value("surname")


MARKS = {
    "CORRECTED": ("yes", "the plainest mark"),
    "Corrected P60": ("yes", "with the form's name"),
    "Amended": ("yes", "payrolls say so too"),
    "P60 End of Year Certificate - Replacement": ("yes", "HMRC's own word for a P60 with other figures"),
    "This is a revised certificate": ("yes", "a sentence of its own"),
    "Corrected: Yes": ("yes", "a box that is answered"),
    "Corrected: No": (None, "the same box answered otherwise"),
    "Replacement copy": (None, "a copy of the first certificate corrects nothing"),
    "DUPLICATE": (None, "the same figures again"),
    "This is a printed copy of an eP60": (None, "how it was printed"),
    "Ask for a corrected P60 if a figure is wrong": (None, "advice, no mark"),
}


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_says_whether_a_certificate_takes_an_earlier_ones_place(mark: str) -> None:
    expected, why = MARKS[mark]
    rows = [(PREVIOUS, "", ""), (THIS, "15000 00", "486 00"), (TOTAL, "15000 00", "486 00")]
    sheet = boxed(rows, [("A", "6396", "6174", "2430", "194 40")])
    sheet.text(40, 92, mark, bold=True)
    document = read(sheet)
    assert document.value("corrected") == expected, why
    assert {n: document.value(n) for n in sheet.fields} == sheet.fields


@pytest.mark.parametrize("form", ["p60_single", "p60_substitute"])
@pytest.mark.parametrize("marking", ["corrected", "amended", "replacement", "duplicate", "eP60", None])
def test_the_mark_and_the_date_of_issue_are_read_where_they_stand(form: str, marking: Marking | None) -> None:
    p60 = demo_career(TaxYear(2025)).years[0].p60s[0]
    sample = make_p60(p60, form=form, marking=marking, issued=date(2026, 6, 14))
    reading = read_pdf(sample.content)
    (document,) = reading.documents
    assert {name: figure.value for name, figure in document.figures.items()} == sample.fields
    assert document.value("issued_on") == "2026-06-14"
    assert document.value("corrected") == ("yes" if marking in ("corrected", "amended", "replacement") else None)
    for name in sample.fields:
        (place,) = sample.boxes[name]
        found = document.figures[name].box
        assert found.x0 == pytest.approx(place["box"][0], abs=3), name
        assert found.x1 == pytest.approx(place["box"][2], abs=8), name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marking", [None, "corrected"])
@pytest.mark.parametrize(
    ("name", "read_as"),
    [("+1+cmd|x", None), ("-2+3", None), ("Orchard Works", "Orchard Works")],  # the last: a heading that is a name
)
def test_a_heading_of_the_form_is_nobodys_name(
    form: str, marking: Marking | None, name: str, read_as: str | None
) -> None:
    p60 = demo_career(TaxYear(2025)).years[2].p60s[0]
    drawn = make_p60(replace(p60, employer=replace(p60.employer, name=name)), form=form, marking=marking)
    assert read_pdf(drawn.content).documents[0].value("employer_name") == read_as
