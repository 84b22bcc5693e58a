"""National Insurance and student loans of a chain of payslips recomputed: what was taken, what a letter or plan gives.

Pure arithmetic, each payslip alone: neither is cumulative. What a difference means is judged in `causes`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Final, cast

from hmrc_pipeline.paye import Frequency, NoRates, Rates, UnknownLetter, employee_contribution, rates_of, student_loan
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["PLANS", "Contributed", "Deduction", "contributed"]

PLANS: Final = ("1", "2", "4", "5")


@dataclass(frozen=True, eq=False)
class Deduction:
    """One payslip's deduction: what was taken, and what another way to compute it gives."""

    slip: Payslip
    taken: Decimal
    _compute: Callable[[str], Decimal | None]
    _known: dict[str, Decimal | None] = field(default_factory=dict)

    def due(self, by: str) -> Decimal | None:
        """What a letter or plan gives; None where there is no such letter or plan on that day."""
        if by not in self._known:
            self._known[by] = self._compute(by)
        return self._known[by]

    def is_by(self, by: str) -> bool:
        """Whether a letter or plan gives exactly what was taken."""
        return self.due(by) == self.taken


@dataclass(frozen=True, eq=False)
class Contributed:
    """The deductions of a chain, by payslip; None where a payslip does not print what the routine needs."""

    chain: Chain
    rates: Rates | None

    @property
    def frequency(self) -> Frequency:
        return cast(Frequency, self.chain.calendar.frequency)

    @cached_property
    def contributions(self) -> Sequence[Deduction | None]:
        """National Insurance, to be computed by letter."""
        figures = self.chain.figures("national_insurance")
        return [self._contribution(slip, taken) for slip, taken in zip(self.chain.slips, figures, strict=True)]

    @cached_property
    def loans(self) -> Sequence[Deduction | None]:
        """Student loans, to be computed by plan."""
        return [self._loan(slip, slip.amount("student_loan")) for slip in self.chain.slips]

    @cached_property
    def plan(self) -> str | None:
        """The plan most payslips' loan deductions follow, None where they follow none."""
        taken = [item for item in self.loans if item is not None and item.taken]
        fitting: dict[str, int] = {}
        for plan in PLANS:
            fitting[plan] = sum(item.is_by(plan) for item in taken)
            if fitting[plan] == len(taken):
                break
        usual = max(fitting, key=lambda plan: fitting[plan])
        return usual if fitting[usual] else None

    def contribution_due(self, index: int) -> Decimal | None:
        """The employee's contribution of a payslip on its printed letter; None where it cannot be told."""
        found = self.contributions[index]
        return None if found is None else found.due(found.slip.ni_letter or "")

    def loan_due(self, index: int) -> Decimal | None:
        """What the usual plan gives for a payslip; None where none is known."""
        found = self.loans[index]
        return None if found is None or self.plan is None else found.due(self.plan)

    def _contribution(self, slip: Payslip, taken: Decimal | None) -> Deduction | None:
        rates, earnings = self.rates, slip.amount("ni_pay")
        if not slip.ni_letter or taken is None or earnings is None or rates is None:
            return None

        def compute(letter: str) -> Decimal | None:
            try:
                return employee_contribution(
                    letter, rates, earnings=earnings, pay_date=slip.pay_date, frequency=self.frequency
                )
            except (UnknownLetter, NoRates):
                return None

        return Deduction(slip, taken, compute)

    def _loan(self, slip: Payslip, taken: Decimal | None) -> Deduction | None:
        rates, earnings = self.rates, slip.amount("ni_pay")
        if taken is None or earnings is None or rates is None:
            return None

        def compute(plan: str) -> Decimal | None:
            if plan not in rates.loans.thresholds:
                return None
            return student_loan(plan, rates, earnings=earnings, frequency=self.frequency)

        return Deduction(slip, taken, compute)


def contributed(tax_year: TaxYear, chain: Chain) -> Contributed:
    """The National Insurance and loans of a chain, with the rates of its year where they are known."""
    try:
        return Contributed(chain, rates_of(tax_year))
    except NoRates:
        return Contributed(chain, None)
