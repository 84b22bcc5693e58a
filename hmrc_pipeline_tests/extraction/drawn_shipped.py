"""Made-up payslips of the layouts that ship: a Welsh one, one whose captions are on the paper, one of element codes."""

from collections.abc import Callable, Sequence

from hmrc_pipeline_tests.extraction.drawn import Sheet
from hmrc_pipeline_tests.extraction.drawn_plain import FIELDS as PLAIN_FIELDS
from hmrc_pipeline_tests.extraction.drawn_plain import plain_words

__all__ = ["DRAWN"]


def _rows(sheet: Sheet, rows: Sequence[tuple[float, float, Sequence[tuple[float, str]]]]) -> None:
    """Each row's label at its place, and its amounts right-aligned."""
    for left, top, cells in rows:
        (_, label), *amounts = cells
        sheet.text(left, top, label)
        for edge, amount in amounts:
            sheet.right(edge, top, amount)


def welsh() -> tuple[bytes, dict[str, str]]:
    """Two columns, everything in Welsh."""
    sheet = Sheet("Helvetica", 9)
    sheet.text(40, 50, "Slip Cyflog", size=15, bold=True)
    sheet.text(300, 50, "Melin Wlân Cwm Tawel Cyf", size=12, bold=True)
    for left, caption, value in (
        (40, "Enw", "Nia Enghraifft"),
        (150, "Rhif Yswiriant Gwladol", "QQ314159A"),
        (280, "Cod treth", "C1257L"),
        (350, "Dyddiad talu", "28/05/2025"),
        (430, "Mis treth", "2"),
        (490, "Llythyren YG", "A"),
    ):
        sheet.text(left, 80, caption, size=7)
        sheet.text(left, 92, value, bold=True)
    for left, title in ((40, "Taliadau"), (310, "Didyniadau")):
        sheet.text(left, 130, title, bold=True, size=10)
        sheet.right(left + 160, 130, "Y cyfnod hwn", size=7)
        sheet.right(left + 230, 130, "Hyd yma", size=7)
    rows = [
        (40, 146, "Cyflog sylfaenol", "2,310.00", "4,620.00"),
        (40, 160, "Goramser", "148.50", "211.00"),
        (310, 146, "Treth incwm", "274.10", "540.20"),
        (310, 160, "Yswiriant Gwladol", "112.84", "219.80"),
        (310, 174, "Pensiwn", "115.50", "231.00"),
        (310, 188, "Benthyciad myfyriwr", "20.00", "40.00"),
        (40, 230, "Cyfanswm tâl", "2,458.50", "4,831.00"),
        (310, 230, "Cyfanswm didyniadau", "522.44", "1,031.00"),
    ]
    _rows(sheet, [(x, y, ((0, label), (x + 160, now), (x + 230, ytd))) for x, y, label, now, ytd in rows])
    sheet.text(40, 262, "Tâl trethadwy")
    sheet.right(200, 262, "2,343.00")
    sheet.right(270, 262, "4,600.00")
    sheet.text(310, 270, "Tâl clir", bold=True, size=12)
    sheet.right(540, 270, "£1,936.06", bold=True, size=12)
    sheet.text(310, 300, "Yswiriant Gwladol y cyflogwr")
    sheet.right(470, 300, "256.11")
    sheet.text(40, 330, "Os oes cwestiwn, gofynnwch i'r swyddfa gyflogau.", size=7)
    sheet.note(
        employer_name="Melin Wlân Cwm Tawel Cyf", employee_name="Nia Enghraifft", ni_number="QQ314159A",
        tax_code="C1257L", pay_date="2025-05-28", tax_period="2", ni_letter="A", basic_pay="2310.00",
        income_tax="274.10", national_insurance="112.84", employee_pension="115.50", student_loan="20.00",
        gross_pay="2458.50", total_deductions="522.44", taxable_pay="2343.00", net_pay="1936.06",
        employer_ni="256.11", ytd_basic_pay="4620.00", ytd_income_tax="540.20", ytd_national_insurance="219.80",
        ytd_employee_pension="231.00", ytd_student_loan="40.00", ytd_gross_pay="4831.00",
        ytd_total_deductions="1031.00", ytd_taxable_pay="4600.00",
    )  # fmt: skip
    return sheet.finish(), sheet.fields


