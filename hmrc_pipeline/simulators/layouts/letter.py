"""A small firm's covering letter: the payment in its first sentence, a table without rules, the rest in sentences.

Beside the table a word at the margin says of each group of lines whether it was earned, taken off or paid.
"""

from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.money import format_amount
from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Salary", "Basic pay", "Wages"),
    "bonus": ("Bonus",),
    "smp": ("Statutory maternity pay",),
    "ssp": ("Statutory sick pay",),
    "pension_sacrifice": ("Pension salary sacrifice", "Salary sacrifice, pension"),
    "income_tax": ("Income tax", "PAYE income tax", "Tax (PAYE)"),
    "national_insurance": ("National Insurance", "Employee's National Insurance"),
    "employee_pension": ("Pension", "Employee's pension"),
    "student_loan": ("Student loan",),
    "postgraduate_loan": ("Postgraduate loan",),
    "employer_ni": ("Employer's National Insurance", "Employer's NI"),
    "employer_pension": ("Employer's pension", "Employer's pension contribution"),
    "gross_pay": ("Gross pay", "Total pay"),
    "total_deductions": ("Total deductions",),
    "taxable_pay": ("Taxable pay",),
    "ni_pay": ("Pay for National Insurance", "NIable pay"),
    "net_pay": ("Net pay", "Take home pay"),
}
LEFT, LABEL, RIGHT = 62.0, 138.0, 533.0
FIRST, SECOND = 440.0, 529.0
TABLE, BOTTOM = 290.0, 770.0
_PERIODS = {"monthly": "month", "weekly": "week", "fortnightly": "fortnight", "four_weekly": "period"}
Sentence = Sequence[str | Mark | tuple[bool, Row]]


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    _head(sheet, view)
    groups = _groups(view)
    after = _sentences(sheet, view)
    pitch = min(16.0, (BOTTOM - TABLE) / (sum(len(rows) + 0.4 for _, rows in groups) + len(after) + 6))
    y = _table(sheet, view, groups, pitch)
    for sentence in after:
        y += pitch
        _sentence(sheet, view, y, sentence, pitch)
    y += 2 * pitch
    sheet.text(LEFT, y, "Yours sincerely", size=9)
    sheet.text(LEFT, y + 2 * pitch, "The payroll office", size=9)
    if sheet.style.decoys:
        words = "PS: the mileage rate stays at 0.45 a mile, and the summer outing will cost 22.50 a head."
        fitted(sheet, LEFT, BOTTOM + 20, words, room=RIGHT - LEFT, size=9)


def _head(sheet: Sheet, view: SlipView) -> None:
    person, employer = view.slip.employee, view.slip.employer
    fitted(sheet, RIGHT, 62, view.employer_name, room=300, size=12, face="bold", align="right")
    for index, line in enumerate(employer.address):
        fitted(sheet, RIGHT, 77 + 12 * index, line, room=250, size=9, align="right")
    fitted(sheet, LEFT, 128, view.employee_name, room=300, size=10)
    for index, line in enumerate(person.address):
        fitted(sheet, LEFT, 141 + 12 * index, line, room=300, size=9)
    number = sheet.style.choose("Payroll number: ", "Your payroll number: ", "Employee number: ")
    fitted(sheet, RIGHT, 154, number, view.payroll_number, room=210, size=9, align="right")
    sheet.text(LEFT, 208, f"Dear {person.title} {person.surname}", size=10)
    heading = sheet.style.choose("Your pay for tax ", "Payslip for tax ", "Pay advice, tax ")
    fitted(sheet, LEFT, 230, heading, view.unit.lower(), " ", view.tax_period, room=470, size=11, face="bold")
    net = view.figure("net_pay")
    if net is not None:
        paid = ("We paid ", _figure(view, "net_pay", net), " into your bank account on ", view.pay_date, ".")
        fitted(sheet, LEFT, 250, *paid, room=RIGHT - LEFT, size=10)
    often = Mark("pay_frequency", view.frequency.value, view.frequency.text.lower())
    why = " and this is how we arrived at the amount:"
    fitted(sheet, LEFT, 265, "You are paid ", often, why, room=RIGHT - LEFT, size=10)


