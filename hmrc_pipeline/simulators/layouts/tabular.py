"""A large company's people system: every statement a ruled table with its title on top and its captions in a grey row.

A first table sums up this period over the year; deductions stand in two tables, each with a total of its own.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Salary", "Base Salary", "Monthly Salary"),
    "bonus": ("Annual Bonus", "Bonus"),
    "ssp": ("Statutory Sick Pay", "SSP"),
    "smp": ("Statutory Maternity Pay", "SMP"),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Salary Sacrifice Pension"),
    "income_tax": ("PAYE Tax", "Income Tax", "PAYE"),
    "national_insurance": ("Employee NI", "National Insurance", "NI Employee"),
    "employee_pension": ("Pension Employee", "Employee Pension"),
    "employer_ni": ("Employer NI", "NI Employer"),
    "employer_pension": ("Pension Employer", "Employer Pension"),
    "gross_pay": ("Gross Pay", "Total Earnings"),
    "total_deductions": ("Total Deductions", "Deductions"),
    "net_pay": ("Net Pay",),
    "taxable_pay": ("Taxable Pay", "Taxable Gross"),
    "ni_pay": ("NIable Pay", "NIable Gross"),
}
LEFT, RIGHT = 36.0, 559.0
HALVES = ((36.0, 293.0), (302.0, 559.0))
PITCH = 13.0
_STATUTORY = frozenset({"income_tax", "national_insurance", "student_loan", "postgraduate_loan"})
_SUMMARY = ("gross_pay", "total_deductions", "net_pay", "taxable_pay", "ni_pay")
Cell = tuple[float, str, Sequence[str | Mark]]
Span = tuple[float, float]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    fitted(sheet, LEFT, 48, view.employer_name, room=400, size=13, face="bold")
    sheet.text(RIGHT, 48, "Payslip", size=13, align="right", colour=sheet.tint.strong)
    y = _particulars(sheet, view)
    y = _summary(sheet, view, y)
    y = _earnings(sheet, view, y)
    statutory = [row for row in view.deductions if row.field in _STATUTORY]
    voluntary = [row for row in view.deductions if row.field not in _STATUTORY]
    other = sheet.style.choose("Other Deductions", "Voluntary Deductions")
    y = _beside(sheet, view, y, ("Statutory Deductions", statutory), (other, voluntary))
    paid = ("Employer Contributions", view.employer)
    y = _beside(sheet, view, y, paid, (sheet.style.choose("Taxable Benefits", "Notional Pay (Not Paid)"), view.other))
    _payment(sheet, view, y)


def _title(sheet: Sheet, span: Span, y: float, title: str) -> float:
    """A table's title and the grey row for its captions. Returns the captions' baseline."""
    fitted(sheet, span[0], y, title, room=span[1] - span[0], size=9.5, face="bold")
    sheet.frame(span[0], y + 5, span[1], y + 5 + PITCH, fill=sheet.tint.soft, stroke=sheet.tint.line)
    return y + 14.5


def _table(sheet: Sheet, span: Span, top: float, bottom: float, rules: Iterable[float]) -> None:
    """The outline of a table whose caption row starts at `top`, its columns parted at `rules`."""
    sheet.frame(span[0], top, span[1], bottom, stroke=sheet.tint.line)
    for x in rules:
        sheet.rule(x, top, x, bottom, colour=sheet.tint.line)


def _particulars(sheet: Sheet, view: SlipView) -> float:
    rows: list[list[Cell]] = [
        [
            (160, "Name", (view.employee_name,)),
            (96, sheet.style.choose("Employee ID", "Employee Number"), (view.payroll_number,)),
            (96, sheet.style.choose("Payment Date", "Pay Date"), (view.pay_date,)),
            (80, f"Tax {view.unit}", (view.tax_period,)),
            (91, "Pay Frequency", (view.frequency,)),
        ],
        [
            (160, sheet.style.choose("National Insurance Number", "NI Number"), (view.ni_number,)),
            (96, sheet.style.choose("NI Category", "NI Letter"), (view.ni_letter,)),
            (96, "Tax Code", view.tax_code),
            (171, sheet.style.choose("Employer PAYE Reference", "PAYE Reference"), (view.paye_reference,)),
        ],
    ]
    top = 62.0
    for cells in rows:
        x = LEFT
        sheet.frame(LEFT, top, RIGHT, top + PITCH, fill=sheet.tint.soft)
        for width, caption, value in cells:
            sheet.frame(x, top, x + width, top + 2 * PITCH + 2, stroke=sheet.tint.line)
            fitted(sheet, x + 4, top + 9.5, caption, room=width - 8, size=7.5, face="bold")
            fitted(sheet, x + 4, top + 23.5, *value, room=width - 8, size=8.5)
            x += width
        top += 2 * PITCH + 2
    return top + 24


def _summary(sheet: Sheet, view: SlipView, y: float) -> float:
    """This period over the year to date, a column for each total."""
    wide, first = 92.0, RIGHT - 5 * 92.0
    caption = _title(sheet, (LEFT, RIGHT), y, "Summary")
    _table(sheet, (LEFT, RIGHT), y + 5, y + 5 + 3 * PITCH, [first + wide * i for i in range(5)])
    now, year = (caption + 2 * PITCH, caption + PITCH) if sheet.style.ytd_first else (caption + PITCH, caption + 26)
    sheet.rule(LEFT, y + 5 + 2 * PITCH, RIGHT, y + 5 + 2 * PITCH, colour=sheet.tint.line)
    fitted(sheet, LEFT + 4, now, sheet.style.choose("Current", "This Period"), room=56, size=8)
    fitted(sheet, LEFT + 4, year, "YTD", room=56, size=8)
    for index, name in enumerate(_SUMMARY):
        edge = first + wide * (index + 1) - 4
        fitted(sheet, edge, caption, view.label(name), room=wide - 8, size=8, face="bold", align="right")
        for line, field, amount in ((now, name, view.figure(name)), (year, f"ytd_{name}", view.ytd(name))):
            if amount is not None:
                sheet.amount(edge, line, field, amount, face="bold" if name == "net_pay" else "regular")
    return y + 3 * PITCH + 28


def _edges(sheet: Sheet, right: float) -> tuple[float, float]:
    """Where this period's amounts and those to date end."""
    return (right - 4, right - 78) if sheet.style.ytd_first else (right - 78, right - 4)


