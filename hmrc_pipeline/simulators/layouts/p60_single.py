"""The single sheet P60: pounds and pence in boxes of their own, bands in whole pounds, captions that wrap."""

from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.money import format_amount
from hmrc_pipeline.simulators.drawing import Colour, Mark, Sheet
from hmrc_pipeline.simulators.payroll import NiRow, P60Figures

__all__ = ["STATUTORY_CAPTIONS", "draw"]

INK: Colour = (0.10, 0.32, 0.42)
SHADE: Colour = (0.88, 0.94, 0.95)
LEFT, MIDDLE, RIGHT = 34.0, 236.0, 562.0
PENCE = 20.0
STATUTORY_CAPTIONS = {
    "smp": "Statutory Maternity Pay",
    "spp": "Statutory Paternity Pay",
    "shpp": "Statutory Shared Parental Pay",
    "sap": "Statutory Adoption Pay",
    "spbp": "Statutory Parental Bereavement Pay",
    "sncp": "Statutory Neonatal Care Pay",
}
_SINCE = {"shpp": 2015, "spbp": 2020, "sncp": 2025}
"""The year a statutory payment first has a box."""

_NI_COLUMNS: tuple[tuple[float, float, tuple[str, ...]], ...] = (
    (34, 78, ("NIC", "table", "letter")),
    (78, 192, ("Earnings at the Lower", "Earnings Limit (LEL)", "(where earnings are equal", "to or exceed the LEL)")),
    (192, 306, ("Earnings above the LEL,", "up to and including the", "Primary Threshold (PT)")),
    (306, 430, ("Earnings above the PT, up to", "and including the Upper", "Earnings Limit (UEL)")),
    (430, 562, ("Employee's contributions", "due on all earnings", "above the PT")),
)


_NI_COLUMNS_WITH_UAP: tuple[tuple[float, float, tuple[str, ...]], ...] = (
    (34, 74, ("NIC", "table", "letter")),
    (74, 170, ("Earnings at the", "Lower Earnings", "Limit (LEL)")),
    (170, 266, ("Earnings above the", "LEL, up to and", "including the PT")),
    (266, 358, ("Earnings above the", "PT, up to and", "including the Upper", "Accrual Point (UAP)")),
    (358, 450, ("Earnings above the", "UAP, up to and", "including the UEL")),
    (450, 562, ("Employee's", "contributions due", "on all earnings", "above the PT")),
)


def draw(sheet: Sheet, p60: P60Figures, banner: str | Mark | None, issued: Mark | None) -> None:
    """Draw the certificate on the current page."""
    _notice(sheet, p60, banner, issued)
    _employee(sheet, p60)
    _pay(sheet, p60)
    _contributions(sheet, p60)
    _statutory(sheet, p60)
    _loans(sheet, p60)
    _addresses(sheet, p60)


def _notice(sheet: Sheet, p60: P60Figures, banner: str | Mark | None, issued: Mark | None) -> None:
    sheet.text(LEFT, 50, "P60 End of Year Certificate", size=13.5, face="bold", colour=INK)
    ends = Mark("tax_year", p60.tax_year.label, str(p60.tax_year.starts + 1))
    sheet.run(LEFT, 70, "Tax year to 5 April ", ends, size=11, face="bold")
    words = (
        "To the employee:",
        "Keep this certificate in a safe place. You will need",
        "it to fill in a tax return, to claim tax back, or to",
        "show what you earned and were charged.",
        "",
        "By law you have to tell HM Revenue and Customs",
        "about income that is not taxed in full, even when",
        "nobody sends you a tax return.",
        "",
        "The figures marked * should be used for your",
        "tax return, if you get one",
    )
    for index, line in enumerate(words):
        sheet.text(LEFT, 92 + index * 11.5, line, size=7.8, face="bold" if index in {0, 9, 10} else "regular")
    if banner:
        sheet.frame(LEFT, 224, MIDDLE - 14, 240, stroke=INK)
        sheet.run(LEFT + 6, 235, banner, size=8.5, face="bold", colour=INK)
    if issued:
        sheet.run(LEFT, 254, "Date of issue: ", issued, size=7.8)


