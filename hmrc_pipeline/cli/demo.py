"""`demo`: the whole main job on made-up documents, so that a first look costs nothing."""

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Then open the Dagster UI on it, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option(help="Port of the Dagster UI with --serve.")] = 3000,
) -> None:
    """Show the main job on three made-up tax years: payslips, P60s and HMRC's figures, reconciled.

    One payslip is withheld, to be found missing. Everything is kept in HMRC_PIPELINE_HOME/demo, apart from
    your own data; run it as often as you like.
    """
    from hmrc_pipeline.cli.showcase import Showcase, prepare

    showcase: Showcase = prepare()
    with showcase.hmrc_online(authorise_anew=serve):
        showcase.run()
        shown = showcase.tell()
        if not serve:
            showcase.say_how_to_look()
            raise typer.Exit(0 if shown else 1)
        raise typer.Exit(showcase.serve(port))
