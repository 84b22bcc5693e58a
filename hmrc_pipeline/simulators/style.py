"""How a payroll spells: font, amounts, dates, wording, and the oddities of real documents, as one value.

Spelling belongs here; where things stand on a page belongs to the layouts.
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from hmrc_pipeline.simulators.dice import Dice

__all__ = ["FONTS", "Font", "Style"]

Negative = Literal["leading", "trailing", "parentheses", "cr"]
DateSpelling = Literal[
    "31/03/2025", "31 Mar 2025", "31 March 2025", "31-Mar-25", "31.03.2025", "2025-03-31", "31MAR2025"
]
_DATES: dict[DateSpelling, str] = {
    "31/03/2025": "%d/%m/%Y",
    "31 Mar 2025": "%d %b %Y",
    "31 March 2025": "%d %B %Y",
    "31-Mar-25": "%d-%b-%y",
    "31.03.2025": "%d.%m.%Y",
    "2025-03-31": "%Y-%m-%d",
    "31MAR2025": "%d%b%Y",
}


@dataclass(frozen=True)
class Font:
    """Names of the three faces, as the drawing library knows them."""

    regular: str
    bold: str
    italic: str


FONTS = {
    "helvetica": Font("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "times": Font("Times-Roman", "Times-Bold", "Times-Italic"),
    "courier": Font("Courier", "Courier-Bold", "Courier-Oblique"),
    "vera": Font("Vera", "VeraBd", "VeraIt"),
}


@dataclass(frozen=True)
class Style:
    """One payroll's habits. The defaults are the plainest; `seeded` mixes them.

    `wording` chooses among a layout's captions; `carry` prints lines of earlier periods with their year to date;
    `employer_in_deductions` prints employer lines where deductions stand; `sacrifice` says whether a salary sacrifice
    is a negative payment or a deduction, `refund` whether tax given back is a negative deduction or a payment;
    `decoys` adds messages with amounts; `split` draws figures in two pieces.
    """

    font: str = "helvetica"
    scale: float = 1.0
    thousands: bool = True
    pound: bool = False
    negative: Negative = "leading"
    dates: DateSpelling = "31/03/2025"
    wording: int = 0
    tint: int = 0
    ytd_first: bool = False
    carry: bool = False
    employer_in_deductions: bool = False
    sacrifice: Literal["payment", "deduction"] = "payment"
    refund: Literal["payment", "deduction"] = "deduction"
    net_label: bool = True
    decoys: bool = False
    units: bool = False
    split: bool = False
    ligatures: bool = False
    rotate: bool = False
    shift: tuple[float, float] = (0.0, 0.0)
    password: str | None = None

    @classmethod
    def seeded(cls, seed: int | str) -> "Style":
        """A mixture that follows from the seed. Rotation and passwords are rare, as in life."""
        dice = Dice(seed, "style")
        font = dice.pick(["helvetica", "helvetica", "times", "vera", "courier"])
        return cls(
            font=font,
            scale=dice.pick([0.94, 1.0, 1.0, 1.05]),
            thousands=dice.chance(60),
            pound=dice.chance(25),
            negative=dice.pick(["leading", "trailing", "parentheses", "cr"]),
            dates=dice.pick(list(_DATES)),
            wording=dice.number(0, 11),
            tint=dice.number(0, 5),
            ytd_first=dice.chance(20),
            carry=dice.chance(35),
            employer_in_deductions=dice.chance(25),
            sacrifice=dice.pick(["payment", "payment", "deduction"]),
            refund=dice.pick(["payment", "deduction", "deduction"]),
            net_label=dice.chance(85),
            decoys=dice.chance(35),
            units=dice.chance(40),
            split=dice.chance(12),
            ligatures=font == "vera" and dice.chance(40),
            rotate=dice.chance(7),
            shift=(dice.number(-8, 8) / 1.0, dice.number(-8, 8) / 1.0),
            password=dice.pick(["opensesame", "Ashg3847"]) if dice.chance(5) else None,
        )

    def amount(self, amount: Decimal) -> str:
        """An amount in this payroll's spelling."""
        digits = f"{abs(amount):,.2f}" if self.thousands else f"{abs(amount):.2f}"
        text = f"£{digits}" if self.pound else digits
        if amount >= 0:
            return text
        return {"leading": f"-{text}", "trailing": f"{text}-", "parentheses": f"({text})", "cr": f"{text} CR"}[
            self.negative
        ]

    def date(self, day: date) -> str:
        """A date in this payroll's spelling."""
        text = day.strftime(_DATES[self.dates])
        return text.upper() if self.dates == "31MAR2025" else text

    def choose(self, *wordings: str) -> str:
        """One of several captions for the same thing; the same payroll always chooses the same."""
        return wordings[(self.wording + len(wordings[0])) % len(wordings)] if self.wording else wordings[0]

    def but(self, **changes: object) -> "Style":
        """This style with some habits another."""
        values = {item.name: getattr(self, item.name) for item in fields(self)} | changes
        return Style(**values)
