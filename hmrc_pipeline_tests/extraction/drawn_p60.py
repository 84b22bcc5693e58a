"""P60s drawn by hand for tests: forms of older years, substitutes, and the oddities of real ones."""

from collections.abc import Sequence

from hmrc_pipeline_tests.extraction.drawn import Sheet

HEADS = ("Earnings at the LEL", "Earnings above the LEL, up to the PT", "Earnings above the PT, up to the UEL")
OLD_HEADS = (
    "Earnings at the LEL",
    "Earnings above the LEL, up to and including the PT",
    "Earnings above the PT, up to and including the UAP",
    "Earnings above the UAP, up to and including the UEL",
)
PAID = "Employee's contributions due on all earnings above the PT"


def boxed(
    rows: Sequence[tuple[str, str, str]],
    ni: Sequence[tuple[str, ...]],
    *,
    year: int = 2025,
    heads: Sequence[str] = HEADS,
    code: str = "1257L",
    loan: str = "",
) -> Sheet:
    """Pounds and pence apart, labels wrapped. `rows` are label, pay and tax as `12345 67`, empty for a blank."""
    s = Sheet("Helvetica", 8)
    s.text(40, 40, "P60 End of Year Certificate", size=14, bold=True)
    s.text(40, 58, f"Tax year to 5 April {year}")
    s.text(300, 58, "Surname")
    s.text(380, 58, "Featherstonehaugh")
    s.text(300, 70, "Forenames or initials")
    s.text(400, 70, "Perpetua Jane")
    s.text(300, 82, "National Insurance number")
    s.text(420, 82, "QQ 65 43 21 A")
    s.text(300, 100, "Works/payroll")
    s.text(300, 109, "number")
    s.text(400, 105, "00417")
    s.centre(420, 130, "Pay")
    s.centre(530, 130, "Tax deducted")
    for x in (420, 530):
        s.right(x, 140, "\N{POUND SIGN}")
        s.text(x + 6, 140, "p")
    for i, (label, pay, tax) in enumerate(rows):
        y = 156 + 26 * i
        for j, part in enumerate(label.split("|")):
            s.text(300, y - 4 + 9 * j, part)
        for x, amount in ((420, pay), (530, tax)):
            _cells(s, x, y, amount)
    s.text(300, 240, "Final tax code")
    s.text(380, 240, code)
    _ni_table(s, ni, heads)
    s.text(40, 420, "Student Loan deductions")
    s.text(40, 429, "in this employment (whole \N{POUND SIGN}s only)")
    if loan:
        s.right(240, 425, loan)
    s.text(300, 420, "Your employer's full name and address (including postcode)")
    s.text(300, 432, "Thimble & Thread Haberdashery Ltd")
    s.text(300, 442, "9 Needle Row, Cotterstock PE8 5ZZ")
    s.text(300, 460, "Employer PAYE reference")
    s.text(420, 460, "612 / TT0099")
    s.note(
        tax_year=f"{year - 1}-{year % 100:02d}", surname="Featherstonehaugh", forenames="Perpetua Jane",
        ni_number="QQ654321A", payroll_number="00417", tax_code=code, paye_reference="612/TT0099",
        employer_name="Thimble & Thread Haberdashery Ltd",
    )  # fmt: skip
    return s


def _cells(sheet: Sheet, x: float, y: float, amount: str) -> None:
    pounds, _, rest = amount.partition(" ")
    pence, _, mark = rest.partition(" ")
    if pounds:
        sheet.right(x, y, pounds)
    if pence:
        sheet.text(x + 5, y, pence)
    if mark:
        sheet.text(x + 20, y, mark)


def _ni_table(sheet: Sheet, ni: Sequence[tuple[str, ...]], heads: Sequence[str]) -> None:
    sheet.text(40, 275, "National Insurance contributions in this employment", bold=True)
    sheet.text(40, 290, "NIC table letter", size=6.5)
    step = 480 / (len(heads) + 1)
    for i, head in enumerate((*heads, PAID)):
        words = head.split()
        for j in range(0, len(words), 3):
            sheet.text(110 + step * i, 290 + 7.4 * (j // 3), " ".join(words[j : j + 3]), size=6.5)
    for i, (letter, *amounts) in enumerate(ni):
        y = 345 + 14 * i
        sheet.text(55, y, letter)
        for j, amount in enumerate(amounts):
            if amount:
                _cells(sheet, 110 + step * j + 40, y, amount)


def labelled(lines: Sequence[tuple[str, str]]) -> Sheet:
    """A substitute that prints every figure behind a label of its own."""
    s = Sheet("Times-Roman", 10)
    s.text(60, 60, "P60 END OF YEAR CERTIFICATE (substitute)", bold=True)
    s.text(60, 80, "Tax year 2023-24")
    for i, (label, value) in enumerate(lines):
        s.text(60, 110 + 16 * i, label)
        s.right(420, 110 + 16 * i, value)
    return s
