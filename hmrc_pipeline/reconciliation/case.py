"""One employment of a person in a tax year with everything known of it: the case a reconciliation looks at.

Putting the sources side by side belongs here; comparing them and finding causes does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Final, Literal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.continuity import Chain, chains_of, is_tax_of_no_pay
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS, Payslip, counted
from hmrc_pipeline.reconciliation.choosing import ChoiceReason, choose_p60
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.contributed import Contributed, contributed
from hmrc_pipeline.reconciliation.recompute import Recomputed, recompute
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "Case",
    "Opening",
    "Other",
    "Surroundings",
    "carried_over",
    "open_case",
    "opening_of",
    "steps_of",
    "to_dates_of",
]

_EARNED_HERE: Final = ("gross_pay", "ni_pay", "net_pay")
_DEDUCTED_HERE: Final = ("national_insurance", "student_loan", "postgraduate_loan")
_CARRIED_OVER: Final = ("taxable_pay", "income_tax")
_NI_IS_DUE: Final = {"monthly": 1100, "weekly": 250, "fortnightly": 500, "four_weekly": 1000}
"""Pay of a run, in pounds, on which National Insurance was due in every tax year we know; a rough upper bound."""

_NEAR: Final = timedelta(days=10)
OpeningKind = Literal["none", "previous", "missing", "unclear", "misread", "scheme"]


@dataclass(frozen=True)
class Opening:
    """What the year to date held before the first payslip, and where it comes from.

    `previous`: pay of a previous employment was carried over. `missing`: earlier payslips of this one.
    `misread`: a figure of the first payslip cannot be what is printed. `scheme`: this employment, under another PAYE
    reference. `unclear`: the documents cannot tell.
    """

    kind: OpeningKind
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class Other:
    """Another employment of the same person and year: what it came to, step by step, and what HMRC holds of it.

    `to_dates` are taxable pay and tax to date after each payslip; `hmrc` pay and tax where HMRC names it.
    """

    employment: str
    employer_name: str | None
    closing: Mapping[str, Decimal]
    to_dates: tuple[tuple[Decimal, Decimal], ...]
    hmrc: tuple[Decimal | None, Decimal | None] | None
    documents: tuple[str, ...] = ()
    last_paid: date | None = None
    certified: tuple[Decimal | None, Decimal | None] = (None, None)
    carried: tuple[Decimal, Decimal] | None = None
    """Pay and tax its year to date began with, as a P45 hands them over."""


@dataclass(frozen=True)
class Surroundings:
    """What a case is judged with: the day, the tolerance, other employments' closing figures, and why HMRC's are
    absent as a whole or (`hmrc_lacks`, by `pay` and `tax`) in part. `strangers` are payslips of this employment that
    count in a neighbouring tax year though their date or period lies in this one."""

    today: date
    tolerance: Decimal = Decimal("0.00")
    elsewhere: tuple[Mapping[str, Decimal], ...] = ()
    hmrc_absent: str | None = None
    hmrc_lacks: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Other, ...] = ()
    strangers: tuple[Payslip, ...] = ()


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
    chosen_by: ChoiceReason = "only"
    """Why the P60 that counts does."""
    displaced: tuple[Payslip, ...] = ()
    """Payslips dated in this year whose year to date belongs to the one before or after."""

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
        found = (recompute(self.tax_year, chain, [*earlier, *self._handed_over(chain)]) for chain in self.chains)
        return tuple(item for item in found if item is not None)

    @cached_property
    def contributed(self) -> tuple[Contributed, ...]:
        """National Insurance and loans of the chains recomputed."""
        return tuple(contributed(self.tax_year, chain) for chain in self.chains)

    def _handed_over(self, chain: Chain) -> list[Mapping[str, Decimal]]:
        """Closing figures of employments that ended before this one began, as a P45 gives them."""
        if chain.first_run == 1:
            return []
        if not self.around.others:
            return list(self.around.elsewhere)
        first = chain.slips[0].pay_date
        known = {other.closing.get("taxable_pay") for other in self.around.others if other.closing}
        unknown = [closing for closing in self.around.elsewhere if closing.get("taxable_pay") not in known]
        ended = [other.closing for other in self.around.others if other.last_paid and other.last_paid < first]
        return [*ended, *unknown]

    @property
    def called(self) -> str:
        """What to call the employer in a sentence."""
        return self.employer_name or (f"employer {self.paye_reference}" if self.paye_reference else "the employer")

    @property
    def is_closed(self) -> bool:
        return self.around.today > self.tax_year.end

    @property
    def may_go_on(self) -> bool:
        """Whether a closed year ends on a payslip before its last run, and nothing says that no pay followed."""
        silent = self.is_closed and not (self.p60 or self.hmrc)
        return silent and any(chain.runs_after() is not None for chain in self.chains)

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
    chains: tuple[Chain, ...] | None = None,
) -> Case:
    """The case of one employment from all that carries its name; `chains` where they are made already."""
    displaced = displaced_of(tax_year, slips)
    if chains is None or displaced:
        chains = chains_of(tax_year, [slip for slip in slips if slip not in displaced])
    choice = choose_p60(p60s, chains, hmrc)
    chains = tuple(_in_the_order_that_counts(chain, choice.chosen, hmrc) for chain in chains)
    openings = tuple(opening_of(chain, choice.chosen, around.elsewhere, around.others, hmrc) for chain in chains)
    waiting = tuple(p60 for p60 in p60s if p60.needs_review)
    return Case(
        tax_year,
        person_id,
        employment,
        tuple(slips),
        chains,
        openings,
        choice.chosen,
        choice.rivals,
        waiting,
        tuple(hmrc),
        around,
        choice.reason,
        displaced,
    )


def _in_the_order_that_counts(chain: Chain, p60s: Sequence[P60], hmrc: Sequence[HmrcEmployment]) -> Chain:
    """The chain; of two last payslips of one run that undo each other the one the P60 or HMRC ends on stands last."""
    if len(chain.slips) < 2 or len({chain.calendar.run_of(slip) for slip in chain.slips[-2:]}) > 1:
        return chain
    before, last = (slip.ytd("taxable_pay") for slip in chain.slips[-2:])
    certified = {p60.measure("taxable_pay") for p60 in p60s} or {item.pay for item in hmrc}
    if before is None or before == last or certified != {before}:
        return chain
    return Chain((*chain.slips[:-2], chain.slips[-1], chain.slips[-2]), chain.calendar)


def displaced_of(tax_year: TaxYear, slips: Sequence[Payslip]) -> tuple[Payslip, ...]:
    """A payslip beside 6 April whose year to date is not this year's: the next one, or it, starts anew."""
    known = counted(slips)
    if len(known) < 3 or len({slip.payroll_number for slip in known} - {None}) > 1:
        return ()
    found = []
    if known[0].pay_date - tax_year.start < _NEAR and _starts_anew(known[1]) and _starts_anew(known[0]) is False:
        found.append(known[0])
    if tax_year.end - known[-1].pay_date < _NEAR and _starts_anew(known[-1]) and _goes_back(known[-2], known[-1]):
        found.append(known[-1])
    return tuple(found)


