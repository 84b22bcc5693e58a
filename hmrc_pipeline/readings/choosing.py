"""A stage that chooses from stored readings what a tax year counts: person by person, in one transaction.

Which payslips and P60s count, and as what, belongs to `payslips` and `p60s`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy.orm import Session

from hmrc_pipeline.database.generations import Stage, finish, references_of_people, work_of
from hmrc_pipeline.database.rows import Row, replace_rows
from hmrc_pipeline.database.types import Base
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.readings.stored import StoredReading, readings_of_people
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Choice", "PersonYear", "choose_year", "person_years"]

_BATCH: Final = 200
Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class PersonYear:
    """What one person's documents of a tax year say: each, and together of the employments."""

    tax_year: TaxYear
    readings: Sequence[StoredReading]
    employments: Employments


@dataclass(frozen=True)
class Choice(Generic[Chosen]):
    """A stage: what it chooses of a person's year, the rows it keeps, and what is counted of each."""

    stage: Stage
    kept: type[Base]
    choose: Callable[[PersonYear], Sequence[Chosen]]
    row: Callable[[Chosen], Row]
    tally: Callable[[Chosen], Mapping[str, bool]]


def choose_year(home: Home, tax_year: TaxYear, choice: Choice[Chosen], *, everyone: bool = False) -> Counter[str]:
    """Choose for the people whose inputs changed, or for everyone; rows and progress commit together.

    Gives the number of `people` looked at and the tallies of what was chosen.
    """
    with home.database.writing() as session:
        work = work_of(session, tax_year.label, choice.stage, everyone=everyone)
        counts = Counter(people=len(work.people))
        ordered = sorted(work.people)
        for start in range(0, len(ordered), _BATCH):
            people = ordered[start : start + _BATCH]
            chosen = [item for year in person_years(session, tax_year, people).values() for item in choice.choose(year)]
            replace_rows(session, choice.kept, tax_year.label, people, map(choice.row, chosen))
            for item in chosen:
                counts.update(choice.tally(item))
        finish(session, work, choice.stage)
    return counts


def person_years(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, PersonYear]:
    """What these people's documents say of a tax year, by person."""
    return dict(_person_years(session, tax_year, people))


def _person_years(session: Session, tax_year: TaxYear, people: Sequence[str]) -> Iterator[tuple[str, PersonYear]]:
    references = references_of_people(session, people)
    for person_id, readings in readings_of_people(session, tax_year, people).items():
        yield person_id, PersonYear(tax_year, readings, Employments(references[person_id], readings))
