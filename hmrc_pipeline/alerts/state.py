"""Which (check, tax year) pairs are failing, and what changed. Pure: events in, changes out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

__all__ = ["AlertState", "Change", "CheckEvent", "changes"]


@dataclass(frozen=True)
class CheckEvent:
    """One evaluation of a check. `tax_year` is None where the check is not of a tax year."""

    storage_id: int
    check: str
    tax_year: str | None
    failing: bool


@dataclass(frozen=True)
class Change:
    """A check of a tax year started to fail, or recovered."""

    check: str
    tax_year: str
    failing: bool


@dataclass(frozen=True)
class AlertState:
    """How far evaluations were seen, and which pairs were failing then."""

    after: int
    failing: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def load(cls, cursor: str | None) -> "AlertState | None":
        """The state a cursor holds; None for none. Raises `ValueError` for a cursor that is not ours."""
        if not cursor:
            return None
        stored = json.loads(cursor)
        return cls(int(stored["after"]), frozenset((check, year) for check, year in stored["failing"]))

    def save(self) -> str:
        return json.dumps({"version": 1, "after": self.after, "failing": sorted(self.failing)})


def changes(state: AlertState, events: Iterable[CheckEvent]) -> Iterator[tuple[Change | None, AlertState]]:
    """Each event with the change it makes, if any, and the state to remember once that change was told."""
    for event in events:
        change = None
        state = replace(state, after=event.storage_id)
        if event.tax_year is not None:
            pair = (event.check, event.tax_year)
            if event.failing != (pair in state.failing):
                change = Change(event.check, event.tax_year, event.failing)
                state = replace(state, failing=state.failing ^ {pair})
        yield change, state
