"""A Welsh public body's slip: every caption in both languages, payments with the dates they are for.

In the ruled cells the two captions stand one above the other and the value beside them, between the two lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell, fitted, ytd_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("Basic Pay", "Salary"),
    "bonus": ("Bonus",),
    "ssp": ("Statutory Sick Pay",),
    "smp": ("Statutory Maternity Pay",),
    "spp": ("Statutory Paternity Pay",),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Salary Sacrifice Pension"),
    "income_tax": ("Income Tax", "PAYE Tax"),
    "national_insurance": ("National Insurance", "Employee's NI"),
    "employee_pension": ("Employee's Pension", "Pension"),
    "student_loan": ("Student Loan",),
    "postgraduate_loan": ("Postgraduate Loan",),
    "employer_ni": ("Employer's NI", "Employer's National Insurance"),
    "employer_pension": ("Employer's Pension",),
    "gross_pay": ("Gross Pay", "Total Gross Pay"),
    "total_deductions": ("Total Deductions",),
    "taxable_pay": ("Taxable Pay",),
    "ni_pay": ("NIable Pay", "Earnings for NI"),
    "net_pay": ("Net Pay",),
}
_WELSH = {
    "basic_pay": "Cyflog Sylfaenol", "bonus": "Bonws", "ssp": "Tâl Salwch Statudol", "smp": "Tâl Mamolaeth Statudol",
    "spp": "Tâl Tadolaeth Statudol", "shpp": "Tâl Rhiant a Rennir", "sap": "Tâl Mabwysiadu Statudol",
    "spbp": "Tâl Profedigaeth Rhieni", "sncp": "Tâl Gofal Newyddenedigol",
    "pension_sacrifice": "Aberthu Cyflog at Bensiwn", "income_tax": "Treth Incwm",
    "national_insurance": "Yswiriant Gwladol", "employee_pension": "Pensiwn y Gweithiwr",
    "student_loan": "Benthyciad Myfyriwr", "postgraduate_loan": "Benthyciad Ôl-raddedig",
    "employer_ni": "Yswiriant Gwladol y Cyflogwr", "employer_pension": "Pensiwn y Cyflogwr",
    "gross_pay": "Cyflog Gros", "total_deductions": "Cyfanswm Didyniadau", "taxable_pay": "Cyflog Trethadwy",
    "ni_pay": "Cyflog at Yswiriant Gwladol", "net_pay": "Cyflog Net",
}  # fmt: skip
_WELSH_LINES = {
    "Tax Refund": "Ad-daliad Treth", "PAYE Refund": "Ad-daliad TWE", "Union Subs": "Tanysgrifiad Undeb",
    "Charity Lottery": "Loteri Elusen", "Season Ticket Loan": "Benthyciad Tocyn Tymor",
    "Social Fund": "Cronfa Gymdeithasol", "Car Parking": "Parcio Ceir", "Court Order": "Gorchymyn Llys",
    "Shift Allowance": "Lwfans Sifft", "Car Allowance": "Lwfans Car", "On Call": "Ar Alwad",
    "Private Medical": "Gofal Meddygol Preifat", "Overtime 1.5": "Goramser 1.5",
}  # fmt: skip
_PAID = {"weekly": "Wythnosol", "fortnightly": "Pythefnosol", "four_weekly": "Pedair-wythnosol", "monthly": "Misol"}
LEFT, RIGHT = 36.0, 559.0
HALVES = ((36.0, 293.0), (302.0, 559.0))
FROM, UNTIL, UNITS, RATE, NOW, YEAR = 322.0, 374.0, 424.0, 478.0, 468.0, 553.0
TOP, BOTTOM = 192.0, 700.0
HEAD = 24.0
NO_DATES = frozenset({"rsu_tax_offset", "rsu_excess_refund", "income_tax"})


@dataclass(frozen=True)
class _Twice:
    """A caption in English and Welsh, in the order this payroll prints them."""

    first: str
    second: str

    @property
    def joined(self) -> str:
        return f"{self.first} / {self.second}"


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own."""
    paid = [row for row in view.payments if row.amount is not None]
    lists = [rows for rows in (view.deductions, view.employer, view.other) if rows]
    count = len(paid) + sum(map(len, lists)) + 4
    pitch = min(13.5, (BOTTOM - TOP - (HEAD + 14) * (len(lists) + 1)) / count)
    _head(sheet, view)
    y = _payments(sheet, view, TOP, paid, pitch)
    titles = (
        (("Deductions", "Didyniadau"), view.deductions, "total_deductions"),
        (("Paid by the employer", "Telir gan y cyflogwr"), view.employer, None),
        (("Taxable, not paid", "Trethadwy, heb ei dalu"), view.other, None),
    )
    for words, rows, total in titles:
        if rows:
            y = _list(sheet, view, y, _twice(view, *words), rows, total, pitch)
    _summary(sheet, view, y)
    if sheet.style.decoys:
        message = "Mileage / Milltiroedd: 0.45. Relocation up to 8000.00 / Adleoli hyd at 8000.00."
        fitted(sheet, LEFT, 818, message, room=RIGHT - LEFT, size=7.5)


