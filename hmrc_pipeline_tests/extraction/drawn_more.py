"""Further layouts drawn by hand: captions as a picture, values over captions, time running downwards, odd blocks."""

from collections.abc import Callable

from hmrc_pipeline_tests.extraction.drawn import MONTHS, NAMES, Sheet, Slip, money, note_lines, plain


def _day(slip: Slip) -> str:
    return f"28 {MONTHS[slip.calendar_month][:3]} {slip.year}"


def picture_form(slip: Slip) -> Sheet:
    """A pre-printed form: no caption, no heading and no label for net pay is in the text."""
    s = Sheet("Courier", 9)
    s.text(40, 60, slip.number)
    s.text(120, 60, "Prudence Vanterpool")
    s.text(330, 60, _day(slip))
    s.text(450, 60, slip.nino)
    paid, taken = slip.lines()
    for i, (name, _, pence) in enumerate(paid):
        s.text(40, 100 + 12 * i, NAMES[name])
        s.right(280, 100 + 12 * i, money(pence))
    for i, (name, _, pence) in enumerate(taken):
        s.text(310, 100 + 12 * i, NAMES[name])
        s.right(560, 100 + 12 * i, money(pence, trailing=True))
    s.text(310, 100 + 12 * len(taken), "Peoples Pension - ER")
    s.right(560, 100 + 12 * len(taken), money(slip.er_pension))
    for i, line in enumerate(("Prudence Vanterpool", "4 Cinder Path", "Upper Slaughterford", "GL54 2ZZ")):
        s.text(40, 250 + 12 * i, line)
    s.text(310, 250, "Total Gross Pay TD")
    s.right(560, 250, money(slip.ytd(slip.gross)))
    s.text(310, 262, "Gross for Tax TD")
    s.right(560, 262, money(slip.ytd(slip.taxable)))
    s.text(40, 320, "Wren Valley Cabinetmakers Ltd")
    s.text(40, 340, f"Tax Code: {slip.code}")
    s.text(200, 340, f"Pay Run: Month {slip.month}")
    s.right(560, 340, money(slip.net))
    note_lines(s, slip)
    s.note(payroll_number=slip.number, employee_name="Prudence Vanterpool", pay_date=slip.date, ni_number=slip.nino)
    s.note(employer_pension=plain(slip.er_pension), ytd_gross_pay=plain(slip.ytd(slip.gross)))
    s.note(ytd_taxable_pay=plain(slip.ytd(slip.taxable)), employer_name="Wren Valley Cabinetmakers Ltd")
    s.note(tax_code=slip.code, tax_period=str(slip.month), net_pay=plain(slip.net))
    return s


def centred_grid(slip: Slip) -> Sheet:
    """Every caption and value centred in its cell; headings of two lines; taxes in a section of their own."""
    s = Sheet("Times-Roman", 9)
    s.centre(297, 40, "SALTERNS MARINE ENGINEERING LLP", bold=True)
    cells = (
        ("Employee", "Dr Fenella Obi"),
        ("Employee No", slip.number),
        ("NI No", slip.nino),
        ("Tax Code", slip.code),
        ("Payment Date", f"28.{slip.calendar_month:02d}.{slip.year % 100}"),
    )
    for i, (caption, value) in enumerate(cells):
        s.centre(80 + 110 * i, 70, caption, size=7)
        s.centre(80 + 110 * i, 82, value)
    paid, taken = slip.lines()
    y = 120
    for title, rows, total, factor in (
        ("Earnings", paid, "Total Earnings", 1),
        ("Statutory Deductions", [r for r in taken if r[0] in ("tax", "ni")], "Total Statutory Deductions", 1),
        ("Other Deductions", [r for r in taken if r[0] not in ("tax", "ni")], "Total Other Deductions", 1),
    ):
        s.text(60, y, title, bold=True)
        s.centre(400, y - 5, "This", size=7)
        s.centre(400, y + 3, "Period", size=7)
        s.centre(500, y - 5, "Year to", size=7)
        s.centre(500, y + 3, "Date", size=7)
        for name, _, pence in rows:
            y += 14
            s.text(60, y, NAMES[name])
            s.right(420, y, money(pence * factor))
            s.right(520, y, money(slip.ytd(pence)))
        y += 14
        s.text(60, y, total, bold=True)
        s.right(420, y, money(sum(r[2] for r in rows)), bold=True)
        s.right(520, y, money(slip.ytd(sum(r[2] for r in rows))), bold=True)
        y += 26
    s.centre(120, y, "Taxable Pay", size=7)
    s.centre(297, y, "Employer NI", size=7)
    s.centre(480, y, "NET PAY", size=7)
    s.centre(120, y + 13, money(slip.taxable))
    s.centre(297, y + 13, money(slip.er_ni))
    s.centre(480, y + 13, money(slip.net), bold=True)
    note_lines(s, slip, ytd=True)
    s.note(employer_name="SALTERNS MARINE ENGINEERING LLP", employee_name="Dr Fenella Obi", payroll_number=slip.number)
    s.note(ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date, gross_pay=plain(slip.gross))
    s.note(ytd_gross_pay=plain(slip.ytd(slip.gross)), taxable_pay=plain(slip.taxable), employer_ni=plain(slip.er_ni))
    s.note(net_pay=plain(slip.net))
    return s


