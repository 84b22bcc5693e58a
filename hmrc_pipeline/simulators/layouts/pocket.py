"""A slip for a telephone's screen: one narrow column in plain words, what was paid first, particulars last."""

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (300.0, 780.0)
WORDS: Words = {
    "basic_pay": ("Basic pay", "Your salary", "Wages"),
    "income_tax": ("Income tax (PAYE)", "Tax", "Income tax"),
    "national_insurance": ("National Insurance", "NI"),
    "gross_pay": ("Total pay", "Gross pay"),
    "total_deductions": ("Total deductions", "Deductions total"),
    "net_pay": ("Take home pay", "Net pay"),
    "taxable_pay": ("Taxable pay", "Pay for tax"),
    "ni_pay": ("Pay for NI", "NIable pay"),
    "employer_ni": ("Employer NI", "Employer's NI"),
    "employer_pension": ("Employer pension", "Employer's pension"),
}
LEFT, RIGHT = 22.0, 278.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Total pay", "Gross pay")),
    ("taxable_pay", ("Taxable pay", "Pay for tax")),
    ("income_tax", ("Tax paid", "Tax")),
    ("national_insurance", ("National Insurance", "NI")),
    ("employee_pension", ("Pension", "Your pension")),
    ("pension_sacrifice", ("Pension by salary sacrifice", "Pension sacrifice")),
    ("student_loan", ("Student loan", "Student loan")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a narrow page of its own."""
    sheet.frame(0, 0, sheet.width, 112, fill=sheet.tint.soft)
    sheet.value(LEFT, 36, view.employer_name, size=10.5, face="bold")
    net = view.figure("net_pay")
    if sheet.style.net_label:
        sheet.text(LEFT, 62, view.label("net_pay"), size=8.5)
    if net is not None:
        sheet.amount(LEFT, 88, "net_pay", net, size=20, face="bold", align="left")
    sheet.run(LEFT, 103, "Paid on ", view.pay_date, size=8)
    y = _section(sheet, view, 136, sheet.style.choose("What you earned", "Earnings", "Pay"), view.payments)
    y = _plain(sheet, view, y, "gross_pay")
    y = _section(sheet, view, y + 10, sheet.style.choose("Deductions", "What was taken off"), view.deductions)
    y = _plain(sheet, view, y, "total_deductions") + 10
    for name in ("taxable_pay", "ni_pay"):
        y = _plain(sheet, view, y, name)
    y = _section(sheet, view, y + 10, "What your employer paid", view.employer)
    y = _section(sheet, view, y, "Taxed but not in money", view.other)
    y = _year(sheet, view, y + 4)
    _particulars(sheet, view, y + 8)


def _section(sheet: Sheet, view: SlipView, y: float, title: str, rows: tuple[Row, ...]) -> float:
    shown = [row for row in rows if row.amount is not None]
    if not shown:
        return y
    sheet.text(LEFT, y, title, size=9, face="bold", colour=sheet.tint.strong)
    for row in shown:
        y += 13
        sheet.text(LEFT, y, row.label, fit=170)
        amount_cell(sheet, RIGHT, y, row)
        view.note(row, with_ytd=False)
    return y + 15


def _plain(sheet: Sheet, view: SlipView, y: float, name: str) -> float:
    figure = view.figure(name)
    if figure is None:
        return y
    sheet.text(LEFT, y, view.label(name), face="bold", fit=170)
    sheet.amount(RIGHT, y, name, figure, face="bold")
    return y + 13


def _year(sheet: Sheet, view: SlipView, y: float) -> float:
    sheet.text(
        LEFT, y, sheet.style.choose("This year so far", "Year to date"), size=9, face="bold", colour=sheet.tint.strong
    )
    for name, captions in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            y += 13
            sheet.text(LEFT, y, sheet.style.alike(*captions), fit=170)
            sheet.amount(RIGHT, y, f"ytd_{name}", amount)
    return y + 13


def _particulars(sheet: Sheet, view: SlipView, y: float) -> None:
    sheet.rule(LEFT, y - 10, RIGHT, y - 10, colour=sheet.tint.line)
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        ("Name", (view.employee_name,)),
        ("Payroll no", (view.payroll_number,)),
        ("National Insurance no", (view.ni_number,)),
        ("NI letter", (view.ni_letter,)),
        ("Tax code", view.tax_code),
        (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ("PAYE reference", (view.paye_reference,)),
    ]
    for caption, value in pairs:
        sheet.text(LEFT, y, caption, size=7.5, colour=sheet.tint.caption)
        sheet.run(LEFT + 108, y, *value, size=7.5)
        y += 11.5
