"""Which evaluations become messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.alerts import AlertState, Change, CheckEvent, changes


def _event(
    storage_id: int, failing: bool, *, check: str = "figures_add_up", year: str | None = "2024-25"
) -> CheckEvent:
    return CheckEvent(storage_id, check, year, failing)


def _told(state: AlertState, events: list[CheckEvent]) -> list[Change]:
    return [change for change, _ in changes(state, events) if change]


@pytest.mark.parametrize(
    ("outcomes", "told", "reason"),
    [
        ([False], [], "a first pass is no news"),
        ([True], [True], "a first failure is"),
        ([True, True, True], [True], "a failure that stays is told once"),
        ([True, False], [True, False], "a recovery is told"),
        ([True, False, False], [True, False], "once"),
        ([True, False, True], [True, False, True], "failing again is news again"),
    ],
)
def test_only_changes_are_told(outcomes: list[bool], told: list[bool], reason: str) -> None:
    events = [_event(number, failing) for number, failing in enumerate(outcomes, start=1)]
    assert [change.failing for change in _told(AlertState(0), events)] == told, reason


def test_years_and_checks_are_kept_apart() -> None:
    events = [
        _event(1, True, year="2023-24"),
        _event(2, True, year="2024-25"),
        _event(3, True, check="no_payslip_is_missing"),
        _event(4, False, year="2023-24"),
    ]
    assert _told(AlertState(0), events) == [
        Change("figures_add_up", "2023-24", True),
        Change("figures_add_up", "2024-25", True),
        Change("no_payslip_is_missing", "2024-25", True),
        Change("figures_add_up", "2023-24", False),
    ]


def test_an_evaluation_of_no_year_moves_the_cursor_only() -> None:
    [(change, state)] = list(changes(AlertState(0), [_event(7, True, year=None)]))
    assert change is None
    assert state == AlertState(7)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(0, 30))
def test_stopping_anywhere_and_going_on_tells_the_same(outcomes: list[tuple[str, bool]], cut: int) -> None:
    events = [_event(n, failing, check=check) for n, (check, failing) in enumerate(outcomes, start=1)]
    whole = _told(AlertState(0), events)
    first = list(changes(AlertState(0), events[:cut]))
    saved = AlertState.load(first[-1][1].save()) if first else AlertState(0)
    assert saved is not None
    rest = [event for event in events if event.storage_id > saved.after]
    assert [change for change, _ in first if change] + _told(saved, rest) == whole


def test_an_empty_cursor_is_no_state() -> None:
    assert AlertState.load(None) is None
    assert AlertState.load("") is None
