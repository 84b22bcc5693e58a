"""When to ask for a run: once per generation, again with growing pauses while the work is not done.

Dagster drops a run key it has seen, for ever; so a key carries what is to be done and which attempt it is.
What was asked is remembered in a sensor's cursor. Losing the cursor costs a repeated run, never a lost one.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

__all__ = ["Asked", "Work", "decide", "load_asked", "save_asked"]

FIRST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Work:
    """Something to do: `subject` is a tax year or a source, `generation` what state of it."""

    subject: str
    generation: str


@dataclass(frozen=True)
class Asked:
    """The last request made for a subject."""

    generation: str
    attempt: int
    asked_at: str

    def run_key(self, subject: str) -> str:
        return f"{subject}:{self.generation}:{self.attempt}"

    def may_repeat(self, now: datetime) -> bool:
        pause: timedelta = min(FIRST_PAUSE * 2 ** min(self.attempt - 1, 10), LONGEST_PAUSE)
        return now >= datetime.fromisoformat(self.asked_at) + pause


def decide(
    pending: Sequence[Work], asked: Mapping[str, Asked], active: Collection[str], now: datetime
) -> tuple[dict[str, Asked], dict[str, Asked]]:
    """What to ask for now, and everything asked so far, both by subject.

    A subject with an unfinished run (`active`) waits for it; one whose generation was asked for, whose run is
    over and which is still pending is asked for again after a pause.
    """
    requests: dict[str, Asked] = {}
    for work in pending:
        last = asked.get(work.subject)
        if work.subject in active:
            continue
        if last is None or last.generation != work.generation:
            requests[work.subject] = Asked(work.generation, 1, now.isoformat())
        elif last.may_repeat(now):
            requests[work.subject] = Asked(work.generation, last.attempt + 1, now.isoformat())
    still = {work.subject for work in pending}
    return requests, {**{s: a for s, a in asked.items() if s in still}, **requests}


def load_asked(cursor: str | None) -> dict[str, Asked]:
    """What a cursor remembers; an empty or foreign cursor remembers nothing."""
    try:
        stored = json.loads(cursor or "{}")
        return {subject: Asked(**entry) for subject, entry in stored.get("asked", {}).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def save_asked(asked: Mapping[str, Asked]) -> str:
    return json.dumps({"version": 1, "asked": {subject: asdict(entry) for subject, entry in asked.items()}})
