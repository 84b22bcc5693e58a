"""Does the year to date of an employment run through: YTD(n) = YTD(n-1) + period(n), and which runs are missing?

Pure: payslips of one person, employment and tax year in, chains out. What an unexplained opening balance or
a jump means is judged in reconciliation, which knows the P60 and the other employments.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise, permutations
from typing import Final, NamedTuple

from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS, Payslip, counted
from hmrc_pipeline.payslips.periods import PayCalendar, pay_calendar
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Break", "Chain", "MissingRuns", "chains_of", "is_tax_of_no_pay"]

ZERO: Final = Decimal("0.00")
_AMOUNTS: Final = tuple(name for name in PAYSLIP_AMOUNTS if not name.startswith("ytd_"))
_DEDUCTIONS: Final = ("income_tax", "national_insurance", "student_loan", "postgraduate_loan")
_MOST_ORDERED: Final = 4
_Stretch = tuple[int, int, Decimal]


class Break(NamedTuple):
    """The year to date of one amount between two payslips that print it, where it does not run through.

    `first` and `last` are link numbers: link 0 leads to the first payslip, link k from payslip k-1 to k.
    `jump` is what the year to date rose by beyond the payslips' own figures.
    """

    amount: str
    first: int
    last: int
    jump: Decimal


@dataclass(frozen=True)
class MissingRuns:
    """Pay runs between two payslips for which there is none: printed periods and the days they were expected."""

    link: int
    periods: tuple[int, ...]
    pay_dates: tuple[date, ...]


@dataclass(frozen=True)
class Chain:
    """The counted payslips of one employment in order, with one running year to date."""

    slips: tuple[Payslip, ...]
    calendar: PayCalendar

    def figure(self, index: int, name: str) -> Decimal | None:
        """What a payslip holds of an amount, None when that is not known.

        A deduction it does not print is none at all where its net pay is proved with every line placed, and other
        payslips of the employment print the deduction by a name that is known.
        """
        return self.figures(name)[index]

    def figures(self, name: str) -> Sequence[Decimal | None]:
        """`figure` of every payslip."""
        if name not in self._figures:
            figures = [slip.amounts.get(name) for slip in self.slips]
            if name in _DEDUCTIONS and name in self._printed:
                proved = [slip.status == "proved" for slip in self.slips]
                found = zip(figures, proved, strict=True)
                figures = [ZERO if amount is None and is_proved else amount for amount, is_proved in found]
            self._figures[name] = figures
        return self._figures[name]

    @cached_property
    def runs(self) -> Sequence[int]:
        """The number of every payslip's pay run."""
        return [self.calendar.run_of(slip) for slip in self.slips]

    @cached_property
    def gaps(self) -> tuple[MissingRuns, ...]:
        """Runs without a payslip between two payslips, whatever the year to date says of them."""
        runs = enumerate(pairwise(self.runs), start=1)
        return tuple(
            self._missing(link, tuple(range(before + 1, after))) for link, (before, after) in runs if after - before > 1
        )

    @cached_property
    def missing(self) -> tuple[MissingRuns, ...]:
        """The gaps the year to date does not prove to be months without pay."""
        return tuple(gap for gap in self.gaps if not self._nothing_paid(gap.link))

    @property
    def first_run(self) -> int:
        return self.runs[0]

    @property
    def last_run(self) -> int:
        return self.runs[-1]

    def runs_before(self) -> MissingRuns | None:
        """The regular runs of the year before the first payslip."""
        earlier = tuple(range(1, self.first_run))
        return self._missing(0, earlier) if earlier else None

    def runs_after(self) -> MissingRuns | None:
        """The regular runs of the year after the last payslip."""
        later = self.calendar.runs_after(self.last_run, self.slips)
        return self._missing(len(self.slips), later) if later else None

    def jumps(self, link: int) -> Mapping[str, Decimal]:
        """What the year to date rose by at a link beyond the payslip after it; amounts that cannot be told are
        missing. A jump over several links belongs to the one with missing runs when there is just one.
        """
        return self._followed[0].get(link, {})

    @cached_property
    def _followed(self) -> tuple[dict[int, dict[str, Decimal]], list[Break]]:
        """The year to date of every amount followed: the jumps by link, and the stretches that jump."""
        jumps: dict[int, dict[str, Decimal]] = {link: {} for link in range(len(self.slips))}
        breaks: list[Break] = []
        for name in _AMOUNTS:
            for first, last, jump in self._stretches(name):
                if jump:
                    breaks.append(Break(name, first, last, jump))
                if first == last:
                    jumps[first][name] = jump
                else:
                    links = range(first, last + 1)
                    for link in self._place_of_jump(links) if jump else links:
                        jumps[link][name] = jump
        return jumps, breaks

    def total(self, name: str) -> Decimal | str:
        """The sum of an amount over the payslips, or the reason why there is none.

        A payslip that does not print the amount leaves no sum, unless it is proved to be zero: by the year to date
        around it, or as `figure` says.
        """
        if name not in self._printed:
            return "no payslip prints it"
        figures = self.figures(name)
        unproven = [i for i, figure in enumerate(figures) if figure is None and not self._proves_zero(i, name)]
        if unproven:
            return self._lacks(unproven)
        return sum(filter(None, figures), ZERO)

    def breaks(self) -> tuple[Break, ...]:
        """The stretches after the first payslip where a year to date that must run through does not."""
        return tuple(item for item in self._followed[1] if item.last > 0 and item.amount in CUMULATIVE_AMOUNTS)

    @property
    def is_checkable(self) -> bool:
        """Whether any year to date can be followed."""
        jumps, breaks = self._followed
        return bool(breaks) or any(jumps.values())

    @cached_property
    def jumping(self) -> frozenset[int]:
        """The links at which something jumps."""
        return frozenset(link for link, jumps in self._followed[0].items() if any(jumps.values()))

    @cached_property
    def _figures(self) -> dict[str, Sequence[Decimal | None]]:
        return {}

    @cached_property
    def _printed(self) -> frozenset[str]:
        return frozenset().union(*(slip.amounts for slip in self.slips))

    def _stretches(self, name: str) -> Iterable[_Stretch]:
        ytd = f"ytd_{name}"
        if ytd not in self._printed:
            return ()
        return _stretches(self.figures(name), [slip.amounts.get(ytd) for slip in self.slips])

    def _place_of_jump(self, links: range) -> Sequence[int]:
        """The one of several links a jump belongs to; none where it may be any of them."""
        holes = [gap.link for gap in self.gaps if gap.link in links]
        return holes if len(holes) == 1 else []

    def _lacks(self, unproven: Sequence[int]) -> str:
        calendar = self.calendar
        numbers = ", ".join(str(calendar.period_of(self.runs[index])) for index in unproven)
        if len(unproven) == 1:
            return f"the payslip of {calendar.unit} {numbers} does not print it"
        return f"{len(unproven)} of {len(self.slips)} payslips do not print it ({calendar.unit}s {numbers})"

    def _proves_zero(self, index: int, name: str) -> bool:
        return self.jumps(index).get(name) == 0

    def _nothing_paid(self, link: int) -> bool:
        jumps = {name: jump for name, jump in self.jumps(link).items() if name in CUMULATIVE_AMOUNTS}
        return bool(jumps.keys() & {"gross_pay", "taxable_pay"}) and not any(jumps.values())

    def _missing(self, link: int, runs: tuple[int, ...]) -> MissingRuns:
        dates = tuple(self.calendar.expected_date(run, self.slips) for run in runs)
        return MissingRuns(link, tuple(self.calendar.period_of(run) for run in runs), dates)


