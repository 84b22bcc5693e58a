"""National Insurance and student loans of a chain of payslips recomputed: what was taken, what a letter or plan gives.

Pure arithmetic, each payslip alone: neither is cumulative. What a difference means is judged in `causes`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, cast

from hmrc_pipeline.paye import Frequency, NoRates, Rates, UnknownLetter, employee_contribution, rates_of, student_loan
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["PLANS", "Contributed", "Deduction", "contributed"]

PLANS: Final = ("1", "2", "4", "5")


class Deduction:
    """One payslip's deduction: what was taken, and what another way to compute it gives."""

    __slots__ = ("_asked", "_due", "_earnings", "_routine", "slip", "taken")

    def __init__(self, slip: Payslip, taken: Decimal, earnings: Decimal, routine: "_Routine") -> None:
        self.slip, self.taken = slip, taken
        self._earnings, self._routine = earnings, routine
        self._asked: str | None = None
        self._due: Decimal | None = None

    def due(self, by: str) -> Decimal | None:
        """What a letter or plan gives; None where there is no such letter or plan on that day."""
        if by != self._asked:  # the one asked last is mostly asked again
            self._asked, self._due = by, self._routine(self.slip, self._earnings, by)
        return self._due

    def is_by(self, by: str) -> bool:
        """Whether a letter or plan gives exactly what was taken."""
        return self.due(by) == self.taken


_Routine = Callable[[Payslip, Decimal, str], Decimal | None]


@dataclass(frozen=True, eq=False)
class Contributed:
    """The deductions of a chain, by payslip; None where a payslip does not print what the routine needs."""

    chain: Chain
    rates: Rates | None

    @cached_property
    def frequency(self) -> Frequency:
        return cast(Frequency, self.chain.calendar.frequency)

    @cached_property
    def contributions(self) -> Sequence[Deduction | None]:
        """National Insurance, to be computed by letter."""
        figures, routine = self.chain.figures("national_insurance"), self._by_letter
        return [
            _deduction(slip, taken if slip.ni_letter and self.rates else None, routine)
            for slip, taken in zip(self.chain.slips, figures, strict=True)
        ]

    @cached_property
    def loans(self) -> Sequence[Deduction | None]:
        """Student loans, to be computed by plan."""
        routine = self._by_plan
        return [
            _deduction(slip, slip.amount("student_loan") if self.rates else None, routine) for slip in self.chain.slips
        ]

    @cached_property
    def plan(self) -> str | None:
        """The plan most payslips' loan deductions follow, None where they follow none."""
        taken = [item for item in self.loans if item is not None and item.taken]
        if not taken:
            return None
        for plan in PLANS:
            if all(item.is_by(plan) for item in taken):
                return plan
        fitting = {plan: sum(item.is_by(plan) for item in taken) for plan in PLANS}
        usual = max(PLANS, key=lambda plan: fitting[plan])
        return usual if fitting[usual] else None

    def contribution_due(self, index: int) -> Decimal | None:
        """The employee's contribution of a payslip on its printed letter; None where it cannot be told."""
        found = self.contributions[index]
        return None if found is None else found.due(found.slip.ni_letter or "")

    def loan_due(self, index: int) -> Decimal | None:
        """What the usual plan gives for a payslip; None where none is known."""
        found = self.loans[index]
        return None if found is None or self.plan is None else found.due(self.plan)

    def _by_letter(self, slip: Payslip, earnings: Decimal, letter: str) -> Decimal | None:
        try:
            return employee_contribution(
                letter, self._rates, earnings=earnings, pay_date=slip.pay_date, frequency=self.frequency
            )
        except (UnknownLetter, NoRates):
            return None

    def _by_plan(self, _: Payslip, earnings: Decimal, plan: str) -> Decimal | None:
        if plan not in self._rates.loans.thresholds:
            return None
        return student_loan(plan, self._rates, earnings=earnings, frequency=self.frequency)

    @property
    def _rates(self) -> Rates:
        if self.rates is None:
            raise NoRates("no rates, so nothing to compute")
        return self.rates


def _deduction(slip: Payslip, taken: Decimal | None, routine: _Routine) -> Deduction | None:
    earnings = slip.amount("ni_pay")
    return None if taken is None or earnings is None else Deduction(slip, taken, earnings, routine)


def contributed(tax_year: TaxYear, chain: Chain) -> Contributed:
    """The National Insurance and loans of a chain, with the rates of its year where they are known."""
    try:
        return Contributed(chain, rates_of(tax_year))
    except NoRates:
        return Contributed(chain, None)
