"""A slip as an application shows it: figures in tiles with the caption below, the year so far under every line."""

from collections.abc import Sequence
from datetime import date

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Base pay", "Your salary", "Contracted pay"),
    "bonus": ("Bonus pay", "Quarterly bonus"),
    "ssp": ("Statutory sick pay",),
    "smp": ("Statutory maternity pay", "Maternity pay (SMP)"),
    "pension_sacrifice": ("Pension salary sacrifice", "Pension (salary sacrifice)"),
    "income_tax": ("Income tax", "Tax"),
    "national_insurance": ("National Insurance", "Your National Insurance"),
    "employee_pension": ("Your pension", "Workplace pension"),
    "student_loan": ("Student loan",),
    "postgraduate_loan": ("Postgraduate loan",),
    "employer_ni": ("Employer National Insurance", "Employer's National Insurance"),
    "employer_pension": ("Employer pension", "Employer's pension payment"),
    "gross_pay": ("Pay before deductions", "Total earned", "Gross"),
    "total_deductions": ("Total taken off", "All deductions"),
    "net_pay": ("Paid to you", "Your take-home pay", "Into your bank account"),
    "taxable_pay": ("Pay that is taxed", "Taxable"),
    "ni_pay": ("Counts for NI", "NI earnings"),
}
LEFT, MIDDLE, RIGHT = 44.0, 297.5, 551.0
GUTTER = 10.0
LISTS, YEAR, FACTS = 186.0, 668.0, 744.0


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    fitted(sheet, LEFT, 52, view.employer_name, room=330, size=13, face="bold")
    fitted(sheet, LEFT, 70, "Payslip for ", view.employee_name, room=330, size=10)
    fitted(sheet, RIGHT, 70, _day(view), room=150, size=10, align="right")
    names = ("net_pay", "gross_pay", "total_deductions")
    _tiles(sheet, 86, [_figure(view, name) for name in names], size=17, height=66, first=True)
    others = tuple(row for row in view.other if row.amount is not None)
    left = [(sheet.style.choose("What you earned", "Pay"), view.payments), ("Taxed, not paid to you", others)]
    right = [
        (sheet.style.choose("What was taken off", "Deductions"), view.deductions),
        (sheet.style.choose("What your employer pays on top", "Employer costs"), view.employer),
    ]
    for x0, x1, lists in ((LEFT, MIDDLE - GUTTER, left), (MIDDLE + GUTTER, RIGHT, right)):
        _lists(sheet, view, x0, x1, lists)
    _bases(sheet, view)
    _facts(sheet, view)
    if sheet.style.decoys:
        words = "You have 412.00 left in your cycle to work plan. New: save from 5.00 a month with us."
        fitted(sheet, LEFT, 822, words, room=RIGHT - LEFT, size=7)


def _day(view: SlipView) -> Mark:
    """The payday with a weekday or an ordinal, as people write it."""
    day = view.slip.pay_date
    text = view.style.choose(view.pay_date.text, day.strftime("%a %d %b %Y"), f"{_ordinal(day)} {day:%B %Y}")
    return Mark("pay_date", day.isoformat(), text)


def _ordinal(day: date) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th") if day.day // 10 != 1 else "th"
    return f"{day.day}{ending}"


def _figure(view: SlipView, name: str, *, ytd: bool = False, caption: str = "") -> tuple[str, Mark] | None:
    amount = view.ytd(name) if ytd else view.figure(name)
    if amount is None:
        return None
    return caption or view.label(name), Mark(f"ytd_{name}" if ytd else name, f"{amount:.2f}", view.style.amount(amount))


