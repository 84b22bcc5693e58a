"""Payslips a second from bytes to proved figures, in limited workers, against pdfplumber's words alone.

    python benchmarks/extract.py [--documents 300] [--workers 1]

The same made-up payslips, in one run, with the same number of processes on both sides; the start of the processes
is left out on both. Prints the ratio, the resident memory of a worker, and how the time grows with ten times as many.
"""

import argparse
import io
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pdfplumber

from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of


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


def plumbed(content: bytes) -> int:
    """Words of one document by pdfplumber."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        return sum(len(page.extract_words()) for page in document.pages)


def with_pdfplumber(contents: Sequence[bytes], workers: int) -> float:
    """Seconds, the processes already running."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(plumbed, contents[: workers * 4]))
        start = time.perf_counter()
        list(pool.map(plumbed, contents, chunksize=8))
        return time.perf_counter() - start


def with_readers(contents: Sequence[bytes], workers: int) -> tuple[float, int, int]:
    """Seconds, documents proved or consistent, and a worker's resident kilobytes."""
    with ReaderPool(workers=workers) as pool:
        list(pool.read_many((str(n), content) for n, content in enumerate(contents[: workers * 4])))
        start = time.perf_counter()
        readings = [reading for _, reading in pool.read_many((str(n), c) for n, c in enumerate(contents))]
        spent = time.perf_counter() - start
        status = Path(f"/proc/{pool.pids[0]}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        resident = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
    good = sum(d.status in ("proved", "consistent") for reading in readings for d in reading.documents)
    return spent, good, resident


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--workers", type=int, default=1)
    wanted = parser.parse_args()
    contents = made_up(wanted.documents)
    tenth = contents[: max(1, len(contents) // 10)]
    small, _, _ = with_readers(tenth, wanted.workers)
    ours, good, resident = with_readers(contents, wanted.workers)
    theirs = with_pdfplumber(contents, wanted.workers)
    count = len(contents)
    print(f"workers {wanted.workers}, {count} documents, {good} in order, resident {resident / 1000:.0f} MB")
    print(f"figures with proof {count / ours:8.0f} documents/s")
    print(f"pdfplumber words   {count / theirs:8.0f} documents/s")
    print(
        f"ratio {theirs / ours:.1f}; ten times as many take {ours / small * len(tenth) * 10 / count:.1f} times as long"
    )


if __name__ == "__main__":
    main()
