"""What a person is reminded of, and when it stops."""

from datetime import UTC, date, datetime, time, timedelta

from hmrc_pipeline.database import raise_generation
from hmrc_pipeline.hmrc.grants import force_reauthorisation
from hmrc_pipeline.hmrc.reminders import reminders
from hmrc_pipeline_tests.hmrc.support import UTR, Y2024, World


def kinds(world: World) -> list[tuple[str, str, str]]:
    found = reminders(world.home, now=world.clock.now)
    return [(reminder.kind, reminder.subject, reminder.stage) for reminder in found]


def test_an_authorisation_that_ends(world: World) -> None:
    grant_id = world.authorise(world.person())
    assert kinds(world) == []
    world.clock.now += timedelta(days=520)
    assert kinds(world) == [("authorisation_ends", grant_id, "30")]
    world.clock.now += timedelta(days=40)
    assert kinds(world) == [("reauthorise", grant_id, "")]


def test_an_authorisation_that_was_lost(world: World) -> None:
    person = world.person()
    grant_id = world.authorise(person)
    with world.home.database.writing() as session:
        force_reauthorisation(session, reason="restored", now=world.clock.now)
    (reminder,) = reminders(world.home, now=world.clock.now)
    assert (reminder.kind, reminder.subject, reminder.people) == ("reauthorise", grant_id, (person,))
    assert reminder.page == f"/authorize?person={person}"
    assert f"authorise --person {person}" in reminder.sentence


def test_capture_before_filing(world: World) -> None:
    person = world.person()
    world.authorise(person)
    assert kinds(world) == [], "nothing of that year to compare with"
    with world.home.database.writing() as session:
        raise_generation(session, person, ["2024-25"])
    assert kinds(world) == [("capture_before_filing", "2024-25", "")]
    for day, stage in ((date(2026, 1, 1), "30"), (date(2026, 1, 24), "7"), (date(2026, 1, 31), "7")):
        later = datetime.combine(day, time(12), UTC)
        assert [reminder.stage for reminder in reminders(world.home, now=later)] == [stage]
    assert reminders(world.home, now=datetime(2026, 2, 1, 12, tzinfo=UTC)) == []
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.sync(Y2024)
    assert kinds(world) == []


def test_figures_that_are_gone_stay_gone_when_the_authorisation_is_lost(world: World) -> None:
    world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.sync(Y2024)
    world.state.withdraw(UTR, "2024-25")
    world.clock.now += timedelta(days=200)
    assert {line.state for line in world.sync(Y2024)} == {"gone"}
    with world.home.database.writing() as session:
        force_reauthorisation(session, reason="restored", now=world.clock.now)
    assert {line.state for line in world.sync(Y2024)} == {"gone"}
