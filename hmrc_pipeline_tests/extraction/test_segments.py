"""One file becomes documents: several slips a page, several months a file, overleaf, copies; kinds by content."""

import io
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from hmrc_pipeline.extraction import FileReading, read_pdf
from hmrc_pipeline_tests.extraction.drawn import Sheet, Slip, money, plain

A4 = (595.0, 842.0)


def small_slip(sheet: Sheet, slip: Slip, x: float, y: float, *, net: bool = True) -> dict[str, str]:
    """A slip a third of a page high; its fields."""
    day = f"28/{slip.calendar_month:02d}/{slip.year}"
    sheet.text(x, y, "Harrier Logistics Ltd", bold=True)
    for i, (caption, value) in enumerate(
        (("Name", "Marigold Tansy"), ("NI No", slip.nino), ("Tax Code", slip.code), ("Pay Date", day))
    ):
        sheet.text(x + 65 * i, y + 14, caption, size=6)
        sheet.text(x + 65 * i, y + 23, value, size=7)
    for i, (label, pence) in enumerate((("Basic Pay", slip.basic), ("Overtime", slip.overtime), ("Bonus", slip.bonus))):
        if pence:
            sheet.text(x, y + 40 + 10 * i, label)
            sheet.right(x + 120, y + 40 + 10 * i, money(pence))
    taken = (("PAYE", slip.tax), ("Employee NI", slip.ni), ("Pension", slip.pension), ("Student Loan", slip.loan))
    for i, (label, pence) in enumerate((*taken, ("Union Subscription", slip.union))):
        if pence:
            sheet.text(x + 135, y + 40 + 10 * i, label)
            sheet.right(x + 255, y + 40 + 10 * i, money(pence, trailing=True))
    fields = {"ni_number": slip.nino, "pay_date": slip.date, "income_tax": plain(slip.tax), "tax_code": slip.code}
    if net:
        sheet.text(x, y + 100, "Gross Pay")
        sheet.right(x + 120, y + 100, money(slip.gross))
        sheet.text(x + 135, y + 100, "Net Pay", bold=True)
        sheet.right(x + 255, y + 100, money(slip.net))
        fields |= {"gross_pay": plain(slip.gross), "net_pay": plain(slip.net)}
    return fields


def slips(count: int, *, one_person: bool = True) -> list[Slip]:
    made = [Slip(seed) for seed in range(20, 20 + count)]
    for number, slip in enumerate(made):
        slip.calendar_month, slip.year, slip.month = 5 + number, 2024, 2 + number
        slip.nino = "QQ400500C" if one_person else slip.nino
    return made


def found(reading: FileReading, names: Sequence[str]) -> list[dict[str, str | None]]:
    assert reading.error is None
    return [{name: document.value(name) for name in names} for document in reading.documents]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_slips_down_a_page(count: int) -> None:
    sheet = Sheet(size=8)
    expected = [small_slip(sheet, slip, 40, 40 + 200 * i) for i, slip in enumerate(slips(count))]
    reading = read_pdf(sheet.finish())
    assert found(reading, list(expected[0])) == expected
    assert {document.status for document in reading.documents} == {"proved"}


def test_two_slips_side_by_side() -> None:
    sheet = Sheet(size=8, page=(842, 595))
    made = slips(2, one_person=False)
    expected = [small_slip(sheet, made[0], 40, 60), small_slip(sheet, made[1], 460, 60)]
    assert found(read_pdf(sheet.finish()), list(expected[0])) == expected


def test_several_months_in_one_file() -> None:
    sheet = Sheet(size=8)
    expected = []
    for slip in slips(3):
        expected.append(small_slip(sheet, slip, 40, 60))
        sheet.new_page()
    reading = read_pdf(sheet.finish())
    assert found(reading, list(expected[0])) == expected
    assert [document.pages for document in reading.documents] == [(1,), (2,), (3,)]


def test_the_same_slip_twice_counts_once() -> None:
    sheet = Sheet(size=8)
    slip = slips(1)[0]
    expected = small_slip(sheet, slip, 40, 60)
    small_slip(sheet, slip, 40, 460)
    sheet.new_page()
    small_slip(sheet, slip, 40, 60)
    assert found(read_pdf(sheet.finish()), list(expected)) == [expected]


@pytest.mark.parametrize("repeats_the_head", [True, False])
def test_totals_on_the_second_page_belong_to_the_first(repeats_the_head: bool) -> None:
    sheet = Sheet(size=8)
    slip = slips(1)[0]
    expected = small_slip(sheet, slip, 40, 60, net=False)
    sheet.text(400, 800, "Page 1 of 2")
    sheet.new_page()
    sheet.text(400, 800, "Page 2 of 2")
    if repeats_the_head:
        sheet.text(40, 60, f"NI No: {slip.nino}")
    sheet.text(40, 100, "Gross Pay")
    sheet.right(160, 100, money(slip.gross))
    sheet.text(40, 112, "Net Pay")
    sheet.right(160, 112, money(slip.net))
    expected |= {"gross_pay": plain(slip.gross), "net_pay": plain(slip.net)}
    reading = read_pdf(sheet.finish())
    assert found(reading, list(expected)) == [expected]
    assert reading.documents[0].pages == (1, 2)
    assert reading.documents[0].status == "proved"


