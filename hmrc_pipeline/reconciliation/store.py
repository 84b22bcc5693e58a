"""Reconcile a tax year: read what was chosen, explain it, and let the results be the year's rows.

One transaction a run, which may choose payslips and P60s too. What a run does depends on the documents, HMRC's
snapshots and the day alone, so that an incremental run and a full one leave the same rows.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any, Final

from hmrc_pipeline.database.generations import finish, number_of_people, work_of
from hmrc_pipeline.database.questions import ask
from hmrc_pipeline.database.rows import Row, Stored, Writes, column_of, question_of, row_of, stored_in
from hmrc_pipeline.database.tables import (
    Base,
    CheckState,
    FindingRow,
    MeasureRow,
    PayslipDueRow,
    PredictionRow,
)
from hmrc_pipeline.hmrc import HmrcYear
from hmrc_pipeline.hmrc.figures import SNAPSHOTS, STATES, figures_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.bulk import basis_of, checksum, remember_sums, run_noted, to_explain
from hmrc_pipeline.reconciliation.checks import person_checks
from hmrc_pipeline.reconciliation.compare import SOURCES
from hmrc_pipeline.reconciliation.deadlines import with_meaning
from hmrc_pipeline.reconciliation.dues import due_rows
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.reconciliation.findings import Finding
from hmrc_pipeline.reconciliation.meaning import Prediction, at_stake, predict
from hmrc_pipeline.reconciliation.places import Places, places_of
from hmrc_pipeline.reconciliation.sources import CHOSEN, STORED, Sources, Way
from hmrc_pipeline.tax_year import LONDON, TaxYear

__all__ = ["YearCounts", "choose_and_reconcile", "reconcile_year"]

_BATCH: Final = 50
_RESULTS: Final[tuple[type[Base], ...]] = (MeasureRow, FindingRow, PayslipDueRow, PredictionRow, CheckState)


@dataclass(frozen=True)
class YearCounts:
    """What a run did: people looked at, and of those whose stored results stand as they are (`standing`); of the
    others the employments, and among their rows the measures by state and findings."""

    people: int = 0
    standing: int = 0
    employments: int = 0
    agrees: int = 0
    rounding: int = 0
    differs: int = 0
    not_comparable: int = 0
    discrepancies: int = 0
    information: int = 0
    unexplained: int = 0


@dataclass(frozen=True)
class _Year:
    writes: Writes
    home: Home
    tax_year: TaxYear
    now: datetime
    run: int

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()


def reconcile_year(
    home: Home, tax_year: TaxYear, *, everyone: bool = False, anew: bool = False, now: datetime
) -> YearCounts:
    """Reconcile the people whose inputs of this year changed, or everyone; results and progress commit together.

    Of everyone those are explained whose results could be other than stored; with `anew` all are, whatever is stored.
    """
    counts: Counter[str] = Counter()
    with home.database.writing() as session:
        work = work_of(session, tax_year.label, "reconciled", everyone=anew)
        year = _Year(Writes(session), home, tax_year, now, run=work.reconciliations + 1)
        basis = basis_of(tax_year, year.today, home.settings.tolerance)
        people = to_explain(session, work, basis) if everyone and not anew else work.people
        for batch in _batches(sorted(people)):
            counts.update(_reconcile(year, batch, STORED))
        asked = number_of_people(session, tax_year.label) if everyone or anew else len(people)
        noted = run_noted(work, basis, everyone=everyone or anew) if asked else {}
        finish(year.writes, work, "reconciled", **noted)
    return YearCounts(people=asked, standing=asked - len(people), **counts)


def choose_and_reconcile(home: Home, tax_year: TaxYear, *, now: datetime) -> YearCounts:
    """Choose payslips and P60s of the people whose inputs changed, and reconcile them: all in one transaction.

    Leaves what `choose_payslips`, `choose_p60s` and `reconcile_year` leave one after the other.
    """
    counts: Counter[str] = Counter()
    with home.database.writing() as session:
        # Reconciliation never stands beyond the stages before it, so whoever they have to look at is among these.
        work = work_of(session, tax_year.label, "reconciled")
        year = _Year(Writes(session), home, tax_year, now, run=work.reconciliations + 1)
        for batch in _batches(sorted(work.people)):
            counts.update(_reconcile(year, batch, CHOSEN))
        basis = basis_of(tax_year, year.today, home.settings.tolerance)
        noted = run_noted(work, basis, everyone=False) if work.people else {}
        finish(year.writes, work, "payslips", "p60s", "reconciled", **noted)
    return YearCounts(people=len(work.people), **counts)


def _batches(people: Sequence[str]) -> Iterator[list[str]]:
    left = iter(people)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _reconcile(year: _Year, people: Sequence[str], way: Way) -> Counter[str]:
    """Explain these people's years and let that be their results."""
    year.writes.send()
    label, asked = year.tax_year.label, way.questions()
    results = [question_of(table) for table in _RESULTS]
    answers = iter(ask(year.writes.session, label, people, [*asked, SNAPSHOTS, STATES, *results]))
    sources = way.read(year.writes, year.tax_year, people, list(islice(answers, len(asked))))
    remember_sums(year.writes, label, {who: checksum(of.slips, of.p60s) for who, of in sources.items()})
    outcomes = dict(_explained(year, sources, figures_in(people, next(answers), next(answers))))
    _replace(year, sources, outcomes, {table: stored_in(table, next(answers)) for table in _RESULTS})
    return _counted(item for outcome in outcomes.values() for item in outcome.employments)


