"""Alembic's entry: runs the migrations on the connection it is handed."""

from typing import Literal

import sqlalchemy as sa
from alembic import context

from hmrc_pipeline.database.schema import VERSION_TABLE
from hmrc_pipeline.database.tables import Base
from hmrc_pipeline.database.types import Moment, Pence

SCHEMA = "hmrc_pipeline"


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones they are stored as, so that a migration outlives our code."""
    if kind == "type" and isinstance(item, Pence):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    connection: sa.Connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
