"""One contract for every store of tokens; and the broker with its tokens in Vault."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.crypto import Undecryptable
from hmrc_pipeline.database.tables.hmrc import GrantTokens
from hmrc_pipeline.hmrc import tokens
from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.spool import Spool
from hmrc_pipeline.hmrc.token_stores import StoreProblem, TokenStore, store_of
from hmrc_pipeline.hmrc.tokens import STEPS, TokensUnavailable
from hmrc_pipeline.home import Home
from hmrc_pipeline.problems import Problem
from hmrc_pipeline_tests.hmrc.refreshing import expire, settle
from hmrc_pipeline_tests.hmrc.support import UTR, Y2024, World, make_world
from hmrc_pipeline_tests.hmrc.vault import TOKEN, Vault

pytest.importorskip("hvac")


@pytest.fixture
def vault() -> Iterator[Vault]:
    running = Vault()
    yield running
    running.stop()


@pytest.fixture
def in_vault(tmp_path: Path, vault: Vault) -> Iterator[World]:
    made = make_world(tmp_path / "home", vault_url=vault.url, vault_token=TOKEN)
    yield made
    made.close()


@pytest.fixture(params=["database", "vault"])
def either(request: pytest.FixtureRequest) -> World:
    return request.getfixturevalue("world" if request.param == "database" else "in_vault")  # type: ignore[no-any-return]


def store_in(world: World) -> TokenStore:
    return store_of(world.home.settings, world.home.cipher)


def kept(world: World, grant_id: str, generation: int, record: bytes) -> bytes:
    store = store_in(world)
    store.check()
    store.keep(grant_id, generation, record)
    store.keep(grant_id, generation, record)
    with world.home.database.writing() as session:
        store.write(session, grant_id, generation, record, world.clock.now)
        row = session.get(GrantTokens, (grant_id, generation))
        assert row is not None
        return row.tokens_encrypted


def test_what_is_kept_can_be_read(either: World) -> None:
    grant_id = either.authorise(either.person())
    row = kept(either, grant_id, 2, b"second")
    assert b"second" not in row
    assert store_in(either).read(grant_id, 2, row) == b"second"
    assert store_in(either).found(grant_id, 3) is None


def test_an_answer_opens_nowhere_else(either: World) -> None:
    grant_id = either.authorise(either.person())
    row = kept(either, grant_id, 2, b"second")
    with pytest.raises((Undecryptable, StoreProblem)):
        store_in(either).read(grant_id, 9, row)


def test_a_refresh_from_end_to_end(either: World) -> None:
    grant_id = either.authorise(either.person())
    either.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    for _ in range(3):
        expire(either)
        assert settle(either, grant_id) == "works"
    assert {line.state for line in either.sync(Y2024)} == {"available"}
    assert [row.generation for row in either.rows("hmrc_grant_tokens")] == [4]


def test_vault_overwrites_nothing(in_vault: World, vault: Vault) -> None:
    store = store_in(in_vault)
    store.keep("g_0", 1, b"first")
    with pytest.raises(StoreProblem):
        store.keep("g_0", 1, b"another")
    assert store.found("g_0", 1) == b"first"


def test_vault_holds_no_token_in_clear_and_no_old_ones(in_vault: World, vault: Vault) -> None:
    grant_id = in_vault.authorise(in_vault.person())
    expire(in_vault)
    settle(in_vault, grant_id)
    grant = in_vault.state.grants[0]
    assert grant.refresh_token not in str(vault.held)
    assert [path for path in vault.held if "/tokens/" in path] == [f"hmrc-pipeline/tokens/{grant_id}/2"]
    in_vault.authorise(next(iter(in_vault.users)))
    assert f"hmrc-pipeline/tokens/{grant_id}/2" not in vault.held


def test_nothing_is_spent_while_vault_is_sealed(in_vault: World, vault: Vault) -> None:
    grant_id = in_vault.authorise(in_vault.person())
    expire(in_vault)
    vault.sealed = True
    with pytest.raises(TokensUnavailable, match="Vault"):
        in_vault.broker().access_token(grant_id)
    assert not in_vault.state.refreshes
    vault.sealed = False
    assert settle(in_vault, grant_id) == "works"


def test_vault_is_sealed_after_the_post(in_vault: World, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_STORE_PAUSES", (0.0,))
    grant_id = in_vault.authorise(in_vault.person())
    expire(in_vault)

    def seal(step: str) -> None:
        vault.sealed = vault.sealed or step == "posted"

    with pytest.raises(TokensUnavailable):
        in_vault.broker(checkpoint=seal).access_token(grant_id)
    vault.sealed = False
    assert settle(in_vault, grant_id) == "works", "the answer waited on disk"
    assert sum(in_vault.state.refreshes.values()) == 1


class Dead(BaseException):
    """Killed here."""


@pytest.mark.parametrize("step", STEPS)
def test_death_at_every_step(in_vault: World, step: str) -> None:
    grant_id = in_vault.authorise(in_vault.person())
    expire(in_vault)

    def die(reached: str) -> None:
        if reached == step:
            raise Dead

    broker = in_vault.broker(checkpoint=die)
    with pytest.raises(Dead):
        broker.used(broker.access_token(grant_id))
    assert settle(in_vault, grant_id) == ("needs_reauthorisation" if step == "posted" else "works")


def test_vault_has_the_pair_and_our_database_does_not(in_vault: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grant_id = in_vault.authorise(in_vault.person())
    expire(in_vault)
    monkeypatch.setattr(Spool, "put", _disk_full)
    store = store_in(in_vault)

    class DiesAfterKeeping:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def write(self, *_what: Any) -> None:
            raise Dead

    with pytest.raises(Dead):
        in_vault.broker(store=DiesAfterKeeping()).access_token(grant_id)
    assert settle(in_vault, grant_id) == "works"
    assert sum(in_vault.state.refreshes.values()) == 1


def _disk_full(*_what: Any) -> Path:
    raise OSError(28, "No space left on device")


DEVICE = "beec798b-b366-47fa-b1f8-92cede14a1ce"


def left_open(world: World, **settings: Any) -> Home:
    """The world's home with nothing of our application in its settings."""
    unset = {"hmrc_client_id": None, "hmrc_client_secret": None}
    return replace(world.home, settings=world.home.settings.model_copy(update=unset | settings))


