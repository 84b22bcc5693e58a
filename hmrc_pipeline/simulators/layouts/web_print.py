"""A page of a pay portal printed from a browser: one column, particulars as sentences, two figures under every caption.

What is taken is printed with a minus sign. A long slip goes on overleaf, where the browser breaks the page.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Salary", "Regular pay", "Ordinary pay"),
    "bonus": ("Variable pay - bonus", "Bonus award"),
    "ssp": ("Statutory sick pay", "Sick pay (SSP)"),
    "smp": ("Statutory maternity pay", "Maternity pay (SMP)"),
    "pension_sacrifice": ("Salary exchange - pension", "Pension by salary exchange"),
    "income_tax": ("Income tax deducted", "PAYE deduction", "Tax (PAYE)"),
    "national_insurance": ("National Insurance deducted", "NI contribution", "Employee NI contribution"),
    "employee_pension": ("Pension contribution", "Pension deducted"),
    "student_loan": ("Student loan deducted", "Student loan"),
    "postgraduate_loan": ("Postgraduate loan deducted", "Postgraduate loan"),
    "employer_ni": ("Employer NI contribution", "National Insurance paid by employer"),
    "employer_pension": ("Employer contribution to pension", "Pension paid by employer"),
    "gross_pay": ("Gross earnings", "Earnings before deductions"),
    "total_deductions": ("Deductions in total", "Sum of deductions"),
    "net_pay": ("Net amount paid", "Net earnings", "Amount transferred to you"),
    "taxable_pay": ("Earnings for income tax", "Taxable earnings"),
    "ni_pay": ("Earnings for National Insurance", "NICable earnings"),
}
LEFT, RIGHT = 66.0, 530.0
INDENT, ONE, SECOND, TWO = 78.0, 232.0, 268.0, 422.0
TOP, BOTTOM = 58.0, 786.0
ITEM = 27.0


@dataclass
class _Flow:
    """Where the browser has come to on its pages."""

    sheet: Sheet
    view: SlipView
    y: float = TOP

    def go(self, height: float, *, kept: float = 0) -> float:
        """Room of that height and what is kept with it, on a new page where this one has none. Returns its baseline."""
        if self.y + height + kept > BOTTOM:
            self.sheet.next_page()
            self.margins()
            self.y = TOP
        self.y += height
        return self.y

    def margins(self) -> None:
        """What a browser prints on every page: when, what, from where."""
        printed = (self.view.slip.pay_date + timedelta(days=3)).strftime("%d/%m/%Y, 08:41")
        self.sheet.text(24, 28, printed, size=7)
        self.sheet.text(571, 28, "My payslips", size=7, align="right")
        self.sheet.text(24, 822, "https://people.example/pay/slips/latest", size=7)
        self.sheet.text(571, 822, f"Page {self.sheet.page}", size=7, align="right")


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on as many pages as it needs."""
    flow = _Flow(sheet, view)
    flow.margins()
    _particulars(flow)
    _section(flow, sheet.style.choose("Earnings", "What we paid"), view.payments)
    _total(flow, "gross_pay")
    _section(flow, sheet.style.choose("Deductions", "What we deducted"), view.deductions, sign=-1)
    _total(flow, "total_deductions", sign=-1)
    _total(flow, "net_pay", large=True)
    _heading(flow, "Earnings that count")
    for name in ("taxable_pay", "ni_pay"):
        _total(flow, name, face="regular")
    _section(flow, "Paid by us, not part of your earnings", view.employer)
    _section(flow, "Taxed but not paid in money", view.other)
    if sheet.style.decoys:
        words = "Book your flu jab now: the 14.99 fee is on us. Season ticket loans up to 5,000.00 are open."
        fitted(sheet, LEFT, flow.go(24), words, room=RIGHT - LEFT, size=8)


