"""A wage strip: every figure in a box of its own with its caption on top, row under row, no list anywhere."""

from collections.abc import Sequence

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (700.0, 330.0)
WORDS: Words = {
    "gross_pay": ("Gross Pay", "Total Gross"),
    "total_deductions": ("Total Deductions", "Deductions Total"),
    "net_pay": ("Net Pay", "Net Payment"),
    "taxable_pay": ("Taxable Pay", "Taxable Gross"),
    "ni_pay": ("NIable Pay", "NI Earnings"),
    "income_tax": ("PAYE Tax", "Tax"),
    "national_insurance": ("Employee NI", "Nat. Ins."),
    "pension_sacrifice": ("Sal Sac Pension", "Pension Sacrifice"),
    "employer_ni": ("Employer NI", "ER NIC"),
    "employer_pension": ("Employer Pension", "ER Pension"),
}
LEFT, CELL, HEIGHT = 20.0, 94.0, 30.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross YTD", "Gross to Date")),
    ("taxable_pay", ("Taxable YTD", "Taxable to Date")),
    ("income_tax", ("Tax YTD", "Tax to Date")),
    ("ni_pay", ("NIable YTD", "NIable to Date")),
    ("national_insurance", ("NI YTD", "NI to Date")),
    ("employee_pension", ("Pension YTD", "Pension to Date")),
    ("student_loan", ("Student Loan YTD", "Loan to Date")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a wide, low page of its own."""
    _head(sheet, view)
    y = _boxes(sheet, view, 84, view.payments)
    y = _boxes(sheet, view, y + 4, view.deductions)
    y = _boxes(sheet, view, y + 4, (*view.employer, *view.other))
    x = LEFT
    for name in ("gross_pay", "total_deductions", "taxable_pay", "ni_pay", "net_pay"):
        figure = view.figure(name)
        if figure is not None:
            caption = "" if name == "net_pay" and not sheet.style.net_label else view.label(name)
            _frame(sheet, x, y + 4, caption, strong=True)
            sheet.amount(x + CELL - 5, y + 26, name, figure, size=8.5, face="bold")
            x += CELL
    x, y = LEFT, y + HEIGHT + 8
    for name, captions in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            _frame(sheet, x, y, sheet.style.alike(*captions))
            sheet.amount(x + CELL - 5, y + 22, f"ytd_{name}", amount, size=8.5)
            x += CELL


def _frame(sheet: Sheet, x: float, y: float, caption: str, *, strong: bool = False) -> None:
    sheet.frame(x, y, x + CELL, y + HEIGHT, fill=sheet.tint.soft if strong else None, stroke=sheet.tint.line)
    if caption:
        sheet.text(x + 4, y + 9, caption, size=6.2, fit=CELL - 8)


def _head(sheet: Sheet, view: SlipView) -> None:
    cells: list[tuple[float, str, Sequence[str | Mark]]] = [
        (210, "Employer", (view.employer_name,)),
        (166, "Employee", (view.employee_name,)),
        (84, "Employee No", (view.payroll_number,)),
        (106, "NI Number", (view.ni_number,)),
        (94, "Pay Date", (view.pay_date,)),
    ]
    lower: list[tuple[float, str, Sequence[str | Mark]]] = [
        (210, "PAYE Reference", (view.paye_reference,)),
        (166, "Pay Frequency", (view.frequency,)),
        (84, "Tax Code", view.tax_code),
        (106, "NI Letter", (view.ni_letter,)),
        (94, f"Tax {view.unit}", (view.tax_period,)),
    ]
    for top, row in ((16.0, cells), (46.0, lower)):
        x = LEFT
        for width, caption, value in row:
            sheet.frame(x, top, x + width, top + HEIGHT, stroke=sheet.tint.line)
            sheet.text(x + 4, top + 9, caption, size=6.2)
            sheet.run(x + 4, top + 23, *value, size=8.5)
            x += width


def _boxes(sheet: Sheet, view: SlipView, y: float, rows: tuple[Row, ...]) -> float:
    shown = [row for row in rows if row.amount is not None]
    for index, row in enumerate(shown):
        x, top = LEFT + (index % 7) * CELL, y + (index // 7) * HEIGHT
        _frame(sheet, x, top, row.label)
        amount_cell(sheet, x + CELL - 5, top + 22, row, size=8.5)
        view.note(row, with_ytd=False)
    return y + HEIGHT * (1 + (len(shown) - 1) // 7) if shown else y