def _twice(view: SlipView, english: str, welsh: str) -> _Twice:
    """Welsh first where the payroll's wording is odd."""
    return _Twice(welsh, english) if view.style.wording % 2 else _Twice(english, welsh)


def _named(view: SlipView, name: str) -> _Twice:
    return _twice(view, view.label(name), _WELSH[name])


def _worded(view: SlipView, row: Row) -> Row:
    """The row with its label in both languages, where the payroll has a Welsh one."""
    welsh = _WELSH_LINES.get(row.label) or _WELSH.get(row.field or "")
    return replace(row, label=_twice(view, row.label, welsh).joined) if welsh else row


def _stacked(
    sheet: Sheet, x: float, top: float, caption: _Twice, room: float, *, size: float = 7.5, right: bool = False
) -> None:
    """The two captions of a cell one above the other."""
    for text, y, face in ((caption.first, top + 9.5, False), (caption.second, top + 19, True)):
        fitted(
            sheet, x, y, text, room=room, size=size, face="italic" if face else "regular",
            align="right" if right else "left",
        )  # fmt: skip


def _head(sheet: Sheet, view: SlipView) -> None:
    fitted(sheet, LEFT, 46, view.employer_name, room=330, size=13, face="bold")
    title = _twice(view, "Payslip", "Slip Cyflog").joined
    fitted(sheet, RIGHT, 46, title, room=180, size=12, align="right", colour=sheet.tint.strong)
    paid = view.frequency
    unit = "Mis Treth" if view.unit == "Month" else "Wythnos Dreth"
    cells: list[tuple[tuple[str, str], Sequence[str | Mark]]] = [
        (("Name", "Enw"), (view.employee_name,)),
        (("Employee Number", "Rhif y Gweithiwr"), (view.payroll_number,)),
        (("National Insurance Number", "Rhif Yswiriant Gwladol"), (view.ni_number,)),
        (("NI Category", "Categori YG"), (view.ni_letter,)),
        (("Tax Code", "Cod Treth"), view.tax_code),
        ((f"Tax {view.unit}", unit), (view.tax_period,)),
        (("Pay Date", "Dyddiad Talu"), (view.pay_date,)),
        (("Pay Frequency", "Amlder Talu"), (paid, f" / {_PAID[paid.value]}")),
        (("PAYE Reference", "Cyfeirnod TWE"), (view.paye_reference,)),
        (("Department", "Adran"), (view.slip.terms.department or "Corporate",)),
    ]
    for index, (words, value) in enumerate(cells):
        x0, x1 = HALVES[index % 2]
        top = 56 + index // 2 * HEAD
        sheet.frame(x0, top, x1, top + HEAD, stroke=sheet.tint.line)
        sheet.frame(x0, top, x0 + 112, top + HEAD, fill=sheet.tint.soft, stroke=sheet.tint.line)
        _stacked(sheet, x0 + 5, top, _twice(view, *words), 102)
        fitted(sheet, x0 + 119, top + 15, *value, room=x1 - x0 - 125, size=9)


def _band(sheet: Sheet, view: SlipView, top: float, title: _Twice, columns: Sequence[tuple[float, str, str]]) -> float:
    """A table's title and the captions of its columns. Returns the baseline above its first line."""
    sheet.frame(LEFT, top, RIGHT, top + HEAD, fill=sheet.tint.soft, stroke=sheet.tint.line)
    fitted(sheet, LEFT + 5, top + 15, title.joined, room=210, size=9, face="bold", colour=sheet.tint.strong)
    for x, english, welsh in columns:
        _stacked(sheet, x, top, _twice(view, english, welsh), 70 if x > 430 else 45, size=7, right=True)
    return top + HEAD - 2


