"""Layouts drawn by hand, unlike those of the sample maker: what the generic rules must hold on."""

from collections.abc import Callable

from hmrc_pipeline_tests.extraction.drawn import MONTHS, NAMES, Sheet, Slip, money, note_lines, plain


def balances_matrix(slip: Slip) -> Sheet:
    """Lines side by side without totals; balances with time running downwards."""
    s = Sheet("Times-Roman", 10)
    s.text(40, 50, "Harbour Lights Theatre Trust", size=15, bold=True)
    s.text(400, 50, "PAY ADVICE", size=12)
    for x, caption, value in (
        (40, "Name", "Wilhelmina Quist"),
        (190, "Payroll No", slip.number),
        (270, "NI Number", slip.nino),
        (370, "NI Letter", "A"),
        (430, "Tax Code", slip.code),
        (500, "Pay Date", f"28/{slip.calendar_month:02d}/{slip.year}"),
    ):
        s.text(x, 80, caption, size=7)
        s.text(x, 92, value)
    s.note(employer_name="Harbour Lights Theatre Trust", employee_name="Wilhelmina Quist", payroll_number=slip.number)
    s.note(ni_number=slip.nino, ni_letter="A", tax_code=slip.code, pay_date=slip.date)
    paid, taken = slip.lines()
    s.text(40, 130, "Pay and Allowances", bold=True)
    s.text(310, 130, "Deductions", bold=True)
    for i, (name, _, pence) in enumerate(paid):
        s.text(40, 148 + 14 * i, NAMES[name])
        s.right(270, 148 + 14 * i, money(pence))
    for i, (name, _, pence) in enumerate(taken):
        s.text(310, 148 + 14 * i, NAMES[name])
        s.right(555, 148 + 14 * i, money(pence, trailing=True))
    note_lines(s, slip)
    heads = ["Gross Pay", "Taxable Pay", "Tax", "NI", "Net Pay"]
    values = [slip.gross, slip.taxable, slip.tax, slip.ni, slip.net]
    names = ["gross_pay", "taxable_pay", "income_tax", "national_insurance", "net_pay"]
    for i, head in enumerate(heads):
        s.right(200 + 85 * i, 300, head, bold=True)
    for y, label, factor in ((318, "This Period", 1), (334, "Year to Date", slip.before + 1)):
        s.text(40, y, label, bold=True)
        for i, value in enumerate(values):
            s.right(200 + 85 * i, y, money(value * factor, trailing=True))
    for name, value in zip(names, values, strict=True):
        s.note(**{name: plain(value), f"ytd_{name}": plain(slip.ytd(value))})
    return s


def signed_list(slip: Slip) -> Sheet:
    """One list in a fixed pitch with codes before the labels and deductions as negative amounts."""
    s = Sheet("Courier", 9)
    s.text(40, 40, "QUARTZITE CHEMICALS LIMITED")
    s.text(40, 56, "Remuneration statement")
    rows = [
        ("Personnel No.", slip.number),
        ("Name", "OTTOLINE BRAND"),
        ("NI number", slip.nino),
        ("Tax code", slip.code),
        ("Tax period", f"{slip.month:02d}"),
        ("Date of payment", f"28.{slip.calendar_month:02d}.{slip.year}"),
    ]
    for i, (label, value) in enumerate(rows):
        s.text(40, 80 + 12 * i, label)
        s.text(170, 80 + 12 * i, value)
    s.note(employer_name="QUARTZITE CHEMICALS LIMITED", payroll_number=slip.number, employee_name="OTTOLINE BRAND")
    s.note(ni_number=slip.nino, tax_code=slip.code, tax_period=str(slip.month), pay_date=slip.date)
    y = 180
    paid, taken = slip.lines()
    s.text(90, y, "Description")
    s.right(380, y, "Current")
    s.right(480, y, "YTD")
    y += 16
    for number, (name, _, pence) in enumerate(paid):
        s.text(40, y, f"10{number}0")
        s.text(90, y, NAMES[name])
        s.right(380, y, money(pence, trailing=True))
        s.right(480, y, money(slip.ytd(pence), trailing=True))
        y += 12
    s.text(90, y, "Total gross pay")
    s.right(380, y, money(slip.gross))
    s.right(480, y, money(slip.ytd(slip.gross)))
    y += 18
    for number, (name, _, pence) in enumerate(taken):
        s.text(40, y, f"40{number}0")
        s.text(90, y, NAMES[name])
        s.right(380, y, money(-pence, trailing=True))
        s.right(480, y, money(-slip.ytd(pence), trailing=True))
        y += 12
    s.text(90, y + 6, "Net pay")
    s.right(380, y + 6, money(slip.net))
    note_lines(s, slip, ytd=True)
    s.note(gross_pay=plain(slip.gross), ytd_gross_pay=plain(slip.ytd(slip.gross)), net_pay=plain(slip.net))
    return s


