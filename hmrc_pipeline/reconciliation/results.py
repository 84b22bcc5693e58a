"""Results of reconciliation as faces ask for them: predicates of a year, tables, the JSON of `reconcile --json`.

Queries only; nothing here compares or explains. People are known by their opaque id.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import CheckState, Document, FindingRow, MeasureRow, ReadingRow, TaxYearState
from hmrc_pipeline.money import format_amount, format_pounds
from hmrc_pipeline.reconciliation.checks import CHECKS, worst_check
from hmrc_pipeline.reconciliation.checks import CheckState as State
from hmrc_pipeline.reconciliation.compare import MEASURES, SOURCES
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.wording import count_of

__all__ = [
    "CheckResult",
    "check_results",
    "overview",
    "people_as_json",
    "year_as_json",
    "year_table",
    "years_reconciled",
    "years_to_revisit",
]

ABSENT: Final = "\N{EN DASH}"
_PRESENT = (ReadingRow.superseded_at.is_(None), Document.withdrawn_at.is_(None), Document.ignored_at.is_(None))


@dataclass(frozen=True)
class CheckResult:
    """One predicate of a tax year. `failing`, `new` and `recovered` count people; the latter two since the last
    reconciliation, or the verdict told last. `not_yet`: nothing can be compared, which is neither good nor bad.
    `reconciliation` is the number of the year's last reconciliation.
    """

    name: str
    state: State
    failing: int
    new: int
    recovered: int
    description: str
    warned: int = 0
    compared: int = 0
    reconciliation: int = 0


def check_results(session: Session, tax_year: TaxYear, *, told: int | None = None) -> list[CheckResult]:
    """What each predicate says of a tax year: it fails while it fails for anyone.

    `told` is the number of the reconciliation whose verdict was told last: only what later ones changed is news.
    """
    query = sa.select(CheckState.check_name, CheckState.state, CheckState.before, CheckState.run)
    year = sa.select(TaxYearState.reconciliations).where(TaxYearState.tax_year == tax_year.label)
    last = session.scalar(year) or 0
    since = last - 1 if told is None or told > last else told
    people: dict[str, list[tuple[State, str | None]]] = defaultdict(list)
    for name, state, before, run in session.execute(query.where(CheckState.tax_year == tax_year.label)):
        people[name].append((cast(State, state), before if run > since else state))
    waiting = {"figures_add_up": _unassigned_reviews(session, tax_year)}
    return [replace(_result(name, people[name], waiting.get(name, 0)), reconciliation=last) for name in CHECKS]


def year_table(session: Session, tax_year: TaxYear) -> list[dict[str, str]]:
    """The measures of a year by source, for people's eyes. A measure no source prints is left out."""
    return [
        {
            "person": row.person_id,
            "employment": row.paye_reference or row.employment,
            "employer": row.employer_name or ABSENT,
            "measure": MEASURE_NAMES[row.measure],
            **{source: _shown(getattr(row, source)) for source in SOURCES},
            "state": row.state.replace("_", " "),
            "unexplained": _shown(row.unexplained),
        }
        for row in _measures(session, [tax_year])
        if any(getattr(row, source) is not None for source in SOURCES)
    ]


def overview(session: Session) -> list[dict[str, Any]]:
    """One row a tax year: people, documents, measures by state, what is open."""
    documents = _documents(session)
    review = _documents(session, ReadingRow.status == "needs_review")
    count_people = sa.select(MeasureRow.tax_year, sa.func.count(MeasureRow.person_id.distinct()))
    people = _by_year(session, count_people.group_by(MeasureRow.tax_year))
    count_findings = sa.select(FindingRow.tax_year, sa.func.count()).where(FindingRow.kind == "discrepancy")
    findings = _by_year(session, count_findings.group_by(FindingRow.tax_year))
    states = _states_by_year(session)
    return [
        {
            "tax_year": year,
            "people": people.get(year, 0),
            "documents": documents.get(year, 0),
            "needs_review": review.get(year, 0),
            **{name: states[year][name] for name in ("agrees", "rounding", "differs")},
            "unexplained": states[year]["unexplained"],
            "open_findings": findings.get(year, 0),
        }
        for year in sorted(documents.keys() | people.keys())
    ]


def years_to_revisit(session: Session, now: datetime) -> list[str]:
    """The open year and every year with an open finding, of those with inputs: findings can come with time."""
    known = set(session.scalars(sa.select(TaxYearState.tax_year)))
    open_findings = sa.select(FindingRow.tax_year).where(FindingRow.kind == "discrepancy").distinct()
    return sorted(known & {TaxYear.current(now).label, *session.scalars(open_findings)})


def years_reconciled(session: Session) -> list[TaxYear]:
    """The tax years with results, in order."""
    return sorted(map(TaxYear.parse, session.scalars(sa.select(MeasureRow.tax_year).distinct())))


