"""An enterprise system's remuneration statement: one list without titles, a wage type's code before every caption.

What is taken carries a minus sign behind it, the total of it too, and the currency follows each amount.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Face, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic salary", "Salary", "Basic pay"),
    "bonus": ("Bonus payment", "Annual bonus"),
    "ssp": ("Statutory sick pay", "SSP payment"),
    "smp": ("Statutory maternity pay", "SMP payment"),
    "pension_sacrifice": ("Pension salary sacrifice", "Sal. sacrifice pension"),
    "income_tax": ("Tax deduction", "Income tax", "PAYE tax"),
    "national_insurance": ("NI contribution EE", "Employee's NI", "NI employee"),
    "employee_pension": ("Pension EE", "Employee's pension"),
    "student_loan": ("Student loan deduction", "Student loan"),
    "postgraduate_loan": ("Postgraduate loan deduction", "Postgraduate loan"),
    "employer_ni": ("NI contribution ER", "Employer's NI", "NI employer"),
    "employer_pension": ("Pension ER", "Employer's pension"),
    "gross_pay": ("Total gross pay", "Total gross", "Gross pay"),
    "total_deductions": ("Total deductions", "Sum of deductions"),
    "taxable_pay": ("Taxable pay", "Taxable gross"),
    "ni_pay": ("NIable pay", "NIable gross"),
    "net_pay": ("Net pay", "Payment amount"),
}
LEFT, RIGHT = 42.0, 553.0
TEXT, NUMBER, RATE, AMOUNT, CURRENCY = 74.0, 340.0, 404.0, 516.0, 526.0
CAPTION, COLON, VALUE = 318.0, 416.0, 424.0
HALVES = ((42.0, 288.0), (307.0, 553.0))
TOP, BOTTOM = 214.0, 792.0
_CODES = {
    "basic_pay": "1000", "bonus": "1310", "ssp": "/4S1", "smp": "/4M1", "rsu_tax_offset": "1720",
    "rsu_excess_refund": "1725", "rsu_gross": "1700", "pension_sacrifice": "5SAC", "gross_pay": "/101",
    "income_tax": "/401", "national_insurance": "/403", "employee_pension": "5PEE", "student_loan": "/440",
    "postgraduate_loan": "/445", "total_deductions": "/110", "net_pay": "/560", "taxable_pay": "/102",
    "ni_pay": "/103", "employer_ni": "/404", "employer_pension": "5PER",
}  # fmt: skip
_CUMULATED = (
    "gross_pay", "taxable_pay", "income_tax", "ni_pay", "national_insurance", "pension_sacrifice", "employee_pension",
    "student_loan", "postgraduate_loan", "employer_ni", "employer_pension",
)  # fmt: skip


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    lists = [[row for row in rows if row.amount is not None] for rows in (view.payments, view.deductions)]
    information = [row for row in (*_bases(view), *view.employer, *view.other) if row.amount is not None]
    year = list(_cumulated(view))
    count = sum(map(len, lists)) + len(information) + (len(year) + 1) // 2 + 13
    pitch = min(13.0, (BOTTOM - TOP) / count)
    y = TOP
    if sheet.style.ytd_first:
        y = _year(sheet, view, y, year, pitch) + pitch * 2
    y = _account(sheet, view, y, lists, pitch)
    y = _information(sheet, view, y + pitch * 1.5, information, pitch)
    if not sheet.style.ytd_first:
        _year(sheet, view, y + pitch * 2, year, pitch)
    if sheet.style.decoys:
        words = (
            "Pay scale reclassification: the new hourly minimum is 12.21 GBP. Season ticket loans up to 5000.00 GBP."
        )
        fitted(sheet, LEFT, 812, words, room=RIGHT - LEFT, size=7.5)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 48, view.employer_name, room=330, size=11, face="bold")
    sheet.text(RIGHT, 48, "Page 1 of 1", size=8, align="right")
    fitted(sheet, LEFT, 60, ", ".join(view.slip.employer.address), room=330, size=8)
    fitted(sheet, LEFT, 96, view.employee_name, room=230, size=9)
    for index, line in enumerate(view.slip.employee.address):
        fitted(sheet, LEFT, 108 + index * 12, line, room=230, size=9)
    first, last = (sheet.style.date(day) for day in view.worked)
    title = sheet.style.choose("Remuneration statement", "Earnings statement")
    fitted(sheet, LEFT, 172, title, room=250, size=11, face="bold")
    fitted(sheet, LEFT, 184, f"For period {first} - {last}", room=250, size=8.5)
    pairs: list[tuple[str, Sequence[str | Mark]]] = [
        (sheet.style.choose("Personnel number", "Pers.No."), (view.payroll_number,)),
        ("Cost centre", (view.slip.terms.department or "Central services",)),
        (sheet.style.choose("NI number", "National ins. number"), (view.ni_number,)),
        (sheet.style.choose("NI category", "NI contribution letter"), (view.ni_letter,)),
        ("Tax code", view.tax_code),
        (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ("Payroll area", (view.frequency,)),
        (sheet.style.choose("Payment date", "Date of payment"), (view.pay_date,)),
        (sheet.style.choose("Employer's PAYE ref.", "Tax reference"), (view.paye_reference,)),
    ]
    for index, (caption, value) in enumerate(pairs):
        y = 84 + index * 12.5
        fitted(sheet, CAPTION, y, caption, room=COLON - CAPTION - 6, size=8.5)
        sheet.text(COLON, y, ":", size=8.5)
        fitted(sheet, VALUE, y, *value, room=RIGHT - VALUE, size=8.5)


def _code(row: Row) -> str:
    """A wage type: the system's own for what it computes, the payroll's for the rest."""
    own = _CODES.get(row.field or "")
    return own or f"{2 if row.section == 'payments' else 6}{sum(map(ord, row.label)) % 90 * 10 + 100:03d}"


def _priced(
    sheet: Sheet, x: float, y: float, field: str | None, printed: Decimal, noted: Decimal, size: float, face: Face
) -> None:
    """An amount and its currency."""
    sheet.amount(x, y, field, printed, size=size, face=face, noted=noted)
    sheet.text(x + CURRENCY - AMOUNT, y, "GBP", size=size, face=face)


def _line(sheet: Sheet, view: SlipView, y: float, row: Row, pitch: float, *, taken: bool = False) -> None:
    size = min(8.5, pitch * 0.75)
    sheet.text(LEFT, y, _code(row), size=size)
    timed = sheet.style.units and row.units is not None and row.rate is not None
    fitted(sheet, TEXT, y, row.label, room=215, size=size)
    if timed:
        sheet.text(NUMBER, y, f"{row.units:.2f}", size=size, align="right")
        sheet.text(RATE, y, f"{row.rate:.4f}", size=size, align="right")
    amount = row.amount or Decimal(0)
    _priced(sheet, AMOUNT, y, row.field, -amount if taken else amount, row.noted(amount), size, "regular")


def _total(sheet: Sheet, view: SlipView, y: float, name: str, pitch: float, *, taken: bool = False) -> float:
    size, figure = min(8.5, pitch * 0.75), view.figure(name)
    sheet.rule(LEFT, y - pitch * 0.72, RIGHT, y - pitch * 0.72, colour=sheet.tint.line)
    sheet.text(LEFT, y, _CODES[name], size=size, face="bold")
    fitted(sheet, TEXT, y, view.label(name), room=215, size=size, face="bold")
    if figure is not None:
        _priced(sheet, AMOUNT, y, name, -figure if taken else figure, figure, size, "bold")
    return y


def _account(sheet: Sheet, view: SlipView, y: float, lists: list[list[Row]], pitch: float) -> float:
    """What is paid, what is taken, what is left. Returns its last baseline."""
    size = min(8.5, pitch * 0.75)
    captions = [(AMOUNT, "Amount")]
    if sheet.style.units:
        captions += [(NUMBER, "Number"), (RATE, "Rate")]
    sheet.text(LEFT, y, "WT", size=size, face="bold")
    sheet.text(TEXT, y, "Wage type text", size=size, face="bold")
    for x, caption in captions:
        sheet.text(x, y, caption, size=size, face="bold", align="right")
    sheet.text(CURRENCY, y, "Curr", size=size, face="bold")
    sheet.rule(LEFT, y + pitch * 0.35, RIGHT, y + pitch * 0.35, width=0.9)
    y += pitch * 0.35
    for rows, total, taken in zip(lists, ("gross_pay", "total_deductions"), (False, True), strict=True):
        for row in rows:
            y += pitch
            _line(sheet, view, y, row, pitch, taken=taken)
            view.note(row, with_ytd=False)
        y = _total(sheet, view, y + pitch, total, pitch, taken=taken) + pitch * 0.5
    return _total(sheet, view, y + pitch, "net_pay", pitch)


def _bases(view: SlipView) -> Iterator[Row]:
    for name in ("taxable_pay", "ni_pay"):
        yield Row("other", name, view.label(name), view.figure(name), view.ytd(name))


def _information(sheet: Sheet, view: SlipView, y: float, rows: list[Row], pitch: float) -> float:
    """What is no part of the payment. Returns its last baseline."""
    sheet.rule(LEFT, y - pitch, RIGHT, y - pitch, width=0.9)
    words = sheet.style.choose("Information only, not part of the payment", "Statistical wage types (not paid)")
    fitted(sheet, LEFT, y, words, room=300, size=min(8.5, pitch * 0.75), face="italic")
    for row in rows:
        y += pitch
        _line(sheet, view, y, row, pitch)
        if row.field not in {"taxable_pay", "ni_pay"}:
            view.note(row, with_ytd=False)
    return y


def _cumulated(view: SlipView) -> Iterator[tuple[str, str | None, Decimal]]:
    for name in _CUMULATED:
        amount = view.ytd(name)
        if amount is not None:
            yield "Gross pay" if name == "gross_pay" else view.label(name), f"ytd_{name}", amount
    for row in view.other:
        if row.ytd is not None:
            yield row.label, f"ytd_{row.field}" if row.field else None, row.ytd


def _year(sheet: Sheet, view: SlipView, y: float, cells: list[tuple[str, str | None, Decimal]], pitch: float) -> float:
    """The values of the tax year, in two columns. Returns its last baseline."""
    size, half = min(8.5, pitch * 0.75), (len(cells) + 1) // 2
    words = sheet.style.choose("Cumulated values for tax year", "Year to date values, tax year")
    fitted(sheet, LEFT, y, f"{words} {view.slip.tax_year.label}", room=400, size=size, face="bold")
    sheet.rule(LEFT, y + pitch * 0.35, RIGHT, y + pitch * 0.35, width=0.9)
    y += pitch * 0.35
    for index, (caption, field, amount) in enumerate(cells):
        x0, x1 = HALVES[index // half]
        line = y + pitch * (index % half + 1)
        fitted(sheet, x0, line, caption, room=130, size=size)
        _priced(sheet, x1 - RIGHT + AMOUNT, line, field, amount, amount, size, "regular")
    return y + pitch * half
