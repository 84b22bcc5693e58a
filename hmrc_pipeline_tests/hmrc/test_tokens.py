"""The token broker: faults of HMRC, of the disk and of the database; death at every step; many at once."""

import _thread
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from hmrc_pipeline.database.engine import Database
from hmrc_pipeline.hmrc import exit_code, tokens
from hmrc_pipeline.hmrc.grants import force_reauthorisation
from hmrc_pipeline.hmrc.oauth import NotConfigured, OAuthRefused
from hmrc_pipeline.hmrc.spool import Spool
from hmrc_pipeline.hmrc.tokens import STEPS, NeedsReauthorisation, TokensUnavailable
from hmrc_pipeline_tests.hmrc.refreshing import Refresher, assert_no_token_was_sent_too_often, expire, settle
from hmrc_pipeline_tests.hmrc.support import OTHER_UTR, UTR, Y2024, World, make_world


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def any_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world on each database in turn."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = make_world(tmp_path / "home", **({"database_url": url} if url else {}))
    yield made
    made.close()


def granted(world: World, utr: str = UTR) -> str:
    """An authorisation whose access token has run out."""
    grant_id = world.authorise(world.person(utr))
    expire(world)
    return grant_id


def test_a_token_is_refreshed_once_and_used_until_it_runs_out(any_world: World) -> None:
    grant_id = granted(any_world)
    first = any_world.broker().access_token(grant_id)
    assert any_world.broker().access_token(grant_id).value == first.value
    any_world.clock.now += timedelta(hours=3, minutes=50)
    assert any_world.broker().access_token(grant_id).value == first.value
    any_world.clock.now += timedelta(minutes=9)
    assert any_world.broker().access_token(grant_id).value != first.value
    assert any_world.state.calls["refresh"] == 2


def test_the_older_pair_is_kept_until_the_newer_has_worked(world: World) -> None:
    grant_id = granted(world)
    token = world.broker().access_token(grant_id)
    assert [row.generation for row in world.rows("hmrc_grant_tokens")] == [1, 2]
    world.broker().used(token)
    assert [row.generation for row in world.rows("hmrc_grant_tokens")] == [2]


def test_a_rejected_token_is_compared_with_the_stored_one_first(world: World) -> None:
    grant_id = world.authorise(world.person())
    old = world.broker().access_token(grant_id)
    new = world.broker().access_token(grant_id, rejected=old)
    assert new.value != old.value
    assert world.broker().access_token(grant_id, rejected=old).value == new.value
    assert world.state.calls["refresh"] == 1


@pytest.mark.parametrize(
    ("fault", "first", "then", "posts", "why"),
    [
        ("drop_before", "later", "works", 2, "nothing was rotated: the one recovery attempt succeeds"),
        ("500_before", "later", "works", 2, "likewise"),
        ("503_before", "later", "works", 2, "likewise"),
        ("drop_after", "later", "needs_reauthorisation", 2, "rotated and lost: said once it is known"),
        ("500_after", "later", "needs_reauthorisation", 2, "likewise"),
        ("half_body", "later", "needs_reauthorisation", 2, "likewise"),
        ("broken_json", "later", "needs_reauthorisation", 2, "a whole answer that cannot be read"),
        ("omit_refresh_token", "token", "works", 1, "the old refresh token stays, as the standard says"),
        ("delay:0.2", "token", "works", 1, "slow is not lost"),
        ("throttled", "later", "works", 2, "429: certainly not processed"),
    ],
)
def test_faults_of_hmrc(world: World, fault: str, first: str, then: str, posts: int, why: str) -> None:
    grant_id = granted(world)
    world.state.faults.add("token", fault)
    try:
        world.broker().access_token(grant_id)
        outcome = "token"
    except TokensUnavailable:
        outcome = "later"
    assert outcome == first, why
    assert settle(world, grant_id) == then, why
    assert world.state.calls["token"] - 1 == posts, why
    assert_no_token_was_sent_too_often(world)
    if then == "needs_reauthorisation":
        calls = world.state.calls["token"]
        assert settle(world, grant_id) == then
        assert world.state.calls["token"] == calls, "a lost token is never sent again"


def test_two_ambiguous_answers_are_a_lost_grant(world: World) -> None:
    grant_id = granted(world)
    world.state.faults.add("token", "drop_before", "drop_before")
    with pytest.raises(TokensUnavailable):
        world.broker().access_token(grant_id)
    with pytest.raises(NeedsReauthorisation):
        world.broker().access_token(grant_id)


@pytest.mark.parametrize("step", ["intent", "posted"])
def test_death_in_the_recovery_attempt_ends_the_chain(world: World, step: str) -> None:
    grant_id = granted(world)
    world.state.faults.add("token", "drop_before")
    with pytest.raises(TokensUnavailable):
        world.broker().access_token(grant_id)
    dying = Refresher(world, grant_id, die_after=step)
    dying.go()
    assert dying.end() is None
    posts = sum(world.state.refreshes.values())
    assert settle(world, grant_id) == "needs_reauthorisation"
    assert sum(world.state.refreshes.values()) == posts, "there is one recovery attempt and no second"


