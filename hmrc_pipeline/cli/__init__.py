"""The `hmrc-pipeline` command: one module per group of verbs.

Modules import Typer only; everything else is imported by the verb that needs it, so that `--help` is quick
and never loads Dagster. No arithmetic and no SQL here.
"""

import sys

import typer

from hmrc_pipeline.cli import (
    demo,
    doctor,
    documents,
    evidence,
    explain,
    extract,
    hmrc,
    hmrc_figures,
    init,
    payslip_template,
    people,
    reconcile,
    sandbox,
    serve,
    simulate,
    up,
)
from hmrc_pipeline.cli.paragraphs import flow_help
from hmrc_pipeline.problems import Problem, fault_sentence

__all__ = ["app", "run"]

app = typer.Typer(
    name="hmrc-pipeline",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,  # a traceback's local variables would hold personal data
    rich_markup_mode="rich",
    help=(
        "Do your payslips, your P60 and HMRC agree? If not: why, and what to do.\n\n"
        "Start with [bold]hmrc-pipeline demo[/bold], which shows it on made-up documents; "
        "then [bold]hmrc-pipeline reconcile FOLDER[/bold] on your own PDFs, which keeps nothing; "
        "then [bold]hmrc-pipeline up[/bold] to be told by itself."
    ),
)

_MODULES = (
    demo,
    reconcile,
    init,
    up,
    doctor,
    extract,
    documents,
    payslip_template,
    explain,
    evidence,
    people,
    hmrc,
    hmrc_figures,
    serve,
    sandbox,
    simulate,
)

for module in _MODULES:
    module.register(app)
flow_help(app)


def run() -> None:
    """The command with every error as one sentence and exit code 2; 1 is kept for findings."""
    try:
        app()
    except Problem as problem:
        typer.secho(str(problem), fg="red", err=True)
        sys.exit(2)
    except Exception as error:  # a traceback's text would hold personal data, and exits with 1
        typer.secho(fault_sentence(error), fg="red", err=True)
        sys.exit(2)
