"""What changed since a tax year was last reconciled.

Every committed change of an input raises the year's generation in the same transaction, so that a crash
anywhere leaves either neither or both. A run writes the generation it read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.statements import rendered, run
from hmrc_pipeline.database.tables.documents import Document
from hmrc_pipeline.database.tables.readings import FLOWING, ReadingRow
from hmrc_pipeline.database.tables.years import ChangedPerson, TaxYearState

__all__ = [
    "InputChanges",
    "Stage",
    "YearWork",
    "finish",
    "known_people",
    "known_years",
    "number_of_people",
    "pending_years",
    "raise_generation",
    "raise_years",
    "references_of",
    "references_of_people",
    "work_of",
]

Stage = str  # "payslips", "p60s" or "reconciled": the column that records how far a stage has come


_PRESENT = (ReadingRow.superseded_at.is_(None), Document.withdrawn_at.is_(None), Document.ignored_at.is_(None))


@dataclass(frozen=True)
class YearWork:
    """What a stage has to do for one tax year: the people whose inputs changed, and the generation read.

    The rest says how the year stood then: how often and how far it was reconciled, and with what (`TaxYearState`).
    """

    tax_year: str
    generation: int
    people: frozenset[str]
    reconciliations: int = 0
    reconciled_generation: int = 0
    reconciled_with: str | None = None


def raise_generation(session: Session, person_id: str, tax_years: Iterable[str]) -> None:
    """Record that a person's inputs of these tax years changed. Call inside the transaction of the change."""
    session.flush()
    connection = session.connection()
    for tax_year in sorted(set(tax_years)):
        generation = _raised(connection, tax_year)
        asked = {"tax_year": tax_year, "person_id": person_id, "generation": generation}
        connection.execute(_change(connection.dialect.name), asked)


def raise_years(session: Session, tax_years: Iterable[str]) -> None:
    """Someone left these years for good: they must be looked at again, though nobody's inputs need comparing."""
    session.flush()
    for tax_year in sorted(set(tax_years)):
        _raised(session.connection(), tax_year)


def work_of(session: Session, tax_year: str, stage: Stage, *, everyone: bool = False) -> YearWork:
    """People whose inputs changed after the generation `stage` last finished; all known ones with `everyone`.

    Until the transaction ends no other run works on this year, and no change of its inputs commits.
    """
    state = _locked_state(session, tax_year)
    since = 0 if everyone else state[f"{stage}_generation"]
    return YearWork(
        tax_year,
        state["inputs_generation"],
        frozenset(_people_since(session, tax_year, since)),
        state["reconciliations"],
        state["reconciled_generation"],
        state["reconciled_with"],
    )


def finish(writes: Writes, work: YearWork, *stages: Stage, **noted: object) -> None:
    """Write what waits and how far these stages have come, with other columns of the year's state; reconciliation
    never stands beyond the stages it reads from.

    A slow run that ends after a later one has written what it read earlier: all stages fall back to it.
    """
    reached = {"year": work.tax_year, "reached": work.generation}
    writes.update(_arrival(stages, tuple(noted)), [{**reached, **noted}])
    writes.send()


def pending_years(session: Session) -> list[tuple[str, int]]:
    """Every (tax year, generation) with inputs that are not reconciled yet, oldest year first."""
    rows = session.execute(
        sa.select(TaxYearState.tax_year, TaxYearState.inputs_generation)
        .where(TaxYearState.inputs_generation > TaxYearState.reconciled_generation)
        .order_by(TaxYearState.tax_year)
    )
    return [(year, generation) for year, generation in rows]


def known_years(session: Session) -> list[str]:
    """Every tax year that ever had inputs, oldest first."""
    return list(session.scalars(sa.select(TaxYearState.tax_year).order_by(TaxYearState.tax_year)))


def known_people(session: Session, tax_year: str) -> list[str]:
    """Everyone who ever had inputs of a tax year."""
    return _people_since(session, tax_year, 0)


def number_of_people(session: Session, tax_year: str) -> int:
    """How many ever had inputs of a tax year."""
    return session.connection().execute(_NUMBER, {"year": tax_year}).scalar_one()


_STATE: Final = cast(sa.Table, TaxYearState.__table__)
_CHANGED: Final = cast(sa.Table, ChangedPerson.__table__)
_LOCKED_STATE: Final = sa.select(_STATE).where(_STATE.c.tax_year == sa.bindparam("year")).with_for_update()
_PEOPLE_SINCE: Final = sa.select(_CHANGED.c.person_id).where(
    _CHANGED.c.tax_year == sa.bindparam("year"), _CHANGED.c.generation > sa.bindparam("since")
)
_NUMBER: Final = sa.select(sa.func.count()).where(_CHANGED.c.tax_year == sa.bindparam("year"))
# Every statement here is built once: building one costs more than running it.


def _locked_state(session: Session, tax_year: str) -> Mapping[str, Any]:
    dialect = session.get_bind().dialect.name
    asked = (rendered(_LOCKED_STATE, dialect), [{"year": tax_year}])
    found = run(session, [asked])
    if not found:
        insert = _insert(_STATE, dialect).values(tax_year=tax_year)
        session.connection().execute(insert.on_conflict_do_nothing())
        found = run(session, [asked])
    return dict(zip(_STATE.c.keys(), found[0], strict=True))


def _people_since(session: Session, tax_year: str, generation: int) -> list[str]:
    asked = rendered(_PEOPLE_SINCE, session.get_bind().dialect.name)
    return [person_id for (person_id,) in run(session, [(asked, [{"year": tax_year, "since": generation}])])]


