"""Payslips a second from bytes to proved figures, in limited workers, against pdfplumber's words alone.

    python benchmarks/extract.py [--documents 1000] [--plumbed 200] [--rounds 3]

The same made-up payslips in one run, with one and with two processes on both sides; the start of the processes is
left out on both. Rounds take turns and the best of each counts, so that another program's burst hurts neither.
Prints the ratio by the clock and by processor time (ours with the parent's part, pdfplumber's without: that one
stands whatever else runs), a worker's resident memory, what the second worker brings, and how the time grows with
ten times as many documents. Takes about two minutes on two cores; only on a quiet machine does the clock count.
"""

import argparse
import io
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pdfplumber

from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of

TARGETS = {"ratio": "at least 6, aim 10", "memory": "at most 150 MB", "two": "at least 1.6", "ten": "at most 11"}
WARM_UP = 20


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and processor seconds of all processes that worked."""

    clock: float
    busy: float

    def __truediv__(self, count: int) -> "Spent":
        return Spent(self.clock / count, self.busy / count)

    def better(self, other: "Spent") -> "Spent":
        """The least of both, each by itself."""
        return Spent(min(self.clock, other.clock), min(self.busy, other.busy))


def made_up(count: int) -> list[bytes]:
    """Payslips of seeded careers in all layouts, without passwords."""
    contents: list[bytes] = []
    seed = 0
    while len(contents) < count:
        seed += 1
        for _, sample in documents_of(career(seed), seeded=True):
            if sample.doc_type == "payslip" and sample.password is None:
                contents.append(sample.content)
    return contents[:count]


def plumbed(content: bytes) -> float:
    """Read the words of one document by pdfplumber. Returns the processor seconds it took."""
    start = time.process_time()
    with pdfplumber.open(io.BytesIO(content)) as document:
        sum(len(page.extract_words()) for page in document.pages)
    return time.process_time() - start


def with_pdfplumber(contents: Sequence[bytes], workers: int) -> Spent:
    """What a document takes, the processes already running."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(plumbed, contents[: workers * WARM_UP]))
        start = time.perf_counter()
        busy = sum(pool.map(plumbed, contents, chunksize=8))
        return Spent(time.perf_counter() - start, busy) / len(contents)


@contextmanager
def running(contents: Sequence[bytes], workers: int) -> Iterator[ReaderPool]:
    """A pool whose workers have all read something."""
    with ReaderPool(workers=workers) as pool:
        list(pool.read_many((str(n), content) for n, content in enumerate(contents[: workers * WARM_UP])))
        yield pool


def with_readers(pool: ReaderPool, contents: Sequence[bytes]) -> tuple[Spent, int]:
    """What a document takes, and how many documents are proved or consistent."""
    start, busy = time.perf_counter(), processor(pool)
    good = 0  # each reading is looked at and let go, as the pipeline does that stores it
    for _, reading in pool.read_many((str(n), content) for n, content in enumerate(contents)):
        good += sum(document.status in ("proved", "consistent") for document in reading.documents)
    return Spent(time.perf_counter() - start, processor(pool) - busy) / len(contents), good


def processor(pool: ReaderPool) -> float:
    """Processor seconds of the workers and of this process so far; of this one alone where the system tells no more."""
    ticks = 0
    for pid in pool.pids:
        stat = Path(f"/proc/{pid}/stat")
        fields = stat.read_text().rsplit(")", 1)[1].split() if stat.exists() else ["0"] * 13
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def resident(pool: ReaderPool) -> int:
    """Kilobytes of the largest worker, at its highest."""
    found = [0]
    for pid in pool.pids:
        status = Path(f"/proc/{pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        found += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(found)


def measured(contents: Sequence[bytes], few: Sequence[bytes], rounds: int) -> tuple[dict[str, Spent], int, int]:
    """The best of each way for a document, documents in order, and kilobytes of a worker."""
    best: dict[str, Spent] = {}
    good = memory = 0

    def note(name: str, spent: Spent) -> None:
        best[name] = best.get(name, spent).better(spent)
        print(f"  {name:13s} {1000 * spent.clock:6.2f} ms a document", file=sys.stderr, flush=True)

    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for workers in (1, 2):
            with running(contents, workers) as pool:
                if workers == 1:
                    note("a tenth", with_readers(pool, contents[::10])[0])
                spent, good = with_readers(pool, contents)
                note(f"readers x {workers}", spent)
                memory = max(memory, resident(pool))
            note(f"plumber x {workers}", with_pdfplumber(few, workers))
    return best, good, memory


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--plumbed", type=int, default=200, help="how many of them pdfplumber reads")
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    print(f"drawing {wanted.documents} payslips", file=sys.stderr, flush=True)
    contents = made_up(wanted.documents)
    best, good, memory = measured(contents, contents[:: max(1, len(contents) // wanted.plumbed)], wanted.rounds)
    one, two, tenth = best["readers x 1"], best["readers x 2"], best["a tenth"]
    print(f"{len(contents)} documents, {good} proved or consistent")
    for workers in (1, 2):
        ours, theirs = best[f"readers x {workers}"], best[f"plumber x {workers}"]
        print(
            f"processes {workers}: {1 / ours.clock:.0f} documents/s with proof, pdfplumber's words "
            f"{1 / theirs.clock:.0f}; ratio by the clock {theirs.clock / ours.clock:.1f}, by processor time "
            f"{theirs.busy / ours.busy:.1f} ({TARGETS['ratio']})"
        )
    print(f"resident memory of a text worker {memory / 1000:.0f} MB ({TARGETS['memory']})")
    print(f"two workers are {one.clock / two.clock:.2f} times as fast as one ({TARGETS['two']})")
    growth = f"{10 * one.clock / tenth.clock:.1f} times as long by the clock, {10 * one.busy / tenth.busy:.1f}"
    print(f"ten times as many documents take {growth} by processor time ({TARGETS['ten']})")


if __name__ == "__main__":
    main()