def _payments(sheet: Sheet, view: SlipView, top: float, rows: Sequence[Row], pitch: float) -> float:
    """What is paid, with the dates it is for. Returns the top of the next table."""
    columns = [(FROM, "From", "O"), (UNTIL, "To", "Hyd at"), (YEAR, "Amount", "Swm")]
    if sheet.style.units:
        columns += [(UNITS, "Units", "Unedau"), (RATE, "Rate", "Cyfradd")]
    y = _band(sheet, view, top, _twice(view, "Payments", "Taliadau"), columns)
    size = min(8.5, pitch * 0.72)
    first, last = view.worked
    for row in (_worded(view, row) for row in rows):
        y += pitch
        fitted(sheet, LEFT + 5, y, row.label, room=FROM - LEFT - 57, size=size)
        if row.field not in NO_DATES:
            fitted(sheet, FROM, y, f"{first:%d/%m/%y}", room=44, size=size, align="right")
            fitted(sheet, UNTIL, y, f"{last:%d/%m/%y}", room=44, size=size, align="right")
        if sheet.style.units and row.units is not None and row.rate is not None:
            sheet.text(UNITS, y, f"{row.units:.2f}", size=size, align="right")
            sheet.text(RATE, y, f"{row.rate:.4f}", size=size, align="right")
        amount_cell(sheet, YEAR, y, row, size=size)
        view.note(row, with_ytd=False)
    return _total(sheet, view, y + pitch, "gross_pay", size, (YEAR, None))


def _edges(sheet: Sheet) -> tuple[float, float]:
    """Where this period's amounts and those to date end."""
    return (YEAR, NOW) if sheet.style.ytd_first else (NOW, YEAR)


def _list(
    sheet: Sheet, view: SlipView, top: float, title: _Twice, rows: Sequence[Row], total: str | None, pitch: float
) -> float:
    """Lines with this period and the year to date. Returns the top of the next table."""
    now, year = _edges(sheet)
    columns = [(now, "This Period", "Y Cyfnod Hwn"), (year, "Year to Date", "Y Flwyddyn hyd yma")]
    y, size = _band(sheet, view, top, title, columns), min(8.5, pitch * 0.72)
    for row in (_worded(view, row) for row in rows):
        y += pitch
        fitted(sheet, LEFT + 5, y, row.label, room=330, size=size)
        amount_cell(sheet, now, y, row, size=size)
        ytd_cell(sheet, year, y, row, size=size)
        view.note(row, with_ytd=True)
    return _total(sheet, view, y + pitch, total, size, (now, year)) if total else y + 14


def _total(sheet: Sheet, view: SlipView, y: float, name: str, size: float, edges: tuple[float, float | None]) -> float:
    """A total below its lines. Returns the top of the next table."""
    sheet.rule(LEFT, y - size * 1.15, RIGHT, y - size * 1.15, colour=sheet.tint.line)
    fitted(sheet, LEFT + 5, y, _named(view, name).joined, room=330, size=size, face="bold")
    for x, field, amount in ((edges[0], name, view.figure(name)), (edges[1], f"ytd_{name}", view.ytd(name))):
        if x is not None and amount is not None:
            sheet.amount(x, y, field, amount, size=size, face="bold")
    return y + 14


def _summary(sheet: Sheet, view: SlipView, top: float) -> None:
    """What counts for the year, and the payment: captions stacked, the figures between their lines."""
    now, year = (331.0, 246.0) if sheet.style.ytd_first else (246.0, 331.0)
    x1 = 338.0
    sheet.frame(LEFT, top, x1, top + HEAD, fill=sheet.tint.soft, stroke=sheet.tint.line)
    _stacked(sheet, LEFT + 5, top, _twice(view, "Summary", "Crynodeb"), 120)
    _stacked(sheet, now, top, _twice(view, "This Period", "Y Cyfnod Hwn"), 70, size=7, right=True)
    _stacked(sheet, year, top, _twice(view, "Year to Date", "Y Flwyddyn hyd yma"), 70, size=7, right=True)
    y = top + HEAD
    for name in ("gross_pay", "taxable_pay", "ni_pay"):
        sheet.frame(LEFT, y, x1, y + HEAD, stroke=sheet.tint.line)
        _stacked(sheet, LEFT + 5, y, _named(view, name), 138)
        for x, field, amount in ((now, name, view.figure(name)), (year, f"ytd_{name}", view.ytd(name))):
            if amount is not None:
                sheet.amount(x, y + 15, field, amount, size=8.5)
        y += HEAD
    _payment(sheet, view, top, view.figure("net_pay"))


def _payment(sheet: Sheet, view: SlipView, top: float, net: Decimal | None) -> None:
    sheet.frame(348, top, RIGHT, top + 2 * HEAD, stroke=sheet.tint.strong, width=1.4)
    if sheet.style.net_label:
        words = _named(view, "net_pay")
        fitted(sheet, 356, top + 20, words.first.upper(), room=84, size=11, face="bold")
        fitted(sheet, 356, top + 36, words.second.upper(), room=84, size=11, face="italic")
    if net is not None:
        sheet.amount(RIGHT - 8, top + 29, "net_pay", net, size=13, face="bold")
    words = _twice(view, "Paid by BACS", "Telir trwy BACS")
    fitted(sheet, 356, top + 64, words.joined, room=196, size=8)
