"""A payroll bureau's letter: name and address for the window, lines on the left, one table of totals on the right.

The table of totals has this period beside the year to date; what the employer pays stands below it in the same columns.
"""

from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Pay", "Salary", "Basic Salary"),
    "bonus": ("Bonus", "Discretionary Bonus"),
    "ssp": ("Statutory Sick Pay", "SSP"),
    "smp": ("Statutory Maternity Pay", "SMP"),
    "pension_sacrifice": ("Sal Sac Pension", "Pension Sal Sacrifice"),
    "income_tax": ("PAYE Tax", "PAYE", "Income Tax"),
    "national_insurance": ("National Insurance", "Employee NIC", "NI Contributions"),
    "employee_pension": ("Employee Pension", "Pension"),
    "employer_ni": ("Employer NIC", "Employer's NI"),
    "employer_pension": ("Employer Pension", "Employer's Pension"),
    "gross_pay": ("Gross Pay", "Total Gross Pay"),
    "total_deductions": ("Total Deductions",),
    "net_pay": ("Net Pay", "NET PAY", "Net Payment"),
    "taxable_pay": ("Taxable Pay", "Gross for Tax"),
    "ni_pay": ("Pay for NI", "Earnings for NI", "NIable Pay"),
}
LEFT, MIDDLE, SIDE, RIGHT = 30.0, 340.0, 350.0, 567.0
UNITS, RATE = 204.0, 258.0
TOP, BOTTOM = 186.0, 560.0
_TOTALS = (
    "gross_pay", "taxable_pay", "income_tax", "ni_pay", "national_insurance", "employee_pension", "pension_sacrifice",
    "student_loan", "postgraduate_loan",
)  # fmt: skip


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    payments = [row for row in view.payments if row.amount is not None]
    deductions = [row for row in view.deductions if row.amount is not None]
    pitch = min(14.0, (BOTTOM - TOP - 70) / (len(payments) + len(deductions)))
    y = _lines(sheet, view, TOP, ("Payments", "gross_pay"), payments, pitch)
    _lines(sheet, view, y + 22, ("Deductions", "total_deductions"), deductions, pitch)
    y = _totals(sheet, view)
    y = _others(
        sheet, view, y + 22, sheet.style.choose("Employer's contributions", "Paid by the employer"), view.employer
    )
    _others(sheet, view, y + 22, "Taxable, not paid", tuple(row for row in view.other if row.amount is not None))
    _net(sheet, view)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 46, view.employer_name, room=400, size=13, face="bold", colour=sheet.tint.strong)
    sheet.text(RIGHT, 46, sheet.style.choose("Payslip", "Pay Advice"), size=13, align="right")
    sheet.rule(LEFT, 54, RIGHT, 54, width=1.5, colour=sheet.tint.strong)
    fitted(sheet, 54, 92, view.employee_name, room=240, size=10)
    for index, line in enumerate(view.slip.employee.address):
        fitted(sheet, 54, 105 + index * 12, line, room=240, size=9)
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Employee number:", "Payroll number:"), (view.payroll_number,)),
        (sheet.style.choose("NI number:", "NI no:"), (view.ni_number,)),
        (sheet.style.choose("NI category:", "NI table:", "NI letter:"), (view.ni_letter,)),
        ("Tax code:", view.tax_code),
        (sheet.style.choose("Tax period:", "Period:"), (f"{view.unit} ", view.tax_period)),
        (sheet.style.choose("Pay date:", "Date of payment:"), (view.pay_date,)),
        ("Paid:", (view.frequency,)),
        (sheet.style.choose("Tax office ref:", "PAYE reference:"), (view.paye_reference,)),
    ]
    for index, (caption, value) in enumerate(pairs):
        y = 70 + index * 13
        fitted(sheet, SIDE, y, caption, room=90, size=8.5)
        fitted(sheet, 452, y, *value, room=115, size=8.5, face="bold")


def _band(sheet: Sheet, x0: float, x1: float, y: float) -> None:
    sheet.frame(x0, y - 11, x1, y + 5, fill=sheet.tint.strong)


