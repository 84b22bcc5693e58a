"""What each employment of a person's year comes to: pay and tax by each source, or so far and still to come, and those
of an earlier employment that only a P60 or a year to date tells of.

What tax a year of such pay owes belongs to `meaning`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Final

from hmrc_pipeline.identifiers import InvalidIdentifier, TaxCode
from hmrc_pipeline.paye import Rates, tax_due
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.recompute import code_of

__all__ = ["Amounts", "Job", "jobs_of"]

ZERO: Final = Decimal("0.00")
_PENNY: Final = Decimal("0.01")
_NAMES: Final = {"hmrc": "HMRC", "p60": "P60", "payslip_ytd": "year to date"}
"""The sources that hold a whole year, the one HMRC reckons from first."""
_SUM: Final = "payslips"
_SO_FAR: Final = "payslips so far"
_LESS, _MORE = "less pay to come", "more pay to come"
_TO_COME: Final = frozenset({_SO_FAR, _LESS, _MORE})
_BOTH: Final = ("taxable_pay", "income_tax")
_STEADY: Final = 4

Amounts = tuple[Decimal, Decimal]
"""Pay and tax."""


@dataclass(frozen=True)
class Job:
    """One employment's pay and tax of the year, by each way to know them; the first one counts."""

    by: Mapping[str, Amounts]
    code: TaxCode | None = None
    may_go_on: bool = False
    """Whether the year is over, and pay may have followed the last payslip unseen."""
    joined_late: bool = False
    """Whether it began inside the year, and nothing tells what was earned before."""

    @property
    def source(self) -> str:
        return next(iter(self.by))

    def amounts(self, way: str) -> Amounts:
        """By that way, else as it counts."""
        return self.by.get(way, self.by[self.source])


def jobs_of(explained: Sequence[Explained], rates: Rates) -> list[Job]:
    """Every employment of the year, one of which there is no document included. Nothing where pay or tax of one is not
    known at all."""
    known = [item for item in explained if item.case.hmrc or item.case.p60 or item.case.chains]
    jobs = [_without_other_scheme(_job(item, known, rates), item, known) for item in known]
    if not all(job.by for job in jobs):
        return []
    jobs = [replace(job, joined_late=_joined_late(item, known)) for job, item in zip(jobs, known, strict=True)]
    return [*jobs, *_without_documents(known, jobs)]


def _job(item: Explained, all_of: Sequence[Explained], rates: Rates) -> Job:
    """`by` is empty where pay or tax is not known."""
    case, chain = item.case, _chain(item.case)
    if chain is None:
        return Job(_by_source(item), _code(case), case.may_go_on)
    stays = chain.runs_after() is not None and not _was_left(case, chain, all_of)
    known = _by_source(item) if case.is_closed else _so_far(item)
    if known and stays and (case.may_go_on or not case.is_closed):
        to_come = _to_come(item, chain, next(iter(known.values())), rates)
        names = (_MORE,) if case.is_closed else (*known, _LESS, _MORE)
        known |= dict(zip(names, to_come, strict=False))
    return Job(known, _code(case), stays and case.may_go_on)


def _without_other_scheme(job: Job, item: Explained, all_of: Sequence[Explained]) -> Job:
    """The same without what was paid under the reference before, where that employment is known itself: figures that go
    on from it hold it too."""
    held = [finding for finding in item.findings if finding.cause == "scheme_change"]
    if not held or len(all_of) < 2:
        return job
    ways = {_NAMES[source] for finding in held for source in finding.reaches if source in _NAMES}
    ways |= _TO_COME if _NAMES["payslip_ytd"] in ways else set()
    pay, tax = (max(sum((each.explains.get(name, ZERO) for each in held), ZERO), ZERO) for name in _BOTH)
    return replace(job, by={way: (a - pay, b - tax) if way in ways else (a, b) for way, (a, b) in job.by.items()})


def _by_source(item: Explained) -> dict[str, Amounts]:
    """By each source that holds the whole year. The payslips' sum lacks what is missing, and a year to date that ends
    early what follows: they count only where nothing else does."""
    is_whole = all(chain.runs_after() is None for chain in item.case.chains)
    pay, tax = (item.comparisons[name].values for name in _BOTH)
    both = {
        source: (pay[source], tax[source]) for source in (*_NAMES, "payslip_sum") if source in pay and source in tax
    }
    found = {_NAMES[source]: amounts for source, amounts in both.items() if source in ("hmrc", "p60")}
    if "payslip_ytd" in both and (is_whole or not found):
        found[_NAMES["payslip_ytd"]] = both["payslip_ytd"]
    if not found and "payslip_sum" in both:
        found[_SUM] = both["payslip_sum"]
    return found


def _chain(case: Case) -> Chain | None:
    return case.chains[0] if len(case.chains) == 1 else None


