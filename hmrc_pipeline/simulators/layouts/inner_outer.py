"""An accountant's slip from a spreadsheet, on half a sheet: items in an inner column, their totals in an outer one.

Every cell is ruled; the employer is a letterhead, and the year to date a table at the foot.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (419.53, 595.28)
WORDS: Words = {
    "basic_pay": ("Basic pay", "Wages", "Salary"),
    "bonus": ("Bonus",),
    "smp": ("Statutory maternity pay", "SMP"),
    "ssp": ("Statutory sick pay", "SSP"),
    "pension_sacrifice": ("Pension salary sacrifice", "Sal sac pension"),
    "income_tax": ("PAYE tax", "Income tax", "PAYE"),
    "national_insurance": ("National Insurance", "Employee's NI", "NI contribution"),
    "employee_pension": ("Pension", "Employee's pension"),
    "student_loan": ("Student loan",),
    "postgraduate_loan": ("Postgraduate loan",),
    "employer_ni": ("Employer's NI", "Employer NIC"),
    "employer_pension": ("Employer's pension", "Employer pension"),
    "gross_pay": ("Gross pay", "Total pay"),
    "total_deductions": ("Total deductions",),
    "taxable_pay": ("Taxable pay", "Gross for tax"),
    "ni_pay": ("NI pay", "Earnings for NI"),
    "net_pay": ("Net pay", "Amount payable"),
}
LEFT, RIGHT = 26.0, 394.0
HOURS, RATE, INNER, OUTER = 204.0, 252.0, 320.0, 390.0
CELLS = (26.0, 98.0, 216.0, 288.0, 394.0)
INFORMATION, YEAR = (26.0, 204.0), (216.0, 394.0)
TOP, BOTTOM = 158.0, 560.0
_YEAR = (
    "gross_pay", "taxable_pay", "income_tax", "ni_pay", "national_insurance", "pension_sacrifice", "employee_pension",
    "student_loan", "postgraduate_loan", "employer_ni", "employer_pension",
)  # fmt: skip
Line = tuple[str, str | None, Decimal]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    paid = [row for row in view.payments if row.amount is not None]
    taken = [row for row in view.deductions if row.amount is not None]
    year, information = list(_year(view)), list(_information(view))
    count = len(paid) + len(taken) + max(len(year), len(information)) + 8
    pitch = min(14.0, (BOTTOM - TOP) / count)
    _letterhead(sheet, view)
    _particulars(sheet, view)
    y = _account(sheet, view, paid, taken, pitch) + pitch * 2
    _table(sheet, INFORMATION, y, "For information", information, pitch)
    _table(sheet, YEAR, y, sheet.style.choose("Year to date", "Totals to date"), year, pitch)
    for row in (*view.employer, *view.other):
        if row.amount is not None:
            view.note(row, with_ytd=False)
    if sheet.style.decoys:
        words = "Mileage will be paid at 0.45 a mile from next month; please hand in claims under 100.00 by the 10th."
        fitted(sheet, LEFT, 576, words, room=RIGHT - LEFT, size=7)


def _letterhead(sheet: Sheet, view: SlipView) -> None:
    middle = (LEFT + RIGHT) / 2
    fitted(sheet, middle, 36, view.employer_name, room=RIGHT - LEFT, size=13, face="bold", align="centre")
    address = ", ".join(view.slip.employer.address)
    fitted(sheet, middle, 48, address, room=RIGHT - LEFT, size=7.5, align="centre")
    ended = (
        f"{sheet.style.choose('Payslip', 'Wages slip')} for the {_span(view)} ended {view.style.date(view.worked[1])}"
    )
    fitted(sheet, middle, 68, ended, room=RIGHT - LEFT, size=9.5, face="bold", align="centre")


def _span(view: SlipView) -> str:
    return {"monthly": "month", "weekly": "week"}.get(view.slip.terms.frequency, "period")


def _particulars(sheet: Sheet, view: SlipView) -> None:
    """Captions and values in turn, every cell ruled."""
    rows: list[tuple[tuple[str, Sequence[str | Mark]], tuple[str, Sequence[str | Mark]]]] = [
        (("Employee", (view.employee_name,)), (sheet.style.choose("NI number", "N.I. no."), (view.ni_number,))),
        ((sheet.style.choose("Works no.", "Payroll no."), (view.payroll_number,)), ("NI letter", (view.ni_letter,))),
        (("Tax code", view.tax_code), (f"Tax {view.unit.lower()}", (view.tax_period,))),
        ((sheet.style.choose("Pay date", "Date paid"), (view.pay_date,)), ("PAYE reference", (view.paye_reference,))),
    ]
    for index, row in enumerate(rows):
        top = 78 + index * 15.0
        for number, (caption, value) in enumerate(row):
            x0, x1, x2 = CELLS[2 * number : 2 * number + 3]
            sheet.frame(x0, top, x1, top + 15, fill=sheet.tint.soft, stroke=sheet.tint.line)
            sheet.frame(x1, top, x2, top + 15, stroke=sheet.tint.line)
            fitted(sheet, x0 + 4, top + 10.5, caption, room=x1 - x0 - 8, size=8)
            fitted(sheet, x1 + 4, top + 10.5, *value, room=x2 - x1 - 8, size=8.5)


def _account(sheet: Sheet, view: SlipView, paid: list[Row], taken: list[Row], pitch: float) -> float:
    """Pay, less what is taken, is net pay. Returns its last baseline."""
    y, size = TOP, min(8.5, pitch * 0.75)
    captions = [(INNER, "Amount"), (OUTER, "Total")]
    if sheet.style.units:
        captions += [(HOURS, "Hours"), (RATE, "Rate")]
    _ruled(sheet, y, pitch, fill=True)
    sheet.text(LEFT + 4, y, "Details", size=size, face="bold")
    for x, caption in captions:
        sheet.text(x, y, caption, size=size, face="bold", align="right")
    y = _items(sheet, view, paid, y, pitch)
    y = _total(sheet, view, "gross_pay", y + pitch, pitch)
    y += pitch
    _ruled(sheet, y, pitch)
    sheet.text(LEFT + 4, y, sheet.style.choose("Less:", "Less deductions:"), size=size, face="italic")
    y = _items(sheet, view, taken, y, pitch)
    y = _total(sheet, view, "total_deductions", y + pitch, pitch)
    y = _total(sheet, view, "net_pay", y + pitch, pitch)
    for below in (0.3, 0.42):
        sheet.rule(OUTER - 60, y + pitch * below, RIGHT, y + pitch * below, width=0.8)
    return y


def _ruled(sheet: Sheet, y: float, pitch: float, *, fill: bool = False) -> None:
    """The cells of one row."""
    top, bottom = y - pitch * 0.7, y + pitch * 0.3
    if fill:
        sheet.frame(LEFT, top, RIGHT, bottom, fill=sheet.tint.soft)
    edges = (LEFT, *((162.0, 208.0) if sheet.style.units else ()), 256.0, 324.0, RIGHT)
    for x0, x1 in pairwise(edges):
        sheet.frame(x0, top, x1, bottom, stroke=sheet.tint.line, width=0.4)


def _items(sheet: Sheet, view: SlipView, rows: Iterable[Row], y: float, pitch: float) -> float:
    size = min(8.5, pitch * 0.75)
    for row in rows:
        y += pitch
        _ruled(sheet, y, pitch)
        timed = sheet.style.units and row.units is not None and row.rate is not None
        fitted(sheet, LEFT + 10, y, row.label, room=120 if sheet.style.units else 210, size=size)
        if timed:
            sheet.text(HOURS, y, f"{row.units:.2f}", size=size, align="right")
            sheet.text(RATE, y, f"{row.rate:.2f}", size=size, align="right")
        amount_cell(sheet, INNER, y, row, size=size)
        view.note(row, with_ytd=False)
    return y


def _total(sheet: Sheet, view: SlipView, name: str, y: float, pitch: float) -> float:
    size, figure = min(9.0, pitch * 0.78), view.figure(name)
    _ruled(sheet, y, pitch)
    fitted(sheet, LEFT + 4, y, view.label(name), room=126 if sheet.style.units else 218, size=size, face="bold")
    if figure is not None:
        sheet.amount(OUTER, y, name, figure, size=size, face="bold")
    return y


def _information(view: SlipView) -> Iterator[Line]:
    for name in ("taxable_pay", "ni_pay"):
        figure = view.figure(name)
        if figure is not None:
            yield view.label(name), name, figure
    for row in (*view.employer, *view.other):
        if row.amount is not None:
            yield row.label, row.field, row.amount


def _year(view: SlipView) -> Iterator[Line]:
    for name in _YEAR:
        amount = view.ytd(name)
        if amount is not None:
            yield view.label(name), f"ytd_{name}", amount
    for row in view.other:
        if row.ytd is not None:
            yield row.label, f"ytd_{row.field}" if row.field else None, row.ytd


def _table(sheet: Sheet, span: tuple[float, float], y: float, title: str, lines: Sequence[Line], pitch: float) -> None:
    """A table of captions and amounts below its title."""
    x0, x1 = span
    size, edge = min(8.0, pitch * 0.75), x1 - 66
    sheet.frame(x0, y - pitch * 0.7, x1, y + pitch * 0.3, fill=sheet.tint.soft, stroke=sheet.tint.line, width=0.4)
    fitted(sheet, x0 + 4, y, title, room=x1 - x0 - 8, size=size, face="bold")
    for caption, field, amount in lines:
        y += pitch
        sheet.frame(x0, y - pitch * 0.7, edge, y + pitch * 0.3, stroke=sheet.tint.line, width=0.4)
        sheet.frame(edge, y - pitch * 0.7, x1, y + pitch * 0.3, stroke=sheet.tint.line, width=0.4)
        fitted(sheet, x0 + 4, y, caption, room=edge - x0 - 8, size=size)
        sheet.amount(x1 - 4, y, field, amount, size=size)
