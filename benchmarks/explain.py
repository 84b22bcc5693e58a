"""How well differences are explained: every cause planted in made-up person-years, alone and in pairs.

    python benchmarks/explain.py [--people 500] [--pairs 20] [--show 5]

Prints the confusion table: what was planted, and what it was called. A cause counts as named when a finding, or one of
the alternatives a finding says the documents cannot tell from it, has its name; as exact when that one has its amounts
to the penny. Two faults in one figure, of which one may be of any amount, leave only their sum: they are counted apart.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hmrc_pipeline_tests.reconciliation.planting import (
    Score,
    confusion,
    made_up_years,
    pairs,
    papers_of,
    score,
    singles,
    solve,
)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=500)
    options.add_argument("--pairs", type=int, default=20)
    options.add_argument("--show", type=int, default=0)
    options.add_argument("--start", type=int, default=0)
    given = options.parse_args()

    clean, alone, two, blurred = Counter[str](), [], [], []
    misses: list[str] = []
    seconds = cases = 0.0
    for number, year in enumerate(made_up_years(given.people, given.start), given.start):
        base = papers_of(year)
        started = time.process_time()
        solve(base)
        seconds, cases = seconds + time.process_time() - started, cases + 1
        nothing = score(base, [])
        clean["clean" if not nothing.told and not nothing.unexplained else f"false: {', '.join(nothing.told)}"] += 1
        for name, found in singles(base, number):
            alone.append(found)
            if not found.all_exact:
                misses.append(f"{number} {name}: {found.told}")
        for pair, apart, found in pairs(base, number, given.pairs):
            (two if apart else blurred).append(found)
            if apart and not found.all_exact:
                misses.append(f"{number} {' + '.join(pair)}: {found.told}")
    _show(clean, alone, two, blurred)
    print(f"\nNothing planted: {1000 * seconds / cases:.1f} ms a person-year")
    for line in misses[: given.show]:
        print("  missed", line)
    ok = all(item.all_exact for item in alone) and sum(i.all_exact for i in two) >= 0.95 * len(two)
    certain = any(item.wrongly_certain for item in (*alone, *two, *blurred))
    return 0 if ok and not certain and set(clean) == {"clean"} else 1


def _show(clean: Counter[str], alone: list[Score], two: list[Score], blurred: list[Score]) -> None:
    print(f"{'planted alone':32}{'n':>6}{'named':>8}{'exact':>8}   otherwise called")
    called = confusion(alone)
    by_cause = defaultdict(list)
    for item in alone:
        by_cause[item.truths[0].cause].append(item)
    for cause, items in by_cause.items():
        named, exact = sum(all(i.named) for i in items), sum(i.all_exact for i in items)
        others = "; ".join(f"{name} {count}" for name, count in called[cause].items() if name != "named")
        print(f"{cause:32}{len(items):>6}{named:>8}{exact:>8}   {others}")
    print(f"{'nothing':32}{sum(clean.values()):>6}   {dict(clean)}")
    for title, items in (("two at once", two), ("two in one figure", blurred)):
        named, exact = sum(all(i.named) for i in items), sum(i.all_exact for i in items)
        share = f"{100 * exact / len(items):.1f} % exact" if items else ""
        print(f"{title:32}{len(items):>6}{named:>8}{exact:>8}   {share}")
    certain = Counter(cause for item in (*alone, *two, *blurred) for cause in item.wrongly_certain)
    print(f"wrong causes called certain: {dict(certain) or 0}")


if __name__ == "__main__":
    sys.exit(main())
