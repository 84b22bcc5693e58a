"""`explain`: why a tax year does not add up, what it means in money, and what to do by when."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.home import Home
    from hmrc_pipeline.readings.review import Which
    from hmrc_pipeline.tax_year import TaxYear

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    tax_year: Annotated[
        str | None, typer.Argument(help="The tax year, written 2024-25. Without one: who has how much at stake.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Only this person's id, as `person list` gives it.")] = None,
    ical: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the days to keep to this calendar file (.ics).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Why does this tax year not add up? What is it worth, whom to ask, and by when?

    Without a year: every person and year with money or a difference in question, the most at stake first. Speaks of
    what was reconciled last. Exit code 0 when nothing differs, 1 when something does, 2 without results.
    """
    from hmrc_pipeline.tax_year import TaxYear

    if tax_year is None:
        raise typer.Exit(_overview(person, as_json))
    try:
        year = TaxYear.parse(tax_year)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="TAX_YEAR") from None
    raise typer.Exit(_explain(year, person, ical, as_json))


def _explain(year: "TaxYear", person: str | None, ical: Path | None, as_json: bool) -> int:
    from hmrc_pipeline.cli.context import hint_at_changes, opened_home
    from hmrc_pipeline.cli.output import print_json
    from hmrc_pipeline.people import require_person
    from hmrc_pipeline.reconciliation import explained_year

    home = opened_home()
    with home.database.reading() as session:
        if person is not None:
            require_person(session, person)
        people = explained_year(session, year, person)
    if ical is not None:
        _write(ical, people)
    if as_json:
        print_json({"tax_year": year.label, "people": people})
    else:
        _show(year.label, people)
        _hint_at_uncounted(home, people)
        hint_at_changes(home, year)
    return _exit_code(people)


def _overview(person: str | None, as_json: bool) -> int:
    from hmrc_pipeline.cli.context import opened_home
    from hmrc_pipeline.cli.output import print_json, print_table, remark
    from hmrc_pipeline.cli.results import pounds
    from hmrc_pipeline.money import format_amount
    from hmrc_pipeline.reconciliation import people_at_stake, years_reconciled

    home = opened_home()
    with home.database.reading() as session:
        years = years_reconciled(session)
        rows = [row for row in people_at_stake(session, years) if person in (None, row["person"])]
    amounts = ("at_stake", "balance")
    told = [
        row | {name: format_amount(row[name]) if row[name] is not None else None for name in amounts} for row in rows
    ]
    if as_json:
        print_json({"people": told})
    elif told:
        cells = [
            [row["person"], row["tax_year"], *(pounds(row[name]) for name in amounts), str(row["open_findings"])]
            for row in told
        ]
        print_table("Money at stake", ["person", "tax year", "at stake", "overpaid (+) or due (-)", "findings"], cells)
    else:
        remark("nothing is in question" if years else "nothing is reconciled yet")
    return 1 if rows else 0 if years else 2


def _write(path: Path, people: list[dict[str, Any]]) -> None:
    from hmrc_pipeline.cli.context import moment
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.reconciliation import as_ical

    calendar = as_ical(people, moment())
    if calendar is None:
        remark(f"There are no days to keep, so {path} was not written.")
        return
    try:
        path.write_bytes(calendar)
    except OSError as error:
        raise typer.BadParameter(f"cannot write it: {error.strerror}", param_hint="--ical") from None
    days = calendar.count(b"BEGIN:VEVENT")
    remark(f"{count_of(days, 'day')} written to {path}")


def _exit_code(people: list[dict[str, Any]]) -> int:
    if not people:
        return 2
    employments = [employment for person in people for employment in person["employments"]]
    findings = [finding for employment in employments for finding in employment["findings"]]
    states = [measure["state"] for employment in employments for measure in employment["measures"]]
    return 1 if "differs" in states or any(f["kind"] == "discrepancy" for f in findings) else 0


def _show(label: str, people: list[dict[str, Any]]) -> None:
    from hmrc_pipeline.cli.output import console, remark
    from hmrc_pipeline.cli.results import print_people

    if not people:
        remark(f"nothing is reconciled for {label} yet")
    for person in people:
        employments = [
            {**employment, "findings": [f for f in employment["findings"] if f["cause"] != "deadline"]}
            for employment in person["employments"]
        ]
        if len(people) > 1:
            console().print(f"Person {person['person']}", style="bold", markup=False)
        print_people([{"tax_years": [{"tax_year": label, "employments": employments}]}])
        _show_payslips(person["payslips_off"])
        for deadline in person["deadlines"]:
            console().print(f"To remember: {deadline['text']}", markup=False)


def _hint_at_uncounted(home: "Home", people: list[dict[str, Any]]) -> None:
    """What is called missing may be here and unread."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.readings import list_documents

    employments = [employment for person in people for employment in person["employments"]]
    if not any(f["cause"] == "missing_payslip" for employment in employments for f in employment["findings"]):
        return
    kinds: tuple[tuple[Which, str], ...] = (
        ("quarantined", "were not read"),
        ("review", "are not counted before a look"),
    )
    for which, how in kinds:
        if number := len(list_documents(home, which=which)):
            remark(f"What is missing may be among {number} that {how}: hmrc-pipeline documents list --{which}")


def _show_payslips(rows: list[dict[str, Any]]) -> None:
    from hmrc_pipeline.cli.output import print_table, remark

    if rows:
        names = ("income_tax", "income_tax_due", "national_insurance", "national_insurance_due")
        cells = [[row["employment"], row["pay_date"], *(row.get(name, "-") for name in names)] for row in rows]
        columns = ["employment", "paid on", "tax", "tax due", "NI", "NI due"]
        print_table("Payslips that deduct other than their own figures give", columns, cells)
        if len(rows) > 1:
            remark("Tax due puts right what the payslips before it took: the rows are not to be added up.")
