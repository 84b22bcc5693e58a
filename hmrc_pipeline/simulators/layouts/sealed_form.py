"""A sealed form of a wages bureau: captions printed beforehand, titles running up the side of their blocks.

Every balance is brought forward, added to and carried forward; what a person has none of stays an empty box.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (595.28, 420.94)
WORDS: Words = {
    "basic_pay": ("BASIC PAY", "BASIC", "WAGES"),
    "bonus": ("BONUS", "BONUS PAY"),
    "ssp": ("S.S.P.", "STAT SICK PAY"),
    "smp": ("S.M.P.", "STAT MATERNITY PAY"),
    "spp": ("S.P.P.", "STAT PATERNITY PAY"),
    "rsu_gross": ("RSU GAIN", "RSUS"),
    "pension_sacrifice": ("PENSION SACRIFICE", "SAL SAC PENSION"),
    "income_tax": ("INCOME TAX", "TAX", "P.A.Y.E. TAX"),
    "national_insurance": ("EMPLOYEE'S N.I.", "NAT. INSURANCE", "N.I. EMPLOYEE"),
    "employee_pension": ("EMPLOYEE'S PENSION", "PENSION"),
    "student_loan": ("STUDENT LOAN",),
    "postgraduate_loan": ("POSTGRADUATE LOAN",),
    "employer_ni": ("EMPLOYER'S N.I.", "N.I. EMPLOYER"),
    "employer_pension": ("EMPLOYER'S PENSION",),
    "gross_pay": ("TOTAL PAY", "GROSS PAY"),
    "total_deductions": ("TOTAL DEDUCTIONS",),
    "taxable_pay": ("TAXABLE PAY", "PAY FOR TAX"),
    "ni_pay": ("N.I. PAY", "PAY FOR N.I."),
    "net_pay": ("NET PAY", "NET WAGES"),
}
LEFT, MIDDLE, RIGHT = 20.0, 296.0, 575.0
BAR = 14.0
PAY, TAKEN = (40.0, 200.0), (206.0, 340.0)
WHO, YEAR = (40.0, 132.0), (138.0, 336.0)
HOURS, RATE, AMOUNT = 186.0, 230.0, 288.0
CAPTIONS, EDGES = 314.0, (457.0, 514.0, 571.0)
_BALANCES = (
    "taxable_pay", "income_tax", "ni_pay", "national_insurance", "employee_pension", "pension_sacrifice",
    "student_loan", "postgraduate_loan", "employer_ni", "employer_pension",
)  # fmt: skip
_LETTER = 0.6


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a half-size form of its own."""
    _typed(sheet, LEFT, 30, view.employer_name, room=340, size=11)
    sheet.text(RIGHT, 30, "PRIVATE AND CONFIDENTIAL", size=7, align="right")
    _lines(sheet, view, PAY, "PAYMENTS", view.payments, "gross_pay")
    _lines(sheet, view, TAKEN, "DEDUCTIONS", view.deductions, "total_deductions")
    _particulars(sheet, view)
    _balances(sheet, view)
    _payment(sheet, view)


def _typed(
    sheet: Sheet, x: float, y: float, *pieces: str | Mark, room: float, size: float = 8, right: bool = False
) -> None:
    """Print on the form in the machine's type, smaller where there is no room."""
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
    wide = _LETTER * sheet.size(1) * len(text)
    size = min(size, room / wide * 0.995)
    if right:
        x -= wide * size
    for piece in pieces:
        if isinstance(piece, str):
            x = sheet.text(x, y, piece, size=size, filled=True)
        else:
            x = sheet.value(x, y, piece, size=size)


def _block(sheet: Sheet, x0: float, x1: float, span: tuple[float, float], title: str) -> None:
    """A frame with its title running up a bar at its left."""
    top, bottom = span
    sheet.frame(x0, top, x1, bottom, stroke=sheet.tint.strong)
    sheet.frame(x0, top, x0 + BAR, bottom, fill=sheet.tint.strong)
    sheet.upright(x0 + 10, (top + bottom) / 2, title, size=7.5, face="bold", colour=(1.0, 1.0, 1.0))


def _lines(sheet: Sheet, view: SlipView, span: tuple[float, float], title: str, rows: Sequence[Row], name: str) -> None:
    """A block of typed lines, its total at the foot."""
    (top, bottom), x0 = span, LEFT + BAR + 4
    _block(sheet, LEFT, MIDDLE - 4, span, title)
    captions = [(AMOUNT, "AMOUNT £")]
    if title == "PAYMENTS":
        captions += [(HOURS, "HOURS"), (RATE, "RATE")]
    sheet.text(x0, top + 9, "DESCRIPTION", size=6, colour=sheet.tint.caption)
    for x, caption in captions:
        sheet.text(x, top + 9, caption, size=6, align="right", colour=sheet.tint.caption)
    shown = [row for row in rows if row.amount is not None]
    pitch = min(11.5, (bottom - top - 32) / max(len(shown), 1))
    size, y = min(8.0, pitch * 0.85), top + 11
    for row in shown:
        y += pitch
        label = row.label.upper()
        timed = sheet.style.units and row.units is not None and row.rate is not None
        _typed(sheet, x0, y, label, room=104 if timed else 186, size=size)
        if timed:
            _typed(sheet, HOURS, y, f"{row.units:.2f}", room=34, size=size, right=True)
            _typed(sheet, RATE, y, f"{row.rate:.2f}", room=38, size=size, right=True)
        amount_cell(sheet, AMOUNT, y, row, size=size)
        view.note(replace(row, label=label), with_ytd=False)
    sheet.rule(LEFT + BAR, bottom - 15, MIDDLE - 4, bottom - 15, colour=sheet.tint.strong)
    fitted(sheet, x0, bottom - 5, view.label(name), room=120, size=7.5, face="bold")
    figure = view.figure(name)
    if figure is not None:
        sheet.amount(AMOUNT, bottom - 5, name, figure, size=8.5, face="bold")