def test_the_applications_secrets_come_from_vault(in_vault: World, vault: Vault) -> None:
    """Authorising and asking with nothing in the settings but where Vault is."""
    settings = in_vault.home.settings
    assert settings.hmrc_client_secret
    vault.held["hmrc-pipeline"] = [
        {
            "hmrc_prod_client_id": settings.hmrc_client_id,
            "hmrc_prod_client_secret": settings.hmrc_client_secret.get_secret_value(),
            "hmrc_sync_webhook_token": "s" * 32,
            "hmrc_device_id": DEVICE,
        }
    ]
    in_vault.home = left_open(in_vault)
    in_vault.authorise(in_vault.person())
    in_vault.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    assert {line.state for line in in_vault.sync(Y2024)} == {"available"}
    assert in_vault.state.last_headers["individual-tax"]["gov-client-device-id"] == DEVICE
    assert not (settings.home / "device-id").exists()
    filled = with_secrets(in_vault.home).settings
    assert filled.sync_token is not None
    assert filled.sync_token.get_secret_value() == "s" * 32
    assert filled.webhook_token is None
    assert "s" * 32 not in repr(filled)


def test_keys_mount_and_path_are_settings_and_a_setting_counts_more(in_vault: World, vault: Vault) -> None:
    vault.held["elsewhere/ours"] = [{"id": "from Vault", "secret": "from Vault"}]
    home = left_open(
        in_vault,
        hmrc_client_id="from the settings",
        vault_path="elsewhere/ours",
        vault_client_id_key="id",
        vault_client_secret_key="secret",
    )
    filled = with_secrets(home).settings
    assert filled.hmrc_client_id == "from the settings"
    assert filled.hmrc_client_secret is not None
    assert filled.hmrc_client_secret.get_secret_value() == "from Vault"


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ({"hmrc_sync_webhook_token": "sentinel-short"}, "32 characters"),
        ({"hmrc_device_id": "sentinel-device"}, "UUID"),
    ],
)
def test_what_vault_holds_must_be_usable(in_vault: World, vault: Vault, held: dict[str, str], says: str) -> None:
    vault.held["hmrc-pipeline"] = [held]
    with pytest.raises(StoreProblem, match=says) as problem:
        with_secrets(left_open(in_vault))
    assert "sentinel" not in str(problem.value)


def test_a_vault_that_cannot_be_read_is_a_problem_one_can_mend(in_vault: World, vault: Vault) -> None:
    assert with_secrets(left_open(in_vault)).settings.hmrc_client_id is None, "nothing lies there yet"
    vault.sealed = True
    with pytest.raises(Problem) as problem:
        in_vault.sync(Y2024)
    assert "HMRC_PIPELINE_VAULT_URL" in str(problem.value)
    assert TOKEN not in str(problem.value)
    assert problem.value.__context__ is None


def test_moving_to_vault_keeps_what_the_database_holds(world: World, vault: Vault) -> None:
    grant_id = world.authorise(world.person())
    settings = {"vault_url": vault.url, "vault_token": type(world.home.settings.hmrc_client_secret)(TOKEN)}  # type: ignore[misc,call-arg,arg-type]
    moved = world.home.settings.model_copy(update=settings)
    object.__setattr__(world.home, "settings", moved)
    assert settle(world, grant_id) == "works"
    world.clock.now += timedelta(hours=5)
    assert settle(world, grant_id) == "works"
    assert list(vault.held)
