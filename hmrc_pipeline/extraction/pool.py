"""Limited worker processes that read PDFs: no document can crash, hang or exhaust the process that asks.

Workers live long and are replaced when a document makes them crash or overrun, and after so many documents. A
document that kills its worker is tried once more in a fresh one; then the reading carries one plain sentence.
"""

import contextlib
import json
import math
import os
import select
import subprocess  # nosec B404
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from hmrc_pipeline.extraction.model import FileReading
from hmrc_pipeline.extraction.spawn import start_process
from hmrc_pipeline.extraction.templates import load_templates, texts_of
from hmrc_pipeline.extraction.wire import (
    HEADER,
    Limits,
    Malformed,
    Orders,
    frame,
    orders_to,
    reading_from,
    words_from,
)

__all__ = ["Limits", "ReaderPool", "ReaderUnavailable"]

_CHUNK = 1 << 16
_STARTS = 3
_AHEAD = 2

TOO_LONG = (
    "Reading this PDF took longer than {seconds:g} seconds twice and was stopped: "
    "it may be damaged or made to overload its reader."
)
CRASHED = (
    "Reading this PDF crashed the reader or needed more memory than allowed, twice: "
    "it may be damaged or made to overload its reader."
)
TOO_BIG = "The file is larger than the {megabytes:g} MB a payslip file may have."
FAULT = "Reading this PDF failed inside the reader ({kind}): please report it."


class ReaderUnavailable(RuntimeError):
    """No worker can be started on this machine: a fault of the installation, not of a document."""


@dataclass(slots=True)
class _Job:
    key: str
    content: bytes
    attempt: int = 1


class _Gone(Exception):
    """The worker ended, or said what no worker says."""


