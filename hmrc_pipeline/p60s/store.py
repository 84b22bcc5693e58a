"""P60s in the database: rows made of them, and read back as values."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.questions import YEAR, Answer, Question, ask
from hmrc_pipeline.database.rows import Row
from hmrc_pipeline.database.tables import Document, P60Row, ReadingRow
from hmrc_pipeline.extraction.fields import P60_AMOUNTS, P60_NI_COLUMNS
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.p60s.model import P60, NiRow
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["P60S", "p60s_in", "p60s_of", "row_of_p60"]

_OWN = (
    "reading_id",
    "person_id",
    "tax_year",
    "employment",
    "paye_reference",
    "employer_name",
    "payroll_number",
    "tax_code",
    "tax_basis",
    "status",
    "current",
    "replaced_by",
    "corrected",
    "issued_on",
    "made_from",
)
_AMOUNTS = tuple(name for name in P60_AMOUNTS if not name.startswith("ni_"))


_TABLE = cast(sa.Table, P60Row.__table__)
P60S: Final = Question(
    sa.select(_TABLE, ReadingRow.sha256, Document.first_seen_at)
    .join(ReadingRow, ReadingRow.reading_id == _TABLE.c.reading_id)
    .join(Document, Document.sha256 == ReadingRow.sha256)
    .where(_TABLE.c.tax_year == YEAR),
    _TABLE.c.person_id,
)
"""The P60s of a tax year, copies and those under review included; `p60s_in` reads the answer."""
_NAMES: Final = tuple(P60S.query.selected_columns.keys())


def p60s_of(
    session: Session, tax_year: TaxYear, person_id: str | None = None, *, people: Collection[str] | None = None
) -> list[P60]:
    """The P60s of a tax year, of one person, of some, or of all; copies and those under review included."""
    wanted = people if person_id is None else [person_id]
    (answer,) = ask(session, tax_year.label, wanted, [P60S])
    return p60s_in(answer)


def p60s_in(answer: Answer) -> list[P60]:
    """The answer to `P60S`, by person and employment."""
    found = [_p60(dict(zip(_NAMES, row, strict=True))) for row in answer]
    return sorted(found, key=lambda p60: (p60.person_id, p60.employment, p60.reading_id))


def _p60(row: Row) -> P60:
    amounts = {name: row[name] for name in _AMOUNTS if row[name] is not None}
    return P60(
        sha256=row["sha256"],
        seen_at=row["first_seen_at"],
        ni_rows=tuple(_ni_row(entry) for entry in row["ni_rows"]),
        amounts=amounts,
        **{name: row[name] for name in _OWN},
    )


def _ni_row(entry: Mapping[str, Any]) -> NiRow:
    return NiRow(entry.get("letter"), {name: Decimal(entry[name]) for name in P60_NI_COLUMNS if name in entry})


def row_of_p60(p60: P60) -> Row:
    """A P60 as it is kept."""
    ni_rows = [
        ({"letter": row.letter} if row.letter else {})
        | {name: format_amount(amount) for name, amount in row.amounts.items()}
        for row in p60.ni_rows
    ]
    amounts = {name: p60.amounts.get(name) for name in _AMOUNTS}
    own = {"ni_rows": ni_rows, "national_insurance": p60.national_insurance}
    return {name: getattr(p60, name) for name in _OWN} | amounts | own
