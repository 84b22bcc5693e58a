"""What no payroll can print: figures that contradict each other by law or by arithmetic, whatever the layout.

A figure no sum ties down (a year to date, pay for tax, the employer's own) can still be a neighbour's. Taken for the
wrong field it nearly always breaks one of these. Nothing here chooses a value: it only withholds trust. What adds up
exactly is for `solve`.
"""

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Final

from hmrc_pipeline.extraction.fields import EMPLOYERS, LOANS

__all__ = ["contradictions"]

_PENCE: Final = 100
_HIGHEST: Final = {"national_insurance": 0.1325, "employer_ni": 0.1505}
_RATES: Final = {
    "national_insurance": {**dict.fromkeys((*range(2016, 2022), 2023), 0.12), **dict.fromkeys(range(2024, 2027), 0.08)},
    "employer_ni": {**dict.fromkeys((*range(2016, 2022), 2023, 2024), 0.138), 2025: 0.15, 2026: 0.15},
}
"""The highest class 1 rates of the tax year that begins in this year; any other year may have the highest of all."""
_SHARES: Final[tuple[tuple[str, tuple[str, ...], float, str], ...]] = (
    ("income_tax", ("taxable_pay", "gross_pay"), 0.50, "half the pay it is on"),
    (
        "national_insurance",
        ("ni_pay", "gross_pay"),
        _HIGHEST["national_insurance"],
        "the highest rate of National Insurance",
    ),
    (
        "employer_ni",
        ("ni_pay", "gross_pay"),
        _HIGHEST["employer_ni"],
        "the highest rate of employer's National Insurance",
    ),
    ("student_loan", ("ni_pay", "gross_pay"), 0.09, "the rate of repayment"),
    ("postgraduate_loan", ("ni_pay", "gross_pay"), 0.06, "the rate of repayment"),
    ("employee_pension", ("gross_pay", "ni_pay"), 1.0, "the pay itself"),
    ("employer_pension", ("gross_pay", "ni_pay"), 1.0, "the pay itself"),
)
"""At most this share of the pay. Sources: the Income Tax (PAYE) Regulations 2003, reg. 2 (overriding limit 50 %); class
1 rates of 2022-23, the highest since 2016-17 (13.25 % and 15.05 %), lower in other years (gov.uk, rates and thresholds
for employers); student loans 9 %, postgraduate loans 6 %."""
_GROW: Final = (
    "gross_pay", "taxable_pay", "ni_pay", "national_insurance", "employee_pension", "pension_sacrifice",
    *EMPLOYERS, *LOANS,
)  # fmt: skip
_BASES: Final = ("gross_pay", "taxable_pay", "ni_pay")
_ALONE: Final = frozenset({"gross_pay", "taxable_pay", "income_tax"})
"""What the first slip of an employment may already have from before it, and gross pay, which is what tells."""
_NEVER_LESS: Final = (*_BASES, "national_insurance", *LOANS)
"""What a whole year is never less than nothing of: no more is given back than was taken."""
_BEFORE_TAX: Final = ("employee_pension", "pension_sacrifice", "rsu_tax_offset", "rsu_excess_refund")
_LEAST: Final = 0.5
_MOST: Final = 1.5
_BENEFITS: Final = 1500 * _PENCE
"""A month's payrolled benefits that a slip need not print."""
_SO_FAR: Final = 2
"""Where the year's pay is not printed, at most so many times this period's for each period so far."""
_STEADY: Final = 5
"""Pension grows with the periods and with pay: so many times faster it does not."""
_MOST_PERIODS: Final = 54
_ALIKE: Final = 0.005
_UNLIKE: Final = 4
"""Two shares differ by less than this; a share is nearer to another when it is so many times nearer."""
_PENSIONS: Final = ("employee_pension", "pension_sacrifice", "employer_pension")
_NAMES: Final = {"ytd_": "the year to date of "}


def contradictions(pence: Mapping[str, int], benefits: int, period: str | None, year: int | None = None) -> list[str]:
    """Reasons for review: what cannot be true of these amounts together.

    `pence` are the amounts read by field, `benefits` what is printed of pay that is not in gross pay, `period` the
    number of the tax period and `year` that in which the tax year begins, where they are known.
    """
    found: list[str] = []
    for prefix in ("", "ytd_"):
        found.extend(_shares(pence, prefix, year))
        found.extend(_bases(pence, prefix, benefits))
        found.extend(_negative(pence, prefix))
    found.extend(_time(pence, period))
    found.extend(_grows_as_another(pence))
    found.extend(_so_far(pence, int(period) if period else _MOST_PERIODS, year))
    return found


