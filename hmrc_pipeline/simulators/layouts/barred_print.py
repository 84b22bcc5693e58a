"""A line printer's form on continuous stationery: every rule a row of dashes, every border an upright stroke.

Three panels of lines stand beside each other; what the employer pays follows in a sentence, the totals in a last row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (700.0, 410.0)
WORDS: Words = {
    "basic_pay": ("BASIC PAY", "BASIC", "SALARY"),
    "bonus": ("BONUS", "ANNUAL BONUS"),
    "smp": ("SMP", "STAT MATERNITY PAY"),
    "ssp": ("SSP", "STAT SICK PAY"),
    "rsu_gross": ("RSUS", "RSU GAIN"),
    "pension_sacrifice": ("PENSION SAL SAC", "SAL SAC PENSION"),
    "income_tax": ("P.A.Y.E.", "TAX", "PAYE TAX"),
    "national_insurance": ("NAT. INS.", "N.I.", "EES NI"),
    "employee_pension": ("PENSION", "EE PENSION", "PENSION CONTS"),
    "student_loan": ("STUD LOAN", "STUDENT LOAN"),
    "postgraduate_loan": ("POSTGRAD LOAN", "PG LOAN"),
    "employer_ni": ("ERS NIC", "EMPLOYERS NI", "ER NIC"),
    "employer_pension": ("EMPLOYERS PENSION", "ER PENSION"),
    "gross_pay": ("TOTAL GROSS", "GROSS PAY", "TOTAL PAY"),
    "total_deductions": ("TOTAL DEDUCTIONS", "DEDUCTIONS TOTAL"),
    "taxable_pay": ("TAXABLE PAY", "GROSS FOR TAX"),
    "ni_pay": ("NI'ABLE PAY", "EARNINGS FOR NI"),
    "net_pay": ("NET PAY", "NET PAYMENT"),
}
LEFT, TOP, LETTER, PITCH = 33.0, 40.0, 4.8, 10.0
LAST = 131
HEAD = (0, 13, 47, 62, 78, 89, 102, 114, LAST)
PANELS = (0, 54, 92, LAST)
FOOT = (0, 26, 52, 78, 104, LAST)
LINES = 12
_TO_DATE = {
    "gross_pay": ("GROSS PAY TD", "TOTAL GROSS PAY TD"),
    "taxable_pay": ("TAXABLE PAY TD", "GROSS FOR TAX TD"),
    "income_tax": ("TAX PAID TD", "TOTAL TAX TD"),
    "ni_pay": ("NI PAY TD", "EARNINGS FOR NI TD"),
    "national_insurance": ("NAT. INS. TD", "EES NIC TD"),
    "pension_sacrifice": ("PENSION SAL SAC TD",),
    "employee_pension": ("EE PENSION TD", "PENSION TD"),
    "student_loan": ("STUDENT LOAN TD",),
    "postgraduate_loan": ("POSTGRAD LOAN TD",),
    "employer_ni": ("ERS NIC TD", "EMPLOYERS NI TD"),
    "employer_pension": ("EMPLOYERS PENSION TD",),
}


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a sheet of its own."""
    y = _particulars(sheet, view)
    y = _panels(sheet, view, y)
    y = _information(sheet, view, y)
    y = _totals(sheet, view, y)
    words = "QUERIES TO THE WAGES OFFICE BEFORE NOON ON THE DAY AFTER PAYMENT"
    if sheet.style.decoys:
        words = "CANTEEN PRICES RISE TO 3.40 FROM MONDAY. SUBSISTENCE CLAIMS OVER 25.00 NEED A RECEIPT"
    sheet.text(_x(0), y + PITCH, words)


def _x(column: float) -> float:
    return LEFT + LETTER * column


def _rule(sheet: Sheet, y: float, strokes: Sequence[int]) -> None:
    """A row of dashes with a cross where an upright stroke meets it."""
    sheet.text(_x(0), y, "".join("+" if column in strokes else "-" for column in range(LAST + 1)))


def _strokes(sheet: Sheet, y: float, columns: Sequence[int]) -> None:
    for column in columns:
        sheet.text(_x(column), y, "|")


def _particulars(sheet: Sheet, view: SlipView) -> float:
    fitted(sheet, _x(0), TOP, view.employer_name, room=LETTER * 52, face="bold")
    sheet.run(_x(56), TOP, sheet.style.choose("PAYE REF ", "TAX OFFICE REF "), view.paye_reference)
    sheet.run(_x(92), TOP, "PAID ", replace(view.frequency, text=view.frequency.text.upper()))
    sheet.text(_x(LAST + 1), TOP, "PAY ADVICE", align="right")
    cells: list[tuple[str, Sequence[str | Mark]]] = [
        (sheet.style.choose("STAFF NO", "WORKS NO"), (view.payroll_number,)),
        ("NAME", (view.employee_name,)),
        ("DEPARTMENT", (view.slip.terms.department.upper() or "GENERAL",)),
        (sheet.style.choose("N.I. NO.", "NI NUMBER"), (view.ni_number,)),
        (sheet.style.choose("NI TABLE", "NI CODE"), (view.ni_letter,)),
        ("TAX CODE", view.tax_code),
        (f"TAX {view.unit.upper()}", (view.tax_period,)),
        (sheet.style.choose("DATE PAID", "PAY DATE"), (view.pay_date,)),
    ]
    y = TOP + PITCH
    _rule(sheet, y, HEAD)
    for row in (1, 2):
        _strokes(sheet, y + row * PITCH, HEAD)
    for (caption, value), column, following in zip(cells, HEAD, HEAD[1:], strict=False):
        room = LETTER * (following - column - 3) + 0.3
        fitted(sheet, _x(column + 2), y + PITCH, caption, room=room)
        fitted(sheet, _x(column + 2), y + 2 * PITCH, *value, room=room)
    return y + 3 * PITCH


