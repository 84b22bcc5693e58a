"""The sensor of what is to be done at HMRC, on both databases: told once, recovered once, a restored backup noticed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from hmrc_pipeline.home import Home
from hmrc_pipeline.pipeline.alerts import hmrc_reminders
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline_tests.hmrc.support import World, make_world
from hmrc_pipeline_tests.system.support import Webhook, webhook

LOST, SETTLED = "HMRC: 1 authorisation is no longer usable", "HMRC: 1 authorisation is in order again"


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def world(request: pytest.FixtureRequest, tmp_path: Path, hook: Webhook) -> Iterator[World]:
    settings = {} if request.param == "sqlite" else {"database_url": request.getfixturevalue("postgres_url")}
    made = make_world(tmp_path / "home", alert_urls=hook.url, **settings)
    yield made
    made.close()


class Ticker:
    """The sensor, tick by tick, at the world's clock."""

    def __init__(self, world: World) -> None:
        class Here(HomeResource):
            def _opened(self) -> Home:
                return world.home

            def now(self) -> datetime:
                return world.clock.now

        self.home, self.cursor = Here(), None

    def __call__(self) -> str:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance, cursor=self.cursor)
            result = hmrc_reminders(context, home=self.home)
        if isinstance(result, dg.SkipReason):
            return str(result.skip_message)
        self.cursor = result.cursor  # type: ignore[union-attr]
        return str(result.skip_reason.skip_message)  # type: ignore[union-attr]


def test_from_the_first_notice_to_a_new_authorisation(world: World, hook: Webhook) -> None:
    tick, person = Ticker(world), world.person()
    world.authorise(person)
    assert tick() == "Nothing is to be done at HMRC."
    world.clock.now += timedelta(days=520)
    assert tick() == "1 sent."
    assert tick() == "1 thing is to be done at HMRC, told before."
    hook.refuses = True
    world.clock.now += timedelta(days=40)
    with pytest.raises(dg.Failure, match="is tried again"):
        tick()
    hook.refuses = False
    tick()
    world.authorise(person)
    tick()
    tick()
    assert hook.titles == ["HMRC: 1 authorisation ends within 30 days", LOST, SETTLED]
    assert f"http://localhost:8090/authorize?person={person}" in hook.received[1]["message"]


def backup_of(world: World) -> dict[str, list[dict[str, object]]]:
    """What a backup of the database would hold of the authorisation."""
    with world.home.database.reading() as session:
        return {
            table: [dict(row) for row in session.execute(sa.text(f"SELECT * FROM {table}")).mappings()]
            for table in ("hmrc_grant", "hmrc_grant_tokens")
        }


def restore(world: World, kept: dict[str, list[dict[str, object]]]) -> None:
    with world.home.database.writing() as session:
        session.execute(sa.text("DELETE FROM hmrc_grant_tokens"))
        for row in kept["hmrc_grant"]:
            changed = ", ".join(f"{name} = :{name}" for name in row if name != "grant_id")
            session.execute(sa.text(f"UPDATE hmrc_grant SET {changed} WHERE grant_id = :grant_id"), row)
        for row in kept["hmrc_grant_tokens"]:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            session.execute(sa.text(f"INSERT INTO hmrc_grant_tokens ({names}) VALUES ({values})"), row)


def test_a_restored_backup_is_noticed_before_anything_is_sent(world: World, hook: Webhook) -> None:
    tick, grant_id = Ticker(world), world.authorise(world.person())
    kept = backup_of(world)
    world.clock.now += timedelta(hours=5)
    world.broker().access_token(grant_id)
    posts = world.state.refreshes.total()
    assert tick() == "Nothing is to be done at HMRC."
    restore(world, kept)
    assert tick() == "1 sent."
    (grant,) = world.rows("hmrc_grant")
    assert (grant.state, grant.reason) == ("needs_reauthorisation", "restored")
    assert {line.reason for line in world.sync()} == {"restored"}
    assert world.state.refreshes.total() == posts, "the spent token is not sent"
    assert hook.titles == [LOST]


def test_nobody_to_tell(world: World) -> None:
    world.home.settings.alert_urls = None
    assert "HMRC_PIPELINE_ALERT_URLS" in Ticker(world)()
