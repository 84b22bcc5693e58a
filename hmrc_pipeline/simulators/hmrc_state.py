"""What the simulated HMRC knows: applications, people, figures, codes and tokens. No HTTP here.

Single-use refresh tokens, four-hour access tokens, ten-minute codes and eighteen-month grants, as HMRC has them.
"""

import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hmrc_pipeline.simulators.hmrc_data import APIS, SCENARIOS
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Application", "Faults", "HmrcState", "SimulatedGrant", "User"]

ACCESS_LIFE, CODE_LIFE, GRANT_LIFE = timedelta(hours=4), timedelta(minutes=10), timedelta(days=548)
SCOPES = frozenset(f"read:{api}" for api in APIS.values())


@dataclass(frozen=True)
class Application:
    """One application at the Developer Hub. `apis`: what it is subscribed to."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    apis: frozenset[str] = frozenset(APIS.values())


@dataclass(frozen=True)
class User:
    """Somebody who can sign in: an individual with a UTR, or an agent with clients' UTRs."""

    user_id: str
    password: str
    utrs: frozenset[str]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class SimulatedGrant:
    """One authorisation: only its newest access token and its newest refresh token work."""

    client_id: str
    user_id: str
    scope: str
    granted_at: datetime
    access_token: str = ""
    access_until: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    refresh_token: str = ""
    revoked: bool = False


@dataclass(frozen=True)
class Code:
    """An authorisation code."""

    client_id: str
    user_id: str
    scope: str
    redirect_uri: str
    challenge: str | None
    until: datetime


@dataclass
class Faults:
    """The switchboard: faults waiting for the next requests to a place, first come first served.

    Places: `token`, `api`. Faults: `drop_before`, `drop_after`, `half_body`, `broken_json`, `500_before`, `500_after`,
    `503_before`, `omit_refresh_token`, `delay:SECONDS`, `maintenance`, `throttled`.
    """

    waiting: dict[str, deque[str]] = field(default_factory=dict)

    def add(self, place: str, *faults: str) -> None:
        self.waiting.setdefault(place, deque()).extend(faults)

    def take(self, place: str) -> str | None:
        queue = self.waiting.get(place)
        return queue.popleft() if queue else None


@dataclass
class HmrcState:
    """The simulated HMRC. Safe to use from several threads; `clock` is HMRC's own."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    throttle: bool = True
    windows: bool = True
    """Whether figures appear only after the year's reconciliation has begun."""
    strict_headers: bool = False
    """Whether a request with missing or wrong fraud-prevention headers is refused."""
    maintenance: bool = False
    faults: Faults = field(default_factory=Faults)
    applications: dict[str, Application] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    summaries: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    appears_on: dict[tuple[str, str], date] = field(default_factory=dict)
    withdrawn: set[tuple[str, str]] = field(default_factory=set)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: list[SimulatedGrant] = field(default_factory=list)
    application_tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    """How often each place was called; `refresh SPENT` counts posts of an already spent token."""
    refreshes: Counter[str] = field(default_factory=Counter)
    """How often each refresh token was posted."""
    last_headers: dict[str, dict[str, str]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def add_application(
        self, *redirect_uris: str, client_id: str | None = None, client_secret: str | None = None
    ) -> Application:
        """An application with these redirect URIs, subscribed to every API."""
        application = Application(
            client_id or secrets.token_urlsafe(16), client_secret or secrets.token_urlsafe(24), redirect_uris
        )
        self.applications[application.client_id] = application
        return application

    def add_user(self, utr: str, *more: str, user_id: str | None = None, password: str | None = None) -> User:
        """Somebody who can sign in for these UTRs: one for an individual, several for an agent."""
        user = User(user_id or secrets.token_hex(6), password or secrets.token_urlsafe(9), frozenset({utr, *more}))
        self.users[user.user_id] = user
        return user

    def load(self, utr: str, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Figures of one UTR: `{"2024-25": {"income": {...}, "tax": {...}, "employment": {...}}}`."""
        for year, parts in data.items():
            label = TaxYear.parse(year).label
            for name, body in parts.items():
                self.summaries[(utr, label, APIS.get(name, name))] = body

    def load_scenario(self, utr: str, tax_year: str, scenario: str) -> None:
        """One of HMRC's published scenarios, for all five APIs."""
        self.load(utr, {tax_year: SCENARIOS[scenario]})

    def withdraw(self, utr: str, tax_year: str) -> None:
        """The year's return was processed: its figures are gone."""
        self.withdrawn.add((utr, tax_year))

    def summary(self, utr: str, tax_year: str, api: str) -> Any | None:
        """The figures as they can be seen now; None when there are none."""
        if (utr, tax_year) in self.withdrawn:
            return None
        year = TaxYear.parse(tax_year)
        opens = self.appears_on.get((utr, tax_year), date(year.starts + 1, 6, 6))
        if self.windows and self.clock().date() < opens:
            return None
        return self.summaries.get((utr, tax_year, api))

    def issue_code(self, client_id: str, user_id: str, scope: str, redirect_uri: str, challenge: str | None) -> str:
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(client_id, user_id, scope, redirect_uri, challenge, self.clock() + CODE_LIFE)
        return code

    def grant(self, client_id: str, user_id: str, scope: str | None = None) -> SimulatedGrant:
        """A fresh authorisation with its first pair."""
        grant = SimulatedGrant(client_id, user_id, scope or " ".join(sorted(SCOPES)), self.clock())
        self.rotate(grant)
        self.grants.append(grant)
        return grant

    def rotate(self, grant: SimulatedGrant) -> None:
        """A new pair; the old access token and the old refresh token die at once."""
        grant.access_token, grant.refresh_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        grant.access_until = self.clock() + ACCESS_LIFE

    def grant_to_refresh(self, refresh_token: str) -> SimulatedGrant | None:
        for grant in self.grants:
            alive = not grant.revoked and self.clock() < grant.granted_at + GRANT_LIFE
            if alive and secrets.compare_digest(grant.refresh_token, refresh_token):
                return grant
        return None

    def grant_of_access(self, access_token: str) -> SimulatedGrant | None:
        for grant in self.grants:
            if not grant.revoked and self.clock() < grant.access_until and grant.access_token == access_token:
                return grant
        return None

    def is_too_fast(self, client_id: str) -> bool:
        """Whether this is the fourth request of an application within a second."""
        recent, now = self._recent.setdefault(client_id, deque()), time.monotonic()
        while recent and now - recent[0] >= 1.0:
            recent.popleft()
        if len(recent) >= 3:
            return True
        recent.append(now)
        return False
