"""Payslips in the database: the rows of a person's tax year replaced, and read back as values."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import PayslipRow, ReadingRow
from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
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


def payslips_of(
    session: Session, tax_year: TaxYear, person_id: str | None = None, *, people: Collection[str] | None = None
) -> list[Payslip]:
    """The payslips of a tax year, of one person, of some, or of all; copies and those under review included."""
    query = (
        sa.select(PayslipRow.__table__, ReadingRow.sha256)
        .join(ReadingRow, ReadingRow.reading_id == PayslipRow.reading_id)
        .where(PayslipRow.tax_year == tax_year.label)
        .order_by(PayslipRow.person_id, PayslipRow.employment, PayslipRow.pay_date, PayslipRow.reading_id)
    )
    if person_id is not None:
        query = query.where(PayslipRow.person_id == person_id)
    if people is not None:
        query = query.where(PayslipRow.person_id.in_(people))
    return [_payslip(row) for row in session.execute(query).mappings()]


def replace_payslips(session: Session, tax_year: TaxYear, person_id: str, slips: Iterable[Payslip]) -> None:
    """Let these be the payslips of a person's tax year."""
    rows = [_row(slip) for slip in slips]
    mine = sa.and_(PayslipRow.tax_year == tax_year.label, PayslipRow.person_id == person_id)
    moved = PayslipRow.reading_id.in_([row["reading_id"] for row in rows])
    session.execute(sa.delete(PayslipRow).where(sa.or_(mine, moved)))
    if rows:
        session.execute(sa.insert(PayslipRow), rows)


def _payslip(row: sa.RowMapping) -> Payslip:
    amounts = {name: row[name] for name in PAYSLIP_AMOUNTS if row[name] is not None}
    return Payslip(sha256=row["sha256"], amounts=amounts, **{name: row[name] for name in _TEXTS})


def _row(slip: Payslip) -> dict[str, object]:
    amounts = {name: slip.amounts.get(name) for name in PAYSLIP_AMOUNTS}
    return {name: getattr(slip, name) for name in _TEXTS} | amounts
