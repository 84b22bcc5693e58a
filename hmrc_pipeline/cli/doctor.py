"""`doctor`: is everything set up, and if not, what is to be done?"""

from typing import Annotated

import typer

from hmrc_pipeline.cli.context import moment

__all__ = ["register"]

_CODES = {"good": 0, "look": 1, "wrong": 2}


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False) -> None:
    """Look at settings, key, database, folder, Paperless and HMRC, and say what to do about each.

    Exit code 0: all good; 1: something deserves a look; 2: something is wrong. Nothing is changed.
    """
    from hmrc_pipeline.cli.checkups import COLOURS, check_everything
    from hmrc_pipeline.cli.output import console, print_json
    from hmrc_pipeline.settings import load_settings

    found = check_everything(load_settings(), now=moment())
    code = max(_CODES[advice.state] for advice in found)
    if as_json:
        checks = [{"check": each.name, "state": each.state, "advice": each.sentence} for each in found]
        print_json({"checks": checks, "exit_code": code})
        raise typer.Exit(code)
    from rich.text import Text

    for advice in found:
        line = Text.assemble((f"{advice.state:5}", COLOURS[advice.state]), f"  {advice.name}: {advice.sentence}")
        console().print(line, soft_wrap=True)
    raise typer.Exit(code)
