"""How the command speaks: answers on stdout, progress and remarks on stderr."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 140
"""Columns of what is written to a file or a pipe."""


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, done: int, total: int | None = None, doing: str | None = None) -> None: ...


__all__ = ["Advance", "console", "plain", "print_json", "print_table", "progress", "remark"]


def console(*, stderr: bool = False) -> "Console":
    """A terminal to write to; plain text when it is not one."""
    from rich.console import Console

    file = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if file.isatty() else WIDE)


def print_json(answer: Any) -> None:
    """One JSON value on one line of stdout."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain(name: str) -> str:
    """A file's name as it may stand in a terminal: a name can hold line breaks and commands to the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def remark(text: str) -> None:
    """A sentence for the person, beside the answer."""
    console(stderr=True).print(text, markup=False)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; `agrees` is green, `differs` red."""
    from rich.table import Table
    from rich.text import Text

    colours = {
        "agrees": "green",
        "differs": "red",
        "rounding": "yellow",
        "not_comparable": "dim",
        "failed": "red",
        "passed": "green",
    }
    shown = Table(title=title, title_justify="left")
    amounts = {index for index in range(len(columns)) if rows and all(_is_amount(row[index]) for row in rows)}
    for index, column in enumerate(columns):
        shown.add_column(column, justify="right" if index in amounts else "left")
    for row in rows:
        cells = ["" if value is None else str(value) for value in row]
        shown.add_row(*(Text(_in_words(cell), style=colours.get(cell, "")) for cell in cells))
    console().print(shown)


def _in_words(cell: str) -> str:
    """A name of ours as words; an id stays what it is, to be copied."""
    return cell.replace("_", " ") if cell.replace("_", "").isalpha() and cell.islower() else cell


def _is_amount(value: object) -> bool:
    text = "" if value is None else str(value)
    return text in {"", "-"} or text.replace(",", "").replace(".", "").lstrip("-£").isdigit()


@contextmanager
def progress(description: str) -> Iterator["Advance"]:
    """A progress bar on stderr; call what it yields with how many are done, of how many, and what is being done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=False) as bar:
        task = bar.add_task(description, total=None)

        def advance(done: int, total: int | None = None, doing: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=doing or description)

        yield advance
