"""Every payslip recomputed: what its own code, letter, period and year to date give, beside what was deducted.

Pure arithmetic on one chain of payslips. What a difference means is judged in `causes`; where a figure the routine
needs is not known there is no result, and never a guess.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import combinations
from typing import Final, NamedTuple, cast

from hmrc_pipeline.identifiers import InvalidIdentifier, TaxBasis, TaxCode
from hmrc_pipeline.paye import Frequency, NoRates, PayPeriod, Rates, TaxDue, cash_tax, rates_of, tax_due
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Before", "Recomputed", "Stand", "code_of", "recompute"]

ZERO: Final = Decimal("0.00")
PENNY: Final = Decimal("0.01")
NOTIONAL: Final = "rsu_gross"
_WEEKS: Final = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}
_MOST_WEEKS: Final = 56


@dataclass(frozen=True)
class Before:
    """Pay and tax of previous employments that the year to date on the payslips does not hold."""

    pay: Decimal = ZERO
    tax: Decimal = ZERO


class Stand(NamedTuple):
    """Where a payslip stands in the year: taxable pay to date, tax before it, and the tax it deducts."""

    pay_to_date: Decimal
    tax_before: Decimal
    deducted: Decimal


class SlipTax(NamedTuple):
    """The tax of one payslip recomputed: due on its printed code, and deducted."""

    place: int
    slip: Payslip
    code: TaxCode
    periods: tuple[PayPeriod, ...]
    stands: tuple[Stand, ...]
    pay: Decimal
    due: TaxDue
    agrees: bool

    @property
    def deducted(self) -> Decimal:
        return self.stands[0].deducted

    @property
    def off(self) -> Decimal:
        """Tax deducted less tax due; nothing where some reading of its figures agrees."""
        return ZERO if self.agrees else self.deducted - self.due.this_period


@dataclass(frozen=True)
class Recomputed:
    """One chain recomputed. `before` is what fits best of what earlier employments may have handed over.

    `anchored` says whether it is known that nothing else came before: without it a difference may come from pay
    the documents do not show.
    """

    chain: Chain
    rates: Rates
    frequency: Frequency
    before: Before
    anchored: bool
    taxes: tuple[SlipTax, ...]

    @cached_property
    def by_index(self) -> Mapping[int, SlipTax]:
        return {item.place: item for item in self.taxes}

    def operated(self, item: SlipTax, code: TaxCode) -> bool:
        """Whether another code gives exactly what this payslip deducted."""
        return _due(self.rates, item, code, self.before)[1]

    def cash_tax(self, item: SlipTax) -> Decimal | None:
        """What the money of a payslip bears of its tax, shares standing last; all of it where there are none."""
        notional = item.slip.amount(NOTIONAL)
        if not notional:
            return item.deducted
        period, stand = item.periods[0], item.stands[0]
        if not item.agrees or item.pay < notional:
            return None
        split = cash_tax(
            item.code,
            self.rates,
            tax=stand.deducted,
            notional=notional,
            pay_to_date=stand.pay_to_date + self.before.pay,
            tax_to_date=stand.tax_before + self.before.tax,
            period=period.number,
            periods_in_year=period.in_year,
            pay_this_period=item.pay,
            units=period.units,
        )
        return split.cash


def code_of(slip: Payslip) -> TaxCode | None:
    """The printed code with its basis, None when none is printed or it is none of HMRC's."""
    if not slip.tax_code:
        return None
    try:
        code = TaxCode.parse(slip.tax_code)
    except InvalidIdentifier:
        return None
    basis = slip.tax_basis if slip.tax_basis in {"W1", "M1", "X"} else None
    return replace(code, basis=cast(TaxBasis, basis)) if basis else code


def recompute(tax_year: TaxYear, chain: Chain, earlier: Sequence[Mapping[str, Decimal]]) -> Recomputed | None:
    """Recompute a chain; `earlier` are pay and tax other employments may have handed over. None without rates."""
    try:
        rates = rates_of(tax_year)
    except NoRates:
        return None
    frequency = cast(Frequency, chain.calendar.frequency)
    gaps = frozenset(gap.link for gap in chain.gaps)
    ready = list(_ready(chain, gaps))
    best: tuple[int, Before, tuple[SlipTax, ...]] | None = None
    for before in _befores(earlier):
        taxes = tuple(_slip_tax(rates, item, before) for item in ready)
        agreeing = sum(item.agrees for item in taxes)
        if best is None or agreeing > best[0]:
            best = agreeing, before, taxes
        if agreeing == len(taxes):
            break
    if best is None:
        return None
    agreeing, before, taxes = best
    telling = sum(item.agrees and item.due.cumulative and item.code.number > 0 for item in taxes)
    from_the_start = chain.first_run == 1 or bool(chain.jumps(0).get("taxable_pay"))
    return Recomputed(chain, rates, frequency, before, from_the_start or before.pay > 0 or telling > 1, taxes)


class _Ready(NamedTuple):
    """A payslip with what the routine needs of it; the first fields of `SlipTax`."""

    place: int
    slip: Payslip
    code: TaxCode
    periods: tuple[PayPeriod, ...]
    stands: tuple[Stand, ...]
    pay: Decimal


class _Told(NamedTuple):
    """What a payslip tells of pay and tax: its own, to date as printed, and before it as the payslips add up."""

    pay: Decimal | None
    tax: Decimal | None
    ytd_pay: Decimal | None
    ytd_tax: Decimal | None
    sums_before: tuple[Decimal, Decimal] | None


