"""What a pack holds, as values: whose year, the employments with their measures and findings, the exhibits.

Where the values come from belongs to `gather`, how they look to the other modules of this room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.tax_year import LONDON, TaxYear

__all__ = ["Audience", "Employment", "Exhibit", "Mark", "NothingToShow", "Pack", "Person", "spoken_day"]

Audience = Literal["self", "employer"]
_UNTOLD: Final = frozenset({"payslips", "hmrc", "seen"})
"""How a P60 was chosen where neither is marked nor dated."""


class NothingToShow(Problem):
    """There is nothing of this year to make a pack of; the message says why."""


@dataclass(frozen=True, repr=False)
class Person:
    """Who the pack is about. `nino` is whole for the person, masked for an employer."""

    person_id: str
    name: str | None
    nino: str | None


@dataclass(frozen=True, repr=False)
class Mark:
    """One figure on a page to draw a box around, and what it is."""

    page: int
    box: tuple[float, ...]
    label: str
    value: str


@dataclass(frozen=True, repr=False)
class Exhibit:
    """One document of the pack. `hidden` are boxes by page that this audience may not see; a page of `left_out` is
    not shown at all, for the reason given."""

    name: str
    title: str
    sha256: str
    kind: str
    employment: str
    seen_as: tuple[str, ...]
    marks: tuple[Mark, ...]
    hidden: tuple[tuple[int, tuple[float, ...]], ...] = ()
    left_out: Mapping[int, str] = field(default_factory=dict)

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(sorted({mark.page for mark in self.marks} - self.left_out.keys()))


@dataclass(frozen=True, repr=False)
class Employment:
    """One employment's results, as `reconcile --json` gives them, and its payslips. `not_shown` documents prove it too
    and are no exhibits."""

    key: str
    paye_reference: str | None
    employer_name: str | None
    measures: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]
    unexplained: Mapping[str, Decimal]
    slips: tuple[Payslip, ...]
    exhibits: tuple[Exhibit, ...] = ()
    not_shown: int = 0

    @property
    def called(self) -> str:
        return self.employer_name or self.paye_reference or "the employer"

    @property
    def discrepancies(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(finding for finding in self.findings if finding["kind"] == "discrepancy")

    @property
    def to_ask(self) -> tuple[Mapping[str, Any], ...]:
        """The discrepancies, and P60s of which nothing printed tells the valid one."""
        return tuple(
            finding
            for finding in self.findings
            if finding["kind"] == "discrepancy" or finding["evidence"].get("chosen_by") in _UNTOLD
        )

    @property
    def information(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(finding for finding in self.findings if finding["kind"] != "discrepancy")

    @property
    def differs(self) -> bool:
        """Whether there is something to ask about."""
        return bool(self.to_ask) or any(self.unexplained.values())


@dataclass(frozen=True, repr=False)
class Pack:
    """One pack: a person's year, for the person or for one employer."""

    audience: Audience
    tax_year: TaxYear
    person: Person
    employments: tuple[Employment, ...]
    made_at: datetime

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        return tuple(exhibit for employment in self.employments for exhibit in employment.exhibits)

    @property
    def made_on(self) -> date:
        """The day in London."""
        return self.made_at.astimezone(LONDON).date()

    @property
    def title(self) -> str:
        return f"Evidence for the tax year {self.tax_year}"


def spoken_day(day: date) -> str:
    """`5 April 2025`."""
    return f"{day.day} {day:%B %Y}"
