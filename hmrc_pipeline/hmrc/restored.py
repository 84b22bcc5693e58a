"""Knowing that the database was restored from an old backup, whose refresh tokens are spent.

Beside the database, under HOME/locks, stands how often each grant was refreshed from this machine. A database that
knows of fewer refreshes is older than that; its tokens are never sent.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from hmrc_pipeline.database.tables.hmrc import Grant
from hmrc_pipeline.hmrc.grants import ACTIVE, NEEDS_REAUTHORISATION
from hmrc_pipeline.home import Home

__all__ = ["is_restored", "refuse_restored", "remember", "restored_grants"]

_PREFIX = "generation_"


def remember(home: Home, grant_id: str, generation: int) -> None:
    """Note outside the database that a grant has come this far. A full disk is no reason to fail."""
    with suppress(OSError):
        _mark(home, grant_id).write_text(str(generation), encoding="ascii")


def is_restored(home: Home, grant_id: str, generation: int) -> bool:
    """Whether this machine has seen a later generation than the database has."""
    return _remembered(_mark(home, grant_id)) > generation


def restored_grants(home: Home) -> list[str]:
    """Grants in use that the database holds in an older state than this machine has seen. Queries only."""
    # The marks first: what is stored meanwhile makes the database newer than them, never older.
    marks = {path.name.removeprefix(_PREFIX): _remembered(path) for path in _folder(home).glob(f"{_PREFIX}g_*")}
    if not marks:
        return []
    with home.database.reading() as session:
        held = session.execute(sa.select(Grant.grant_id, Grant.generation).where(Grant.state == ACTIVE))
        return sorted(grant_id for grant_id, generation in held if marks.get(grant_id, 0) > generation)


def refuse_restored(home: Home, *, now: datetime) -> list[str]:
    """Demand that restored grants be authorised again; which these are."""
    found = restored_grants(home)
    if found:
        with home.database.writing() as session:
            values = {"state": NEEDS_REAUTHORISATION, "reason": "restored", "changed_at": now}
            session.execute(sa.update(Grant).where(Grant.grant_id.in_(found), Grant.state == ACTIVE).values(values))
    return found


def _folder(home: Home) -> Path:
    return home.settings.home / "locks"


def _mark(home: Home, grant_id: str) -> Path:
    return _folder(home) / f"{_PREFIX}{grant_id}"


def _remembered(mark: Path) -> int:
    with suppress(OSError, ValueError):
        return int(mark.read_text(encoding="ascii"))
    return 0
