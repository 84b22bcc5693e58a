"""A bureau's sealed mailer on continuous stationery: three blocks, of which one has its captions between two figures.

The particulars stand at the foot, beside the name and address that show through the window.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import SlipView, Words, amount_cell, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (612.0, 396.0)
WORDS: Words = {
    "basic_pay": ("BASIC", "BASIC WAGE", "MONTHLY SALARY"),
    "bonus": ("BONUS", "PROFIT BONUS"),
    "ssp": ("S.S.P.", "SSP"),
    "smp": ("S.M.P.", "SMP"),
    "spp": ("S.P.P.", "SPP"),
    "shpp": ("SH.P.P.", "SHPP"),
    "pension_sacrifice": ("SAL SAC PENSION", "PENSION SACRIFICE"),
    "income_tax": ("TAX", "PAYE TAX"),
    "national_insurance": ("NAT INS", "EES N.I."),
    "employee_pension": ("PENSION EES", "PENSION"),
    "student_loan": ("STUDENT LOAN", "STUD LOAN"),
    "postgraduate_loan": ("POSTGRAD LOAN", "PG LOAN"),
    "employer_ni": ("ERS N.I.", "NAT INS (ER)"),
    "employer_pension": ("PENSION ERS", "PENSION (ER)"),
    "gross_pay": ("TOTAL GROSS", "GROSS PAY"),
    "total_deductions": ("TOTAL DEDUCTIONS", "DEDUCTIONS"),
    "net_pay": ("NET PAY BY CREDIT TRANSFER", "NET WAGE", "PAY TO BANK"),
    "taxable_pay": ("TAXABLE GROSS", "TAX GROSS"),
    "ni_pay": ("N.I. GROSS", "NICABLE GROSS"),
}
LEFT, RIGHT = 20.0, 592.0
PAY, TAKEN, BALANCE = (20.0, 212.0), (218.0, 366.0), (372.0, 592.0)
TOP, BOTTOM = 62.0, 272.0
_BALANCES = (
    "gross_pay", "taxable_pay", "income_tax", "ni_pay", "national_insurance", "pension_sacrifice", "employee_pension",
    "student_loan", "postgraduate_loan", "employer_ni", "employer_pension",
)  # fmt: skip


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a sheet of its own."""
    _head(sheet, view)
    for (x0, x1), title in ((PAY, "PAYMENTS"), (TAKEN, "DEDUCTIONS"), (BALANCE, "")):
        sheet.frame(x0, TOP, x1, BOTTOM, stroke=sheet.tint.line, radius=4)
        if title:
            sheet.text(x0 + 6, TOP + 11, title, size=7.5, face="bold")
    _payments(sheet, view)
    _deductions(sheet, view)
    _balances(sheet, view)
    _foot(sheet, view)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 32, view.employer_name, room=330, size=12, face="bold")
    fitted(sheet, RIGHT, 32, "EMPLOYER'S PAYE REF ", view.paye_reference, room=220, size=8, align="right")
    pieces: list[tuple[str | Mark, ...]] = [
        ("PAID ", Mark("pay_frequency", view.frequency.value, view.frequency.text.upper())),
        (f"TAX {view.unit.upper()} ", replace(view.tax_period, text=view.tax_period.text.zfill(2))),
        (sheet.style.choose("DATE ", "PAY DATE "), _date(view)),
        ("TAX CODE ", *view.tax_code),
        (sheet.style.choose("N.I. CODE ", "N.I. TABLE "), view.ni_letter),
    ]
    sheet.frame(LEFT, 40, RIGHT, 56, fill=sheet.tint.soft)
    for x, piece in zip((26.0, 138.0, 246.0, 376.0, 508.0), pieces, strict=True):
        fitted(sheet, x, 51, *piece, room=80 if x > 500 else 108, size=8)


def _date(view: SlipView) -> Mark:
    """The payday with a year of two digits, as old programs print it."""
    day = view.slip.pay_date
    return Mark(
        "pay_date", day.isoformat(), view.style.choose(f"{day:%d/%m/%y}", view.pay_date.text, f"{day:%d.%m.%y}")
    )


def _pitch(count: int) -> float:
    return min(12.5, (BOTTOM - TOP - 38) / max(count, 1))


def _payments(sheet: Sheet, view: SlipView) -> None:
    (x0, x1), timed = PAY, sheet.style.units
    if timed:
        sheet.text(x1 - 92, TOP + 11, "HOURS", size=6.5, align="right")
        sheet.text(x1 - 56, TOP + 11, "RATE", size=6.5, align="right")
    rows = [row for row in view.payments if row.amount is not None]
    pitch = _pitch(len(rows))
    size = min(7.5, pitch * 0.8)
    y = TOP + 14
    for row in rows:
        y += pitch
        hours = timed and row.units is not None and row.rate is not None
        label = row.label.upper()
        fitted(sheet, x0 + 6, y, label, room=60 if hours else 124, size=size)
        if hours:
            sheet.text(x1 - 92, y, f"{row.units:.2f}", size=size, align="right")
            sheet.text(x1 - 56, y, f"{row.rate:.2f}", size=size, align="right")
        amount_cell(sheet, x1 - 6, y, row, size=size)
        view.note(replace(row, label=label), with_ytd=False)
    _sum(sheet, view, PAY, "gross_pay")


