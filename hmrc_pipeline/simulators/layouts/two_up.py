"""Small slips, two to a page: three narrow columns under one line of particulars, net pay at the foot."""

from hmrc_pipeline.simulators.drawing import A4, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "SLOTS", "WORDS", "draw"]

SIZE = A4
SLOTS = ((0.0, 0.0), (0.0, 421.0))
WORDS: Words = {
    "gross_pay": ("Total gross pay", "Gross pay"),
    "taxable_pay": ("Taxable gross pay", "Taxable pay"),
    "national_insurance": ("Employee NI", "National Insurance"),
    "income_tax": ("PAYE tax", "Tax"),
    "employer_ni": ("Employer NI", "Employer's NI"),
    "employer_pension": ("Employer pension", "Employer's pension"),
    "employee_pension": ("Employee pension", "Pension"),
    "net_pay": ("Net pay", "Payment"),
    "total_deductions": ("Total deductions",),
}
LEFT, RIGHT, WIDTH = 40.0, 555.0, 165.0
_YEAR: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("taxable_pay", ("Taxable gross pay", "Taxable pay")),
    ("income_tax", ("Tax paid", "PAYE tax")),
    ("national_insurance", ("Employee NI", "NI paid")),
    ("employee_pension", ("Employee pension", "Pension")),
    ("pension_sacrifice", ("Sacrificed for pension", "Pension sacrifice")),
    ("employer_pension", ("Employer pension", "Employer's pension")),
    ("student_loan", ("Student loan",)),
    ("postgraduate_loan", ("Postgraduate loan",)),
    ("employer_ni", ("Employer NI", "Employer's NI")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip in its half of the page."""
    _head(sheet, view)
    columns = [LEFT + index * (WIDTH + 10) for index in range(3)]
    for x, title in zip(columns, (sheet.style.choose("Pay", "Payments"), "Deductions", "Year to date"), strict=True):
        sheet.text(x, 118, title, size=8.5, face="bold")
        sheet.rule(x, 122, x + WIDTH, 122, width=0.8)
    _rows(sheet, view, view.payments, columns[0], 135)
    bottom = _rows(sheet, view, view.deductions, columns[1], 135)
    _year(sheet, view, columns[2])
    notes = tuple(row for row in (*view.employer, *view.other) if row.amount is not None)
    if notes:
        sheet.text(columns[1], bottom + 8, "Not deducted from your pay", size=6.5, face="italic")
        _rows(sheet, view, notes, columns[1], bottom + 20)
    _totals(sheet, view, columns)
    sheet.rule(20, 400, 575, 400, width=0.3, colour=sheet.tint.line)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.value(LEFT, 48, view.employer_name, size=10, face="bold")
    wide = sheet.text_width(view.pay_date.text, 9, "bold")
    sheet.run(RIGHT - wide, 48, view.pay_date, size=9, face="bold")
    sheet.text(RIGHT - wide - 6, 48, sheet.style.choose("Payment date", "Paid on"), size=8, align="right")
    sheet.run(LEFT, 66, view.employee_name, size=9)
    sheet.run(260, 66, "Works no. ", view.payroll_number, size=8)
    sheet.run(400, 66, "PAYE ref. ", view.paye_reference, size=8)
    sheet.run(LEFT, 82, "NI no. ", view.ni_number, size=8)
    sheet.run(160, 82, sheet.style.choose("NI table ", "NI letter "), view.ni_letter, size=8)
    sheet.run(260, 82, "Tax code ", *view.tax_code, size=8)
    sheet.run(400, 82, f"Tax {view.unit.lower()} ", view.tax_period, size=8)
    sheet.rule(LEFT, 92, RIGHT, 92, width=0.8)


def _rows(sheet: Sheet, view: SlipView, rows: tuple[Row, ...], x: float, y: float) -> float:
    for row in rows:
        if row.amount is None:
            continue
        label = row.label
        if sheet.style.units and row.units is not None and row.rate is not None:
            label = f"{row.label} {row.units:g} @ {row.rate:.2f}"
        sheet.text(x, y, label, size=7.5, fit=WIDTH - 56)
        amount_cell(sheet, x + WIDTH, y, row, size=7.5)
        view.note(Row(row.section, row.field, label, row.amount, row.ytd), with_ytd=False)
        y += 11
    return y


def _year(sheet: Sheet, view: SlipView, x: float) -> None:
    y = 135.0
    for name, captions in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            sheet.text(x, y, sheet.style.alike(*captions), size=7.5, fit=WIDTH - 62)
            sheet.amount(x + WIDTH, y, f"ytd_{name}", amount, size=7.5)
            y += 11


def _totals(sheet: Sheet, view: SlipView, columns: list[float]) -> None:
    pairs = (("gross_pay", columns[0], 300), ("total_deductions", columns[1], 300), ("taxable_pay", columns[0], 314))
    for name, x, y in pairs:
        figure = view.figure(name)
        if figure is not None:
            if y == 300:
                sheet.rule(x, y - 11, x + WIDTH, y - 11)
            sheet.text(x, y, view.label(name), size=7.5, fit=WIDTH - 62)
            sheet.amount(x + WIDTH, y, name, figure, size=7.5)
    x = columns[2]
    sheet.frame(x, 290, x + WIDTH, 320, stroke=sheet.tint.strong, width=1)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        sheet.text(x + 6, 308, view.label("net_pay"), size=9.5, face="bold")
    if net is not None:
        sheet.amount(x + WIDTH - 6, 308, "net_pay", net, size=10.5, face="bold")
    if sheet.style.decoys:
        sheet.text(LEFT, 344, "Holiday left: 12.50 days. The canteen voucher is worth 3.20 a day.", size=7)