def test_conditions_overleaf_are_no_document() -> None:
    sheet = Sheet(size=8)
    expected = small_slip(sheet, slips(1)[0], 40, 60)
    sheet.new_page()
    sheet.text(40, 60, "Notes: keep this payslip. If you think a deduction is wrong, tell the payroll office.")
    assert found(read_pdf(sheet.finish()), list(expected)) == [expected]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_stored_turned_reads_as_it_is_displayed(turns: int) -> None:
    sheet = Sheet(size=8)
    small_slip(sheet, slips(1)[0], 40, 60)
    upright = read_pdf(sheet.finish()).documents[0]
    document = pypdfium2.PdfDocument(sheet.buffer.getvalue())
    page = document[0]
    width, height = page.get_size()
    half = {1: (0, 1, -1, 0, height, 0), 2: (-1, 0, 0, -1, width, height), 3: (0, -1, 1, 0, 0, width)}[turns]
    matrix = pdfium.FS_MATRIX(*half)
    assert pdfium.FPDFPage_TransFormWithClip(page, matrix, None)
    page.set_mediabox(0, 0, *((height, width) if turns % 2 else (width, height)))
    page.set_rotation(turns * 90)
    out = io.BytesIO()
    document.save(out)
    turned = read_pdf(out.getvalue()).documents[0]
    assert {n: f.value for n, f in turned.figures.items()} == {n: f.value for n, f in upright.figures.items()}
    for name, figure in turned.figures.items():
        assert abs(figure.box.x0 - upright.figures[name].box.x0) < 1
        assert abs(figure.box.top - upright.figures[name].box.top) < 1


LETTER = "Dear Marigold,|thank you for your letter. Your salary will rise by 250.00 from June.|Yours, Payroll"
P45 = (
    "P45 Part 1A|Details of employee leaving work|Copy for employee|Leaving date 31 05 2024|"
    "Total pay to date 12,000.00|Total tax to date 1,400.00|Tax code at leaving date 1257L"
)
P11D = "P11D Expenses and benefits 2024 to 2025|Cash equivalent|Private medical 420.00|Class 1A 57.96"
IRISH = (
    "PAYSLIP|PPS Number 1234567T|Gross Pay 3,000.00|PAYE 400.00|PRSI 120.00|USC 60.00|"
    "Net Pay 2,420.00|Pay Date 28/06/2024"
)
AMERICAN = (
    "Earnings Statement|Pay Date 06/28/2024|Gross Pay 3,000.00|Federal Withholding 400.00|"
    "FICA 230.00|401k 100.00|Net Pay 2,270.00"
)
GERMAN = "Entgeltabrechnung|Steuerklasse 1|Gesamtbrutto 4.200,00|Lohnsteuer 623,58|Auszahlungsbetrag 2.780,52"
UNKNOWN = "Payslip|Gross salary 3,000.00|Contribution 400.00|Fund 100.00|Net pay 2,500.00|Date 28.06.2024"
UNDATED = (
    "Harrier Logistics Ltd Payslip|NI No QQ123456C|Tax code 1257L|Basic Pay 2,000.00|Gross Pay 2,000.00|"
    "PAYE 190.00|National Insurance 76.00|Net Pay 1,734.00"
)
KINDS = [
    ("a letter with an amount", LETTER, "other", "consistent", "neither a payslip nor a P60"),
    ("a P45", P45, "other", "consistent", "a P45"),
    ("a P11D", P11D, "other", "consistent", "a P11D"),
    ("an Irish payslip", IRISH, "other", "quarantined", "an Irish payslip"),
    ("an American payslip", AMERICAN, "other", "quarantined", "an American payslip"),
    ("a German payslip with continental amounts", GERMAN, "other", "quarantined", "a German payslip"),
    ("a payslip of nowhere", UNKNOWN, "other", "quarantined", "not from UK payroll"),
    ("a payslip without a date", UNDATED, "payslip", "quarantined", "prints no payment date"),
]


def listed(text: str) -> bytes:
    """Each line with its last amount set to the right, as a list prints it."""
    sheet = Sheet()
    for i, line in enumerate(text.split("|")):
        head, _, tail = line.rpartition(" ")
        is_amount = tail.replace(",", "").replace(".", "").isdigit() and "." in tail and len(line) < 50
        sheet.text(60, 60 + 16 * i, head if is_amount else line)
        if is_amount:
            sheet.right(400, 60 + 16 * i, tail)
    return sheet.finish()


@pytest.mark.parametrize(("what", "text", "doc_type", "status", "says"), KINDS)
def test_kind_by_content(what: str, text: str, doc_type: str, status: str, says: str) -> None:
    reading = read_pdf(listed(text))
    assert reading.error is None
    assert [(d.doc_type, d.status) for d in reading.documents] == [(doc_type, status)], what
    sentence = reading.documents[0].review_reasons[0]
    assert says in sentence
    assert sentence.endswith(".")
