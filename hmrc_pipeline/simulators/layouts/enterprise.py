"""An enterprise system's report: ruled tables of description, amount and YTD, a summary first, balances last."""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Salary", "Salary", "Monthly Salary"),
    "income_tax": ("PAYE", "Income Tax"),
    "national_insurance": ("NI Employee", "Employee NIC"),
    "employer_ni": ("NI Employer", "Employer NIC"),
    "employer_pension": ("Pension Employer", "Employer Pension"),
    "employee_pension": ("Pension Employee", "Pension"),
    "gross_pay": ("Total Pay", "Gross Earnings", "Total Earnings"),
    "total_deductions": ("Total Deductions",),
    "net_pay": ("Net Pay", "Total Amount Paid"),
    "taxable_pay": ("Taxable Pay", "Gross Pay for PAYE"),
    "ni_pay": ("NIable Pay", "NIable Gross"),
}
LEFT, MIDDLE, RIGHT = 36.0, 300.0, 559.0
_BALANCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross Pay YTD", "Gross Earnings YTD")),
    ("taxable_pay", ("Taxable Pay to Date", "Taxable Pay YTD")),
    ("income_tax", ("PAYE to Date", "PAYE YTD")),
    ("ni_pay", ("NIable Pay YTD", "NIable Pay to Date")),
    ("national_insurance", ("NI YTD", "NI to Date")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    _summary(sheet, view)
    y = max(
        _table(sheet, view, 196, (LEFT, MIDDLE - 6), "Earnings", view.payments),
        _table(sheet, view, 196, (MIDDLE + 6, RIGHT), "Deductions", view.deductions),
    )
    y += 14
    lower = [
        _table(sheet, view, y, (LEFT, MIDDLE - 6), "Employers Contribution", view.employer),
        _balances(sheet, view, y, (MIDDLE + 6, RIGHT)),
    ]
    if view.other:
        _table(sheet, view, max(lower) + 14, (LEFT, MIDDLE - 6), "Taxable Benefit", view.other)
    if sheet.style.decoys:
        sheet.text(LEFT, 800, "Car mileage in this period: 412.00 at 0.45. Next payment: the last working day.", size=7)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.text(LEFT, 52, "Payslip", size=16, face="bold", colour=sheet.tint.strong)
    sheet.value(RIGHT, 52, view.employer_name, size=11, align="right")
    grid: list[list[tuple[str, tuple[str | Mark, ...]]]] = [
        [("Name", (view.employee_name,)), ("Person Number", (view.payroll_number,)), ("NI Number", (view.ni_number,))],
        [
            ("Payment Date", (view.pay_date,)),
            ("Tax Period No", (view.tax_period,)),
            (sheet.style.choose("Payroll", "Frequency"), (view.frequency,)),
        ],
        [
            ("Tax Code", view.tax_code),
            ("NI Category", (view.ni_letter,)),
            ("Tax Reference", (view.paye_reference,)),
        ],
    ]
    for column, pairs in enumerate(grid):
        for row, (caption, value) in enumerate(pairs):
            x, y = (LEFT, 252.0, 418.0)[column], 76 + row * 14
            room = (66.0, 78.0, 72.0)[column]
            sheet.text(x, y, caption, size=7.5, colour=sheet.tint.caption, fit=room - 4)
            sheet.run(x + room, y, *value, size=8)


def _summary(sheet: Sheet, view: SlipView) -> None:
    names = ("gross_pay", "total_deductions", "net_pay", "taxable_pay", "ni_pay")
    width = (RIGHT - LEFT) / len(names)
    sheet.frame(LEFT, 124, RIGHT, 140, fill=sheet.tint.strong)
    sheet.text(LEFT + 5, 135, "Summary", size=8, face="bold", colour=(1, 1, 1))
    for index, name in enumerate(names):
        x0 = LEFT + index * width
        figure = view.figure(name)
        sheet.frame(x0, 140, x0 + width, 170, stroke=sheet.tint.line)
        if name != "net_pay" or sheet.style.net_label:
            sheet.text(x0 + 5, 150, view.label(name), size=7, colour=sheet.tint.caption)
        if figure is not None:
            sheet.amount(x0 + width - 6, 164, name, figure, size=9, face="bold" if name == "net_pay" else "regular")


def _table(
    sheet: Sheet, view: SlipView, top: float, span: tuple[float, float], title: str, rows: tuple[Row, ...]
) -> float:
    if not rows:
        return top
    x0, x1 = span
    now, year = (x1 - 5, x1 - 72) if sheet.style.ytd_first else (x1 - 72, x1 - 5)
    sheet.text(x0, top - 5, title, size=9, face="bold", colour=sheet.tint.strong)
    sheet.frame(x0, top, x1, top + 14, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.text(x0 + 4, top + 10, "Description", size=7.5)
    sheet.text(now, top + 10, "Amount", size=7.5, align="right")
    sheet.text(year, top + 10, "YTD", size=7.5, align="right")
    y = top + 14
    for row in rows:
        sheet.frame(x0, y, x1, y + 14, stroke=sheet.tint.line, width=0.3)
        sheet.text(x0 + 4, y + 10, row.label, fit=x1 - x0 - 136)
        amount_cell(sheet, now, y + 10, row)
        ytd_cell(sheet, year, y + 10, row)
        view.note(row, with_ytd=True)
        y += 14
    sheet.rule(x1 - 67, top, x1 - 67, y, width=0.3, colour=sheet.tint.line)
    return y + 14


def _balances(sheet: Sheet, view: SlipView, top: float, span: tuple[float, float]) -> float:
    x0, x1 = span
    sheet.text(x0, top - 5, "Balances", size=9, face="bold", colour=sheet.tint.strong)
    y = top
    for name, captions in _BALANCES:
        amount = view.ytd(name)
        if amount is not None:
            sheet.frame(x0, y, x1, y + 14, stroke=sheet.tint.line, width=0.3)
            sheet.text(x0 + 4, y + 10, sheet.style.alike(*captions))
            sheet.amount(x1 - 5, y + 10, f"ytd_{name}", amount)
            y += 14
    return y + 14
