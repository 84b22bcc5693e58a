"""A spreadsheet printed with its cells: what each line is reckoned on stands before it, then pay, deductions, employer.

Every cell is ruled, empty ones too. A base is neither paid nor taken; pay for tax and National Insurance are bases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (841.89, 595.28)
WORDS: Words = {
    "basic_pay": ("Basic salary", "Salary", "Basic pay"),
    "bonus": ("Bonus", "Annual bonus"),
    "smp": ("Statutory maternity pay", "SMP"),
    "ssp": ("Statutory sick pay", "SSP"),
    "pension_sacrifice": ("Pension salary sacrifice", "Salary sacrifice - pension"),
    "income_tax": ("Income tax (PAYE)", "PAYE tax", "Income tax"),
    "national_insurance": ("National Insurance (employee)", "Employee NIC", "National Insurance"),
    "employee_pension": ("Pension (employee)", "Employee pension", "Pension"),
    "student_loan": ("Student loan",),
    "postgraduate_loan": ("Postgraduate loan",),
    "employer_ni": ("National Insurance (employer)", "Employer NIC", "Employer NI"),
    "employer_pension": ("Pension (employer)", "Employer pension"),
    "gross_pay": ("Gross pay", "Total gross pay"),
    "total_deductions": ("Total deductions", "Deductions total"),
    "taxable_pay": ("Taxable pay", "Gross for tax"),
    "ni_pay": ("NIable pay", "Earnings for NI"),
    "net_pay": ("Net pay", "Net pay to bank"),
}
LEFT, RIGHT = 34.0, 808.0
FIRST = 240.0
HEAD, BOTTOM = 122.0, 545.0
CENT = Decimal("0.01")
# A provider that claims relief at source is paid a contribution less the basic rate of tax.
RELIEVED = Decimal("0.8")
_SIDES = {"payments": "Payments", "deductions": "Deductions", "employer": "Employer", "other": "Base"}


@dataclass(frozen=True)
class _Cells:
    """One row of cells: its figures and the column of this period's one."""

    row: Row
    column: str
    bold: bool = False
    base: str = ""
    rate: str = ""


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    fitted(sheet, LEFT, 40, view.employer_name, room=420, size=12, face="bold")
    fitted(sheet, RIGHT, 40, "Payslip - ", view.frequency, room=200, size=12, align="right")
    _particulars(sheet, view)
    groups = _groups(view)
    count = sum(len(cells) + 1 for _, cells in groups) + 1
    pitch = min(16.0, (BOTTOM - HEAD) / count)
    y = _head(sheet, view, pitch)
    for title, cells in groups:
        y += pitch
        sheet.frame(LEFT, y - pitch * 0.72, RIGHT, y + pitch * 0.28, fill=sheet.tint.soft)
        fitted(sheet, LEFT + 4, y, title, room=200, size=pitch * 0.55, face="bold")
        for one in cells:
            y += pitch
            _line(sheet, view, one, y, min(8.2, pitch * 0.6))
    _lattice(sheet, pitch, count)
    if sheet.style.decoys:
        words = "Sheet 1 of 1. Holiday bought costs 96.40 a day; the car park goes up to 3.20 a day in July."
        fitted(sheet, LEFT, 566, words, room=600, size=7.5)


def _particulars(sheet: Sheet, view: SlipView) -> None:
    """Three rows of captions, each with its value in the cell at its right."""
    cells: list[list[tuple[str, Sequence[str | Mark]]]] = [
        [
            ("Employee", (view.employee_name,)),
            (sheet.style.choose("Payroll no.", "Employee no."), (view.payroll_number,)),
            (sheet.style.choose("Pay date", "Date paid"), (view.pay_date,)),
        ],
        [
            (sheet.style.choose("NI number", "National Insurance no."), (view.ni_number,)),
            (sheet.style.choose("NI category", "NI letter"), (view.ni_letter,)),
            (f"Tax {view.unit.lower()}", (view.tax_period,)),
        ],
        [
            ("Department", (view.slip.terms.department or "General",)),
            ("Tax code", view.tax_code),
            (sheet.style.choose("PAYE reference", "PAYE ref."), (view.paye_reference,)),
        ],
    ]
    edges = (LEFT, 130.0, 320.0, 420.0, 560.0, 660.0, RIGHT)
    for number, line in enumerate(cells):
        top = 52 + 16.0 * number
        for index, (caption, value) in enumerate(line):
            x, middle, right = edges[2 * index : 2 * index + 3]
            sheet.frame(x, top, middle, top + 16, fill=sheet.tint.soft, stroke=sheet.tint.line)
            sheet.frame(middle, top, right, top + 16, stroke=sheet.tint.line)
            fitted(sheet, x + 4, top + 11.3, caption, room=middle - x - 8, size=8)
            fitted(sheet, middle + 4, top + 11.3, *value, room=right - middle - 8, size=8.5)