def _told(chain: Chain, *, from_the_start: bool) -> Iterator[_Told]:
    """Of every payslip; sums end where a figure is not known, and need a chain without gaps `from_the_start`."""
    sums = (ZERO, ZERO) if from_the_start else None
    for slip, tax in zip(chain.slips, chain.figures("income_tax"), strict=True):
        pay = slip.amount("taxable_pay")
        yield _Told(pay, tax, slip.ytd("taxable_pay"), slip.ytd("income_tax"), sums)
        sums = (sums[0] + pay, sums[1] + tax) if sums and pay is not None and tax is not None else None


def _ready(chain: Chain, gaps: Collection[int]) -> Iterator[_Ready]:
    """What the routine needs of each payslip that tells it."""
    before: _Told | None = None
    for index, told in enumerate(_told(chain, from_the_start=chain.first_run == 1 and not gaps)):
        slip, last = chain.slips[index], None if index in gaps else before
        before, code = told, code_of(slip)
        if code is not None and told.pay is not None:
            stands: list[Stand] = []
            for stand in _stands(told, told.pay, last):
                if stand not in stands:
                    stands.append(stand)
            if stands:
                yield _Ready(index, slip, code, _periods(chain, slip), tuple(stands), told.pay)


def _stands(told: _Told, pay: Decimal, last: _Told | None) -> Iterator[Stand]:
    """The ways the printed figures tell where a payslip stands, with those of the one before it; the plainest first."""
    tax, ytd_pay, ytd_tax = told.tax, told.ytd_pay, told.ytd_tax
    if ytd_pay is not None and ytd_tax is not None and tax is not None:
        yield Stand(ytd_pay, ytd_tax - tax, tax)
    if last is not None and ytd_tax is not None and (before := last.ytd_tax) is not None:
        rises_by, rises_to = ytd_tax - before, None if last.ytd_pay is None else last.ytd_pay + pay
        for to_date in (ytd_pay,) if ytd_pay == rises_to else (ytd_pay, rises_to):
            if to_date is not None:
                yield Stand(to_date, before, rises_by)
                if tax is not None and tax != rises_by:
                    yield Stand(to_date, before, tax)
    if told.sums_before is not None and tax is not None:
        yield Stand(told.sums_before[0] + pay, told.sums_before[1], tax)


def _periods(chain: Chain, slip: Payslip) -> tuple[PayPeriod, ...]:
    """The tax periods a payslip may have been computed for, the likeliest first."""
    calendar = chain.calendar
    run = calendar.run_of(slip)
    if calendar.frequency == "monthly":
        return (PayPeriod(min(max(run, 1), 12), 12, 1),)
    weeks = _WEEKS[calendar.frequency]
    numbers = [run * weeks]
    if calendar.unit == "tax week" and slip.tax_period:
        numbers.append(slip.tax_period)
    if calendar.tax_year.contains(slip.pay_date):
        numbers.append(calendar.tax_year.week_of(slip.pay_date))
    return tuple(PayPeriod(number, 52, weeks) for number in dict.fromkeys(numbers) if 1 <= number <= _MOST_WEEKS)


def _befores(earlier: Sequence[Mapping[str, Decimal]]) -> Iterator[Before]:
    """Nothing at first, then what each earlier employment, and all of them together, would hand over."""
    told = [
        Before(item["taxable_pay"], item["income_tax"]) for item in earlier if {"taxable_pay", "income_tax"} <= {*item}
    ]
    yield Before()
    for number in range(1, min(len(told), 3) + 1):
        for some in combinations(told, number):
            yield Before(sum((b.pay for b in some), ZERO), sum((b.tax for b in some), ZERO))


def _slip_tax(rates: Rates, item: _Ready, before: Before) -> SlipTax:
    due, agrees = _due(rates, item, item.code, before)
    return SlipTax(*item, due, agrees)


def _due(rates: Rates, item: "_Ready | SlipTax", code: TaxCode, before: Before) -> tuple[TaxDue, bool]:
    """The tax due by the first reading of period and year to date that agrees with the deduction, else the first."""
    first: TaxDue | None = None
    for period in item.periods:
        for stand in item.stands:
            due = tax_due(
                code,
                rates,
                pay_to_date=stand.pay_to_date + before.pay,
                tax_to_date=stand.tax_before + before.tax,
                period=period.number,
                periods_in_year=period.in_year,
                pay_this_period=item.pay,
                units=period.units,
            )
            if due.this_period == stand.deducted or _is_held_back(item.slip, item.pay, due, stand):
                return due, True
            first = first or due
    if first is None:
        raise ValueError("a payslip without a period")
    return first, False


def _is_held_back(slip: Payslip, pay: Decimal, due: TaxDue, stand: Stand) -> bool:
    """Whether half of the pay was taken; how much of it are benefits is only guessed where nothing tells it."""
    if ZERO < stand.deducted < due.this_period and stand.deducted in _limits(slip, pay):
        return True
    return (
        due.limited
        and slip.amount("ni_pay") is None
        and due.this_period * 3 <= stand.deducted * 4 <= due.this_period * 4
    )


def _limits(slip: Payslip, pay: Decimal) -> set[Decimal]:
    """Half of the pay without payrolled benefits, which the limit leaves out; they are told by pay for NI alone."""
    for_ni, own = slip.amount("ni_pay"), slip.amount("employee_pension") or ZERO
    benefits = {ZERO} | ({pay - for_ni, pay - for_ni + own} if for_ni is not None else set())
    return {((pay - value) / 2).quantize(PENNY, ROUND_FLOOR) for value in benefits if value >= 0}
