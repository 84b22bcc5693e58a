"""What changed since a tax year was last reconciled.

Every committed change of an input raises the year's generation in the same transaction, so that a crash
anywhere leaves either neither or both. A run writes the generation it read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.readings import ReadingRow
from hmrc_pipeline.database.tables.years import ChangedPerson, TaxYearState

__all__ = ["Stage", "YearWork", "finish", "pending_years", "raise_for_content", "raise_generation", "work_of"]

Stage = str  # "payslips", "p60s" or "reconciled": the column that records how far a stage has come


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


def work_of(session: Session, tax_year: str, stage: Stage, *, everyone: bool = False) -> YearWork:
    """People whose inputs changed after the generation `stage` last finished; all known ones with `everyone`."""
    state = _locked_state(session, tax_year)
    since = 0 if everyone else getattr(state, f"{stage}_generation")
    people = session.scalars(
        sa.select(ChangedPerson.person_id).where(ChangedPerson.tax_year == tax_year, ChangedPerson.generation > since)
    )
    return YearWork(tax_year, state.inputs_generation, frozenset(people))


def finish(session: Session, work: YearWork, stage: Stage) -> None:
    """Record how far `stage` has come; reconciliation never passes the stages it reads from."""
    state = _locked_state(session, work.tax_year)
    reached = work.generation
    if stage == "reconciled":
        reached = min(reached, state.payslips_generation, state.p60s_generation)
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


def _locked_state(session: Session, tax_year: str) -> TaxYearState:
    query = sa.select(TaxYearState).where(TaxYearState.tax_year == tax_year).with_for_update()
    state = session.scalars(query).one_or_none()
    if state is None:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(TaxYearState).values(tax_year=tax_year).on_conflict_do_nothing())
        state = session.scalars(query).one()
    return state


def raise_for_content(session: Session, sha256: str) -> None:
    """A content was withdrawn, ignored or came back: every year and person its readings touch has changed."""
    touched = session.execute(
        sa.select(ReadingRow.person_id, ReadingRow.tax_year).where(
            ReadingRow.sha256 == sha256,
            ReadingRow.superseded_at.is_(None),
            ReadingRow.person_id.is_not(None),
            ReadingRow.tax_year.is_not(None),
        )
    )
    for person_id, tax_year in touched.all():
        raise_generation(session, str(person_id), [str(tax_year)])
