"""One limit of three requests a second for the application, across every process that shares HOME or the database.

Each request takes the next free slot before it leaves. Slots lie in a file under HOME/locks on SQLite and in one
row on PostgreSQL, where processes may stand on several machines.
"""

import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from hmrc_pipeline.home import Home

__all__ = ["SPACING", "FileSlots", "Limiter", "RowSlots", "limiter_of"]

SPACING = 0.35  # seconds; a little over a third, for a network that delivers two requests closer than they left
_FARTHEST = 120.0  # a slot later than this was written by a clock that has since been set back


class Slots(Protocol):
    """Where the next free slot is kept."""

    def take(self, now: float, spacing: float) -> float:
        """The slot given to the caller, in seconds since 1970; never before `now`."""

    def hold(self, until: float) -> None:
        """Nobody gets a slot before `until`."""


@dataclass(frozen=True)
class Limiter:
    """`wait()` returns when the caller may send one request; `hold()` makes everybody pause."""

    slots: Slots
    spacing: float = SPACING
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> None:
        now = self.clock()
        slot = self.slots.take(now, self.spacing)
        if slot > now:
            self.sleep(slot - now)

    def hold(self, seconds: float) -> None:
        self.slots.hold(self.clock() + min(seconds, _FARTHEST / 2))


@dataclass(frozen=True)
class FileSlots:
    """The next slot in a file, guarded by `flock`."""

    home: Home

    def take(self, now: float, spacing: float) -> float:
        descriptor, stored = self._open()
        try:
            slot = max(now, stored) if stored < now + _FARTHEST else now
            os.pwrite(descriptor, f"{slot + spacing:020.6f}".encode(), 0)
            return slot
        finally:
            os.close(descriptor)

    def hold(self, until: float) -> None:
        descriptor, stored = self._open()
        try:
            os.pwrite(descriptor, f"{max(stored, until):020.6f}".encode(), 0)
        finally:
            os.close(descriptor)

    def _open(self) -> tuple[int, float]:
        folder = self.home.settings.make_home() / "locks"
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / "hmrc-rate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            return descriptor, float(os.pread(descriptor, 20, 0) or b"0")
        except ValueError:
            return descriptor, 0.0


@dataclass(frozen=True)
class RowSlots:
    """The next slot in one row, moved by a single statement."""

    home: Home

    _TAKE = sa.text(
        "INSERT INTO hmrc_rate_slot (name, next_at) VALUES ('hmrc', :now + :step) ON CONFLICT (name) DO UPDATE SET "
        "next_at = CASE WHEN hmrc_rate_slot.next_at > :far THEN :now ELSE GREATEST(hmrc_rate_slot.next_at, :now) END"
        " + :step RETURNING next_at"
    )
    _HOLD = sa.text(
        "INSERT INTO hmrc_rate_slot (name, next_at) VALUES ('hmrc', :until) ON CONFLICT (name) DO UPDATE SET "
        "next_at = GREATEST(hmrc_rate_slot.next_at, :until)"
    )

    def take(self, now: float, spacing: float) -> float:
        step = _micro(spacing)
        values = {"now": _micro(now), "step": step, "far": _micro(now + _FARTHEST)}
        with self.home.database.writing() as session:
            after = int(session.execute(self._TAKE, values).scalar_one())
        return (after - step) / 1e6

    def hold(self, until: float) -> None:
        with self.home.database.writing() as session:
            session.execute(self._HOLD, {"until": _micro(until)})


def limiter_of(home: Home) -> Limiter:
    """The limiter every process of this HOME or database shares."""
    return Limiter(FileSlots(home) if home.database.is_sqlite else RowSlots(home))


def _micro(seconds: float) -> int:
    return int(seconds * 1e6)