def people_as_json(
    session: Session, tax_years: Iterable[TaxYear], people: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The `people` of `reconcile --json`: everyone with results in these years, in the order of their ids."""
    years = sorted(set(tax_years))
    measures: dict[str, dict[str, list[MeasureRow]]] = defaultdict(lambda: defaultdict(list))
    for row in _measures(session, years, people):
        measures[row.person_id][row.tax_year].append(row)
    findings: dict[tuple[str, str], list[FindingRow]] = defaultdict(list)
    for finding in _findings(session, years, people):
        findings[finding.person_id, finding.tax_year].append(finding)
    return [
        {
            "person": person,
            "tax_years": [
                {"tax_year": year, "employments": _employments(rows, findings[person, year])}
                for year, rows in sorted(by_year.items())
            ],
        }
        for person, by_year in sorted(measures.items())
    ]


def year_as_json(session: Session, tax_year: TaxYear, person_id: str) -> dict[str, Any] | None:
    """One person's year of the same object, None when there are no results."""
    found = people_as_json(session, [tax_year], [person_id])
    return dict(found[0]["tax_years"][0]) if found else None


def _result(name: str, people: Sequence[tuple[State, str | None]], unassigned: int) -> CheckResult:
    states: Counter[str] = Counter(state for state, _ in people)
    new = sum(state == "failed" and before != "failed" for state, before in people)
    recovered = sum(state != "failed" and before == "failed" for state, before in people)
    waiting: list[State] = ["warned"] if unassigned else []
    state = worst_check([*(state for state, _ in people), *waiting])
    compared = sum(states.values()) - states["not_yet"]
    description = _description(name, state, states, compared, new, recovered)
    if unassigned:
        documents = count_of(unassigned, "document waits", "documents wait")
        description += f" {documents} for review and for a person to belong to."
    return CheckResult(name, state, states["failed"], new, recovered, description, states["warned"], compared)


def _description(name: str, state: State, states: Mapping[str, int], compared: int, new: int, recovered: int) -> str:
    if state == "not_yet":
        return f"{CHECKS[name]} Not yet: nothing can be compared."
    parts = [f"{CHECKS[name]} {count_of(compared, 'person', 'people')} compared"]
    if states["failed"]:
        parts.append(f"{states['failed']} failing" + (f" ({new} new)" if new else ""))
    if states["warned"]:
        parts.append(f"{states['warned']} within tolerance or not certain")
    if recovered:
        parts.append(f"{recovered} recovered")
    return ", ".join(parts) + "."


def _unassigned_reviews(session: Session, tax_year: TaxYear) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(ReadingRow)
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(
            *_PRESENT,
            ReadingRow.tax_year == tax_year.label,
            ReadingRow.person_id.is_(None),
            ReadingRow.status == "needs_review",
        )
    )
    return session.scalar(query) or 0


def _by_year(session: Session, query: sa.Executable) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def _documents(session: Session, *conditions: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many contents each tax year has, of those that stand."""
    query = (
        sa.select(ReadingRow.tax_year, sa.func.count(ReadingRow.sha256.distinct()))
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(*_PRESENT, ReadingRow.tax_year.is_not(None), *conditions)
        .group_by(ReadingRow.tax_year)
    )
    return _by_year(session, query)


def _states_by_year(session: Session) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    columns = (MeasureRow.tax_year, MeasureRow.state)
    for year, state, number in session.execute(sa.select(*columns, sa.func.count()).group_by(*columns)):
        found[year][state] = number
    open_gaps = sa.select(MeasureRow.tax_year, sa.func.count()).where(MeasureRow.unexplained != Decimal(0))
    for year, number in session.execute(open_gaps.group_by(MeasureRow.tax_year)):
        found[year]["unexplained"] = number
    return found


def _measures(session: Session, years: Sequence[TaxYear], people: Sequence[str] | None = None) -> list[MeasureRow]:
    query = sa.select(MeasureRow).where(MeasureRow.tax_year.in_([year.label for year in years]))
    if people is not None:
        query = query.where(MeasureRow.person_id.in_(people))
    rows = session.scalars(query).all()
    return sorted(rows, key=lambda row: (row.tax_year, row.person_id, row.employment, MEASURES.index(row.measure)))


def _findings(session: Session, years: Sequence[TaxYear], people: Sequence[str] | None = None) -> list[FindingRow]:
    query = sa.select(FindingRow).where(FindingRow.tax_year.in_([year.label for year in years]))
    if people is not None:
        query = query.where(FindingRow.person_id.in_(people))
    return sorted(session.scalars(query), key=_finding_order)


def _finding_order(row: FindingRow) -> tuple[Any, ...]:
    periods = row.evidence.get("tax_periods") or [row.evidence.get("tax_period", 0)]
    return row.tax_year, row.person_id, row.employment, row.kind, row.cause, periods[0], row.finding_id


def _employments(measures: Sequence[MeasureRow], findings: Sequence[FindingRow]) -> list[dict[str, Any]]:
    by_employment: dict[str, list[MeasureRow]] = defaultdict(list)
    for row in measures:
        by_employment[row.employment].append(row)
    return [
        {
            **_given({"paye_reference": rows[0].paye_reference, "employer_name": rows[0].employer_name}),
            "measures": [_measure(row) for row in rows],
            "findings": [_finding(row) for row in findings if row.employment == employment],
            "unexplained": _amounts({row.measure: row.unexplained for row in rows}),
        }
        for employment, rows in by_employment.items()
    ]


def _measure(row: MeasureRow) -> dict[str, Any]:
    values = _amounts({source: getattr(row, source) for source in SOURCES})
    return {"measure": row.measure, **values, "absent": row.absent, "pairs": row.pairs, "state": row.state}


def _finding(row: FindingRow) -> dict[str, Any]:
    names = ("cause", "kind", "certainty", "explains", "alternatives", "evidence", "next_step")
    return {name: getattr(row, name) for name in names}


def _amounts(amounts: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {name: format_amount(amount) for name, amount in amounts.items() if amount is not None}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _shown(amount: Decimal | None) -> str:
    return ABSENT if amount is None else format_pounds(amount)
