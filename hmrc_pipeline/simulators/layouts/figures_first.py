"""A statement with its figures before their captions: the year at the very left, this period next, then the words.

Captions of the particulars end at a spine, their values start behind it.
"""

from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Face, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic pay", "Salary", "Contract pay"),
    "bonus": ("Bonus", "Incentive bonus"),
    "ssp": ("Statutory sick pay", "Sick pay (SSP)"),
    "smp": ("Statutory maternity pay", "Maternity pay (SMP)"),
    "pension_sacrifice": ("Pension salary sacrifice", "Salary exchange pension"),
    "income_tax": ("Income tax", "PAYE tax", "PAYE"),
    "national_insurance": ("National Insurance", "NI contributions", "Employee NI"),
    "employee_pension": ("Pension contribution", "Employee pension"),
    "student_loan": ("Student loan", "Student loan repayment"),
    "postgraduate_loan": ("Postgraduate loan", "Postgraduate loan repayment"),
    "employer_ni": ("Employer NI", "Employer's National Insurance"),
    "employer_pension": ("Employer pension", "Employer's pension contribution"),
    "gross_pay": ("Total pay", "Gross pay", "Total earnings"),
    "total_deductions": ("Total deductions", "Total taken"),
    "taxable_pay": ("Taxable pay", "Pay subject to tax"),
    "ni_pay": ("Pay for National Insurance", "Pay subject to NI"),
    "net_pay": ("Net pay", "Net payment", "Paid to your bank"),
}
LEFT, RIGHT = 40.0, 555.0
BANDS = ((40.0, 120.0), (124.0, 204.0))
TEXT = 216.0
TOP, BOTTOM = 186.0, 780.0
SPINES = (136.0, 414.0)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    others = (*_bases(view), *view.employer, *view.other)
    count = len(view.payments) + len(view.deductions) + len(others) + 11
    pitch = min(15.0, (BOTTOM - TOP) / count)
    end = TOP + pitch * (count - 0.5)
    for x0, x1 in BANDS:
        sheet.frame(x0, TOP - 22, x1, end, fill=sheet.tint.soft)
    y = _captions(sheet)
    y = _list(sheet, view, y, sheet.style.choose("Pay and allowances", "Payments"), view.payments, pitch)
    y = _figure(sheet, view, y + pitch, "gross_pay", pitch)
    y = _list(sheet, view, y + pitch * 0.6, sheet.style.choose("Deductions", "Deducted"), view.deductions, pitch)
    y = _figure(sheet, view, y + pitch, "total_deductions", pitch)
    y = _net(sheet, view, y + pitch * 2, pitch)
    y = _list(sheet, view, y + pitch * 0.8, "For information", others, pitch)
    if sheet.style.decoys:
        words = "Lunch vouchers are worth 4.20 from next month. 6.50 days of holiday are left; carry over up to 3.00."
        fitted(sheet, TEXT, end + 16, words, room=RIGHT - TEXT, size=7.5, face="italic")


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 50, view.employer_name, room=360, size=14, face="bold", colour=sheet.tint.strong)
    fitted(sheet, LEFT, 63, ", ".join(view.slip.employer.address), room=360, size=8, colour=sheet.tint.caption)
    sheet.text(RIGHT, 50, sheet.style.choose("Statement of pay", "Pay statement"), size=11, align="right")
    sheet.rule(LEFT, 70, RIGHT, 70, width=1, colour=sheet.tint.strong)
    sides: tuple[list[tuple[str, Sequence[str | Mark]]], ...] = (
        [
            ("Employee", (view.employee_name,)),
            (sheet.style.choose("Employee number", "Payroll number"), (view.payroll_number,)),
            (sheet.style.choose("NI number", "National Insurance no."), (view.ni_number,)),
            (sheet.style.choose("NI letter", "NI category"), (view.ni_letter,)),
            (sheet.style.choose("PAYE reference", "Employer's PAYE ref."), (view.paye_reference,)),
        ],
        [
            (sheet.style.choose("Pay date", "Date of payment"), (view.pay_date,)),
            (f"Tax {view.unit.lower()}", (view.tax_period,)),
            ("Tax code", view.tax_code),
            (sheet.style.choose("Paid", "Pay frequency"), (view.frequency,)),
            ("Department", (view.slip.terms.department or "Main office",)),
        ],
    )
    for spine, pairs in zip(SPINES, sides, strict=True):
        sheet.rule(spine, 78, spine, 150, colour=sheet.tint.line)
        for index, (caption, value) in enumerate(pairs):
            y = 88 + index * 14
            fitted(sheet, spine - 7, y, caption, room=88, size=8, align="right", colour=sheet.tint.caption)
            fitted(sheet, spine + 7, y, *value, room=160 if spine < 300 else 130, size=9)


