"""An umbrella company's slip: what the agency paid, the employer's costs and the margin first, then the pay itself.

Whatever is taken is printed in brackets; year to date stands in a panel at the side, each caption above its figure.
"""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, taken_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Rate Pay", "Assignment Pay", "Standard Pay"),
    "bonus": ("Discretionary Bonus", "Additional Bonus Payment"),
    "gross_pay": ("Gross Salary", "Gross Wage"),
    "income_tax": ("PAYE Income Tax", "Income Tax (PAYE)"),
    "national_insurance": ("Employee's NIC", "EE National Insurance", "Employee National Insurance"),
    "employee_pension": ("Employee's Pension Contribution", "EE Pension Contribution"),
    "employer_ni": ("Employer's NIC", "ER National Insurance", "Employer National Insurance"),
    "employer_pension": ("Employer's Pension Contribution", "ER Pension Contribution"),
    "student_loan": ("Student Loan Repayment",),
    "postgraduate_loan": ("Postgraduate Loan Repayment",),
    "taxable_pay": ("Taxable Earnings", "Earnings Subject to Tax"),
    "ni_pay": ("NIC Earnings", "Earnings Subject to NIC"),
    "total_deductions": ("Total Employee Deductions", "Total Employment Deductions"),
    "net_pay": ("Net Pay to Bank", "Net Salary", "Take Home"),
}
LEFT, EDGE, SIDE, RIGHT = 40.0, 376.0, 394.0, 555.0
TOP, BOTTOM = 184.0, 770.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross Salary", "Gross Wage to Date")),
    ("taxable_pay", ("Taxable Earnings", "Taxable Earnings to Date")),
    ("income_tax", ("PAYE Income Tax", "PAYE to Date")),
    ("ni_pay", ("NIC Earnings", "NIC Earnings to Date")),
    ("national_insurance", ("Employee's NIC", "Employee's NIC to Date")),
    ("employer_ni", ("Employer's NIC", "Employer's NIC to Date")),
    ("employee_pension", ("Employee's Pension", "Employee's Pension to Date")),
    ("pension_sacrifice", ("Salary Sacrifice Pension", "Sacrificed for Pension to Date")),
    ("employer_pension", ("Employer's Pension", "Employer's Pension to Date")),
    ("student_loan", ("Student Loan Repayments", "Student Loan to Date")),
    ("postgraduate_loan", ("Postgraduate Loan Repayments", "Postgraduate Loan to Date")),
)
_LEVY = Decimal("0.005")
_WEEKLY_MARGIN = Decimal("19.50")
_WEEKS = {"weekly": Decimal(1), "fortnightly": Decimal(2), "four_weekly": Decimal(4), "monthly": Decimal("4.3")}


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    costs = _costs(view)
    others = tuple(row for row in view.other if row.amount is not None)
    count = len(costs) + len(view.payments) + len(view.deductions) + len(others) + 6
    pitch = min(14.5, (BOTTOM - TOP - 150) / count)
    y = _reconciliation(sheet, view, costs, pitch)
    y = _payments(sheet, view, y, pitch)
    y = _deductions(sheet, view, y, pitch)
    y = _net(sheet, view, y)
    if others:
        y = _title(sheet, y, "Taxed through payroll, not paid in money") + pitch
        for row in others:
            _line(sheet, view, y, "", row, pitch)
            y += pitch
    _panel(sheet, view)
    if sheet.style.decoys:
        words = "Margin is 19.50 a week from 1 May. Claim the 150.00 referral reward in the portal."
        fitted(sheet, LEFT, 812, words, room=RIGHT - LEFT, size=7.5)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 50, view.employer_name, room=330, size=15, face="bold", colour=sheet.tint.strong)
    sheet.text(LEFT, 63, ", ".join(view.slip.employer.address), size=7.5)
    sheet.text(RIGHT, 50, "Pay reconciliation", size=10, align="right")
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Employee", "Contractor"), (view.employee_name,)),
        (sheet.style.choose("Payment date", "Paid on"), (view.pay_date,)),
        (sheet.style.choose("Employee ID", "Contractor ID"), (view.payroll_number,)),
        (sheet.style.choose("Tax period", "Pay period"), (f"{view.unit} ", view.tax_period)),
        (sheet.style.choose("NI number", "NINO"), (view.ni_number,)),
        ("Tax code", view.tax_code),
        (sheet.style.choose("NI category", "NIC letter"), (view.ni_letter,)),
        (sheet.style.choose("PAYE scheme", "PAYE scheme ref"), (view.paye_reference,)),
    ]
    for index, (caption, value) in enumerate(pairs):
        x0, x1 = ((LEFT, 300.0), (300.0, RIGHT))[index % 2]
        top = 76 + index // 2 * 20
        sheet.frame(x0, top, x1, top + 20, stroke=sheet.tint.line)
        sheet.frame(x0, top, x0 + 86, top + 20, fill=sheet.tint.soft, stroke=sheet.tint.line)
        fitted(sheet, x0 + 5, top + 13, caption, room=76, size=7.5)
        fitted(sheet, x0 + 92, top + 13, *value, room=x1 - x0 - 98, size=8.5)


