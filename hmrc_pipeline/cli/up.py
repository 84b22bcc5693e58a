"""`up`, which keeps everything running, and `migrate`."""

from typing import Annotated

import typer

from hmrc_pipeline.cli.context import opened_home

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(migrate)


def up(
    port: Annotated[int, typer.Option(help="Port of the Dagster UI; links in messages name it.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address the UI binds to. It has no login: keep it on loopback.")
    ] = "127.0.0.1",
) -> None:
    """Run Dagster and the web application until Ctrl-C: documents are noticed, years reconciled, alerts sent.

    Everything is kept in HMRC_PIPELINE_HOME. Set HMRC_PIPELINE_DOCUMENTS_FOLDER to the folder of your PDFs.
    """
    from hmrc_pipeline.cli.supervisor import run_everything
    from hmrc_pipeline.web import refuse_open_door

    home = opened_home()
    refuse_open_door(home, home.settings.web_host)
    raise typer.Exit(run_everything(home.settings, host=host, port=port))


def migrate() -> None:
    """Bring the database to the version of this program. Make a copy of it first."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.database import open_database
    from hmrc_pipeline.database.schema import head_revision
    from hmrc_pipeline.settings import load_settings

    open_database(load_settings(), migrate=True)
    remark(f"The database is at version {head_revision()}.")
