"""A form of boxes with the caption above each value, as printed on pre-designed stationery."""

from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (595.28, 420.94)
WORDS: Words = {
    "gross_pay": ("GROSS PAY", "TOTAL GROSS PAY", "TOTAL PAY"),
    "taxable_pay": ("TAXABLE PAY", "GROSS FOR TAX"),
    "ni_pay": ("NIABLE PAY", "EARNINGS FOR NI", "NI PAY"),
    "total_deductions": ("TOTAL DEDUCTIONS",),
    "net_pay": ("NET PAY", "AMOUNT PAYABLE"),
    "employer_ni": ("EMPLOYER NI", "ER NIC"),
    "employer_pension": ("EMPLOYER PENSION", "ER PENSION"),
    "income_tax": ("Tax", "PAYE", "Income Tax"),
    "national_insurance": ("NI", "Employee NI", "NI Contribution"),
}
LEFT, RIGHT = 24.0, 571.0
_YTD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("GROSS PAY TD", "GROSS PAY YTD")),
    ("taxable_pay", ("TAXABLE TD", "TAXABLE PAY YTD")),
    ("income_tax", ("TAX PAID TD", "TAX YTD")),
    ("national_insurance", ("NI TD", "EE NI YTD")),
    ("employer_ni", ("ER NI TD", "ER NI YTD")),
    ("pension", ("PENSION TD", "EE PENSION YTD")),
    ("employer_pension", ("ER PENSION TD", "ER PENSION YTD")),
    ("student_loan", ("STUDENT LOAN TD", "STUDENT LOAN YTD")),
)
Cell = tuple[str, Sequence[str | Mark]]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a half-size page of its own."""
    head: list[Cell] = [
        ("EMPLOYER", (view.employer_name,)),
        (sheet.style.choose("PAYE REFERENCE", "TAX DISTRICT REF"), (view.paye_reference,)),
        (sheet.style.choose("PAY DATE", "DATE PAID"), (view.pay_date,)),
        (sheet.style.choose("TAX PERIOD", f"TAX {view.unit.upper()}"), (view.tax_period,)),
    ]
    person: list[Cell] = [
        ("EMPLOYEE", (view.employee_name,)),
        (sheet.style.choose("WORKS NUMBER", "EMPLOYEE NO"), (view.payroll_number,)),
        (sheet.style.choose("NI NUMBER", "NAT INS NO"), (view.ni_number,)),
        (sheet.style.choose("NI LETTER", "NI CAT"), (view.ni_letter,)),
        ("TAX CODE", view.tax_code),
    ]
    sheet.frame(LEFT, 20, RIGHT, 400, stroke=sheet.tint.strong, width=1.2)
    _strip(sheet, 20, head, (238, 122, 104, 83))
    _strip(sheet, 48, person, (190, 106, 112, 62, 77))
    middle = 297.0
    _table(sheet, view, LEFT, middle, sheet.style.choose("PAY AND ALLOWANCES", "PAYMENTS"), view.payments)
    _table(sheet, view, middle, RIGHT, "DEDUCTIONS", view.deductions)
    sheet.rule(middle, 76, middle, 272, colour=sheet.tint.line)
    _figures(sheet, view)


def _strip(sheet: Sheet, top: float, cells: Sequence[Cell], widths: Sequence[float]) -> None:
    x = LEFT
    for (caption, value), width in zip(cells, widths, strict=True):
        sheet.frame(x, top, x + width, top + 28, stroke=sheet.tint.line)
        sheet.text(x + 4, top + 9, caption, size=5.8, colour=sheet.tint.caption)
        sheet.run(x + 4, top + 22, *value, size=9)
        x += width


def _table(sheet: Sheet, view: SlipView, x0: float, x1: float, title: str, rows: tuple[Row, ...]) -> None:
    sheet.frame(x0, 76, x1, 90, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.text(x0 + 5, 86, title, size=6.8, face="bold", colour=sheet.tint.strong)
    with_units = sheet.style.units and title != "DEDUCTIONS"
    if with_units:
        sheet.text(x1 - 112, 86, sheet.style.choose("HOURS", "UNITS"), size=6.2, align="right")
        sheet.text(x1 - 66, 86, "RATE", size=6.2, align="right")
    sheet.text(x1 - 6, 86, "AMOUNT", size=6.8, face="bold", align="right", colour=sheet.tint.strong)
    y = 103.0
    for row in rows:
        if row.amount is None:
            continue
        sheet.text(x0 + 5, y, row.label, size=8.5)
        if with_units and row.units is not None and row.rate is not None:
            sheet.text(x1 - 112, y, f"{row.units:.2f}", size=8.5, align="right")
            sheet.text(x1 - 66, y, f"{row.rate:.4f}", size=8.5, align="right")
        amount_cell(sheet, x1 - 6, y, row, size=8.5)
        view.note(row, with_ytd=False)
        y += 12.5


def _figures(sheet: Sheet, view: SlipView) -> None:
    now: list[tuple[str, str | None, Decimal | None]] = [
        (view.label(name), name, view.figure(name))
        for name in ("gross_pay", "total_deductions", "taxable_pay", "ni_pay")
    ]
    now += [(view.label(row.field), row.field, row.amount) for row in view.employer if row.field]
    now += [(row.label.upper(), row.field, row.amount) for row in view.other]
    for row in (*view.employer, *view.other):
        if row.amount is not None:
            view.note(row, with_ytd=False)
    year: list[tuple[str, str | None, Decimal | None]] = []
    for name, captions in _YTD:
        field = name
        if name == "pension":
            field = "pension_sacrifice" if view.ytd("pension_sacrifice") is not None else "employee_pension"
        if view.ytd(field) is not None:
            year.append((sheet.style.choose(*captions), f"ytd_{field}", view.ytd(field)))
    first, second = (year, now) if sheet.style.ytd_first else (now, year)
    titles = ("YEAR TO DATE", "THIS PERIOD") if sheet.style.ytd_first else ("THIS PERIOD", "YEAR TO DATE")
    _cells(sheet, 272, titles[0], first)
    _cells(sheet, 316, titles[1], second)
    sheet.frame(LEFT, 360, RIGHT, 400, stroke=sheet.tint.line)
    sheet.frame(430, 360, RIGHT, 400, fill=sheet.tint.soft, stroke=sheet.tint.strong, width=1.2)
    if sheet.style.net_label:
        sheet.text(438, 372, view.label("net_pay"), size=6.8, face="bold", colour=sheet.tint.caption)
    net = view.figure("net_pay")
    if net is not None:
        sheet.amount(RIGHT - 8, 391, "net_pay", net, size=13, face="bold")
    sheet.text(LEFT + 5, 372, "MESSAGES", size=5.8, colour=sheet.tint.caption)
    words = (
        "Your pension statement is on the portal." if not sheet.style.decoys else "Raffle raised £1,204.50, thank you."
    )
    sheet.text(LEFT + 5, 386, words, size=8)


def _cells(sheet: Sheet, top: float, title: str, cells: list[tuple[str, str | None, Decimal | None]]) -> None:
    sheet.frame(LEFT, top, RIGHT, top + 12, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.text(LEFT + 5, top + 9, title, size=6.8, face="bold", colour=sheet.tint.strong)
    shown = [(caption, field, amount) for caption, field, amount in cells if amount is not None]
    width = (RIGHT - LEFT) / len(shown)
    for index, (caption, field, amount) in enumerate(shown):
        x = LEFT + index * width
        sheet.frame(x, top + 12, x + width, top + 44, stroke=sheet.tint.line)
        sheet.text(x + 4, top + 22, caption, size=5.4, colour=sheet.tint.caption)
        sheet.amount(x + width - 5, top + 36, field, amount, size=8.5)
