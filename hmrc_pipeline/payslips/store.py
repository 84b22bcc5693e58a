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
    "made_from",
)


_TABLE = cast(sa.Table, PayslipRow.__table__)
PAYSLIPS: Final = Question(
    sa.select(
        *(_TABLE.c[name] for name in _TEXTS),
        *(sa.type_coerce(_TABLE.c[name], sa.BigInteger) for name in PAYSLIP_AMOUNTS),
        ReadingRow.sha256,
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
    texts, pence, sha256 = row[: len(_TEXTS)], row[len(_TEXTS) : -1], row[-1]
    named = zip(PAYSLIP_AMOUNTS, pence, strict=True)
    amounts = {name: from_pence(amount) for name, amount in named if amount is not None}
    return Payslip(sha256=sha256, amounts=amounts, **dict(zip(_TEXTS, texts, strict=True)))


def row_of_payslip(slip: Payslip) -> Row:
    """A payslip as it is kept."""
    amounts = {name: slip.amounts.get(name) for name in PAYSLIP_AMOUNTS}
    return {name: getattr(slip, name) for name in _TEXTS} | amounts
