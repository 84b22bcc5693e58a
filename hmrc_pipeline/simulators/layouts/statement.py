"""A modern statement: take-home pay on top, then cards of earnings, taxes, deductions and employer contributions.

Every card has this pay and the year to date; its total is of that card alone, and no total of all deductions stands
anywhere.
"""

from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Salary", "Basic pay", "Regular hours"),
    "income_tax": ("PAYE tax", "Income tax"),
    "national_insurance": ("Employee NIC", "NI contribution"),
    "employer_ni": ("Employer NIC", "Employer NI"),
    "net_pay": ("Take home pay", "Net pay"),
    "gross_pay": ("Total earnings", "Gross pay"),
    "taxable_pay": ("Taxable pay", "Pay for tax"),
    "ni_pay": ("NIable pay", "Pay for NI"),
}
LEFT, RIGHT = 50.0, 545.0
_TAXES = {"income_tax", "national_insurance"}


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    y = _card(sheet, view, 246, "Earnings", view.payments, "gross_pay")
    taxes = tuple(row for row in view.deductions if row.field in _TAXES)
    others = tuple(row for row in view.deductions if row.field not in _TAXES)
    y = _card(sheet, view, y, "Taxes", taxes, None)
    y = _card(sheet, view, y, "Deductions", others, None)
    y = _card(sheet, view, y, "Employer contributions", view.employer, None)
    y = _card(sheet, view, y, "Benefits taxed through payroll", view.other, None)
    _bases(sheet, view, y)
    if sheet.style.decoys:
        words = "Refer a friend and receive £250.00. The cycle scheme limit is now £3,000.00 for everyone."
        sheet.text(LEFT, 800, words, size=7.5, colour=sheet.tint.caption)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(0, 0, sheet.width, 96, fill=sheet.tint.soft)
    sheet.text(LEFT, 52, "Payslip", size=24, face="bold", colour=sheet.tint.strong)
    sheet.value(RIGHT, 44, view.employer_name, size=11, face="bold", align="right")
    sheet.text(RIGHT, 58, ", ".join(view.slip.employer.address), size=7.5, align="right", colour=sheet.tint.caption)
    sheet.run(LEFT, 74, "Prepared for ", view.employee_name, size=9)
    reference = view.paye_reference
    caption = "Employer PAYE reference "
    wide = sheet.text_width(caption + reference.text, 7.5)
    sheet.run(RIGHT - wide, 74, caption, reference, size=7.5)
    facts: list[tuple[str, tuple[str | Mark, ...]]] = [
        ("Payment date", (view.pay_date,)),
        (sheet.style.choose("Tax period", f"Tax {view.unit.lower()}"), (view.tax_period,)),
        ("Tax code", view.tax_code),
        (sheet.style.choose("NI category", "NI letter"), (view.ni_letter,)),
        ("NI number", (view.ni_number,)),
        (sheet.style.choose("Employee ID", "Payroll ID"), (view.payroll_number,)),
    ]
    for index, (caption, value) in enumerate(facts):
        x, y = LEFT + (index % 3) * 110, 122 + (index // 3) * 34
        sheet.text(x, y, caption, size=7, colour=sheet.tint.caption)
        sheet.run(x, y + 13, *value, size=9.5)
    net = view.figure("net_pay")
    sheet.frame(390, 108, RIGHT, 178, fill=sheet.tint.strong, radius=6)
    white = (1.0, 1.0, 1.0)
    if sheet.style.net_label:
        sheet.text(402, 128, view.label("net_pay"), size=9, colour=white)
    if net is not None:
        sheet.amount(RIGHT - 12, 158, "net_pay", net, size=19, face="bold", colour=white)
    address = " · ".join(view.slip.employee.address)
    sheet.text(LEFT, 200, address, size=7.5, colour=sheet.tint.caption)


def _card(sheet: Sheet, view: SlipView, y: float, title: str, rows: tuple[Row, ...], total: str | None) -> float:
    if not rows:
        return y
    now, year = (RIGHT - 6, RIGHT - 92) if sheet.style.ytd_first else (RIGHT - 92, RIGHT - 6)
    sheet.text(LEFT, y, title, size=10.5, face="bold", colour=sheet.tint.strong)
    sheet.text(now, y, sheet.style.choose("This pay", "Current"), size=7.5, align="right", colour=sheet.tint.caption)
    sheet.text(year, y, "YTD", size=7.5, align="right", colour=sheet.tint.caption)
    sheet.rule(LEFT, y + 5, RIGHT, y + 5, width=1, colour=sheet.tint.strong)
    y += 18
    for row in rows:
        sheet.text(LEFT + 4, y, row.label, size=8.5, fit=170)
        if sheet.style.units and row.units is not None and row.rate is not None:
            hours = f"{row.units:.2f} x {row.rate:.2f}"
            sheet.text(min(now, year) - 78, y, hours, size=7.5, align="right", colour=sheet.tint.caption)
        amount_cell(sheet, now, y, row, size=8.5)
        ytd_cell(sheet, year, y, row, size=8.5)
        view.note(row, with_ytd=True)
        sheet.rule(LEFT, y + 4.5, RIGHT, y + 4.5, width=0.25, colour=sheet.tint.line)
        y += 14
    figure, ytd = (view.figure(total), view.ytd(total)) if total else (None, None)
    if total and figure is not None and ytd is not None:
        sheet.text(LEFT + 4, y, view.label(total), size=8.5, face="bold")
        sheet.amount(now, y, total, figure, size=8.5, face="bold")
        sheet.amount(year, y, f"ytd_{total}", ytd, size=8.5, face="bold")
        y += 14
    elif not total:
        sums = [sum((part or Decimal(0) for part in parts), Decimal(0)) for parts in _sides(rows)]
        sheet.text(LEFT + 4, y, f"Total {title.lower()}" if len(title) < 24 else "Total", size=8.5, face="bold")
        whole = title == "Deductions" and sums[0] == view.figure("total_deductions")
        sheet.amount(now, y, "total_deductions" if whole else None, sums[0], size=8.5, face="bold")
        y += 14
    return y + 12


def _sides(rows: tuple[Row, ...]) -> tuple[list[Decimal | None], list[Decimal | None]]:
    return [row.amount for row in rows], [row.ytd for row in rows]


def _bases(sheet: Sheet, view: SlipView, y: float) -> None:
    for name in ("taxable_pay", "ni_pay"):
        figure, ytd = view.figure(name), view.ytd(name)
        if figure is not None and ytd is not None:
            now, year = (RIGHT - 6, RIGHT - 92) if sheet.style.ytd_first else (RIGHT - 92, RIGHT - 6)
            sheet.text(LEFT + 4, y, view.label(name), size=8.5)
            sheet.amount(now, y, name, figure, size=8.5)
            sheet.amount(year, y, f"ytd_{name}", ytd, size=8.5)
            y += 14
