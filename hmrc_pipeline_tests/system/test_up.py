"""`up` as it runs for months: a folder is watched, years are reconciled, channels told once, and it ends cleanly."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system import sentinels
from hmrc_pipeline_tests.system.support import (
    Webhook,
    alive,
    clean_environment,
    descendants,
    free_port,
    poll,
    run,
    started,
    table_rows,
    webhook,
    write_year,
)

pytestmark = pytest.mark.real

YEAR = TaxYear.parse("2024-25")
FAILING = (
    "2024-25: a payslip seems to be missing",
    "Also: a payslip's year to date does not follow; payslips and P60 disagree. ",
)
RECOVERED = (
    "2024-25: no payslip is missing any more",
    "Also: the year to date follows again; payslips and P60 agree again. ",
)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as made:
        yield made


@pytest.mark.timeout(400)
def test_a_folder_is_watched_and_channels_are_told_once(tmp_path: Path, hook: Webhook) -> None:
    folder = tmp_path / "watched" / "payslips"
    folder.parent.mkdir()
    port = free_port()
    ui = f"http://127.0.0.1:{port}"
    env = clean_environment(
        tmp_path / "home",
        HMRC_PIPELINE_DOCUMENTS_FOLDER=str(folder.parent),
        HMRC_PIPELINE_ALERT_URLS=hook.url,
    )
    with started("up", "--port", str(port), env=env, log=tmp_path / "up.log") as up:
        poll("the UI answers", lambda: answers(port), 60)
        (withheld,) = write_year(folder, sentinels.sentinel_career(YEAR), withhold=9)
        poll("a message of failing checks", lambda: len(hook.received) >= 1, 120)
        seen = descendants(up.pid)
        assert len(seen) >= 4
        assert sentinels.found_in("process list", "\n".join(seen.values()).encode(), sentinels.WORDS) == []
        assert sentinels.found_in("web", dumped(port), sentinels.WORDS) == []
        withheld.rename(folder / withheld.name)
        poll("a message of recovery", lambda: len(hook.received) >= 2, 120)
        tick = len(settled(port))
        poll("two more looks of the alert sensor", lambda: len(settled(port)) >= tick + 2, 60)
        everyone = {up.pid, *descendants(up.pid)}
        os.kill(up.pid, signal.SIGTERM)
        assert up.wait(30) == 0
        poll("no process is left", lambda: not alive(everyone), 10)

    assert len(hook.received) == 2, "one message a run, and none twice"
    for message, (title, also) in zip(hook.received, (FAILING, RECOVERED), strict=True):
        assert message["title"] == title
        assert message["message"].startswith(also)
        assert f"{ui}/assets/reconciliation?view=checks" in message["message"]
        assert "£" not in str(message)
    said = str([m["message"] for m in hook.received]).replace("2024-25", "").replace("P60", "").replace(ui, "")
    assert not any(c.isdigit() for c in said)
    log = (tmp_path / "up.log").read_text()
    assert "Traceback" not in log
    assert "STEP_START" not in log, "a terminal is no event log"
    found = sentinels.search_files(tmp_path / "home", sentinels.WORDS)
    found += sentinels.found_in("log", log.encode(), sentinels.WORDS)
    found += sentinels.found_in("messages", str(hook.received).encode(), sentinels.WORDS)
    assert found == []


@pytest.mark.timeout(200)
def test_killed_it_leaves_no_process_behind(tmp_path: Path) -> None:
    """Even with a run under way and its reader at work, and although nobody is left to clean up."""
    kill_at_work(tmp_path)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_started_again_after_a_kill_it_goes_on(tmp_path: Path) -> None:
    env = kill_at_work(tmp_path)
    database = f"sqlite:///{tmp_path / 'home/.local/share/hmrc-pipeline/hmrc.db'}"
    with started("up", "--port", str(free_port()), env=env, log=tmp_path / "again.log"):
        poll("three years are reconciled", lambda: reconciled(database) == 3, 180, every=1)


def kill_at_work(tmp_path: Path) -> dict[str, str]:
    """Kill `up` while a reader reads; nothing of it lives on."""
    folder = tmp_path / "watched" / "payslips"
    folder.parent.mkdir()
    env = clean_environment(tmp_path / "home", HMRC_PIPELINE_DOCUMENTS_FOLDER=str(folder.parent))
    write_year(folder, sentinels.sentinel_career(YEAR), last_only=False)
    with started("up", "--port", str(free_port()), env=env, log=tmp_path / "up.log") as up:
        everyone: dict[int, str] = {}

        def reader_at_work() -> bool:
            everyone.update(descendants(up.pid))
            return any("extraction.worker" in line for line in everyone.values())

        poll("a reader is at work", reader_at_work, 90, every=0.02)
        os.kill(up.pid, signal.SIGKILL)
        up.wait(5)
        poll(f"no process is left of {everyone}", lambda: not alive(everyone), 40)
    return env


def reconciled(database: str) -> int:
    """How many tax years are reconciled with what is known."""
    years = table_rows(database)["tax_year_state"]
    return sum(year["inputs_generation"] == year["reconciled_generation"] for year in years)


@pytest.mark.timeout(120)
def test_ctrl_c_in_a_terminal_ends_it(tmp_path: Path) -> None:
    """A terminal's Ctrl-C reaches the whole foreground group at once; so does that of a shell with `&`."""
    env = clean_environment(tmp_path / "home")
    port = free_port()
    with started("up", "--port", str(port), env=env, log=tmp_path / "up.log") as up:
        poll("the UI answers", lambda: answers(port), 60)
        second = run("up", "--port", str(free_port()), env=env)
        assert (second.returncode, "running on this HMRC_PIPELINE_HOME already" in second.stderr) == (2, True)
        everyone = {up.pid, *descendants(up.pid)}
        os.killpg(up.pid, signal.SIGINT)
        began = time.monotonic()
        assert up.wait(30) == 0
        assert time.monotonic() - began < 25, "it does not come to a kill"
        poll("no process is left", lambda: not alive(everyone), 10)
    assert "Traceback" not in (tmp_path / "up.log").read_text()


