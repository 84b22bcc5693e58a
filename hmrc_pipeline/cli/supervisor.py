"""Dagster's processes as one group: started, watched, restarted, and stopped together.

`dagster dev` starts the web server, the daemon and the code server. They get a process group of their own,
so that a stop reaches all of them, and a fresh SIGINT handler: a shell's `&` leaves it ignored.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from types import FrameType

import httpx

from hmrc_pipeline.cli.output import remark
from hmrc_pipeline.database.engine import normalise_url
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["dagster_environment", "make_dagster_home", "only_one", "run_dagster"]

_STOP_SECONDS = 15
_LONGEST_PAUSE = 60.0
_POSTGRES_STORAGE = "\nstorage:\n  postgres:\n    postgres_url:\n      env: DAGSTER_PG_URL\n"
_RELOAD = 'mutation { reloadRepositoryLocation(repositoryLocationName: "hmrc_pipeline.definitions") { __typename } }'


def make_dagster_home(settings: Settings) -> Path:
    """Dagster's home with its settings file; a file that somebody changed is left as it is.

    With DAGSTER_PG_URL set, Dagster's own storage goes to that PostgreSQL database.
    """
    settings.make_home()
    home = settings.dagster_home
    home.mkdir(mode=0o700, exist_ok=True)
    shipped = resources.files("hmrc_pipeline.pipeline").joinpath("dagster.yaml").read_text(encoding="utf-8")
    wanted = shipped + (_POSTGRES_STORAGE if os.environ.get("DAGSTER_PG_URL") else "")
    file = home / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") in {shipped, shipped + _POSTGRES_STORAGE} - {wanted}:
        file.write_text(wanted, encoding="utf-8")
    return home


def dagster_environment(settings: Settings) -> dict[str, str]:
    """The environment of Dagster's processes: ours, with both homes named and PostgreSQL's driver spelled out."""
    storage = os.environ.get("DAGSTER_PG_URL")
    return {
        **os.environ,
        **({"DAGSTER_PG_URL": _with_driver(storage)} if storage else {}),
        "DAGSTER_HOME": str(make_dagster_home(settings)),
        "HMRC_PIPELINE_HOME": str(settings.home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
    }


def _with_driver(text: str) -> str:
    """Dagster takes a bare `postgresql://` for a driver that it does not install."""
    url = normalise_url(text, setting="DAGSTER_PG_URL")
    return url.render_as_string(hide_password=False)


def run_dagster(settings: Settings, *, host: str, port: int) -> int:
    """Run until interrupted; restart Dagster when it dies. Returns the exit code.

    Raises `Problem` when something else answers on the port.
    """
    with only_one(settings):
        return _supervise(settings, host, port)


def _supervise(settings: Settings, host: str, port: int) -> int:
    _require_free(host, port)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "hmrc_pipeline.definitions", "-h", host, "-p", str(port)]
    command += ["--log-level", "error"]
    environment = dagster_environment(settings)
    os.environ.update(environment)
    stop = _StopRequest()
    remark(f"The Dagster UI will be at http://{host}:{port} in a few seconds. Stop with Ctrl-C.")
    pause = 1.0
    while not stop.made():
        started = time.monotonic()
        _settle()
        process = _start(command, environment)
        _watch(process, stop, f"http://{host}:{port}")
        if stop.made():
            _stop(process)
            return 0
        pause = 1.0 if time.monotonic() - started > 60 else min(pause * 2, _LONGEST_PAUSE)
        remark(f"Dagster stopped with code {process.returncode}; starting it again in {pause:.0f} seconds.")
        stop.wait(pause)
    return 0


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold this HOME's Dagster for one process. Raises `Problem` when another one runs it."""
    with (make_dagster_home(settings) / "running.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("hmrc-pipeline is running on this HMRC_PIPELINE_HOME already: stop that one first.") from None
        yield


def _settle() -> None:
    """End what an earlier process left unfinished in Dagster's storage: `only_one` says that it is gone."""
    import dagster as dg

    from hmrc_pipeline.pipeline.leftovers import settle_leftovers

    with dg.DagsterInstance.get() as instance:
        settle_leftovers(instance)


def _require_free(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise Problem(f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port.") from None


class _StopRequest:
    """Made by SIGINT or SIGTERM."""

    def __init__(self) -> None:
        self._event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._set)

    def _set(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()

    def made(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


def _start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=_prepare)


def _prepare() -> None:
    """In the child: take SIGINT again, and end when the supervisor is killed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _watch(process: "subprocess.Popen[bytes]", stop: _StopRequest, address: str) -> None:
    """Wait for the end or a stop; on 6 April load the definitions again, so that the new tax year appears."""
    year = TaxYear.current(datetime.now(UTC))
    while process.poll() is None and not stop.made():
        stop.wait(1.0)
        current = TaxYear.current(datetime.now(UTC))
        if current != year:
            with contextlib.suppress(httpx.HTTPError):
                httpx.post(f"{address}/graphql", json={"query": _RELOAD}, timeout=30)
                year = current


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for number, patience in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