@dataclass(frozen=True)
class _Outcome:
    """One person's year: its employments explained, and what it comes to."""

    employments: Sequence[Explained]
    prediction: Prediction | None


def _explained(
    year: _Year, sources: Mapping[str, Sources], hmrc: Mapping[str, HmrcYear]
) -> Iterator[tuple[str, _Outcome]]:
    opened = partial(cases_of, today=year.today, tolerance=year.home.settings.tolerance)
    for person_id, of in sources.items():
        cases = opened(person_id, year.tax_year, of.slips, of.p60s, hmrc[person_id], strangers=of.strangers)
        explained = [explain(case) for case in cases]
        prediction = predict(explained)
        yield person_id, _Outcome(with_meaning(explained, prediction, year.today), prediction)


def _replace(
    year: _Year,
    sources: Mapping[str, Sources],
    outcomes: Mapping[str, _Outcome],
    stored: Mapping[type[Base], Stored],
) -> None:
    """Let these be the results of these people; only what is not stored so already is written."""
    items = [item for outcome in outcomes.values() for item in outcome.employments]
    session, label = year.writes.session, year.tax_year.label
    places = {person_id: places_of(session, outcome.employments) for person_id, outcome in outcomes.items()}
    found_at = column_of(FindingRow, stored[FindingRow], "found_at")
    wanted: dict[type[Base], list[Row]] = {
        MeasureRow: [row for item in items for row in _measure_rows(item)],
        FindingRow: [
            row for item in items for row in _finding_rows(item, found_at, year.now, places[item.case.person_id])
        ],
        PayslipDueRow: [row for item in items for row in due_rows(item.case)],
        PredictionRow: [_prediction_row(label, person_id, outcome) for person_id, outcome in outcomes.items()],
        CheckState: _check_rows(year, sources, outcomes, stored[CheckState]),
    }
    for table, rows in wanted.items():
        year.writes.rows(table, stored[table], rows)


def _prediction_row(label: str, person_id: str, outcome: _Outcome) -> dict[str, Any]:
    found = outcome.prediction
    return {
        "tax_year": label,
        "person_id": person_id,
        "kind": found and found.kind,
        "income": found and found.income,
        "tax": found and found.tax,
        "due": found and found.due,
        "balance_low": found and found.low,
        "balance": found and found.expected,
        "balance_high": found and found.high,
        "at_stake": at_stake(outcome.employments, found),
        "basis": list(found.basis) if found else [],
    }


def _measure_rows(item: Explained) -> Iterator[dict[str, Any]]:
    case = item.case
    told = {**_key(item), "paye_reference": case.paye_reference, "employer_name": case.employer_name}
    for measure, comparison in item.comparisons.items():
        yield {
            **told,
            "measure": measure,
            **{source: comparison.values.get(source) for source in SOURCES},
            "absent": comparison.absent,
            "pairs": comparison.pairs,
            "state": comparison.state,
            "unexplained": item.unexplained.get(measure),
        }


def _finding_rows(
    item: Explained, found_at: Mapping[str, datetime], now: datetime, places: Places
) -> Iterator[dict[str, Any]]:
    times: Counter[str] = Counter()
    for finding in item.findings:
        told = "|".join((*_key(item).values(), finding.cause, finding.key))
        times[told] += 1
        finding_id = hashlib.sha256(f"{told}|{times[told]}".encode()).hexdigest()[:32]
        yield {
            "finding_id": finding_id,
            **_key(item),
            **_finding_texts(finding, places.get((item.case.employment, f"{finding.cause}|{finding.key}"), ())),
            "found_at": found_at.get(finding_id, now),
        }


def _finding_texts(finding: Finding, figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "cause": finding.cause,
        "kind": finding.kind,
        "certainty": finding.certainty,
        "explains": _texts(finding.explains),
        "alternatives": [
            [{"cause": cause.cause, "explains": _texts(cause.explains)} for cause in causes]
            for causes in finding.alternatives
        ],
        "evidence": {**finding.evidence, **({"figures": list(figures)} if figures else {})},
        "next_step": finding.next_step,
    }


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: format_amount(amount) for name, amount in amounts.items()}


def _key(item: Explained) -> dict[str, str]:
    case = item.case
    return {"tax_year": case.tax_year.label, "person_id": case.person_id, "employment": case.employment}


def _counted(explained: Iterable[Explained]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in explained:
        counts["employments"] += 1
        counts.update(comparison.state for comparison in item.comparisons.values())
        counts.update("discrepancies" if f.kind == "discrepancy" else "information" for f in item.findings)
        counts["unexplained"] += sum(amount != 0 for amount in item.unexplained.values())
    return counts


def _check_rows(
    year: _Year, sources: Mapping[str, Sources], outcomes: Mapping[str, _Outcome], stored: Stored
) -> list[Row]:
    """What the predicates say now; one that says what it said keeps its row, and is no news."""
    label, states = year.tax_year.label, column_of(CheckState, stored, "state")
    rows: list[Row] = []
    for person_id, of in sources.items():
        read, needs_review = of.read.total(), of.read["needs_review"]
        for name, state in person_checks(outcomes[person_id].employments, read=read, needs_review=needs_review).items():
            key = (label, person_id, name)
            before = states.get(key)
            if before == state:
                rows.append(row_of(CheckState, stored[key]))
                continue
            told = {"state": state, "before": before, "run": year.run}
            rows.append({"tax_year": label, "person_id": person_id, "check_name": name, **told})
    return rows
