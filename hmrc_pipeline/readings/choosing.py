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
from hmrc_pipeline.readings.employments import Employments, needs_references
from hmrc_pipeline.readings.stored import StoredReading, readings_of_people
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Choice", "PersonYear", "choose_year", "keep_chosen", "person_years"]

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
            for item in keep_chosen(session, tax_year, choice, person_years(session, tax_year, people)):
                counts.update(choice.tally(item))
        finish(session, work, choice.stage)
    return counts


def keep_chosen(
    session: Session, tax_year: TaxYear, choice: Choice[Chosen], years: Mapping[str, PersonYear]
) -> list[Chosen]:
    """Choose from these people's years, and let what is chosen be their rows."""
    chosen = [item for year in years.values() for item in choice.choose(year)]
    replace_rows(session, choice.kept, tax_year.label, list(years), map(choice.row, chosen))
    return chosen


def person_years(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, PersonYear]:
    """What these people's documents say of a tax year, by person."""
    return dict(_person_years(session, tax_year, people))


def _person_years(session: Session, tax_year: TaxYear, people: Sequence[str]) -> Iterator[tuple[str, PersonYear]]:
    found = readings_of_people(session, tax_year, people)
    asked = [person_id for person_id, readings in found.items() if needs_references(readings)]
    references = references_of_people(session, asked) if asked else {}
    for person_id, readings in found.items():
        yield person_id, PersonYear(tax_year, readings, Employments(references.get(person_id, {}), readings))
