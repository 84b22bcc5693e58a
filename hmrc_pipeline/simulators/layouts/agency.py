"""An agency's advice: pay lines with units and rate, then a block for this period and one for the year to date.

Employer lines stand among the deductions without being deducted, and net pay stands alone at the end.
"""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Hours", "Day Rate", "Basic Pay"),
    "gross_pay": ("Total Gross Pay",),
    "taxable_pay": ("Gross for Tax",),
    "ni_pay": ("Earnings for NI",),
    "income_tax": ("PAYE Tax", "Tax"),
    "national_insurance": ("Employee's NI", "National Insurance"),
    "employer_ni": ("HMRC Payment NIERS", "Employer's NI"),
    "employer_pension": ("Employer Contribution", "Pension - ER"),
    "employee_pension": ("Pension - EE", "Employee Contribution"),
    "net_pay": ("NET PAY",),
}
LEFT, RIGHT = 60.0, 535.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross Pay YTD", "Gross Pay TD")),
    ("taxable_pay", ("Gross for Tax YTD", "Taxable TD")),
    ("income_tax", ("Tax Paid YTD", "Tax TD")),
    ("ni_pay", ("NI Earnings YTD", "NIable TD")),
    ("national_insurance", ("EE's NI YTD", "NI TD")),
    ("employee_pension", ("Pension YTD", "Pension TD")),
    ("student_loan", ("Student Loan YTD", "Student Loan TD")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    y = _pay(sheet, view, 232)
    y = _deductions(sheet, view, y + 20)
    y = _blocks(sheet, view, max(y + 24, 480))
    net = view.figure("net_pay")
    sheet.rule(390, y + 6, RIGHT, y + 6, width=1.5, colour=sheet.tint.strong)
    if net is not None:
        sheet.amount(RIGHT - 4, y + 26, "net_pay", net, size=14, face="bold")
    if sheet.style.net_label:
        sheet.text(384, y + 26, view.label("net_pay"), size=11, face="bold", align="right")
    if sheet.style.decoys:
        words = "Margin this week 24.00 plus VAT. Expenses up to 45.00 a week need no receipt."
        sheet.text(LEFT, y + 60, words, size=7.5, face="italic")


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.value(sheet.width / 2, 60, view.employer_name, size=14, face="bold", align="centre")
    address = ", ".join(view.slip.employer.address)
    sheet.text(sheet.width / 2, 73, address, size=7.5, align="centre", colour=sheet.tint.caption)
    person = view.slip.employee
    sheet.value(LEFT, 112, view.employee_name, size=9.5)
    for index, line in enumerate(person.address):
        sheet.text(LEFT, 125 + index * 12, line, size=9)
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Process Date", "Date Paid"), (view.pay_date,)),
        (sheet.style.choose("Pay Run", "Period"), (f"{view.unit} ", view.tax_period)),
        ("Employee Ref", (view.payroll_number,)),
        ("N.I. Number", (view.ni_number,)),
        ("Tax Code", view.tax_code),
        (sheet.style.choose("NI Category", "NI Table"), (view.ni_letter,)),
        ("PAYE Reference", (view.paye_reference,)),
    ]
    for index, (caption, value) in enumerate(pairs):
        y = 112 + index * 14
        sheet.text(420, y, f"{caption}:", size=8.5, align="right")
        sheet.run(428, y, *value, size=8.5)


def _title(sheet: Sheet, y: float, text: str, columns: tuple[tuple[float, str], ...]) -> None:
    sheet.frame(LEFT, y - 11, RIGHT, y + 5, fill=sheet.tint.soft)
    sheet.text(LEFT + 4, y, text, size=8.5, face="bold")
    for x, caption in columns:
        sheet.text(x, y, caption, size=8, face="bold", align="right")


def _pay(sheet: Sheet, view: SlipView, y: float) -> float:
    _title(sheet, y, "Payments", ((360, "Units"), (440, "Rate"), (RIGHT - 4, "Amount")))
    for row in view.payments:
        if row.amount is None:
            continue
        y += 14
        sheet.text(LEFT + 4, y, row.label, size=8.5, fit=240)
        units, rate = row.units, row.rate
        if units is not None and rate is not None:
            sheet.text(360, y, f"{units:.2f}", size=8.5, align="right")
            sheet.text(440, y, f"{rate:.2f}", size=8.5, align="right")
        amount_cell(sheet, RIGHT - 4, y, row, size=8.5)
        view.note(row, with_ytd=False)
    return y


def _deductions(sheet: Sheet, view: SlipView, y: float) -> float:
    _title(sheet, y, "Deductions", ((RIGHT - 4, "Amount"),))
    rows: tuple[Row, ...] = (*view.deductions, *view.employer)
    for row in rows:
        if row.amount is None:
            continue
        y += 14
        sheet.text(LEFT + 4, y, row.label, size=8.5, fit=300)
        amount_cell(sheet, RIGHT - 4, y, row, size=8.5)
        view.note(row, with_ytd=False)
    return y


def _blocks(sheet: Sheet, view: SlipView, top: float) -> float:
    now = [(view.label(name), name, view.figure(name)) for name in ("gross_pay", "taxable_pay", "ni_pay")]
    now.append((view.label("total_deductions"), "total_deductions", view.figure("total_deductions")))
    now += [(row.label, row.field or "", row.amount) for row in view.other]
    for row in view.other:
        view.note(row, with_ytd=False)
    year = [(sheet.style.alike(*captions), f"ytd_{name}", view.ytd(name)) for name, captions in _YEAR]
    blocks = [("This Period:", now), ("Year To Date:", year)]
    if sheet.style.ytd_first:
        blocks.reverse()
    lowest = top
    for index, (title, cells) in enumerate(blocks):
        x, y = LEFT + index * 250, top
        sheet.text(x, y, title, size=9, face="bold", colour=sheet.tint.strong)
        for caption, field, amount in cells:
            if amount is None:
                continue
            y += 14
            sheet.text(x, y, caption, size=8.5, fit=140)
            sheet.amount(x + 222, y, field or None, amount, size=8.5)
        lowest = max(lowest, y)
    return lowest + 14