def summary_only(slip: Slip) -> Sheet:
    """A statement without lines: totals for the period beside totals for the year."""
    s = Sheet("Helvetica", 10)
    s.text(50, 50, "Fulmar Heritage Foundation", size=16, bold=True)
    rows = [
        ("Name:", "Tabitha Winterbourne"),
        ("Payroll ID:", slip.number),
        ("NINO:", slip.nino),
        ("Tax code:", slip.code),
        ("Date of payment:", f"{slip.date}"),
        ("Tax month:", str(slip.month)),
        ("Employer PAYE reference:", "475/FH90210"),
    ]
    for i, (label, value) in enumerate(rows):
        s.text(50, 80 + 15 * i, label)
        s.text(200, 80 + 15 * i, value)
    s.right(380, 220, "This period", bold=True)
    s.right(500, 220, "Tax year to date", bold=True)
    values = (
        ("Gross pay", "gross_pay", slip.gross),
        ("Taxable pay", "taxable_pay", slip.taxable),
        ("PAYE income tax", "income_tax", slip.tax),
        ("Employee's National Insurance", "national_insurance", slip.ni),
        ("Employee pension contribution", "employee_pension", slip.pension),
        ("Total deductions", "total_deductions", slip.total),
        ("Net payment", "net_pay", slip.net),
        ("Employer's National Insurance", "employer_ni", slip.er_ni),
    )
    slip_has_other = slip.loan or slip.union
    for i, (label, name, pence) in enumerate(values):
        s.text(50, 240 + 18 * i, label)
        s.right(380, 240 + 18 * i, money(pence, pound="\N{POUND SIGN}"))
        s.right(500, 240 + 18 * i, money(slip.ytd(pence), pound="\N{POUND SIGN}"))
        s.note(**{name: plain(pence), f"ytd_{name}": plain(slip.ytd(pence))})
    if slip_has_other:
        y = 240 + 18 * len(values)
        s.text(50, y, "Other deductions")
        s.right(380, y, money(slip.loan + slip.union, pound="\N{POUND SIGN}"))
        s.right(500, y, money(slip.ytd(slip.loan + slip.union), pound="\N{POUND SIGN}"))
    s.note(employer_name="Fulmar Heritage Foundation", employee_name="Tabitha Winterbourne", payroll_number=slip.number)
    s.note(ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date, tax_period=str(slip.month))
    s.note(paye_reference="475/FH90210")
    return s


def tear_off(slip: Slip) -> Sheet:
    """Three blocks across, the particulars again on a tear-off strip at the foot, long messages, sort code decoys."""
    s = Sheet("Helvetica", 8)
    s.text(30, 30, "OSPREY CONTRACT CATERING PLC", bold=True)
    s.text(400, 30, "CONFIDENTIAL", size=7)
    for x, caption, value in (
        (30, "STAFF NO", slip.number),
        (110, "NAME", "OCTAVIA PLUM"),
        (260, "NI NUMBER", slip.nino),
        (350, "TAX CODE", slip.code),
        (420, "WEEK", "31"),
        (480, "DATE PAID", _day(slip)),
    ):
        s.text(x, 50, caption, size=6)
        s.text(x, 60, value)
    paid, taken = slip.lines()
    for x, head in ((30, "PAYMENTS"), (220, "DEDUCTIONS"), (410, "CUMULATIVES")):
        s.text(x, 84, head, bold=True)
    for i, (name, _, pence) in enumerate(paid):
        s.text(30, 98 + 11 * i, NAMES[name].upper())
        s.right(200, 98 + 11 * i, money(pence, thousands=False))
    for i, (name, _, pence) in enumerate(taken):
        s.text(220, 98 + 11 * i, NAMES[name].upper())
        s.right(390, 98 + 11 * i, money(pence, thousands=False, trailing=True))
    totals = (
        ("GROSS PAY", "gross_pay", slip.gross),
        ("TAXABLE PAY", "taxable_pay", slip.taxable),
        ("TAX", "income_tax", slip.tax),
        ("NI", "national_insurance", slip.ni),
        ("ERS NI", "employer_ni", slip.er_ni),
    )
    for i, (label, name, pence) in enumerate(totals):
        s.text(410, 98 + 11 * i, label)
        s.right(560, 98 + 11 * i, money(slip.ytd(pence), thousands=False, trailing=True))
        s.note(**{f"ytd_{name}": plain(slip.ytd(pence))})
    s.text(30, 190, "TOTAL PAYMENTS")
    s.right(200, 190, money(slip.gross, thousands=False))
    s.text(220, 190, "TOTAL DEDUCTIONS")
    s.right(390, 190, money(slip.total, thousands=False, trailing=True))
    s.text(410, 190, "NET PAY", bold=True)
    s.right(560, 190, money(slip.net, thousands=False), bold=True)
    s.text(30, 210, "PAID BY BACS TO SORT CODE 20-00-00 ACCOUNT 12345678")
    s.text(
        30,
        222,
        "The discount of \N{POUND SIGN}25.00 a month will be paid from May; the canteen owes you \N{POUND SIGN}3.10.",
    )
    s.text(30, 420, "OCTAVIA PLUM")
    s.text(30, 432, "NI NUMBER")
    s.text(90, 432, slip.nino)
    s.text(200, 432, "STAFF NO")
    s.text(260, 432, slip.number)
    s.text(350, 432, "DATE PAID")
    s.text(420, 432, _day(slip))
    note_lines(s, slip)
    s.note(employer_name="OSPREY CONTRACT CATERING PLC", employee_name="OCTAVIA PLUM", payroll_number=slip.number)
    s.note(ni_number=slip.nino, tax_code=slip.code, tax_period="31", pay_date=slip.date, gross_pay=plain(slip.gross))
    s.note(total_deductions=plain(slip.total), net_pay=plain(slip.net))
    return s


