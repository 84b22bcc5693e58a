"""HMRC's figures of a year, from the snapshots that count.

Comparing them with anything belongs to `reconciliation`; bringing figures by hand to `by_hand`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database import raise_generation
from hmrc_pipeline.database.questions import YEAR, Answer, Question, ask
from hmrc_pipeline.database.tables.hmrc import Availability, Snapshot
from hmrc_pipeline.database.tables.years import ChangedPerson
from hmrc_pipeline.hmrc.apis import (
    APIS,
    STATE_PENSION_LUMP_SUM,
    EmploymentRow,
    load_json,
    parse_summary,
)
from hmrc_pipeline.hmrc.availability import sentence
from hmrc_pipeline.hmrc.snapshots import SnapshotChange, current_snapshots, difference
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "EMPLOYMENT",
    "INCOME",
    "SNAPSHOTS",
    "STATES",
    "TAX",
    "HmrcEmployment",
    "HmrcYear",
    "StoredFigure",
    "annual_figures",
    "figures_in",
    "list_figures",
    "raise_if_figures_differ",
]

INCOME, TAX, EMPLOYMENT = "individual-income", "individual-tax", "individual-employment"


@dataclass(frozen=True)
class HmrcEmployment:
    """HMRC's figures under one PAYE reference; several rows of one reference are added up.

    `pay` or `tax` is None when HMRC gave none, or gave one row's and not the other's.
    """

    paye_reference: str
    employer_name: str | None
    pay: Decimal | None
    tax: Decimal | None
    snapshots: tuple[str, ...]
    kind: Literal["employment", "state_pension_lump_sum"] = "employment"
    rows: int = 1


@dataclass(frozen=True)
class HmrcYear:
    """What HMRC says of a person's year. `absent` is the reason when it says nothing: a state word and a sentence.

    `missing` gives the reason for `pay` or `tax` alone, when one of them came and the other did not.
    """

    employments: tuple[HmrcEmployment, ...]
    absent: str | None
    captured_at: datetime | None = None
    sources: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFigure:
    """One stored snapshot, for people's eyes. `changes`: what differs from the answer before it of the same source."""

    snapshot_id: str
    person_id: str
    tax_year: str
    api: str
    source: str
    captured_at: datetime
    last_confirmed_at: datetime
    counts: bool
    changes: tuple[SnapshotChange, ...] = ()

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("tax_year", "api", "source", "counts")}
        moments = {name: getattr(self, name).isoformat() for name in ("captured_at", "last_confirmed_at")}
        changes = [{"field": each.field, "before": each.before, "after": each.after} for each in self.changes]
        return {"snapshot": self.snapshot_id, "person": self.person_id, **plain, **moments, "changes": changes}


SNAPSHOTS: Final = Question(sa.select(Snapshot.__table__).where(Snapshot.tax_year == YEAR), Snapshot.person_id)
STATES: Final = Question(
    sa.select(Availability.person_id, Availability.api, Availability.state, Availability.reason).where(
        Availability.tax_year == YEAR
    ),
    Availability.person_id,
)
"""What HMRC answered of a tax year, and what is known of what it can be asked; `figures_in` reads both answers."""


def annual_figures(session: Session, person_id: str, tax_year: TaxYear) -> HmrcYear:
    """HMRC's figures of a person's year, or the reason why there are none."""
    return figures_in([person_id], *ask(session, tax_year.label, [person_id], [SNAPSHOTS, STATES]))[person_id]


def figures_in(people: Sequence[str], snapshots: Answer, known: Answer) -> dict[str, HmrcYear]:
    """HMRC's figures of these people's year, each or the reason why there are none."""
    held: dict[str, list[Snapshot]] = {person_id: [] for person_id in people}
    names = Snapshot.__table__.c.keys()
    for row in snapshots:
        snapshot = Snapshot(**dict(zip(names, row, strict=True)))
        held[snapshot.person_id].append(snapshot)
    states: dict[str, dict[str, tuple[str, str]]] = {person_id: {} for person_id in people}
    for person_id, api, state, reason in known:
        states[person_id][api] = (state, reason)
    return {person_id: _year(person_id, held[person_id], states[person_id]) for person_id in people}


def _year(person_id: str, held: Sequence[Snapshot], states: Mapping[str, tuple[str, str]]) -> HmrcYear:
    current = current_snapshots(held)
    money = [current[api] for api in (INCOME, TAX) if api in current]
    reasons = _reasons(person_id, states)
    missing = {name: reasons[api] for name, api in (("pay", INCOME), ("tax", TAX)) if api not in current}
    if not money:
        return HmrcYear((), min(missing.values(), key=_speaks_first), missing=missing)
    employments = _employments(current)
    absent = None if employments else f"available: {sentence('empty', person_id)}"
    confirmed = max(snapshot.last_confirmed_at for snapshot in money)
    return HmrcYear(employments, absent, confirmed, tuple(sorted({s.source for s in money})), missing)


