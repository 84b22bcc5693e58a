"""Bad input: one plain sentence each, in the process itself and through the pool; the parent always survives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmrc_pipeline.extraction import Limits, Reader, ReaderPool, ReaderUnavailable, read_pdf
from hmrc_pipeline_tests.extraction.bad import bomb, built, locked, picture_only, private_letters, simple
from hmrc_pipeline_tests.extraction.drawn import Slip
from hmrc_pipeline_tests.extraction.drawn_layouts import LAYOUTS

GOOD = LAYOUTS["umbrella"](Slip(1)).finish()
QUICK = Limits(seconds=4.0, cpu_seconds=4, memory_bytes=400_000_000)
LOOP = built(
    [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
    ]
)
BAD = [
    ("empty", b"", "empty"),
    ("blanks only", b" \n\n ", "empty"),
    ("a picture, not a PDF", b"\x89PNG\r\n\x1a\n" + bytes(200), "not a PDF"),
    ("plain text", b"Net pay 1,234.50", "not a PDF"),
    ("cut off early", GOOD[:400], "damaged"),
    ("cut off late", GOOD[: len(GOOD) // 2], "damaged"),
    ("a header alone", b"%PDF-1.4\n%%EOF", "damaged"),
    ("pages that contain themselves", LOOP, "damaged"),
    ("no text", picture_only(), "needs OCR: install hmrc-pipeline[ocr]"),
    ("fonts without letters", private_letters(), "needs OCR: install hmrc-pipeline[ocr]"),
    ("a password", locked(("Net Pay 1,234.50", "Gross Pay 2,000.00")), "password"),
    ("70 pages", simple(("Net Pay 1,234.50 of your pay",), pages=70), "too large"),
]


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderPool]:
    with ReaderPool(limits=QUICK) as made:
        yield made


@pytest.mark.parametrize(("content", "says"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_each_bad_file_has_one_plain_sentence(reader: ReaderPool, content: bytes, says: str) -> None:
    for reading in (read_pdf(content), reader.read(content)):
        assert reading.documents == ()
        assert reading.error is not None
        assert says in reading.error
        assert reading.error.count(".") <= 2
        assert "\n" not in reading.error


def test_the_password_opens_it_and_travels_by_the_pipe_alone() -> None:
    content = locked(
        ("Payslip", "Gross Pay 2,000.00", "PAYE Tax 100.00", "NI 50.00", "Net Pay 1,850.00", "Tax code 1257L")
    )
    assert read_pdf(content, passwords=["wrong", "opensesame"]).error is None
    with ReaderPool(passwords=["wrong", "opensesame"], limits=QUICK) as reader:
        assert reader.read(content).error is None
        process = Path(f"/proc/{reader.pids[0]}")
        seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert b"opensesame" not in seen


def test_secrets_of_the_parent_do_not_reach_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HMRC_CLIENT_SECRET", "sentinel-secret")
    with ReaderPool(limits=QUICK) as reader:
        reader.read(GOOD)
        process = Path(f"/proc/{reader.pids[0]}")
        assert b"sentinel-secret" not in (process / "environ").read_bytes()
        open_files = {str(entry.readlink()) for entry in (process / "fd").iterdir()}
    assert all(name.startswith(("pipe:", "/dev/null")) for name in open_files)


def test_a_bomb_under_a_kilobyte_costs_that_document_only(reader: ReaderPool) -> None:
    content = bomb()
    assert len(content) < 900
    started = time.monotonic()
    readings = dict(reader.read_many([("before", GOOD), ("bomb", content), ("after", GOOD)]))
    assert time.monotonic() - started < 4 * QUICK.seconds
    assert readings["before"].error is None
    assert readings["after"].error is None
    assert "twice" in (readings["bomb"].error or "")


def test_limits_are_set_where_the_system_has_them(reader: ReaderPool) -> None:
    reader.read(GOOD)
    assert {"memory", "open files", "no files written"} <= set(reader.protections)
    status = Path(f"/proc/{reader.pids[0]}/status").read_text()
    resident = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    assert resident < 150_000  # kB
    assert "sqlalchemy" not in Path(f"/proc/{reader.pids[0]}/maps").read_text()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_worker_that_dies_or_hangs_is_replaced_and_nothing_is_lost(how: signal.Signals) -> None:
    with ReaderPool(workers=2, limits=Limits(seconds=1.5, cpu_seconds=5, start_seconds=2.0)) as reader:
        keys = [str(number) for number in range(12)]
        seen: dict[str, str | None] = {}
        for number, (key, reading) in enumerate(reader.read_many((key, GOOD) for key in keys)):
            seen[key] = reading.error
            if number == 2:
                os.kill(reader.pids[0], how)
        assert sorted(seen) == sorted(keys)
        assert set(seen.values()) == {None}


def test_a_worker_is_replaced_after_its_share_of_documents() -> None:
    with ReaderPool(limits=Limits(documents_per_worker=3)) as reader:
        pids = set()
        for _ in range(7):
            assert reader.read(GOOD).error is None
            pids.update(reader.pids)
    assert len(pids) == 3


def test_contents_are_taken_one_by_one_and_answered_lazily() -> None:
    taken = []

    def contents() -> Iterator[tuple[str, bytes]]:
        for number in range(100):
            taken.append(number)
            yield str(number), GOOD

    with ReaderPool(workers=2, limits=QUICK) as reader:
        answers = reader.read_many(contents())
        next(answers)
        assert len(taken) <= 5
        answers.close()
        assert reader.read(GOOD).error is None


def test_a_file_beyond_the_limit_is_refused_and_the_rest_goes_on() -> None:
    with ReaderPool(limits=Limits(document_bytes=len(GOOD))) as small:
        readings = dict(small.read_many([("large", GOOD + b" "), ("good", GOOD)]))
    assert "larger than" in (readings["large"].error or "")
    assert readings["good"].error is None


def test_what_was_sent_ahead_of_a_bomb_is_not_blamed() -> None:
    contents = [(str(n), bomb() if n == 3 else GOOD) for n in range(8)]
    with ReaderPool(workers=2, limits=QUICK) as reader:
        readings = dict(reader.read_many(contents))
    assert sorted(readings) == [key for key, _ in contents]
    assert [key for key, reading in sorted(readings.items()) if reading.error] == ["3"]


def test_an_installation_without_workers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with ReaderPool(limits=QUICK) as reader, pytest.raises(ReaderUnavailable):
        reader.read(GOOD)


def test_workers_end_with_their_parent() -> None:
    code = (
        "import os, signal\nfrom hmrc_pipeline.extraction import ReaderPool\n"
        "pool = ReaderPool()\npool.read(b'%PDF-1.4')\nprint(pool.pids[0], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False)
    pid = int(done.stdout)
    deadline = time.monotonic() + 5
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_of_a_pdf_crashes_the_parent_or_loses_a_document(reader: ReaderPool, data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(1, len(content))) :]
    readings = list(reader.read_many([("mutated", bytes(content))]))
    assert [key for key, _ in readings] == ["mutated"]
    reading = readings[0][1]
    assert reading.documents or reading.error


def test_answers_come_in_the_order_given_whichever_worker_is_first() -> None:
    slow = simple(tuple(f"Pension {n} {n}.00 Gross Pay {n}.50" for n in range(40)), pages=40)
    given = [(str(number), slow if number % 7 == 0 else GOOD) for number in range(60)]
    with Reader(workers=2, recognise=False) as reader:
        assert [key for key, _ in reader.read_many(given)] == [key for key, _ in given]


def test_a_single_file_starts_a_single_worker() -> None:
    with ReaderPool(workers=4, limits=QUICK) as pool:
        pool.read(GOOD)
        assert len(pool.pids) == 1
        assert len(list(pool.read_many((str(n), GOOD) for n in range(40)))) == 40
        assert len(pool.pids) == 4