def ytd_first(slip: Slip) -> Sheet:
    """Year to date before this period, no totals but net; employer figures at the foot."""
    s = Sheet("Helvetica", 8)
    s.text(50, 40, "Company: Bramble & Sloe Ltd")
    s.text(50, 54, "Employee: Cosmo Adeyinka-Fell")
    s.text(300, 40, f"Works Number: {slip.number}")
    s.text(300, 54, f"N.I. No: {slip.nino[:2]} {slip.nino[2:4]} {slip.nino[4:6]} {slip.nino[6:8]} {slip.nino[8]}")
    s.text(50, 68, f"Tax Code: {slip.code}")
    s.text(300, 68, f"Paid On: 28 {MONTHS[slip.calendar_month]} {slip.year}")
    s.text(50, 82, f"Tax Month: {slip.month}")
    s.text(300, 82, "NI Table: A")
    s.note(employer_name="Bramble & Sloe Ltd", employee_name="Cosmo Adeyinka-Fell", payroll_number=slip.number)
    s.note(ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date, tax_period=str(slip.month), ni_letter="A")
    s.right(360, 110, "Year to Date")
    s.right(460, 110, "This Month")
    y = 126
    paid, taken = slip.lines()
    for name, _, pence in paid:
        _two(s, y, NAMES[name], slip.ytd(pence), pence)
        y += 13
    _two(s, y, "Gross Pay", slip.ytd(slip.gross), slip.gross)
    y += 20
    for name, _, pence in taken:
        _two(s, y, NAMES[name], slip.ytd(pence), pence)
        y += 13
    _two(s, y + 8, "Net Pay", slip.ytd(slip.net), slip.net)
    _two(s, y + 34, "Employer's NIC", slip.ytd(slip.er_ni), slip.er_ni)
    _two(s, y + 47, "Employer's Pension", slip.ytd(slip.er_pension), slip.er_pension)
    note_lines(s, slip, ytd=True)
    for name, pence in (
        ("gross_pay", slip.gross),
        ("net_pay", slip.net),
        ("employer_ni", slip.er_ni),
        ("employer_pension", slip.er_pension),
    ):
        s.note(**{name: plain(pence), f"ytd_{name}": plain(slip.ytd(pence))})
    return s


def _two(sheet: Sheet, y: float, label: str, first: int, second: int) -> None:
    sheet.text(50, y, label)
    sheet.right(360, y, money(first))
    sheet.right(460, y, money(second))


