"""A wages register cut into slips, landscape: every item a column under its own caption, the periods as rows.

A long caption goes on in a second line; the total of a band of columns stands in its last one.
"""

from collections.abc import Sequence

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (841.89, 595.28)
WORDS: Words = {
    "basic_pay": ("Basic Pay", "Salary"),
    "bonus": ("Bonus", "Performance Bonus"),
    "smp": ("Statutory Maternity Pay", "SMP"),
    "ssp": ("Statutory Sick Pay", "SSP"),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Sal Sac Pension"),
    "income_tax": ("PAYE Tax", "Income Tax", "Tax"),
    "national_insurance": ("National Insurance", "Employee NI", "NI Employee"),
    "employee_pension": ("Employee Pension", "Pension"),
    "student_loan": ("Student Loan",),
    "postgraduate_loan": ("Postgraduate Loan",),
    "employer_ni": ("Employer NI", "NI Employer"),
    "employer_pension": ("Employer Pension", "Employers Pension"),
    "gross_pay": ("Total Gross Pay", "Gross Pay", "Total Payments"),
    "total_deductions": ("Total Deductions",),
    "taxable_pay": ("Gross for Tax", "Taxable Gross Pay", "Taxable Pay"),
    "ni_pay": ("Earnings for NI", "NIable Gross", "NIable Pay"),
    "net_pay": ("Net Pay", "Total Amount Paid"),
}
LEFT, RIGHT = 24.0, 818.0
FIRST, WIDE = 98.0, 80.0
COLUMNS = 9
HEAD, ROW = 24.0, 14.0


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    fitted(sheet, LEFT, 40, view.employer_name, room=420, size=13, face="bold")
    fitted(sheet, LEFT, 53, ", ".join(view.slip.employer.address), room=420, size=8)
    sheet.text(RIGHT, 40, "Payslip", size=13, align="right")
    _particulars(sheet, view)
    y = _band(sheet, view, 128, "Payments", view.payments, "gross_pay")
    y = _band(sheet, view, y, "Deductions", view.deductions, "total_deductions")
    bases = tuple(
        Row("other", name, view.label(name), view.figure(name), view.ytd(name)) for name in ("taxable_pay", "ni_pay")
    )
    y = _columns(sheet, view, y, "For Information", (*bases, *view.employer, *view.other), None)
    for row in (*view.employer, *view.other):
        view.note(row, with_ytd=True)
    _net(sheet, view, y + 6)


def _captioned(
    sheet: Sheet, x: float, y: float, caption: str, room: float, *, right: bool = False, bold: bool = False
) -> None:
    """A caption whose last line stands at `y`; it goes on in a second line where one has no room for it."""
    size, face = 7.5, "bold" if bold else "regular"
    lines = [caption]
    words = caption.split()
    if len(words) > 1 and sheet.text_width(caption, size, face) > room:  # type: ignore[arg-type]
        cut = min(range(1, len(words)), key=lambda at: max(len(" ".join(words[:at])), len(" ".join(words[at:]))))
        lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    for index, line in enumerate(lines):
        above = 8.8 * (len(lines) - 1 - index)
        fitted(
            sheet, x, y - above, line, room=room, size=size,
            face="bold" if bold else "regular", align="right" if right else "left",
        )  # fmt: skip


def _particulars(sheet: Sheet, view: SlipView) -> None:
    cells: list[tuple[float, str, Sequence[str | Mark]]] = [
        (146, "Employee Name", (view.employee_name,)),
        (62, sheet.style.choose("Employee Number", "Works Number"), (view.payroll_number,)),
        (96, "Department", (view.slip.terms.department or "General",)),
        (84, sheet.style.choose("National Insurance Number", "NI Number"), (view.ni_number,)),
        (54, sheet.style.choose("NI Table Letter", "NI Category"), (view.ni_letter,)),
        (70, "Tax Code", view.tax_code),
        (44, f"Tax {view.unit}", (view.tax_period,)),
        (70, sheet.style.choose("Pay Frequency", "Paid"), (view.frequency,)),
        (86, sheet.style.choose("Payment Date", "Date Paid"), (view.pay_date,)),
        (82, sheet.style.choose("Employer PAYE Reference", "PAYE Reference"), (view.paye_reference,)),
    ]
    x, top = LEFT, 66.0
    sheet.frame(LEFT, top, RIGHT, top + HEAD, fill=sheet.tint.soft)
    for width, caption, value in cells:
        sheet.frame(x, top, x + width, top + HEAD, stroke=sheet.tint.line)
        sheet.frame(x, top + HEAD, x + width, top + HEAD + 18, stroke=sheet.tint.line)
        _captioned(sheet, x + 4, top + HEAD - 4, caption, width - 8)
        fitted(sheet, x + 4, top + HEAD + 12.5, *value, room=width - 8, size=8.5)
        x += width


