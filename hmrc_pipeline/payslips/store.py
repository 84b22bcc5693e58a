"""Payslips in the database: the rows of a person's tax year replaced, and read back as values."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import PayslipRow, ReadingRow
from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
from hmrc_pipeline.money import from_pence
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["payslips_of", "replace_payslips"]

_TEXTS = (
    "reading_id",
    "person_id",
    "tax_year",
    "employment",
    "paye_reference",
    "employer_name",
    "payroll_number",
    "pay_date",
    "tax_period",
    "pay_frequency",
    "tax_code",
    "tax_basis",
    "ni_letter",
    "status",
    "counted",
    "duplicate_of",
)


@cache
def _query(scope: str) -> sa.Select[Any]:
    """The question for a scope's payslips, built once: building it costs more than asking it.

    Amounts come as the pence they are: most are absent, and the others become pounds in `_payslip`.
    """
    table, reading = cast(sa.Table, PayslipRow.__table__), cast(sa.Table, ReadingRow.__table__)
    query = (
        sa.select(
            *(table.c[name] for name in _TEXTS),
            *(sa.type_coerce(table.c[name], sa.BigInteger) for name in PAYSLIP_AMOUNTS),
            reading.c.sha256,
        )
        .join(reading, reading.c.reading_id == table.c.reading_id)
        .where(table.c.tax_year == sa.bindparam("year"))
        .order_by(table.c.person_id, table.c.employment, table.c.pay_date, table.c.reading_id)
    )
    if scope == "everyone":
        return query
    return query.where(table.c.person_id.in_(sa.bindparam("people", expanding=True)))


def payslips_of(
    session: Session, tax_year: TaxYear, person_id: str | None = None, *, people: Collection[str] | None = None
) -> list[Payslip]:
    """The payslips of a tax year, of one person, of some, or of all; copies and those under review included."""
    wanted = [person_id] if person_id is not None else people
    asked: dict[str, Any] = {"year": tax_year.label}
    if wanted is None:
        return [_payslip(row) for row in session.execute(_query("everyone"), asked)]
    return [_payslip(row) for row in session.execute(_query("people"), {**asked, "people": list(wanted)})]


def replace_payslips(session: Session, tax_year: TaxYear, person_id: str, slips: Iterable[Payslip]) -> None:
    """Let these be the payslips of a person's tax year."""
    rows = [_row(slip) for slip in slips]
    mine = sa.and_(PayslipRow.tax_year == tax_year.label, PayslipRow.person_id == person_id)
    moved = PayslipRow.reading_id.in_([row["reading_id"] for row in rows])
    session.execute(sa.delete(PayslipRow).where(sa.or_(mine, moved)))
    if rows:
        session.execute(sa.insert(PayslipRow), rows)


def _payslip(row: Sequence[Any]) -> Payslip:
    texts, pence, sha256 = row[: len(_TEXTS)], row[len(_TEXTS) : -1], row[-1]
    named = zip(PAYSLIP_AMOUNTS, pence, strict=True)
    amounts = {name: from_pence(amount) for name, amount in named if amount is not None}
    return Payslip(sha256=sha256, amounts=amounts, **dict(zip(_TEXTS, texts, strict=True)))


def _row(slip: Payslip) -> dict[str, object]:
    amounts = {name: slip.amounts.get(name) for name in PAYSLIP_AMOUNTS}
    return {name: getattr(slip, name) for name in _TEXTS} | amounts
