"""Pages a second of the word reader against pdfplumber's `extract_words`, on the same made-up pages in one run.

    python benchmarks/extract_words.py [--pages 120] [--rounds 3]

Both engines read the same bytes in this one process, turn by turn; the best round of each counts, in processor
time, so that a busy machine hurts neither. The words found are counted on both sides and must be about as many.
"""

import argparse
import io
import random
import time
from collections.abc import Callable, Sequence

import pdfplumber
from reportlab.pdfgen.canvas import Canvas

from hmrc_pipeline.extraction import read_pages

LINES = (
    "Basic Pay", "Overtime", "Bonus", "Commission", "Holiday Pay", "PAYE Tax", "National Insurance", "Pension - EE",
    "Student Loan", "Union Subscription", "Total Gross Pay", "Gross for Tax", "Earnings for NI", "Total Deductions",
)  # fmt: skip


def made_up(count: int, seed: int = 7) -> list[bytes]:
    """One-page PDFs with about as many characters as a payslip has (some 740)."""
    dice = random.Random(seed)
    return [_page(dice) for _ in range(count)]


def _page(dice: random.Random) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont(dice.choice(["Helvetica", "Times-Roman", "Courier"]), 9)
    canvas.drawString(40, 790, f"Benchmark Employer {dice.randint(1, 999)} Limited")
    for row, label in enumerate(("Employee", "NI Number", "Tax Code", "Pay Date", "Tax Period", "Payroll Number")):
        canvas.drawString(40, 760 - 12 * row, label)
        canvas.drawString(160, 760 - 12 * row, f"{dice.randint(10, 99)} value {dice.randint(1000, 9999)}")
    for row, label in enumerate(LINES):
        canvas.drawString(40, 660 - 14 * row, label)
        for right in (300, 420, 540):
            canvas.drawRightString(right, 660 - 14 * row, f"{dice.uniform(1, 9000):,.2f}")
    canvas.drawString(40, 380, "Keep this statement: it may be needed to show what was paid and what was deducted.")
    canvas.save()
    return out.getvalue()


def ours(contents: Sequence[bytes]) -> int:
    """Words found by the word reader."""
    return sum(len(page.words) for content in contents for page in read_pages(content))


def theirs(contents: Sequence[bytes]) -> int:
    """Words found by pdfplumber, in its own way."""
    found = 0
    for content in contents:
        with pdfplumber.open(io.BytesIO(content)) as document:
            found += sum(len(page.extract_words(x_tolerance=1.5)) for page in document.pages)
    return found


def seconds(read: Callable[[Sequence[bytes]], int], contents: Sequence[bytes]) -> tuple[float, int]:
    """Processor seconds of one pass, and the words found."""
    start = time.process_time()
    words = read(contents)
    return time.process_time() - start, words


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    contents = made_up(wanted.pages)
    best = {"pdfium words": (float("inf"), 0), "pdfplumber": (float("inf"), 0)}
    for _ in range(wanted.rounds):
        for name, read in (("pdfium words", ours), ("pdfplumber", theirs)):
            best[name] = min(best[name], seconds(read, contents))
    for name, (spent, words) in best.items():
        print(
            f"{name:14s} {wanted.pages / spent:8.0f} pages/s  {1000 * spent / wanted.pages:6.2f} ms/page  {words} words"
        )
    ratio = best["pdfplumber"][0] / best["pdfium words"][0]
    print(f"ratio {ratio:.1f}")


if __name__ == "__main__":
    main()
