"""What asking HMRC costs for ten thousand people: our schedule against polling everything daily, on a simulated clock.

python benchmarks/hmrc_schedule.py [PEOPLE]

Everybody has a UTR. HMRC's behaviour is drawn from what it publishes: reconciliation from 6 June to the end of
November, figures withdrawn when the return is processed, an unexpected P11D that changes them. The decisions are
the product's own (`hmrc.availability`); one call asks one API for one person and year.
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hmrc_pipeline.hmrc.answers import Answer, Outcome
from hmrc_pipeline.hmrc.availability import Verdict, after_answer, before_asking, is_worth_asking
from hmrc_pipeline.hmrc.limiter import SPACING
from hmrc_pipeline.tax_year import TaxYear

YEAR = TaxYear(2024)
FIRST, LAST = date(2025, 4, 6), date(2027, 4, 5)
APIS = 5


@dataclass
class Person:
    """When HMRC has this person's figures, and what we know."""

    opens: date | None
    changes: date | None
    closes: date
    known: Verdict
    held: set[int] = field(default_factory=set)

    def version(self, day: date) -> int | None:
        """Which version of the figures can be seen on a day."""
        if self.opens is None or not self.opens <= day < self.closes:
            return None
        return 1 + (self.changes is not None and self.changes <= day)

    def versions_shown(self) -> set[int]:
        if self.opens is None or self.opens >= self.closes:
            return set()
        later = self.changes is not None and self.opens < self.changes < self.closes
        return {1, 2} if later else {1}


def draw(chance: random.Random, now: datetime) -> Person:
    """One person: a third are not in Self Assessment any more, one in ten has a late P11D."""
    known = before_asking(YEAR, now)
    if chance.random() < 1 / 3:
        return Person(None, None, date.max, known)
    opens = date(2025, 6, 6) + timedelta(days=int(chance.triangular(0, 177, 60)))
    changes = opens + timedelta(days=chance.randint(7, 90)) if chance.random() < 0.1 else None
    closes = date(2026, 1, 31) - timedelta(days=min(int(chance.expovariate(1 / 45)), 235))
    return Person(opens, changes, closes, known)


def ours(people: list[Person]) -> tuple[Counter[str], Counter[date]]:
    """Ask at six every morning what is worth asking."""
    told: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for day in days():
        now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        for person in people:
            if not is_worth_asking(person.known, YEAR, now):
                continue
            version, found = person.version(day), bool(person.held)
            calls = APIS if version or found else 1  # one 404 speaks for a year that HMRC never had
            answer = Answer(Outcome.FOUND if version else Outcome.NO_DATA)
            differs = version is not None and found and version not in person.held
            person.known = after_answer(person.known, YEAR, answer, now, found=found, differs=differs)
            count(told, by_day, person, version, day, calls)
    return told, by_day


def daily(people: list[Person]) -> tuple[Counter[str], Counter[date]]:
    """Ask everything every day."""
    told: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for day in days():
        for person in people:
            count(told, by_day, person, person.version(day), day, APIS)
    return told, by_day


def count(
    told: Counter[str], by_day: Counter[date], person: Person, version: int | None, day: date, calls: int
) -> None:
    told["calls"] += calls
    by_day[day] += calls
    if version is not None and version not in person.held:
        person.held.add(version)
        told["useful"] += APIS


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def main() -> None:
    """Print calls, calls per useful answer, hours under the limiter, and what was missed."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    print(f"{number:,} people, tax year {YEAR}, {FIRST} to {LAST}, one request each {SPACING} s\n")
    print(f"{'':16}{'calls':>12}{'per useful':>12}{'hours':>9}{'longest day':>13}{'captured':>10}{'missed':>8}")
    for name, policy in (("our schedule", ours), ("all of it daily", daily)):
        chance = random.Random(2024)
        people = [draw(chance, start) for _ in range(number)]
        told, by_day = policy(people)
        shown = sum(len(person.versions_shown()) for person in people)
        captured = sum(len(person.held & person.versions_shown()) for person in people)
        hours, longest = told["calls"] * SPACING / 3600, max(by_day.values()) * SPACING / 3600
        each = told["calls"] / max(told["useful"], 1)
        print(
            f"{name:16}{told['calls']:>12,}{each:>12.1f}{hours:>9,.0f}{longest:>11.1f} h{captured:>10,}"
            f"{(shown - captured) / shown:>8.1%}"
        )


if __name__ == "__main__":
    main()