def _groups(view: SlipView) -> list[tuple[str, list[Row]]]:
    """The word at the margin and the lines it is for, the total of them last."""
    totals = {
        name: Row("other", name, view.label(name), view.figure(name), view.ytd(name))
        for name in ("gross_pay", "total_deductions", "net_pay")
    }
    return [
        (view.style.alike("You earned", "Earnings"), [*view.payments, totals["gross_pay"]]),
        (view.style.alike("We took off", "Deductions"), [*view.deductions, totals["total_deductions"]]),
        (view.style.alike("We paid you", "Paid"), [totals["net_pay"]]),
    ]


def _words(view: SlipView) -> tuple[str, str]:
    """What this period and the year so far are called in the middle of a sentence."""
    return f"this {_PERIODS[view.slip.terms.frequency]}", view.style.alike("since 6 April", "year to date")


def _table(sheet: Sheet, view: SlipView, groups: list[tuple[str, list[Row]]], pitch: float) -> float:
    """Returns the baseline below which the letter goes on."""
    now, year = (SECOND, FIRST) if sheet.style.ytd_first else (FIRST, SECOND)
    for x, words in zip((now, year), _words(view), strict=True):
        caption = words[0].upper() + words[1:]
        fitted(sheet, x, TABLE, caption, room=84, size=8.5, face="italic", align="right")
    y, size = TABLE, min(9.0, pitch * 0.72)
    for word, rows in groups:
        y += 0.4 * pitch
        fitted(sheet, LEFT, y + pitch, word, room=LABEL - LEFT - 8, size=size, face="italic")
        for row in rows:
            y += pitch
            total = row is rows[-1]
            _line(sheet, row, y, size, (now, year), bold=total)
            if not total:
                view.note(row, with_ytd=True)
    return y + 0.8 * pitch


def _line(sheet: Sheet, row: Row, y: float, size: float, edges: tuple[float, float], *, bold: bool) -> None:
    timed = sheet.style.units and row.units is not None and row.rate is not None
    room = 90 if timed else 218
    end = fitted(sheet, LABEL, y, row.label, room=room, size=size, face="bold" if bold else "regular")
    if timed:
        hours = f"{row.units:.2f} hours at {row.rate:.2f}"
        fitted(sheet, end + 6, y, hours, room=min(edges) - 66 - end, size=size * 0.9, face="italic")
    amount_cell(sheet, edges[0], y, row, size=size)
    ytd_cell(sheet, edges[1], y, row, size=size)


def _sentences(sheet: Sheet, view: SlipView) -> list[Sentence]:
    """What stands below the table; a row stands where its figures are told, and whether it is a line of pay."""
    bases = [
        Row("other", name, view.label(name), view.figure(name), view.ytd(name)) for name in ("taxable_pay", "ni_pay")
    ]
    reference = sheet.style.choose("Our PAYE reference is ", "Our employer PAYE reference is ")
    return [
        *((f"{row.label} was ", (False, row), ".") for row in bases),
        *((f"{row.label}, which we pay on top, was ", (True, row), ".") for row in view.employer),
        *((f"{row.label}, taxed but not paid in money, was ", (True, row), ".") for row in view.other),
        ("Your tax code is ", *view.tax_code, " and your National Insurance number ", view.ni_number, "."),
        ("Your National Insurance category letter is ", view.ni_letter, "."),
        (reference, view.paye_reference, "."),
    ]


def _sentence(sheet: Sheet, view: SlipView, y: float, sentence: Sentence, pitch: float) -> None:
    pieces: list[str | Mark] = []
    for piece in sentence:
        if isinstance(piece, tuple):
            counted, row = piece
            pieces += _figures(view, row)
            if counted:
                view.note(row, with_ytd=True)
        else:
            pieces.append(piece)
    fitted(sheet, LEFT, y, *pieces, room=RIGHT - LEFT, size=min(9.0, pitch * 0.72))


def _figures(view: SlipView, row: Row) -> list[str | Mark]:
    """A row's figures in words: `3,000.00 this month and 6,000.00 since 6 April`."""
    now, year = _words(view)
    pieces = [_figure(view, row.field, row.amount), f" {now}"]
    if row.ytd is not None:
        pieces += [" and ", _figure(view, f"ytd_{row.field}" if row.field else None, row.ytd), f" {year}"]
    return pieces


def _figure(view: SlipView, field: str | None, amount: Decimal | None) -> str | Mark:
    if amount is None:
        return "nothing"
    text = view.style.amount(amount)
    return Mark(field, format_amount(amount), text) if field else text
