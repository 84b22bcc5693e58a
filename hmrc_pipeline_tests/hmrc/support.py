"""A small world for tests of the HMRC wing: a home, a simulated HMRC over loopback HTTP, people, a clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from hmrc_pipeline.database.tables import Base
from hmrc_pipeline.hmrc import SyncLine, sync
from hmrc_pipeline.hmrc.authorise import begin_authorisation, finish_authorisation
from hmrc_pipeline.hmrc.client import open_http
from hmrc_pipeline.hmrc.limiter import FileSlots, Limiter
from hmrc_pipeline.hmrc.oauth import TokenEndpoint
from hmrc_pipeline.hmrc.token_stores import store_of
from hmrc_pipeline.hmrc.tokens import TokenBroker
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.identifiers import Nino, Utr
from hmrc_pipeline.people import add_person
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.hmrc import HmrcState, Served, User, create_app, serve, sign_in
from hmrc_pipeline.tax_year import TaxYear

UTR, OTHER_UTR = "2234567890", "1111111111"
NINO = "QQ123456C"
Y2024 = TaxYear(2024)
IN_WINDOW = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands where it is put."""

    now: datetime = IN_WINDOW

    def __call__(self) -> datetime:
        return self.now


def make_home(path: Path, **settings: Any) -> Home:
    """A fresh home."""
    return open_home(load_settings(home=path, _env_file=None, **settings))


@dataclass
class World:
    """Everything a test of the exchange needs."""

    home: Home
    state: HmrcState
    served: Served
    clock: Clock
    users: dict[str, User] = field(default_factory=dict)
    clients: list[httpx.Client] = field(default_factory=list)

    def person(self, utr: str | None = UTR, nino: str | None = None, **user: str) -> str:
        """A person of ours who can also sign in at the simulated HMRC."""
        with self.home.database.writing() as session:
            person_id = add_person(
                session,
                self.home.cipher,
                nino=Nino.parse(nino) if nino else None,
                utr=Utr.parse(utr) if utr else None,
                name=None if utr or nino else "Example Person",
                now=self.clock.now,
            )
        if utr:
            self.users[person_id] = self.state.add_user(utr, **user)
        return person_id

    def authorise(self, person_id: str, *, agent: bool = False) -> str:
        url = begin_authorisation(self.home, person_id, agent=agent, now=self.clock.now)
        return finish_authorisation(self.home, sign_in(url, self.users[person_id]), now=self.clock.now)

    def limiter(self) -> Limiter:
        return Limiter(FileSlots(self.home), spacing=0.0, sleep=lambda _seconds: None)

    def sync(self, *years: TaxYear, force: bool = False, **more: Any) -> list[SyncLine]:
        quick: dict[str, Any] = {"limiter": self.limiter(), "sleep": lambda _seconds: None}
        wanted: Any = list(years) if years else "due"
        return sync(self.home, years=wanted, force=force, now=self.clock.now, **quick | more)

    def broker(self, **more: Any) -> TokenBroker:
        self.clients.append(open_http())
        endpoint = TokenEndpoint(self.home.settings, self.clients[-1])
        store: Any = {"store": store_of(self.home.settings, self.home.cipher)}
        return TokenBroker(self.home, endpoint, self.limiter(), self.clock, **store | more)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.served.stop()
        self.home.database.engine.dispose()

    def rows(self, table: str) -> list[Any]:
        with self.home.database.reading() as session:
            return list(session.execute(sa.select(Base.metadata.tables[table])))

    def count(self, table: str) -> int:
        return len(self.rows(table))


def make_world(path: Path, **settings: Any) -> World:
    clock = Clock()
    state = HmrcState(clock=clock, throttle=False)
    served = serve(create_app(state))
    application = state.add_application("http://localhost:8080/oauth/callback")
    home = make_home(
        path,
        hmrc_api_url=served.url,
        hmrc_token_url=f"{served.url}/oauth/token",
        hmrc_authorise_url=f"{served.url}/oauth/authorize",
        hmrc_client_id=application.client_id,
        hmrc_client_secret=application.client_secret,
        **{"first_tax_year": "2023-24", **settings},
    )
    return World(home, state, served, clock)


def by_api(lines: list[SyncLine]) -> dict[str, SyncLine]:
    return {line.api: line for line in lines}
