"""A people platform's statement: each total stands in its own heading, and the lines that make it up follow below.

The particulars are a card at the right, each caption above its value; net pay is a heading with nothing below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Colour, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Base pay", "Salary", "Basic pay"),
    "bonus": ("Bonus", "Performance bonus"),
    "smp": ("Statutory maternity pay", "SMP"),
    "ssp": ("Statutory sick pay", "SSP"),
    "pension_sacrifice": ("Smart pension", "Pension salary sacrifice"),
    "income_tax": ("Income tax", "PAYE"),
    "national_insurance": ("National Insurance", "Employee NI"),
    "employee_pension": ("Employee pension", "Pension"),
    "student_loan": ("Student loan",),
    "postgraduate_loan": ("Postgraduate loan",),
    "employer_ni": ("Employer NI", "Employer NIC"),
    "employer_pension": ("Employer pension", "Pension ER"),
    "gross_pay": ("Gross pay", "Total earnings", "Gross earnings"),
    "total_deductions": ("Total deductions", "Deductions total"),
    "taxable_pay": ("Taxable pay", "Gross taxable"),
    "ni_pay": ("NIable pay", "NI earnings"),
    "net_pay": ("Net pay", "Take home pay"),
}
LEFT, TABLE, CARD, RIGHT = 38.0, 408.0, 426.0, 557.0
TOP, BOTTOM = 132.0, 780.0
UNITS, RATE, FIRST, SECOND = 228.0, 272.0, 338.0, 402.0
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class _Group:
    """A heading, its figures if it has any, and what stands below it; `counted` lines are lines of pay."""

    title: str
    rows: tuple[Row, ...]
    field: str | None = None
    amount: Decimal | None = None
    ytd: Decimal | None = None
    counted: bool = True


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    fitted(sheet, LEFT, 46, view.employer_name, room=370, size=14, face="bold", colour=sheet.tint.strong)
    fitted(sheet, LEFT, 60, ", ".join(view.slip.employer.address), room=370, size=8, colour=sheet.tint.caption)
    fitted(sheet, LEFT, 90, "Payslip for ", view.employee_name, room=370, size=11)
    _card(sheet, view)
    groups = _groups(view)
    count = sum(len(group.rows) + 1.4 for group in groups)
    pitch = min(16.0, (BOTTOM - TOP) / count)
    y = _captions(sheet)
    for group in groups:
        y = _heading(sheet, group, y + pitch * 1.3, pitch)
        for row in group.rows:
            y += pitch
            _line(sheet, view, row, y, min(8.5, pitch * 0.75))
            if group.counted:
                view.note(row, with_ytd=True)
    if sheet.style.decoys:
        words = "You have 214.50 left in your benefits pot. Choose by 12 December or lose it."
        fitted(sheet, LEFT, 808, words, room=TABLE - LEFT, size=8)


def _groups(view: SlipView) -> list[_Group]:
    groups = [
        _total(view, "gross_pay", view.payments),
        _total(view, "total_deductions", view.deductions),
        _total(view, "net_pay", ()),
    ]
    bases = tuple(
        Row("other", name, view.label(name), view.figure(name), view.ytd(name)) for name in ("taxable_pay", "ni_pay")
    )
    groups.append(_Group("Pay for tax and National Insurance", bases, counted=False))
    if view.employer:
        now = sum((row.amount for row in view.employer if row.amount is not None), Decimal(0))
        year = sum((row.ytd for row in view.employer if row.ytd is not None), Decimal(0))
        groups.append(_Group("Total employer costs", view.employer, amount=now, ytd=year))
    if view.other:
        groups.append(_Group(view.style.choose("Taxed, not paid in cash", "Taxable benefits"), view.other))
    return groups


def _total(view: SlipView, name: str, rows: tuple[Row, ...]) -> _Group:
    return _Group(view.label(name), rows, name, view.figure(name), view.ytd(name))


def _edges(sheet: Sheet) -> tuple[float, float]:
    """Where this period's amounts and those to date end."""
    return (SECOND, FIRST) if sheet.style.ytd_first else (FIRST, SECOND)


def _captions(sheet: Sheet) -> float:
    now, year = _edges(sheet)
    captions = [
        (now, sheet.style.choose("This period", "Current")),
        (year, sheet.style.choose("Year to date", "YTD")),
    ]
    if sheet.style.units:
        captions += [(UNITS, "Units"), (RATE, "Rate")]
    for x, caption in captions:
        fitted(sheet, x, TOP - 6, caption, room=58, size=7.5, align="right", colour=sheet.tint.caption)
    return TOP - 6


def _heading(sheet: Sheet, group: _Group, y: float, pitch: float) -> float:
    """A band with a title and its figures. Returns its baseline."""
    strong = group.field == "net_pay"
    fill, colour = (sheet.tint.strong, WHITE) if strong else (sheet.tint.soft, BLACK)
    sheet.frame(LEFT, y - pitch * 0.75, TABLE, y + pitch * 0.3, fill=fill)
    size = min(9.0, pitch * 0.75)
    fitted(sheet, LEFT + 6, y, group.title, room=225, size=size, face="bold", colour=colour)
    now, year = _edges(sheet)
    to_date = f"ytd_{group.field}" if group.field else None
    for x, field, amount in ((now, group.field, group.amount), (year, to_date, group.ytd)):
        if amount is not None:
            sheet.amount(x, y, field, amount, size=size, face="bold", colour=colour)
    return y


def _line(sheet: Sheet, view: SlipView, row: Row, y: float, size: float) -> None:
    now, year = _edges(sheet)
    timed = view.style.units and row.units is not None and row.rate is not None
    fitted(sheet, LEFT + 18, y, row.label, room=130 if timed else 205, size=size)
    if timed:
        sheet.text(UNITS, y, f"{row.units:.2f}", size=size, align="right")
        sheet.text(RATE, y, f"{row.rate:.4f}", size=size, align="right")
    amount_cell(sheet, now, y, row, size=size)
    ytd_cell(sheet, year, y, row, size=size)


def _card(sheet: Sheet, view: SlipView) -> None:
    items: list[tuple[str, Sequence[str | Mark]]] = [
        (sheet.style.choose("Payment date", "Pay date"), (view.pay_date,)),
        (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ("Pay frequency", (view.frequency,)),
        (sheet.style.choose("Employee ID", "Payroll number"), (view.payroll_number,)),
        ("Department", (view.slip.terms.department or "General",)),
        (sheet.style.choose("National Insurance number", "NI number"), (view.ni_number,)),
        (sheet.style.choose("NI category", "NI letter"), (view.ni_letter,)),
        ("Tax code", view.tax_code),
        (sheet.style.choose("Employer PAYE reference", "PAYE reference"), (view.paye_reference,)),
        ("Payment method", ("BACS",)),
    ]
    sheet.frame(CARD, TOP - 18, RIGHT, TOP + 8 + 32 * len(items), stroke=sheet.tint.line, radius=6)
    for index, (caption, value) in enumerate(items):
        y = TOP + 32 * index
        room = RIGHT - CARD - 20
        fitted(sheet, CARD + 10, y, caption, room=room, size=7.5, colour=sheet.tint.caption)
        fitted(sheet, CARD + 10, y + 12, *value, room=room, size=9)
