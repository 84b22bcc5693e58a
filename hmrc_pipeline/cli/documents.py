"""`documents`: the registry, and the way out of review and quarantine."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from hmrc_pipeline.cli.context import moment, opened_home, whoever
from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.readings.review import DocumentSummary, Which

__all__ = ["register"]

_Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, on stdout.")]
_Part = Annotated[int | None, typer.Option(min=1, help="Which document of a file that holds several.")]
_Id = Annotated[str, typer.Argument(help="The document's id, or enough of its first letters.", show_default=False)]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="What was read, what was not, and what to do about it.")
    group.command("list")(list_all)
    group.command()(show)
    group.command()(retry)
    group.command()(assign)
    group.command()(correct)
    group.command()(accept)
    group.command()(ignore)
    group.command("let-go")(let_go)
    app.add_typer(group, name="documents")


def list_all(
    review: Annotated[bool, typer.Option("--review", help="Only those whose figures need a look.")] = False,
    quarantined: Annotated[bool, typer.Option("--quarantined", help="Only those that could not be read.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only those of nobody known.")] = False,
    as_json: _Json = False,
) -> None:
    """List documents: id, kind, tax year, state and the reason for it."""
    from hmrc_pipeline.cli.output import plain, print_json, print_table
    from hmrc_pipeline.readings import list_documents, state_of, summary_as_json

    which: Which = "review" if review else "quarantined" if quarantined else "unassigned" if unassigned else "all"
    found = list_documents(opened_home(), which=which)
    if as_json:
        for item in found:
            print_json(summary_as_json(item))
        return
    columns = ["id", "seen as", "kind", "tax year", "state", "reason"]
    rows = [
        [
            item.document_id,
            plain(", ".join(item.seen_as)),
            _kind(part.doc_type, part.status),
            part.tax_year,
            _standing(item) or _state(part.doc_type, state_of(part)),
            part.reason,
        ]
        for item in found
        for part in item.parts
    ]
    print_table(count_of(len(found), "document"), columns, rows)


def _kind(doc_type: str, status: str) -> str:
    """What is neither payslip nor P60 is called so; what could not be read may be either."""
    if doc_type != "other":
        return doc_type
    return "not known" if status == "quarantined" else "neither payslip nor P60"


def _standing(item: "DocumentSummary") -> str | None:
    if item.is_ignored:
        return "ignored"
    return "withdrawn" if item.is_withdrawn else None


def _state(doc_type: str, state: str) -> str:
    return "left aside" if (doc_type, state) == ("other", "consistent") else state


def show(document: _Id, as_json: _Json = False) -> None:
    """Show one document: where it was seen, every figure with its place, and why it needs a look."""
    from hmrc_pipeline.cli.output import plain, print_json, print_table, remark
    from hmrc_pipeline.readings import detail_as_json, sentences_of, show_document

    shown = detail_as_json(show_document(opened_home(), document))
    if as_json:
        print_json(shown)
        return
    for part in shown["documents"]:
        columns = ["field", "value", "page", "label", "as read"]
        rows = [[f["field"], f["value"], f["page"], f["label"], f["as_read"]] for f in part["figures"]]
        kind, state = _kind(part["doc_type"], part["status"]), _state(part["doc_type"], part["status"])
        print_table(f"{shown['id']}: {kind}, {state.replace('_', ' ')}", columns, rows)
        for reason in part["reasons"]:
            remark(reason)
        for sentence in sentences_of(part):
            remark(sentence)
    for place in shown["seen_as"]:
        remark(f"seen as {plain(place)}")


def retry(documents: Annotated[list[str], typer.Argument(help="Ids of documents to read again.")]) -> None:
    """Read documents again, for example after a password was added or the reader was updated."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.readings import retry as read_again

    number = read_again(opened_home(), documents, now=moment())
    remark(f"{number} will be read again: by `up` within seconds, or with the next `reconcile --keep`.")


def assign(
    document: _Id, person: Annotated[str, typer.Option(help="The person's id, as `person list` shows it.")]
) -> None:
    """Say whose a document is, when it does not say so itself."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.readings import assign as assign_to
    from hmrc_pipeline.readings import list_documents

    home = opened_home()
    before = len(list_documents(home, which="unassigned"))
    assign_to(home, document, person, now=moment())
    others = before - len(list_documents(home, which="unassigned")) - 1
    more = count_of(others, "other like it", "others like it")
    remark(f"Assigned, and {more}." if others > 0 else "Assigned.")


def correct(
    document: _Id,
    field: Annotated[str, typer.Argument(help="The figure's field, as `show` names it.", show_default=False)],
    value: Annotated[
        str | None,
        typer.Argument(help="What it is; `absent` when not printed, `as-read` to take a correction back."),
    ] = None,
    part: _Part = None,
) -> None:
    """Say what a figure is. What was read is kept beside it, and the sums are asked again.

    Names and NI numbers are asked for, or read from standard input: write no value.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.extraction.fields import PERSONAL_FIELDS
    from hmrc_pipeline.readings import ABSENT, AS_READ
    from hmrc_pipeline.readings import correct as put_right

    field = field.replace(" ", "_")  # as tables print it
    if field in PERSONAL_FIELDS and value not in (None, ABSENT, AS_READ):
        raise typer.BadParameter(f"{field} does not belong on the command line: leave it out, and it is asked for")
    if value is None:
        piped = not sys.stdin.isatty()
        value = sys.stdin.readline().strip() if piped else typer.prompt(field, hide_input=field in PERSONAL_FIELDS)
    status = put_right(opened_home(), document, field, str(value), by=whoever(), now=moment(), part=part)
    said = {
        "needs_review": "The sums still fail, so it stays in review; if the figures are right, accept it.",
        "quarantined": "It still lacks what places it in a tax year.",
    }
    remark(f"Corrected. {said.get(status, 'It flows on into its tax year.')}")


def accept(document: _Id, part: _Part = None) -> None:
    """Stand for the figures of a document in review: they flow on although the sums do not prove them."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.readings import accept as stand_for

    number = stand_for(opened_home(), document, by=whoever(), now=moment(), part=part)
    remark("Accepted." if number == 1 else f"Accepted: {number} documents of this file.")


def ignore(document: _Id) -> None:
    """Leave a document out of everything. It stays in the registry; `retry` brings it back."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.readings import ignore as leave_out

    leave_out(opened_home(), document, now=moment())
    remark("Ignored.")


def let_go() -> None:
    """Say that documents which vanished from Paperless are meant to be gone; the next look withdraws them.

    Needed only when so many vanished at once that it looked like lost rights or another server.
    """
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.documents import PaperlessSource
    from hmrc_pipeline.documents import let_go as let_documents_go
    from hmrc_pipeline.problems import Problem

    home = opened_home()
    source = PaperlessSource.of(home.settings)
    if source is None:
        raise Problem("no Paperless is followed: set HMRC_PIPELINE_PAPERLESS_URL and HMRC_PIPELINE_PAPERLESS_TOKEN")
    let_documents_go(home, source, now=moment())
    remark("The next look at Paperless withdraws what is not to be seen there any more.")
