"""Running the product from outside: a clean environment, commands, processes, and what Dagster and our tables hold."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.database.engine import normalise_url
from hmrc_pipeline.database.tables import Base
from hmrc_pipeline.simulators.careers import Career, as_hmrc_json
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "CHECKS",
    "ROOT",
    "WITHHELD_FAIL",
    "Webhook",
    "alive",
    "check_history",
    "clean_environment",
    "descendants",
    "free_port",
    "hmrc_summary",
    "poll",
    "results",
    "run",
    "started",
    "table_rows",
    "webhook",
    "write_year",
]

ROOT = Path(__file__).parents[2]
CHECKS = (
    "payslips_agree_with_p60",
    "p60_agrees_with_hmrc",
    "payslips_agree_with_hmrc",
    "year_to_date_is_continuous",
    "no_payslip_is_missing",
    "figures_add_up",
)
WITHHELD_FAIL = {
    "payslips_agree_with_p60",
    "payslips_agree_with_hmrc",
    "year_to_date_is_continuous",
    "no_payslip_is_missing",
}
"""The checks a payslip that nobody sent must fail, when HMRC and a P60 know better."""


def clean_environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of somebody who has just logged in, with `home` as their home directory."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "XDG_RUNTIME_DIR") if name in os.environ
    }
    home.mkdir(exist_ok=True)
    own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200", "HMRC_PIPELINE_WEB_PORT": str(free_port())}
    return {**kept, **own, **settings}


def run(
    *arguments: str,
    env: Mapping[str, str],
    cwd: Path | None = None,
    module: str = "hmrc_pipeline",
    text: str | None = None,
    timeout: float = 200,
) -> "subprocess.CompletedProcess[str]":
    """`hmrc-pipeline`, or another module, with these arguments and this on stdin, to its end."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=dict(env),
        cwd=cwd or env["HOME"],
        input=text,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def poll(what: str, condition: Callable[[], Any], seconds: float, every: float = 0.25) -> Any:
    """What `condition` gives once it gives something. Fails after `seconds` with `what` was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(every)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# What is kept


def table_rows(database_url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    engine = sa.create_engine(normalise_url(database_url))
    schema = "hmrc_pipeline" if engine.dialect.name == "postgresql" else None
    with engine.connect() as connection:
        if schema:
            connection.execute(sa.text(f"SET search_path TO {schema}"))
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def results(people: list[dict[str, Any]]) -> Any:
    """The `people` of `reconcile --json` without what names people and documents: ids differ from home to home."""
    found = json.loads(json.dumps(people))
    for person in found:
        person.pop("person")
        for year in person["tax_years"]:
            for employment in year["employments"]:
                for finding in employment["findings"]:
                    documents = finding["evidence"].pop("documents", [])
                    finding["evidence"]["number of documents"] = len(documents)
    return found


def check_history(dagster_home: Path, env: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Per tax year and check every evaluation's verdict in Dagster's own storage, oldest first."""
    done = subprocess.run(
        [sys.executable, "-m", "hmrc_pipeline_tests.system.history"],
        env={**env, "DAGSTER_HOME": str(dagster_home)},
        cwd=env["HOME"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


# Documents and figures


def write_year(folder: Path, career: Career, *, withhold: int | None = None, last_only: bool = True) -> list[Path]:
    """The PDFs of the last tax year (or all) of a career, which appear at once; but the slip of month `withhold`.

    Returns what was withheld, in a folder of its own, beside the folder that `folder` lies in.
    """
    last = career.years[-1].tax_year
    apart = folder.parent.with_name(f"{folder.parent.name}-withheld")
    draft = folder.parent.with_name(f"{folder.parent.name}-draft")
    apart.mkdir()
    draft.mkdir()
    held = []
    for figures, sample in documents_of(career):
        if last_only and figures.tax_year != last:
            continue
        is_held = isinstance(figures, Slip) and figures.tax_year == last and figures.period.number == withhold
        path = (apart if is_held else draft) / sample.name
        path.write_bytes(sample.content)
        held += [path] if is_held else []
    draft.rename(folder)
    return held


def hmrc_summary(career: Career, years: list[TaxYear] | None = None) -> str:
    """HMRC's own JSON of a career, as a file for `--hmrc-summary`."""
    summary = career.hmrc_summary()
    wanted = {year.label for year in years} if years else set(summary)
    return as_hmrc_json({year: parts for year, parts in summary.items() if year in wanted})


# Processes


def descendants(pid: int) -> dict[int, str]:
    """Every process below `pid`: its number and its command line."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with _suppressed():
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found: dict[int, str] = {}
    todo = [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            found[child] = _command_line(child)
            todo.append(child)
    return found


def alive(pids: Iterator[int] | list[int] | Mapping[int, str]) -> dict[int, str]:
    """Those of these processes that still run; a zombie does not."""
    found = {}
    for pid in pids:
        with _suppressed():
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state not in "ZX":
                found[pid] = _command_line(pid)
    return found


def _command_line(pid: int) -> str:
    with _suppressed():
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


@contextmanager
def _suppressed() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


@contextmanager
def started(*arguments: str, env: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`hmrc-pipeline` with these arguments, running; it and everything below it is ended afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hmrc_pipeline", *arguments],
            env=dict(env),
            cwd=env["HOME"],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        below = descendants(process.pid)
        for pid in [process.pid, *below]:
            with _gone():
                os.kill(pid, signal.SIGKILL)
        process.wait(10)


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


# A channel


@dataclass
class Webhook:
    """A loopback web hook: what it was sent, in order. `refuses` makes it answer 500."""

    url: str
    received: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    @property
    def titles(self) -> list[str]:
        return [str(message["title"]) for message in self.received]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A web hook as an Apprise `json://` channel."""
    hook = Webhook("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not hook.refuses:
                hook.received.append(json.loads(body))
            self.send_response(500 if hook.refuses else 200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"json://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
