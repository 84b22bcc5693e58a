"""The limit of three requests a second across processes, and leases that end with their holder."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.hmrc.leases import LeaseBusy, lease
from hmrc_pipeline.hmrc.limiter import SPACING, Limiter, RowSlots, limiter_of
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.hmrc.support import Y2024, World, make_home

CONTEXT = multiprocessing.get_context("forkserver")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def either_home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "sqlite":
        return make_home(tmp_path / "home")
    return make_home(tmp_path / "home", database_url=request.getfixturevalue("postgres_url"))


def test_never_four_in_a_second(either_home: Home) -> None:
    taken: list[float] = []

    def take() -> None:
        limiter = limiter_of(either_home)
        for _ in range(3):
            limiter.wait()
            taken.append(time.monotonic())

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.sort()
    gaps = [later - earlier for earlier, later in zip(taken, taken[3:], strict=False)]
    assert min(gaps) > 1.0, "no window of a second holds four"
    assert taken[-1] - taken[0] < 8 * SPACING + 1, "and no time is wasted"


def test_a_clock_that_was_wrong_does_not_stop_everything(either_home: Home) -> None:
    limiter = limiter_of(either_home)
    ahead = Limiter(limiter.slots, clock=lambda: time.time() + 10_000, sleep=lambda _seconds: None)
    ahead.wait()
    started = time.monotonic()
    limiter.wait()
    assert time.monotonic() - started < 1


def test_holding_makes_everybody_wait(either_home: Home) -> None:
    limiter_of(either_home).hold(0.4)
    started = time.monotonic()
    limiter_of(either_home).wait()
    assert time.monotonic() - started > 0.35


def test_postgresql_keeps_its_slots_in_the_database(either_home: Home) -> None:
    assert isinstance(limiter_of(either_home).slots, RowSlots) is not either_home.database.is_sqlite


def test_a_throttling_hmrc_never_sees_a_fourth(world: World) -> None:
    world.state.throttle = True
    world.authorise(world.person())
    world.state.load_scenario("2234567890", "2024-25", "HAPPY_PATH_1")
    lines = world.sync(Y2024, limiter=None)
    assert {line.state for line in lines} == {"available"}
    assert [row.status for row in world.rows("hmrc_fetch")] == [200] * 5


def hold(settings: dict[str, Any], name: str, pipe: Any) -> None:
    home = open_home(load_settings(_env_file=None, **settings))
    with lease(home, name, timeout=5):
        pipe.send("held")
        time.sleep(60)


def test_a_lease_ends_with_its_holder(either_home: Home) -> None:
    settings: dict[str, Any] = {"home": either_home.settings.home}
    if either_home.settings.database_url:
        settings["database_url"] = either_home.settings.database_url.get_secret_value()
    ours, theirs = CONTEXT.Pipe()
    holder = CONTEXT.Process(target=hold, args=(settings, "grant_x", theirs))
    holder.start()
    assert ours.recv() == "held"
    with pytest.raises(LeaseBusy, match="grant"), lease(either_home, "grant_x", timeout=0.2):
        pass
    with lease(either_home, "grant_y", timeout=0.2):
        pass
    os.kill(holder.pid or 0, signal.SIGKILL)
    with lease(either_home, "grant_x", timeout=5) as still_ours:
        still_ours()
    holder.join()
