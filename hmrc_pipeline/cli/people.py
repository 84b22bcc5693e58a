"""`person`: who the documents are about. NINO and UTR are never command-line arguments."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmrc_pipeline.cli.context import moment, opened_home
from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.identifiers import Nino, Utr

__all__ = ["register"]

_Id = Annotated[str, typer.Argument(help="The person's id, as `person list` shows it.", show_default=False)]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="People, known by an opaque id. They appear by themselves with their first document."
    )
    group.command()(add)
    group.command("import")(import_all)
    group.command("list")(list_all)
    group.command()(merge)
    group.command()(export)
    group.command()(erase)
    app.add_typer(group, name="person")


def add(
    from_stdin: Annotated[
        bool, typer.Option("--from-stdin", help='Read {"nino": ..., "utr": ..., "name": ...} from standard input.')
    ] = False,
) -> None:
    """Add a person, or what was missing of one, and print the id.

    Asks for NINO, UTR and name without showing what is typed. The UTR is needed to ask HMRC, nothing else is.
    """
    from hmrc_pipeline.people import add_person

    given = _from_stdin() if from_stdin else _asked()
    nino, utr = _identifiers(given)
    home = opened_home()
    with home.database.writing() as session:
        person = add_person(session, home.cipher, nino=nino, utr=utr, name=given.get("name") or None, now=moment())
    typer.echo(person)


def import_all(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: nino,utr,name")]) -> None:
    """Add many people from a CSV file with the columns nino, utr and name; prints one id a line."""
    from hmrc_pipeline.people import import_people

    for person in import_people(opened_home(), file.read_text(encoding="utf-8-sig"), now=moment()):
        typer.echo(person)


def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")] = False,
) -> None:
    """List people: id, masked NINO, whether a UTR is known."""
    from dataclasses import asdict

    from hmrc_pipeline.cli.output import print_json, print_table
    from hmrc_pipeline.people import list_people

    home = opened_home()
    with home.database.reading() as session:
        people = list_people(session, home.cipher)
    if as_json:
        for person in people:
            print_json({**asdict(person), "added_at": person.added_at.isoformat()})
        return
    rows = [[p.person_id, p.nino_masked, p.name, "yes" if p.has_utr else "no"] for p in people]
    print_table(count_of(len(people), "person", "people"), ["id", "nino", "name", "utr known"], rows)


def merge(
    keep: _Id, absorb: Annotated[str, typer.Argument(help="The id that goes; its documents move.", show_default=False)]
) -> None:
    """Make two entries of one person into one. Refused when both have a NINO and they differ."""
    from hmrc_pipeline.people import merge_people

    merge_people(opened_home(), keep, absorb)


def export(person: _Id) -> None:
    """Everything kept about a person, as JSON on stdout (a subject access request)."""
    from hmrc_pipeline.cli.output import print_json
    from hmrc_pipeline.people import export_person

    print_json(export_person(opened_home(), person))


def erase(
    person: _Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a person and everything kept about them, originals included. Cannot be undone."""
    from hmrc_pipeline.people import erase_person

    if not yes:
        typer.confirm(f"Erase {person} and every document of theirs?", abort=True)
    erase_person(opened_home(), person, now=moment())


def _from_stdin() -> dict[str, str]:
    try:
        given = json.loads(sys.stdin.read())
    except ValueError:
        given = None
    if not isinstance(given, dict) or not set(given) <= {"nino", "utr", "name"}:
        raise typer.BadParameter('standard input must be one JSON object: {"nino": ..., "utr": ..., "name": ...}')
    return {name: str(value) for name, value in given.items() if value}


def _asked() -> dict[str, str]:
    questions = {"nino": "National Insurance number", "utr": "UTR (empty if none)", "name": "Name (empty if you like)"}
    return {
        name: typer.prompt(question, hide_input=True, default="", show_default=False, err=True)
        for name, question in questions.items()
    }


def _identifiers(given: dict[str, str]) -> "tuple[Nino | None, Utr | None]":
    from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, Utr

    try:
        nino = Nino.parse(given["nino"]) if given.get("nino") else None
        utr = Utr.parse(given["utr"]) if given.get("utr") else None
    except InvalidIdentifier as error:
        raise typer.BadParameter(str(error)) from None
    if nino is None and utr is None and not given.get("name"):
        raise typer.BadParameter("nothing was given: a NINO, a UTR or a name is needed")
    return nino, utr
