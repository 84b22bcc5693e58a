"""A small firm's desktop program: what is paid and what is taken in two boxes, and three boxes below them.

The lower boxes hold the particulars, the other figures of this period, and the year to date; the payment stands last.
"""

from collections.abc import Iterator
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Monthly pay", "Basic pay", "Salary"),
    "bonus": ("Bonus", "Commission and bonus"),
    "ssp": ("Statutory Sick Pay", "SSP"),
    "smp": ("Statutory Maternity Pay", "SMP"),
    "pension_sacrifice": ("Salary sacrifice pension", "Sal sac pension"),
    "income_tax": ("Tax", "PAYE tax"),
    "national_insurance": ("National Insurance", "Employee NI"),
    "employee_pension": ("Pension", "Employee pension"),
    "student_loan": ("Student loan", "Student loan repaid"),
    "postgraduate_loan": ("Postgraduate loan", "Postgrad loan"),
    "employer_ni": ("Employer NI", "Employer NIC"),
    "employer_pension": ("Employer pension", "Employer's pension"),
    "gross_pay": ("Total payments", "Gross pay", "Total gross pay"),
    "total_deductions": ("Total deductions",),
    "net_pay": ("Net pay", "Amount paid"),
    "taxable_pay": ("Taxable gross pay", "Taxable pay"),
    "ni_pay": ("NIable pay", "Pay for NI"),
}
LEFT, RIGHT = 30.0, 565.0
PAID, TAKEN = (30.0, 293.0), (302.0, 565.0)
UPPER, MIDDLE, LOWER = 66.0, 312.0, 504.0
WHO, NOW, YEAR = (30.0, 202.0), (211.0, 384.0), (393.0, 565.0)
_YEAR = (
    "gross_pay", "taxable_pay", "income_tax", "ni_pay", "national_insurance", "pension_sacrifice", "employee_pension",
    "student_loan", "postgraduate_loan", "employer_ni", "employer_pension",
)  # fmt: skip
Span = tuple[float, float]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip in the upper part of a page."""
    fitted(sheet, LEFT, 50, view.employee_name, room=205, size=12, face="bold")
    fitted(sheet, 302, 50, f"Tax {view.unit.lower()} ", view.tax_period, room=100, size=10, align="centre")
    fitted(sheet, RIGHT, 50, view.employer_name, room=200, size=12, face="bold", align="right")
    _lines(sheet, view, PAID, sheet.style.choose("Payments", "Pay"), view.payments, "gross_pay")
    _lines(sheet, view, TAKEN, "Deductions", view.deductions, "total_deductions")
    now, year = (YEAR, NOW) if sheet.style.ytd_first else (NOW, YEAR)
    _particulars(sheet, view)
    _period(sheet, view, now)
    _year(sheet, view, year)
    _payment(sheet, view)


def _box(sheet: Sheet, span: Span, top: float, bottom: float, title: str) -> None:
    sheet.frame(span[0], top, span[1], bottom, stroke=sheet.tint.line, radius=5)
    fitted(sheet, span[0] + 8, top + 15, title, room=150, size=9.5, face="bold", colour=sheet.tint.strong)


def _lines(sheet: Sheet, view: SlipView, span: Span, title: str, rows: tuple[Row, ...], total: str) -> None:
    """A box of lines with its total at the foot."""
    x0, x1 = span[0] + 8, span[1] - 8
    _box(sheet, span, UPPER, MIDDLE - 9, title)
    shown = [row for row in rows if row.amount is not None]
    pitch = min(14.0, (MIDDLE - UPPER - 58) / max(len(shown), 1))
    size, y = min(8.5, pitch * 0.75), UPPER + 20
    for row in shown:
        y += pitch
        timed = sheet.style.units and row.units is not None and row.rate is not None
        fitted(sheet, x0, y, row.label, room=92 if timed else 165, size=size)
        if timed:
            fitted(sheet, x1 - 72, y, f"{row.units:.2f} @ {row.rate:.4f}", room=78, size=size, align="right")
        amount_cell(sheet, x1, y, row, size=size)
        view.note(row, with_ytd=False)
    sheet.rule(span[0], MIDDLE - 31, span[1], MIDDLE - 31, colour=sheet.tint.line)
    figure = view.figure(total)
    fitted(sheet, x0, MIDDLE - 17, view.label(total), room=140, size=9, face="bold")
    if figure is not None:
        sheet.amount(x1, MIDDLE - 17, total, figure, size=9, face="bold")


def _particulars(sheet: Sheet, view: SlipView) -> None:
    _box(sheet, WHO, MIDDLE, LOWER - 9, sheet.style.choose("Employee details", "Your details"))
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("Works number", "Employee number"), (view.payroll_number,)),
        (sheet.style.choose("NI number", "National Insurance no."), (view.ni_number,)),
        (sheet.style.choose("NI table letter", "NI letter", "NI category"), (view.ni_letter,)),
        ("Tax code", view.tax_code),
        (sheet.style.choose("Paid", "Pay frequency"), (view.frequency,)),
        ("Department", (view.slip.terms.department or "Office",)),
        (sheet.style.choose("Employer PAYE ref", "PAYE reference"), (view.paye_reference,)),
    ]
    for index, (caption, value) in enumerate(pairs):
        y = MIDDLE + 35 + index * 16
        fitted(sheet, WHO[0] + 8, y, caption, room=78, size=8)
        fitted(sheet, WHO[0] + 92, y, *value, room=76, size=8)


def _period(sheet: Sheet, view: SlipView, span: Span) -> None:
    """What this period counts for tax and National Insurance, what the employer pays, what is no money."""
    _box(sheet, span, MIDDLE, LOWER - 9, sheet.style.choose("This period", f"This {view.unit.lower()}"))
    y = MIDDLE + 19
    for name in ("taxable_pay", "ni_pay"):
        figure = view.figure(name)
        if figure is not None:
            y += 16
            fitted(sheet, span[0] + 8, y, view.label(name), room=96, size=8)
            sheet.amount(span[1] - 8, y, name, figure)
    for row in view.employer:
        if row.amount is not None:
            y += 16
            _line(sheet, view, span, y, row)
    others = [row for row in view.other if row.amount is not None]
    if others:
        y += 19
        fitted(sheet, span[0] + 8, y, "Taxed but not paid in money", room=150, size=7.5, face="italic")
    for row in others:
        y += 14
        _line(sheet, view, span, y, row)


def _line(sheet: Sheet, view: SlipView, span: Span, y: float, row: Row) -> None:
    fitted(sheet, span[0] + 8, y, row.label, room=96, size=8)
    amount_cell(sheet, span[1] - 8, y, row)
    view.note(row, with_ytd=False)


def _totals(view: SlipView) -> Iterator[tuple[str, str, Decimal]]:
    """Field, caption and amount of the year to date."""
    for name in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            yield name, "Gross pay" if name == "gross_pay" else view.label(name), amount


def _year(sheet: Sheet, view: SlipView, span: Span) -> None:
    _box(sheet, span, MIDDLE, LOWER - 9, sheet.style.choose("Year to date", "This tax year"))
    totals = list(_totals(view))
    others = [row for row in view.other if row.ytd is not None]
    pitch = min(14.0, (LOWER - MIDDLE - 38) / (len(totals) + len(others)))
    size, y = min(8.0, pitch * 0.75), MIDDLE + 21
    for name, caption, amount in totals:
        y += pitch
        fitted(sheet, span[0] + 8, y, caption, room=96, size=size)
        sheet.amount(span[1] - 8, y, f"ytd_{name}", amount, size=size)
    for row in others:
        y += pitch
        fitted(sheet, span[0] + 8, y, row.label, room=96, size=size)
        ytd_cell(sheet, span[1] - 8, y, row, size=size)


def _payment(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(LEFT, LOWER, RIGHT, LOWER + 34, fill=sheet.tint.soft, stroke=sheet.tint.line, radius=5)
    words = sheet.style.choose("Paid by bank transfer on ", "Paid by credit transfer ")
    fitted(sheet, LEFT + 10, LOWER + 21, words, view.pay_date, room=215, size=9)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        fitted(sheet, 384, LOWER + 21, view.label("net_pay"), room=80, size=11, face="bold")
    if net is not None:
        sheet.amount(RIGHT - 10, LOWER + 21, "net_pay", net, size=12, face="bold")
    if sheet.style.decoys:
        words = "The office closes on 24 December. Mileage is now paid at 0.45 a mile; claims above 250.00 need a form."
        fitted(sheet, LEFT, LOWER + 52, words, room=RIGHT - LEFT, size=8)
