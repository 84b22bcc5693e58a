"""Our database: engine, transactions, tables, migrations, generations of the tax years.

Queries belong to the wing that owns the table; only what every wing needs is here.
"""

from hmrc_pipeline.database.engine import (
    Database,
    DatabaseBehind,
    DatabaseProblem,
    open_database,
)
from hmrc_pipeline.database.generations import raise_generation

__all__ = ["Database", "DatabaseBehind", "DatabaseProblem", "open_database", "raise_generation"]
