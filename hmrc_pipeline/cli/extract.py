"""`extract`: what a PDF says, with the place of every figure. Nothing is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(extract)


def extract(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="PDFs, or folders of them.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file, on stdout.")] = False,
    password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Passwords to try on locked PDFs, one a line.")
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for pictures of the pages with every figure marked."),
    ] = None,
) -> None:
    """Read payslips and P60s: kind, figures, where each stands, and whether the sums prove them.

    Exit code 0 when every file was read, 1 when one needs a look, 2 when one could not be read.
    """
    from hmrc_pipeline.cli.output import print_json, remark
    from hmrc_pipeline.documents import files_below

    files = files_below(paths)
    if not files:
        remark("There is no file to read.")
    pictured = _names_of_pictures(files)
    worst = 0
    for key, answer, pictures in _read(files, password_file, draws=preview is not None):
        if preview is not None:
            _keep(preview, pictured[key], pictures)
        print_json(answer) if as_json else _show(answer)
        looked = any(document["needs_review"] for document in answer["documents"])
        worst = max(worst, 2 if answer["error"] else 1 if looked else 0)
    raise typer.Exit(worst)


def _read(
    files: list[Path], password_file: Path | None, *, draws: bool
) -> Iterator[tuple[str, dict[str, Any], list[bytes]]]:
    """Key, the `extract --json` object and the pictures of each file, with a progress bar; in any order."""
    from hmrc_pipeline.cli.context import passwords_to_try
    from hmrc_pipeline.cli.output import progress
    from hmrc_pipeline.extraction import Reader, reading_as_json, texts_of
    from hmrc_pipeline.extraction.preview import previewed
    from hmrc_pipeline.settings import load_settings

    settings = load_settings()
    passwords = passwords_to_try(settings, password_file)
    names = {str(number): file for number, file in enumerate(files)}
    contents = ((key, file.read_bytes()) for key, file in names.items())
    with (
        Reader(passwords=passwords, layouts=texts_of(settings.layouts)) as pool,
        progress("Reading") as advance,
    ):
        for done, (key, reading) in enumerate(pool.read_many(contents), start=1):
            pictures = previewed(names[key].read_bytes(), reading, passwords=passwords) if draws else []
            yield key, reading_as_json(str(names[key]), reading), pictures
            advance(done, len(files))


def _show(answer: dict[str, Any]) -> None:
    from hmrc_pipeline.cli.output import console, plain, print_table

    if answer["error"]:
        console().print(f"{plain(answer['file'])}: {answer['error']}", style="red", markup=False)
    for document in answer["documents"]:
        places = document["boxes"]
        rows = [
            [field, value, f"page {places[field]['page']}" if field in places else ""]
            for field, value in document["fields"].items()
        ]
        if rows:
            print_table(f"{plain(answer['file'])}: {document['doc_type']}", ["field", "value", "where"], rows)
        lead = "needs a look: " if document["needs_review"] else ""
        for reason in document["review_reasons"]:
            console().print(f"{lead}{reason}", style="yellow", markup=False)


def _keep(folder: Path, name: str, pictures: list[bytes]) -> None:
    """Write the pictures as `slip-page-1.png`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, picture in enumerate(pictures, start=1):
        (folder / f"{name}-page-{number}.png").write_bytes(picture)


def _names_of_pictures(files: list[Path]) -> dict[str, str]:
    """Key -> the file's name without its end; a second file of that name carries its number in the list too."""
    used: set[str] = set()
    names: dict[str, str] = {}
    for number, file in enumerate(files):
        names[str(number)] = file.stem if file.stem not in used else f"{file.stem}-{number + 1}"
        used.add(file.stem)
    return names
