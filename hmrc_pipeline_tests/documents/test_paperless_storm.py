"""A storm of edits, a server that restarts, a pipeline that is killed: every payslip once per content, none missed.

A child process does what the sensor and its runs do; it is killed at its n-th step, where a step is a statement
sent to the database, a commit, or a file put in place. Then comes another, until one comes through.

CI runs small storms. The whole ones (2,000 documents, kills and server restarts, a first look at 10,000) are one
command that prints their figures, two to five minutes:

    .venv/bin/python -m pytest hmrc_pipeline_tests/documents/test_paperless_storm.py -m long -n 0 -s --durations 0
"""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.documents import (
    PaperlessProblem,
    PaperlessSource,
    announced_digest,
    fetch_announced,
    look,
    look_if_due,
    take_in,
)
from hmrc_pipeline.documents.announcements import RUN_FETCHES
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.readings import read_new, unread_digest
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.paperless import create_app, serve
from hmrc_pipeline_tests.documents.paperless_server import Server, paperless, present, tagged, waiting
from hmrc_pipeline_tests.dying import die_at
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip

LONG = [pytest.mark.long, pytest.mark.timeout(2400)]
NINOS = ("QQ123456C", "QQ654321A", "QQ111111A")


def slip(number: int, salt: str = "") -> bytes:
    year = 2018 + number % 7
    who = {"ni_number": NINOS[number % 3], "employee_name": f"Person {number % 3}", "employer_name": "Acme Ltd"}
    return content(payslip(**who, pay_date=f"{year}-06-30", net_pay=f"{number}.00"), salt=f"{number} {salt}")


