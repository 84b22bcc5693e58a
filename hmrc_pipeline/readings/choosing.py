"""A stage that chooses from stored readings what a tax year counts: person by person, in one transaction.

Which payslips and P60s count, and as what, belongs to `payslips` and `p60s`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sqlalchemy.orm import Session

from hmrc_pipeline.database.generations import Stage, finish, references_of_people, work_of
from hmrc_pipeline.database.questions import Answer, Question, ask
from hmrc_pipeline.database.rows import Row, Writes, as_stored
from hmrc_pipeline.database.tables import P60Row, PayslipRow
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings.employments import Employments, needs_references
from hmrc_pipeline.readings.stored import Made, StoredReading, readings_in, readings_question
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Choice", "PersonYear", "choose_year", "keep_chosen", "person_years", "years_in"]

_BATCH: Final = 200
Chosen = TypeVar("Chosen", bound=Made)


@dataclass(frozen=True)
class PersonYear:
    """What one person's documents of a tax year say: each, and together of the employments."""

    tax_year: TaxYear
    readings: Sequence[StoredReading]
    employments: Employments


@dataclass(frozen=True)
class Choice(Generic[Chosen]):
    """A stage: what it chooses of a person's year, the rows it keeps, how they are asked for and read, and what is
    counted of each."""

    stage: Stage
    kept: type[PayslipRow | P60Row]
    choose: Callable[[PersonYear], Sequence[Chosen]]
    row: Callable[[Chosen], Row]
    question: Question
    read: Callable[[Answer], Sequence[Chosen]]
    tally: Callable[[Chosen], Mapping[str, bool]]


def choose_year(home: Home, tax_year: TaxYear, choice: Choice[Chosen], *, everyone: bool = False) -> Counter[str]:
    """Choose for the people whose inputs changed, or for everyone; rows and progress commit together.

    Gives the number of `people` looked at and the tallies of what was chosen. For everyone all is made anew.
    """
    asked = [readings_question() if everyone else readings_question(choice.kept), choice.question]
    with home.database.writing() as session:
        work = work_of(session, tax_year.label, choice.stage, everyone=everyone)
        counts, writes = Counter(people=len(work.people)), Writes(session)
        ordered = sorted(work.people)
        for start in range(0, len(ordered), _BATCH):
            people = ordered[start : start + _BATCH]
            read, stored = ask(session, tax_year.label, people, asked)
            kept = choice.read(stored)
            for item in keep_chosen(writes, choice, years_in(session, tax_year, people, read, kept), kept):
                counts.update(choice.tally(item))
            writes.send()
        finish(writes, work, choice.stage)
    return counts


def keep_chosen(
    writes: Writes, choice: Choice[Chosen], years: Mapping[str, PersonYear], kept: Iterable[Chosen]
) -> list[Chosen]:
    """Choose from these people's years, and let what is chosen be kept instead of what is."""
    chosen = [item for year in years.values() for item in choice.choose(year)]
    standing = {id(item) for item in kept} & {id(item) for item in chosen}
    stored = as_stored(choice.kept, (choice.row(item) for item in kept if id(item) not in standing))
    writes.rows(choice.kept, stored, (choice.row(item) for item in chosen if id(item) not in standing))
    return chosen


def person_years(session: Session, tax_year: TaxYear, people: Sequence[str]) -> dict[str, PersonYear]:
    """What these people's documents say of a tax year, by person."""
    (read,) = ask(session, tax_year.label, people, [readings_question()])
    return years_in(session, tax_year, people, read)


def years_in(
    session: Session, tax_year: TaxYear, people: Sequence[str], read: Answer, made: Iterable[Made] = ()
) -> dict[str, PersonYear]:
    """The same, with the answer to a `readings_question` and what is kept in the tables it names."""
    found = readings_in(people, read, made)
    asked = [person_id for person_id, readings in found.items() if needs_references(readings)]
    references = references_of_people(session, asked) if asked else {}
    return {
        person_id: PersonYear(tax_year, readings, Employments(references.get(person_id, {}), readings))
        for person_id, readings in found.items()
    }
