"""Of several P60s of one employment with different figures: which one counts, and why.

The one marked corrected, else the one issued later, else the one the payslips agree with. All are kept: what the others
say of a difference belongs to `causes`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.p60s.model import P60, current_first
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.reconciliation.compare import MEASURES, agrees

__all__ = ["Choice", "ChoiceReason", "choose_p60"]

ChoiceReason = Literal["only", "marked", "issued", "payslips", "hmrc", "seen"]
"""`marked`: it alone is marked corrected. `issued`: it has the later date of issue. `payslips`, `hmrc`: it alone agrees
with them. `seen`: nothing tells, and it was seen last."""


@dataclass(frozen=True)
class Choice:
    """The P60 that counts (one for each payroll number where two jobs run under one reference), the others, and why."""

    chosen: tuple[P60, ...]
    rivals: tuple[P60, ...]
    reason: ChoiceReason


def choose_p60(p60s: Iterable[P60], chains: Sequence[Chain], hmrc: Sequence[HmrcEmployment] = ()) -> Choice:
    """Choose among the current P60s of one employment."""
    current = current_first(p60s)
    numbers = {p60.payroll_number for p60 in current}
    if len(chains) > 1 and None not in numbers and len(numbers) == len(chains):
        groups = [[p60 for p60 in current if p60.payroll_number == number] for number in sorted(map(str, numbers))]
    else:
        groups = [current] if current else []
    found = [_choose(group, chains, hmrc) for group in groups]
    chosen = tuple(p60 for p60, _ in found)
    reasons: list[ChoiceReason] = [reason for _, reason in found if reason != "only"]
    return Choice(chosen, tuple(p60 for p60 in current if p60 not in chosen), reasons[0] if reasons else "only")


def _choose(group: Sequence[P60], chains: Sequence[Chain], hmrc: Sequence[HmrcEmployment]) -> tuple[P60, ChoiceReason]:
    if len(group) == 1:
        return group[0], "only"
    marked = [p60 for p60 in group if p60.corrected]
    if len(marked) == 1:
        return marked[0], "marked"
    some = marked or group
    days = [p60.issued_on for p60 in some if p60.issued_on is not None]
    if len(days) == len(some) and days.count(max(days)) == 1:
        return max(some, key=lambda p60: p60.issued_on or days[0]), "issued"
    by_payslips = [_agreements(p60, chains) for p60 in some]
    if by_payslips.count(max(by_payslips)) == 1:
        return some[by_payslips.index(max(by_payslips))], "payslips"
    by_hmrc = [_is_at_hmrc(p60, chains, hmrc) for p60 in some]
    return (some[by_hmrc.index(True)], "hmrc") if by_hmrc.count(True) == 1 else (some[0], "seen")


def _agreements(p60: P60, chains: Sequence[Chain]) -> int:
    """In how many measures a P60 agrees with the last year to date, or the sum where that is not printed."""
    if len(chains) != 1:
        return 0
    return sum(_agrees(p60.measure(name), _to_date(chains[0], name), name) for name in MEASURES)


def _to_date(chain: Chain, name: str) -> Decimal | None:
    total = chain.slips[-1].ytd(name)
    total = chain.total(name) if total is None else total  # type: ignore[assignment]
    return total if isinstance(total, Decimal) else None


def _agrees(certified: Decimal | None, told: Decimal | None, measure: str) -> bool:
    return certified is not None and told is not None and agrees(measure, certified - told, "p60", Decimal(0))


def _is_at_hmrc(p60: P60, chains: Sequence[Chain], hmrc: Sequence[HmrcEmployment]) -> bool:
    told = (p60.measure("taxable_pay"), p60.measure("income_tax"))
    return len(chains) < 2 and len(hmrc) == 1 and None not in told and told == (hmrc[0].pay, hmrc[0].tax)
