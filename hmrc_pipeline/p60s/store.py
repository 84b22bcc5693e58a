"""P60s in the database: the rows of a person's tax year replaced, and read back as values."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import Document, P60Row, ReadingRow
from hmrc_pipeline.extraction.fields import P60_AMOUNTS, P60_NI_COLUMNS
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.p60s.model import P60, NiRow
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["p60s_of", "replace_p60s"]

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
)
_AMOUNTS = tuple(name for name in P60_AMOUNTS if not name.startswith("ni_"))


@cache
def _query(scope: str) -> sa.Select[Any]:
    """The question for a scope's P60s, built once: building it costs more than asking it."""
    table, reading, document = (cast(sa.Table, mapped.__table__) for mapped in (P60Row, ReadingRow, Document))
    query = (
        sa.select(table, reading.c.sha256, document.c.first_seen_at)
        .join(reading, reading.c.reading_id == table.c.reading_id)
        .join(document, document.c.sha256 == reading.c.sha256)
        .where(table.c.tax_year == sa.bindparam("year"))
        .order_by(table.c.person_id, table.c.employment, table.c.reading_id)
    )
    if scope == "everyone":
        return query
    return query.where(table.c.person_id.in_(sa.bindparam("people", expanding=True)))


def p60s_of(
    session: Session, tax_year: TaxYear, person_id: str | None = None, *, people: Collection[str] | None = None
) -> list[P60]:
    """The P60s of a tax year, of one person, of some, or of all; copies and those under review included."""
    wanted = [person_id] if person_id is not None else people
    asked: dict[str, Any] = {"year": tax_year.label}
    if wanted is None:
        return [_p60(row) for row in session.execute(_query("everyone"), asked).mappings()]
    found = session.execute(_query("people"), {**asked, "people": list(wanted)})
    return [_p60(row) for row in found.mappings()]


def replace_p60s(session: Session, tax_year: TaxYear, person_id: str, p60s: Iterable[P60]) -> None:
    """Let these be the P60s of a person's tax year."""
    rows = [_row(p60) for p60 in p60s]
    mine = sa.and_(P60Row.tax_year == tax_year.label, P60Row.person_id == person_id)
    moved = P60Row.reading_id.in_([row["reading_id"] for row in rows])
    session.execute(sa.delete(P60Row).where(sa.or_(mine, moved)))
    if rows:
        session.execute(sa.insert(P60Row), rows)


def _p60(row: sa.RowMapping) -> P60:
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


def _row(p60: P60) -> dict[str, object]:
    ni_rows = [
        ({"letter": row.letter} if row.letter else {})
        | {name: format_amount(amount) for name, amount in row.amounts.items()}
        for row in p60.ni_rows
    ]
    amounts = {name: p60.amounts.get(name) for name in _AMOUNTS}
    own = {"ni_rows": ni_rows, "national_insurance": p60.national_insurance}
    return {name: getattr(p60, name) for name in _OWN} | amounts | own