def _particulars(sheet: Sheet, view: SlipView) -> None:
    _block(sheet, MIDDLE, RIGHT, WHO, "EMPLOYEE")
    frequency = replace(view.frequency, text=view.frequency.text.upper())
    rows: list[list[tuple[str, Sequence[str | Mark]]]] = [
        [("NAME", (view.employee_name,))],
        [(sheet.style.choose("WORKS NO.", "CLOCK NO."), (view.payroll_number,)), ("N.I. NO.", (view.ni_number,))],
        [("TAX CODE", view.tax_code), (sheet.style.choose("N.I. LETTER", "N.I. TABLE"), (view.ni_letter,))],
        [
            (sheet.style.choose("DATE PAID", "PAY DATE"), (view.pay_date,)),
            (f"TAX {view.unit.upper()}", (view.tax_period,)),
        ],
        [("PAYE REF.", (view.paye_reference,)), ("PAID", (frequency,))],
    ]
    x0, height = MIDDLE + BAR, (WHO[1] - WHO[0]) / len(rows)
    for index, cells in enumerate(rows):
        top, width = WHO[0] + index * height, (RIGHT - x0) / len(cells)
        for number, (caption, value) in enumerate(cells):
            x = x0 + number * width
            sheet.frame(x, top, x + width, top + height, stroke=sheet.tint.line)
            fitted(sheet, x + 4, top + 11.5, caption, room=46, size=6.5, colour=sheet.tint.caption)
            _typed(sheet, x + 53, top + 12, *value, room=width - 57, size=8.5)


def _balances(sheet: Sheet, view: SlipView) -> None:
    """What the year began this period with, what is added, what it goes on with."""
    _block(sheet, MIDDLE, RIGHT, YEAR, sheet.style.choose("TOTALS FOR THE TAX YEAR", "CUMULATIVE RECORD"))
    rows = list(_totals(view))
    top, x0 = YEAR[0] + 15, MIDDLE + BAR
    pitch = (YEAR[1] - top) / max(len(rows), 12)
    for edge, caption in zip(EDGES, ("BROUGHT FWD", "THIS PERIOD", "CARRIED FWD"), strict=True):
        sheet.text(edge, YEAR[0] + 10, caption, size=6, align="right", colour=sheet.tint.caption)
        sheet.rule(edge - 54, YEAR[0], edge - 54, YEAR[1], colour=sheet.tint.line)
    for index, row in enumerate(rows):
        line = top + index * pitch
        sheet.rule(x0, line, RIGHT, line, colour=sheet.tint.line)
        _balance(sheet, row, line + pitch * 0.72, min(7.5, pitch * 0.6))
    for row in (*view.employer, *view.other):
        label = view.label(row.field) if row.section == "employer" and row.field else row.label.upper()
        view.note(replace(row, label=label), with_ytd=True)


def _totals(view: SlipView) -> Iterator[Row]:
    """The balances of the form, those without figures too, and those typed below them."""
    for name in _BALANCES:
        yield Row("other", name, view.label(name), view.figure(name), view.ytd(name))
    for row in view.other:
        yield replace(row, label=row.label.upper())


def _balance(sheet: Sheet, row: Row, y: float, size: float) -> None:
    if row.field in _BALANCES:
        fitted(sheet, CAPTIONS, y, row.label, room=86, size=size - 0.5, colour=sheet.tint.caption)
    else:
        _typed(sheet, CAPTIONS, y, row.label, room=86, size=size)
    if row.ytd is None:
        return
    before, now, after = EDGES
    sheet.amount(before, y, None, row.ytd - (row.amount or Decimal(0)), size=size)
    if row.amount is not None:
        sheet.amount(now, y, row.field, row.amount, size=size)
    sheet.amount(after, y, f"ytd_{row.field}" if row.field else None, row.ytd, size=size)


def _payment(sheet: Sheet, view: SlipView) -> None:
    """Name and address for the window, and what is paid."""
    _typed(sheet, LEFT + 24, 362, view.employee_name, room=230, size=9)
    for index, line in enumerate(view.slip.employee.address):
        _typed(sheet, LEFT + 24, 373 + index * 11, line.upper(), room=230, size=9)
    sheet.frame(430, 346, RIGHT, 384, stroke=sheet.tint.strong, width=1.6)
    if sheet.style.net_label:
        fitted(sheet, 437, 356, f"{view.label('net_pay')} £", room=120, size=7, face="bold")
    net = view.figure("net_pay")
    if net is not None:
        sheet.amount(RIGHT - 8, 375, "net_pay", net, size=13, face="bold")
    words = "ANY QUERY MUST REACH THE WAGES OFFICE WITHIN THREE DAYS"
    if sheet.style.decoys:
        words = "XMAS CLUB PAYS OUT 120.00 IN DECEMBER"
    _typed(sheet, MIDDLE, 398, words, room=RIGHT - MIDDLE, size=7)