def _captions(sheet: Sheet, span: Span, y: float) -> None:
    now, year = _edges(sheet, span[1])
    sheet.text(span[0] + 4, y, "Description", size=8, face="bold")
    sheet.text(now, y, "Amount", size=8, face="bold", align="right")
    sheet.text(year, y, "YTD", size=8, face="bold", align="right")


def _rows(sheet: Sheet, view: SlipView, span: Span, y: float, rows: Sequence[Row], room: float) -> float:
    now, year = _edges(sheet, span[1])
    for row in rows:
        y += PITCH
        fitted(sheet, span[0] + 4, y, row.label, room=room, size=8)
        amount_cell(sheet, now, y, row)
        ytd_cell(sheet, year, y, row)
        view.note(row, with_ytd=True)
    return y


def _earnings(sheet: Sheet, view: SlipView, y: float) -> float:
    span, top = (LEFT, RIGHT), y + 5
    caption = _title(sheet, span, y, "Earnings")
    _captions(sheet, span, caption)
    columns = (330.0, 400.0)
    for x, words in zip(columns, ("Hours", "Rate"), strict=True):
        sheet.text(x, caption, words, size=8, face="bold", align="right")
    for index, row in enumerate(view.payments, 1):
        if sheet.style.units and row.units is not None and row.rate is not None:
            sheet.text(columns[0], caption + index * PITCH, f"{row.units:.2f}", size=8, align="right")
            sheet.text(columns[1], caption + index * PITCH, f"{row.rate:.4f}", size=8, align="right")
    y = _rows(sheet, view, span, caption, view.payments, 230) + PITCH
    now, year = _edges(sheet, RIGHT)
    sheet.rule(LEFT, y - 9.5, RIGHT, y - 9.5, colour=sheet.tint.line)
    fitted(sheet, LEFT + 4, y, view.label("gross_pay"), room=230, size=8, face="bold")
    for x, field, amount in (
        (now, "gross_pay", view.figure("gross_pay")),
        (year, "ytd_gross_pay", view.ytd("gross_pay")),
    ):
        if amount is not None:
            sheet.amount(x, y, field, amount, face="bold")
    _table(sheet, span, top, y + 3.5, (*(x + 5 for x in columns), RIGHT - 74))
    return y + 27


def _beside(sheet: Sheet, view: SlipView, y: float, *tables: tuple[str, Sequence[Row]]) -> float:
    """Two tables beside each other, each with its own total; one without lines is left out."""
    ends = [y - 27]
    for span, (title, rows) in zip(HALVES, tables, strict=True):
        if not rows:
            continue
        caption = _title(sheet, span, y, title)
        _captions(sheet, span, caption)
        last = _rows(sheet, view, span, caption, rows, 104) + PITCH
        sheet.rule(span[0], last - 9.5, span[1], last - 9.5, colour=sheet.tint.line)
        fitted(sheet, span[0] + 4, last, f"Total {title.partition(' (')[0]}", room=112, size=8, face="bold")
        total = sum((row.amount for row in rows if row.amount is not None), Decimal(0))
        sheet.amount(_edges(sheet, span[1])[0], last, None, total, face="bold")
        _table(sheet, span, y + 5, last + 3.5, (span[1] - 74,))
        ends.append(last)
    return max(ends) + 27


def _payment(sheet: Sheet, view: SlipView, y: float) -> None:
    span = (LEFT, RIGHT)
    caption = _title(sheet, span, y, "Payment Information")
    cells = ((LEFT + 4, "Method", "BACS"), (150.0, "Bank", "Hollin Bank"), (290.0, "Account", "****4417"))
    for x, words, value in cells:
        sheet.text(x, caption, words, size=8, face="bold")
        sheet.text(x, caption + PITCH, value, size=8)
    fitted(sheet, RIGHT - 4, caption, "Amount (GBP)", room=100, size=8, face="bold", align="right")
    net = view.figure("net_pay")
    if net is not None:
        sheet.amount(RIGHT - 4, caption + PITCH, "net_pay", net)
    _table(sheet, span, y + 5, y + 5 + 2 * PITCH, (146.0, 286.0, 440.0))
    if sheet.style.decoys:
        words = "Share plan: the purchase price for this offer is 14.32. Enrol by 30 June to save up to 500.00 a month."
        fitted(sheet, LEFT, y + 48, words, room=RIGHT - LEFT, size=7.5)