def _tiles(
    sheet: Sheet,
    top: float,
    cells: Sequence[tuple[str, Mark] | None],
    *,
    size: float,
    height: float,
    first: bool = False,
) -> None:
    shown = [cell for cell in cells if cell is not None]
    width = (RIGHT - LEFT + GUTTER) / len(shown) - GUTTER
    for index, (caption, mark) in enumerate(shown):
        x0 = LEFT + index * (width + GUTTER)
        strong = first and index == 0
        white = (1.0, 1.0, 1.0)
        colour, soft = (white, white) if strong else ((0.0, 0.0, 0.0), sheet.tint.caption)
        sheet.frame(x0, top, x0 + width, top + height, fill=sheet.tint.strong if strong else sheet.tint.soft, radius=5)
        room, middle = width - 10, x0 + width / 2
        fitted(
            sheet, middle, top + height * 0.5, mark,
            room=room, size=size, face="bold", align="centre", colour=colour,
        )  # fmt: skip
        fitted(
            sheet, middle, top + height * 0.82, caption,
            room=room, size=min(8.5, size * 0.8), align="centre", colour=soft,
        )  # fmt: skip


def _lists(sheet: Sheet, view: SlipView, x0: float, x1: float, lists: Sequence[tuple[str, tuple[Row, ...]]]) -> None:
    shown = [(title, rows) for title, rows in lists if rows]
    count = sum(len(rows) for _, rows in shown) + 1.5 * len(shown)
    pitch = min(25.0, (YEAR - 26 - LISTS) / count)
    y = LISTS
    for title, rows in shown:
        sheet.text(x0, y, title, size=10.5, face="bold", colour=sheet.tint.strong)
        y += 17
        for row in rows:
            _row(sheet, view, x0, x1, y, row)
            y += pitch
        y += pitch * 0.5


def _row(sheet: Sheet, view: SlipView, x0: float, x1: float, y: float, row: Row) -> None:
    fitted(sheet, x0, y, row.label, room=x1 - x0 - 76, size=8.5)
    amount_cell(sheet, x1, y, row, size=8.5)
    if row.ytd is not None:
        words = sheet.style.choose("Tax year so far ", "So far this tax year ", "Since 6 April ")
        end = sheet.text(x0, y + 8.6, words, size=6.6, colour=sheet.tint.caption)
        sheet.amount(
            end, y + 8.6, f"ytd_{row.field}" if row.field else None, row.ytd,
            size=6.6, align="left", noted=row.noted(row.ytd),
        )  # fmt: skip
    if sheet.style.units and row.units is not None and row.rate is not None:
        fitted(sheet, x1, y + 8.6, f"{row.units:g} h at {row.rate:.2f}", room=80, size=6.6, align="right")
    view.note(row, with_ytd=True)


def _bases(sheet: Sheet, view: SlipView) -> None:
    sheet.text(LEFT, YEAR, sheet.style.choose("This payslip", "This pay"), size=9, face="bold")
    sheet.text(LEFT + (RIGHT - LEFT + GUTTER) / 3, YEAR, "Tax year so far", size=9, face="bold")
    words = ("Gross", "Taxable", "NI earnings", "Paid to you")
    names = ("gross_pay", "taxable_pay", "ni_pay", "net_pay")
    cells = [_figure(view, name) for name in ("taxable_pay", "ni_pay")]
    cells += [_figure(view, name, ytd=True, caption=word) for name, word in zip(names, words, strict=True)]
    _tiles(sheet, YEAR + 6, cells, size=9.5, height=38)


def _facts(sheet: Sheet, view: SlipView) -> None:
    """Particulars, each over its caption."""
    facts: list[tuple[tuple[str | Mark, ...], str]] = [
        ((view.ni_number,), "National Insurance number"),
        ((view.ni_letter,), sheet.style.choose("NI category letter", "NI category")),
        (view.tax_code, "Tax code"),
        ((view.tax_period,), f"Tax {view.unit.lower()}"),
        ((view.payroll_number,), sheet.style.choose("Payroll ID", "Employee number")),
        ((view.paye_reference,), "Employer PAYE reference"),
        ((view.frequency,), "Pay schedule"),
    ]
    for index, (value, caption) in enumerate(facts):
        x, y = LEFT + index % 4 * 130, FACTS + index // 4 * 32
        fitted(sheet, x, y, *value, room=120, size=9.5)
        fitted(sheet, x, y + 11, caption, room=120, size=7, colour=sheet.tint.caption)
