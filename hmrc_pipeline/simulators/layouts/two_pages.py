"""A slip that goes on overleaf: totals and year to date on the first page, every line of pay on the second.

Both pages carry the particulars, as a payroll prints them that must not lose a sheet.
"""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "gross_pay": ("Gross pay", "Total payments"),
    "total_deductions": ("Total deductions", "Deductions total"),
    "net_pay": ("Net pay", "Net payment", "Amount payable"),
    "taxable_pay": ("Taxable pay this period", "Taxable pay"),
    "ni_pay": ("NI earnings", "Earnings for NI"),
    "income_tax": ("PAYE", "Tax"),
    "national_insurance": ("NI contributions", "Employee NI"),
    "employer_ni": ("Employer NI", "Employers NI"),
    "employer_pension": ("Employer pension", "Employers pension"),
}
LEFT, RIGHT = 64.0, 531.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross pay", "Gross pay YTD")),
    ("taxable_pay", ("Taxable pay", "Taxable pay YTD")),
    ("income_tax", ("Tax paid", "Tax YTD")),
    ("ni_pay", ("NI earnings", "NI earnings YTD")),
    ("national_insurance", ("NI contributions", "Employee NI YTD")),
    ("employee_pension", ("Pension contributions", "Pension YTD")),
    ("pension_sacrifice", ("Salary sacrifice pension", "Salary sacrifice YTD")),
    ("student_loan", ("Student loan", "Student loan YTD")),
    ("postgraduate_loan", ("Postgraduate loan", "Postgraduate loan YTD")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on two pages."""
    _head(sheet, view, 1)
    _totals(sheet, view)
    _year(sheet, view)
    sheet.text(LEFT, 470, "The lines that make up these totals are on the next page.", size=8, face="italic")
    sheet.next_page()
    _head(sheet, view, 2)
    y = _lines(sheet, view, 190, "Payments", view.payments)
    y = _lines(sheet, view, y, "Deductions", view.deductions)
    y = _lines(sheet, view, y, "Paid by your employer", view.employer)
    _lines(sheet, view, y, "Taxed but not paid in money", view.other)


def _head(sheet: Sheet, view: SlipView, page: int) -> None:
    sheet.value(LEFT, 58, view.employer_name, size=12, face="bold", colour=sheet.tint.strong)
    sheet.text(RIGHT, 58, f"Page {page} of 2", size=8, align="right", colour=sheet.tint.caption)
    sheet.rule(LEFT, 66, RIGHT, 66, width=1, colour=sheet.tint.strong)
    left: list[tuple[str, tuple[str | Mark, ...]]] = [
        ("Name", (view.employee_name,)),
        ("Payroll number", (view.payroll_number,)),
        ("NI number", (view.ni_number,)),
        ("Employer PAYE reference", (view.paye_reference,)),
    ]
    right: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Pay date", "Payment date"), (view.pay_date,)),
        (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ("Tax code", view.tax_code),
        ("NI category", (view.ni_letter,)),
    ]
    for x, room, pairs in ((LEFT, 112.0, left), (356.0, 74.0, right)):
        for row, (caption, value) in enumerate(pairs):
            y = 86 + row * 15
            sheet.text(x, y, caption, colour=sheet.tint.caption, fit=room - 4)
            sheet.run(x + room, y, *value, size=8.5)


def _totals(sheet: Sheet, view: SlipView) -> None:
    y = 190.0
    sheet.text(LEFT, y, "This period", size=10, face="bold", colour=sheet.tint.strong)
    for name in ("gross_pay", "total_deductions", "net_pay", "taxable_pay", "ni_pay"):
        figure = view.figure(name)
        if figure is None:
            continue
        y += 18
        strong = name == "net_pay"
        if strong:
            sheet.frame(LEFT - 4, y - 12, 290, y + 5, fill=sheet.tint.soft)
        if not strong or sheet.style.net_label:
            sheet.text(LEFT, y, view.label(name), size=9, face="bold" if strong else "regular", fit=150)
        sheet.amount(286, y, name, figure, size=9, face="bold" if strong else "regular")


def _year(sheet: Sheet, view: SlipView) -> None:
    y = 190.0
    sheet.text(320, y, "Year to date", size=10, face="bold", colour=sheet.tint.strong)
    for name, captions in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            y += 18
            sheet.text(320, y, sheet.style.alike(*captions), size=9, fit=140)
            sheet.amount(RIGHT, y, f"ytd_{name}", amount, size=9)


def _lines(sheet: Sheet, view: SlipView, y: float, title: str, rows: tuple[Row, ...]) -> float:
    shown = [row for row in rows if row.amount is not None]
    if not shown:
        return y
    sheet.text(LEFT, y, title, size=10, face="bold", colour=sheet.tint.strong)
    if title == "Payments" and any(row.units is not None for row in shown):
        sheet.text(330, y, "Hours", align="right")
        sheet.text(420, y, "Rate", align="right")
    sheet.text(RIGHT, y, "Amount", align="right")
    sheet.rule(LEFT, y + 4, RIGHT, y + 4, colour=sheet.tint.line)
    for row in shown:
        y += 16
        sheet.text(LEFT, y, row.label, size=8.5, fit=200)
        if row.units is not None and row.rate is not None:
            sheet.text(330, y, f"{row.units:.2f}", size=8.5, align="right")
            sheet.text(420, y, f"{row.rate:.4f}", size=8.5, align="right")
        amount_cell(sheet, RIGHT, y, row, size=8.5)
        view.note(row, with_ytd=False)
    return y + 30
