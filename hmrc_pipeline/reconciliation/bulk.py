"""Whom a run that asks for everyone has to explain anew: found in one statement, not by explaining everyone.

Results depend on a person's inputs and on what has no generation: the program, the settings, the time of year. A
person's results stand when none of these changed since they were made and the payslips' sums and the P60 are those
the results were made from, which the database compares itself. Everybody else is explained.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.generations import YearWork
from hmrc_pipeline.database.tables import ChangedPerson, MeasureRow, P60Row, PayslipRow, TaxYearState
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["basis_of", "note_run", "to_explain", "turning_days"]

_ROOMS: Final = ("payslips", "p60s", "hmrc", "paye", "reconciliation")
_SUMMED: Final = ("taxable_pay", "income_tax", "national_insurance", "student_loan", "postgraduate_loan")
_ON_P60: Final[Mapping[str, Any]] = {
    "taxable_pay": P60Row.pay_this,
    "income_tax": P60Row.tax_this,
    "national_insurance": P60Row.national_insurance,
    "student_loan": P60Row.student_loan,
    "postgraduate_loan": P60Row.postgraduate_loan,
}


def turning_days(tax_year: TaxYear) -> list[date]:
    """The days on which a finding of this year can come or go though no document does, in their order.

    While the year is open that is every day; after it, the day it is closed, the days after a P60 is due, after
    shares not made good count as pay, after a return is due, and after a repayment can no longer be claimed.
    """
    starts = tax_year.starts
    due = [date(starts + 1, 5, 31), date(starts + 1, 7, 4), date(starts + 2, 1, 31), date(starts + 5, 4, 5)]
    open_days = [tax_year.start + timedelta(days=number) for number in range((tax_year.end - tax_year.start).days + 2)]
    return [*open_days, *(day + timedelta(days=1) for day in due)]


def basis_of(tax_year: TaxYear, today: date, tolerance: Decimal) -> str:
    """What results of today rest on beside a person's inputs, as one short text."""
    turned = sum(day <= today for day in turning_days(tax_year))
    return f"{_program()}|{tolerance}|{turned}"


@cache
def _program() -> str:
    """A digest of the code and data that reconcile."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        for file in sorted(_sources(files(f"hmrc_pipeline.{room}")), key=lambda file: file.name):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterable[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".toml")):
            yield entry


def to_explain(session: Session, work: YearWork, basis: str) -> frozenset[str]:
    """Of everyone, the people whose results may not be what explaining them now would give."""
    state = session.get_one(TaxYearState, work.tax_year)
    if state.reconciled_with != basis:
        return work.people
    since = state.reconciled_generation
    changed = sa.select(ChangedPerson.person_id).where(
        ChangedPerson.tax_year == work.tax_year, ChangedPerson.generation > since
    )
    found = set(session.scalars(changed)) | set(session.scalars(_not_as_stored(work.tax_year)))
    return frozenset(found & work.people)


def note_run(session: Session, work: YearWork, basis: str, *, everyone: bool) -> int:
    """Count a run and note what everybody's results rest on; gives the run's number."""
    state = session.get_one(TaxYearState, work.tax_year)
    state.reconciliations += 1
    if everyone or not state.reconciled_generation:
        state.reconciled_with = basis
    elif state.reconciled_with != basis:
        state.reconciled_with = None
    return state.reconciliations


def _not_as_stored(tax_year: str) -> sa.Select[Any]:
    """People of whom a payslip sum or a P60 is not what their stored measures say, or who have none stored."""
    slips = (
        sa.select(PayslipRow.person_id, PayslipRow.employment, *(_sum(name) for name in _SUMMED))
        .where(PayslipRow.tax_year == tax_year, PayslipRow.counted)
        .group_by(PayslipRow.person_id, PayslipRow.employment)
        .cte("slips")
    )
    held = (
        sa.select(
            MeasureRow.person_id,
            MeasureRow.employment,
            *(_held(name, "payslip_sum") for name in _SUMMED),
            *(_held(name, "p60") for name in _SUMMED),
        )
        .where(MeasureRow.tax_year == tax_year)
        .group_by(MeasureRow.person_id, MeasureRow.employment)
        .cte("held")
    )
    same = (held.c.person_id == slips.c.person_id) & (held.c.employment == slips.c.employment)
    p60 = (
        (P60Row.tax_year == tax_year)
        & P60Row.current
        & (P60Row.person_id == slips.c.person_id)
        & (P60Row.employment == slips.c.employment)
    )
    differ = [slips.c[name].is_distinct_from(held.c[f"{name}_payslip_sum"]) for name in _SUMMED]
    differ += [column.is_distinct_from(held.c[f"{name}_p60"]) for name, column in _ON_P60.items()]
    return (
        sa.select(slips.c.person_id)
        .select_from(slips.outerjoin(held, same).outerjoin(P60Row, p60))
        .where(sa.or_(held.c.person_id.is_(None), *differ))
    )


def _sum(name: str) -> sa.Label[Any]:
    return sa.type_coerce(sa.func.sum(getattr(PayslipRow, name)), sa.BigInteger).label(name)


def _held(name: str, source: str) -> sa.Label[Any]:
    case = sa.case((MeasureRow.measure == name, getattr(MeasureRow, source)))
    return sa.type_coerce(sa.func.max(case), sa.BigInteger).label(f"{name}_{source}")
