"""Migrations: which version a database is at, and bringing it to the newest."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hmrc_pipeline.database.incumbent import drop_views, renew_views

__all__ = ["VERSION_TABLE", "alembic_config", "downgrade", "head_revision", "revision_of", "revision_on", "upgrade"]

VERSION_TABLE = "alembic_version"
_MIGRATIONS = Path(__file__).with_name("migrations")


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, with no file beside the package."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest version this program knows."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migration is shipped with this program")
    return head


def revision_of(engine: sa.Engine) -> str | None:
    """The version of a database; None when it was never migrated."""
    with engine.connect() as connection:
        return revision_on(connection)


def revision_on(connection: sa.Connection) -> str | None:
    """The version of the database a connection leads to."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    with engine.execution_options(hmrc_writes=True).begin() as connection:
        grants = drop_views(connection)
        command.upgrade(alembic_config(connection), revision)
        if revision_on(connection) == head_revision():
            renew_views(connection, grants)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with engine.execution_options(hmrc_writes=True).begin() as connection:
        drop_views(connection)
        command.downgrade(alembic_config(connection), revision)
