"""One employment of a person in a tax year with everything known of it: the case a reconciliation looks at.

Putting the sources side by side belongs here; comparing them and finding causes does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.p60s.model import P60, current_first
from hmrc_pipeline.payslips.continuity import Chain, chains_of
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.recompute import Recomputed, recompute
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Case", "Opening", "Surroundings", "choose_p60", "open_case", "opening_of"]

_EARNED_HERE: Final = ("gross_pay", "ni_pay", "net_pay")
_DEDUCTED_HERE: Final = ("national_insurance", "student_loan", "postgraduate_loan")
_CARRIED_OVER: Final = ("taxable_pay", "income_tax")
_NI_IS_DUE: Final = {"monthly": 1100, "weekly": 250, "fortnightly": 500, "four_weekly": 1000}
"""Pay of a run, in pounds, on which National Insurance was due in every tax year we know; a rough upper bound."""

OpeningKind = Literal["none", "previous", "missing", "unclear"]


@dataclass(frozen=True)
class Opening:
    """What the year to date held before the first payslip, and where it comes from.

    `previous`: pay of a previous employment was carried over. `missing`: earlier payslips of this one.
    `unclear`: the documents cannot tell.
    """

    kind: OpeningKind
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class Surroundings:
    """What a case is judged with: the day, the tolerance, other employments' closing figures, and why HMRC's are
    absent as a whole or (`hmrc_lacks`, by `pay` and `tax`) in part."""

    today: date
    tolerance: Decimal = Decimal("0.00")
    elsewhere: tuple[Mapping[str, Decimal], ...] = ()
    hmrc_absent: str | None = None
    hmrc_lacks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One employment: payslips (copies and those under review included), the P60 that counts, HMRC's figures."""

    tax_year: TaxYear
    person_id: str
    employment: str
    slips: tuple[Payslip, ...]
    chains: tuple[Chain, ...]
    openings: tuple[Opening, ...]
    p60: tuple[P60, ...]
    rivals: tuple[P60, ...]
    p60s_waiting: tuple[P60, ...]
    hmrc: tuple[HmrcEmployment, ...]
    around: Surroundings

    @cached_property
    def paye_reference(self) -> str | None:
        """The PAYE reference, from whatever document prints it."""
        documents: tuple[Payslip | P60, ...] = (*self.p60, *self.slips, *self.rivals, *self.p60s_waiting)
        printed = [item.paye_reference for item in documents if item.paye_reference]
        return printed[0] if printed else next((item.paye_reference for item in self.hmrc), None)

    @cached_property
    def employer_name(self) -> str | None:
        """The employer's name, the latest payslip's first: names change, the reference stays."""
        last_first = tuple(reversed(self.counted))
        documents: tuple[Payslip | P60, ...] = (*last_first, *self.p60, *self.slips, *self.rivals, *self.p60s_waiting)
        printed = [item.employer_name for item in documents if item.employer_name]
        return printed[0] if printed else next((item.employer_name for item in self.hmrc if item.employer_name), None)

    @cached_property
    def counted(self) -> tuple[Payslip, ...]:
        return tuple(slip for chain in self.chains for slip in chain.slips)

    @cached_property
    def waiting(self) -> tuple[Payslip, ...]:
        """Payslips that were read but whose figures do not add up yet."""
        return tuple(slip for slip in self.slips if slip.needs_review)

    @cached_property
    def recomputed(self) -> tuple[Recomputed, ...]:
        """The chains recomputed from their codes, with what earlier employments may have handed over."""
        earlier: list[Mapping[str, Decimal]] = [
            {"taxable_pay": pay, "income_tax": tax}
            for p60 in (*self.p60, *self.rivals)
            if (pay := p60.amounts.get("pay_previous")) and (tax := p60.amounts.get("tax_previous")) is not None
        ]
        found = (recompute(self.tax_year, chain, [*earlier, *self.around.elsewhere]) for chain in self.chains)
        return tuple(item for item in found if item is not None)

    @property
    def called(self) -> str:
        """What to call the employer in a sentence."""
        return self.employer_name or (f"employer {self.paye_reference}" if self.paye_reference else "the employer")

    @property
    def is_closed(self) -> bool:
        return self.around.today > self.tax_year.end

    @property
    def p60_due(self) -> date:
        """The day by which an employer gives the P60 of the year."""
        return date(self.tax_year.starts + 1, 5, 31)

    def p60_measure(self, name: str) -> Decimal | None:
        """A measure by the P60 (by the P60s together where two jobs are paid under one reference)."""
        found = [value for p60 in self.p60 if (value := p60.measure(name)) is not None]
        return sum(found, Decimal("0.00")) if found and len(found) == len(self.p60) else None