def _costs(view: SlipView) -> list[Row]:
    """The employer's lines, and two more that umbrella companies keep: the levy and their margin."""
    levy = (_LEVY * view.slip.amounts["ni_pay"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    margin = (_WEEKLY_MARGIN * _WEEKS[view.slip.terms.frequency]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return [
        *(row for row in view.employer if row.amount is not None),
        Row("employer", None, "Apprenticeship Levy", levy, None),
        Row("employer", None, view.style.choose("Company Margin", "Umbrella Margin"), margin, None),
    ]


def _title(sheet: Sheet, y: float, text: str) -> float:
    sheet.rule(LEFT, y - 9, LEFT, y + 4, width=3, colour=sheet.tint.strong)
    fitted(sheet, LEFT + 8, y, text, room=EDGE - LEFT - 12, size=9.5, face="bold", colour=sheet.tint.strong)
    return y + 3


def _line(sheet: Sheet, view: SlipView, y: float, before: str, row: Row, pitch: float) -> None:
    size = min(8.5, pitch * 0.85)
    label_room = 180.0 if row.units is not None and row.rate is not None else 258.0
    label = before + row.label
    fitted(sheet, LEFT + 8, y, label, room=label_room, size=size)
    if row.units is not None and row.rate is not None:
        hours = f"{row.units:.2f} x {row.rate:.2f}"
        fitted(sheet, EDGE - 66, y, hours, room=76, size=size, align="right")
    if before:
        taken_cell(sheet, EDGE - 4, y, row, size=size)
    else:
        amount_cell(sheet, EDGE - 4, y, row, size=size)
    view.note(replace(row, label=label), with_ytd=False)


def _sum(sheet: Sheet, y: float, caption: str, field: str, amount: Decimal, *, taken: bool = False) -> float:
    sheet.rule(EDGE - 78, y - 9, EDGE, y - 9, width=0.6)
    fitted(sheet, LEFT + 8, y, caption, room=240, size=8.5, face="bold")
    noted, printed = amount, -amount if taken else amount
    sheet.amount(EDGE - 4, y, field, printed, size=8.5, face="bold", noted=noted)
    return y + 24


def _reconciliation(sheet: Sheet, view: SlipView, costs: list[Row], pitch: float) -> float:
    gross = view.figure("gross_pay") or Decimal(0)
    income = gross + sum((row.amount for row in costs if row.amount), Decimal(0))
    y = _title(sheet, TOP, sheet.style.choose("How your gross salary is reached", "Company deductions")) + pitch
    received = sheet.style.choose("Contract Income Received", "Company Income", "Assignment Income")
    fitted(sheet, LEFT + 8, y, received, room=250, size=8.5)
    sheet.amount(EDGE - 4, y, None, income, size=8.5)
    for row in costs:
        y += pitch
        _line(sheet, view, y, "Less: ", row, pitch)
    return _sum(sheet, y + pitch + 2, view.label("gross_pay"), "gross_pay", gross)


def _payments(sheet: Sheet, view: SlipView, y: float, pitch: float) -> float:
    y = _title(sheet, y, sheet.style.choose("Made up of", "Your pay"))
    for row in view.payments:
        if row.amount is not None:
            y += pitch
            _line(sheet, view, y, "", row, pitch)
    return y + 24


def _deductions(sheet: Sheet, view: SlipView, y: float, pitch: float) -> float:
    y = _title(sheet, y, sheet.style.choose("Employee deductions", "Your deductions"))
    for row in view.deductions:
        if row.amount is None:
            continue
        y += pitch
        _line(sheet, view, y, "Add back: " if row.amount < 0 else "Less: ", row, pitch)
    total = view.figure("total_deductions") or Decimal(0)
    return _sum(sheet, y + pitch + 2, view.label("total_deductions"), "total_deductions", total, taken=True)


def _net(sheet: Sheet, view: SlipView, y: float) -> float:
    white = (1.0, 1.0, 1.0)
    sheet.frame(LEFT, y - 12, EDGE, y + 12, fill=sheet.tint.strong)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        fitted(sheet, LEFT + 8, y + 4, view.label("net_pay"), room=190, size=11, face="bold", colour=white)
    if net is not None:
        sheet.amount(EDGE - 6, y + 4, "net_pay", net, size=12, face="bold", colour=white)
    return y + 34


def _panel(sheet: Sheet, view: SlipView) -> None:
    this = [(view.label(name), name, view.figure(name)) for name in ("taxable_pay", "ni_pay")]
    year = [(sheet.style.alike(*captions), f"ytd_{name}", view.ytd(name)) for name, captions in _YEAR]
    shown = sum(amount is not None for _, _, amount in (*this, *year))
    sheet.frame(SIDE, TOP - 14, RIGHT, TOP + 36 + 26 * shown, fill=sheet.tint.soft)
    y = TOP
    for title, cells in (("This payment", this), ("Year to date", year)):
        sheet.text(SIDE + 8, y, title, size=9, face="bold", colour=sheet.tint.strong)
        y += 16
        for caption, field, amount in cells:
            if amount is not None:
                fitted(sheet, SIDE + 8, y, caption, room=RIGHT - SIDE - 16, size=6.8, colour=sheet.tint.caption)
                sheet.amount(SIDE + 8, y + 11, field, amount, size=9, align="left")
                y += 26
        y += 6
