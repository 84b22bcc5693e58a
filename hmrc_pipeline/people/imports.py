"""People from a file or from standard input: CSV with a heading row, or one JSON object.

Messages name lines and columns, never what stands in them.
"""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, Utr
from hmrc_pipeline.people.register import PeopleConflict, add_person
from hmrc_pipeline.problems import Problem

__all__ = ["PeopleImportProblem", "add_from_json", "import_people"]

_COLUMNS = ("nino", "utr", "name")


class PeopleImportProblem(Problem):
    """The file cannot be imported; every wrong line is named, and nothing was kept."""


@dataclass(frozen=True, repr=False)
class _Entry:
    nino: Nino | None
    utr: Utr | None
    name: str | None


def add_from_json(home: Home, text: str, now: datetime) -> str:
    """Add the person of `{"nino": ..., "utr": ..., "name": ...}`, each optional; return the id.

    Raises `PeopleImportProblem`.
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        raise PeopleImportProblem("expected one JSON object with nino, utr or name") from None
    if not isinstance(found, dict):
        raise PeopleImportProblem("expected one JSON object with nino, utr or name")
    return _add_all(home, [("the object", found)], now)[0]


def import_people(home: Home, text: str, now: datetime) -> list[str]:
    """Add everyone of a CSV with the columns nino, utr, name, in any order; return the ids in the file's order.

    All or nothing. Raises `PeopleImportProblem` with every wrong line.
    """
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    headings = {heading: (heading or "").strip().casefold() for heading in rows.fieldnames or []}
    if not set(headings.values()) & set(_COLUMNS):
        raise PeopleImportProblem("the first line must name the columns: nino, utr, name")
    entries = []
    try:
        for row in rows:
            named = {headings[key]: value for key, value in row.items() if key in headings}
            if any((value or "").strip() for value in named.values()):
                entries.append((f"line {rows.line_num}", named))
    except csv.Error:
        raise PeopleImportProblem(f"line {rows.line_num} is not CSV") from None
    return _add_all(home, entries, now)


def _add_all(home: Home, found: list[tuple[str, dict[str, Any]]], now: datetime) -> list[str]:
    entries, problems = [], []
    for where, values in found:
        try:
            entries.append((where, _entry(values)))
        except InvalidIdentifier as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise PeopleImportProblem("; ".join(problems))
    ids = []
    with home.database.writing() as session:
        for where, entry in entries:
            try:
                ids.append(add_person(session, home.cipher, nino=entry.nino, utr=entry.utr, name=entry.name, now=now))
            except PeopleConflict as error:
                raise PeopleImportProblem(f"{where}: {error}") from None
    return ids


def _entry(values: dict[str, Any]) -> _Entry:
    nino, utr, name = (str(values.get(column) or "").strip() for column in _COLUMNS)
    if not (nino or utr or name):
        raise InvalidIdentifier("nino, utr or name is needed")
    return _Entry(Nino.parse(nino) if nino else None, Utr.parse(utr) if utr else None, name or None)
