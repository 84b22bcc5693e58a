"""A slip set in two columns as a newspaper is: one list that breaks off in the first and goes on in the second.

What is taken carries a minus sign. The payment is the headline, the particulars stand under both columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, taken_cell, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Pay", "Salary", "Contract Pay"),
    "bonus": ("Bonus", "Bonus Payment"),
    "smp": ("Maternity Pay (SMP)", "SMP"),
    "ssp": ("Sick Pay (SSP)", "SSP"),
    "pension_sacrifice": ("Pension Sacrifice", "Sal Sac Pension"),
    "income_tax": ("Income Tax", "PAYE Tax", "PAYE"),
    "national_insurance": ("National Insurance", "NI Contribution"),
    "employee_pension": ("Employee Pension", "Pension"),
    "student_loan": ("Student Loan",),
    "postgraduate_loan": ("Postgraduate Loan", "PG Loan"),
    "employer_ni": ("Employer NI", "Employer NIC"),
    "employer_pension": ("Employer Pension", "Pension (Employer)"),
    "gross_pay": ("Gross Pay", "Total Payments"),
    "total_deductions": ("Total Deductions",),
    "taxable_pay": ("Taxable Pay", "Pay for Tax"),
    "ni_pay": ("NI Pay", "Pay for NI"),
    "net_pay": ("Net Pay", "Take Home Pay"),
}
LEFT, MIDDLE, RIGHT = 36.0, 297.6, 559.0
TOP, PITCH, WIDE = 138.0, 15.0, 248.0


@dataclass(frozen=True)
class _Item:
    """What takes one line of a column: a title where there is no row; `sign` as the figures are printed."""

    title: str
    row: Row | None = None
    sign: int = 1
    total: bool = False


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _headline(sheet, view)
    columns = _broken(list(_items(view)))
    for x, items in zip((LEFT, RIGHT - WIDE), columns, strict=True):
        _captions(sheet, x)
        for index, item in enumerate(items, 1):
            _print(sheet, view, item, x, TOP + PITCH * index)
    bottom = TOP + PITCH * max(len(items) for items in columns) + 12
    sheet.rule(MIDDLE, TOP - 12, MIDDLE, bottom - 6, colour=sheet.tint.line)
    _particulars(sheet, view, bottom)


def _headline(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, MIDDLE, 48, view.employer_name, room=480, size=17, face="bold", align="centre")
    fitted(sheet, MIDDLE, 63, ", ".join(view.slip.employer.address), room=480, size=8, align="centre")
    sheet.rule(LEFT, 72, RIGHT, 72, width=1.4, colour=sheet.tint.strong)
    fitted(sheet, LEFT, 86, view.employee_name, room=210, size=10, face="bold")
    fitted(sheet, MIDDLE, 86, f"{view.unit} ", view.tax_period, room=80, size=10, align="centre")
    fitted(
        sheet, RIGHT, 86, sheet.style.choose("Paid on ", "Pay date "), view.pay_date, room=200, size=10, align="right"
    )
    sheet.rule(LEFT, 92, RIGHT, 92, colour=sheet.tint.line)
    net, year = view.figure("net_pay"), view.ytd("net_pay")
    fitted(sheet, LEFT, 112, view.label("net_pay"), room=120, size=13, face="bold")
    if net is not None:
        sheet.amount(LEFT + WIDE, 112, "net_pay", net, size=13, face="bold")
    if year is not None:
        fitted(sheet, RIGHT - WIDE, 112, f"{view.label('net_pay')} to Date", room=150, size=10)
        sheet.amount(RIGHT, 112, "ytd_net_pay", year, size=10)


def _items(view: SlipView) -> Iterable[_Item]:
    """The whole list, as it would stand in one long column."""
    groups: list[tuple[str, Sequence[Row], str, int]] = [
        (view.style.choose("Payments", "Pay and Allowances"), view.payments, "gross_pay", 1),
        ("Deductions", view.deductions, "total_deductions", -1),
        (view.style.choose("Employer Contributions", "Paid by Your Employer"), view.employer, "", 1),
        (view.style.choose("Taxable Benefits", "Not Paid in Cash"), view.other, "", 1),
    ]
    for title, rows, total, sign in groups:
        if rows:
            yield _Item(title)
        for row in rows:
            yield _Item(title, row, sign)
        if total:
            yield _Item(title, _total(view, total), sign, total=True)
    title = view.style.choose("Pay Subject to Tax and NI", "For Information")
    yield _Item(title)
    for name in ("taxable_pay", "ni_pay"):
        yield _Item(title, _total(view, name))


def _total(view: SlipView, name: str) -> Row:
    return Row("other", name, view.label(name), view.figure(name), view.ytd(name))


def _broken(items: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """The list in two columns of about one length; no title stands last in one, no total first."""
    half = (len(items) + 1) // 2
    while items[half].total or items[half - 1].row is None:
        half -= 1
    first, second = items[:half], items[half:]
    if second[0].row is not None:
        second = [_Item(f"{second[0].title} (continued)"), *second]
    return first, second


def _edges(sheet: Sheet, x: float) -> tuple[float, float]:
    """Where this period's amounts and those to date end in the column that starts at `x`."""
    edges = (x + WIDE - 68, x + WIDE)
    return (edges[1], edges[0]) if sheet.style.ytd_first else edges


