"""A designed page: a coloured sidebar with figures over their captions, the lines in one wide table beside it.

The table has payments and deductions in the same column, deductions with a minus sign.
"""

from dataclasses import replace

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "gross_pay": ("Gross pay", "Total pay"),
    "net_pay": ("Net pay", "Take home pay"),
    "taxable_pay": ("Taxable pay", "Gross for tax"),
    "ni_pay": ("Earnings for NI", "NIable pay"),
    "income_tax": ("PAYE tax", "Income tax"),
    "national_insurance": ("National Insurance", "Employee NI"),
    "employer_ni": ("Employer NI", "Employer NIC"),
    "employer_pension": ("Employer pension", "Pension employer"),
}
SIDE, LEFT, RIGHT = 178.0, 206.0, 556.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross pay to date", "Gross pay YTD")),
    ("taxable_pay", ("Taxable pay to date", "Taxable pay YTD")),
    ("income_tax", ("Tax paid to date", "Tax paid YTD")),
    ("national_insurance", ("NI to date", "NI YTD")),
    ("employee_pension", ("Pension to date", "Pension YTD")),
    ("pension_sacrifice", ("Pension sacrifice to date", "Pension sacrifice YTD")),
    ("student_loan", ("Student loan to date", "Student loan YTD")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    sheet.frame(0, 0, SIDE, sheet.height, fill=sheet.tint.soft)
    _side(sheet, view)
    sheet.value(LEFT, 60, view.employer_name, size=13, face="bold", colour=sheet.tint.strong)
    sheet.run(LEFT, 78, "PAYE reference ", view.paye_reference, size=8)
    sheet.run(LEFT, 104, view.employee_name, size=10)
    sheet.run(LEFT, 120, "Employee number ", view.payroll_number, "   NI number ", view.ni_number, size=8)
    y = 156.0
    for row in view.payments:
        y = _line(sheet, view, row, y, 1)
    y = _total(sheet, view, "gross_pay", y)
    for row in view.deductions:
        if row.section == "deductions":
            y = _line(sheet, view, row, y, -1)
    y = _total(sheet, view, "net_pay", y)
    y += 14
    employer = [row for row in (*view.deductions, *view.employer) if row.section == "employer"]
    for row in (*employer, *view.other):
        y = _line(sheet, view, row, y, 1)
    for name in ("taxable_pay", "ni_pay"):
        figure = view.figure(name)
        if figure is not None:
            sheet.text(LEFT, y, view.label(name), size=8.5)
            sheet.amount(RIGHT, y, name, figure, size=8.5)
            y += 16


def _side(sheet: Sheet, view: SlipView) -> None:
    y = 60.0
    facts: list[tuple[str, tuple[str | Mark, ...]]] = [
        ("Pay date", (view.pay_date,)),
        (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ("Tax code", view.tax_code),
        ("NI category", (view.ni_letter,)),
    ]
    for caption, value in facts:
        sheet.run(24, y, *value, size=11, face="bold")
        sheet.text(24, y + 11, caption, size=7, colour=sheet.tint.caption)
        y += 34
    y += 14
    for name, captions in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            sheet.amount(24, y, f"ytd_{name}", amount, size=11, face="bold", align="left")
            sheet.text(24, y + 11, sheet.style.alike(*captions), size=7, colour=sheet.tint.caption)
            y += 34


def _line(sheet: Sheet, view: SlipView, row: Row, y: float, sign: int) -> float:
    if row.amount is None:
        return y
    printed = row.amount * sign
    sheet.text(LEFT, y, row.label, size=8.5, fit=220)
    sheet.amount(RIGHT, y, row.field, printed, size=8.5, noted=row.noted(row.amount))
    view.note(replace(row, amount=printed), with_ytd=False)
    sheet.rule(LEFT, y + 5, RIGHT, y + 5, width=0.25, colour=sheet.tint.line)
    return y + 16


def _total(sheet: Sheet, view: SlipView, name: str, y: float) -> float:
    figure = view.figure(name)
    if figure is not None:
        if name != "net_pay" or sheet.style.net_label:
            sheet.text(LEFT, y, view.label(name), size=9.5, face="bold")
        sheet.amount(RIGHT, y, name, figure, size=9.5, face="bold")
    return y + 24