def _employee(sheet: Sheet, p60: P60Figures) -> None:
    _title(sheet, MIDDLE, 36, RIGHT, "Employee's details")
    person = p60.employee
    nino = person.nino.value
    pairs = " ".join((nino[:2], nino[2:4], nino[4:6], nino[6:8], nino[8:]))
    _boxed(sheet, 62, "Surname", Mark("surname", person.surname, person.surname), 330, RIGHT - 6)
    _boxed(sheet, 82, "Forenames or initials", Mark("forenames", person.forenames, person.forenames), 330, RIGHT - 6)
    _boxed(sheet, 102, "National Insurance number", Mark("ni_number", nino, pairs), 346, 440)
    number = Mark("payroll_number", p60.payroll_number, p60.payroll_number)
    sheet.text(446, 98, "Works/payroll", size=7)
    sheet.text(446, 106, "number", size=7)
    sheet.frame(494, 92, RIGHT - 6, 107, stroke=INK)
    sheet.value(498, 103, number, size=8.5)
    sheet.frame(MIDDLE, 36, RIGHT, 114, stroke=INK)


def _boxed(sheet: Sheet, y: float, caption: str, mark: Mark, x0: float, x1: float) -> None:
    sheet.text(MIDDLE + 6, y, caption, size=7.8)
    sheet.frame(x0, y - 10, x1, y + 5, stroke=INK)
    sheet.value(x0 + 4, y + 1, mark, size=9)


def _pay(sheet: Sheet, p60: P60Figures) -> None:
    top = 122.0
    _title(sheet, MIDDLE, top, RIGHT, "Pay and Income Tax details")
    pay, tax = 344.0, 450.0
    for x, caption in ((pay, "Pay"), (tax, "Tax deducted")):
        sheet.text(x + 46, top + 24, caption, size=8, face="bold", align="centre")
        sheet.text(x + 70, top + 35, "£", size=8, align="right")
        sheet.text(x + 84, top + 35, "p", size=8, align="centre")
    sheet.text(RIGHT - 4, top + 43, "if refund mark 'R'", size=5.6, face="italic", align="right")
    previous = p60.previous
    rows: list[tuple[tuple[str, ...], str, Decimal | None, Decimal | None]] = [
        (
            ("In previous", "employment(s)"),
            "previous",
            previous.pay if previous else None,
            previous.tax if previous else None,
        ),
        (("In this", "employment"), "this", p60.pay, p60.tax),
        (
            ("Total", "for year"),
            "total",
            p60.pay + (previous.pay if previous else 0),
            p60.tax + (previous.tax if previous else 0),
        ),
    ]
    for index, (captions, name, paid, taken) in enumerate(rows):
        y = top + 58 + index * 26
        for line, caption in enumerate(captions):
            sheet.text(MIDDLE + 6, y - 4 + line * 9, caption, size=7.8)
        if name == "this":
            sheet.text(pay - 10, y + 3, "*", size=11, face="bold")
            sheet.text(tax - 10, y + 3, "*", size=11, face="bold")
        _pounds_and_pence(sheet, pay, y, f"pay_{name}", paid)
        _pounds_and_pence(sheet, tax, y, f"tax_{name}", taken)
    y = top + 136
    sheet.text(MIDDLE + 6, y + 1, "Final tax code", size=7.8)
    sheet.frame(pay, y - 10, pay + 92, y + 6, stroke=INK)
    sheet.run(pay + 5, y + 1, *_code(p60), size=9.5)
    sheet.frame(MIDDLE, top, RIGHT, top + 148, stroke=INK)


def _code(p60: P60Figures) -> Sequence[str | Mark]:
    printed = Mark("tax_code", p60.code.value, p60.code.value)
    if p60.code.basis is None:
        return (printed,)
    return printed, "  ", Mark("tax_basis", p60.code.basis, p60.code.basis)


