"""Landscape, with the periods as rows: lists above, and below a ruled matrix of totals, `Current` over `YTD`."""

from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = (841.89, 595.28)
WORDS: Words = {
    "basic_pay": ("Regular Pay", "Salary"),
    "income_tax": ("PAYE", "Income Tax"),
    "national_insurance": ("NI Employee", "Employee NI"),
    "employer_ni": ("NI Employer", "Employer NI"),
}
LEFT, RIGHT = 40.0, 802.0
_COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross_pay", ("Gross Pay", "Gross Earnings")),
    ("taxable_pay", ("Taxable Pay", "Taxable Gross")),
    ("ni_pay", ("NIable Pay", "NI Pay")),
    ("income_tax", ("Tax", "PAYE")),
    ("national_insurance", ("NI Employee", "EE NI")),
    ("employer_ni", ("NI Employer", "ER NI")),
    ("pension", ()),
    ("employer_pension", ("Pension ER", "ER Pension")),
    ("student_loan", ("Student Loan",)),
    ("total_deductions", ("Deductions", "Total Deductions")),
    ("net_pay", ("Net Pay",)),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a landscape page of its own."""
    _head(sheet, view)
    _list(sheet, view, (LEFT, 410.0), sheet.style.choose("Earnings", "Hours and Earnings"), view.payments)
    _list(sheet, view, (432.0, RIGHT), sheet.style.choose("Deductions", "Taxes and Deductions"), view.deductions)
    _benefits(sheet, view)
    _matrix(sheet, view)
    sheet.text(LEFT, 566, "Direct credit: BACS", size=7.5)
    if sheet.style.decoys:
        sheet.text(RIGHT, 566, "Petty cash claims above 25.00 need a receipt.", size=7.5, align="right")


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.value(LEFT, 54, view.employer_name, size=14, face="bold")
    sheet.text(LEFT, 68, ", ".join(view.slip.employer.address), size=7.5)
    sheet.text(RIGHT, 54, "EARNINGS STATEMENT", size=14, align="right")
    pairs: list[tuple[str, tuple[str | Mark, ...]]] = [
        ("Employee", (view.employee_name,)),
        ("Employee ID", (view.payroll_number,)),
        ("NI Number", (view.ni_number,)),
        ("PAYE Reference", (view.paye_reference,)),
        ("Payment Date", (view.pay_date,)),
        ("Pay Frequency", (view.frequency,)),
        (f"Tax {view.unit}", (view.tax_period,)),
        ("Tax Code", view.tax_code),
        ("NI Category", (view.ni_letter,)),
    ]
    sheet.frame(LEFT, 80, RIGHT, 140, stroke=sheet.tint.line)
    for index, (caption, value) in enumerate(pairs):
        x, y = LEFT + 8 + (index // 3) * 258, 96 + (index % 3) * 17
        sheet.text(x, y, f"{caption}:", size=8)
        sheet.run(x + 88, y, *value, size=8.5, face="bold")


def _list(sheet: Sheet, view: SlipView, span: tuple[float, float], title: str, rows: tuple[Row, ...]) -> None:
    x0, x1 = span
    sheet.text(x0, 164, title, size=9.5, face="bold")
    with_units = sheet.style.units and any(row.units is not None for row in rows)
    if with_units:
        sheet.text(x1 - 170, 164, "Hours", size=8, align="right")
        sheet.text(x1 - 100, 164, "Rate", size=8, align="right")
    sheet.text(x1, 164, "Amount", size=8, align="right")
    sheet.rule(x0, 169, x1, 169, width=1)
    y = 184.0
    for row in rows:
        if row.amount is None:
            continue
        sheet.text(x0, y, row.label, size=8.5, fit=x1 - x0 - (220 if with_units else 80))
        if with_units and row.units is not None and row.rate is not None:
            sheet.text(x1 - 170, y, f"{row.units:.2f}", size=8.5, align="right")
            sheet.text(x1 - 100, y, f"{row.rate:.4f}", size=8.5, align="right")
        amount_cell(sheet, x1, y, row, size=8.5)
        view.note(row, with_ytd=False)
        y += 14


def _benefits(sheet: Sheet, view: SlipView) -> None:
    rows = [row for row in (*view.other, *view.employer) if row.amount is not None]
    if not rows:
        return
    sheet.text(LEFT, 376, "Other information", size=8.5, face="bold")
    for index, row in enumerate(rows):
        x, y = LEFT + (index % 3) * 258, 391 + (index // 3) * 13
        sheet.text(x, y, row.label, size=8, fit=120)
        amount_cell(sheet, x + 200, y, row)
        view.note(row, with_ytd=False)


def _matrix(sheet: Sheet, view: SlipView) -> None:
    shown = [(name, captions) for name, captions in _fields(view) if view.ytd(name) is not None]
    first, top = 62.0, 430.0
    width = (RIGHT - LEFT - first) / len(shown)
    rows = ("YTD", "Current") if sheet.style.ytd_first else ("Current", "YTD")
    sheet.frame(LEFT, top, RIGHT, top + 24, fill=sheet.tint.soft)
    for line in (0, 24, 50, 76):
        sheet.rule(LEFT, top + line, RIGHT, top + line, colour=sheet.tint.line)
    for place, row in enumerate(rows):
        sheet.text(LEFT + 6, top + 41 + place * 26, row, size=8.5, face="bold")
    for index, (name, captions) in enumerate(shown):
        edge = LEFT + first + (index + 1) * width - 4
        sheet.rule(edge + 4, top, edge + 4, top + 76, width=0.25, colour=sheet.tint.line)
        caption = sheet.style.alike(*captions)
        sheet.text(edge, top + 15, caption, size=7, align="right", face="bold", fit=width - 6)
        figure, ytd = view.figure(name), view.ytd(name)
        now_y, year_y = (top + 67, top + 41) if sheet.style.ytd_first else (top + 41, top + 67)
        if figure is not None:
            sheet.amount(edge, now_y, name, figure, size=7.8)
        if ytd is not None:
            sheet.amount(edge, year_y, f"ytd_{name}", ytd, size=7.8)
    sheet.frame(LEFT, top, RIGHT, top + 76, stroke=sheet.tint.strong, width=1)


def _fields(view: SlipView) -> list[tuple[str, tuple[str, ...]]]:
    sacrifice = view.ytd("pension_sacrifice") is not None
    pension = (
        ("pension_sacrifice", ("Sal Sacrifice",)) if sacrifice else ("employee_pension", ("Pension EE", "EE Pension"))
    )
    return [pension if name == "pension" else (name, captions) for name, captions in _COLUMNS]
