"""`evidence`: a year's differences as something to send."""

from pathlib import Path
from typing import Annotated

import typer

from hmrc_pipeline.cli.context import hint_at_changes, moment, opened_home

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(evidence)


def evidence(
    tax_year: Annotated[str, typer.Argument(help="The tax year, written 2024-25.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Folder to write to.", show_default=False)],
    person: Annotated[str | None, typer.Option(help="The person's id, where several are known.")] = None,
    audience: Annotated[
        str, typer.Option("--for", help="self: everything. employer: one folder an employer, redacted, to send.")
    ] = "self",
) -> None:
    """Letter draft, tables, pages with the figures marked, and hashes: HTML, PDF, XLSX, CSV, beancount.

    For an employer the National Insurance number is blackened in the pictures and masked in the texts, and nothing
    of another employment is shown. Prints the files written, one a line. Look before you send.
    """
    from hmrc_pipeline.reconciliation.evidence import write_evidence
    from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

    if audience not in ("self", "employer"):
        raise typer.BadParameter("write self or employer", param_hint="--for")
    try:
        year = TaxYear.parse(tax_year)
    except NotATaxYear as error:
        raise typer.BadParameter(str(error), param_hint="TAX_YEAR") from None
    home = opened_home()
    written = write_evidence(
        home, year, out, audience="self" if audience == "self" else "employer", person_id=person, now=moment()
    )
    for path in written:
        typer.echo(path)
    hint_at_changes(home, year)
