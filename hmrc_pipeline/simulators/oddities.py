"""Files that are no payslip and no P60, or that do harm: what a folder of documents holds besides.

Each is made up and deterministic. How they are refused or listed belongs to the reading.
"""

import zlib
from decimal import Decimal

from hmrc_pipeline.simulators.career import PaidEmployment
from hmrc_pipeline.simulators.drawing import A4, Sheet
from hmrc_pipeline.simulators.samples import Record, Sample
from hmrc_pipeline.simulators.style import Style

__all__ = [
    "bomb",
    "foreign_payslip",
    "letter",
    "not_a_pdf",
    "p11d",
    "p45",
    "take_home_sheet",
    "truncated",
    "without_text",
]

Line = tuple[float, float, str]


def not_a_pdf() -> bytes:
    """Bytes that only have the name of a PDF."""
    return b"PK\x03\x04 this is the beginning of something else entirely\n" * 20


def truncated(content: bytes) -> bytes:
    """The first half of a file, as a broken download leaves it."""
    return content[: len(content) // 2]


def without_text() -> bytes:
    """A page with rules and frames and not one letter."""
    sheet = Sheet(A4, Style(), title="", record=Record())
    for row in range(12):
        sheet.frame(60, 90 + row * 50, 530, 130 + row * 50, stroke=(0.2, 0.2, 0.2))
    return sheet.finish()


def bomb(megabytes: int = 56) -> bytes:
    """A file of less than a kilobyte whose one page unpacks to so many megabytes of drawing.

    Never open it outside a limited process.
    """
    stroke = b"0 0 9 9 re f\n"
    packed = zlib.compress(zlib.compress(stroke * (megabytes * 1_000_000 // len(stroke)), 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream" % (len(packed), packed),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + tail % (len(objects) + 1, table, len(objects) + 1, len(body))


def foreign_payslip() -> Sample:
    """A German payslip: decimal commas, other taxes, no tax code."""
    lines: list[Line] = [
        (60, 60, "Musterwerk Feinmechanik GmbH"),
        (60, 84, "Entgeltabrechnung für März 2025"),
        (60, 108, "Steuerklasse 1   Kinderfreibeträge 0,0   Personal-Nr. 00417"),
        (60, 150, "Gehalt"),
        (60, 166, "Gesamtbrutto"),
        (60, 182, "Lohnsteuer"),
        (60, 198, "Solidaritätszuschlag"),
        (60, 214, "Krankenversicherung"),
        (60, 230, "Rentenversicherung"),
        (60, 262, "Auszahlungsbetrag"),
    ]
    amounts = ("4.200,00", "4.200,00", "623,58", "0,00", "340,20", "390,60", "2.780,52")
    lines += [(460, y, text) for (_, y, _), text in zip(lines[3:], amounts, strict=True)]
    return _other("entgeltabrechnung-2025-03.pdf", lines, "foreign_payslip")


def p45(job: PaidEmployment) -> Sample:
    """What a leaver is given: pay and tax to date, leaving date, code. Neither a payslip nor a P60."""
    slip = job.slips[-1]
    person, nino = slip.employee, slip.employee.nino.value
    lines: list[Line] = [
        (50, 60, "P45 Part 1A"),
        (50, 78, "Details of employee leaving work"),
        (50, 96, "Copy for employee"),
        (50, 130, "Employer PAYE reference"),
        (300, 130, slip.employer.paye_reference.value),
        (50, 152, "Employee's National Insurance number"),
        (300, 152, nino),
        (50, 174, "Surname and forenames"),
        (300, 174, f"{person.surname}, {person.forenames}"),
        (50, 196, "Leaving date"),
        (300, 196, slip.pay_date.strftime("%d %m %Y")),
        (50, 218, "Tax code at leaving date"),
        (300, 218, str(slip.code)),
        (50, 240, f"Last entries on Payroll record: {'Month' if slip.period.in_year == 12 else 'Week'} number"),
        (300, 240, str(slip.period.number)),
        (50, 262, "Total pay to date"),
        (300, 262, f"{job.pay:.2f}"),
        (50, 284, "Total tax to date"),
        (300, 284, f"{job.tax:.2f}"),
        (50, 330, slip.employer.name),
    ]
    return _other(f"p45-{slip.pay_date.isoformat()}.pdf", lines, "p45")


def p11d(job: PaidEmployment, cash_equivalent: Decimal = Decimal("684.00")) -> Sample:
    """A statement of expenses and benefits, with amounts that are no pay."""
    slip = job.slips[-1]
    lines: list[Line] = [
        (50, 60, f"P11D Expenses and benefits {slip.tax_year.label.replace('-', ' to 20')}"),
        (50, 90, "Employer details"),
        (50, 106, slip.employer.name),
        (50, 122, f"PAYE reference {slip.employer.paye_reference}"),
        (320, 106, slip.employee.surname),
        (320, 122, slip.employee.nino.value),
        (50, 160, "I  Private medical treatment or insurance"),
        (380, 160, f"{cash_equivalent:.2f}"),
        (460, 160, f"{cash_equivalent:.2f}"),
        (50, 182, "N  Other items (including subscriptions)"),
        (380, 182, "0.00"),
    ]
    return _other(f"p11d-{slip.tax_year.label}.pdf", lines, "p11d")


def letter() -> Sample:
    """A letter that talks about pay, tax and amounts."""
    lines: list[Line] = [
        (60, 80, "Dear colleague,"),
        (60, 110, "from 1 April your salary rises by 3.5 % to 41,400.00 a year. Your next payslip shows the new"),
        (60, 124, "gross pay of 3,450.00 a month; income tax and National Insurance follow from your tax code."),
        (60, 150, "Net pay is paid on the 25th. Please check that your National Insurance number is right."),
        (60, 190, "Human Resources"),
    ]
    return _other("letter-pay-review.pdf", lines, "letter")


def take_home_sheet() -> Sample:
    """A home-made calculation of take-home pay: labels of a payslip, and nobody who paid."""
    rows = [("Gross pay", "52000.00"), ("Tax", "8286.00"), ("National Insurance", "3154.40"), ("Take home", "40559.60")]
    lines: list[Line] = [(60, 70, "My take home calculation")]
    for index, (caption, amount) in enumerate(rows):
        lines += [(60, 100 + index * 18, caption), (260, 100 + index * 18, amount)]
    return _other("take-home.pdf", lines, "spreadsheet")


def _other(name: str, lines: list[Line], layout: str) -> Sample:
    record = Record()
    sheet = Sheet(A4, Style(), title="", record=record)
    for x, y, text in lines:
        sheet.text(x, y, text, size=9)
    return Sample(name, sheet.finish(), "other", {}, {}, [], layout)
