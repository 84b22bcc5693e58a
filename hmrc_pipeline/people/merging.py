"""Two people turn out to be one: everything of the one moves to the other.

Rows that are worked out from documents are dropped, not moved: raised generations bring them back.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import (
    Base,
    ChangedPerson,
    Fetch,
    FindingRow,
    Grant,
    GrantPerson,
    MeasureRow,
    P60Row,
    PayslipDueRow,
    PayslipRow,
    Person,
    PersonMark,
    PredictionRow,
    ReadingRow,
    Snapshot,
)
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Nino, Utr
from hmrc_pipeline.people.register import PeopleConflict, fill_in, in_clear, lock_people, require_person

__all__ = ["absorb", "drop_grants_of_nobody", "drop_nobodies", "grants_of", "merge_people", "tables_of_people"]

_WORKED_OUT = (PayslipRow, P60Row, PayslipDueRow, PredictionRow, MeasureRow, FindingRow, ChangedPerson)
_FOLLOWS_A_PERSON = frozenset({PersonMark.__tablename__, ChangedPerson.__tablename__})


def merge_people(home: Home, keep: str, absorbed: str) -> None:
    """Make two people one, known by `keep`. Raises `UnknownPerson`, or `PeopleConflict` when NINOs or UTRs differ."""
    if keep == absorbed:
        raise PeopleConflict("a person cannot be merged with themselves")
    with home.database.writing() as session:
        lock_people(session)
        changes = InputChanges(session)
        kept, gone = require_person(session, keep), require_person(session, absorbed)
        session.execute(sa.update(PersonMark).where(PersonMark.person_id == absorbed).values(is_firm=True))
        absorb(session, home.cipher, keep=kept, absorbed=gone, changes=changes)
        changes.raise_all()


def absorb(session: Session, cipher: Cipher, *, keep: Person, absorbed: Person, changes: InputChanges) -> None:
    """Move everything of `absorbed` to `keep` and delete it. Raises `PeopleConflict` before anything moved."""
    for column in ("nino_index", "utr_index"):
        if None not in (values := (getattr(keep, column), getattr(absorbed, column))) and values[0] != values[1]:
            raise PeopleConflict("two people with different NINOs or UTRs stay two")
    nino, utr, name = (in_clear(cipher, absorbed, column) for column in ("nino", "utr", "name"))
    changes.of_person(keep.person_id, _years(session, absorbed.person_id))
    changes.instead(absorbed.person_id, keep.person_id)
    for row in _WORKED_OUT:
        session.execute(sa.delete(row).where(row.person_id == absorbed.person_id))
    _join_snapshots(session, keep.person_id, absorbed.person_id)
    grants = grants_of(session, absorbed.person_id)
    for table in tables_of_people():
        _move(session, table, keep.person_id, absorbed.person_id)
    drop_grants_of_nobody(session, grants)
    session.delete(absorbed)
    session.flush()
    fill_in(session, cipher, keep, nino=Nino(nino) if nino else None, utr=Utr(utr) if utr else None, name=name)


def drop_nobodies(session: Session) -> None:
    """Forget people whom only documents made, by name, and whose documents all turned out to be others'."""
    nobodies = session.scalars(
        sa.select(Person.person_id).where(
            Person.made_by == "document",
            Person.nino_index.is_(None),
            Person.utr_index.is_(None),
            ~sa.exists().where(ReadingRow.person_id == Person.person_id, ReadingRow.superseded_at.is_(None)),
        )
    )
    for person_id in list(nobodies):
        session.execute(sa.delete(PersonMark).where(PersonMark.person_id == person_id))
        others = (table for table in tables_of_people() if table.name not in _FOLLOWS_A_PERSON)
        if not any(session.scalar(sa.select(sa.exists().where(t.c.person_id == person_id))) for t in others):
            session.execute(sa.delete(ChangedPerson).where(ChangedPerson.person_id == person_id))
            session.execute(sa.delete(Person).where(Person.person_id == person_id))


def grants_of(session: Session, person_id: str) -> list[str]:
    """The authorisations that cover a person."""
    return list(session.scalars(sa.select(GrantPerson.grant_id).where(GrantPerson.person_id == person_id)))


def drop_grants_of_nobody(session: Session, grants: list[str]) -> None:
    """Of these authorisations, delete those that cover nobody any more."""
    covered = sa.exists().where(GrantPerson.grant_id == Grant.grant_id)
    session.execute(sa.delete(Grant).where(Grant.grant_id.in_(grants), ~covered))


def tables_of_people() -> Iterator[sa.Table]:
    """Every table with a column `person_id` but the people's own, those that refer to others first."""
    for table in reversed(Base.metadata.sorted_tables):
        if "person_id" in table.c and table.name != Person.__tablename__:
            yield table


def _years(session: Session, person_id: str) -> set[str]:
    columns = (ReadingRow.tax_year, ReadingRow.period_tax_year)
    read = session.execute(
        sa.select(*columns).where(
            ReadingRow.person_id == person_id, ReadingRow.superseded_at.is_(None), ReadingRow.tax_year.is_not(None)
        )
    )
    answered = session.execute(sa.select(Snapshot.tax_year).where(Snapshot.person_id == person_id))
    return {year for row in (*read.all(), *answered.all()) for year in row if year}


def _join_snapshots(session: Session, keep: str, absorbed: str) -> None:
    """Where both have the same answer of HMRC, calls point to the one that stays."""
    mine, theirs = sa.orm.aliased(Snapshot), sa.orm.aliased(Snapshot)
    same = [getattr(mine, name) == getattr(theirs, name) for name in ("tax_year", "api", "source", "content_sha256")]
    pairs = session.execute(
        sa.select(mine.snapshot_id, theirs.snapshot_id)
        .join(theirs, sa.and_(*same))
        .where(mine.person_id == keep, theirs.person_id == absorbed)
    )
    for stays, goes in pairs.all():
        session.execute(sa.update(Fetch).where(Fetch.snapshot_id == goes).values(snapshot_id=stays))


def _move(session: Session, table: sa.Table, keep: str, absorbed: str) -> None:
    """Change the owner of all rows; where the new owner has the like of a row, the old row goes."""
    other = table.alias()
    for key in _unique_keys(table):
        rest = [table.c[name] == other.c[name] for name in key if name != "person_id"]
        twin = sa.exists().where(other.c.person_id == keep, *rest)
        session.execute(sa.delete(table).where(table.c.person_id == absorbed, twin))
    session.execute(sa.update(table).where(table.c.person_id == absorbed).values(person_id=keep))


def _unique_keys(table: sa.Table) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
            names = [column.name for column in constraint.columns]
            if "person_id" in names:
                yield names
