"""What a payslip is to a tax year: whose it is, of which employment and period, and the amounts it prints.

Values only. Choosing payslips from readings, and checks across a year's payslips, stand in their own modules.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["CUMULATIVE_AMOUNTS", "Payslip", "counted", "document_order"]

CUMULATIVE_AMOUNTS: Final = (
    "gross_pay",
    "taxable_pay",
    "ni_pay",
    "income_tax",
    "national_insurance",
    "student_loan",
    "postgraduate_loan",
)
"""The amounts whose year to date must be the running sum; other lines come and go on a payslip."""


class Payslip(NamedTuple):
    """One payslip, a tuple since there are many. An amount it does not print is a missing key of `amounts`, never zero.

    `counted` is false for a second copy (`duplicate_of` names the first) and for one that waits for review. `made_from`
    names what it was made from: equal ones give the same payslip.
    """

    reading_id: str
    sha256: str
    person_id: str
    tax_year: str
    employment: str
    pay_date: date
    paye_reference: str | None = None
    employer_name: str | None = None
    payroll_number: str | None = None
    tax_period: int | None = None
    pay_frequency: str | None = None
    tax_code: str | None = None
    tax_basis: str | None = None
    ni_letter: str | None = None
    status: str = "proved"
    counted: bool = True
    duplicate_of: str | None = None
    made_from: str | None = None
    amounts: Mapping[str, Decimal] = MappingProxyType({})

    def amount(self, name: str) -> Decimal | None:
        """The figure of the period, None when it is not printed."""
        return self.amounts.get(name)

    def ytd(self, name: str) -> Decimal | None:
        """The year-to-date figure as printed, None when it is not."""
        return self.amounts.get(f"ytd_{name}")

    @property
    def needs_review(self) -> bool:
        return self.status == "needs_review"


def counted(slips: Iterable[Payslip]) -> list[Payslip]:
    """The payslips that count, in the order of their dates."""
    return sorted((slip for slip in slips if slip.counted), key=document_order)


def document_order(slip: Payslip) -> tuple[date, int, str, str]:
    """An order that depends on what is printed alone, so that every run gives the same."""
    return slip.pay_date, slip.tax_period or 0, slip.sha256, slip.reading_id