def _panels(sheet: Sheet, view: SlipView, y: float) -> float:
    """The lines of pay, of what is taken and of the year to date. Returns the baseline of the rule below them."""
    paid = [row for row in view.payments if row.amount is not None]
    taken = [row for row in view.deductions if row.amount is not None]
    year = list(_cumulatives(view))
    depth = max(LINES, len(paid), len(taken), len(year))
    _rule(sheet, y, sorted({*HEAD, *PANELS}))
    title, first = y + PITCH, y + 2 * PITCH
    sheet.text(_x(2), title, sheet.style.choose("PAYMENTS", "PAY AND ALLOWANCES"))
    sheet.text(_x(56), title, "DEDUCTIONS")
    sheet.text(_x(94), title, sheet.style.choose("CUMULATIVES", "THIS YEAR"))
    for column, caption in ((34, "HOURS"), (42, "RATE"), (53, "AMOUNT"), (91, "AMOUNT"), (130, "AMOUNT")):
        sheet.text(_x(column), title, caption, align="right")
    for index in range(depth + 1):
        _strokes(sheet, title + index * PITCH, PANELS)
    for index, row in enumerate(paid):
        _paid(sheet, view, first + index * PITCH, row)
    for index, row in enumerate(taken):
        _line(sheet, view, first + index * PITCH, row, 56, 91)
    for index, (caption, field, amount) in enumerate(year):
        fitted(sheet, _x(94), first + index * PITCH, caption, room=LETTER * 23)
        sheet.amount(_x(130), first + index * PITCH, field, amount)
    return first + depth * PITCH


def _paid(sheet: Sheet, view: SlipView, y: float, row: Row) -> None:
    if row.units is not None and row.rate is not None:
        sheet.text(_x(34), y, f"{row.units:.2f}", align="right")
        sheet.text(_x(42), y, f"{row.rate:.2f}", align="right")
    _line(sheet, view, y, row, 2, 53)


def _line(sheet: Sheet, view: SlipView, y: float, row: Row, column: int, edge: int) -> None:
    label = row.label.upper()
    fitted(sheet, _x(column), y, label, room=LETTER * 24)
    amount_cell(sheet, _x(edge), y, row)
    view.note(replace(row, label=label), with_ytd=False)


def _cumulatives(view: SlipView) -> Iterator[tuple[str, str | None, Decimal]]:
    """Caption, field and amount of the year to date."""
    for name, captions in _TO_DATE.items():
        amount = view.ytd(name)
        if amount is not None:
            yield view.style.choose(*captions), f"ytd_{name}", amount
    for row in view.other:
        if row.ytd is not None:
            yield f"{row.label.upper()} TD", f"ytd_{row.field}" if row.field else None, row.ytd


def _information(sheet: Sheet, view: SlipView, y: float) -> float:
    """What is no part of net pay, one after the other. Returns the baseline of the rule below it."""
    rows = [row for row in (*view.employer, *view.other) if row.amount is not None]
    if not rows:
        return y
    _rule(sheet, y, PANELS)
    sheet.text(_x(2), y + PITCH, "FOR INFORMATION ONLY -")
    for index, row in enumerate(rows):
        if index % 3 == 0:
            y += PITCH
            _strokes(sheet, y, (0, LAST))
        label = row.label.upper()
        end = sheet.text(_x(27 + 35 * (index % 3)), y, f"{label}: ")
        sheet.amount(end, y, row.field, row.amount or Decimal(0), align="left")
        view.note(replace(row, label=label), with_ytd=False)
    return y + PITCH


def _totals(sheet: Sheet, view: SlipView, y: float) -> float:
    _rule(sheet, y, FOOT)
    for row in (1, 2):
        _strokes(sheet, y + row * PITCH, FOOT)
    for name, edge in zip(("gross_pay", "taxable_pay", "ni_pay", "total_deductions", "net_pay"), FOOT[1:], strict=True):
        figure = view.figure(name)
        if name != "net_pay" or sheet.style.net_label:
            fitted(sheet, _x(edge - 1), y + PITCH, view.label(name), room=LETTER * 22, align="right")
        if figure is not None:
            sheet.amount(_x(edge - 1), y + 2 * PITCH, name, figure)
    _rule(sheet, y + 3 * PITCH, FOOT)
    return y + 3 * PITCH