def chains_of(tax_year: TaxYear, slips: Sequence[Payslip]) -> tuple[Chain, ...]:
    """The chains of one employment: one, or one a payroll number when two are paid at the same time."""
    kept = counted(slips)
    if not kept:
        return ()
    calendar = pay_calendar(tax_year, kept)
    groups = _by_payroll_number(calendar, kept)
    if len(groups) == 1:
        return (Chain(_in_order(calendar, kept), calendar),)
    calendars = [pay_calendar(tax_year, group) for group in groups]
    return tuple(Chain(_in_order(own, group), own) for own, group in zip(calendars, groups, strict=True))


def is_tax_of_no_pay(jumps: Mapping[str, Decimal]) -> bool:
    """Whether tax alone jumps, though pay is followed too: no run takes tax and pays nothing."""
    return "taxable_pay" in jumps and {name for name, jump in jumps.items() if jump} == {"income_tax"}


def _by_payroll_number(calendar: PayCalendar, slips: Sequence[Payslip]) -> list[Sequence[Payslip]]:
    """Apart where two numbers share a run, or are paid in turn and each has a year to date of its own."""
    runs: dict[str, list[int]] = defaultdict(list)
    for slip in slips:
        if slip.payroll_number:
            runs[slip.payroll_number].append(calendar.run_of(slip))
    pairs = list(combinations(runs.values(), 2))
    shared = any(set(one) & set(other) for one, other in pairs)
    in_turn = any(min(one) < max(other) and min(other) < max(one) for one, other in pairs)
    if not shared and not in_turn:
        return [slips]
    numbers = sorted(runs)
    groups = [[slip for slip in slips if (slip.payroll_number or numbers[0]) == number] for number in numbers]
    return [*groups] if shared or sum(map(_broken, groups)) < _broken(slips) else [slips]


def _in_order(calendar: PayCalendar, slips: Sequence[Payslip]) -> tuple[Payslip, ...]:
    """By run, given in the order of documents; those that share a run stand as they break the year to date least."""
    runs: dict[int, list[Payslip]] = defaultdict(list)
    for slip in slips:
        runs[calendar.run_of(slip)].append(slip)
    ordered: list[Payslip] = []
    numbers = sorted(runs)
    for position, number in enumerate(numbers):
        group = runs[number]
        if 1 < len(group) <= _MOST_ORDERED:
            before = ordered[-1:]
            after = runs[numbers[position + 1]][:1] if position + 1 < len(numbers) else []
            group = list(min(permutations(group), key=lambda order: _broken([*before, *order, *after])))
        ordered.extend(group)
    return tuple(ordered)


def _broken(slips: Sequence[Payslip]) -> int:
    """How many stretches do not run through, among the amounts that must."""
    return sum(
        jump != 0 and (first > 0 or jump < 0)
        for name in CUMULATIVE_AMOUNTS
        for first, _, jump in _stretches([slip.amount(name) for slip in slips], [slip.ytd(name) for slip in slips])
    )


def _stretches(figures: Sequence[Decimal | None], to_dates: Sequence[Decimal | None]) -> Iterator[_Stretch]:
    """Every stretch between two years to date that can be checked: its first and last link, and its jump."""
    start, expected, unknown = 0, ZERO, False
    for index, (period, ytd) in enumerate(zip(figures, to_dates, strict=True)):
        if period is None:
            unknown = True
        else:
            expected += period
        if ytd is None:
            continue
        jump = ytd - expected
        if not (unknown and jump):
            yield start, index, jump
        start, expected, unknown = index + 1, ytd, False
