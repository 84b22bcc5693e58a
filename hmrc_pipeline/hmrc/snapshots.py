"""Every answer, kept for ever: immutable, known by the hash of its content, shared by equal answers.

A later 404 deletes nothing; the same answer again only moves `last_confirmed_at`. What the figures are is
read in `figures`.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Snapshot
from hmrc_pipeline.hmrc.apis import load_json

__all__ = [
    "STATED",
    "Kept",
    "SnapshotChange",
    "content_hash",
    "current_snapshots",
    "difference",
    "keep",
    "snapshots_of",
]

STATED = "stated by the person"


@dataclass(frozen=True)
class Kept:
    """What became of an answer: its snapshot, and whether its content differs from the one current before."""

    snapshot_id: str
    is_new: bool
    differs: bool


@dataclass(frozen=True)
class SnapshotChange:
    """One field that differs between two answers; None where an answer lacks it."""

    field: str
    before: str | None
    after: str | None


def keep(
    session: Session, *, person_id: str, tax_year: str, api: str, source: str, body: str, state: str, now: datetime
) -> Kept:
    """Store an answer, or confirm the snapshot that already holds it. Raises `UnexpectedShape`."""
    digest = content_hash(body)
    earlier = [s for s in snapshots_of(session, person_id, tax_year) if (s.api, s.source) == (api, source)]
    current = max(earlier, key=_recency, default=None)
    differs = current is not None and current.content_sha256 != digest
    if current is not None and differs:  # what is told last counts, even within one tick or on a clock set back
        now = max(now, current.last_confirmed_at + timedelta(microseconds=1))
    for snapshot in earlier:
        if snapshot.content_sha256 == digest:
            snapshot.last_confirmed_at = max(snapshot.last_confirmed_at, now)
            return Kept(snapshot.snapshot_id, is_new=False, differs=differs)
    snapshot_id = f"s_{secrets.token_hex(8)}"
    session.add(
        Snapshot(
            snapshot_id=snapshot_id,
            person_id=person_id,
            tax_year=tax_year,
            api=api,
            source=source,
            state=state,
            body=body,
            content_sha256=digest,
            captured_at=now,
            last_confirmed_at=now,
        )
    )
    session.flush()
    return Kept(snapshot_id, is_new=True, differs=differs)


def snapshots_of(session: Session, person_id: str, tax_year: str) -> list[Snapshot]:
    """Every snapshot of a person's year, oldest first."""
    query = sa.select(Snapshot).where(Snapshot.person_id == person_id, Snapshot.tax_year == tax_year)
    return list(session.scalars(query.order_by(Snapshot.captured_at, Snapshot.snapshot_id)))


def current_snapshots(snapshots: Iterable[Snapshot]) -> dict[str, Snapshot]:
    """The snapshot that counts for each API: the best source's, and of that the one confirmed last."""
    best: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        held = best.get(snapshot.api)
        if held is None or (_rank(snapshot.source), *_recency(snapshot)) > (_rank(held.source), *_recency(held)):
            best[snapshot.api] = snapshot
    return best


def _recency(snapshot: Snapshot) -> tuple[datetime, datetime, str]:
    return snapshot.last_confirmed_at, snapshot.captured_at, snapshot.snapshot_id


def _rank(source: str) -> int:
    """HMRC's word counts most, then a file of HMRC's answers, then what a person read; made-up HMRCs least."""
    return {"HMRC": 5, STATED: 3, "HMRC sandbox": 2, "HMRC simulator": 1}.get(source, 4)


def content_hash(body: str) -> str:
    """Equal for equal figures: order of keys and of list entries, spacing and `22500` or `22500.00` do not matter."""
    canonical = json.dumps(_canonical(load_json(body)), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"number": f"{value.normalize():f}" if abs(value.adjusted()) < 40 else str(value.normalize())}
    if isinstance(value, list):
        return sorted((_canonical(entry) for entry in value), key=lambda entry: json.dumps(entry, sort_keys=True))
    if isinstance(value, dict):
        return {key: _canonical(entry) for key, entry in value.items()}
    return value


def difference(before: str, after: str) -> list[SnapshotChange]:
    """Which fields of HMRC's answer changed, by dotted name; employments by their PAYE reference."""
    old, new = dict(_flat(load_json(before))), dict(_flat(load_json(after)))
    names = sorted(old.keys() | new.keys())
    return [SnapshotChange(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)]


def _flat(value: Any, name: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _flat(entry, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        seen: dict[str, int] = {}
        for entry in sorted(value, key=lambda e: json.dumps(_canonical(e), sort_keys=True)):
            reference = str(entry.get("employerPayeReference", "")) if isinstance(entry, dict) else ""
            seen[reference] = seen.get(reference, 0) + 1
            yield from _flat(entry, f"{name}[{reference}{'' if seen[reference] == 1 else f' {seen[reference]}'}]")
    elif isinstance(value, Decimal):
        yield name, f"{value.normalize():f}"
    else:
        yield name, str(value)