def test_nothing_is_spent_while_hmrc_is_down(world: World) -> None:
    grant_id = granted(world)
    world.state.maintenance = True
    for _ in range(5):
        with pytest.raises(TokensUnavailable, match="nothing was spent"):
            world.broker().access_token(grant_id)
    world.state.maintenance = False
    assert settle(world, grant_id) == "works"
    assert sum(world.state.refreshes.values()) == 1


def test_nothing_is_spent_when_hmrc_cannot_be_reached(world: World) -> None:
    grant_id = granted(world)
    world.served.stop()
    with pytest.raises(TokensUnavailable, match="nothing was spent"):
        world.broker().access_token(grant_id)


def test_nothing_is_spent_on_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grant_id = granted(world)
    monkeypatch.setattr(tokens, "_ROOM", 2**60)
    with pytest.raises(TokensUnavailable, match="disk is full"):
        world.broker().access_token(grant_id)
    assert not world.state.refreshes


@contextmanager
def database_down() -> Iterator[None]:
    """Nothing can be written."""
    whole = Database.writing

    def writing(_self: Database) -> Any:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))

    Database.writing = writing  # type: ignore[method-assign]
    try:
        yield
    finally:
        Database.writing = whole  # type: ignore[method-assign]


def test_nothing_is_spent_when_the_database_is_down(world: World) -> None:
    grant_id = granted(world)
    with database_down(), pytest.raises(TokensUnavailable, match="nothing was spent"):
        world.broker().access_token(grant_id)
    assert not world.state.refreshes
    assert settle(world, grant_id) == "works"


@pytest.mark.parametrize(("spool_works", "then"), [(True, "works"), (False, "needs_reauthorisation")])
def test_the_database_goes_down_after_the_post(
    world: World, monkeypatch: pytest.MonkeyPatch, spool_works: bool, then: str
) -> None:
    grant_id = granted(world)
    monkeypatch.setattr(tokens, "_STORE_PAUSES", (0.0, 0.01))
    down = database_down()
    if not spool_works:
        monkeypatch.setattr(Spool, "put", _disk_full)
    with pytest.raises(TokensUnavailable, match="could not be"):
        world.broker(checkpoint=lambda step: down.__enter__() if step == "posted" else None).access_token(grant_id)
    down.__exit__(None, None, None)
    assert settle(world, grant_id) == then
    assert sum(world.state.refreshes.values()) == (1 if spool_works else 2)
    assert not list((world.home.settings.home / "spool").glob("*.tokens"))


def _disk_full(*_what: Any) -> Path:
    raise OSError(28, "No space left on device")


def test_a_full_disk_after_the_post_is_no_loss_when_the_database_can_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant_id = granted(world)
    monkeypatch.setattr(Spool, "put", _disk_full)
    world.broker().access_token(grant_id)
    assert settle(world, grant_id) == "works"


def test_a_spooled_pair_heals_what_another_machine_gave_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grant_id = granted(world)
    monkeypatch.setattr(tokens, "_STORE_PAUSES", ())
    with pytest.raises(TokensUnavailable):
        world.broker().access_token(grant_id)
    monkeypatch.undo()
    (spooled,) = (world.home.settings.home / "spool").glob("*.tokens")
    hidden = spooled.rename(spooled.with_suffix(".elsewhere"))
    assert settle(world, grant_id) == "needs_reauthorisation"
    hidden.rename(spooled)
    assert settle(world, grant_id) == "works"


