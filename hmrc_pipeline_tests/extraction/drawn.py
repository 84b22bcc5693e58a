"""What hand-drawn payslips of tests share: a small sheet, made-up figures that obey the sums, and spellings."""

import io
import random
from dataclasses import dataclass, field

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0


class Sheet:
    """A PDF page with its origin at the top left, and every expected field noted as it is drawn."""

    def __init__(self, font: str = "Helvetica", size: float = 9, page: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
        self.buffer = io.BytesIO()
        self.width, self.height = page
        self.canvas = Canvas(self.buffer, pagesize=page, invariant=True)
        self.font, self.size = font, size
        self.fields: dict[str, str] = {}

    def text(self, x: float, y: float, text: str, *, size: float | None = None, bold: bool = False) -> None:
        self._font(size, bold)
        self.canvas.drawString(x, self.height - y, text)

    def right(self, x: float, y: float, text: str, *, size: float | None = None, bold: bool = False) -> None:
        self._font(size, bold)
        self.canvas.drawRightString(x, self.height - y, text)

    def centre(self, x: float, y: float, text: str, *, size: float | None = None, bold: bool = False) -> None:
        self._font(size, bold)
        self.canvas.drawCentredString(x, self.height - y, text)

    def note(self, **fields: str) -> None:
        self.fields.update(fields)

    def new_page(self) -> None:
        self.canvas.showPage()

    def finish(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()

    def _font(self, size: float | None, bold: bool) -> None:
        bolds = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold"}
        self.canvas.setFont(bolds[self.font] if bold else self.font, size or self.size)


def money(pence: int, *, pound: str = "", trailing: bool = False, thousands: bool = True) -> str:
    """An amount as a payslip prints it."""
    digits = f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    if not thousands:
        digits = digits.replace(",", "")
    if pence >= 0:
        return pound + digits
    return f"{pound}{digits}-" if trailing else f"-{pound}{digits}"


def plain(pence: int) -> str:
    """An amount as the contract spells it."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


@dataclass
class Slip:
    """Made-up figures in pence that obey the sums of a payslip."""

    seed: int
    month: int = 0
    payments: list[tuple[str, str | None, int]] = field(default_factory=list)
    deductions: list[tuple[str, str | None, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)
        self.month = dice.randint(2, 12)
        self.basic = dice.randint(180_000, 700_000)
        self.overtime = dice.choice([0, dice.randint(1_000, 60_000)])
        self.bonus = dice.choice([0, 0, dice.randint(5_000, 300_000)])
        self.tax = dice.choice([dice.randint(9_000, 120_000), -dice.randint(500, 40_000)])
        self.ni = dice.randint(4_000, 40_000)
        self.loan = dice.choice([0, dice.randint(10, 300) * 100])
        self.pension = dice.randint(3_000, 40_000)
        self.union = dice.choice([0, dice.randint(800, 2_500)])
        self.er_ni = dice.randint(9_000, 90_000)
        self.er_pension = dice.randint(4_000, 60_000)
        self.gross = self.basic + self.overtime + self.bonus
        self.taxable = self.gross - self.pension
        self.ni, self.er_ni = min(self.ni, self.gross // 13), min(self.er_ni, self.gross // 8)
        self.loan = min(self.loan, self.gross // 1200 * 100)
        self.total = self.tax + self.ni + self.loan + self.pension + self.union
        self.net = self.gross - self.total
        self.year = 2024 if self.month <= 9 else 2025
        self.calendar_month = (self.month + 2) % 12 + 1
        self.nino = f"QQ{dice.randint(100000, 999999)}{dice.choice('ABCD')}"
        self.code = dice.choice(["1257L", "S1257L", "C1100L", "K475", "BR", "D0", "0T", "1383M"])
        self.number = str(dice.randint(1000, 99999))
        self.before = dice.randint(1, self.month - 1) if self.month > 1 else 0

    def ytd(self, pence: int) -> int:
        """The year to date of an amount paid alike in every month so far."""
        return pence * (self.before + 1)

    @property
    def date(self) -> str:
        return f"{self.year}-{self.calendar_month:02d}-28"

    def lines(self) -> tuple[list[tuple[str, str | None, int]], list[tuple[str, str | None, int]]]:
        paid = [("basic", "basic_pay", self.basic), ("overtime", None, self.overtime), ("bonus", "bonus", self.bonus)]
        taken = [
            ("tax", "income_tax", self.tax),
            ("ni", "national_insurance", self.ni),
            ("pension", "employee_pension", self.pension),
            ("loan", "student_loan", self.loan),
            ("union", None, self.union),
        ]
        return [row for row in paid if row[2]], [row for row in taken if row[2]]


NAMES = {
    "basic": "Basic Pay",
    "overtime": "Overtime",
    "bonus": "Bonus",
    "tax": "PAYE Tax",
    "ni": "National Insurance",
    "pension": "Pension",
    "loan": "Student Loan",
    "union": "Union Subscription",
}


def note_lines(sheet: Sheet, slip: Slip, *, ytd: bool = False) -> None:
    for rows in slip.lines():
        for _, name, pence in rows:
            if name:
                sheet.note(**{name: plain(pence)})
                if ytd:
                    sheet.note(**{f"ytd_{name}": plain(slip.ytd(pence))})


MONTHS = [
    "",
    *[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
]