def _was_left(case: Case, chain: Chain, all_of: Sequence[Explained]) -> bool:
    """Whether a payslip of this employment is overdue, and another one began after its last."""
    after = chain.runs_after()
    if after is None or after.pay_dates[0] >= case.around.today:
        return False
    last = chain.slips[-1].pay_date
    return any(
        other.case.counted[0].pay_date > last for other in all_of if other.case is not case and other.case.counted
    )


def _so_far(item: Explained) -> dict[str, Amounts]:
    """Pay and tax of this employment up to the last payslip, without what an earlier one handed over."""
    pay, tax = (_own(item, name) for name in _BOTH)
    return {} if pay is None or tax is None else {_SO_FAR: (pay, tax)}


def _own(item: Explained, name: str) -> Decimal | None:
    values, opening = item.comparisons[name].values, item.case.openings[0]
    printed = item.case.chains[0].slips[-1].ytd(name)
    if opening.kind == "previous" and printed is not None:
        return printed - opening.amounts.get(name, ZERO)
    return values.get("payslip_ytd", values.get("payslip_sum"))


def _to_come(item: Explained, chain: Chain, so_far: Amounts, rates: Rates) -> Iterator[Amounts]:
    """The whole year if pay goes on as it usually is on the last payslips; with the least, with the most of them."""
    recent = [amount for slip in chain.slips[-_STEADY:] if (amount := slip.amount("taxable_pay")) is not None]
    left = len(chain.calendar.runs_after(chain.last_run, chain.slips))
    usual = [Decimal(median(recent)).quantize(_PENNY), min(recent), max(recent)] if recent else []
    for each in usual:
        pay = so_far[0] + each * left
        yield pay, _tax(item, chain, rates, so_far[1], (pay, left))


def _tax(item: Explained, chain: Chain, rates: Rates, so_far: Decimal, to_come: tuple[Decimal, int]) -> Decimal:
    """A cumulative code brings the tax of the year in line with the pay, an earlier employment's included."""
    code, (pay, left) = code_of(chain.slips[-1]), to_come
    if code is None or code.basis is not None:
        return so_far + (chain.slips[-1].amount("income_tax") or ZERO) * left
    before = _handed_over(item) or (ZERO, ZERO)
    whole = before[0] + pay
    due = tax_due(
        code, rates, pay_to_date=whole, tax_to_date=ZERO, period=12, periods_in_year=12, pay_this_period=whole
    )
    return due.to_date - before[1]


def _handed_over(item: Explained) -> Amounts | None:
    """Pay and tax of earlier employments, by the P60's own box, the year to date, or the tax that follows from it."""
    for p60 in item.case.p60:
        pay, tax = (p60.amounts.get(name) for name in ("pay_previous", "tax_previous"))
        if pay and tax is not None:
            return pay, tax
    for opening in item.case.openings:
        if opening.kind == "previous" and opening.amounts.get("taxable_pay"):
            return opening.amounts["taxable_pay"], opening.amounts.get("income_tax", ZERO)
    known = [recomputed.before for recomputed in item.case.recomputed if recomputed.before.pay]
    return (known[0].pay, known[0].tax) if known else None


def _without_documents(known: Sequence[Explained], jobs: Sequence[Job]) -> list[Job]:
    """What was handed over beyond the earlier employments that are known themselves: one more employment."""
    found: list[Amounts] = []
    for item in known:
        handed = _handed_over(item)
        if handed is None:
            continue
        earlier = [job.by[job.source] for job, other in zip(jobs, known, strict=True) if _came_before(other, item)]
        pay, tax = (handed[at] - sum((amounts[at] for amounts in earlier), ZERO) for at in (0, 1))
        if pay > 1:
            found.append((pay, tax))
    return [Job({"what was handed over of an earlier employment": max(found)})] if found else []


def _joined_late(item: Explained, all_of: Sequence[Explained]) -> bool:
    chain = _chain(item.case)
    if chain is None or chain.runs_before() is None or item.case.openings[0].kind not in ("none", "unclear"):
        return False
    return _handed_over(item) is None and not any(_came_before(other, item) for other in all_of)


def _came_before(other: Explained, item: Explained) -> bool:
    """Whether an employment ended before this one began, as far as the documents tell: one that stays has a P60."""
    if other is item or other.case.p60:
        return False
    if not other.case.counted or not item.case.counted:
        return True
    return other.case.counted[-1].pay_date < item.case.counted[0].pay_date


def _code(case: Case) -> TaxCode | None:
    chain = _chain(case)
    if chain is not None:
        return code_of(chain.slips[-1])
    for p60 in case.p60:
        if p60.tax_code:
            try:
                return TaxCode.parse(p60.tax_code)
            except InvalidIdentifier:
                return None
    return None
