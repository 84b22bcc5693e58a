"""`authorise` and `sync`: HMRC's side."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hmrc_pipeline.cli.context import moment, opened_home

if TYPE_CHECKING:
    from hmrc_pipeline.tax_year import TaxYear

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(authorise)
    app.command()(sync)


def authorise(
    person: Annotated[str, typer.Option(help="The person's id, as `person list` shows it.")],
    agent: Annotated[bool, typer.Option("--agent", help="The authorisation is an agent's, for all clients.")] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address alone on stdout and wait for the call-back.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="On a machine without a browser: paste the address HMRC sends you back to.")
    ] = False,
) -> None:
    """Let HMRC ask a person for permission, once in 18 months. Opens HMRC's own sign-in page."""
    import webbrowser

    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.hmrc import authorise as ask

    ask(
        opened_home(),
        person,
        agent=agent,
        show=typer.echo if no_browser else _say_where,
        open_browser=None if no_browser or paste else webbrowser.open,
        paste=_pasted if paste else None,
        now=moment,
    )
    remark("Authorised. HMRC will be asked when there can be an answer; to ask now: hmrc-pipeline sync")


def sync(
    tax_year: Annotated[str, typer.Option(help="A tax year (2024-25), `current`, or `due`.")] = "due",
    force: Annotated[bool, typer.Option("--force", help="Ask even where no answer can be expected yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """Ask HMRC for the annual figures of everyone who is authorised; every answer is kept.

    Exit code 0 also when HMRC has nothing yet, 2 on an error that stays, 3 when someone must authorise again.
    """
    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.hmrc import exit_code
    from hmrc_pipeline.hmrc import sync as ask

    lines = ask(opened_home(), years=_years(tax_year), force=force, now=moment())
    if as_json:
        for line in lines:
            print_json(line.as_json())
    else:
        columns = ["person", "tax year", "api", "state", "what it means"]
        print_table("HMRC", columns, [[x.person_id, x.tax_year, x.api, x.state, x.sentence] for x in lines])
    raise typer.Exit(exit_code(lines))


def _say_where(address: str) -> None:
    from hmrc_pipeline.cli.output import remark

    remark(f"Sign in at HMRC here: {address}")


def _pasted() -> str:
    return str(typer.prompt("Paste the address you were sent to", hide_input=True, err=True))


def _years(text: str) -> "list[TaxYear] | Literal['due']":
    from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

    if text == "due":
        return "due"
    if text == "current":
        return [TaxYear.current(moment())]
    try:
        return [TaxYear.parse(text)]
    except NotATaxYear as error:
        raise typer.BadParameter(str(error), param_hint="--tax-year") from None
