"""Refreshes in processes of their own that can be killed, and the invariant that must hold afterwards."""

import multiprocessing
import os
import signal
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from hmrc_pipeline.hmrc.client import open_http
from hmrc_pipeline.hmrc.limiter import FileSlots, Limiter
from hmrc_pipeline.hmrc.oauth import TokenEndpoint
from hmrc_pipeline.hmrc.token_stores import store_of
from hmrc_pipeline.hmrc.tokens import NeedsReauthorisation, TokenBroker, TokensUnavailable
from hmrc_pipeline.home import open_home
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.hmrc.support import World

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["hmrc_pipeline_tests.hmrc.refreshing"])


def refresh(settings: dict[str, Any], grant_id: str, now: datetime, die_after: str | None, pipe: Connection) -> None:
    """Ask the broker for an access token; die by SIGKILL right after a named step."""
    home = open_home(load_settings(_env_file=None, **settings))

    def checkpoint(step: str) -> None:
        if step == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    limiter = Limiter(FileSlots(home), spacing=0.0, sleep=lambda _seconds: None)
    with open_http() as http:
        store = store_of(home.settings, home.cipher)
        broker = TokenBroker(home, TokenEndpoint(home.settings, http), limiter, lambda: now, store, checkpoint)
        pipe.send("ready")
        pipe.recv()
        try:
            token = broker.access_token(grant_id)
            broker.used(token)
            pipe.send(token.value)
        except (NeedsReauthorisation, TokensUnavailable) as problem:
            pipe.send(type(problem).__name__)


class Refresher:
    """One process, ready to refresh when told to."""

    def __init__(self, world: World, grant_id: str, die_after: str | None = None) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        settings = world.home.settings
        names = ("hmrc_api_url", "hmrc_token_url", "hmrc_client_id")
        values: dict[str, Any] = {name: str(getattr(settings, name)) for name in names}
        values |= {"home": Path(settings.home), "hmrc_client_secret": settings.hmrc_client_secret.get_secret_value()}  # type: ignore[union-attr]
        if settings.database_url:
            values["database_url"] = settings.database_url.get_secret_value()
        arguments = (values, grant_id, world.clock.now, die_after, theirs)
        self.process: ForkServerProcess = CONTEXT.Process(target=refresh, args=arguments)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def go(self) -> None:
        self.pipe.send("go")

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> str | None:
        """What it said; None when it was killed first."""
        try:
            said = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            said = None
        self.process.join(30)
        return said


def expire(world: World) -> None:
    """Five hours later."""
    world.clock.now += timedelta(hours=5)


def settle(world: World, grant_id: str) -> str:
    """What the next sync finds: `works` or `needs_reauthorisation`, and nothing in between."""
    limit = 3
    for _ in range(limit):
        try:
            token = world.broker().access_token(grant_id)
        except NeedsReauthorisation:
            row = next(row for row in world.rows("hmrc_grant") if row.grant_id == grant_id)
            assert row.state == "needs_reauthorisation", "lost, and says so"
            return "needs_reauthorisation"
        except TokensUnavailable:
            continue
        assert world.state.grant_of_access(token.value) is not None, "the token that is stored works"
        world.broker().used(token)
        return "works"
    raise AssertionError("neither a working pair nor a demand to authorise again")


def assert_no_token_was_sent_too_often(world: World) -> None:
    assert max(world.state.refreshes.values(), default=0) <= 2, "no token is sent but once and in one recovery attempt"