def _pounds_and_pence(
    sheet: Sheet, x: float, y: float, field: str, amount: Decimal | None, width: float = 72.0
) -> None:
    """A box for the pounds and a smaller one for the pence; both stay empty when there is nothing to certify."""
    sheet.frame(x, y - 11, x + width, y + 7, stroke=INK)
    sheet.frame(x + width, y - 11, x + width + PENCE, y + 7, stroke=INK)
    if amount is None:
        return
    pounds, pence = f"{abs(amount):.2f}".split(".")
    mark = Mark(field, format_amount(amount), f"{pounds} {pence}")
    end = sheet.pair(x + width - 5, x + width + 5, y + 2, mark, size=9.5)
    if amount < 0:
        sheet.text(max(end, x + width + PENCE) + 2.5, y + 2, "R", size=9.5, filled=True)


def _contributions(sheet: Sheet, p60: P60Figures) -> None:
    top = 280.0
    _title(sheet, LEFT, top, RIGHT, "National Insurance contributions in this employment")
    rows_top = top + 72
    older = any(row.uap_uel is not None for row in p60.ni_rows)
    columns = _NI_COLUMNS_WITH_UAP if older else _NI_COLUMNS
    for x0, x1, lines in columns:
        for index, line in enumerate(lines):
            sheet.text((x0 + x1) / 2, top + 26 + index * 8.5, line, size=6.8, align="centre")
        if x0 > LEFT:
            sheet.rule(x0, top + 15, x0, rows_top + 76, colour=INK)
    bands = [x1 for _, x1, _ in columns[1:-1]]
    for x in (*(edge - 8 for edge in bands), 524.0):
        sheet.text(x, rows_top - 4, "£", size=7.5, align="right")
    sheet.text(544, rows_top - 4, "p", size=7.5, align="centre")
    sheet.rule(LEFT, rows_top, RIGHT, rows_top, colour=INK)
    for index in range(4):
        sheet.rule(LEFT, rows_top + 19 * (index + 1), RIGHT, rows_top + 19 * (index + 1), width=0.3, colour=INK)
    sheet.rule(530, rows_top, 530, rows_top + 76, width=0.3, colour=INK)
    for number, row in enumerate(p60.ni_rows[:4], 1):
        _ni_row(sheet, number, row, rows_top + 19 * number - 6, bands)
    sheet.frame(LEFT, top, RIGHT, rows_top + 76, stroke=INK)


def _ni_row(sheet: Sheet, number: int, row: NiRow, y: float, bands: Sequence[float]) -> None:
    sheet.value(54, y, Mark(f"ni_{number}_letter", row.letter, row.letter), size=9.5, align="centre")
    cells: list[tuple[str | None, Decimal]] = [("lel", row.lel), ("lel_pt", row.lel_pt), ("pt_uel", row.pt_uel)]
    if row.uap_uel is not None:
        cells[2:] = [(None, row.pt_uel), (None, row.uap_uel)]
    for edge, (name, amount) in zip(bands, cells, strict=True):
        if name:
            mark = Mark(f"ni_{number}_{name}", format_amount(amount), f"{amount:.0f}")
            sheet.value(edge - 8, y, mark, size=9.5, align="right")
        else:
            sheet.text(edge - 8, y, f"{amount:.0f}", size=9.5, align="right", filled=True)
    pounds, pence = f"{row.employee:.2f}".split(".")
    mark = Mark(f"ni_{number}_employee", format_amount(row.employee), f"{pounds} {pence}")
    sheet.pair(525, 537, y, mark, size=9.5)


