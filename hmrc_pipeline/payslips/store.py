"""Payslips in the database: rows made of them, and read back as values."""

from collections.abc import Collection, Sequence
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.questions import YEAR, Answer, Question, ask
from hmrc_pipeline.database.rows import Row
from hmrc_pipeline.database.tables import PayslipRow, ReadingRow
from hmrc_pipeline.extraction.fields import PAYSLIP_AMOUNTS
from hmrc_pipeline.money import from_pence
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["PAYSLIPS", "payslips_in", "payslips_of", "row_of_payslip"]

_TABLE = cast(sa.Table, PayslipRow.__table__)
_FIELDS = tuple(name for name in Payslip._fields if name != "amounts")
_OWN = tuple(name for name in _FIELDS if name in _TABLE.c)
PAYSLIPS: Final = Question(
    sa.select(
        *(_TABLE.c[name] if name in _OWN else getattr(ReadingRow, name) for name in _FIELDS),
        *(sa.type_coerce(_TABLE.c[name], sa.BigInteger) for name in PAYSLIP_AMOUNTS),
    )
    .join(ReadingRow, ReadingRow.reading_id == _TABLE.c.reading_id)
    .where(_TABLE.c.tax_year == YEAR),
    _TABLE.c.person_id,
)
"""The payslips of a tax year, copies and those under review included; `payslips_in` reads the answer. Amounts come as
the pence they are: most are absent, and the others become pounds there."""


def payslips_of(
    session: Session, tax_year: TaxYear, person_id: str | None = None, *, people: Collection[str] | None = None
) -> list[Payslip]:
    """The payslips of a tax year, of one person, of some, or of all; copies and those under review included."""
    wanted = people if person_id is None else [person_id]
    (answer,) = ask(session, tax_year.label, wanted, [PAYSLIPS])
    return payslips_in(answer)


def payslips_in(answer: Answer) -> list[Payslip]:
    """The answer to `PAYSLIPS`, by person, employment and date."""
    found = [_payslip(row) for row in answer]
    return sorted(found, key=lambda slip: (slip.person_id, slip.employment, slip.pay_date, slip.reading_id))


def _payslip(row: Sequence[Any]) -> Payslip:
    printed = zip(PAYSLIP_AMOUNTS, row[len(_FIELDS) :], strict=True)
    amounts = {name: from_pence(pence) for name, pence in printed if pence is not None}
    return Payslip._make((*row[: len(_FIELDS)], amounts))


def row_of_payslip(slip: Payslip) -> Row:
    """A payslip as it is kept."""
    amounts = {name: slip.amounts.get(name) for name in PAYSLIP_AMOUNTS}
    return {name: getattr(slip, name) for name in _OWN} | amounts
