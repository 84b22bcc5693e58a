"""`reconcile`: a person's own PDFs, compared and explained in one go."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hmrc_pipeline.cli.once import Outcome

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(reconcile)


def reconcile(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="PDFs, or folders of them.", show_default=False)],
    tax_year: Annotated[str | None, typer.Option(help="Only this tax year, written 2024-25.")] = None,
    hmrc_summary: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help='HMRC\'s own JSON per API: {"2024-25": {"income": {...}, "tax": {...}}}.'
        ),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep documents and results in HMRC_PIPELINE_HOME.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Do these payslips, the P60 and HMRC's figures agree? If not: why, and what to do.

    Nothing is kept unless you say --keep, and nothing leaves this machine.
    Exit code 0: everything was read and agrees; 1: there are findings, or figures that need a look; 2: no finding,
    but a file could not be read or nothing could be compared.

    As data (--json): the people with their years, and lists of the files that are in none of the figures, with
    reasons: quarantined (not read); where there are any, in_review and of_nobody (they need a look) and left_aside
    (no payslip and no P60).
    """
    from hmrc_pipeline.cli.once import reconcile_once
    from hmrc_pipeline.cli.output import print_json
    from hmrc_pipeline.tax_year import TaxYear

    year = _parse_year(tax_year, TaxYear)
    outcome = reconcile_once(paths, tax_year=year, hmrc_summary=hmrc_summary, keep=keep)
    if as_json:
        print_json(outcome.answer)
    else:
        _show(outcome)
    raise typer.Exit(outcome.exit_code)


def _parse_year(text: str | None, kind: Any) -> Any:
    try:
        return kind.parse(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--tax-year") from None


def _show(outcome: "Outcome") -> None:
    from hmrc_pipeline.cli.output import plain, remark
    from hmrc_pipeline.cli.results import print_people

    print_people(outcome.answer["people"])
    for item in outcome.answer["quarantined"]:
        remark(f"not read: {plain(item['file'])}: {item['reason']}")
    for sentence in outcome.remarks:
        remark(sentence)