def _statutory(sheet: Sheet, p60: P60Figures) -> None:
    top = 436.0
    _title(sheet, LEFT, top, RIGHT, "Statutory payments included in the pay 'In this employment' figure above")
    year = p60.tax_year.starts
    captions = [(name, caption) for name, caption in STATUTORY_CAPTIONS.items() if year >= _SINCE.get(name, 0)]
    for index, (name, caption) in enumerate(captions):
        x, y = LEFT + (index % 2) * 266, top + 33 + (index // 2) * 24
        first, _, rest = caption.partition(" Pay")[0].rpartition(" ")
        sheet.text(x + 6, y - 3, first, size=7.5)
        sheet.text(x + 6, y + 5.5, f"{rest} Pay", size=7.5)
        _pounds_and_pence(sheet, x + 160, y, name, p60.statutory.get(name))
    sheet.frame(LEFT, top, RIGHT, top + 94, stroke=INK)


def _loans(sheet: Sheet, p60: P60Figures) -> None:
    top = 538.0
    _title(sheet, LEFT, top, RIGHT, "Other details")
    for x, name, caption, amount in (
        (LEFT, "student_loan", "Student Loan deductions", p60.student_loan),
        (300.0, "postgraduate_loan", "Postgraduate Loan deductions", p60.postgraduate_loan),
    ):
        if name == "postgraduate_loan" and p60.tax_year.starts < 2019:
            continue
        sheet.text(x + 6, top + 28, caption, size=7.5)
        sheet.text(x + 6, top + 37, "in this employment", size=7.5)
        sheet.text(x + 6, top + 45.5, "(whole £s only)", size=6.5)
        sheet.frame(x + 160, top + 22, x + 244, top + 42, stroke=INK)
        sheet.text(x + 166, top + 35, "£", size=8)
        if amount is not None:
            sheet.value(x + 238, top + 35, Mark(name, format_amount(amount), f"{amount:.0f}"), size=9.5, align="right")
    sheet.frame(LEFT, top, RIGHT, top + 54, stroke=INK)


def _addresses(sheet: Sheet, p60: P60Figures) -> None:
    top, person, employer = 604.0, p60.employee, p60.employer
    sheet.frame(LEFT, top, 290, top + 96, stroke=INK)
    sheet.text(LEFT + 6, top + 12, "To employee", size=7.5, face="bold", colour=INK)
    lines = (f"{person.title} {person.initials} {person.surname}", *person.address)
    for index, line in enumerate(lines):
        sheet.text(LEFT + 16, top + 30 + index * 13, line, size=9, filled=True)
    sheet.frame(300, top, RIGHT, top + 96, stroke=INK)
    sheet.text(306, top + 12, "Your employer's full name and address (including postcode)", size=7.5, colour=INK)
    sheet.value(314, top + 28, Mark("employer_name", employer.name, employer.name), size=9)
    for index, line in enumerate(employer.address):
        sheet.text(314, top + 41 + index * 12, line, size=9, filled=True)
    sheet.text(306, top + 87, "Employer PAYE reference", size=7.5, colour=INK)
    reference = employer.paye_reference.value
    sheet.frame(416, top + 76, RIGHT - 6, top + 92, stroke=INK)
    sheet.value(422, top + 87, Mark("paye_reference", reference, reference.replace("/", " / ")), size=9.5)
    notice = (
        "Certificate by Employer/Paying Office:",
        "This form shows your total pay for Income Tax purposes in this employment for the year. Overtime, bonus,",
        "commission and the statutory payments above are included in it.",
    )
    for index, line in enumerate(notice):
        sheet.text(LEFT, top + 116 + index * 11, line, size=7.8, face="regular" if index else "bold")
    sheet.text(LEFT, 800, "P60(Single sheet)", size=8, face="bold", colour=INK)
    sheet.text(
        RIGHT, 800, f"{p60.tax_year.starts}-{(p60.tax_year.starts + 1) % 100:02d}", size=8, align="right", colour=INK
    )


def _title(sheet: Sheet, x0: float, top: float, x1: float, text: str) -> None:
    sheet.frame(x0, top, x1, top + 15, fill=SHADE, stroke=INK)
    sheet.text(x0 + 6, top + 11, text, size=8.5, face="bold", colour=INK)