def _groups(view: SlipView) -> list[tuple[str, list[_Cells]]]:
    def total(name: str, column: str) -> _Cells:
        row = Row("other", name, view.label(name), view.figure(name), view.ytd(name))
        return _Cells(row, column, bold=column != "Base")

    def lines(rows: Sequence[Row]) -> list[_Cells]:
        return [_reckoned(view, row) for row in rows]

    bases = [total("taxable_pay", "Base"), total("ni_pay", "Base"), *lines(view.other)]
    groups = [
        (view.style.choose("Pay for tax and National Insurance", "Bases"), bases),
        (view.style.choose("Payments", "Earnings"), [*lines(view.payments), total("gross_pay", "Payments")]),
        ("Deductions", [*lines(view.deductions), total("total_deductions", "Deductions")]),
    ]
    if view.employer:
        groups.append((view.style.choose("Employer contributions", "Paid by the employer"), lines(view.employer)))
    groups.append(("Payment", [total("net_pay", "Payments")]))
    return groups


def _reckoned(view: SlipView, row: Row) -> _Cells:
    """A row with the base its amount is reckoned on, and the rate where base times rate gives the amount."""
    spell, amounts, terms = view.style.amount, view.slip.amounts, view.slip.terms
    column = _SIDES[row.section]
    if row.units is not None and row.rate is not None:
        if not view.style.units:
            return _Cells(row, column)
        return _Cells(row, column, base=f"{row.units:.2f}", rate=f"{row.rate:.4f}")
    if row.amount is None:
        return _Cells(row, column)
    if row.field in {"income_tax", "national_insurance", "employer_ni"}:
        return _Cells(row, column, base=spell(amounts["taxable_pay" if row.field == "income_tax" else "ni_pay"]))
    rate = terms.employer_rate if row.field == "employer_pension" else terms.pension_rate
    if terms.pension == "relief_at_source" and row.field == "employee_pension":
        rate *= RELIEVED
    basic = amounts.get("basic_pay")
    pension = row.field in {"employee_pension", "employer_pension", "pension_sacrifice"}
    if pension and basic is not None and abs(row.amount) == (basic * rate).quantize(CENT, ROUND_HALF_UP):
        return _Cells(row, column, base=spell(basic), rate=f"{rate * 100:.2f}%")
    return _Cells(row, column)


def _edges(sheet: Sheet) -> dict[str, float]:
    """Where the figures of each column end, the columns in the order they stand."""
    money = ["Payments", "Deductions", "Employer"]
    names = ["Base", "Rate", *(("Year to date", *money) if sheet.style.ytd_first else (*money, "Year to date"))]
    wide = (RIGHT - FIRST) / len(names)
    return {name: FIRST + wide * (index + 1) - 5 for index, name in enumerate(names)}


def _head(sheet: Sheet, view: SlipView, pitch: float) -> float:
    """The captions of the columns. Returns their baseline."""
    y = HEAD + pitch * 0.72
    sheet.frame(LEFT, HEAD, RIGHT, HEAD + pitch, fill=sheet.tint.soft)
    size = min(8.0, pitch * 0.6)
    fitted(sheet, LEFT + 4, y, "Description", room=190, size=size, face="bold")
    spoken = {
        "Base": "Units / base",
        "Employer": view.style.choose("Employer", "Employer cost"),
        "Year to date": view.style.choose("Year to date", "YTD"),
    }
    for name, edge in _edges(sheet).items():
        fitted(sheet, edge, y, spoken.get(name, name), room=84, size=size, face="bold", align="right")
    return y


def _line(sheet: Sheet, view: SlipView, cells: _Cells, y: float, size: float) -> None:
    edges, row = _edges(sheet), cells.row
    fitted(sheet, LEFT + 4, y, row.label, room=FIRST - LEFT - 8, size=size, face="bold" if cells.bold else "regular")
    for name, text in (("Base", cells.base), ("Rate", cells.rate)):
        if text:
            sheet.text(edges[name], y, text, size=size, align="right", filled=True)
    amount_cell(sheet, edges[cells.column], y, row, size=size)
    ytd_cell(sheet, edges["Year to date"], y, row, size=size)
    if not cells.bold and row.field not in {"taxable_pay", "ni_pay"}:
        view.note(row, with_ytd=True)


def _lattice(sheet: Sheet, pitch: float, count: int) -> None:
    bottom = HEAD + pitch * count
    for index in range(count + 1):
        sheet.rule(LEFT, HEAD + pitch * index, RIGHT, HEAD + pitch * index, colour=sheet.tint.line)
    for x in (LEFT, FIRST, *(edge + 5 for edge in _edges(sheet).values())):
        sheet.rule(x, HEAD, x, bottom, colour=sheet.tint.line)
