"""Money: exact pounds as `Decimal` at the edges, whole pence as `int` in the database.

Reading, writing and formatting amounts belong here; what an amount means does not.
"""

import re
from decimal import Decimal, InvalidOperation

__all__ = ["NotMoney", "format_amount", "format_pounds", "from_pence", "parse_amount", "to_pence"]

PENNY = Decimal("0.01")

_AMOUNT = re.compile(
    r"""
    (?P<open>\()?
    (?P<lead>[-+])?\s*(?:GBP|£)?\s*(?P<inner>[-+])?
    (?P<digits>\d{1,3}(?:,\d{3})+|\d+)
    (?:\.(?P<pence>\d{1,2}))?
    \s*(?P<trail>[-+]|CR|DR)?
    (?P<close>\))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


class NotMoney(ValueError):
    """The text is not an amount of money in a spelling payslips use."""


def parse_amount(text: str) -> Decimal:
    """Read an amount as printed: `£1,234.50`, `(12.00)`, `12.00-`, `-£12.00`, `12.00 CR`.

    Parentheses, a sign on either side and `CR` all mean negative. Raises `NotMoney`.
    """
    cleaned = " ".join(text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").split())
    match = _AMOUNT.fullmatch(cleaned)
    if match is None or bool(match["open"]) != bool(match["close"]):
        raise NotMoney(f"{text!r} is not an amount of money")
    signs = [match["lead"], match["inner"], match["trail"]]
    marks = [bool(match["open"]), "-" in signs, (match["trail"] or "").upper() == "CR"]
    if sum(marks) > 1 or signs.count("-") > 1:
        raise NotMoney(f"{text!r} carries two signs")
    value = Decimal(match["digits"].replace(",", "") + "." + (match["pence"] or "0").ljust(2, "0"))
    return -value if any(marks) else value


def to_pence(amount: Decimal) -> int:
    """Whole pence of an amount in pounds. Raises `NotMoney` for a fraction of a penny."""
    try:
        pence = amount.scaleb(2)
        whole = int(pence)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise NotMoney(f"{amount} is not an amount of money") from error
    if whole != pence:
        raise NotMoney(f"{amount} has a fraction of a penny")
    return whole


def from_pence(pence: int) -> Decimal:
    """Pounds with two decimals."""
    return PENNY * pence


def format_amount(amount: Decimal) -> str:
    """`1234.50`: the spelling of every JSON answer."""
    return str(amount.quantize(PENNY))


def format_pounds(amount: Decimal) -> str:
    """`£1,234.50` or `-£1,234.50`: the spelling for people."""
    sign = "-" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"