def _share(name: str, share: float, year: int | None) -> float:
    return _RATES.get(name, {}).get(year or 0, share)


def _so_far(pence: Mapping[str, int], periods: int, year: int | None) -> Iterator[str]:
    """Years to date held against the number of periods so far, where no pay of the year holds them."""
    for name in _PENSIONS:
        this, ytd = pence.get(name, 0), pence.get(f"ytd_{name}", 0)
        if this > 0 and ytd > _STEADY * this * max(periods, *(_times(pence, base) for base in _BASES)) + _PENCE:
            yield f"the year to date of {name} is far more than this period's amount for each period so far"
    if any(f"ytd_{base}" in pence for base in _BASES):
        return
    pay = max((pence.get(base, 0) for base in _BASES), default=0)
    for name, _, share, _ in _SHARES:
        taken = pence.get(f"ytd_{name}", 0)
        if pay > 0 and taken > _share(name, share, year) * _SO_FAR * periods * pay + _PENCE:
            yield f"the year to date of {name} is far more than pay so far allows, and the year's pay is not printed"


def _grows_as_another(pence: Mapping[str, int]) -> Iterator[str]:
    """Pay of the year that stands to other pay of the year as a measure does whose own year was not read."""
    if all(f"ytd_{base}" in pence for base in _BASES):
        return
    for name, other, held in permutations(_BASES):
        own_now, lacks, by = (pence.get(base, 0) for base in (name, other, held))
        ytd, held_ytd = pence.get(f"ytd_{name}", 0), pence.get(f"ytd_{held}", 0)
        if min(own_now, lacks, by, ytd, held_ytd) <= 0 or f"ytd_{other}" in pence:
            continue
        own, others = abs(ytd / held_ytd - own_now / by), abs(ytd / held_ytd - lacks / by)
        if others < _ALIKE and own > _UNLIKE * max(others, _ALIKE / _UNLIKE):
            yield f"the year to date of {name} is to that of {held} as {other} is, whose own was not found"


def _times(pence: Mapping[str, int], base: str) -> float:
    this, ytd = pence.get(base, 0), pence.get(f"ytd_{base}", 0)
    return ytd / this if this > 0 else 0.0


def _negative(pence: Mapping[str, int], prefix: str) -> Iterator[str]:
    gross, total, net = (pence.get(prefix + name) for name in ("gross_pay", "total_deductions", "net_pay"))
    if total and gross is not None and net is not None and gross + total == net:
        yield f"{_NAMES.get(prefix, '')}total_deductions has the wrong sign"
    if prefix and pence.get("ytd_income_tax", 0) < 0 < pence.get("income_tax", 0):
        yield "the year to date of income_tax is less than nothing, though this period's is not"
    for name in (*EMPLOYERS, *_NEVER_LESS) if prefix else EMPLOYERS:
        if pence.get(prefix + name, 0) < 0:
            yield f"{_NAMES.get(prefix, '')}{name} is less than nothing"


def _shares(pence: Mapping[str, int], prefix: str, year: int | None) -> Iterator[str]:
    for name, bases, highest, what in _SHARES:
        taken = pence.get(prefix + name)
        if taken is None:
            continue
        base = next((_paid(pence, prefix, base) for base in bases if prefix + base in pence), None)
        if base is None or base < 0:
            continue
        if name == "employer_pension":
            base += pence.get(f"{prefix}pension_sacrifice", 0)
        if taken > _share(name, highest, year) * base + _PENCE:
            yield f"{_NAMES.get(prefix, '')}{name} is more than {what}"


def _paid(pence: Mapping[str, int], prefix: str, base: str) -> int:
    """A measure of pay; of gross pay, where shares are paid too, what it stands in for: tax and NI are due on those."""
    if base != "gross_pay" or not pence.keys() & {"rsu_gross", "rsu_tax_offset"}:
        return pence[prefix + base]
    shares = pence.get(f"{prefix}rsu_gross", 0)
    return max(pence[f"{prefix}gross_pay"] + shares, pence.get(f"{prefix}taxable_pay", 0))


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
        if (this := pence.get(name)) is None or (ytd := pence.get(f"ytd_{name}")) is None:
            continue
        if this > ytd >= 0 or (ytd < 0 < this):
            yield f"the year to date of {name} is smaller than this period's amount"
        elif first and name not in _ALONE and this != ytd:
            yield f"the year to date of {name} is not this period's amount, though it is the first of the employment"