def _speaks_first(reason: str) -> tuple[bool, bool]:
    return reason.startswith("not_asked"), reason.startswith("not_yet")


def _reasons(person_id: str, known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    words = {api.name: known.get(api.name, ("not_asked", "never")) for api in APIS}
    return {api: f"{state}: {sentence(reason, person_id)}" for api, (state, reason) in words.items()}


def _employments(current: Mapping[str, Snapshot]) -> tuple[HmrcEmployment, ...]:
    rows: dict[str, dict[str, list[EmploymentRow]]] = {}
    for api in (INCOME, TAX, EMPLOYMENT):
        if api in current:
            for row in parse_summary(load_json(current[api].body)).employments:
                rows.setdefault(row.paye_reference, {}).setdefault(api, []).append(row)
    found = [(reference, by_api) for reference, by_api in sorted(rows.items()) if {INCOME, TAX} & by_api.keys()]
    return tuple(_employment(reference, by_api, current) for reference, by_api in found)


def _employment(
    reference: str, by_api: Mapping[str, list[EmploymentRow]], current: Mapping[str, Snapshot]
) -> HmrcEmployment:
    lump_sum = reference == STATE_PENSION_LUMP_SUM
    names = [row.employer_name for rows in by_api.values() for row in rows if row.employer_name]
    return HmrcEmployment(
        paye_reference=reference,
        employer_name=names[0] if names else ("State Pension lump sum" if lump_sum else None),
        pay=_total([row.pay for row in by_api.get(INCOME, [])]),
        tax=_total([row.tax for row in by_api.get(TAX, [])]),
        snapshots=tuple(current[api].snapshot_id for api in (INCOME, TAX, EMPLOYMENT) if api in by_api),
        kind="state_pension_lump_sum" if lump_sum else "employment",
        rows=max(len(by_api.get(api, [])) for api in (INCOME, TAX)),
    )


def _total(amounts: list[Decimal | None]) -> Decimal | None:
    if not amounts or any(amount is None for amount in amounts):
        return None
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def raise_if_figures_differ(session: Session, person_id: str, tax_year: TaxYear, before: HmrcYear) -> bool:
    """Raise the year's generation when what a reconciliation would show of HMRC is not what it was `before`.

    A reason for absence alone counts only where the person has something to be compared in that year.
    """
    after = annual_figures(session, person_id, tax_year)
    if _shown(before) != _shown(after) or (
        (before.absent, before.missing) != (after.absent, after.missing)
        and session.get(ChangedPerson, (tax_year.label, person_id)) is not None
    ):
        raise_generation(session, person_id, [tax_year.label])
        return True
    return False


def _shown(year: HmrcYear) -> list[tuple[Any, ...]]:
    return [(e.paye_reference, e.employer_name, e.pay, e.tax) for e in year.employments]


def list_figures(home: Home) -> list[StoredFigure]:
    """Every stored snapshot with its source, newest year first."""
    with home.database.reading() as session:
        query = sa.select(Snapshot).order_by(Snapshot.tax_year.desc(), Snapshot.person_id, Snapshot.api)
        stored = list(session.scalars(query))
    by_year: dict[tuple[str, str], list[Snapshot]] = {}
    for snapshot in stored:
        by_year.setdefault((snapshot.person_id, snapshot.tax_year), []).append(snapshot)
    counting = {s.snapshot_id for held in by_year.values() for s in current_snapshots(held).values()}
    return [
        StoredFigure(
            s.snapshot_id,
            s.person_id,
            s.tax_year,
            s.api,
            s.source,
            s.captured_at,
            s.last_confirmed_at,
            s.snapshot_id in counting,
            _changes(s, by_year[s.person_id, s.tax_year]),
        )
        for s in stored
    ]


def _changes(snapshot: Snapshot, held: Sequence[Snapshot]) -> tuple[SnapshotChange, ...]:
    """What differs from the latest answer before this one."""
    place = (snapshot.api, snapshot.source)
    before = [s for s in held if (s.api, s.source) == place and s.captured_at < snapshot.captured_at]
    latest = max(before, key=lambda s: s.captured_at, default=None)
    return tuple(difference(latest.body, snapshot.body)) if latest else ()
