"""A career: who was paid what by whom over some tax years, and what HMRC would hold of it.

Which careers there are belongs to `demo_life` and `seeded_life`, how their slips are drawn to the layouts.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hmrc_pipeline.identifiers import Utr
from hmrc_pipeline.simulators.payroll import (
    Employee,
    P60Figures,
    Slip,
    Terms,
)
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Career", "PaidEmployment", "PaidYear", "as_hmrc_json", "calendar_months", "payday"]


@dataclass(frozen=True)
class PaidEmployment:
    """One employment within one tax year. A leaver has no P60."""

    terms: Terms
    slips: tuple[Slip, ...]
    p60: P60Figures | None

    @property
    def pay(self) -> Decimal:
        return self.slips[-1].ytd["taxable_pay"]

    @property
    def tax(self) -> Decimal:
        return self.slips[-1].ytd["income_tax"]


@dataclass(frozen=True)
class PaidYear:
    """One tax year of a person, employment by employment."""

    tax_year: TaxYear
    employments: tuple[PaidEmployment, ...]

    @property
    def slips(self) -> tuple[Slip, ...]:
        """All slips of the year in order of payment."""
        return tuple(sorted((slip for job in self.employments for slip in job.slips), key=lambda slip: slip.pay_date))

    @property
    def p60s(self) -> tuple[P60Figures, ...]:
        return tuple(job.p60 for job in self.employments if job.p60)


@dataclass(frozen=True)
class Career:
    """A made-up person and the years they were paid."""

    employee: Employee
    utr: Utr
    years: tuple[PaidYear, ...]

    @property
    def slips(self) -> Iterator[Slip]:
        return (slip for year in self.years for slip in year.slips)

    def hmrc_summary(self) -> dict[str, dict[str, Any]]:
        """What HMRC's annual summaries answer for each year, in its own shapes; amounts are `Decimal`.

        Write it with `as_hmrc_json`, which gives each amount as a JSON number with two decimals.
        """
        return {year.tax_year.label: _summary(year) for year in self.years}


def as_hmrc_json(summary: Mapping[str, Any]) -> str:
    """JSON text in which every `Decimal` is a number with its two decimals, never a float's spelling."""
    text = json.dumps(summary, indent=1, default=lambda amount: f"\x00{amount:.2f}\x00")
    return re.sub(r'"\\u0000(-?\d+\.\d\d)\\u0000"', r"\1", text)


def _summary(year: PaidYear) -> dict[str, Any]:
    jobs = year.employments
    references = [job.terms.employer.paye_reference.value for job in jobs]
    return {
        "income": {
            "pensionsAnnuitiesAndOtherStateBenefits": {},
            "employments": [
                {"employerPayeReference": reference, "payFromEmployment": job.pay}
                for reference, job in zip(references, jobs, strict=True)
            ],
        },
        "tax": {
            "pensionsAnnuitiesAndOtherStateBenefits": {},
            "refunds": {},
            "employments": [
                {"employerPayeReference": reference, "taxTakenOffPay": job.tax}
                for reference, job in zip(references, jobs, strict=True)
            ],
        },
        "employment": {
            "employments": [
                {
                    "employerPayeReference": reference,
                    "employerName": job.terms.employer.name,
                    "offPayrollWorkFlag": False,
                }
                for reference, job in zip(references, jobs, strict=True)
            ],
        },
    }


def payday(year: int, month: int, day: int) -> date:
    """The day itself, or the working day before a weekend or Christmas. Day 31 means the last of the month."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    wanted = min(date(year, month, 1) + timedelta(days=day - 1), first_of_next - timedelta(days=1))
    while wanted.weekday() > 4 or (wanted.month, wanted.day) == (12, 25):
        wanted -= timedelta(days=1)
    return wanted


def calendar_months(year: TaxYear) -> Iterator[tuple[int, int]]:
    """April of the year to March of the next: the months whose paydays after the 5th fall into it."""
    return ((year.starts + (month > 12), (month - 1) % 12 + 1) for month in range(4, 16))