def _starts_anew(slip: Payslip) -> bool | None:
    told = [
        slip.amount(name) == slip.ytd(name)
        for name in ("gross_pay", "taxable_pay", "national_insurance")
        if slip.amount(name) and slip.ytd(name) is not None
    ]
    return all(told) if told else None


def _goes_back(one: Payslip, other: Payslip) -> bool:
    before, after = one.ytd("taxable_pay"), other.ytd("taxable_pay")
    return before is not None and after is not None and after < before


def steps_of(chain: Chain, opening: Opening | None = None) -> tuple[tuple[Decimal, Decimal], ...]:
    """Taxable pay and tax to date after each payslip, as printed or added up; without what a previous employment
    carried over, where `opening` says so."""
    if opening is not None and opening.kind == "previous":
        less = [opening.amounts.get(name, Decimal("0.00")) for name in _CARRIED_OVER]
        return tuple((pay - less[0], tax - less[1]) for pay, tax in steps_of(chain))
    steps, pay, tax = [], Decimal("0.00"), Decimal("0.00")
    for index, slip in enumerate(chain.slips):
        pay += slip.amount("taxable_pay") or Decimal("0.00")
        tax += chain.figure(index, "income_tax") or Decimal("0.00")
        printed = slip.ytd("taxable_pay"), slip.ytd("income_tax")
        pay, tax = printed[0] if printed[0] is not None else pay, printed[1] if printed[1] is not None else tax
        steps.append((pay, tax))
    return tuple(steps)


def to_dates_of(chain: Chain) -> tuple[tuple[Decimal, Decimal], ...]:
    """Every pay and tax to date the employment may have been reported with: as printed after and before each payslip,
    and as its payslips add up."""
    printed, found = steps_of(chain), []
    pay = tax = Decimal("0.00")
    for index, step in enumerate(printed):
        own = chain.slips[index].amount("taxable_pay"), chain.figure(index, "income_tax")
        pay, tax = pay + (own[0] or Decimal("0.00")), tax + (own[1] or Decimal("0.00"))
        found += [step, (pay, tax)]
        if None not in own:
            found.append((step[0] - (own[0] or Decimal("0.00")), step[1] - (own[1] or Decimal("0.00"))))
    return tuple(step for step in dict.fromkeys(found) if step[0])


def opening_of(
    chain: Chain,
    p60s: Sequence[P60],
    elsewhere: Sequence[Mapping[str, Decimal]],
    others: Sequence[Other] = (),
    hmrc: Sequence[HmrcEmployment] = (),
) -> Opening:
    """Where the balance before the first payslip comes from: documents first, then what is never carried over."""
    balance = {name: jump for name, jump in chain.jumps(0).items() if jump}
    core = {name: balance[name] for name in MEASURES if name in balance}
    if not core:
        return Opening("none", {})
    if _is_misread(chain):
        return Opening("misread", core)
    if any(_is_scheme(balance, chain.jumps(0), other) for other in others):
        return Opening("scheme", core)
    carried = {name: balance.get(name, Decimal("0.00")) for name in _CARRIED_OVER}
    certified = _opening_by(chain, carried["taxable_pay"], p60s, hmrc)
    if certified == "missing" and _nothing_earned_before(chain, carried["taxable_pay"]):
        return Opening("misread" if core.keys() == {"taxable_pay"} else "previous", core)
    if certified is not None:
        return Opening(certified, core)
    if any(_is(carried, p60.amounts.get("pay_previous"), p60.amounts.get("tax_previous")) for p60 in p60s):
        return Opening("previous", core)
    is_elsewhere = any(_is(carried, other.get("taxable_pay"), other.get("income_tax")) for other in elsewhere)
    if is_elsewhere and not _earned_before(chain):
        return Opening("previous", core)
    return Opening(_kind_by_what_is_never_carried(chain, carried["taxable_pay"]), core)