def cards(slip: Slip) -> Sheet:
    """A modern page: the net pay in large letters first, lists after it, the year below, a sentence with an amount."""
    s = Sheet("Helvetica", 10)
    s.text(40, 60, "Larkspur Digital", size=20, bold=True)
    s.text(40, 90, "Hi Imogen, here is your payslip")
    s.text(40, 130, "Take home pay", size=9)
    s.text(40, 158, money(slip.net, pound="\N{POUND SIGN}"), size=24, bold=True)
    s.text(300, 130, "Pay date", size=9)
    s.text(300, 146, f"28 {MONTHS[slip.calendar_month]} {slip.year}")
    s.text(440, 130, "Tax code", size=9)
    s.text(440, 146, slip.code)
    s.text(300, 166, "NI number", size=9)
    s.text(300, 182, slip.nino)
    s.text(440, 166, "NI category", size=9)
    s.text(440, 182, "A")
    s.note(net_pay=plain(slip.net), pay_date=slip.date, tax_code=slip.code, ni_number=slip.nino, ni_letter="A")
    s.note(employer_name="Larkspur Digital")
    paid, taken = slip.lines()
    y = 220
    for title, rows, total, name in (
        ("Earnings", paid, slip.gross, "Total earnings"),
        ("What was taken off", taken, slip.total, "Total deductions"),
    ):
        s.text(40, y, title, size=12, bold=True)
        for key, _, pence in rows:
            y += 16
            s.text(40, y, NAMES[key])
            s.right(555, y, money(pence, pound="\N{POUND SIGN}"))
        y += 16
        s.text(40, y, name, bold=True)
        s.right(555, y, money(total, pound="\N{POUND SIGN}"), bold=True)
        y += 34
    note_lines(s, slip)
    s.note(gross_pay=plain(slip.gross), total_deductions=plain(slip.total))
    s.text(40, y, "So far this tax year", size=12, bold=True)
    for label, field_name, pence in (
        ("Taxable pay", "taxable_pay", slip.taxable),
        ("Income tax", "income_tax", slip.tax),
        ("National Insurance", "national_insurance", slip.ni),
    ):
        y += 16
        s.text(40, y, label)
        s.right(555, y, money(slip.ytd(pence), pound="\N{POUND SIGN}"))
        s.note(**{f"ytd_{field_name}": plain(slip.ytd(pence))})
    y += 40
    s.text(40, y, f"Your employer also put {money(slip.er_pension, pound=chr(163))} into your pension this month.")
    return s


def leaders(slip: Slip) -> Sheet:
    """Dot leaders between label and amount, units and rates, the pound sign apart from its figures."""
    s = Sheet("Times-Roman", 11)
    s.centre(297, 50, "Pottery Lane Nursery School", bold=True)
    s.centre(297, 66, f"Payslip for Month {slip.month}, paid 28 {MONTHS[slip.calendar_month][:3]} {slip.year}")
    s.text(60, 90, "Mrs P. Achebe-Stone")
    s.text(60, 105, f"National Insurance Number {slip.nino}")
    s.text(330, 105, f"Tax Code {slip.code}")
    s.text(60, 120, f"Date paid: 28 {MONTHS[slip.calendar_month][:3]} {slip.year}")
    s.note(employer_name="Pottery Lane Nursery School", employee_name="Mrs P. Achebe-Stone", ni_number=slip.nino)
    s.note(tax_code=slip.code, pay_date=slip.date)
    paid, taken = slip.lines()
    y = 160
    rows = [(NAMES[n], p) for n, _, p in paid] + [("Gross pay", slip.gross)]
    rows += [(NAMES[n], p) for n, _, p in taken] + [("Total deductions", slip.total), ("Net pay", slip.net)]
    for label, pence in rows:
        s.text(60, y, label)
        width = s.canvas.stringWidth(label, "Times-Roman", 11)
        dots = "." * int((400 - 60 - width - 8) / s.canvas.stringWidth(".", "Times-Roman", 11))
        s.text(60 + width + 4, y, dots)
        s.text(405, y, "\N{POUND SIGN}")
        s.right(480, y, money(pence))
        y += 15
    note_lines(s, slip)
    s.note(gross_pay=plain(slip.gross), total_deductions=plain(slip.total), net_pay=plain(slip.net))
    return s


