"""A council's advice: numbered pay elements, and deductions with the employee's and the employer's share in one row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Salary", "Contractual Pay", "Salary - Substantive Post"),
    "bonus": ("Performance Award", "Honorarium Bonus"),
    "ssp": ("Stat Sick Pay", "SSP"),
    "smp": ("Stat Maternity Pay", "SMP"),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Sal Sac Pension Contribution"),
    "income_tax": ("Income Tax", "P.A.Y.E. Tax"),
    "national_insurance": ("National Insurance", "N.I. Contributions"),
    "employee_pension": ("Superannuation", "Pension Contribution"),
    "student_loan": ("Student Loan", "Student Loan Deduction"),
    "postgraduate_loan": ("Postgraduate Loan", "Postgrad Loan Deduction"),
    "gross_pay": ("Total Gross", "Total Pay and Allowances"),
    "total_deductions": ("Total Deductions",),
    "net_pay": ("NET SALARY", "NET AMOUNT PAID", "BANK CREDIT"),
    "taxable_pay": ("Taxable Gross", "Gross Subject to Tax"),
    "ni_pay": ("NI-able Gross", "Gross Subject to NI"),
}
LEFT, RIGHT = 28.0, 567.0
CODE, LABEL = 33.0, 64.0
EDGES = (322.0, 400.0, 482.0, 562.0)
TOP, BOTTOM = 132.0, 690.0
_CODES = {
    "basic_pay": 1000, "bonus": 1460, "ssp": 1710, "smp": 1725, "pension_sacrifice": 2955, "income_tax": 5000,
    "national_insurance": 5100, "employee_pension": 5530, "student_loan": 5840, "postgraduate_loan": 5845,
}  # fmt: skip
_PARTNERS = {
    "employer_ni": ("national_insurance",),
    "employer_pension": ("employee_pension", "pension_sacrifice"),
}
Cell = tuple[str, Sequence[str | Mark]]


@dataclass(frozen=True)
class _Shared:
    """A row of the deductions: what the employee pays, what the employer does."""

    label: str
    own: Row | None
    employer: Row | None


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    shared = _shared(view)
    others = tuple(row for row in view.other if row.amount is not None)
    count = len(view.payments) + len(shared) + len(others) + 10
    pitch = min(14.0, (BOTTOM - TOP) / count)
    y = _pay(sheet, view, TOP, pitch)
    y = _deductions(sheet, view, y + pitch, shared, pitch)
    y = _notional(sheet, view, y + pitch, others, pitch)
    _summary(sheet, view, y + 4)


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 42, view.employer_name, room=380, size=14, face="bold")
    sheet.text(RIGHT, 42, "SALARY ADVICE", size=11, align="right")
    first: list[Cell] = [
        (sheet.style.choose("Pay Reference", "Personnel No.", "Post No."), (view.payroll_number,)),
        (sheet.style.choose("Name", "Employee"), (view.employee_name,)),
        ("Directorate", (view.slip.terms.department or "Corporate Services",)),
        (sheet.style.choose("Date of Payment", "Pay Day"), (view.pay_date,)),
    ]
    second: list[Cell] = [
        ("N.I. No.", (view.ni_number,)),
        (sheet.style.choose("Contribution Letter", "N.I. Table Letter"), (view.ni_letter,)),
        ("Tax Code", view.tax_code),
        (f"Tax {view.unit} No.", (view.tax_period,)),
        (sheet.style.choose("Tax District/Ref.", "HMRC Reference"), (view.paye_reference,)),
        ("Paid", (view.frequency,)),
    ]
    for top, cells, widths in ((52, first, (95, 204, 130, 110)), (86, second, (100, 90, 90, 75, 105, 79))):
        x = LEFT
        for (caption, value), width in zip(cells, widths, strict=True):
            sheet.frame(x, top, x + width, top + 13, fill=sheet.tint.soft, stroke=sheet.tint.line)
            sheet.frame(x, top + 13, x + width, top + 32, stroke=sheet.tint.line)
            fitted(sheet, x + width / 2, top + 9.5, caption, room=width - 8, size=7, align="centre")
            fitted(sheet, x + width / 2, top + 26, *value, room=width - 8, size=9, align="centre")
            x += width


def _columns(sheet: Sheet) -> tuple[float, float, float, float]:
    """Right edges: own and employer's share of this period, own and employer's share of the year."""
    return (EDGES[2], EDGES[3], EDGES[0], EDGES[1]) if sheet.style.ytd_first else EDGES


def _code(row: Row) -> str:
    name = row.field or ""
    return str(_CODES.get(name, (1800 if row.section == "payments" else 6200) + len(row.label)))


def _caption(sheet: Sheet, y: float, code: str, label: str, pitch: float) -> None:
    size = min(8.0, pitch * 0.8)
    sheet.text(CODE, y, code, size=size * 0.9, colour=sheet.tint.caption)
    fitted(sheet, LABEL, y, label, room=EDGES[0] - LABEL - 62, size=size)


def _band(sheet: Sheet, y: float, height: float, title: str) -> None:
    sheet.frame(LEFT, y - 10, RIGHT, y - 10 + height, fill=sheet.tint.soft, stroke=sheet.tint.line)
    sheet.text(CODE, y, title, size=8.5, face="bold")


def _pay(sheet: Sheet, view: SlipView, y: float, pitch: float) -> float:
    size = min(8.0, pitch * 0.8)
    _band(sheet, y, 14, "PAY AND ALLOWANCES")
    amount, year = (EDGES[3], EDGES[2]) if sheet.style.ytd_first else (EDGES[2], EDGES[3])
    for x, caption in ((EDGES[0], "Units"), (EDGES[1], "Rate"), (amount, "Amount"), (year, "To Date")):
        sheet.text(x, y, caption, size=7.5, align="right")
    for row in view.payments:
        y += pitch
        _caption(sheet, y, _code(row), row.label, pitch)
        if row.units is not None and row.rate is not None:
            sheet.text(EDGES[0], y, f"{row.units:.2f}", size=size, align="right")
            sheet.text(EDGES[1], y, f"{row.rate:.4f}", size=size, align="right")
        amount_cell(sheet, amount, y, row, size=size)
        ytd_cell(sheet, year, y, row, size=size)
        view.note(row, with_ytd=True)
    y += pitch + 2
    _totals(sheet, y, view.label("gross_pay"), [
        (amount, "gross_pay", view.figure("gross_pay")), (year, "ytd_gross_pay", view.ytd("gross_pay")),
    ])  # fmt: skip
    return y + 8


def _totals(sheet: Sheet, y: float, caption: str, cells: Sequence[tuple[float, str | None, Decimal | None]]) -> None:
    sheet.rule(LEFT, y - 9.5, RIGHT, y - 9.5, colour=sheet.tint.line)
    fitted(sheet, LABEL, y, caption, room=EDGES[0] - LABEL - 62, size=8.5, face="bold")
    for x, field, amount in cells:
        if amount is not None:
            sheet.amount(x, y, field, amount, size=8.5, face="bold")


def _shared(view: SlipView) -> list[_Shared]:
    rows: list[_Shared] = []
    left = list(view.employer)
    for own in view.deductions:
        partner = next((row for row in left if own.field in _PARTNERS.get(row.field or "", ())), None)
        if partner:
            left.remove(partner)
        label = own.label.removesuffix(" - EE").removesuffix(" EE") if partner else own.label
        rows.append(_Shared(label, own, partner))
    return rows + [_Shared(row.label, None, row) for row in left]


def _deductions(sheet: Sheet, view: SlipView, y: float, rows: list[_Shared], pitch: float) -> float:
    size = min(8.0, pitch * 0.8)
    _band(sheet, y, 26, "DEDUCTIONS")
    own_now, employer_now, own_year, employer_year = _columns(sheet)
    for pair, title in (((own_now, employer_now), "This Period"), ((own_year, employer_year), "Year to Date")):
        middle = (pair[0] + pair[1]) / 2 - 24
        sheet.text(middle, y, title, size=7.5, face="bold", align="centre")
        for x, caption in zip(pair, ("Employee", "Employer"), strict=True):
            sheet.text(x, y + 11, caption, size=7, align="right")
    y += 12
    for row in rows:
        y += pitch
        _caption(sheet, y, _code(row.own) if row.own else "9400", row.label, pitch)
        for part, now, year in ((row.own, own_now, own_year), (row.employer, employer_now, employer_year)):
            if part:
                amount_cell(sheet, now, y, part, size=size)
                ytd_cell(sheet, year, y, part, size=size)
                view.note(replace(part, label=row.label), with_ytd=True)
    y += pitch + 2
    employers = sum((row.employer.amount for row in rows if row.employer and row.employer.amount), Decimal(0))
    _totals(sheet, y, view.label("total_deductions"), [
        (own_now, "total_deductions", view.figure("total_deductions")),
        (own_year, "ytd_total_deductions", view.ytd("total_deductions")),
        (employer_now, None, employers),
    ])  # fmt: skip
    return y + 8


def _notional(sheet: Sheet, view: SlipView, y: float, rows: tuple[Row, ...], pitch: float) -> float:
    if not rows:
        return y
    _band(sheet, y, 14, "NOTIONAL PAY (TAXED, NOT PAID)")
    amount, year = (EDGES[3], EDGES[2]) if sheet.style.ytd_first else (EDGES[2], EDGES[3])
    for x, caption in ((amount, "Amount"), (year, "To Date")):
        sheet.text(x, y, caption, size=7.5, align="right")
    for row in rows:
        y += pitch
        _caption(sheet, y, "7010", row.label, pitch)
        amount_cell(sheet, amount, y, row, size=min(8.0, pitch * 0.8))
        ytd_cell(sheet, year, y, row, size=min(8.0, pitch * 0.8))
        view.note(row, with_ytd=True)
    return y + pitch + 8


def _summary(sheet: Sheet, view: SlipView, y: float) -> None:
    sheet.frame(LEFT, y - 2, 330, y + 52, stroke=sheet.tint.line)
    now, year = (324.0, 236.0) if sheet.style.ytd_first else (236.0, 324.0)
    sheet.text(now, y + 9, "This Period", size=7, align="right")
    sheet.text(year, y + 9, "To Date", size=7, align="right")
    for index, name in enumerate(("taxable_pay", "ni_pay")):
        figure, ytd = view.figure(name), view.ytd(name)
        if figure is not None and ytd is not None:
            fitted(sheet, CODE, y + 24 + 15 * index, view.label(name), room=130, size=8)
            sheet.amount(now, y + 24 + 15 * index, name, figure)
            sheet.amount(year, y + 24 + 15 * index, f"ytd_{name}", ytd)
    sheet.frame(344, y - 2, RIGHT, y + 52, stroke=sheet.tint.strong, width=1.4)
    net = view.figure("net_pay")
    if sheet.style.net_label:
        fitted(sheet, 354, y + 14, view.label("net_pay"), room=200, size=9, face="bold")
    if net is not None:
        sheet.amount(RIGHT - 10, y + 38, "net_pay", net, size=14, face="bold")
    words = "Queries: ring Payroll on extension 2210, quoting your pay reference."
    if sheet.style.decoys:
        words = "The NJC award of 1290.00 a year from 1 April is paid with arrears next month."
    fitted(sheet, LEFT, y + 68, words, room=RIGHT - LEFT, size=7.5)