def _is_misread(chain: Chain) -> bool:
    """One figure alone departs from its year to date, and nothing that could have come before would do that."""
    jumps = {name: jump for name, jump in chain.jumps(0).items() if name in CUMULATIVE_AMOUNTS}
    off = [name for name, jump in jumps.items() if jump]
    if len(off) == 1 and len(jumps) > 1 and jumps[off[0]] < 0:
        return True  # nothing that came before lowers one figure alone
    if is_tax_of_no_pay(jumps):
        return True
    if len(off) != 1 or len(jumps) < 3:
        return False
    return off[0] != "taxable_pay" or jumps[off[0]] < 0 or chain.first_run == 1


def _is_scheme(balance: Mapping[str, Decimal], jumps: Mapping[str, Decimal], other: Other) -> bool:
    """The year to date goes on from another employment's, National Insurance and loans included: never a P45's."""
    known = [name for name in MEASURES if name in jumps and name in other.closing]
    if not other.closing.get("taxable_pay"):
        return False
    same = all(balance.get(name, Decimal("0.00")) == other.closing[name] for name in known)
    never_carried = {"national_insurance", "student_loan"} & {name for name in known if other.closing[name]}
    return same and (bool(never_carried) or any(jumps.get(name) for name in _EARNED_HERE))


def _opening_by(chain: Chain, pay: Decimal, p60s: Sequence[P60], hmrc: Sequence[HmrcEmployment]) -> OpeningKind | None:
    """The P60's pay in this employment, without one HMRC's, equals the last year to date or lacks just the balance."""
    closing = chain.slips[-1].ytd("taxable_pay")
    told = [p60.measure("taxable_pay") for p60 in p60s] or [item.pay for item in hmrc]
    certified = told[0] if len(told) == 1 else None
    if certified is not None and closing is not None and not p60s and not certified % 1:
        closing = closing.quantize(Decimal(1), ROUND_FLOOR) if certified == closing // 1 else closing
        pay = closing - certified if certified == (closing - pay) // 1 else pay  # HMRC leaves the pence out
    if closing is None or certified is None or not pay:
        return None
    if certified == closing or (certified == closing - pay and not p60s and _earned_before(chain)):
        return "missing"
    return "previous" if certified == closing - pay else None


def _nothing_earned_before(chain: Chain, pay: Decimal) -> bool:
    """Whether what is never carried over from another employment is printed and runs through from nothing."""
    told = [chain.jumps(0)[name] for name in (*_EARNED_HERE, *_DEDUCTED_HERE) if name in chain.jumps(0)]
    return (len(told) > 1 or _ni_would_be_due(chain, pay)) and not any(told)


def _ni_would_be_due(chain: Chain, pay: Decimal) -> bool:
    """Whether so much pay before the first payslip would have borne National Insurance, whose year to date is told."""
    ni = chain.slips[0].amount("national_insurance")
    due = pay >= _NI_IS_DUE[chain.calendar.frequency] * (chain.first_run - 1)
    return bool(ni) and "national_insurance" in chain.jumps(0) and due


def _kind_by_what_is_never_carried(chain: Chain, pay: Decimal) -> OpeningKind:
    """A P45 carries taxable pay and tax only: any other balance was earned or deducted in this employment."""
    jumps = chain.jumps(0)
    earned = [jumps[name] for name in _EARNED_HERE if name in jumps]
    if any(earned) or any(jumps.get(name) for name in _DEDUCTED_HERE):
        return "missing"
    if earned or chain.first_run == 1:
        return "previous"
    return "previous" if _ni_would_be_due(chain, pay) else "unclear"


def carried_over(chain: Chain) -> tuple[Decimal, Decimal] | None:
    """The balance before the first payslip, where it holds no more than a P45 carries over."""
    pay, tax = (chain.jumps(0).get(name, Decimal("0.00")) for name in _CARRIED_OVER)
    return None if _earned_before(chain) else (pay, tax)


def _earned_before(chain: Chain) -> bool:
    """Whether the balance before the first payslip holds what no P45 carries over."""
    return any(chain.jumps(0).get(name) for name in (*_EARNED_HERE, *_DEDUCTED_HERE))


def _is(carried: Mapping[str, Decimal], pay: Decimal | None, tax: Decimal | None) -> bool:
    known = {"taxable_pay": pay, "income_tax": tax}
    return bool(pay) and all(value is None or value == carried[name] for name, value in known.items())
