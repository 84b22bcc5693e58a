"""Plain print without a single rule: captions, leaders of dots, a column for now and one carried forward."""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic pay", "Wages", "Salary"),
    "income_tax": ("P.A.Y.E.", "Income tax"),
    "national_insurance": ("Nat. Ins.", "N.I. contribution"),
    "gross_pay": ("Total pay", "Gross pay"),
    "total_deductions": ("Total deductions",),
    "net_pay": ("Amount payable", "Net pay"),
    "taxable_pay": ("Taxable pay", "Subject to tax"),
    "ni_pay": ("Ni'able pay", "Earnings for NI"),
    "employer_ni": ("Employer's N.I.", "Ers NI"),
    "employer_pension": ("Employer's pension", "Ers pension"),
}
LEFT, NOW, FORWARD = 60.0, 400.0, 500.0
LEADER = 330.0
LINE = 12.5


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    now, forward = (FORWARD, NOW) if sheet.style.ytd_first else (NOW, FORWARD)
    y = _head(sheet, view)
    sheet.text(now, y, sheet.style.choose("This period", "Amount"), align="right")
    sheet.text(forward, y, sheet.style.choose("To date", "c/f", "This year"), align="right")
    y = _rows(sheet, view, view.payments, y + LINE, (now, forward))
    y = _figure(sheet, view, "gross_pay", y, (now, forward)) + LINE
    y = _rows(sheet, view, view.deductions, y, (now, forward))
    y = _figure(sheet, view, "total_deductions", y, (now, None)) + LINE
    y = _figure(sheet, view, "net_pay", y, (now, None)) + LINE
    y = _rows(sheet, view, view.employer, y, (now, forward))
    y = _rows(sheet, view, view.other, y, (now, forward))
    for name in ("taxable_pay", "ni_pay"):
        y = _figure(sheet, view, name, y, (now, forward))
    if sheet.style.decoys:
        sheet.text(LEFT, y + LINE, "Overpayment of 1,020.00 in 2019 has been written off (ref 4471-02).")


def _head(sheet: Sheet, view: SlipView) -> float:
    date = sheet.style.choose("Date paid", "Paid on")
    lines: list[tuple[tuple[str | Mark, ...], tuple[str | Mark, ...]]] = [
        ((view.employer_name,), ("PAYE ref ", view.paye_reference)),
        ((view.employee_name,), ("Works No ", view.payroll_number)),
        (("NI No ", view.ni_number), ("NI code ", view.ni_letter)),
        (("Tax code ", *view.tax_code), (f"{view.unit} no ", view.tax_period)),
        ((f"{date} ", view.pay_date), ("Paid ", view.frequency)),
    ]
    y = 64.0
    for left, right in lines:
        sheet.run(LEFT, y, *left, size=9)
        sheet.run(360, y, *right, size=9)
        y += LINE + 1
    return y + LINE


def _caption(sheet: Sheet, y: float, text: str) -> None:
    end = sheet.text(LEFT, y, text, fit=LEADER - LEFT - 20)
    dot = sheet.text_width(".", 8)
    count = int((LEADER - end - 6) / dot)
    sheet.text(LEADER, y, "." * count, align="right")


def _rows(sheet: Sheet, view: SlipView, rows: tuple[Row, ...], y: float, columns: tuple[float, float]) -> float:
    for row in rows:
        _caption(sheet, y, row.label)
        amount_cell(sheet, columns[0], y, row)
        ytd_cell(sheet, columns[1], y, row)
        view.note(row, with_ytd=True)
        y += LINE
    return y


def _figure(sheet: Sheet, view: SlipView, name: str, y: float, columns: tuple[float, float | None]) -> float:
    figure, ytd = view.figure(name), view.ytd(name)
    if figure is None:
        return y
    if name != "net_pay" or sheet.style.net_label:
        _caption(sheet, y, view.label(name))
    sheet.amount(columns[0], y, name, figure)
    if columns[1] is not None and ytd is not None:
        sheet.amount(columns[1], y, f"ytd_{name}", ytd)
    return y + LINE
