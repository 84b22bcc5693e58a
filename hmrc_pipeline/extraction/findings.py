"""A payslip's amounts while it is read: by field the value taken so far, and the cells that print it.

Which amount gives which field belongs to `payslip`, what may be wrong with those taken to `doubts` and `strays`.
"""

from dataclasses import dataclass, field

from hmrc_pipeline.extraction.entry import Cell, Entry
from hmrc_pipeline.money import format_amount, from_pence

__all__ = ["Findings", "Found", "either"]


@dataclass(slots=True)
class Found:
    """A value for a field with the cells that print it; several cells when lines were added up.

    `doubt` is 0 for what stands in the sums and 1 for a line outside them; else that of its cell, and one more where
    the label speaks of this employment alone.
    """

    pence: int
    doubt: int
    parts: list[tuple[Entry, Cell]]
    checks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """By field the value taken so far, and the reasons for review met on the way."""

    found: dict[str, Found] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def offer(self, name: str, pence: int, doubt: int, entry: Entry, cell: Cell, *checks: str) -> None:
        """Take the value unless a surer one stands; two equally sure and different ones are a reason for review."""
        known = self.found.get(name)
        if known is None or doubt < known.doubt:
            self.found[name] = Found(pence, doubt, [(entry, cell)], set(checks))
        elif known.pence != pence and doubt == known.doubt:
            self.reasons.append(either(name, known.pence, pence))


def either(name: str, first: int, second: int) -> str:
    """The reason for review where two amounts, in pence, claim one field."""
    one, other = format_amount(from_pence(first)), format_amount(from_pence(second))
    return f"{name} is {one} or {other}: both are printed under such a label"
