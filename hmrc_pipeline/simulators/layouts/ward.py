"""A dense public-service form: allowances with units, rate and amount, balances, a summary, everything in capitals."""

from collections.abc import Sequence

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("BASIC PAY", "SALARY PAYMENT"),
    "bonus": ("RECRUITMENT PREM", "BONUS PAYMENT"),
    "ssp": ("STATUTORY SICK PAY", "SSP"),
    "smp": ("SMP", "STAT MATERNITY"),
    "income_tax": ("PAYE", "TAX PAID"),
    "national_insurance": ("NI", "NI CONTRIBUTION"),
    "employee_pension": ("PENSION CONTS", "PENSION"),
    "student_loan": ("STUDENT LOAN",),
    "postgraduate_loan": ("POSTGRAD LOAN",),
    "pension_sacrifice": ("PENSION SACRIFICE", "SAL SACRIFICE PENSION"),
    "gross_pay": ("TOTAL PAY", "GROSS PAY"),
    "total_deductions": ("TOTAL DEDUCTIONS",),
    "net_pay": ("NET PAY",),
    "taxable_pay": ("TAXABLE PAY",),
    "ni_pay": ("NI PAY", "NIABLE PAY"),
    "employer_ni": ("EMPLOYER NI",),
    "employer_pension": ("EMPLOYER PENSION",),
}
LEFT, MIDDLE, RIGHT = 30.0, 326.0, 565.0
_BALANCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("GROSS PAY", "TOTAL PAY TO DATE")),
    ("ni_pay", ("NI PAY", "NIABLE PAY TO DATE")),
    ("taxable_pay", ("TAXABLE PAY", "TAXABLE TO DATE")),
    ("income_tax", ("TAX PAID", "TAX TO DATE")),
    ("national_insurance", ("NI CONTS", "NI TO DATE")),
    ("employee_pension", ("PENSION CONTS", "PENSION TO DATE")),
    ("pension_sacrifice", ("PENSION SACRIFICE", "SACRIFICE TO DATE")),
    ("student_loan", ("STUDENT LOAN", "STUDENT LOAN TO DATE")),
)
Cell = tuple[float, float, str, Sequence[str | Mark]]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip in the upper two thirds of a page."""
    _people(sheet, view)
    _pay(sheet, view)
    _deductions(sheet, view)
    _balances(sheet, view)
    _summary(sheet, view)
    _messages(sheet)


def _cells(sheet: Sheet, top: float, cells: Sequence[Cell]) -> None:
    for x0, x1, caption, value in cells:
        sheet.frame(x0, top, x1, top + 27, stroke=sheet.tint.line)
        sheet.text(x0 + 3, top + 8, caption, size=5.6)
        sheet.run(x0 + 4, top + 21, *value, size=8.5, face="bold")


def _upper(mark: Mark) -> Mark:
    return Mark(mark.field, mark.value.upper(), mark.text.upper())


def _people(sheet: Sheet, view: SlipView) -> None:
    number = sheet.style.choose("ASSIGNMENT NUMBER", "EMPLOYEE NO.", "PAY NUMBER")
    _cells(
        sheet,
        34,
        [
            (30, 112, number, (view.payroll_number,)),
            (112, 290, "EMPLOYEE NAME", (_upper(view.employee_name),)),
            (290, 430, "DEPARTMENT", (view.slip.terms.department.upper() or "GENERAL",)),
            (430, 565, "TAX OFFICE REF", (view.paye_reference,)),
        ],
    )
    _cells(
        sheet,
        61,
        [
            (30, 234, "EMPLOYER", (_upper(view.employer_name),)),
            (234, 326, "NI NUMBER", (view.ni_number,)),
            (326, 372, sheet.style.choose("NI LETTER", "NI CAT"), (view.ni_letter,)),
            (372, 450, "TAX CODE", view.tax_code),
            (450, 490, "PERIOD", (view.tax_period,)),
            (490, 565, "PAY DATE", (view.pay_date,)),
        ],
    )


def _band(sheet: Sheet, x0: float, x1: float, y: float, title: str) -> None:
    sheet.frame(x0, y, x1, y + 12, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.text((x0 + x1) / 2, y + 9, title, size=7, face="bold", align="centre")


def _pay(sheet: Sheet, view: SlipView) -> None:
    _band(sheet, LEFT, MIDDLE, 94, "PAY AND ALLOWANCES")
    sheet.frame(LEFT, 106, MIDDLE, 330, stroke=sheet.tint.line)
    sheet.text(LEFT + 4, 116, "DESCRIPTION", size=6)
    for x, caption in ((186, "WKD/EARNED"), (230, "PAID/DUE"), (272, "RATE"), (MIDDLE - 5, "AMOUNT")):
        sheet.text(x, 116, caption, size=6, align="right")
    y = 130.0
    for row in view.payments:
        if row.amount is None:
            continue
        sheet.text(LEFT + 4, y, row.label.upper(), fit=112)
        if row.units is not None and row.rate is not None:
            for x, text in ((186, f"{row.units:.2f}"), (230, f"{row.units:.2f}"), (272, f"{row.rate:.4f}")):
                sheet.text(x, y, text, size=7.5, align="right")
        amount_cell(sheet, MIDDLE - 5, y, row)
        _note(view, row)
        y += 12


def _deductions(sheet: Sheet, view: SlipView) -> None:
    _band(sheet, MIDDLE, RIGHT, 94, "DEDUCTIONS")
    sheet.frame(MIDDLE, 106, RIGHT, 330, stroke=sheet.tint.line)
    sheet.text(MIDDLE + 4, 116, "DESCRIPTION", size=6)
    sheet.text(RIGHT - 60, 116, "AMOUNT", size=6, align="right")
    sheet.text(RIGHT - 5, 116, "BALANCE C/F", size=6, align="right")
    y = 130.0
    for row in view.deductions:
        if row.amount is None:
            continue
        sheet.text(MIDDLE + 4, y, row.label.upper(), fit=118)
        amount_cell(sheet, RIGHT - 60, y, row)
        if row.field is None and "LOAN" in row.label.upper():
            sheet.amount(RIGHT - 5, y, None, 11 * row.amount, size=7.5)
        _note(view, row)
        y += 12


def _note(view: SlipView, row: Row) -> None:
    view.note(Row(row.section, row.field, row.label.upper(), row.amount, row.ytd), with_ytd=False)


def _balances(sheet: Sheet, view: SlipView) -> None:
    _band(sheet, LEFT, 300, 336, "YEAR TO DATE BALANCES (THIS EMPLOYMENT ONLY)")
    sheet.frame(LEFT, 348, 300, 414, stroke=sheet.tint.line)
    shown = [(name, captions) for name, captions in _BALANCES if view.ytd(name) is not None]
    for index, (name, captions) in enumerate(shown):
        x, y = LEFT + 4 + (index % 2) * 135, 361 + (index // 2) * 14
        amount = view.ytd(name)
        sheet.text(x, y, sheet.style.alike(*captions), size=6.8, fit=72)
        if amount is not None:
            sheet.amount(x + 129, y, f"ytd_{name}", amount, size=7.5)


def _summary(sheet: Sheet, view: SlipView) -> None:
    _band(sheet, 304, RIGHT, 336, "THIS PERIOD SUMMARY")
    sheet.frame(304, 348, RIGHT, 414, stroke=sheet.tint.line)
    left = ("taxable_pay", "ni_pay")
    for index, name in enumerate(left):
        figure = view.figure(name)
        if figure is not None:
            sheet.text(308, 361 + index * 14, view.label(name), size=6.8, fit=56)
            sheet.amount(424, 361 + index * 14, name, figure, size=7.5)
    notes = [row for row in (*view.employer, *view.other) if row.amount is not None]
    for index, row in enumerate(notes[:2]):
        sheet.text(308, 389 + index * 14, row.label.upper(), size=6.8, fit=68)
        amount_cell(sheet, 424, 389 + index * 14, row, size=7.5)
        _note(view, row)
    for index, name in enumerate(("gross_pay", "total_deductions")):
        figure = view.figure(name)
        if figure is not None:
            sheet.text(432, 361 + index * 14, view.label(name), size=6.8, fit=72)
            sheet.amount(RIGHT - 5, 361 + index * 14, name, figure, size=7.5)
    sheet.frame(430, 384, RIGHT, 414, fill=sheet.tint.soft, stroke=sheet.tint.strong, width=1)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        sheet.text(436, 403, view.label("net_pay"), size=8, face="bold")
    if net is not None:
        sheet.amount(RIGHT - 6, 403, "net_pay", net, size=10, face="bold")


def _messages(sheet: Sheet) -> None:
    _band(sheet, LEFT, RIGHT, 420, "MESSAGES")
    sheet.frame(LEFT, 432, RIGHT, 470, stroke=sheet.tint.line)
    words = "YOUR INCREMENT IS DUE IN OCTOBER. QUERIES TO PAYROLL, EXT 4417."
    if sheet.style.decoys:
        words = "PAY AWARD: MINIMUM RATE IS NOW 12.60 AN HOUR. MILEAGE 0.45 UP TO 10000 MILES."
    sheet.text(LEFT + 5, 445, words, size=7.5)