def over_captions(slip: Slip) -> Sheet:
    """Large figures above their captions, as dashboards print them; lines below in the usual way."""
    s = Sheet("Helvetica", 9)
    s.text(40, 45, "Sundial Optics Limited", size=14, bold=True)
    s.text(40, 62, f"Zebedee Marchetti | {slip.nino} | {slip.code}")
    s.text(40, 76, f"Paid on {_day(slip)}")
    for x, caption, pence in (
        (40, "gross pay", slip.gross),
        (220, "deductions", slip.total),
        (400, "net pay", slip.net),
    ):
        s.text(x, 120, money(pence, pound="\N{POUND SIGN}"), size=18, bold=True)
        s.text(x, 134, caption, size=8)
    paid, taken = slip.lines()
    y = 180
    for title, rows in (("Payments", paid), ("Deductions", taken)):
        s.text(40, y, title, bold=True)
        s.right(400, y, "Amount")
        s.right(520, y, "YTD")
        for name, _, pence in rows:
            y += 14
            s.text(40, y, NAMES[name])
            s.right(400, y, money(pence))
            s.right(520, y, money(slip.ytd(pence)))
        y += 30
    note_lines(s, slip, ytd=True)
    s.note(employer_name="Sundial Optics Limited", ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date)
    s.note(gross_pay=plain(slip.gross), net_pay=plain(slip.net), total_deductions=plain(slip.total))
    return s


def expenses_after(slip: Slip) -> Sheet:
    """Gross pay without the expenses that are paid out with it; a benefit in kind beside; relief at source."""
    s = Sheet("Helvetica", 9)
    s.text(40, 40, "Meadowsweet Veterinary Practice Ltd", bold=True)
    for i, (label, value) in enumerate(
        (
            ("Employee Name", "Ignatius Roe"),
            ("Employee ID", slip.number),
            ("NI number", slip.nino),
            ("Tax code", slip.code),
            ("Payment date", _day(slip)),
        )
    ):
        s.text(40, 62 + 12 * i, label)
        s.text(160, 62 + 12 * i, value)
    paid, taken = slip.lines()
    expenses = 4_321
    y = 150
    s.text(40, y, "Payments", bold=True)
    for name, _, pence in paid:
        y += 13
        s.text(40, y, NAMES[name])
        s.right(280, y, money(pence))
    y += 13
    s.text(40, y, "Mileage expenses")
    s.right(280, y, money(expenses))
    y += 18
    s.text(40, y, "Gross pay", bold=True)
    s.right(280, y, money(slip.gross), bold=True)
    y += 26
    s.text(40, y, "Deductions", bold=True)
    for name, _, pence in taken:
        y += 13
        s.text(40, y, "Aviva Pension (RAS)" if name == "pension" else NAMES[name])
        s.right(280, y, money(pence))
    y += 26
    s.text(40, y, "Taxable benefits", bold=True)
    s.text(40, y + 13, "Private medical")
    s.right(280, y + 13, money(5_500))
    s.text(40, y + 40, "Take home pay", bold=True)
    s.right(280, y + 40, money(slip.net + expenses), bold=True)
    note_lines(s, slip)
    s.note(
        employer_name="Meadowsweet Veterinary Practice Ltd", employee_name="Ignatius Roe", payroll_number=slip.number
    )
    s.note(ni_number=slip.nino, tax_code=slip.code, pay_date=slip.date, gross_pay=plain(slip.gross))
    s.note(net_pay=plain(slip.net + expenses))
    return s


MORE_LAYOUTS: dict[str, Callable[[Slip], Sheet]] = {
    "picture_form": picture_form,
    "centred_grid": centred_grid,
    "summary_only": summary_only,
    "tear_off": tear_off,
    "over_captions": over_captions,
    "expenses_after": expenses_after,
}