@dataclass(slots=True)
class _Worker:
    """One process, its pipes and its jobs: the one it is at, and the next, sent ahead so that it never waits."""

    limits: Limits
    process: subprocess.Popen[bytes]
    ready: bool = False
    active: tuple[str, ...] = ()
    done: int = 0
    jobs: deque[_Job] = field(default_factory=deque)
    deadline: float = 0.0
    outbox: deque[memoryview] = field(default_factory=deque)
    inbox: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls, orders: Orders) -> "_Worker":
        process = start_process("hmrc_pipeline.extraction.worker", bufsize=0)
        worker = cls(orders.limits, process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        worker.outbox.append(memoryview(frame(orders_to(orders))))
        worker.deadline = time.monotonic() + orders.limits.start_seconds
        return worker

    @property
    def input(self) -> int:
        return self.process.stdin.fileno() if self.process.stdin else -1

    @property
    def output(self) -> int:
        return self.process.stdout.fileno() if self.process.stdout else -1

    @property
    def has_room(self) -> bool:
        suspect = any(job.attempt > 1 for job in self.jobs)
        left = self.limits.documents_per_worker - self.done - len(self.jobs)
        return len(self.jobs) < _AHEAD and not suspect and left > 0

    def give(self, job: _Job) -> None:
        """Send a document after those already sent."""
        self.jobs.append(job)
        self.outbox.append(memoryview(HEADER.pack(len(job.content))))
        self.outbox.append(memoryview(job.content))
        with contextlib.suppress(_Gone):  # noticed where its answers are read
            self.write()
        if self.ready and len(self.jobs) == 1:
            self.deadline = time.monotonic() + self.limits.seconds

    def write(self) -> None:
        """Send as much as the pipe takes."""
        try:
            while self.outbox:
                sent = os.write(self.input, self.outbox[0][:_CHUNK])
                rest = self.outbox[0][sent:]
                if rest:
                    self.outbox[0] = rest
                else:
                    self.outbox.popleft()
        except BlockingIOError:
            return
        except OSError as error:
            raise _Gone from error

    def read(self) -> None:
        """Take what the pipe holds."""
        try:
            chunk = os.read(self.output, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            raise _Gone from error
        if not chunk:
            raise _Gone
        self.inbox += chunk

    def message(self) -> Any | None:
        """The next message that has come in whole, None while there is none."""
        if len(self.inbox) < HEADER.size:
            return None
        size = HEADER.unpack_from(self.inbox)[0]
        if size > self.limits.output_bytes:
            raise _Gone
        if len(self.inbox) < HEADER.size + size:
            return None
        body = self.inbox[HEADER.size : HEADER.size + size]
        del self.inbox[: HEADER.size + size]
        try:
            return json.loads(body.decode())
        except (ValueError, RecursionError) as error:
            raise _Gone from error

    def end(self) -> None:
        """End the process whatever it does; leaves no zombie and no open pipe."""
        with contextlib.suppress(OSError):
            self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class ReaderPool:
    """Reads PDFs in limited worker processes. A context manager; use one from one thread at a time.

    Nothing about a document raises here. `ReaderUnavailable` is raised when no worker can be started at all.
    """

    def __init__(
        self,
        workers: int = 1,
        passwords: Sequence[str] = (),
        limits: Limits | None = None,
        *,
        words: bool = False,
        recognise: bool = False,
        layouts: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """With `words` every reading carries the words of its pages. With `recognise` its workers read pictures of
        text, which takes limits to match.

        `layouts` are names and texts of layouts, those shipped unless given. Raises `TemplateProblem` for a wrong one.
        """
        texts = tuple(texts_of() if layouts is None else layouts)
        load_templates(texts)
        self.limits = limits or Limits()
        self._orders = Orders(self.limits, tuple(passwords), words, recognise, texts)
        self._count = max(1, workers)
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self._closed = False

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()

    def close(self) -> None:
        """End every worker."""
        self._closed = True
        while self._workers:
            self._workers.pop().end()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process numbers of the workers that live."""
        return tuple(worker.process.pid for worker in self._workers)

    @property
    def protections(self) -> tuple[str, ...]:
        """The limits active in the workers, for `doctor`; empty before the first document."""
        return next((worker.active for worker in self._workers if worker.active), ())

    def read(self, content: bytes) -> FileReading:
        """Read one PDF."""
        return next(reading for _, reading in self.read_many([("", content)]))

    def read_many(self, contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, FileReading]]:
        """Read many PDFs, given and answered one by one: at most two contents per worker are held at a time.

        Every key that was taken from `contents` is answered exactly once, in any order.
        """
        if self._closed:
            raise ReaderUnavailable("the pool is closed")
        source = iter(contents)
        again: deque[_Job] = deque()
        try:
            while True:
                yield from self._hand_out(source, again)
                busy = [worker for worker in self._workers if worker.jobs]
                if not busy:
                    return
                for worker in self._wait(busy):
                    yield from self._serve(worker, again)
        finally:
            for worker in [worker for worker in self._workers if worker.jobs]:
                self._drop(worker)

    def _hand_out(self, source: Iterator[tuple[str, bytes]], again: deque[_Job]) -> Iterator[tuple[str, FileReading]]:
        """Give every worker with room a job; contents too large are answered at once."""
        while True:
            if again:
                worker = self._fresh_worker() if again[0].attempt > 1 else self._open_worker()
                if worker is None:
                    return
                worker.give(again.popleft())
                continue
            following = next(source, None) if self._has_room() else None
            if following is None:
                return
            job = _Job(*following)
            if len(job.content) > self.limits.document_bytes:
                yield job.key, FileReading(error=TOO_BIG.format(megabytes=self.limits.document_bytes / 1_000_000))
            else:
                again.append(job)

    def _has_room(self) -> bool:
        return len(self._workers) < self._count or any(w.has_room or not w.jobs for w in self._workers)

    def _open_worker(self) -> _Worker | None:
        """An idle worker, else a new one where the others are full and there may be more, else the least busy one."""
        for worker in [w for w in self._workers if not w.jobs]:
            if worker.has_room and worker.process.poll() is None:
                return worker
            self._drop(worker)
        if len(self._workers) < self._count and not any(w.has_room and not w.ready for w in self._workers):
            return self._start()
        return min((w for w in self._workers if w.has_room), key=lambda w: len(w.jobs), default=None)

    def _fresh_worker(self) -> _Worker | None:
        """A worker that has read nothing yet, for a document that ended another; None while all are busy."""
        if len(self._workers) >= self._count:
            idle = next((w for w in self._workers if not w.jobs), None)
            if idle is None:
                return None
            self._drop(idle)
        return self._start()

    def _start(self) -> _Worker:
        try:
            worker = _Worker.start(self._orders)
        except OSError as error:
            raise ReaderUnavailable("no worker process can be started to read PDFs") from error
        self._workers.append(worker)
        return worker

    def _drop(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        worker.end()

    def _wait(self, busy: Sequence[_Worker]) -> list[_Worker]:
        """Workers that can go on, or have run out of time."""
        pipes, owners = select.poll(), {}
        for worker in busy:
            pipes.register(worker.output, select.POLLIN)
            owners[worker.output] = worker
            if worker.outbox:
                pipes.register(worker.input, select.POLLOUT)
                owners[worker.input] = worker
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        woken = {id(owners[pipe]) for pipe, _ in pipes.poll(math.ceil(1000 * patience))}
        now = time.monotonic()
        return [worker for worker in busy if id(worker) in woken or worker.deadline <= now]

    def _serve(self, worker: _Worker, again: deque[_Job]) -> Iterator[tuple[str, FileReading]]:
        """Go on with one worker, and give out what it answered."""
        try:
            if worker.outbox:
                worker.write()
            worker.read()
            while (message := worker.message()) is not None:
                if worker.ready:
                    yield self._answered(worker, message)
                else:
                    self._started(worker, message)
            if worker.jobs and worker.deadline <= time.monotonic():
                yield from self._lost(worker, again, TOO_LONG.format(seconds=self.limits.seconds))
        except (_Gone, Malformed):
            yield from self._lost(worker, again, CRASHED)

    def _started(self, worker: _Worker, message: Any) -> None:
        if not isinstance(message, dict) or not message.get("ready"):
            raise _Gone
        worker.ready = True
        worker.active = tuple(str(name) for name in message.get("active", ()))
        worker.deadline = time.monotonic() + self.limits.seconds
        self._failed_starts = 0

    def _answered(self, worker: _Worker, message: Any) -> tuple[str, FileReading]:
        if not isinstance(message, dict) or not worker.jobs:
            raise _Gone
        if "failed" in message:
            reading = FileReading(error=FAULT.format(kind=str(message["failed"])[:60]))
        else:
            reading = reading_from(message.get("reading"))
            if "words" in message:
                reading = replace(reading, words=words_from(message["words"]))
        job = worker.jobs.popleft()
        worker.done += 1
        worker.deadline = time.monotonic() + self.limits.seconds
        return job.key, reading

    def _lost(self, worker: _Worker, again: deque[_Job], why: str) -> Iterator[tuple[str, FileReading]]:
        """The worker is gone: the document it was at is tried once more in a fresh one, then answered with the reason.

        What had only been sent ahead is sent again, without blame.
        """
        jobs, worker.jobs = worker.jobs, deque()
        self._drop(worker)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise ReaderUnavailable("the worker processes that read PDFs end before they are ready")
        elif jobs:
            suspect = jobs.popleft()
            if suspect.attempt > 1:
                yield suspect.key, FileReading(error=why)
            else:
                again.append(_Job(suspect.key, suspect.content, suspect.attempt + 1))
        again.extendleft(reversed(jobs))
