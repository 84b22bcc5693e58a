"""What a P60 is: the figures an employer certifies for a person, tax year and employment.

Values and the rules of the form itself. Comparing them with anything else belongs to reconciliation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

__all__ = ["P60", "NiRow", "current_first", "settle"]

ZERO: Final = Decimal("0.00")
_FROM_TOTAL: Final = {"pay_this": ("pay_total", "pay_previous"), "tax_this": ("tax_total", "tax_previous")}


@dataclass(frozen=True)
class NiRow:
    """One row of the National Insurance table; a blank cell is a missing key of `amounts`."""

    letter: str | None
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class P60:
    """One P60. A box left blank is a missing key of `amounts`, never zero.

    `current` is false for a copy and for one a corrected P60 replaces (`replaced_by` names the other). `corrected`:
    the form is marked as one that takes an earlier one's place; `issued_on`: its date of issue, where printed;
    `made_from`: what it was made from, equal ones give the same P60.
    """

    reading_id: str
    sha256: str
    person_id: str
    tax_year: str
    employment: str
    paye_reference: str | None = None
    employer_name: str | None = None
    payroll_number: str | None = None
    tax_code: str | None = None
    tax_basis: str | None = None
    status: str = "proved"
    current: bool = True
    replaced_by: str | None = None
    corrected: bool = False
    issued_on: date | None = None
    ni_rows: tuple[NiRow, ...] = ()
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    seen_at: datetime | None = None
    made_from: str | None = None

    @property
    def needs_review(self) -> bool:
        return self.status == "needs_review"

    @property
    def stands_in(self) -> tuple[str, ...]:
        """The boxes `In this employment` left blank for which `Total for year` stands in: allowed only
        where the form names no previous employment."""
        return tuple(name for name in _FROM_TOTAL if name not in self.amounts and self._total_for(name) is not None)

    @property
    def national_insurance(self) -> Decimal | None:
        """The sum of the employee's contributions over the letters; None when no row prints one."""
        paid = [row.amounts["employee"] for row in self.ni_rows if "employee" in row.amounts]
        return sum(paid, ZERO) if paid else None

    def measure(self, name: str) -> Decimal | None:
        """A measure of reconciliation as this form gives it, None when it does not."""
        if name == "national_insurance":
            return self.national_insurance
        box = {"taxable_pay": "pay_this", "income_tax": "tax_this"}.get(name, name)
        found = self.amounts.get(box)
        return self._total_for(box) if found is None else found

    @property
    def figures(self) -> tuple[object, ...]:
        """Every amount, to tell whether two forms say the same."""
        rows = sorted((row.letter or "", sorted(row.amounts.items())) for row in self.ni_rows)
        return (sorted(self.amounts.items()), rows)

    def _total_for(self, box: str) -> Decimal | None:
        if box not in _FROM_TOTAL:
            return None
        total, previous = _FROM_TOTAL[box]
        return None if self.amounts.get(previous) else self.amounts.get(total)


def settle(p60s: Iterable[P60]) -> list[P60]:
    """Of several P60s of one employment with the same figures one stays current: a marked one, else the first seen.

    P60s with different figures all stay current: which of them counts is told by the year to date, not here.
    """
    settled: list[P60] = []
    for p60 in sorted(p60s, key=lambda p60: (not p60.corrected, *_seen(p60))):
        same = [other for other in settled if other.current and _says_the_same(other, p60)]
        if same and not p60.needs_review:
            settled.append(replace(p60, current=False, replaced_by=same[0].reading_id))
        else:
            stands = not p60.needs_review
            settled.append(p60 if p60.current == stands else replace(p60, current=stands))
    return settled


def current_first(p60s: Iterable[P60]) -> list[P60]:
    """Current P60s only, the last seen first."""
    return sorted((p60 for p60 in p60s if p60.current), key=_seen, reverse=True)


def _says_the_same(one: P60, other: P60) -> bool:
    numbers = {one.payroll_number, other.payroll_number} - {None}
    return one.employment == other.employment and one.figures == other.figures and len(numbers) < 2


def _seen(p60: P60) -> tuple[bool, float, str, str]:
    seen = p60.seen_at
    return (seen is None, seen.timestamp() if seen else 0.0, p60.sha256, p60.reading_id)
