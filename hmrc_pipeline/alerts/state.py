"""Which (check, tax year) pairs are failing, and what changed. Pure: events in, changes out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

__all__ = ["AlertState", "Change", "CheckEvent", "changes"]


@dataclass(frozen=True)
class CheckEvent:
    """One evaluation of a check by a run. `tax_year` is None where the check is not of a tax year."""

    storage_id: int
    check: str
    tax_year: str | None
    failing: bool
    run: str = ""


@dataclass(frozen=True)
class Change:
    """Checks of a tax year that one run found to fail, or to have recovered."""

    tax_year: str
    checks: tuple[str, ...]
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
    """What each run changed of a tax year, with the state to remember once that was told.

    A run's failures are one change and its recoveries another. The state never passes an event whose change is still
    to be told: an event seen again that was told makes no change.
    """
    runs: dict[tuple[str, str | None], list[CheckEvent]] = {}
    for event in events:
        runs.setdefault((event.run, event.tax_year), []).append(event)
    last = max((event.storage_id for found in runs.values() for event in found), default=state.after)
    waiting = [found[0].storage_id for found in runs.values()]
    for (_run, year), found in runs.items():
        waiting.remove(found[0].storage_id)
        verdicts = {event.check: event.failing for event in found}
        for failing in (True, False):
            known = {check for check, its_year in state.failing if its_year == year}
            turned = [check for check, fails in verdicts.items() if fails is failing and (check in known) is not fails]
            if year is not None and turned:
                state = replace(state, failing=state.failing ^ {(check, year) for check in turned})
                yield Change(year, tuple(turned), failing), state
        state = replace(state, after=min(waiting, default=last + 1) - 1)
        yield None, state
