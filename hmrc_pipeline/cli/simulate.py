"""`simulate`: honest stand-ins to try things against."""

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Run a stand-in for HMRC on this machine.")
    group.command()(hmrc)
    app.add_typer(group, name="simulate")


def hmrc(port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9400) -> None:
    """A strict stand-in for HMRC: sign-in, tokens, annual summaries, errors. Until Ctrl-C.

    It prints the settings that point hmrc-pipeline at it.
    """
    from hmrc_pipeline.simulators.hmrc import run_forever

    run_forever(port)