def _edges(sheet: Sheet) -> tuple[float, float]:
    """Where this period's figures and those of the year end; the year is outermost unless the style turns them."""
    outer, inner = (x1 - 6 for _, x1 in BANDS)
    return (outer, inner) if sheet.style.ytd_first else (inner, outer)


def _captions(sheet: Sheet) -> float:
    now, year = _edges(sheet)
    captions = ((now, sheet.style.choose("This period", "This pay")), (year, sheet.style.choose("Year to date", "YTD")))
    for x, caption in captions:
        fitted(sheet, x, TOP - 10, caption, room=70, size=8.5, face="bold", align="right")
    if sheet.style.units:
        sheet.text(RIGHT, TOP - 10, "Hours and rate", size=8, align="right", colour=sheet.tint.caption)
    return TOP - 4


def _bases(view: SlipView) -> tuple[Row, ...]:
    return tuple(
        Row("other", name, view.label(name), view.figure(name), view.ytd(name)) for name in ("taxable_pay", "ni_pay")
    )


def _list(sheet: Sheet, view: SlipView, y: float, title: str, rows: Sequence[Row], pitch: float) -> float:
    """Lines below their title. Returns the last baseline."""
    now, year = _edges(sheet)
    size, y = min(9.0, pitch * 0.72), y + pitch
    fitted(sheet, TEXT, y, title, room=200, size=size, face="bold", colour=sheet.tint.strong)
    for row in rows:
        y += pitch
        amount_cell(sheet, now, y, row, size=size)
        ytd_cell(sheet, year, y, row, size=size)
        fitted(sheet, TEXT, y, row.label, room=200, size=size)
        if sheet.style.units and row.units is not None and row.rate is not None:
            fitted(sheet, RIGHT, y, f"{row.units:.2f} h at {row.rate:.4f}", room=125, size=size, align="right")
        if row.field not in {"taxable_pay", "ni_pay"}:
            view.note(row, with_ytd=True)
    return y


def _cells(sheet: Sheet, y: float, size: float, face: Face, *cells: tuple[float, str, Decimal | None]) -> None:
    for x, field, amount in cells:
        if amount is not None:
            sheet.amount(x, y, field, amount, size=size, face=face)


def _figure(sheet: Sheet, view: SlipView, y: float, name: str, pitch: float) -> float:
    """A total below a rule under both of its figures. Returns its baseline."""
    now, year = _edges(sheet)
    for x0, x1 in BANDS:
        sheet.rule(x0 + 4, y - pitch * 0.75, x1 - 4, y - pitch * 0.75, width=0.8, colour=sheet.tint.strong)
    size = min(9.0, pitch * 0.72)
    _cells(sheet, y, size, "bold", (now, name, view.figure(name)), (year, f"ytd_{name}", view.ytd(name)))
    fitted(sheet, TEXT, y, view.label(name), room=200, size=size, face="bold")
    return y


def _net(sheet: Sheet, view: SlipView, y: float, pitch: float) -> float:
    now, year = _edges(sheet)
    sheet.frame(LEFT, y - pitch, RIGHT, y + pitch * 0.5, stroke=sheet.tint.strong, width=1.2)
    size = min(10.5, pitch * 0.8)
    _cells(sheet, y, size, "bold", (now, "net_pay", view.figure("net_pay")), (year, "ytd_net_pay", view.ytd("net_pay")))
    if sheet.style.net_label:
        fitted(sheet, TEXT, y, view.label("net_pay"), room=200, size=size, face="bold")
    return y + pitch * 0.5
