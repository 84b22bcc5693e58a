"""Which evaluations become messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.alerts import AlertState, Change, CheckEvent, changes


def _event(
    storage_id: int,
    failing: bool,
    *,
    check: str = "figures_add_up",
    year: str | None = "2024-25",
    run: str | None = None,
) -> CheckEvent:
    """An evaluation, by a run of its own unless one is named."""
    return CheckEvent(storage_id, check, year, failing, str(storage_id) if run is None else run)


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
        Change("2023-24", ("figures_add_up",), True),
        Change("2024-25", ("figures_add_up",), True),
        Change("2024-25", ("no_payslip_is_missing",), True),
        Change("2023-24", ("figures_add_up",), False),
    ]


def test_what_one_run_found_of_a_year_is_told_together() -> None:
    state = AlertState(0, frozenset({("c", "2024-25")}))
    events = [
        _event(1, True, check="a", run="one"),
        _event(2, True, check="a", run="two", year="2023-24"),
        _event(3, True, check="b", run="one"),
        _event(4, False, check="c", run="one"),
        _event(5, False, check="b", run="two", year="2023-24"),
    ]
    assert _told(state, events) == [
        Change("2024-25", ("a", "b"), True),
        Change("2024-25", ("c",), False),
        Change("2023-24", ("a",), True),
    ]
    passed = [after.after for _, after in changes(state, events)]
    assert passed == [0, 0, 1, 1, 5], "never past what is still to be told"


def test_an_evaluation_of_no_year_moves_the_cursor_only() -> None:
    [(change, state)] = list(changes(AlertState(0), [_event(7, True, year=None)]))
    assert change is None
    assert state == AlertState(7)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("2023-24", "2024-25")), st.booleans()), max_size=30),
    st.integers(1, 4),
    st.integers(0, 30),
)
def test_stopping_after_any_message_tells_each_change_once(
    outcomes: list[tuple[str, str, bool]], size: int, stop: int
) -> None:
    """Evaluations of runs that interleave; the sensor ends after `stop` messages, remembers, and goes on."""
    events = [_event(n, bad, check=c, year=y, run=f"{n // size}") for n, (c, y, bad) in enumerate(outcomes, start=1)]
    whole = _told(AlertState(0), events)
    told, saved = [], AlertState(0)
    for change, state in changes(AlertState(0), events):
        if change and len(told) == stop:
            break
        told += [change] if change else []
        saved = AlertState.load(state.save()) or saved
    rest = [event for event in events if event.storage_id > saved.after]
    assert told + _told(saved, rest) == whole


def test_an_empty_cursor_is_no_state() -> None:
    assert AlertState.load(None) is None
    assert AlertState.load("") is None