def _band(sheet: Sheet, view: SlipView, top: float, title: str, rows: Sequence[Row], total: str) -> float:
    """The columns of one kind, as many below each other as they need, their total in the last. Returns the next top."""
    size = COLUMNS - 1
    parts = [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]
    for part in parts:
        last = (
            Row("other", total, view.label(total), view.figure(total), view.ytd(total)) if part is parts[-1] else None
        )
        top = _columns(sheet, view, top, title, part, last)
    for row in rows:
        view.note(row, with_ytd=True)
    return top


def _columns(sheet: Sheet, view: SlipView, top: float, title: str, rows: Sequence[Row], total: Row | None) -> float:
    """One matrix of columns. Returns the top of the next."""
    timed = view.style.units and any(row.units is not None for row in rows)
    periods = [sheet.style.choose("This Period", "Current"), sheet.style.choose("Year to Date", "YTD")]
    if view.style.ytd_first:
        periods.reverse()
    captions = [*(("Hours", "Rate") if timed else ()), *periods]
    bottom = top + HEAD + ROW * len(captions)
    sheet.frame(LEFT, top, RIGHT, top + HEAD, fill=sheet.tint.soft)
    if total:
        sheet.frame(RIGHT - WIDE, top, RIGHT, bottom, fill=sheet.tint.soft)
    _lattice(sheet, top, bottom, len(captions))
    _captioned(sheet, LEFT + 4, top + HEAD - 4, title, FIRST - LEFT - 8, bold=True)
    for index, caption in enumerate(captions):
        fitted(sheet, LEFT + 4, top + HEAD + ROW * (index + 1) - 4, caption, room=FIRST - LEFT - 8, size=8)
    for number, row in enumerate(rows):
        _column(sheet, view, FIRST + WIDE * (number + 1) - 4, top, row, timed=timed)
    if total:
        _column(sheet, view, RIGHT - 4, top, total, timed=timed)
    return bottom + 10


def _lattice(sheet: Sheet, top: float, bottom: float, rows: int) -> None:
    sheet.frame(LEFT, top, RIGHT, bottom, stroke=sheet.tint.line)
    for index in range(rows):
        y = top + HEAD + ROW * index
        sheet.rule(LEFT, y, RIGHT, y, colour=sheet.tint.line)
    for index in range(COLUMNS):
        sheet.rule(FIRST + WIDE * index, top, FIRST + WIDE * index, bottom, colour=sheet.tint.line)


def _column(sheet: Sheet, view: SlipView, edge: float, top: float, row: Row, *, timed: bool) -> None:
    _captioned(sheet, edge, top + HEAD - 4, row.label, WIDE - 8, right=True)
    y = top + HEAD - 4
    if timed:
        y += 2 * ROW
        if row.units is not None and row.rate is not None:
            sheet.text(edge, y - ROW, f"{row.units:.2f}", align="right")
            sheet.text(edge, y, f"{row.rate:.4f}", align="right")
    now, year = (2, 1) if view.style.ytd_first else (1, 2)
    amount_cell(sheet, edge, y + now * ROW, row, size=7.8)
    ytd_cell(sheet, edge, y + year * ROW, row, size=7.8)


def _net(sheet: Sheet, view: SlipView, top: float) -> None:
    """The payment at the right, a message at the left."""
    words = "Please tell the wages office within seven days if anything is wrong."
    if sheet.style.decoys:
        words = "Holiday remaining 11.50 days. The works outing costs 18.00 a head; names to the office by Friday."
    fitted(sheet, LEFT, top + 18, words, room=480, size=8)
    sheet.frame(RIGHT - 3 * WIDE, top, RIGHT, top + 28, stroke=sheet.tint.strong, width=1.2)
    if sheet.style.net_label:
        fitted(sheet, RIGHT - 3 * WIDE + 8, top + 18, view.label("net_pay"), room=110, size=10, face="bold")
    net = view.figure("net_pay")
    if net is not None:
        sheet.amount(RIGHT - 8, top + 18, "net_pay", net, size=11.5, face="bold")