def _raised(connection: sa.Connection, tax_year: str) -> int:
    """The year's next generation; it is nobody else's until this transaction ends."""
    return int(connection.execute(_raise(connection.dialect.name), {"tax_year": tax_year}).scalar_one())


@cache
def _raise(dialect: str) -> sa.Executable:
    state = _STATE.c.inputs_generation
    insert = _insert(_STATE, dialect).values(tax_year=sa.bindparam("tax_year"), inputs_generation=1)
    return insert.on_conflict_do_update(index_elements=["tax_year"], set_={state: state + 1}).returning(state)


@cache
def _change(dialect: str) -> sa.Executable:
    insert = _insert(_CHANGED, dialect)
    newest = {"generation": insert.excluded.generation}
    return insert.on_conflict_do_update(index_elements=["tax_year", "person_id"], set_=newest)


@cache
def _arrival(stages: tuple[Stage, ...], noted: tuple[str, ...]) -> sa.Update:
    reached: sa.ColumnElement[int] = sa.bindparam("reached", type_=sa.BigInteger)
    limits = {"payslips", "p60s"}.difference(stages) if "reconciled" in stages else {"reconciled"}
    reconciled = reached
    for limit in sorted(limits):
        reconciled = _lesser(_STATE.c[f"{limit}_generation"], reconciled)
    values: dict[str, Any] = {f"{stage}_generation": reached for stage in stages}
    values["reconciled_generation"] = reconciled
    values.update((name, sa.bindparam(name)) for name in noted)
    return sa.update(_STATE).where(_STATE.c.tax_year == sa.bindparam("year")).values(values)


def _lesser(one: sa.ColumnElement[int], other: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((one < other, one), else_=other)


def _insert(table: sa.Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


class InputChanges:
    """What one transaction changes: whose inputs, of which tax years. `raise_all()` raises each once, years in order.

    Name a content or person before changing it: an employer's PAYE reference that a change makes known, unknown
    or uncertain concerns all of the person's years, and that is seen by comparing before with after.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[str, set[str]] = defaultdict(set)
        self._references: dict[str, dict[str, str]] = {}

    def of_person(self, person_id: str, tax_years: Iterable[str | None] = ()) -> None:
        """A person's readings change, in these tax years at least."""
        if person_id not in self._references:
            self._references[person_id] = references_of(self._session, person_id)
        self._years[person_id].update(year for year in tax_years if year)

    def instead(self, gone: str, keep: str) -> None:
        """What was noted of `gone` concerns `keep`: the two turned out to be one person."""
        self._references.pop(gone, None)
        self.of_person(keep, self._years.pop(gone, set()))

    def of_content(self, sha256: str) -> None:
        """A content is withdrawn, ignored or comes back: every year and person its readings touch changes."""
        touched = self._session.execute(
            sa.select(ReadingRow.person_id, ReadingRow.tax_year, ReadingRow.period_tax_year).where(
                ReadingRow.sha256 == sha256, ReadingRow.superseded_at.is_(None), ReadingRow.person_id.is_not(None)
            )
        )
        for person_id, *years in touched.all():
            self.of_person(str(person_id), years if years[0] else ())

    def raise_all(self) -> None:
        """Raise the generations. Call last in the transaction, when all rows are as they will be."""
        self._session.flush()
        for person_id, before in self._references.items():
            if references_of(self._session, person_id) != before:
                self._years[person_id] |= _years_of(self._session, person_id)
        # Years in one order in every process: two of them never wait for each other.
        for tax_year in sorted({year for years in self._years.values() for year in years}):
            for person_id in sorted(person for person, years in self._years.items() if tax_year in years):
                raise_generation(self._session, person_id, [tax_year])
        self._years.clear()
        self._references.clear()


def references_of(session: Session, person_id: str) -> dict[str, str]:
    """Compared employer name -> the one PAYE reference that the person's documents print with it.

    A name printed with several references is left out; so are documents in review, ignored or withdrawn.
    """
    session.flush()
    return references_of_people(session, [person_id])[person_id]


def references_of_people(session: Session, people: Sequence[str]) -> dict[str, dict[str, str]]:
    """`references_of` each of these people, in one question."""
    found: dict[str, dict[str, set[str]]] = {person_id: defaultdict(set) for person_id in people}
    for person_id, employer, reference in session.connection().execute(_REFERENCES, {"people": people}):
        found[person_id][employer].add(reference)
    return {
        person_id: {employer: printed.pop() for employer, printed in by_name.items() if len(printed) == 1}
        for person_id, by_name in found.items()
    }


_REFERENCES: Final[sa.Executable] = (
    sa.select(ReadingRow.person_id, ReadingRow.employer_key, ReadingRow.paye_reference)
    .join(Document, Document.sha256 == ReadingRow.sha256)
    .where(
        *_PRESENT,
        ReadingRow.person_id.in_(sa.bindparam("people", expanding=True)),
        ReadingRow.status.in_(FLOWING),
        ReadingRow.employer_key.is_not(None),
        ReadingRow.paye_reference.is_not(None),
    )
    .distinct()
)


def _years_of(session: Session, person_id: str) -> set[str]:
    years = session.scalars(
        sa.select(ReadingRow.tax_year)
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(*_PRESENT, ReadingRow.person_id == person_id, ReadingRow.tax_year.is_not(None))
        .distinct()
    )
    return {year for year in years if year}