def storm(server: Server, count: int) -> "list[Any]":
    """What happens to the archive, in four acts."""
    state, half = server.state, count // 2
    ids: list[int] = []
    few = max(count // 20, 3)

    def first() -> None:
        for number in range(count):
            server.clock.advance(seconds=7)
            ids.append(state.add_document(slip(number), [server.payslip] if number % 2 else []))

    def late() -> None:
        server.clock.advance(days=90)
        untagged = [number for number in ids if not state.documents[number].tags]
        for number in untagged[: half // 2]:
            state.edit(number, tags={server.payslip})
        for start in range(half // 2, half, 50):
            state.bulk_tags(untagged[start : start + 50], add=[server.payslip])
        state.trash(ids[:few])

    def worse() -> None:
        state.restore(ids[:few])
        state.bulk_tags(ids, add=[state.add_tag("year end")])
        state.add_version(ids[3], slip(3, "corrected"))
        for _ in range(2):
            state.add_document(slip(1_000_000, "twin"), [server.payslip])
        for number in ids[10:13]:
            state.edit(number, tags=set())

    def calm() -> None:
        server.clock.advance(minutes=5)
        state.edit(ids[11], tags={server.payslip})

    return [first, late, worse, calm]


def one_run(home: Home, source: PaperlessSource, now: datetime) -> None:
    take_in(home, source, now=now)
    read_new(home, FakePool(), now=now)


def ticks(home: Home, source: PaperlessSource, now: datetime, *, most: int = 200) -> tuple[int, datetime]:
    """Ticks half a minute apart, with a run where one is asked for, until there is nothing to do; how many runs."""
    runs = idle = 0
    for _ in range(most):
        now += timedelta(seconds=30)
        try:
            look_if_due(home, source, now=now)
            if announced_digest(home, source.name, now) or unread_digest(home):
                one_run(home, source, now)
                runs, idle = runs + 1, 0
                continue
        except PaperlessProblem:  # a red tick
            time.sleep(0.1)
            continue
        idle += 1
        if idle == 3:
            break
    return runs, now


def everything_is_right(home: Home, server: Server) -> None:
    assert present(home) == tagged(server)
    assert waiting(home) == 0
    with home.database.reading() as session:
        readings = Counter(session.scalars(sa.select(ReadingRow.sha256)))
        contents = set(session.scalars(sa.select(Document.sha256)))
    assert set(readings) == contents, "every content was read"
    assert set(readings.values()) == {1}, "and once"


@pytest.mark.parametrize(
    ("version", "count"),
    [
        ("3.0.5", 300),
        ("2.20.15", 120),
        pytest.param("3.0.5", 2000, marks=LONG),
    ],
)
def test_a_storm_and_the_runs_it_takes(home: Home, version: str, count: int) -> None:
    with paperless(version) as server:
        if version.startswith("2"):
            server.state.add_version = lambda *_args: 0  # type: ignore[method-assign]
            twin = server.state.add_document
            server.state.add_document = lambda *args, **more: _once(twin, *args, **more)  # type: ignore[method-assign]
        asked = []
        for act in storm(server, count):
            act()
            server.clock.advance(seconds=5)
            runs, server.clock.now = ticks(home, server.source(), server.clock())
            asked.append(runs)
        everything_is_right(home, server)
        batch = -(-count // 2 // RUN_FETCHES)
        assert asked[:2] == [batch, batch], "one run for what came at once"
        assert asked[2:] == [1, 0], "a restored or edited document takes none"
        with home.database.reading() as session:
            contents = session.scalar(sa.select(sa.func.count()).select_from(Document)) or 0
        assert len(server.state.downloads) - contents <= 1, "only the twin is fetched to be found equal"


def _once(add: Any, *args: Any, **more: Any) -> int:
    try:
        return int(add(*args, **more))
    except ValueError as duplicate:
        return int(duplicate.args[1])


@pytest.mark.parametrize(
    ("seed", "count", "kills"),
    [(0, 100, 1), pytest.param(1, 2000, 3, marks=LONG)],
)
def test_killed_anywhere_while_the_server_restarts(tmp_path: Path, seed: int, count: int, kills: int) -> None:
    dice = random.Random(seed)
    folder = tmp_path / "home"
    open_home(load_settings(home=folder)).database.engine.dispose()
    with paperless() as first:
        server = Server(first.state, first.clock, first.url, first.payslip, first.p60, first.user)
    port = int(server.url.rsplit(":", 1)[1])
    running = [serve(create_app(server.state), port)]

    def restart() -> None:
        running.pop().stop()
        running.append(serve(create_app(server.state), port))

    killed, acts = 0, storm(server, count)
    for act in acts:
        act()
        server.clock.advance(seconds=5)
        for _ in range(kills):
            restarting = threading.Timer(dice.uniform(1.0, 3.0), restart)
            restarting.start()
            code = child(folder, server, dice.randrange(5, 3 * count))
            killed += code == -signal.SIGKILL
            assert code in (0, -signal.SIGKILL)
            restarting.join()
            server.clock.advance(seconds=120)
        if act is not acts[1]:  # once, what a killed one left waits for the next act
            assert child(folder, server, 0) == 0
        server.clock.advance(seconds=600)
    running.pop().stop()
    assert killed >= 2 * kills
    home = open_home(load_settings(home=folder))
    everything_is_right(home, server)
    home.database.engine.dispose()


def child(folder: Path, server: Server, kill_at: int) -> int:
    facts = (str(folder), server.url, server.user.token, str(kill_at), server.clock().isoformat())
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", __name__, "storm", *facts]
    return subprocess.run(command, env=environment, check=False, timeout=280).returncode


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=LONG)])
def test_a_first_look_is_bounded_in_time_and_memory(tmp_path: Path, count: int) -> None:
    with paperless() as server:
        for number in range(count):
            server.clock.advance(seconds=1)
            server.state.add_document(b"%PDF " + str(number).encode() * 200, [server.payslip])
        facts = (str(tmp_path / "home"), server.url, server.user.token, str(count), server.clock().isoformat())
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-m", __name__, "first", *facts]
        done = subprocess.run(command, env=environment, check=True, timeout=2000, capture_output=True, text=True)
    longest, early, late = map(float, done.stdout.split()[-3:])
    print(f"{count} documents: longest tick {longest:.1f} s, memory {early:.0f} MB, at the end {late:.0f} MB")
    assert longest < 40, "Dagster gives a tick 60 seconds"
    assert late - early < 40, "megabytes"


def _storm(source: PaperlessSource, home: Home, kill_at: int, now: datetime) -> None:
    die_at(kill_at)
    ticks(home, source, now, most=25 if kill_at else 200)


def _first(source: PaperlessSource, home: Home, count: int, now: datetime) -> None:
    longest, sizes = 0.0, []
    fetched = 0
    while fetched < count:
        now += timedelta(seconds=30)
        started = time.monotonic()
        look(home, source, now=now)
        announced_digest(home, source.name, now)
        longest = max(longest, time.monotonic() - started)
        fetched += fetch_announced(home, source, now=now).new
        sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(longest, sizes[0], sizes[-1])


if __name__ == "__main__":
    what, folder_name, url, token, number, moment = sys.argv[1:]
    from hmrc_pipeline.documents.paperless import PaperlessClient
    from hmrc_pipeline.documents.paperless_http import PaperlessHttp

    opened = open_home(load_settings(home=Path(folder_name)))
    seen = PaperlessSource(PaperlessClient(PaperlessHttp(url, token)), "payslip", "p60")
    {"storm": _storm, "first": _first}[what](seen, opened, int(number), datetime.fromisoformat(moment))