def _particulars(flow: _Flow) -> None:
    view, sheet = flow.view, flow.sheet
    day = view.slip.pay_date
    spelt = view.style.choose(f"{day:%A} {day.day} {day:%B %Y}", view.pay_date.text, f"{day:%a} {day.day} {day:%b %Y}")
    paid = Mark("pay_date", day.isoformat(), spelt)
    fitted(sheet, LEFT, flow.go(16), "Payslip from ", view.employer_name, room=RIGHT - LEFT, size=16, face="bold")
    lines: list[tuple[str | Mark, ...]] = [
        ("For ", view.employee_name, " | payroll number ", view.payroll_number),
        (sheet.style.choose("Paid ", "Paid on "), paid, " | tax ", view.unit.lower(), " ", view.tax_period),
        ("Paid ", Mark("pay_frequency", view.frequency.value, view.frequency.text.lower()), " by bank transfer"),
        ("Tax code ", *view.tax_code, " | employer reference ", view.paye_reference),
        ("National Insurance number ", view.ni_number, " | category ", view.ni_letter),
    ]
    flow.go(6)
    for line in lines:
        fitted(sheet, LEFT, flow.go(15), *line, room=RIGHT - LEFT, size=9.5)


def _heading(flow: _Flow, title: str) -> None:
    y = flow.go(34, kept=2 * ITEM)
    flow.sheet.text(LEFT, y, title, size=13, face="bold", colour=flow.sheet.tint.strong)
    flow.sheet.rule(LEFT, y + 4, RIGHT, y + 4, colour=flow.sheet.tint.line)
    flow.y += 4


def _section(flow: _Flow, title: str, rows: tuple[Row, ...], *, sign: int = 1) -> None:
    if not rows:
        return
    _heading(flow, title)
    for row in rows:
        back = sign < 0 and row.amount is not None and row.amount < 0
        label = f"{row.label} (given back to you)" if back else row.label
        y = flow.go(ITEM)
        fitted(flow.sheet, LEFT, y - 11, label, room=RIGHT - LEFT - 150, size=9.5)
        if flow.sheet.style.units and row.units is not None and row.rate is not None:
            hours = f"{row.units:.2f} hours at {row.rate:.2f}"
            fitted(flow.sheet, RIGHT, y - 11, hours, room=140, size=8, align="right")
        noted = (
            None if row.amount is None else row.noted(row.amount),
            None if row.ytd is None else row.noted(row.ytd),
        )
        _pair(flow, y, row.field, (row.amount, row.ytd), noted, sign=sign)
        flow.view.note(replace(row, label=label), with_ytd=True)


def _pair(
    flow: _Flow,
    y: float,
    field: str | None,
    amounts: tuple[Decimal | None, Decimal | None],
    noted: tuple[Decimal | None, Decimal | None],
    *,
    sign: int = 1,
) -> None:
    """This pay and the tax year, each with its caption before it."""
    sheet = flow.sheet
    captions = (sheet.style.choose("This pay", "In this payslip"), sheet.style.choose("This tax year", "Tax year"))
    places = ((INDENT, ONE), (SECOND, TWO))
    if sheet.style.ytd_first:
        places = (places[1], places[0])
    names = (field, f"ytd_{field}" if field else None)
    for (x, edge), caption, name, amount, value in zip(places, captions, names, amounts, noted, strict=True):
        if amount is not None:
            sheet.text(x, y, caption, size=8, colour=sheet.tint.caption)
            sheet.amount(edge, y, name, sign * amount, size=8.5, noted=value)


def _total(flow: _Flow, name: str, *, sign: int = 1, face: str = "bold", large: bool = False) -> None:
    figure, ytd = flow.view.figure(name), flow.view.ytd(name)
    if figure is None:
        return
    y = flow.go(ITEM + 8 if large else ITEM)
    if large:
        flow.sheet.frame(LEFT - 6, y - 25, RIGHT, y + 6, fill=flow.sheet.tint.soft)
    if name != "net_pay" or flow.sheet.style.net_label:
        flow.sheet.text(LEFT, y - 12, flow.view.label(name), size=10, face="bold" if face == "bold" else "regular")
    _pair(flow, y, name, (figure, ytd), (figure, ytd), sign=sign)
