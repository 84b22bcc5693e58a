"""Three panels in a frame: payments, deductions and the year to date beside each other, net pay below."""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "gross_pay": ("Total Payments", "Gross Pay", "Total Gross Pay"),
    "income_tax": ("PAYE Tax", "Tax", "Income Tax"),
    "national_insurance": ("National Insurance", "NI", "Employee NI"),
    "net_pay": ("NET PAY", "Net Pay", "TAKE HOME PAY"),
}
LEFT, RIGHT = 34.0, 561.0
TOP, ROWS, FOOT = 138.0, 158.0, 372.0
_YTD = (
    ("gross_pay", ("Total Gross Pay TD", "Gross Pay", "Gross Pay YTD")),
    ("taxable_pay", ("Gross for Tax TD", "Taxable Pay", "Taxable Pay YTD")),
    ("income_tax", ("Tax Paid TD", "Tax Paid", "Tax YTD")),
    ("ni_pay", ("Earnings for NI TD", "NIable Pay", "NI Earnings YTD")),
    ("national_insurance", ("National Insurance TD", "NI Paid", "Employee NI YTD")),
    ("employer_ni", ("Employer NI TD", "Employer NI", "Employer NI YTD")),
    ("employee_pension", ("Employee Pension TD", "Pension", "EE Pension YTD")),
    ("pension_sacrifice", ("Sacrifice Pension TD", "Pension Sacrifice", "Sal Sac Pension YTD")),
    ("employer_pension", ("Employer Pension TD", "Employer Pension", "ER Pension YTD")),
    ("student_loan", ("Student Loan TD", "Student Loan", "Student Loan YTD")),
    ("postgraduate_loan", ("Postgraduate Loan TD", "Postgraduate Loan", "PG Loan YTD")),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip in the upper half of a page."""
    edges = (LEFT, 212.0, 384.0, RIGHT)
    if sheet.style.ytd_first:
        edges = (LEFT, 211.0, 389.0, RIGHT)
    _head(sheet, view)
    _panels(sheet, edges)
    order = (2, 0, 1) if sheet.style.ytd_first else (0, 1, 2)
    spans = [(edges[i] + 7, edges[i + 1] - 8) for i in range(3)]
    titles = {"Payments": order.index(0), "Deductions": order.index(1), "Year To Date": order.index(2)}
    for title, place in titles.items():
        sheet.text(spans[place][0], TOP + 12, title, size=8.5, face="bold", colour=sheet.tint.strong)
    _rows(sheet, view, view.payments, spans[titles["Payments"]])
    _benefits(sheet, view, spans[titles["Payments"]])
    _rows(sheet, view, view.deductions, spans[titles["Deductions"]])
    _year(sheet, view, spans[titles["Year To Date"]])
    _total(sheet, view, "gross_pay", spans[titles["Payments"]])
    _total(sheet, view, "total_deductions", spans[titles["Deductions"]])
    _foot(sheet, view)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(LEFT, 34, RIGHT, 62, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.value(LEFT + 8, 53, view.employer_name, size=13, face="bold", colour=sheet.tint.strong)
    sheet.text(RIGHT - 8, 53, "Pay Advice", size=11, align="right", colour=sheet.tint.strong)
    cells: list[tuple[float, str, tuple[str | Mark, ...]]] = [
        (LEFT, sheet.style.choose("Employee Name", "Name"), (view.employee_name,)),
        (190, sheet.style.choose("Employee No.", "Works No.", "Pers. No."), (view.payroll_number,)),
        (262, sheet.style.choose("N.I. Number", "NI Number"), (view.ni_number,)),
        (354, sheet.style.choose("Process Date", "Pay Date", "Payment Date"), (view.pay_date,)),
        (448, sheet.style.choose("PAYE Ref", "Tax Ref"), (view.paye_reference,)),
    ]
    lower: list[tuple[float, str, tuple[str | Mark, ...]]] = [
        (LEFT, "Department", (view.slip.terms.department or "Head Office",)),
        (190, "Tax Code", view.tax_code),
        (262, sheet.style.choose("NI Table", "NI Letter", "NI Code"), (view.ni_letter,)),
        (354, sheet.style.choose("Tax Period", "Period"), (f"{view.unit} ", view.tax_period)),
        (448, sheet.style.choose("Pay Method", "Method"), ("BACS",)),
    ]
    for top, row in ((66.0, cells), (100.0, lower)):
        sheet.frame(LEFT, top, RIGHT, top + 30, stroke=sheet.tint.line)
        for x, caption, value in row:
            if x > LEFT:
                sheet.rule(x, top, x, top + 30, colour=sheet.tint.line)
            sheet.text(x + 5, top + 10, caption, size=6.5, colour=sheet.tint.caption)
            sheet.run(x + 5, top + 23, *value, size=8.5)


def _panels(sheet: Sheet, edges: tuple[float, ...]) -> None:
    sheet.frame(LEFT, TOP - 2, RIGHT, FOOT + 26, stroke=sheet.tint.line)
    sheet.frame(LEFT, TOP - 2, RIGHT, TOP + 17, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.rule(LEFT, FOOT + 6, RIGHT, FOOT + 6, colour=sheet.tint.line)
    for x in edges[1:-1]:
        sheet.rule(x, TOP - 2, x, FOOT + 26, colour=sheet.tint.line)


def _benefits(sheet: Sheet, view: SlipView, span: tuple[float, float]) -> None:
    rows = tuple(row for row in view.other if row.amount is not None)
    if rows:
        y = FOOT - 8 - 13 * len(rows)
        sheet.text(span[0], y, "Taxed, not paid in money", size=7, face="italic", colour=sheet.tint.caption)
        _rows(sheet, view, rows, span, y + 13)


def _rows(sheet: Sheet, view: SlipView, rows: tuple[Row, ...], span: tuple[float, float], y: float = ROWS + 10) -> None:
    for row in rows:
        if row.amount is None:
            continue
        sheet.text(span[0], y, row.label, fit=span[1] - span[0] - 52)
        amount_cell(sheet, span[1], y, row)
        view.note(row, with_ytd=False)
        y += 13


def _year(sheet: Sheet, view: SlipView, span: tuple[float, float]) -> None:
    y = ROWS + 10
    for name, captions in _YTD:
        amount = view.ytd(name)
        if amount is None:
            continue
        sheet.text(span[0], y, sheet.style.choose(*captions))
        sheet.amount(span[1], y, f"ytd_{name}", amount)
        y += 13


def _total(sheet: Sheet, view: SlipView, name: str, span: tuple[float, float]) -> None:
    amount = view.figure(name)
    if amount is not None:
        sheet.text(span[0], FOOT + 19, view.label(name), face="bold")
        sheet.amount(span[1], FOOT + 19, name, amount, face="bold")


def _foot(sheet: Sheet, view: SlipView) -> None:
    top = FOOT + 32
    sheet.frame(LEFT, top, 384, top + 44, stroke=sheet.tint.line)
    pairs = [(name, view.figure(name)) for name in ("taxable_pay", "ni_pay")]
    pairs += [(row.field or "", row.amount) for row in view.employer if row.field]
    for index, (name, amount) in enumerate(pairs):
        if amount is not None:
            x, y = LEFT + 7 + (index % 2) * 178, top + 17 + (index // 2) * 15
            sheet.text(x, y, view.label(name), size=7.5)
            sheet.amount(x + 160, y, name, amount, size=7.5)
    for row in view.employer:
        if row.amount is not None:
            view.note(row, with_ytd=False)
    sheet.frame(390, top, RIGHT, top + 44, fill=sheet.tint.soft, stroke=sheet.tint.strong, width=1)
    net = view.figure("net_pay")
    room = RIGHT - 8 - 398 - 8
    if net is not None:
        sheet.amount(RIGHT - 8, top + 27, "net_pay", net, size=12, face="bold")
        room -= sheet.text_width(sheet.style.amount(net), 12, "bold")
    if sheet.style.net_label:
        label = view.label("net_pay")
        sheet.text(398, top + 27, label, size=9.5, face="bold", colour=sheet.tint.strong, fit=room)
    if sheet.style.decoys:
        message = "Uplift of 2.50% applies from 1 June. A payment of £150.00 to the hardship fund was matched."
        sheet.text(LEFT, top + 60, message, size=7.5)