def preprinted() -> tuple[bytes, dict[str, str]]:
    """Filled into printed paper: the captions of particulars and of the net pay are not in the file."""
    sheet = Sheet("Courier", 9)
    sheet.text(40, 60, "Ostler & Pryce Haulage Ltd")
    for left, value in (
        (40, "00412"),
        (110, "31"),
        (160, "M"),
        (200, "30/06/2025"),
        (300, "27/06/2025"),
        (400, "1182L"),
    ):
        sheet.text(left, 90, value)
    sheet.text(470, 90, "QQ271828B")
    sheet.text(40, 110, "T Sample")
    rows = [
        (40, 150, "Basic Pay", "1,906.25", 250),
        (40, 164, "Night Out", "104.00", 250),
        (300, 150, "PAYE Tax", "198.40", 540),
        (300, 164, "National Insurance", "76.98", 540),
        (40, 230, "Total Gross Pay TD", "6,030.75", 250),
        (40, 244, "Gross for Tax TD", "6,030.75", 250),
        (40, 258, "Tax Paid TD", "595.20", 250),
        (40, 272, "National Insurance TD", "230.94", 250),
    ]
    _rows(sheet, [(x, y, ((0, label), (edge, amount))) for x, y, label, amount, edge in rows])
    sheet.right(250, 200, "2,010.25")
    sheet.right(540, 200, "275.38")
    sheet.right(540, 272, "1,734.87")
    sheet.note(
        employer_name="Ostler & Pryce Haulage Ltd", employee_name="T Sample", payroll_number="00412",
        pay_date="2025-06-27", tax_code="1182L", ni_number="QQ271828B", basic_pay="1906.25",
        income_tax="198.40", national_insurance="76.98", gross_pay="2010.25", total_deductions="275.38",
        net_pay="1734.87", ytd_gross_pay="6030.75", ytd_taxable_pay="6030.75", ytd_income_tax="595.20",
        ytd_national_insurance="230.94",
    )  # fmt: skip
    return sheet.finish(), sheet.fields


def element_codes() -> tuple[bytes, dict[str, str]]:
    """A host's print: every line is named by the code of its pay element alone."""
    sheet = Sheet("Courier", 9)
    sheet.text(40, 50, "PAY ADVICE")
    sheet.text(300, 50, "ISLE COUNTY FIRE SERVICE")
    for left, caption, value in (
        (40, "SERVICE NO", "771204"), (130, "NAME", "R EXAMPLE"), (230, "NI NO", "QQ161803C"),
        (320, "TAX CODE", "1257L"), (400, "DATE PAID", "30 APR 2025"), (490, "MTH", "01"),
    ):  # fmt: skip
        sheet.text(left, 80, caption, size=7)
        sheet.text(left, 92, value)
    for edge, heading in ((150, "ELEMENT"), (240, "THIS PERIOD"), (330, "YEAR TO DATE")):
        sheet.right(edge, 120, heading, size=7)
    for number, (code, now, ytd) in enumerate(
        (
            ("E010A", "2,756.00", "2,756.00"), ("E014F", "183.75", "183.75"), ("D500T", "316.60", "316.60"),
            ("D510N", "135.25", "135.25"), ("D620P", "352.77", "352.77"), ("X900R", "310.45", "310.45"),
        )
    ):  # fmt: skip
        sheet.text(100, 136 + 14 * number, code)
        sheet.right(240, 136 + 14 * number, now)
        sheet.right(330, 136 + 14 * number, ytd)
    for number, (code, now) in enumerate((("Z001G", "2,939.75"), ("Z002D", "804.62"), ("Z003C", "2,135.13"))):
        sheet.text(100, 240 + 14 * number, code)
        sheet.right(240, 240 + 14 * number, now)
    sheet.note(
        employer_name="ISLE COUNTY FIRE SERVICE", employee_name="R EXAMPLE", payroll_number="771204",
        ni_number="QQ161803C", tax_code="1257L", pay_date="2025-04-30", tax_period="1", basic_pay="2756.00",
        income_tax="316.60", national_insurance="135.25", employee_pension="352.77", employer_ni="310.45",
        gross_pay="2939.75", total_deductions="804.62", net_pay="2135.13", ytd_basic_pay="2756.00",
        ytd_income_tax="316.60", ytd_national_insurance="135.25", ytd_employee_pension="352.77",
        ytd_employer_ni="310.45",
    )  # fmt: skip
    return sheet.finish(), sheet.fields


DRAWN: dict[str, Callable[[], tuple[bytes, dict[str, str]]]] = {
    "cymraeg": welsh,
    "element-codes": element_codes,
    "plain-words": lambda: (plain_words(), PLAIN_FIELDS),
    "printed-paper": preprinted,
}
