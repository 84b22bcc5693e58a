"""Which payslips are second copies of another, and which share a pay run with different figures.

Same person, employment and run, and the same figures under other bytes: a copy, which does not count. Different
figures are kept apart: a second payment or a correction, which only the year to date can tell.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from hmrc_pipeline.payslips.model import Payslip, document_order

__all__ = ["mark_duplicates", "same_figures", "same_run"]

_TELLING: Final = frozenset({"net_pay", "gross_pay", "taxable_pay", "income_tax"})


def mark_duplicates(slips: Sequence[Payslip], seen: Mapping[str, datetime] | None = None) -> list[Payslip]:
    """The same payslips with copies marked; of two the one that prints more counts, then the one seen first.

    `seen` tells when each content (SHA-256) was first seen. Payslips that do not count already stay as they are.
    """
    first_seen = seen or {}

    def rank(slip: Payslip) -> tuple[object, ...]:
        moment = first_seen.get(slip.sha256)
        return (-len(slip.amounts), moment is None, moment.timestamp() if moment else 0.0, *document_order(slip))

    originals: dict[str, list[Payslip]] = {}
    runs: set[tuple[str, date | int | None]] = set()
    marked: dict[str, Payslip] = {}
    for slip in sorted(slips, key=rank):
        if not slip.counted:
            marked[slip.reading_id] = slip
            continue
        known = originals.setdefault(slip.employment, [])
        mine = {(slip.employment, slip.pay_date), (slip.employment, slip.tax_period)}
        original = None if runs.isdisjoint(mine) else next((other for other in known if _is_copy(slip, other)), None)
        if original is None:
            runs |= mine
            known.append(slip)
            marked[slip.reading_id] = slip
        else:
            marked[slip.reading_id] = slip._replace(counted=False, duplicate_of=original.reading_id)
    return [marked[slip.reading_id] for slip in slips]


def same_run(one: Payslip, other: Payslip) -> bool:
    """Whether two payslips are for the same pay run: by the printed period, or the pay date where none is printed."""
    if one.tax_period is not None and other.tax_period is not None:
        return one.tax_period == other.tax_period
    return one.pay_date == other.pay_date


def same_figures(one: Payslip, other: Payslip) -> bool:
    """Whether every amount both print is equal, and they print enough in common to say so."""
    shared = one.amounts.keys() & other.amounts.keys()
    return len(shared & _TELLING) > 1 and all(one.amounts[name] == other.amounts[name] for name in shared)


def _is_copy(slip: Payslip, other: Payslip) -> bool:
    if not same_run(slip, other) or not same_figures(slip, other):
        return False
    if len({slip.payroll_number, other.payroll_number} - {None}) > 1:
        return False
    shares_ytd = any(name.startswith("ytd_") for name in slip.amounts.keys() & other.amounts.keys())
    return slip.pay_date == other.pay_date or shares_ytd
