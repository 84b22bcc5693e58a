"""`sandbox seed` and `check-headers`: what HMRC's sandbox (and the simulator) offers to try things with."""

from typing import Annotated

import typer

from hmrc_pipeline.cli.context import moment, opened_home

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Made-up people with figures at HMRC's sandbox.")
    group.command()(seed)
    app.add_typer(group, name="sandbox")
    app.command("check-headers")(check)


def seed(
    tax_year: Annotated[
        list[str] | None, typer.Option(help="A year to give figures; may be repeated. Default: the last two closed.")
    ] = None,
    scenario: Annotated[str, typer.Option(help="HMRC's name of the set of figures.")] = "HAPPY_PATH_1",
) -> None:
    """Make a test user with figures at the sandbox, and a person here; prints both as one JSON object.

    The object is what `authorise --headless` reads from standard input.
    """
    from hmrc_pipeline.cli.output import print_json, remark
    from hmrc_pipeline.hmrc.sandbox import seed as seed_sandbox
    from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

    last = TaxYear.current(moment()).previous
    try:
        years = [TaxYear.parse(text) for text in tax_year] if tax_year else [last.previous, last]
    except NotATaxYear as error:
        raise typer.BadParameter(str(error), param_hint="--tax-year") from None
    made = seed_sandbox(opened_home(), years=years, scenario=scenario, now=moment())
    print_json({"person": made.person_id, "user_id": made.user_id, "password": made.password})
    remark(f"{', '.join(map(str, years))}. Next: hmrc-pipeline authorise --person {made.person_id}")


def check(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """Let HMRC's validator judge the fraud-prevention headers of each way this program asks HMRC.

    Exit code 0 without an error, 1 with one, 2 when the sandbox could not be asked.
    """
    from hmrc_pipeline.cli.output import console, print_json, print_table
    from hmrc_pipeline.hmrc.sandbox import check_headers

    reports = check_headers(opened_home(), clock=moment)
    if as_json:
        for report in reports:
            print_json(report.as_json())
    else:
        rows = [[report.method, report.code, len(report.errors), len(report.warnings)] for report in reports]
        print_table("Fraud-prevention headers", ["method", "validator", "errors", "warnings"], rows)
        for report in reports:
            for style, told in (("red", report.errors), ("yellow", report.warnings)):
                for sentence in told:
                    console().print(f"{report.method}: {sentence}", style=style, markup=False)
    raise typer.Exit(1 if any(report.errors for report in reports) else 0)
