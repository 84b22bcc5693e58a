"""A dense half page like a bank's statement: one table, pay in one column, deductions in the next, totals below each.

Captions come in pairs with a stroke between them, and so do their values.
"""

from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (595.28, 420.94)
WORDS: Words = {
    "basic_pay": ("Basic", "Basic wage", "Standard hours"),
    "bonus": ("Bonus", "Productivity bonus"),
    "ssp": ("Sick pay - SSP", "SSP"),
    "smp": ("Maternity pay - SMP", "SMP"),
    "pension_sacrifice": ("Salary sacrifice (pension)", "SMART pension"),
    "income_tax": ("PAYE tax deducted", "Tax deducted"),
    "national_insurance": ("NIC employee", "Class 1 NIC"),
    "employee_pension": ("Pension employee", "AE pension employee"),
    "student_loan": ("Student loan", "SLC repayment - student loan"),
    "postgraduate_loan": ("Postgraduate loan", "SLC repayment - postgraduate"),
    "employer_ni": ("NIC employer", "Employer's NIC cost"),
    "employer_pension": ("Pension employer", "Employer's pension cost"),
    "net_pay": ("Net pay transferred", "Balance paid to your account", "Net wages"),
    "taxable_pay": ("Pay for tax", "Taxable"),
    "ni_pay": ("Pay for NIC", "NICable"),
}
LEFT, BODY, RIGHT = 22.0, 424.0, 573.0
SIDE = 434.0
TOP, BOTTOM = 92.0, 352.0
UNITS, RATE = 168.0, 214.0


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a half-size page of its own."""
    _head(sheet, view)
    pay, taken, year = (352.0, 419.0, 285.0) if sheet.style.ytd_first else (285.0, 352.0, 419.0)
    _titles(sheet, pay, taken, year)
    rows = (*view.payments, *view.deductions)
    pitch = min(12.5, (BOTTOM - TOP - 20) / max(len(rows), 1))
    y = TOP + 10
    for index, row in enumerate(rows):
        if index % 2 == 0:
            sheet.frame(LEFT, y + pitch * 0.28, BODY, y + pitch * 1.28, fill=sheet.tint.soft)
        y += pitch
        _row(sheet, view, y, row, taken if row.section != "payments" else pay, year, min(8.0, pitch * 0.8))
    _totals(sheet, view, pay, taken)
    _side(sheet, view)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 36, view.employer_name, room=330, size=13, face="bold", colour=sheet.tint.strong)
    fitted(sheet, RIGHT, 36, "PAYE ref ", view.paye_reference, room=200, size=9, align="right")
    sheet.rule(LEFT, 43, RIGHT, 43, width=1.2, colour=sheet.tint.strong)
    number = sheet.style.choose("Staff no", "Clock no", "Ref")
    letter = sheet.style.choose("letter", "category", "table")
    cells: list[tuple[float, float, str, tuple[str | Mark, ...]]] = [
        (LEFT, 56, f"Name / {number}:", (view.employee_name, " / ", view.payroll_number)),
        (LEFT, 71, "Tax code / Paid:", (*view.tax_code, " / ", view.frequency)),
        (348, 56, f"NI no / {letter}:", (view.ni_number, " / ", view.ni_letter)),
        (348, 71, f"{view.unit} no / Pay date:", (view.tax_period, " / ", view.pay_date)),
    ]
    for x, y, caption, value in cells:
        room = (92.0, 204.0) if x == LEFT else (92.0, 124.0)
        fitted(sheet, x, y, caption, room=room[0], size=8, colour=sheet.tint.caption)
        fitted(sheet, x + room[0] + 6, y, *value, room=room[1], size=9)


def _titles(sheet: Sheet, pay: float, taken: float, year: float) -> None:
    white = (1.0, 1.0, 1.0)
    sheet.frame(LEFT, TOP - 10, BODY, TOP + 6, fill=sheet.tint.strong)
    sheet.text(LEFT + 4, TOP + 1, "Details", size=8, face="bold", colour=white)
    captions = [
        (pay, sheet.style.alike("Pay", "Payments", "Credits")),
        (taken, sheet.style.alike("Deducted", "Deductions", "Debits")),
        (year, sheet.style.choose("To date", "Year so far")),
    ]
    if sheet.style.units:
        captions += [(UNITS, "Hours"), (RATE, "Rate")]
    for x, caption in captions:
        fitted(sheet, x, TOP + 1, caption, room=62, size=8, face="bold", align="right", colour=white)


def _row(sheet: Sheet, view: SlipView, y: float, row: Row, edge: float, year: float, size: float) -> None:
    timed = sheet.style.units and row.units is not None and row.rate is not None
    fitted(sheet, LEFT + 4, y, row.label, room=106 if timed else 194, size=size)
    if timed:
        sheet.text(UNITS, y, f"{row.units:.2f}", size=size, align="right")
        sheet.text(RATE, y, f"{row.rate:.3f}", size=size, align="right")
    amount_cell(sheet, edge, y, row, size=size)
    ytd_cell(sheet, year, y, row, size=size)
    view.note(row, with_ytd=True)


def _totals(sheet: Sheet, view: SlipView, pay: float, taken: float) -> None:
    sheet.rule(LEFT, BOTTOM, BODY, BOTTOM, width=1, colour=sheet.tint.strong)
    sheet.text(LEFT + 4, BOTTOM + 13, "Totals", size=8.5, face="bold")
    for x, name in ((pay, "gross_pay"), (taken, "total_deductions")):
        figure = view.figure(name)
        if figure is not None:
            sheet.amount(x, BOTTOM + 13, name, figure, size=8.5, face="bold")
    sheet.frame(LEFT, BOTTOM + 22, BODY, BOTTOM + 44, stroke=sheet.tint.strong, width=1.2)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        fitted(sheet, LEFT + 8, BOTTOM + 37, view.label("net_pay"), room=230, size=10, face="bold")
    if net is not None:
        sheet.amount(BODY - 8, BOTTOM + 37, "net_pay", net, size=11.5, face="bold")


def _both(view: SlipView, name: str | None, now: Decimal | None, year: Decimal | None) -> list[str | Mark]:
    """`this period / to date`, a dash for what there is none of."""
    pieces: list[str | Mark] = []
    for field, amount in ((name, now), (f"ytd_{name}", year)):
        if pieces:
            pieces.append(" / ")
        if amount is None:
            pieces.append("-")
        else:
            text = view.style.amount(amount)
            pieces.append(Mark(field or "", f"{amount:.2f}", text) if name else text)
    return pieces


def _side(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(SIDE, TOP - 10, RIGHT, BOTTOM + 44, stroke=sheet.tint.line)
    fitted(sheet, SIDE + 6, TOP + 2, "For information:", room=RIGHT - SIDE - 12, size=8, face="bold")
    fitted(sheet, SIDE + 6, TOP + 13, "this period / this tax year", room=RIGHT - SIDE - 12, size=7.5)
    y = TOP + 32
    cells: list[tuple[str, str | None, Decimal | None, Decimal | None]] = [
        (view.label(name), name, view.figure(name), view.ytd(name)) for name in ("taxable_pay", "ni_pay")
    ]
    cells.append(
        (sheet.style.choose("Gross pay", "All pay"), "gross_pay", view.figure("gross_pay"), view.ytd("gross_pay"))
    )
    for row in (*view.employer, *view.other):
        cells.append((row.label, row.field, row.amount, row.ytd))
        view.note(row, with_ytd=True)
    for caption, name, now, year in cells:
        fitted(sheet, SIDE + 6, y, caption, room=RIGHT - SIDE - 12, size=7.5, colour=sheet.tint.caption)
        fitted(sheet, RIGHT - 6, y + 11, *_both(view, name, now, year), room=RIGHT - SIDE - 12, size=8, align="right")
        y += 27
    if sheet.style.decoys:
        words = ("Holiday pay held for you", "212.40, 3.5 days")
        for index, line in enumerate(words):
            fitted(sheet, SIDE + 6, BOTTOM + 22 + index * 11, line, room=RIGHT - SIDE - 12, size=7.5)