@pytest.mark.parametrize("which", ["the UI's", "the web application's"])
def test_a_taken_port_is_said_at_once(tmp_path: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        is_ui = which == "the UI's"
        env = clean_environment(tmp_path / "home", HMRC_PIPELINE_WEB_PORT=str(free_port() if is_ui else port))
        ui = port if is_ui else free_port()
        with started("up", "--port", str(ui), env=env, log=tmp_path / "up.log") as up:
            try:
                assert up.wait(30) == 2
            except subprocess.TimeoutExpired:
                pytest.fail((tmp_path / "up.log").read_text())
    said = " ".join((tmp_path / "up.log").read_text().split())
    assert f"{port} " in said
    assert ("--port" if is_ui else "HMRC_PIPELINE_WEB_PORT") in said
    assert "address already in use)" in said


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/server_info", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def settled(port: int) -> list[str]:
    """The ticks of the alert sensor so far."""
    query = """query { sensorsOrError(repositorySelector: {repositoryName: "__repository__",
      repositoryLocationName: "hmrc_pipeline.definitions"}) { ... on Sensors { results { name
      sensorState { ticks(limit: 200) { tickId } } } } } }"""
    found = graphql(port, query)["sensorsOrError"]["results"]
    (sensor,) = [each for each in found if each["name"] == "check_alerts"]
    return [tick["tickId"] for tick in sensor["sensorState"]["ticks"]]


def dumped(port: int) -> bytes:
    """What the UI says of every run: events, metadata, errors."""
    query = """query { runsOrError { ... on Runs { results { runId runConfigYaml tags { key value }
      eventConnection(afterCursor: null, limit: 1000) { events { __typename ... on MessageEvent { message }
      ... on MaterializationEvent { metadataEntries { label description ... on TableMetadataEntry { table { records } }
      ... on MarkdownMetadataEntry { mdStr } ... on TextMetadataEntry { text } } } } } } } } }"""
    return str(graphql(port, query)).encode()


def graphql(port: int, query: str) -> dict[str, dict[str, list[dict[str, dict[str, list[dict[str, str]]]]]]]:
    answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=30).json()
    assert "errors" not in answer, answer
    return dict(answer["data"])
