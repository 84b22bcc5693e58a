"""A mainframe print in fixed pitch: payments, deductions and balances in capitals, shares among the gross benefits."""

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView, Words, amount_cell

__all__ = ["SIZE", "WORDS", "draw"]

SIZE = A4
WORDS: Words = {
    "basic_pay": ("SALARY",),
    "bonus": ("PERFORM BONUS",),
    "smp": ("PAYABLE SMP",),
    "ssp": ("PAYABLE SSP",),
    "spp": ("PAYABLE SPP",),
    "shpp": ("PAYABLE SHPP",),
    "rsu_gross": ("RSUS",),
    "rsu_tax_offset": ("RSU TAX OFFSET",),
    "rsu_excess_refund": ("RSU EXCS REFUND",),
    "pension_sacrifice": ("AE PENSION EE",),
    "employee_pension": ("AE PENSION EE", "PENSION EE"),
    "employer_pension": ("AE PENSION ER",),
    "income_tax": ("TAX PAID", "TAX"),
    "national_insurance": ("NAT. INSURANCE", "NI PAID"),
    "employer_ni": ("EMPLOYER NI",),
    "student_loan": ("STUDENT LOAN",),
    "postgraduate_loan": ("POSTGRAD LOAN",),
    "gross_pay": ("TOTAL PAYMENT:",),
    "total_deductions": ("TOTAL DEDUCTIONS:",),
    "net_pay": ("NET PAY:",),
}
LEFT = 38.4
PITCH, LINE = 4.8, 11.0
_BALANCES = (
    ("taxable_pay", "TAXABLE PAY"),
    ("income_tax", "TAX PAID"),
    ("ni_pay", "NI'ABLE PAY"),
    ("national_insurance", "NI PAID"),
    ("pension_sacrifice", "AE PENSION EE"),
    ("employee_pension", "AE PENSION EE"),
    ("employer_pension", "AE PENSION ER"),
    ("student_loan", "STUDENT LOAN"),
    ("postgraduate_loan", "POSTGRAD LOAN"),
    ("rsu_gross", "RSUS"),
    ("rsu_tax_offset", "RSU TAX OFFSET"),
    ("rsu_excess_refund", "RSU EXCS REFUND"),
)


def draw(sheet: Sheet, view: SlipView) -> None:
    """Draw one slip on a page of its own, every letter on the raster of the printer."""
    _head(sheet, view)
    _rule(sheet, 154)
    for column, title in ((0, "PAYMENTS"), (37, "DEDUCTIONS"), (72, "YEAR TO DATE")):
        _put(sheet, column, 166, title, face="bold")
    _rule(sheet, 171)
    y = _rows(sheet, view, view.payments, 0, 33, 186)
    _rows(sheet, view, view.deductions, 37, 68, 186)
    _benefits(sheet, view, max(y + 18, 310))
    _balances(sheet, view)
    _rule(sheet, 428)
    _totals(sheet, view)
    _foot(sheet, view)


def _x(column: float) -> float:
    return LEFT + column * PITCH


def _put(sheet: Sheet, column: float, y: float, *pieces: str | Mark, face: str = "regular") -> None:
    sheet.run(_x(column), y, *pieces, face="bold" if face == "bold" else "regular")


def _capitals(mark: Mark) -> Mark:
    return Mark(mark.field, mark.value.upper(), mark.text.upper())


def _rule(sheet: Sheet, y: float) -> None:
    sheet.rule(LEFT - 4, y, _x(108), y, width=0.6, colour=sheet.tint.line)


def _head(sheet: Sheet, view: SlipView) -> None:
    sheet.frame(LEFT - 4, 36, _x(108), 520, stroke=sheet.tint.line, width=0.8)
    _put(sheet, 0, 52, _capitals(view.employer_name), face="bold")
    _put(sheet, 88, 52, "PAY STATEMENT", face="bold")
    _rule(sheet, 60)
    rows: list[tuple[float, float, tuple[str | Mark, ...]]] = [
        (0, 76, ("EMPLOYEE    ", _capitals(view.employee_name))),
        (0, 92, ("EMPLOYEE NO ", view.payroll_number)),
        (0, 108, ("NI NUMBER   ", view.ni_number)),
        (0, 124, ("DEPARTMENT  ", (view.slip.terms.department or "HEAD OFFICE").upper())),
        (48, 76, ("PAY DATE      ", view.pay_date)),
        (48, 92, ("TAX PERIOD    ", view.tax_period)),
        (48, 108, ("TAX CODE      ", *view.tax_code)),
        (48, 124, ("NI CATEGORY   ", view.ni_letter)),
        (80, 76, ("PAYE REF ", view.paye_reference)),
        (80, 92, ("PAID     ", Mark("pay_frequency", view.frequency.value, view.frequency.text.upper()))),
        (80, 108, ("METHOD   BACS",)),
    ]
    for column, y, pieces in rows:
        _put(sheet, column, y, *pieces)


def _rows(sheet: Sheet, view: SlipView, rows: tuple[Row, ...], column: int, edge: int, y: float) -> float:
    for row in rows:
        if row.amount is None:
            continue
        _put(sheet, column, y, row.label)
        amount_cell(sheet, _x(edge), y, row)
        view.note(row, with_ytd=False)
        y += LINE
    return y


def _benefits(sheet: Sheet, view: SlipView, y: float) -> None:
    rows = (*view.other, *view.employer)
    if not any(row.amount is not None for row in rows):
        return
    if view.other and any(row.amount is not None for row in view.other):
        _put(sheet, 0, y, "GROSS BENEFITS", face="bold")
        y = _rows(sheet, view, view.other, 0, 33, y + LINE + 2) + 8
    if view.employer:
        _put(sheet, 0, y, "EMPLOYER CONTRIBUTIONS", face="bold")
        _rows(sheet, view, view.employer, 0, 33, y + LINE + 2)


def _balances(sheet: Sheet, view: SlipView) -> None:
    y = 186.0
    for name, caption in _BALANCES:
        amount = view.ytd(name)
        if amount is not None:
            _put(sheet, 72, y, caption)
            sheet.amount(_x(107), y, f"ytd_{name}", amount)
            y += LINE


def _totals(sheet: Sheet, view: SlipView) -> None:
    for name, column, edge in (("gross_pay", 0, 33), ("total_deductions", 37, 68), ("net_pay", 72, 107)):
        amount = view.figure(name)
        if amount is not None:
            if name != "net_pay" or sheet.style.net_label:
                _put(sheet, column, 444, view.label(name), face="bold")
            sheet.amount(_x(edge), 444, name, amount, face="bold")
    _rule(sheet, 452)


def _foot(sheet: Sheet, view: SlipView) -> None:
    for name, column, edge, caption in (("taxable_pay", 0, 33, "TAXABLE PAY"), ("ni_pay", 37, 68, "NI'ABLE PAY")):
        amount = view.figure(name)
        if amount is not None:
            _put(sheet, column, 468, caption)
            sheet.amount(_x(edge), 468, name, amount)
    message = (
        "SHARESAVE: MAXIMUM NOW 500.00 A MONTH" if sheet.style.decoys else "YEAR TO DATE IS FOR THIS EMPLOYMENT ONLY"
    )
    _put(sheet, 0, 492, message)
    _put(sheet, 0, 508, "QUESTIONS: PAYROLL SERVICE DESK, OPTION 3")
