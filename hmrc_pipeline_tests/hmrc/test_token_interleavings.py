"""Every interleaving hypothesis can think of: refreshes, deaths at named steps, faults, a database that goes away."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hmrc_pipeline.database.engine import Database
from hmrc_pipeline.hmrc import tokens
from hmrc_pipeline.hmrc.client import HttpResult
from hmrc_pipeline.hmrc.endpoints import issuer_of
from hmrc_pipeline.hmrc.grants import store_grant
from hmrc_pipeline.hmrc.limiter import FileSlots, Limiter
from hmrc_pipeline.hmrc.token_stores import DatabaseStore
from hmrc_pipeline.hmrc.tokens import STEPS, AccessToken, NeedsReauthorisation, TokenBroker, TokensUnavailable
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Utr
from hmrc_pipeline.people import add_person
from hmrc_pipeline.simulators.hmrc import HmrcState
from hmrc_pipeline_tests.hmrc.support import IN_WINDOW, UTR, Clock, make_home

FAULTS = ["drop_before", "drop_after", "500_before", "500_after", "half_body", "broken_json", "omit_refresh_token"]


class Dead(BaseException):
    """The process was killed here."""


class Endpoint:
    """HMRC's token endpoint without the network."""

    def __init__(self, state: HmrcState) -> None:
        self.state = state
        self.still_in_force: set[str] = set()

    def require_configured(self) -> None:
        """Always is."""

    def is_up(self) -> bool:
        return not self.state.maintenance

    def refresh(self, token: str) -> HttpResult:
        fault = self.state.faults.take("token") or ""
        self.state.refreshes[token] += 1
        if fault.endswith("_before"):
            return HttpResult(None) if fault.startswith("drop") else HttpResult(500, "")
        grant = self.state.grant_to_refresh(token)
        if grant is None:
            return HttpResult(400, '{"error":"invalid_grant"}')
        self.state.rotate(grant)
        if fault == "omit_refresh_token":
            self.still_in_force.add(token)
        refresh = "" if fault == "omit_refresh_token" else f'"refresh_token":"{grant.refresh_token}",'
        body = f'{{"access_token":"{grant.access_token}",{refresh}"expires_in":14400}}'
        answers = {
            "drop_after": HttpResult(None),
            "500_after": HttpResult(500, ""),
            "half_body": HttpResult(None),
            "broken_json": HttpResult(200, body[:30]),
        }
        return answers.get(fault, HttpResult(200, body))


_HOMES: list[Home] = []


def shared_home() -> Home:
    if not _HOMES:
        _HOMES.append(
            make_home(
                Path(tempfile.mkdtemp()), hmrc_client_id="c", hmrc_client_secret="s", hmrc_api_url="http://localhost:1"
            )
        )
    return _HOMES[0]


class Broker(RuleBasedStateMachine):
    """One grant; any number of processes, one after the other, each of which may die anywhere."""

    @initialize()
    def authorise(self) -> None:
        self.home, self.clock = shared_home(), Clock(IN_WINDOW)
        self.state = HmrcState(clock=self.clock)
        self.endpoint = Endpoint(self.state)
        self.writing = Database.writing
        with self.home.database.writing() as session:
            self.person = add_person(session, self.home.cipher, utr=Utr.parse(UTR), now=self.clock.now)
        self.limiter = Limiter(FileSlots(self.home), spacing=0, sleep=lambda _seconds: None)
        self.grant()

    def grant(self) -> None:
        grant = self.state.grant("c", "u")
        body = f'{{"access_token":"{grant.access_token}","refresh_token":"{grant.refresh_token}","expires_in":14400}}'
        issuer = issuer_of(self.home.settings)
        self.grant_id = store_grant(
            self.home, people=[self.person], kind="individual", issuer=issuer, body=body, now=self.clock.now
        )
        self.lost = False
        self.last: AccessToken | None = None

    def broker(self, die_after: str | None = None, fail_after: str | None = None) -> TokenBroker:
        def checkpoint(step: str) -> None:
            if step == die_after:
                raise Dead
            if step == fail_after:
                Database.writing = _no_database  # type: ignore[method-assign]

        store = DatabaseStore(self.home.cipher)
        return TokenBroker(self.home, self.endpoint, self.limiter, self.clock, store, checkpoint)  # type: ignore[arg-type]

    def attempt(self, broker: TokenBroker, rejected: AccessToken | None = None) -> None:
        try:
            self.last = broker.access_token(self.grant_id, rejected=rejected)
            if self.state.grant_of_access(self.last.value) is not None:
                broker.used(self.last)
        except NeedsReauthorisation:
            self.lost = True
        except (TokensUnavailable, Dead):
            pass
        finally:
            Database.writing = self.writing  # type: ignore[method-assign]

    @rule(hours=st.integers(1, 6))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule(fault=st.sampled_from(FAULTS))
    def hmrc_will_fail(self, fault: str) -> None:
        self.state.faults.add("token", fault)

    @rule(down=st.booleans())
    def maintenance(self, down: bool) -> None:
        self.state.maintenance = down

    @rule()
    def refresh(self) -> None:
        self.attempt(self.broker())

    @rule()
    def rejected(self) -> None:
        if self.last is not None:
            self.attempt(self.broker(), rejected=self.last)

    @rule(step=st.sampled_from(STEPS))
    def dies(self, step: str) -> None:
        self.attempt(self.broker(die_after=step))

    @rule(step=st.sampled_from(["intent", "posted", "spooled"]))
    def database_goes_away(self, step: str) -> None:
        self.attempt(self.broker(fail_after=step))

    @rule()
    def person_authorises_again(self) -> None:
        if self.lost:
            self.grant()

    @invariant()
    def no_token_is_sent_too_often(self) -> None:
        if hasattr(self, "state"):
            for token, posts in self.state.refreshes.items():
                # where HMRC left out the new refresh token, the old one is still in force as far as anyone knows
                assert posts <= (4 if token in self.endpoint.still_in_force else 2)

    @invariant()
    def lost_is_written_down(self) -> None:
        if getattr(self, "lost", False):
            with self.home.database.reading() as session:
                query = sa.text("SELECT state FROM hmrc_grant WHERE grant_id = :id")
                assert session.execute(query, {"id": self.grant_id}).scalar_one() == "needs_reauthorisation"

    def teardown(self) -> None:
        """After everything, quiet: either a pair that works or a demand to authorise again."""
        if not hasattr(self, "state"):
            return
        self.state.faults.waiting.clear()
        self.state.maintenance = False
        for _ in range(3):
            self.last = None
            self.attempt(self.broker())
            if self.lost or (self.last is not None and self.state.grant_of_access(self.last.value) is not None):
                return
            if self.last is not None:
                self.attempt(self.broker(), rejected=self.last)
        raise AssertionError("neither a working pair nor a demand to authorise again")


def _no_database(_self: Database) -> Any:
    raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_STORE_PAUSES", (0.0,))


Broker.TestCase.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestBroker = pytest.mark.usefixtures("_quick")(Broker.TestCase)
