"""How well differences are explained: every cause planted in made-up person-years, alone and in pairs.

    python benchmarks/explain.py [--people 500] [--pairs 20] [--show 5] [--planter causes|papers|careers|all]

Prints the confusion tables: what was planted, what it was called, and every pair that was missed. A cause counts as
named when a finding, or one of the alternatives a finding says the documents cannot tell from it, has its name; as
exact when that one has its amounts to the penny. Two causes of any amount in one figure of HMRC's leave their sum
alone: exact is then a set that names both, whose amounts are exact together. Three planters: `causes` speaks
the explainer's words, `papers` only knows documents: figures changed, files withheld, answers bent; `careers` knows
people, with a payroll of its own.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hmrc_pipeline_tests.reconciliation.planting import by_career, by_cause, by_paper
from hmrc_pipeline_tests.reconciliation.planting.scoring import Score


@dataclass
class Tally:
    """What one planter's faults were called."""

    clean: Counter[str] = field(default_factory=Counter)
    alone: list[Score] = field(default_factory=list)
    two: list[tuple[tuple[str, ...], str, Score]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    seconds: float = 0.0
    sets: list[int] = field(default_factory=list)

    def nothing(self, found: Score) -> None:
        self.clean["clean" if not found.told and not found.unexplained else f"false: {', '.join(found.told)}"] += 1

    def single(self, number: int, name: str, found: Score) -> None:
        self.alone.append(found)
        self.sets.append(found.sets)
        if not found.all_exact:
            self.misses.append(f"{number} {name}: {found.told}")

    def pair(self, number: int, pair: tuple[str, ...], meeting: str, found: Score) -> None:
        self.two.append((pair, meeting, found))
        self.sets.append(found.sets)
        if not found.is_told(meeting):
            self.misses.append(f"{number} {' + '.join(pair)}: {found.told}")

    @property
    def holds(self) -> bool:
        """The bar: alone all, in pairs 95 %, nothing false, nothing wrong certain."""
        every = [*self.alone, *(found for _, _, found in self.two)]
        told = sum(found.is_told(meeting) for _, meeting, found in self.two)
        return (
            all(item.all_exact for item in self.alone)
            and told >= 0.95 * len(self.two)
            and set(self.clean) <= {"clean"}
            and not any(item.wrongly_certain for item in every)
        )


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=500)
    options.add_argument("--pairs", type=int, default=20)
    options.add_argument("--show", type=int, default=0)
    options.add_argument("--start", type=int, default=0)
    options.add_argument("--planter", choices=["causes", "papers", "careers", "all"], default="all")
    given = options.parse_args()
    holds = True
    for name, planter in (("causes", by_cause), ("papers", by_paper), ("careers", by_career)):
        if given.planter in (name, "all"):
            tally = _tally(planter, range(given.start, given.start + given.people), given.pairs)
            _show(f"planted by {name}", tally, given.show)
            holds = holds and tally.holds
    return 0 if holds else 1


def _tally(planter: object, numbers: Iterable[int], several: int) -> Tally:
    tally = Tally()
    numbers = list(numbers)
    years = planter.made_up_years(len(numbers), numbers[0])  # type: ignore[attr-defined]
    for number, year in zip(numbers, years, strict=True):
        base = planter.papers_of(year)  # type: ignore[attr-defined]
        started = time.process_time()
        planter.solve(base)  # type: ignore[attr-defined]
        tally.seconds += time.process_time() - started
        tally.nothing(planter.score(base, []))  # type: ignore[attr-defined]
        for name, found in planter.singles(base, number):  # type: ignore[attr-defined]
            tally.single(number, name, found)
        for pair, meeting, found in planter.pairs(base, number, several):  # type: ignore[attr-defined]
            tally.pair(number, pair, meeting, found)
    return tally


def _show(title: str, tally: Tally, misses: int) -> None:
    print(f"{title:40}{'n':>7}{'named':>8}{'exact':>8}   otherwise called")
    by_cause = defaultdict(list)
    for item in tally.alone:
        by_cause[item.label].append(item)
    for cause, items in by_cause.items():
        named, exact = sum(all(i.named) for i in items), sum(i.all_exact for i in items)
        others = Counter(", ".join(i.told) or "nothing" for i in items if not all(i.named))
        print(f"{cause:40}{len(items):>7}{named:>8}{exact:>8}   {dict(others) or ''}")
    print(f"{'nothing':40}{sum(tally.clean.values()):>7}   {dict(tally.clean)}")
    for meeting in ("apart", "blurred", "joint"):
        _row(f"two at once, {_MEETINGS[meeting]}", [item for item in tally.two if item[1] == meeting])
    _row("two at once, all", tally.two)
    _missed_pairs(tally)
    every = [*tally.alone, *(found for _, _, found in tally.two)]
    print(f"wrong causes called certain: {dict(Counter(c for i in every for c in i.wrongly_certain)) or 0}")
    sets = sorted(tally.sets)
    middle, most = sets[len(sets) // 2], sets[len(sets) * 95 // 100]
    print(f"alternative sets of a case: median {middle}, 95 % {most}, most {sets[-1]}")
    print(f"nothing planted: {1000 * tally.seconds / sum(tally.clean.values()):.1f} ms a person-year\n")
    for line in tally.misses[:misses]:
        print("  missed", line)


_MEETINGS = {"apart": "in different figures", "blurred": "in one figure", "joint": "in one, the sum alone known"}


def _row(title: str, items: list[tuple[tuple[str, ...], str, Score]]) -> None:
    named = sum(all(found.named) for _, _, found in items)
    exact = sum(found.is_told(meeting) for _, meeting, found in items)
    share = f"{100 * named / len(items):.1f} % named, {100 * exact / len(items):.1f} % exact" if items else ""
    print(f"{title:40}{len(items):>7}{named:>8}{exact:>8}   {share}")


def _missed_pairs(tally: Tally) -> None:
    tried = Counter((pair, meeting) for pair, meeting, _ in tally.two)
    missed = Counter((pair, meeting) for pair, meeting, found in tally.two if not found.is_told(meeting))
    for (pair, meeting), count in missed.most_common():
        print(f"  missed: {' + '.join(pair)} ({_MEETINGS[meeting]}): {count} of {tried[pair, meeting]}")


if __name__ == "__main__":
    sys.exit(main())