def _deductions(sheet: Sheet, view: SlipView) -> None:
    x0, x1 = TAKEN
    rows = [row for row in view.deductions if row.amount is not None]
    pitch = _pitch(len(rows))
    size = min(7.5, pitch * 0.8)
    y = TOP + 14
    for row in rows:
        y += pitch
        fitted(sheet, x0 + 6, y, row.label.upper(), room=84, size=size)
        amount_cell(sheet, x1 - 6, y, row, size=size)
        view.note(replace(row, label=row.label.upper()), with_ytd=False)
    _sum(sheet, view, TAKEN, "total_deductions")


def _sum(sheet: Sheet, view: SlipView, span: tuple[float, float], name: str) -> None:
    figure = view.figure(name)
    sheet.rule(span[0], BOTTOM - 16, span[1], BOTTOM - 16, colour=sheet.tint.line)
    fitted(sheet, span[0] + 6, BOTTOM - 5, view.label(name), room=84, size=7.5, face="bold")
    if figure is not None:
        sheet.amount(span[1] - 6, BOTTOM - 5, name, figure, size=7.5, face="bold")


def _balance_rows(view: SlipView) -> Iterator[tuple[str, str | None, Decimal | None, Decimal]]:
    """Caption, field, this period, to date."""
    for name in _BALANCES:
        year = view.ytd(name)
        if year is not None:
            yield view.label(name), name, view.figure(name), year
    for row in view.other:
        if row.ytd is not None:
            yield row.label.upper(), row.field, row.amount, row.ytd


def _balances(sheet: Sheet, view: SlipView) -> None:
    """Captions in the middle, this period on one side, the year on the other."""
    x0, x1 = BALANCE
    now, year = (x1 - 6, x0 + 64) if sheet.style.ytd_first else (x0 + 64, x1 - 6)
    middle = (x0 + 64 + x1 - 56) / 2
    sheet.text(now, TOP + 11, "THIS PERIOD", size=7, face="bold", align="right")
    sheet.text(year, TOP + 11, sheet.style.choose("TO DATE", "THIS YEAR"), size=7, face="bold", align="right")
    rows = list(_balance_rows(view))
    pitch = min(13.0, (BOTTOM - TOP - 24) / len(rows))
    y = TOP + 14
    for caption, name, amount, total in rows:
        y += pitch
        fitted(sheet, middle, y, caption, room=88, size=7, align="centre", colour=sheet.tint.caption)
        if amount is not None:
            sheet.amount(now, y, name, amount, size=7.5)
        sheet.amount(year, y, f"ytd_{name}" if name else None, total, size=7.5)
    for row in (*view.employer, *view.other):
        label = view.label(row.field) if row.section == "employer" and row.field else row.label.upper()
        view.note(replace(row, label=label), with_ytd=True)


def _foot(sheet: Sheet, view: SlipView) -> None:
    sheet.rule(10, BOTTOM + 8, 602, BOTTOM + 8, width=0.3, colour=sheet.tint.line)
    fitted(sheet, 44, BOTTOM + 32, view.employee_name, room=220, size=9.5)
    for index, line in enumerate(view.slip.employee.address):
        sheet.text(44, BOTTOM + 45 + index * 12, line.upper(), size=8.5)
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        (sheet.style.choose("EMPLOYEE NO", "WORKS NO"), (view.payroll_number,)),
        (sheet.style.choose("NAT INS NO", "N.I. NUMBER"), (view.ni_number,)),
        ("DEPT", (view.slip.terms.department.upper() or "001",)),
    ]
    for index, (caption, value) in enumerate(pairs):
        y = BOTTOM + 32 + index * 14
        fitted(sheet, 362, y, caption, room=70, size=7.5, align="right", colour=sheet.tint.caption)
        fitted(sheet, 370, y, *value, room=100, size=8.5)
    net = view.figure("net_pay")
    sheet.frame(474, BOTTOM + 18, RIGHT, BOTTOM + 66, stroke=sheet.tint.strong, width=1.6, radius=4)
    if sheet.style.net_label:
        fitted(sheet, 533, BOTTOM + 32, view.label("net_pay"), room=108, size=8, face="bold", align="centre")
    if net is not None:
        fitted(
            sheet, 533, BOTTOM + 54, Mark("net_pay", f"{net:.2f}", sheet.style.amount(net)),
            room=106, size=13, face="bold", align="centre",
        )  # fmt: skip
    if sheet.style.decoys:
        words = "RETURN TO: PO BOX 2211. OVERTIME CLAIMS ABOVE 20.00 HOURS NEED FORM OT7. TEA FUND 4.50 IS DUE."
        fitted(sheet, LEFT, BOTTOM + 104, words, room=RIGHT - LEFT, size=7)
