"""`payslip-template`: layouts as data, drafted from a payslip, tried on samples."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmrc_pipeline.wording import count_of

if TYPE_CHECKING:
    from hmrc_pipeline.extraction import Word

__all__ = ["register"]

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A payslip's PDF.", show_default=False)]
_Out = Annotated[Path | None, typer.Option("--out", dir_okay=False, help="File to write instead of stdout.")]
_Passwords = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Passwords to try on locked PDFs, one a line.")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Teach the reader a layout: a file to edit, no code.")
    group.command()(new)
    group.command()(sample)
    group.command("test")(try_all)
    group.command("list")(list_all)
    app.add_typer(group, name="payslip-template")


def new(file: _File, out: _Out = None, password_file: _Passwords = None) -> None:
    """Draft a layout from a payslip: what was understood, and a question mark where it is unsure."""
    from hmrc_pipeline.extraction.drafts import draft_of
    from hmrc_pipeline.extraction.templates import load_templates, texts_of
    from hmrc_pipeline.settings import load_settings

    templates = load_templates(texts_of(load_settings().layouts))
    _give(draft_of((out or file).stem, _words(file, password_file), templates), out)


def sample(file: _File, out: _Out = None, password_file: _Passwords = None) -> None:
    """Make a sample of a layout that can be shared: places and labels, other amounts, nobody's name."""
    from hmrc_pipeline.extraction.samples import anonymised, sample_as_json
    from hmrc_pipeline.extraction.templates import load_templates, texts_of
    from hmrc_pipeline.settings import load_settings

    templates = load_templates(texts_of(load_settings().layouts))
    _give(sample_as_json(anonymised(file.stem, _words(file, password_file), templates)), out)


def try_all(
    folder: Annotated[
        Path | None, typer.Argument(exists=True, file_okay=False, help="Samples; those shipped and your own if absent.")
    ] = None,
) -> None:
    """Read every sample and compare with what is expected. Exit code 1 when one differs."""
    from hmrc_pipeline.cli.output import print_table
    from hmrc_pipeline.extraction.samples import load_samples, tried
    from hmrc_pipeline.extraction.templates import choose, load_templates, texts_of
    from hmrc_pipeline.settings import load_settings

    own = load_settings().layouts
    templates = load_templates(texts_of(own))
    samples = list(load_samples(folder))
    if folder is None and (own / "samples").is_dir():
        samples += load_samples(own / "samples")
    rows, failed = [], 0
    for each in samples:
        wrong = tried(each, templates)
        failed += bool(wrong)
        layout = choose(templates, [word for page in each.pages for word in page])
        rows.append([each.name, layout.name if layout else "", "failed" if wrong else "passed", "; ".join(wrong)])
    print_table(count_of(len(rows), "sample"), ["sample", "layout", "result", "what differs"], rows)
    raise typer.Exit(1 if failed else 0)


def list_all() -> None:
    """List the layouts in the order they are tried: your own first, then those shipped."""
    from hmrc_pipeline.cli.output import print_table
    from hmrc_pipeline.extraction.templates import load_templates, texts_of
    from hmrc_pipeline.settings import load_settings

    found = load_templates(texts_of(load_settings().layouts))
    rows = [[t.id, t.version, t.origin, ", ".join((*t.every, *t.one_of)), t.open_questions or ""] for t in found]
    print_table(count_of(len(rows), "layout"), ["id", "version", "file", "for documents with", "open questions"], rows)


def _words(file: Path, password_file: Path | None) -> "tuple[Word, ...]":
    """The file's words, read in the limited worker."""
    from hmrc_pipeline.cli.context import passwords_to_try
    from hmrc_pipeline.extraction import ReaderPool
    from hmrc_pipeline.problems import Problem
    from hmrc_pipeline.settings import load_settings

    passwords = passwords_to_try(load_settings(), password_file)
    with ReaderPool(passwords=passwords, words=True, layouts=()) as pool:
        reading = pool.read(file.read_bytes())
    if not reading.words:
        raise Problem(reading.error or "this file has no readable text")
    return reading.words


def _give(text: str, out: Path | None) -> None:
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.settings import make_closed

    if out is None:
        typer.echo(text, nl=False)
        return
    if out.exists():
        raise typer.BadParameter(f"{out} is there already")
    make_closed(out.parent)
    out.write_text(text, encoding="utf-8")
    remark(f"Written to {out}.")
