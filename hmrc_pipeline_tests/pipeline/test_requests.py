"""When a run is asked for, and that no run key is ever used for other work."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.pipeline.requests import Asked, Work, decide, load_asked, save_asked

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _asked(generation: str, attempt: int, ago: timedelta) -> Asked:
    return Asked(generation, attempt, (NOW - ago).isoformat())


@pytest.mark.parametrize(
    ("last", "active", "attempt", "reason"),
    [
        (None, False, 1, "new work is asked for"),
        (None, True, None, "unless a run is at it already: it will do this too"),
        (_asked("4", 1, timedelta(seconds=1)), False, 1, "a new generation is new work"),
        (_asked("5", 1, timedelta(seconds=10)), True, None, "a run under way is waited for"),
        (_asked("5", 1, timedelta(seconds=10)), False, None, "a run just over is not repeated at once"),
        (_asked("5", 1, timedelta(minutes=2)), False, 2, "after a pause it is, under a new key"),
        (_asked("5", 3, timedelta(minutes=2)), False, None, "the pause grows"),
        (_asked("5", 30, timedelta(minutes=61)), False, 31, "but never beyond an hour"),
    ],
)
def test_asking(last: Asked | None, active: bool, attempt: int | None, reason: str) -> None:
    asked = {"2024-25": last} if last else {}
    requests, remembered = decide([Work("2024-25", "5")], asked, {"2024-25"} if active else set(), NOW)
    assert (requests["2024-25"].attempt if requests else None) == attempt, reason
    if attempt:
        assert remembered["2024-25"] == requests["2024-25"]


def test_what_is_no_longer_pending_is_forgotten() -> None:
    assert decide([], {"2024-25": _asked("5", 1, timedelta())}, set(), NOW) == ({}, {})


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.integers(1, 4000)), max_size=40))
def test_no_run_key_is_used_twice(ticks: list[tuple[int, bool, int]]) -> None:
    asked: dict[str, Asked] = {}
    now, generation, keys = NOW, 0, []
    for rises, active, seconds in ticks:
        generation += rises - 1
        now += timedelta(seconds=seconds)
        requests, asked = decide([Work("y", str(generation))], asked, {"y"} if active else set(), now)
        asked = load_asked(save_asked(asked))
        keys += [entry.run_key("y") for entry in requests.values()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("cursor", [None, "", "not json", "[]", '{"asked": {"y": {"other": 1}}}'])
def test_a_foreign_cursor_remembers_nothing(cursor: str | None) -> None:
    assert load_asked(cursor) == {}
