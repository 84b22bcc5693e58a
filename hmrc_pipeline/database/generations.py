"""What changed since a tax year was last reconciled.

Every committed change of an input raises the year's generation in the same transaction, so that a crash
anywhere leaves either neither or both. A run writes the generation it read.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.documents import Document
from hmrc_pipeline.database.tables.readings import FLOWING, ReadingRow
from hmrc_pipeline.database.tables.years import ChangedPerson, TaxYearState

__all__ = [
    "InputChanges",
    "Stage",
    "YearWork",
    "finish",
    "known_years",
    "pending_years",
    "raise_generation",
    "raise_years",
    "references_of",
    "work_of",
]

Stage = str  # "payslips", "p60s" or "reconciled": the column that records how far a stage has come


_PRESENT = (ReadingRow.superseded_at.is_(None), Document.withdrawn_at.is_(None), Document.ignored_at.is_(None))


@dataclass(frozen=True)
class YearWork:
    """What a stage has to do for one tax year: the people whose inputs changed, and the generation read."""

    tax_year: str
    generation: int
    people: frozenset[str]


def raise_generation(session: Session, person_id: str, tax_years: Iterable[str]) -> None:
    """Record that a person's inputs of these tax years changed. Call inside the transaction of the change."""
    for tax_year in sorted(set(tax_years)):
        state = _locked_state(session, tax_year)
        state.inputs_generation += 1
        session.merge(ChangedPerson(tax_year=tax_year, person_id=person_id, generation=state.inputs_generation))
    session.flush()


def raise_years(session: Session, tax_years: Iterable[str]) -> None:
    """Someone left these years for good: they must be looked at again, though nobody's inputs need comparing."""
    for tax_year in sorted(set(tax_years)):
        _locked_state(session, tax_year).inputs_generation += 1
    session.flush()


def work_of(session: Session, tax_year: str, stage: Stage, *, everyone: bool = False) -> YearWork:
    """People whose inputs changed after the generation `stage` last finished; all known ones with `everyone`."""
    state = _locked_state(session, tax_year)
    since = 0 if everyone else getattr(state, f"{stage}_generation")
    people = session.scalars(_CHANGED_PEOPLE, {"year": tax_year, "since": since})
    return YearWork(tax_year, state.inputs_generation, frozenset(people))


def finish(session: Session, work: YearWork, stage: Stage) -> None:
    """Record how far `stage` has come; reconciliation never stands beyond the stages it reads from.

    A slow run that ends after a later one has written what it read earlier: all stages fall back to it.
    """
    state = _locked_state(session, work.tax_year)
    reached = work.generation
    if stage == "reconciled":
        reached = min(reached, state.payslips_generation, state.p60s_generation)
    else:
        state.reconciled_generation = min(state.reconciled_generation, reached)
    setattr(state, f"{stage}_generation", reached)
    session.flush()


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


_LOCKED_STATE = sa.select(TaxYearState).where(TaxYearState.tax_year == sa.bindparam("year")).with_for_update()
_CHANGED_PEOPLE = sa.select(ChangedPerson.person_id).where(
    ChangedPerson.tax_year == sa.bindparam("year"), ChangedPerson.generation > sa.bindparam("since")
)
"""Built once: building a question costs more than asking it."""


def _locked_state(session: Session, tax_year: str) -> TaxYearState:
    asked = {"year": tax_year}
    state = session.scalars(_LOCKED_STATE, asked).one_or_none()
    if state is None:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(TaxYearState).values(tax_year=tax_year).on_conflict_do_nothing())
        state = session.scalars(_LOCKED_STATE, asked).one()
    return state


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
    found: dict[str, set[str]] = defaultdict(set)
    rows = session.execute(
        sa.select(ReadingRow.employer_key, ReadingRow.paye_reference)
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(
            *_PRESENT,
            ReadingRow.person_id == person_id,
            ReadingRow.status.in_(FLOWING),
            ReadingRow.employer_key.is_not(None),
            ReadingRow.paye_reference.is_not(None),
        )
        .distinct()
    )
    for employer, reference in rows.all():
        found[str(employer)].add(str(reference))
    return {employer: references.pop() for employer, references in found.items() if len(references) == 1}


def _years_of(session: Session, person_id: str) -> set[str]:
    years = session.scalars(
        sa.select(ReadingRow.tax_year)
        .join(Document, Document.sha256 == ReadingRow.sha256)
        .where(*_PRESENT, ReadingRow.person_id == person_id, ReadingRow.tax_year.is_not(None))
        .distinct()
    )
    return {year for year in years if year}