def test_a_restored_database_is_not_trusted(world: World) -> None:
    grant_id = granted(world)
    world.home.database.engine.dispose()
    database = world.home.settings.home / "hmrc.db"
    with sa.create_engine(f"sqlite:///{database}").connect() as connection:
        connection.connection.executescript("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
    backup = database.read_bytes()
    world.broker().access_token(grant_id)
    world.home.database.engine.dispose()
    for path in world.home.settings.home.glob("hmrc.db*"):
        path.unlink()
    database.write_bytes(backup)
    posts = sum(world.state.refreshes.values())
    assert settle(world, grant_id) == "needs_reauthorisation"
    assert sum(world.state.refreshes.values()) == posts, "the spent token is not sent"


def test_restoring_stops_every_grant(world: World) -> None:
    grant_id = granted(world)
    with world.home.database.writing() as session:
        assert force_reauthorisation(session, reason="restored", now=world.clock.now) == 1
    assert settle(world, grant_id) == "needs_reauthorisation"
    assert not world.state.refreshes
    lines = world.sync(Y2024)
    assert all(line.needs_reauthorisation for line in lines)
    assert "authorise --person" in lines[0].sentence


def test_the_end_of_eighteen_months_is_known_without_asking(world: World) -> None:
    grant_id = granted(world)
    world.clock.now += timedelta(days=550)
    assert settle(world, grant_id) == "needs_reauthorisation"
    assert not world.state.refreshes


def test_a_grant_of_another_hmrc_is_never_sent(world: World) -> None:
    grant_id = granted(world)
    with world.home.database.writing() as session:
        session.execute(sa.text("UPDATE hmrc_grant SET issuer = 'https://api.service.hmrc.gov.uk/oauth/token x'"))
    with pytest.raises(NeedsReauthorisation, match="issuer"):
        world.broker().access_token(grant_id)
    assert not world.state.refreshes


@pytest.mark.parametrize("step", STEPS)
def test_death_after_every_step(any_world: World, step: str) -> None:
    grant_id = granted(any_world)
    dying = Refresher(any_world, grant_id, die_after=step)
    dying.go()
    assert dying.end() is None, "it was killed"
    expected = "needs_reauthorisation" if step == "posted" else "works"
    assert settle(any_world, grant_id) == expected
    assert_no_token_was_sent_too_often(any_world)
    assert any_world.state.calls["refresh"] == 1, "HMRC rotated once"


def test_eight_processes_make_one_post(any_world: World) -> None:
    grant_id = granted(any_world)
    crowd = [Refresher(any_world, grant_id) for _ in range(8)]
    for one in crowd:
        one.go()
    said = {one.end() for one in crowd}
    assert len(said) == 1
    assert any_world.state.grant_of_access(str(said.pop())) is not None
    assert sum(any_world.state.refreshes.values()) == 1


@pytest.mark.parametrize("processes", [1, 2, 8])
def test_death_at_random_moments(any_world: World, processes: int) -> None:
    random_deaths(any_world, processes, rounds=2)


@pytest.mark.long
@pytest.mark.parametrize(("processes", "rounds"), [(1, 40), (2, 40), (8, 20)])
def test_death_at_two_hundred_random_moments(any_world: World, processes: int, rounds: int) -> None:
    """Drawn over two databases: 200 rounds in all."""
    seen = random_deaths(any_world, processes, rounds, faults=True)
    assert min(seen.values()) > 0, "both ends were seen"


FAULTS = [
    "drop_before",
    "drop_after",
    "half_body",
    "broken_json",
    "500_before",
    "500_after",
    "503_before",
    "delay:0.05",
]


def random_deaths(world: World, processes: int, rounds: int, *, faults: bool = False) -> dict[str, int]:
    """Processes refresh at once and die at random; with `faults`, HMRC stumbles in every third round as well."""
    chance = random.Random(processes * 1000 + rounds)
    person = world.person(OTHER_UTR)
    grant_id = world.authorise(person)
    seen = {"works": 0, "needs_reauthorisation": 0}
    for _ in range(rounds):
        expire(world)
        world.state.refreshes.clear()
        world.state.faults.waiting.clear()
        if faults and chance.random() < 1 / 3:
            world.state.faults.add("token", chance.choice(FAULTS))
        crowd = [Refresher(world, grant_id) for _ in range(processes)]
        for one in crowd:
            one.go()
        doomed = chance.sample(crowd, k=chance.randint(1, processes))
        started = time.monotonic()
        for moment, one in sorted((chance.uniform(0, 0.08), n) for n in range(len(doomed))):
            time.sleep(max(0.0, started + moment - time.monotonic()))
            doomed[one].kill()
        for one in crowd:
            one.end()
        outcome = settle(world, grant_id)
        seen[outcome] += 1
        assert_no_token_was_sent_too_often(world)
        if outcome == "needs_reauthorisation":
            grant_id = world.authorise(person)
    return seen


def test_an_interrupt_waits_until_what_was_spent_is_stored(world: World) -> None:
    grant_id = granted(world)

    class Interrupted(BaseException):
        """What Dagster raises inside a step."""

    def interrupt(*_what: Any) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGINT, interrupt)
    world.state.faults.add("token", "delay:0.3")
    try:
        with pytest.raises(Interrupted):
            world.broker(checkpoint=lambda step: _thread.interrupt_main() if step == "intent" else None).access_token(
                grant_id
            )
    finally:
        signal.signal(signal.SIGINT, before)
    assert settle(world, grant_id) == "works"
    assert sum(world.state.refreshes.values()) == 1


def test_a_missing_client_secret_spends_nothing(world: World) -> None:
    grant_id = granted(world)
    right, world.home.settings.hmrc_client_secret = world.home.settings.hmrc_client_secret, None
    for _ in range(3):
        with pytest.raises(NotConfigured, match="CLIENT_SECRET"):
            world.broker().access_token(grant_id)
        assert exit_code(world.sync(Y2024)) == 2
    world.home.settings.hmrc_client_secret = right
    assert settle(world, grant_id) == "works"
    assert sum(world.state.refreshes.values()) == 1


def test_a_wrong_client_secret_spends_nothing(world: World) -> None:
    grant_id = granted(world)
    right = world.home.settings.hmrc_client_secret
    world.home.settings.hmrc_client_secret = SecretStr("wrong")
    with pytest.raises(OAuthRefused, match="CLIENT_SECRET"):
        world.broker().access_token(grant_id)
    world.home.settings.hmrc_client_secret = right
    assert settle(world, grant_id) == "works"
