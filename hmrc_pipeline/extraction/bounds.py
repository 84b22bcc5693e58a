"""What no payroll can print: figures that contradict each other by law or by arithmetic, whatever the layout.

A figure no sum ties down (a year to date, pay for tax, the employer's own) can still be a neighbour's. Taken for the
wrong field it nearly always breaks one of these. Nothing here chooses a value: it only withholds trust. What adds up
exactly is for `solve`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

__all__ = ["contradictions"]

_PENCE: Final = 100
_SHARES: Final[tuple[tuple[str, tuple[str, ...], float, str], ...]] = (
    ("income_tax", ("taxable_pay", "gross_pay"), 0.50, "half the pay it is on"),
    ("national_insurance", ("ni_pay", "gross_pay"), 0.1325, "the highest rate of National Insurance"),
    ("employer_ni", ("ni_pay", "gross_pay"), 0.1505, "the highest rate of employer's National Insurance"),
    ("student_loan", ("ni_pay", "gross_pay"), 0.09, "the rate of repayment"),
    ("postgraduate_loan", ("ni_pay", "gross_pay"), 0.06, "the rate of repayment"),
    ("employee_pension", ("gross_pay", "ni_pay"), 1.0, "the pay itself"),
    ("employer_pension", ("gross_pay", "ni_pay"), 1.0, "the pay itself"),
)
"""At most this share of the pay. Sources: the Income Tax (PAYE) Regulations 2003, reg. 2 (overriding limit 50 %); class
1 rates of 2022-23, the highest since 2016-17 (13.25 % and 15.05 %); student loans 9 %, postgraduate loans 6 %."""
_GROW: Final = (
    "gross_pay", "taxable_pay", "ni_pay", "national_insurance", "employee_pension", "pension_sacrifice",
    "employer_ni", "employer_pension", "student_loan", "postgraduate_loan",
)  # fmt: skip
_ALONE: Final = frozenset({"gross_pay", "taxable_pay", "income_tax"})
"""What the first slip of an employment may already have from before it, and gross pay, which is what tells."""
_EMPLOYERS: Final = ("employer_ni", "employer_pension")
_BEFORE_TAX: Final = ("employee_pension", "pension_sacrifice", "rsu_tax_offset", "rsu_excess_refund")
_LEAST: Final = 0.5
_MOST: Final = 1.5
_BENEFITS: Final = 1500 * _PENCE
"""A month's payrolled benefits that a slip need not print."""
_NAMES: Final = {"ytd_": "the year to date of "}


def contradictions(pence: Mapping[str, int], benefits: int, period: str | None) -> list[str]:
    """Reasons for review: what cannot be true of these amounts together.

    `pence` are the amounts read by field, `benefits` what is printed of pay that is not in gross pay, `period` the
    number of the tax period where it is known.
    """
    found: list[str] = []
    for prefix in ("", "ytd_"):
        found.extend(_shares(prefix, lambda name, prefix=prefix: pence.get(prefix + name)))  # type: ignore[misc]
        found.extend(_bases(pence, prefix, benefits))
        found.extend(_negative(pence, prefix))
    found.extend(_time(pence, period))
    return found


def _negative(pence: Mapping[str, int], prefix: str) -> Iterator[str]:
    for name in (*_EMPLOYERS, "gross_pay", "taxable_pay", "ni_pay") if prefix else _EMPLOYERS:
        if pence.get(prefix + name, 0) < 0:
            yield f"{_NAMES.get(prefix, '')}{name} is less than nothing"


def _shares(prefix: str, amount: Callable[[str], int | None]) -> Iterator[str]:
    for name, bases, share, what in _SHARES:
        taken = amount(name)
        base = next((value for base in bases if (value := amount(base)) is not None), None)
        if taken is None or base is None or base < 0:
            continue
        if name == "employer_pension":
            base += amount("pension_sacrifice") or 0
        if taken > share * base + _PENCE:
            yield f"{_NAMES.get(prefix, '')}{name} is more than {what}"


def _bases(pence: Mapping[str, int], prefix: str, benefits: int) -> Iterator[str]:
    gross = pence.get(f"{prefix}gross_pay")
    if gross is None or gross <= 0:
        return
    given_up = sum(pence.get(prefix + name, 0) for name in _BEFORE_TAX) + max(0, -pence.get(f"{prefix}income_tax", 0))
    for name in ("taxable_pay", "ni_pay"):
        base = pence.get(prefix + name)
        if base is not None and base < _LEAST * (gross - given_up):
            yield f"{_NAMES.get(prefix, '')}{name} is less than half of gross pay"
        if base is not None and not prefix and base > _MOST * gross + benefits + _BENEFITS:
            yield f"{name} is far more than gross pay and the benefits printed"


def _time(pence: Mapping[str, int], period: str | None) -> Iterator[str]:
    """Y1 and Y2: the year holds this period; the first slip's year is this period."""
    gross, of_year = pence.get("gross_pay"), pence.get("ytd_gross_pay")
    first = gross is not None and gross > 0 and (gross == of_year or (period == "1" and of_year is None))
    for name in _GROW:
        this, ytd = pence.get(name), pence.get(f"ytd_{name}")
        if this is None or ytd is None:
            continue
        if this > ytd >= 0 or (ytd < 0 < this):
            yield f"the year to date of {name} is smaller than this period's amount"
        elif first and name not in _ALONE and this != ytd:
            yield f"the year to date of {name} is not this period's amount, though it is the first of the employment"