def open_case(
    tax_year: TaxYear,
    employment: str,
    slips: Sequence[Payslip],
    p60s: Sequence[P60],
    hmrc: Sequence[HmrcEmployment],
    around: Surroundings,
    *,
    person_id: str,
) -> Case:
    """The case of one employment from all that carries its name."""
    chains = chains_of(tax_year, slips)
    chosen, rivals = choose_p60(p60s, chains)
    openings = tuple(opening_of(chain, chosen, around.elsewhere) for chain in chains)
    waiting = tuple(p60 for p60 in p60s if p60.needs_review)
    return Case(
        tax_year, person_id, employment, tuple(slips), chains, openings, chosen, rivals, waiting, tuple(hmrc), around
    )


def choose_p60(p60s: Iterable[P60], chains: Sequence[Chain]) -> tuple[tuple[P60, ...], tuple[P60, ...]]:
    """The P60 that counts and the ones with other figures: the one the year to date agrees with, else the
    last seen. Where two jobs run under one reference each payroll number has its own.
    """
    current = current_first(p60s)
    numbers = {p60.payroll_number for p60 in current}
    if len(chains) > 1 and None not in numbers and len(numbers) == len(chains):
        groups = [[p60 for p60 in current if p60.payroll_number == number] for number in sorted(map(str, numbers))]
    else:
        groups = [current] if current else []
    chosen = tuple(max(group, key=lambda p60: _agreements(p60, chains)) for group in groups)
    return chosen, tuple(p60 for p60 in current if p60 not in chosen)


def opening_of(chain: Chain, p60s: Sequence[P60], elsewhere: Sequence[Mapping[str, Decimal]]) -> Opening:
    """Where the balance before the first payslip comes from: documents first, then what is never carried over."""
    balance = {name: jump for name, jump in chain.jumps(0).items() if jump}
    core = {name: balance[name] for name in MEASURES if name in balance}
    if not core:
        return Opening("none", {})
    carried = {name: balance.get(name, Decimal("0.00")) for name in _CARRIED_OVER}
    certified = _opening_by_p60(chain, carried["taxable_pay"], p60s)
    if certified is not None:
        return Opening(certified, core)
    if any(_is(carried, p60.amounts.get("pay_previous"), p60.amounts.get("tax_previous")) for p60 in p60s):
        return Opening("previous", core)
    if any(_is(carried, other.get("taxable_pay"), other.get("income_tax")) for other in elsewhere):
        return Opening("previous", core)
    return Opening(_kind_by_what_is_never_carried(chain, carried["taxable_pay"]), core)


def _opening_by_p60(chain: Chain, pay: Decimal, p60s: Sequence[P60]) -> OpeningKind | None:
    """The P60's pay in this employment either equals the last year to date or lacks just the opening balance."""
    closing = chain.slips[-1].ytd("taxable_pay")
    certified = p60s[0].measure("taxable_pay") if len(p60s) == 1 else None
    if closing is None or certified is None or not pay:
        return None
    return "missing" if certified == closing else "previous" if certified == closing - pay else None


def _kind_by_what_is_never_carried(chain: Chain, pay: Decimal) -> OpeningKind:
    """A P45 carries taxable pay and tax only: any other balance was earned or deducted in this employment."""
    jumps = chain.jumps(0)
    earned = [jumps[name] for name in _EARNED_HERE if name in jumps]
    if any(earned) or any(jumps.get(name) for name in _DEDUCTED_HERE):
        return "missing"
    if earned or chain.first_run == 1:
        return "previous"
    ni = chain.slips[0].amount("national_insurance")
    ni_would_be_due = pay >= _NI_IS_DUE[chain.calendar.frequency] * (chain.first_run - 1)
    return "previous" if ni and "national_insurance" in jumps and ni_would_be_due else "unclear"


def _is(carried: Mapping[str, Decimal], pay: Decimal | None, tax: Decimal | None) -> bool:
    known = {"taxable_pay": pay, "income_tax": tax}
    return bool(pay) and all(value is None or value == carried[name] for name, value in known.items())


def _agreements(p60: P60, chains: Sequence[Chain]) -> int:
    if len(chains) != 1:
        return 0
    last = chains[0].slips[-1]
    return sum(p60.measure(name) is not None and p60.measure(name) == last.ytd(name) for name in MEASURES)