def _lines(sheet: Sheet, view: SlipView, y: float, words: tuple[str, str], rows: list[Row], pitch: float) -> float:
    """A list under its band, its total below. Returns where it ends."""
    white, (title, total) = (1.0, 1.0, 1.0), words
    _band(sheet, LEFT, MIDDLE, y)
    sheet.text(LEFT + 6, y, title, size=9, face="bold", colour=white)
    captions = [(MIDDLE - 6, "Amount")]
    if sheet.style.units and total == "gross_pay":
        captions += [(UNITS, "Units"), (RATE, "Rate")]
    for x, caption in captions:
        sheet.text(x, y, caption, size=8, align="right", colour=white)
    size, y = min(8.5, pitch * 0.75), y + 5
    for row in rows:
        y += pitch
        timed = sheet.style.units and row.units is not None and row.rate is not None
        fitted(sheet, LEFT + 6, y, row.label, room=130 if timed else 220, size=size)
        if timed:
            sheet.text(UNITS, y, f"{row.units:.2f}", size=size, align="right")
            sheet.text(RATE, y, f"{row.rate:.4f}", size=size, align="right")
        amount_cell(sheet, MIDDLE - 6, y, row, size=size)
        view.note(row, with_ytd=False)
    y += 16
    sheet.rule(MIDDLE - 80, y - 10, MIDDLE, y - 10, colour=sheet.tint.line)
    figure = view.figure(total)
    fitted(sheet, LEFT + 6, y, view.label(total), room=200, size=8.5, face="bold")
    if figure is not None:
        sheet.amount(MIDDLE - 6, y, total, figure, size=8.5, face="bold")
    return y


def _edges(sheet: Sheet) -> tuple[float, float]:
    """Where this period's figures and those to date end in the table at the side."""
    return (RIGHT - 5, RIGHT - 62) if sheet.style.ytd_first else (RIGHT - 62, RIGHT - 5)


def _totals(sheet: Sheet, view: SlipView) -> float:
    now, year = _edges(sheet)
    white = (1.0, 1.0, 1.0)
    _band(sheet, SIDE, RIGHT, TOP)
    sheet.text(SIDE + 6, TOP, "Totals", size=9, face="bold", colour=white)
    fitted(sheet, now, TOP, "This Period", room=50, size=8, align="right", colour=white)
    fitted(
        sheet, year, TOP, sheet.style.choose("To Date", "Year to Date"), room=50, size=8, align="right", colour=white
    )
    y = TOP + 5
    for name in _TOTALS:
        amount, total = view.figure(name), view.ytd(name)
        if total is None:
            continue
        y += 14
        fitted(sheet, SIDE + 6, y, view.label(name), room=91, size=8)
        _cell(sheet, now, y, name, amount)
        _cell(sheet, year, y, f"ytd_{name}", total)
    sheet.rule(SIDE, y + 5, RIGHT, y + 5, colour=sheet.tint.line)
    return y


def _cell(sheet: Sheet, x: float, y: float, field: str, amount: Decimal | None) -> None:
    if amount is not None:
        sheet.amount(x, y, field, amount, size=7.5)


def _others(sheet: Sheet, view: SlipView, y: float, title: str, rows: tuple[Row, ...]) -> float:
    """Further lines in the columns of the table at the side."""
    if not rows:
        return y
    now, year = _edges(sheet)
    fitted(sheet, SIDE + 6, y, title, room=RIGHT - SIDE - 12, size=8, face="bold")
    for row in rows:
        y += 14
        fitted(sheet, SIDE + 6, y, row.label, room=91, size=8)
        amount_cell(sheet, now, y, row, size=7.5)
        ytd_cell(sheet, year, y, row, size=7.5)
        view.note(row, with_ytd=True)
    sheet.rule(SIDE, y + 5, RIGHT, y + 5, colour=sheet.tint.line)
    return y


def _net(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(LEFT, BOTTOM + 16, RIGHT, BOTTOM + 46, stroke=sheet.tint.strong, width=1.2)
    sheet.text(LEFT + 8, BOTTOM + 35, "Payment method: BACS", size=9)
    net = view.figure("net_pay")
    fitted(sheet, SIDE + 6, BOTTOM + 35, view.label("net_pay"), room=90, size=11, face="bold")
    if net is not None:
        sheet.amount(RIGHT - 8, BOTTOM + 35, "net_pay", net, size=12, face="bold")
    words = "Please keep this payslip: a charge is made for copies."
    if sheet.style.decoys:
        words = "A charge of 7.50 is made for copies of payslips. Holiday taken to date: 9.50 days of 28.00."
    fitted(sheet, LEFT, BOTTOM + 64, words, room=RIGHT - LEFT, size=8)
