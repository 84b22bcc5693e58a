"""Processes run as one group: started, watched, restarted when they die, and stopped together.

Each gets a process group of its own, so that a stop reaches its children too, and a fresh SIGINT handler: a
shell's `&` leaves it ignored. Which processes there are belongs to `supervisor`.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from hmrc_pipeline.cli.output import remark

__all__ = ["Program", "run_together"]

_STOP_SECONDS = 15
_LONGEST_PAUSE = 60.0
_STEADY_SECONDS = 60.0  # a process that ran this long is started again at once


@dataclass(frozen=True)
class Program:
    """What to run, and where. `before_start` is called before each start, `every_second` while it runs."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path | None = None
    before_start: Callable[[], None] = lambda: None
    every_second: Callable[[], None] = lambda: None


def run_together(programs: Sequence[Program]) -> int:
    """Run until SIGINT or SIGTERM; restart whichever dies. Returns the exit code."""
    stop = _StopRequest()
    running = [_Running(program) for program in programs]
    while not stop.made():
        for each in running:
            each.look()
        stop.wait(0.5)
    _stop([each.process for each in running if each.process is not None])
    return 0


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


class _Running:
    """One program, its process, and when it may be started again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self._started = self._next_start = time.monotonic()
        self._pause = 1.0

    def look(self) -> None:
        """Start it when it is due, see whether it has died, let it do what it does every second."""
        if self.process is None:
            if time.monotonic() >= self._next_start:
                self.program.before_start()
                self._started = time.monotonic()
                self.process = _start(self.program)
        elif self.process.poll() is None:
            self.program.every_second()
        else:
            self._plan_restart(self.process.returncode)

    def _plan_restart(self, code: int) -> None:
        steady = time.monotonic() - self._started > _STEADY_SECONDS
        self._pause = 1.0 if steady else min(self._pause * 2, _LONGEST_PAUSE)
        remark(f"{self.program.name} stopped with code {code}; starting it again in {self._pause:.0f} seconds.")
        self._next_start = time.monotonic() + self._pause
        if self.process is not None:
            _kill_group(self.process, signal.SIGKILL)  # what it may have left behind
        self.process = None


def _start(program: Program) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        list(program.command),
        env=dict(program.environment),
        cwd=program.folder,
        start_new_session=True,
        preexec_fn=_prepare,
    )


def _prepare() -> None:
    """In the child: take SIGINT again, and end when the supervisor is killed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _stop(processes: "Sequence[subprocess.Popen[bytes]]") -> None:
    """Ask all of them at once, wait for all of them, then insist."""
    for number, patience in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGKILL, 5)):
        for process in processes:
            _kill_group(process, number)
        deadline = time.monotonic() + patience
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))


def _kill_group(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
