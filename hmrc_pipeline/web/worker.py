"""The one sync this process runs at a time, in a thread of its own.

Other processes wait their turn within `hmrc.sync`. The thread is no daemon: an ordinary stop lets it end, and
the token broker bears an extraordinary one.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from hmrc_pipeline.hmrc import SyncLine, exit_code, sync
from hmrc_pipeline.home import Home
from hmrc_pipeline.problems import Problem, fault_sentence
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Run", "SyncWorker"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """One sync: running until it has ended. `problem` is why it could not ask at all."""

    began_at: datetime
    ended_at: datetime | None = None
    lines: tuple[SyncLine, ...] = ()
    problem: str | None = None

    @property
    def exit_code(self) -> int:
        """What the command would have ended with."""
        return 2 if self.problem else exit_code(self.lines)


class SyncWorker:
    """Starts a sync unless one is running, and remembers the latest."""

    def __init__(self, home: Home, clock: Callable[[], datetime]) -> None:
        self._home, self._clock = home, clock
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._run: Run | None = None

    @property
    def latest(self) -> Run | None:
        """The sync that runs, or the last one that did."""
        with self._lock:
            return self._run

    def start(
        self,
        years: list[TaxYear] | Literal["due"],
        *,
        force: bool = False,
        headers: Callable[[], Mapping[str, str]] | None = None,
    ) -> bool:
        """Start a sync; False when one is running already."""
        with self._lock:
            if self._run is not None and self._run.ended_at is None:
                return False
            self._run = Run(self._clock())
            self._ended.clear()
        threading.Thread(target=self._work, args=(years, force, headers), name="sync").start()
        return True

    def wait(self, seconds: float) -> Run | None:
        """The latest sync, after it has ended or these seconds have passed."""
        self._ended.wait(seconds)
        return self.latest

    def _work(
        self,
        years: list[TaxYear] | Literal["due"],
        force: bool,
        headers: Callable[[], Mapping[str, str]] | None,
    ) -> None:
        lines: list[SyncLine] = []
        problem: str | None = None
        try:
            lines = sync(self._home, years=years, force=force, now=self._clock(), headers=headers)
        except Problem as found:
            problem = str(found)
        except Exception as error:
            log.error("the sync broke off: %s", fault_sentence(error))
            problem = "the sync broke off; the log of the web application says where"
        with self._lock:
            if self._run is not None:
                self._run = replace(self._run, ended_at=self._clock(), lines=tuple(lines), problem=problem)
        self._ended.set()
