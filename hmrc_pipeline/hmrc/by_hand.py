"""HMRC's figures brought by hand: its own JSON in a file, or what a person reads in their HMRC account.

Both become snapshots that say where they come from. Most employees are not in Self Assessment, so this is the
only way their HMRC figures ever come.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Snapshot
from hmrc_pipeline.hmrc.apis import APIS, LARGEST, UnexpectedShape, dump_json, load_json, parse_summary
from hmrc_pipeline.hmrc.figures import INCOME, TAX, annual_figures, raise_if_figures_differ
from hmrc_pipeline.hmrc.snapshots import STATED, current_snapshots, keep, snapshots_of
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import PayeReference
from hmrc_pipeline.money import format_amount, parse_amount
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.tax_year import LONDON, TaxYear

__all__ = ["BadSummary", "StatedFigures", "import_stated", "import_summary", "is_outranked", "state_figures"]

_FIELDS = {INCOME: "payFromEmployment", TAX: "taxTakenOffPay"}


class BadSummary(Problem):
    """A summary or a list of figures cannot be read; the message says where and why."""


@dataclass(frozen=True)
class StatedFigures:
    """What a person read in their own HMRC account on a day. Raises `BadSummary` for what cannot have stood there."""

    tax_year: TaxYear
    paye_reference: PayeReference
    pay: Decimal
    tax: Decimal
    seen_on: date

    def __post_init__(self) -> None:
        if not max(abs(self.pay), abs(self.tax)) < LARGEST:
            raise BadSummary(f"an amount of {self.tax_year} is too large to be one")
        if self.seen_on < self.tax_year.start:
            raise BadSummary(f"{self.tax_year} had not begun on the day it was seen, {self.seen_on}")


def import_summary(home: Home, summary: Mapping[str, Any], *, person_id: str, source: str, now: datetime) -> int:
    """Keep HMRC's own JSON by year and API; the number of snapshots that are new.

    Raises `BadSummary`, and keeps nothing, when any part cannot be read.
    """
    years = {TaxYear.parse(_label(text)): _bodies(text, part) for text, part in summary.items()}
    new = 0
    with home.database.writing() as session:
        for year, bodies in sorted(years.items()):
            new += _keep_all(session, person_id, year, source, bodies, now)
    return new


def _keep_all(
    session: Session,
    person_id: str,
    year: TaxYear,
    source: str,
    bodies: Mapping[str, str],
    now: datetime,
) -> int:
    before = annual_figures(session, person_id, year)
    new = 0
    for api, body in bodies.items():
        kept = keep(
            session,
            person_id=person_id,
            tax_year=year.label,
            api=api,
            source=source,
            body=body,
            state="available",
            now=now,
        )
        new += kept.is_new
    raise_if_figures_differ(session, person_id, year, before)
    return new


def _label(text: str) -> str:
    try:
        return TaxYear.parse(text).label
    except ValueError:
        raise BadSummary(f"{text!r} is not a tax year; write it as 2024-25") from None


def _bodies(year: str, part: object) -> dict[str, str]:
    if not isinstance(part, Mapping):
        raise BadSummary(f"{year}: expected an object with HMRC's answers as income, tax and employment")
    names = {api.summary_key: api.name for api in APIS} | {api.name: api.name for api in APIS}
    found = {}
    for key, body in part.items():
        if key not in names:
            raise BadSummary(f"{year}: {key!r} is none of {', '.join(api.summary_key for api in APIS)}")
        try:
            text = dump_json(body)
            parse_summary(load_json(text))
        except UnexpectedShape as problem:
            raise BadSummary(f"{year}, {key}: {problem}") from None
        found[names[key]] = text
    return found


def state_figures(home: Home, *, person_id: str, figures: StatedFigures, now: datetime) -> bool:
    """Keep what a person read; True when it is new. It replaces what they stated for the same reference before."""
    seen = min(datetime.combine(figures.seen_on, time(12), LONDON), now)
    with home.database.writing() as session:
        stored = [s for s in snapshots_of(session, person_id, figures.tax_year.label) if s.source == STATED]
        current = current_snapshots(stored)
        bodies = {
            api: _stated_body(current.get(api), api, figures.paye_reference.value, amount)
            for api, amount in ((INCOME, figures.pay), (TAX, figures.tax))
        }
        return _keep_all(session, person_id, figures.tax_year, STATED, bodies, seen) > 0


def is_outranked(home: Home, person_id: str, tax_year: TaxYear) -> bool:
    """Whether what a person stated of a year does not count, as there is HMRC's own answer."""
    with home.database.reading() as session:
        current = current_snapshots(snapshots_of(session, person_id, tax_year.label))
        return all(current[api].source != STATED for api in (INCOME, TAX) if api in current)


def _stated_body(current: Snapshot | None, api: str, reference: str, amount: Decimal) -> str:
    rows = () if current is None else parse_summary(load_json(current.body)).employments
    amounts = {row.paye_reference: row.pay if api == INCOME else row.tax for row in rows} | {reference: amount}
    entries = [
        f'{{"employerPayeReference":{json.dumps(known)},"{_FIELDS[api]}":{format_amount(value)}}}'
        for known, value in sorted(amounts.items())
        if value is not None
    ]
    return f'{{"employments":[{",".join(entries)}]}}'


def import_stated(home: Home, text: str, *, person_id: str, now: datetime) -> int:
    """Stated figures from CSV text with the columns tax_year, paye_reference, pay, tax, seen_on; the number kept.

    Raises `BadSummary` with the line, before anything is kept.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        raise BadSummary("the file is not CSV") from None
    stated = [_stated(row, number) for number, row in enumerate(rows, start=2)]
    for figures in stated:
        state_figures(home, person_id=person_id, figures=figures, now=now)
    return len(stated)


def _stated(row: Mapping[str, Any], number: int) -> StatedFigures:
    try:
        return StatedFigures(
            TaxYear.parse(row["tax_year"]),
            PayeReference.parse(row["paye_reference"]),
            parse_amount(row["pay"]),
            parse_amount(row["tax"]),
            date.fromisoformat(row["seen_on"].strip()),
        )
    except (KeyError, ValueError, AttributeError, TypeError):
        columns = "tax_year, paye_reference, pay, tax, seen_on (2025-07-01)"
        raise BadSummary(f"line {number} cannot be read; its columns are {columns}") from None
