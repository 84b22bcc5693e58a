"""The `hmrc-pipeline` command: one module per group of verbs.

Modules import Typer only; everything else is imported by the verb that needs it, so that `--help` is quick
and never loads Dagster. No arithmetic and no SQL here.
"""

import sys

import typer

from hmrc_pipeline.cli import demo, doctor, documents, extract, hmrc, init, people, reconcile, simulate, up
from hmrc_pipeline.problems import Problem

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

for module in (demo, init, up, doctor, reconcile, extract, documents, people, hmrc, simulate):
    module.register(app)


def run() -> None:
    """The command with our errors as one sentence and exit code 2."""
    try:
        app()
    except Problem as problem:
        typer.secho(str(problem), fg="red", err=True)
        sys.exit(2)
