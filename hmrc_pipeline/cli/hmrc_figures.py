"""`hmrc-figures`: HMRC's figures as they are stored, and those a person read in their own HMRC account."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmrc_pipeline.cli.context import hint_at_changes, moment, opened_home
from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.home import Home
    from hmrc_pipeline.identifiers import PayeReference
    from hmrc_pipeline.tax_year import TaxYear

__all__ = ["register"]

_Person = Annotated[str | None, typer.Option(help="Whose figures; may be left out while there is one person.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True,
        help="HMRC's annual figures: what is stored and from where; stating them where HMRC's service has none.",
    )
    group.command("list")(list_all)
    group.command("set")(state)
    group.command("import")(import_all)
    app.add_typer(group, name="hmrc-figures")


def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """List every stored answer: of whom, year, API, from which source, when, whether it counts, what it changed."""
    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.hmrc import list_figures

    stored = list_figures(opened_home())
    if as_json:
        for item in stored:
            print_json(item.as_json())
        return
    columns = ["person", "tax year", "api", "source", "captured", "last confirmed", "counts"]
    rows = [
        [
            item.person_id,
            item.tax_year,
            item.api,
            item.source,
            item.captured_at.date(),
            item.last_confirmed_at.date(),
            "yes" if item.counts else "no",
        ]
        for item in stored
    ]
    print_table(count_of(len(stored), "answer"), columns, rows)
    changed = [
        [item.person_id, item.tax_year, item.api, item.captured_at.date(), change.field, change.before, change.after]
        for item in stored
        for change in item.changes
    ]
    if changed:
        columns = ["person", "tax year", "api", "captured", "figure", "before", "after"]
        print_table("What changed from one answer to the next", columns, changed)


def state(
    tax_year: Annotated[str, typer.Argument(help="The tax year, such as 2024-25.", show_default=False)],
    paye_reference: Annotated[str, typer.Option(help="The employer's PAYE reference, such as 123/AB456.")],
    pay: Annotated[str, typer.Option(help="Pay from this employment as HMRC shows it: 40000.00")],
    tax: Annotated[str, typer.Option(help="Tax taken off that pay; a refund is negative: 5486.00")],
    seen_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day it was read.")],
    person: _Person = None,
) -> None:
    """State what a person read in their own HMRC account, for a year HMRC's service gives nothing of.

    Stated again, it replaces what was stated before of the same employer.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.hmrc import StatedFigures, is_outranked, state_figures

    figures = StatedFigures(
        _year(tax_year), _reference(paye_reference), _amount(pay, "--pay"), _amount(tax, "--tax"), _day(seen_on)
    )
    home = opened_home()
    whose = _whose(home, person)
    is_new = state_figures(home, person_id=whose, figures=figures, now=moment())
    remark("Kept, with the source `stated by the person`." if is_new else "That was known already.")
    if is_outranked(home, whose, figures.tax_year):
        remark(f"HMRC's own answer for {figures.tax_year} counts, not this: hmrc-pipeline hmrc-figures list")
    hint_at_changes(home, figures.tax_year)


def import_all(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: tax_year, paye_reference, pay, tax, seen_on")
    ],
    person: _Person = None,
) -> None:
    """State many years at once, from a CSV file: tax_year, paye_reference, pay, tax, seen_on."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.hmrc import import_stated

    home = opened_home()
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter("it is not text in UTF-8", param_hint="FILE") from None
    number = import_stated(home, text, person_id=_whose(home, person), now=moment())
    remark(f"{number} kept, with the source `stated by the person`.")


def _whose(home: "Home", person: str | None) -> str:
    """The person named, or the only one. Raises `UnknownPerson`, or asks for --person."""
    from hmrc_pipeline.people import list_people, require_person

    with home.database.reading() as session:
        if person is not None:
            return require_person(session, person).person_id
        everyone = list_people(session, home.cipher)
    if not everyone:
        raise typer.BadParameter(
            "no person is known yet: take in documents, or hmrc-pipeline person add", param_hint="--person"
        )
    if len(everyone) != 1:
        raise typer.BadParameter(f"there are {len(everyone)} people: name one", param_hint="--person")
    return everyone[0].person_id


def _year(text: str) -> "TaxYear":
    from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

    try:
        return TaxYear.parse(text)
    except NotATaxYear as error:
        raise typer.BadParameter(str(error)) from None


def _reference(text: str) -> "PayeReference":
    from hmrc_pipeline.identifiers import InvalidIdentifier, PayeReference

    try:
        return PayeReference.parse(text)
    except InvalidIdentifier as error:
        raise typer.BadParameter(str(error), param_hint="--paye-reference") from None


def _amount(text: str, option: str) -> Decimal:
    from hmrc_pipeline.money import parse_amount

    try:
        return parse_amount(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _day(given: datetime) -> date:
    if given.date() > moment().date():
        raise typer.BadParameter("this day has not come yet", param_hint="--seen-on")
    return given.date()
