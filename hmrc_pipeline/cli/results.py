"""How a reconciled tax year is shown in a terminal: a table for each employment, then what was found."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hmrc_pipeline.cli.output import console, print_table
from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation import finding_sentence

__all__ = ["pounds", "print_people", "print_rows"]

_SOURCES = {"payslip_sum": "payslips' sum", "payslip_ytd": "last year to date", "p60": "P60", "hmrc": "HMRC"}


def print_people(people: Iterable[Mapping[str, Any]]) -> None:
    """Everything `reconcile --json` says, for people's eyes."""
    everyone = list(people)
    for person in everyone:
        if len(everyone) > 1:
            console().print(f"Person {person['person']}", style="bold", markup=False)
        for year in person["tax_years"]:
            for employment in year["employments"]:
                _print_employment(year["tax_year"], employment)


def print_rows(title: str, rows: list[dict[str, Any]]) -> None:
    """Rows of equal keys as a table."""
    columns = list(rows[0]) if rows else []
    print_table(title, [c.replace("_", " ") for c in columns], [[row[c] for c in columns] for row in rows])


def _print_employment(tax_year: str, employment: Mapping[str, Any]) -> None:
    names = [employment.get("employer_name"), employment.get("paye_reference")]
    rows = [
        [measure["measure"], *(pounds(measure.get(source)) for source in _SOURCES), measure["state"]]
        for measure in employment["measures"]
        if any(source in measure for source in _SOURCES)
    ]
    title = f"{tax_year}  {'  '.join(filter(None, names))}"
    print_table(title, ["measure", *_SOURCES.values(), "state"], rows)
    for finding in employment["findings"]:
        is_gap = finding["kind"] == "discrepancy"
        console().print(f"• {finding_sentence(finding)}", style="bold red" if is_gap else "dim", markup=False)
    for measure, amount in employment["unexplained"].items():
        if Decimal(amount):
            sentence = f"• {pounds(amount)} of {measure.replace('_', ' ')} is left without a known cause."
            console().print(sentence, style="bold red", markup=False)
    console().print()


def pounds(amount: str | None) -> str:
    """An amount as `--json` gives it, with a pound sign; a dash where there is none."""
    return "-" if amount is None else format_pounds(Decimal(amount))
