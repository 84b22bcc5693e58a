"""How results are shown in the UI: counts, tables, column schemas. Never a name, a NINO or a secret."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import sqlalchemy as sa

from hmrc_pipeline.database.types import Base, Pence

__all__ = ["AREA", "OWNER", "column_schema", "counts", "table"]

AREA = {"hmrc_pipeline/area": "paye"}
OWNER = "team:payroll"

_MOST_ROWS = 200


def counts(values: Mapping[str, int | str | None]) -> dict[str, Any]:
    """Counts as metadata: `needs_review` is shown as "needs review"."""
    return {name.replace("_", " "): value for name, value in values.items() if value is not None}


def table(rows: Sequence[Mapping[str, Any]], first: Sequence[str] = ()) -> dg.MetadataValue[Any]:
    """Rows for people's eyes, every cell as text, cut at 200 rows; the columns of `first` come first.

    The page cuts a wide table off at its right: what matters belongs to the left.
    """
    if not rows:
        return dg.MetadataValue.text("none")
    ordered = [*(name for name in first if name in rows[0]), *(name for name in rows[0] if name not in first)]
    columns = {name: name.replace("_", " ") for name in ordered}
    records = [
        dg.TableRecord({shown: "" if row[name] is None else str(row[name]) for name, shown in columns.items()})
        for row in rows[:_MOST_ROWS]
    ]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(c) for c in columns.values()]))


def column_schema(model: type[Base]) -> dict[str, Any]:
    """A table of ours as Dagster shows it: name, type and whether a value may be absent."""
    source: sa.Table = model.__table__  # type: ignore[assignment]
    alone = len(source.primary_key.columns) == 1
    columns = [
        dg.TableColumn(
            column.name,
            "pence" if isinstance(column.type, Pence) else str(column.type).lower(),
            constraints=dg.TableColumnConstraints(
                nullable=bool(column.nullable), unique=bool(column.primary_key) and alone
            ),
        )
        for column in source.columns
    ]
    return {"dagster/table_name": source.name, "dagster/column_schema": dg.TableSchema(columns=columns)}
