"""Thousands of damaged and hostile files through the pool: none hangs, none is lost, each says what became of it."""

import re
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from hmrc_pipeline.extraction import Limits, ReaderPool, read_pdf
from hmrc_pipeline.extraction.model import FileReading, ReadDocument
from hmrc_pipeline_tests.extraction.mutants import HOSTILE, mutant, originals

QUICK = Limits(seconds=2.0, cpu_seconds=2, memory_bytes=400_000_000)
LEFT = ("a bomb of 2 GB", "forms thirty deep")
"""Left to the long run: more of the same, and the slowest to be stopped."""
SLACK = 2.0
"""Seconds in which a worker is started or ended beside what a document may take, on a busy machine."""


@dataclass
class Told:
    """What became of files: how often each reason was given, the longest wait, the most memory."""

    reasons: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    worker_kilobytes: int = 0
    invented: list[str] = field(default_factory=list)

    def count(self, name: str, reading: FileReading) -> None:
        if reading.error is not None:
            self.reasons[re.sub(r"\d[\d,]*", "n", reading.error)] += 1
        for document in reading.documents:
            assert document.status in ("proved", "consistent") or document.review_reasons, name
            self.reasons[f"{document.doc_type}: {document.status}"] += 1
            if document.status in ("proved", "consistent") and document.doc_type != "other":
                self.invented += [name] * (not _was_printed(document))
        assert reading.error or reading.documents, name


@cache
def _printed() -> list[dict[str, str]]:
    readings = [read_pdf(content) for content in originals()]
    return [{n: f.value for n, f in d.figures.items()} for reading in readings for d in reading.documents]


def _was_printed(document: ReadDocument) -> bool:
    """Whether all its figures stand in one of the files that the damage started from."""
    values = {name: figure.value for name, figure in document.figures.items()}
    return any(values.items() <= printed.items() for printed in _printed())


def through_the_pool(numbers: Sequence[int], limits: Limits) -> Told:
    """Every mutant of these numbers, each waited for by itself no longer than two attempts take."""
    told = Told()
    names: dict[str, str] = {}

    def contents() -> Iterator[tuple[str, bytes]]:
        for number in numbers:
            names[str(number)], content = mutant(number)
            yield str(number), content

    with ReaderPool(limits=limits) as pool:
        last = time.monotonic()
        for key, reading in pool.read_many(contents()):
            now = time.monotonic()
            told.longest, last = max(told.longest, now - last), now
            told.answered[key] += 1
            told.count(names[key], reading)
            told.worker_kilobytes = max(told.worker_kilobytes, *map(_highest, pool.pids), 0)
            if sum(told.answered.values()) % 500 == 0:
                print(sum(told.answered.values()), f"{told.worker_kilobytes / 1000:.0f} MB", flush=True)
    return told


def _highest(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _none_is_lost(told: Told, numbers: Sequence[int], limits: Limits) -> None:
    assert told.answered == Counter(str(number) for number in numbers)
    assert told.invented == [], "a damaged file passed as whole, with figures nobody printed"
    assert told.longest < 2 * (limits.seconds + SLACK) + SLACK
    assert told.worker_kilobytes * 1000 < limits.memory_bytes
    assert not [reason for reason in told.reasons if "failed inside the reader" in reason]


def test_damaged_files_are_answered_one_for_one() -> None:
    numbers = [number for number in range(1, 120) if number % 50]
    _none_is_lost(through_the_pool(numbers, QUICK), numbers, QUICK)


def test_files_built_to_overload_their_reader_cost_themselves_only() -> None:
    given = [(name, made()) for name, made in HOSTILE.items() if name not in LEFT]
    good = mutant(1)[1]
    contents = [entry for name, content in given for entry in ((name, content), (f"after {name}", good))]
    with ReaderPool(limits=QUICK) as pool:
        readings = dict(pool.read_many(contents))
    assert set(readings) == {name for name, _ in contents}
    for name, _ in given:
        reading, after = readings[name], readings[f"after {name}"]
        assert reading.error or reading.documents, name
        assert not any(document.status == "proved" for document in reading.documents), name
        assert (after.error, after.documents) == (readings["after nothing"].error, readings["after nothing"].documents)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_ten_thousand() -> None:
    """Prints how many gave each reason, the time, and the most memory of a worker and of this process."""
    numbers, limits, start = range(10_000), Limits(), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = through_the_pool(numbers, limits)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for reason, count in told.reasons.most_common():
        print(f"{count:6d} {reason}")
    print(f"{time.monotonic() - start:.0f} s, the longest answer {told.longest:.1f} s")
    print(
        f"worker at most {told.worker_kilobytes / 1000:.0f} MB, this process {before / 1000:.0f} to {after / 1000:.0f}"
    )
    _none_is_lost(told, numbers, limits)
    assert after - before < 300_000
