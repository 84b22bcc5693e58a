"""A substitute P60: one column of captions and amounts with a decimal point, in the payroll's own style."""

from decimal import Decimal

from hmrc_pipeline.money import format_amount
from hmrc_pipeline.simulators.drawing import Mark, Sheet
from hmrc_pipeline.simulators.layouts.p60_single import STATUTORY_CAPTIONS
from hmrc_pipeline.simulators.payroll import P60Figures

__all__ = ["draw"]

LEFT, RIGHT = 56.0, 540.0
PAY, TAX = 400.0, 520.0


def draw(sheet: Sheet, p60: P60Figures, banner: str | Mark | None, issued: Mark | None) -> None:
    """Draw the certificate on the current page."""
    _head(sheet, p60, banner, issued)
    y = _pay(sheet, p60, 232)
    y = _contributions(sheet, p60, y + 24)
    y = _others(sheet, p60, y + 24)
    sheet.rule(LEFT, y + 6, RIGHT, y + 6, colour=sheet.tint.line)
    words = "Pay is for Income Tax purposes in this employment. Keep this certificate: it cannot be issued twice."
    sheet.text(LEFT, y + 22, words, size=7.5, face="italic")
    sheet.text(LEFT, 800, "Substitute P60, approved layout", size=7, colour=sheet.tint.caption)


def _head(sheet: Sheet, p60: P60Figures, banner: str | Mark | None, issued: Mark | None) -> None:
    employer, person = p60.employer, p60.employee
    sheet.value(LEFT, 62, Mark("employer_name", employer.name, employer.name), size=13, face="bold")
    sheet.text(LEFT, 76, ", ".join(employer.address), size=8)
    reference = employer.paye_reference.value
    sheet.run(LEFT, 92, "Employer PAYE reference: ", Mark("paye_reference", reference, reference), size=9)
    ends = Mark("tax_year", p60.tax_year.label, str(p60.tax_year.starts + 1))
    sheet.text(RIGHT, 62, "P60 END OF YEAR CERTIFICATE", size=11, face="bold", align="right", colour=sheet.tint.strong)
    wide = sheet.text_width(f"Tax year to 5 April {ends.text}", 10)
    sheet.run(RIGHT - wide, 78, "Tax year to 5 April ", ends, size=10)
    if banner:
        words = banner if isinstance(banner, str) else banner.text
        sheet.run(RIGHT - sheet.text_width(words, 9, "bold"), 94, banner, size=9, face="bold")
    if issued:
        wide = sheet.text_width(f"Date of issue {issued.text}", 8)
        sheet.run(RIGHT - wide, 108, "Date of issue ", issued, size=8)
    sheet.rule(LEFT, 116, RIGHT, 116, width=1, colour=sheet.tint.strong)
    pairs: list[tuple[str, Mark]] = [
        ("Surname", Mark("surname", person.surname, person.surname)),
        ("Forenames", Mark("forenames", person.forenames, person.forenames)),
        ("National Insurance number", Mark("ni_number", person.nino.value, person.nino.value)),
        ("Works/payroll number", Mark("payroll_number", p60.payroll_number, p60.payroll_number)),
    ]
    for index, (caption, mark) in enumerate(pairs):
        y = 136 + index * 15
        sheet.text(LEFT, y, caption, size=9, colour=sheet.tint.caption)
        sheet.value(LEFT + 150, y, mark, size=9)


def _title(sheet: Sheet, y: float, text: str) -> None:
    sheet.frame(LEFT, y - 12, RIGHT, y + 5, fill=sheet.tint.soft)
    sheet.text(LEFT + 6, y, text, size=9, face="bold", colour=sheet.tint.strong)


def _pay(sheet: Sheet, p60: P60Figures, y: float) -> float:
    _title(sheet, y, "Pay and Income Tax details")
    sheet.text(PAY, y, "Pay (£)", size=8.5, face="bold", align="right")
    sheet.text(TAX, y, "Tax deducted (£)", size=8.5, face="bold", align="right")
    previous = p60.previous
    rows: list[tuple[str, str, Decimal, Decimal]] = []
    if previous:
        rows.append(("In previous employment(s)", "previous", previous.pay, previous.tax))
    rows.append(("In this employment *", "this", p60.pay, p60.tax))
    before = (previous.pay, previous.tax) if previous else (Decimal(0), Decimal(0))
    rows.append(("Total for year", "total", p60.pay + before[0], p60.tax + before[1]))
    for caption, name, pay, tax in rows:
        y += 18
        sheet.text(LEFT + 6, y, caption, size=9)
        sheet.amount(PAY, y, f"pay_{name}", pay, size=9)
        _tax(sheet, y, f"tax_{name}", tax)
    y += 18
    sheet.text(LEFT + 6, y, "Final tax code", size=9)
    code = Mark("tax_code", p60.code.value, p60.code.value)
    end = sheet.value(PAY - 40, y, code, size=9)
    if p60.code.basis:
        sheet.value(end + 6, y, Mark("tax_basis", p60.code.basis, p60.code.basis), size=9)
    return y


def _tax(sheet: Sheet, y: float, field: str, tax: Decimal) -> None:
    if tax >= 0:
        sheet.amount(TAX, y, field, tax, size=9)
        return
    text = sheet.style.amount(abs(tax))
    sheet.value(TAX, y, Mark(field, format_amount(tax), text), size=9, align="right")
    sheet.text(TAX + 4, y, "R", size=9)


def _contributions(sheet: Sheet, p60: P60Figures, y: float) -> float:
    _title(sheet, y, "National Insurance contributions in this employment")
    edges = (LEFT + 40, 190.0, 290.0, 400.0, TAX)
    captions = (
        ("NIC", "letter"),
        ("Earnings", "at the LEL"),
        ("LEL to PT", ""),
        ("PT to UEL", ""),
        ("Employee's", "contributions"),
    )
    y += 18
    for edge, (first, second) in zip(edges, captions, strict=True):
        sheet.text(edge, y, first, size=7.5, align="right")
        sheet.text(edge, y + 9, second, size=7.5, align="right")
    y += 10
    for number, row in enumerate(p60.ni_rows, 1):
        y += 15
        sheet.value(edges[0], y, Mark(f"ni_{number}_letter", row.letter, row.letter), size=9, align="right")
        for edge, name, amount in zip(
            edges[1:4], ("lel", "lel_pt", "pt_uel"), (row.lel, row.lel_pt, row.pt_uel), strict=True
        ):
            text = f"{amount:,.0f}" if sheet.style.thousands else f"{amount:.0f}"
            sheet.value(edge, y, Mark(f"ni_{number}_{name}", format_amount(amount), text), size=9, align="right")
        sheet.amount(TAX, y, f"ni_{number}_employee", row.employee, size=9)
    return y


def _others(sheet: Sheet, p60: P60Figures, y: float) -> float:
    _title(sheet, y, "Statutory payments and other details")
    loans = {"student_loan": p60.student_loan, "postgraduate_loan": p60.postgraduate_loan}
    for name, amount in p60.statutory.items():
        y += 17
        sheet.text(LEFT + 6, y, STATUTORY_CAPTIONS[name], size=9)
        sheet.amount(TAX, y, name, amount, size=9)
    for name, loan in loans.items():
        if loan is not None:
            y += 17
            sheet.text(LEFT + 6, y, f"{name.split('_')[0].capitalize()} Loan deductions (whole £s only)", size=9)
            sheet.value(TAX, y, Mark(name, format_amount(loan), f"{loan:.0f}"), size=9, align="right")
    return y + 12
