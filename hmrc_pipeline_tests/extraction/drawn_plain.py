"""A made-up payslip in words no rule knows, with its date written month first and its net pay without a label."""

import io

from reportlab.pdfgen.canvas import Canvas

__all__ = ["FIELDS", "plain_words"]

FIELDS = {
    "pay_date": "2025-04-25",
    "ni_number": "QQ123456C",
    "tax_code": "1257L",
    "income_tax": "38.20",
    "national_insurance": "15.90",
    "gross_pay": "472.50",
    "net_pay": "414.40",
    "ytd_income_tax": "114.60",
    "basic_pay": "412.50",
    "employer_pension": "14.18",
    "employer_name": "Quayside Bakers Ltd",
    "employee_name": "Robin Sample",
    "ytd_gross_pay": "1387.50",
    "ytd_basic_pay": "1237.50",
    "ytd_employer_pension": "42.54",
    "ytd_national_insurance": "47.70",
}


def plain_words(*, shift: float = 0.0) -> bytes:
    """The slip's PDF, moved by some points."""
    buffer = io.BytesIO()
    paper = Canvas(buffer, pagesize=(420, 360), invariant=1)

    def put(left: float, top: float, text: str, *, bold: bool = False, size: float = 9, right: bool = False) -> None:
        paper.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        (paper.drawRightString if right else paper.drawString)(left + shift, 360 - top - shift, text)

    put(24, 30, "Quayside Bakers Ltd", bold=True, size=14)
    put(396, 30, "Your weekly envelope", size=10, right=True)
    for left, caption, value in (
        (24, "Made out to", "Robin Sample"),
        (130, "State number", "QQ123456C"),
        (230, "Code from the taxman", "1257L"),
        (340, "Bank day", "04/25/2025"),
    ):
        put(left, 56, caption, size=7)
        put(left, 67, value, bold=True)
    for left, title, heading in ((24, "What you made", "Now"), (222, "What went", "Now")):
        put(left, 96, title, bold=True, size=10)
        put(left + 130, 96, heading, size=7, right=True)
        put(left + 174, 96, "Up to now", size=7, right=True)
    rows = [
        (24, 112, "Oven hours", "412.50", "1,237.50"),
        (24, 126, "Evening extra", "60.00", "150.00"),
        (222, 112, "For the Revenue", "38.20", "114.60"),
        (222, 126, "For the state", "15.90", "47.70"),
        (222, 140, "Tea fund", "4.00", "12.00"),
        (222, 154, "Baker's pot (ours)", "14.18", "42.54"),
        (24, 190, "In all", "472.50", "1,387.50"),
    ]
    for left, top, label, now, to_date in rows:
        put(left, top, label)
        put(left + 130, top, now, right=True)
        put(left + 174, top, to_date, right=True)
    paper.rect(300 + shift, 360 - 250 - shift, 96, 30)
    put(390, 241, "£414.40", bold=True, size=16, right=True)
    put(24, 241, "In your bank:", size=9)
    put(24, 300, "Flour allowance left: 3 sacks. Ask Robin about summer hours.", size=7)
    paper.showPage()
    paper.save()
    return buffer.getvalue()