def hospital(slip: Slip) -> Sheet:
    """Boxes with wrapped captions, four amount columns, balances under captions, employer lines among deductions."""
    s = Sheet("Helvetica", 8)
    for x, y, caption, value in (
        (30, 30, "ASSIGNMENT NUMBER", slip.number),
        (140, 30, "EMPLOYEE NAME", "Miss Odalys Ferncombe"),
        (300, 30, "LOCATION", "Ward 12"),
        (420, 30, "DATE PAID", f"28 {MONTHS[slip.calendar_month][:3].upper()} {slip.year}"),
        (30, 60, "NI NUMBER", slip.nino),
        (140, 60, "TAX CODE", slip.code),
        (300, 60, "NI CODE", "A"),
        (420, 60, "TAX OFFICE REF", "981/H6201"),
    ):
        s.text(x, y, caption, size=6)
        s.text(x, y + 11, value)
    s.text(30, 95, "Northfold University Hospitals NHS Trust", bold=True)
    s.note(payroll_number=slip.number, employee_name="Miss Odalys Ferncombe", pay_date=slip.date, ni_number=slip.nino)
    s.note(tax_code=slip.code, ni_letter="A", paye_reference="981/H6201")
    s.note(employer_name="Northfold University Hospitals NHS Trust")
    s.text(30, 120, "PAY AND ALLOWANCES", bold=True)
    s.text(340, 120, "DEDUCTIONS", bold=True)
    for x, head in ((30, "DESCRIPTION"), (340, "DESCRIPTION")):
        s.text(x, 132, head, size=6)
    for x, head in ((170, "WKD/EARNED"), (215, "PAID/DUE"), (255, "RATE"), (310, "AMOUNT"), (560, "AMOUNT")):
        s.right(x, 132, head, size=6)
    paid, taken = slip.lines()
    hours = 15000
    for i, (name, _, pence) in enumerate(paid):
        y = 146 + 12 * i
        s.text(30, y, NAMES[name])
        if name == "overtime":
            s.right(170, y, "12.50")
            s.right(215, y, "12.50")
            s.right(255, y, f"{pence / 1250:.4f}")
        s.right(310, y, money(pence))
    del hours
    for i, (name, _, pence) in enumerate(taken):
        s.text(340, 146 + 12 * i, {"ni": "NI A", "tax": "PAYE", "pension": "NHS Pension"}.get(name, NAMES[name]))
        s.right(560, 146 + 12 * i, money(pence, trailing=True))
    row = 146 + 12 * len(taken)
    s.text(340, row, "NI A - ER")
    s.right(560, row, money(slip.er_ni))
    note_lines(s, slip)
    s.note(employer_ni=plain(slip.er_ni))
    s.text(30, 260, "YEAR TO DATE BALANCES", bold=True)
    for i, (caption, name, pence) in enumerate(
        (
            ("GROSS PAY", "gross_pay", slip.gross),
            ("NI PAY", "ni_pay", slip.gross),
            ("TAXABLE PAY", "taxable_pay", slip.taxable),
            ("TAX PAID", "income_tax", slip.tax),
            ("NI CONTS", "national_insurance", slip.ni),
            ("PENSION CONTS", "employee_pension", slip.pension),
        )
    ):
        s.text(30 + 52 * i, 274, caption, size=5.5)
        s.text(30 + 52 * i, 286, money(slip.ytd(pence), trailing=True))
        s.note(**{f"ytd_{name}": plain(slip.ytd(pence))})
    s.text(360, 260, "THIS PERIOD SUMMARY", bold=True)
    for i, (caption, name, pence) in enumerate(
        (
            ("GROSS PAY", "gross_pay", slip.gross),
            ("TAXABLE PAY", "taxable_pay", slip.taxable),
            ("TOTAL DEDUCTIONS", "total_deductions", slip.total),
            ("NET PAY", "net_pay", slip.net),
        )
    ):
        s.text(360, 274 + 12 * i, caption)
        s.right(560, 274 + 12 * i, money(pence))
        s.note(**{name: plain(pence)})
    return s


