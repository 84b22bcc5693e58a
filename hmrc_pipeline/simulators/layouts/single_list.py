"""One list from top to bottom: payments, deductions and totals under each other, this period beside this year."""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "gross_pay": ("Total Pay", "Gross Pay", "Total Gross Pay"),
    "taxable_pay": ("Taxable Pay", "Gross for Tax"),
    "ni_pay": ("Earnings for NI", "NIable Pay"),
    "income_tax": ("PAYE Tax", "Income Tax", "PAYE"),
    "national_insurance": ("National Insurance", "Employee NI"),
}
LEFT, RIGHT = 46.0, 549.0
UNITS, RATE = 300.0, 360.0


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    columns = (RIGHT - 8, 452.0) if sheet.style.ytd_first else (452.0, RIGHT - 8)
    _head(sheet, view)
    y = _details(sheet, view)
    y = _band(sheet, y, columns)
    y = _section(sheet, view, y, "Payments", view.payments, columns)
    y = _total(sheet, view, y, "gross_pay", columns)
    y = _section(sheet, view, y + 6, "Deductions", view.deductions, columns)
    y = _total(sheet, view, y, "total_deductions", columns)
    y = _net(sheet, view, y + 4, columns)
    y = _section(sheet, view, y + 10, "For information", (*view.other, *view.employer), columns)
    for name in ("taxable_pay", "ni_pay"):
        y = _plain(sheet, view, y, name, columns)
    sheet.rule(LEFT, y - 6, RIGHT, y - 6, colour=sheet.tint.line)
    if sheet.style.decoys:
        sheet.text(LEFT, y + 12, "The lunch allowance rises to £6.50 a day from next month.", size=7.5, face="italic")
    note = "Please keep this payslip: you may need it when you claim benefits or apply for a loan."
    sheet.text(LEFT, 806, note, size=7, colour=sheet.tint.caption)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.value(LEFT, 62, view.employer_name, size=15, face="bold", colour=sheet.tint.strong)
    sheet.text(LEFT, 76, ", ".join(view.slip.employer.address), size=7.5, colour=sheet.tint.caption)
    sheet.text(RIGHT, 62, "PAYSLIP", size=15, align="right", colour=sheet.tint.strong)
    sheet.text(RIGHT, 76, "Private and confidential", size=7.5, align="right", colour=sheet.tint.caption)
    sheet.rule(LEFT, 84, RIGHT, 84, width=1.2, colour=sheet.tint.strong)
    y = 108.0
    sheet.value(LEFT, y, view.employee_name, size=9)
    for line in view.slip.employee.address:
        y += 12
        sheet.text(LEFT, y, line, size=9)


def _details(sheet: Sheet, view: SlipView) -> float:
    left: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Employee No", "Works No", "Payroll No"), (view.payroll_number,)),
        (sheet.style.choose("NI Number", "NI No"), (view.ni_number,)),
        (sheet.style.choose("NI Category", "NI Letter", "NI Table"), (view.ni_letter,)),
        ("Tax Code", view.tax_code),
    ]
    right: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Pay Date", "Date Paid", "Payment Date"), (view.pay_date,)),
        (sheet.style.choose("Tax Period", f"Tax {view.unit}"), (view.tax_period,)),
        (sheet.style.choose("Paid", "Pay Frequency"), (view.frequency,)),
        (sheet.style.choose("PAYE Reference", "Employer PAYE Ref"), (view.paye_reference,)),
    ]
    for x, pairs in ((300.0, left), (424.0, right)):
        for row, (caption, value) in enumerate(pairs):
            y = 104 + row * 21
            sheet.text(x, y, caption, size=6.8, colour=sheet.tint.caption)
            sheet.run(x, y + 9.5, *value, size=8.5)
    return 196.0


def _band(sheet: Sheet, y: float, columns: tuple[float, float]) -> float:
    white = (1.0, 1.0, 1.0)
    sheet.frame(LEFT, y, RIGHT, y + 17, fill=sheet.tint.strong)
    sheet.text(LEFT + 6, y + 12, "Description", face="bold", colour=white)
    if sheet.style.units:
        sheet.text(UNITS, y + 12, sheet.style.choose("Units", "Hours"), face="bold", align="right", colour=white)
        sheet.text(RATE, y + 12, "Rate", face="bold", align="right", colour=white)
    sheet.text(columns[0], y + 12, "This Period", face="bold", align="right", colour=white)
    sheet.text(
        columns[1], y + 12, sheet.style.choose("This Year", "Year to Date"), face="bold", align="right", colour=white
    )
    return y + 33


def _section(
    sheet: Sheet, view: SlipView, y: float, title: str, rows: tuple[Row, ...], columns: tuple[float, float]
) -> float:
    sheet.text(LEFT + 6, y, title, size=8.5, face="bold", colour=sheet.tint.strong)
    y += 14
    for row in rows:
        sheet.text(LEFT + 14, y, row.label, size=8.5)
        if sheet.style.units and row.units is not None and row.rate is not None:
            sheet.text(UNITS, y, f"{row.units:.2f}", size=8.5, align="right")
            sheet.text(RATE, y, f"{row.rate:.4f}", size=8.5, align="right")
        amount_cell(sheet, columns[0], y, row, size=8.5)
        ytd_cell(sheet, columns[1], y, row, size=8.5)
        view.note(row, with_ytd=True)
        y += 14
    return y


def _plain(sheet: Sheet, view: SlipView, y: float, name: str, columns: tuple[float, float]) -> float:
    figure, ytd = view.figure(name), view.ytd(name)
    if figure is None or ytd is None:
        return y
    sheet.text(LEFT + 14, y, view.label(name), size=8.5)
    sheet.amount(columns[0], y, name, figure, size=8.5)
    sheet.amount(columns[1], y, f"ytd_{name}", ytd, size=8.5)
    return y + 14


def _total(sheet: Sheet, view: SlipView, y: float, name: str, columns: tuple[float, float]) -> float:
    sheet.frame(LEFT, y - 10, RIGHT, y + 5, fill=sheet.tint.soft)
    sheet.rule(LEFT, y - 10, RIGHT, y - 10, colour=sheet.tint.line)
    sheet.text(LEFT + 6, y, view.label(name), size=8.5, face="bold")
    figure, ytd = view.figure(name), view.ytd(name)
    if figure is not None:
        sheet.amount(columns[0], y, name, figure, size=8.5, face="bold")
    if ytd is not None:
        sheet.amount(columns[1], y, f"ytd_{name}", ytd, size=8.5, face="bold")
    return y + 19


def _net(sheet: Sheet, view: SlipView, y: float, columns: tuple[float, float]) -> float:
    net = view.figure("net_pay")
    sheet.frame(LEFT, y - 12, RIGHT, y + 9, stroke=sheet.tint.strong, width=1.2)
    if sheet.style.net_label:
        sheet.text(LEFT + 6, y + 2, view.label("net_pay").upper(), size=10, face="bold")
    if net is not None:
        sheet.amount(columns[0], y + 2, "net_pay", net, size=10, face="bold")
    return y + 22
