"""A lease: one holder at a time across processes, given back by the operating system when the holder dies.

SQLite: `flock` on a file under HOME/locks. PostgreSQL: an advisory lock on a connection of its own, in autocommit,
so that no transaction is open while the holder uses the network.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from hmrc_pipeline.home import Home
from hmrc_pipeline.problems import Problem

__all__ = ["LeaseBusy", "LeaseLost", "lease"]

_POLL = 0.02


class LeaseBusy(Problem):
    """Another process holds the lease and did not give it back in time."""


class LeaseLost(RuntimeError):
    """The database connection that held the lease is gone; another process may hold it now."""


@contextlib.contextmanager
def lease(home: Home, name: str, *, timeout: float) -> Iterator[Callable[[], None]]:
    """Hold the lease `name`; yields a function that raises `LeaseLost` when it is no longer ours.

    Raises `LeaseBusy` when it cannot be had within `timeout` seconds.
    """
    inner = _file_lease if home.database.is_sqlite else _database_lease
    with inner(home, name, time.monotonic() + timeout) as still_ours:
        yield still_ours


@contextlib.contextmanager
def _file_lease(home: Home, name: str, deadline: float) -> Iterator[Callable[[], None]]:
    folder = home.settings.make_home() / "locks"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _until(deadline, name, lambda: _flock(descriptor))
        yield lambda: None
    finally:
        os.close(descriptor)  # closing gives the lock back


def _flock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _database_lease(home: Home, name: str, deadline: float) -> Iterator[Callable[[], None]]:
    key = int.from_bytes(hashlib.sha256(f"hmrc-pipeline {name}".encode()).digest()[:8], "big", signed=True)
    with home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        take, give = sa.text("SELECT pg_try_advisory_lock(:key)"), sa.text("SELECT pg_advisory_unlock(:key)")
        _until(deadline, name, lambda: bool(connection.execute(take, {"key": key}).scalar_one()))

        def still_ours() -> None:
            lost = False
            try:
                connection.execute(sa.text("SELECT 1"))
            except sa.exc.DBAPIError:
                lost = True
            if lost:
                raise LeaseLost("the database connection that held the lease was closed")

        try:
            yield still_ours
        finally:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                connection.execute(give, {"key": key})


def _until(deadline: float, name: str, attempt: Callable[[], bool]) -> None:
    while not attempt():
        if time.monotonic() >= deadline:
            raise LeaseBusy(f"another process is busy with {name.split('_')[0]}; try again when it has finished")
        time.sleep(_POLL)