def _captions(sheet: Sheet, x: float) -> None:
    now, year = _edges(sheet, x)
    for edge, words in ((now, sheet.style.choose("This Period", "Amount")), (year, "To Date")):
        fitted(sheet, edge, TOP - 3, words, room=62, size=7.5, align="right", colour=sheet.tint.caption)
    sheet.rule(x, TOP + 1, x + WIDE, TOP + 1, colour=sheet.tint.line)


def _print(sheet: Sheet, view: SlipView, item: _Item, x: float, y: float) -> None:
    row = item.row
    if row is None:
        fitted(sheet, x, y, item.title, room=WIDE, size=8.5, face="bold", colour=sheet.tint.strong)
        return
    face, indent = ("bold", 0) if item.total else ("regular", 6)
    timed = sheet.style.units and row.units is not None and row.rate is not None
    room = WIDE - 138 - indent
    end = fitted(sheet, x + indent, y, row.label, room=room / 2 if timed else room, size=8, face=face)  # type: ignore[arg-type]
    if timed:
        fitted(sheet, end + 5, y, f"{row.units:.2f} x {row.rate:.4f}", room=x + WIDE - 138 - end, size=6.5)
    now, year = _edges(sheet, x)
    if item.sign > 0:
        amount_cell(sheet, now, y, row, size=8)
        ytd_cell(sheet, year, y, row, size=8)
    else:
        taken_cell(sheet, now, y, row, size=8)
        if row.ytd is not None:
            to_date = f"ytd_{row.field}" if row.field else None
            sheet.amount(year, y, to_date, -row.ytd, size=8, noted=row.noted(row.ytd))
    if item.total:
        sheet.rule(min(now, year) - 60, y - 10, x + WIDE, y - 10, colour=sheet.tint.line)
    elif row.field not in {"taxable_pay", "ni_pay"}:
        view.note(row, with_ytd=True)


def _particulars(sheet: Sheet, view: SlipView, top: float) -> None:
    """A caption and its value beside it, three times three, under both columns."""
    cells: list[tuple[str, Sequence[str | Mark]]] = [
        (sheet.style.choose("Payroll Number", "Works Number"), (view.payroll_number,)),
        ("Tax Code", view.tax_code),
        (sheet.style.choose("NI Number", "N.I. No."), (view.ni_number,)),
        ("Department", (view.slip.terms.department or "General",)),
        (sheet.style.choose("NI Letter", "NI Category"), (view.ni_letter,)),
        (sheet.style.choose("PAYE Reference", "PAYE Ref"), (view.paye_reference,)),
        ("Pay Frequency", (view.frequency,)),
        ("Paid By", ("BACS",)),
        ("Account Ending", ("4417",)),
    ]
    sheet.rule(LEFT, top, RIGHT, top, width=1.4, colour=sheet.tint.strong)
    for index, (caption, value) in enumerate(cells):
        x, y = LEFT + 178 * (index % 3), top + 16 + 15 * (index // 3)
        fitted(sheet, x, y, caption, room=70, size=7.5, colour=sheet.tint.caption)
        fitted(sheet, x + 76, y, *value, room=90, size=8.5)
    sheet.rule(LEFT, top + 54, RIGHT, top + 54, colour=sheet.tint.line)
    if sheet.style.decoys:
        words = "Our charity raffle made 1,284.00 this year. A ticket for the next draw costs 2.50 at reception."
        fitted(sheet, MIDDLE, top + 68, words, room=RIGHT - LEFT, size=7.5, align="centre")