def umbrella(slip: Slip) -> Sheet:
    """Company income above the employee's pay: figures that must not enter the sum."""
    s = Sheet("Helvetica", 9)
    s.text(40, 40, "Cormorant Umbrella Services Limited", size=13, bold=True)
    for x, y, label, value in (
        (40, 60, "Employee Name", "Lysander Okonjo"),
        (330, 60, "Process Date", f"28/{slip.calendar_month:02d}/{slip.year}"),
        (40, 74, "Employee No.", slip.number),
        (330, 74, "Tax Code", slip.code),
        (40, 88, "N.I. Number", slip.nino),
    ):
        s.text(x, y, label)
        s.text(x + 105, y, value)
    s.note(employer_name="Cormorant Umbrella Services Limited", employee_name="Lysander Okonjo", pay_date=slip.date)
    s.note(payroll_number=slip.number, tax_code=slip.code, ni_number=slip.nino)
    s.text(40, 110, "Company Income", bold=True)
    income = slip.gross + slip.er_ni + 2500
    for y, label, pence in (
        (124, "Assignment rate", income),
        (137, "Employer NI", slip.er_ni),
        (150, "Umbrella margin", 2500),
    ):
        s.text(40, y, label)
        s.right(250, y, money(pence))
    s.note(employer_ni=plain(slip.er_ni))
    paid, taken = slip.lines()
    s.text(40, 180, "Payments", bold=True)
    s.text(310, 180, "Deductions", bold=True)
    for i, (name, _, pence) in enumerate(paid):
        s.text(40, 194 + 13 * i, NAMES[name])
        s.right(250, 194 + 13 * i, money(pence))
    for i, (name, _, pence) in enumerate(taken):
        s.text(310, 194 + 13 * i, NAMES[name])
        s.right(540, 194 + 13 * i, money(pence))
    note_lines(s, slip)
    s.text(40, 290, "This Period", bold=True)
    s.text(310, 290, "Year To Date", bold=True)
    left = (
        ("Total Gross Pay", "gross_pay", slip.gross),
        ("Gross for Tax", "taxable_pay", slip.taxable),
        ("Total Deductions", "total_deductions", slip.total),
    )
    right = (
        ("Gross Pay YTD", "gross_pay", slip.gross),
        ("Tax Paid YTD", "income_tax", slip.tax),
        ("EE's NI YTD", "national_insurance", slip.ni),
    )
    for i, (label, name, pence) in enumerate(left):
        s.text(40, 304 + 13 * i, label)
        s.right(250, 304 + 13 * i, money(pence))
        s.note(**{name: plain(pence)})
    for i, (label, name, pence) in enumerate(right):
        s.text(310, 304 + 13 * i, label)
        s.right(540, 304 + 13 * i, money(slip.ytd(pence)))
        s.note(**{f"ytd_{name}": plain(slip.ytd(pence))})
    s.text(310, 370, "NET PAY", size=12, bold=True)
    s.right(540, 370, money(slip.net), size=12, bold=True)
    s.note(net_pay=plain(slip.net))
    return s


def headerless(slip: Slip) -> Sheet:
    """Two amounts a row and no heading says which is the year to date; totals bare at the foot of the columns."""
    s = Sheet("Courier", 8)
    s.text(30, 40, "Tessellate Flooring Co Ltd")
    s.text(30, 60, f"Emp No  {slip.number}")
    s.text(200, 60, "Name  Barnaby Oyelaran")
    s.text(30, 72, f"NI No   {slip.nino}")
    s.text(200, 72, f"Tax Code  {slip.code}")
    s.text(400, 72, f"Pay Date  28-{MONTHS[slip.calendar_month][:3]}-{slip.year % 100}")
    s.note(employer_name="Tessellate Flooring Co Ltd", payroll_number=slip.number, employee_name="Barnaby Oyelaran")
    s.note(ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date)
    y = 110
    paid, taken = slip.lines()
    for name, _, pence in paid:
        _wide(s, y, NAMES[name], pence, slip.ytd(pence))
        y += 11
    _wide(s, y, "Total Pay", slip.gross, slip.ytd(slip.gross))
    y += 16
    for name, _, pence in taken:
        _wide(s, y, NAMES[name], pence, slip.ytd(pence))
        y += 11
    _wide(s, y, "Total Deductions", slip.total, slip.ytd(slip.total))
    s.text(30, y + 20, "Net Pay")
    s.right(300, y + 20, money(slip.net))
    note_lines(s, slip, ytd=True)
    s.note(gross_pay=plain(slip.gross), ytd_gross_pay=plain(slip.ytd(slip.gross)), net_pay=plain(slip.net))
    s.note(total_deductions=plain(slip.total), ytd_total_deductions=plain(slip.ytd(slip.total)))
    return s


def _wide(sheet: Sheet, y: float, label: str, first: int, second: int) -> None:
    sheet.text(30, y, label)
    sheet.right(300, y, money(first))
    sheet.right(420, y, money(second))


LAYOUTS: dict[str, Callable[[Slip], Sheet]] = {
    "balances_matrix": balances_matrix,
    "signed_list": signed_list,
    "ytd_first": ytd_first,
    "cards": cards,
    "leaders": leaders,
    "hospital": hospital,
    "umbrella": umbrella,
    "headerless": headerless,
}
