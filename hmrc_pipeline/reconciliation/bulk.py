"""Whom a run that asks for everyone has to explain anew: found in one statement, not by explaining everyone.

Results depend on a person's inputs and on what has no generation: the program, the settings, the time of year. A
person's results stand when none of these changed since they were made, and payslips and P60s still add up to what
they were made from, which the database sums and compares itself. Everybody else is explained.
"""

import functools
import operator
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.generations import YearWork, known_people
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import ChangedPerson, P60Row, PayslipRow
from hmrc_pipeline.money import to_pence
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.program import digest_of
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["basis_of", "checksum", "remember_sums", "run_noted", "to_explain", "turning_days"]

ZERO: Final = Decimal("0.00")
_ROOMS: Final = ("payslips", "p60s", "hmrc", "paye", "reconciliation")
_ON_SLIP: Final[Mapping[str, int]] = {
    "taxable_pay": 1,
    "income_tax": 101,
    "national_insurance": 211,
    "student_loan": 307,
    "postgraduate_loan": 401,
}
_ON_P60: Final[Mapping[str, int]] = {
    "pay_this": 503,
    "tax_this": 601,
    "national_insurance": 701,
    "student_loan": 809,
    "postgraduate_loan": 907,
}
"""Weights, so that one figure's change does not look like another's; small enough that no sum leaves 64 bits."""


@cache
def turning_days(tax_year: TaxYear) -> tuple[date, ...]:
    """The days on which a finding of this year can come or go though no document does, in their order.

    While the year is open that is every day; after it, the day it is closed, the days after a P60 is due, after
    shares not made good count as pay, after a return is due, and after a repayment can no longer be claimed.
    """
    starts = tax_year.starts
    due = [date(starts + 1, 5, 31), date(starts + 1, 7, 4), date(starts + 2, 1, 31), date(starts + 5, 4, 5)]
    open_days = [tax_year.start + timedelta(days=number) for number in range((tax_year.end - tax_year.start).days + 2)]
    return (*open_days, *(day + timedelta(days=1) for day in due))


def basis_of(tax_year: TaxYear, today: date, tolerance: Decimal) -> str:
    """What results of today rest on beside a person's inputs, as one short text."""
    turned = bisect_right(turning_days(tax_year), today)
    return f"{digest_of(*_ROOMS)}|{tolerance}|{turned}"


def to_explain(session: Session, work: YearWork, basis: str) -> frozenset[str]:
    """Of everyone, the people whose results may not be what explaining them now would give."""
    if work.reconciled_with != basis:
        return frozenset(known_people(session, work.tax_year))
    asked = {"year": work.tax_year, "since": work.reconciled_generation}
    return frozenset(session.connection().scalars(_NOT_AS_STORED, asked))


def run_noted(work: YearWork, basis: str, *, everyone: bool) -> dict[str, object]:
    """What the year's state says after a run: one run more, and what everybody's results rest on."""
    alike = everyone or not work.reconciled_generation or work.reconciled_with == basis
    return {"reconciliations": work.reconciliations + 1, "reconciled_with": basis if alike else None}


def checksum(slips: Iterable[Payslip], p60s: Iterable[P60]) -> int:
    """The weighted sum of the figures a person's results are made from: payslips that count, P60s that stand."""
    on_slips = [slip.amounts for slip in slips if slip.counted]
    on_p60s = [{**p60.amounts, "national_insurance": p60.national_insurance or ZERO} for p60 in p60s if p60.current]
    return _weighed(on_slips, _ON_SLIP) + _weighed(on_p60s, _ON_P60)


def _weighed(documents: Sequence[Mapping[str, Decimal]], weights: Mapping[str, int]) -> int:
    sums = (sum([amounts.get(name, ZERO) for amounts in documents], ZERO) for name in weights)
    return sum(to_pence(amount) * weight for amount, weight in zip(sums, weights.values(), strict=True))


def remember_sums(writes: Writes, tax_year: str, sums: Mapping[str, int]) -> None:
    """Note what the results of these people were made from."""
    writes.update(
        _REMEMBER, [{"year": tax_year, "person": person_id, "total": total} for person_id, total in sums.items()]
    )


_CHANGED: Final = cast(sa.Table, ChangedPerson.__table__)
_REMEMBER: Final = (
    sa.update(_CHANGED)
    .where(_CHANGED.c.tax_year == sa.bindparam("year"), _CHANGED.c.person_id == sa.bindparam("person"))
    .values(reconciled_sum=sa.bindparam("total"))
)


def _summed(rows: type[PayslipRow] | type[P60Row], weights: Mapping[str, int], *conditions: Any) -> sa.Subquery:
    pence = (sa.type_coerce(getattr(rows, name), sa.BigInteger) for name in weights)
    sums = (sa.func.coalesce(sa.cast(sa.func.sum(amount), sa.BigInteger), 0) for amount in pence)
    weighed = [one * weight for one, weight in zip(sums, weights.values(), strict=True)]
    total: sa.ColumnElement[int] = functools.reduce(operator.add, weighed)
    mine = (rows.tax_year == sa.bindparam("year"), *conditions)
    return sa.select(rows.person_id, total.label("total")).where(*mine).group_by(rows.person_id).subquery()


def _not_as_stored() -> sa.Select[Any]:
    """People changed since, and those whose payslips and P60s are not what their results were made from: in one pass
    over each table."""
    slips = _summed(PayslipRow, _ON_SLIP, PayslipRow.counted)
    p60s = _summed(P60Row, _ON_P60, P60Row.current)
    total = sa.func.coalesce(slips.c.total, 0) + sa.func.coalesce(p60s.c.total, 0)
    return (
        sa.select(_CHANGED.c.person_id)
        .outerjoin(slips, slips.c.person_id == _CHANGED.c.person_id)
        .outerjoin(p60s, p60s.c.person_id == _CHANGED.c.person_id)
        .where(
            _CHANGED.c.tax_year == sa.bindparam("year"),
            sa.or_(
                _CHANGED.c.generation > sa.bindparam("since"),
                _CHANGED.c.reconciled_sum.is_(None),
                total != _CHANGED.c.reconciled_sum,
            ),
        )
    )


_NOT_AS_STORED: Final = _not_as_stored()
