"""A simulated Paperless that tests look at: its clock stands still until it is moved."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Announcement, Document, Sighting
from hmrc_pipeline.documents import Intake, Looked, PaperlessSource, fetch_announced, look
from hmrc_pipeline.documents.paperless import PaperlessClient
from hmrc_pipeline.documents.paperless_http import PaperlessHttp
from hmrc_pipeline.home import Home
from hmrc_pipeline.simulators.paperless import PaperlessState, SimulatedUser, create_app, serve

VERSIONS = ("3.0.5", "2.20.15")


@dataclass
class Clock:
    """The moment both sides go by."""

    now: datetime = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Server:
    """A served Paperless with the two tags, its clock, and a source that looks at it."""

    state: PaperlessState
    clock: Clock
    url: str
    payslip: int
    p60: int
    user: SimulatedUser
    sources: list[PaperlessSource] = field(default_factory=list)

    def source(self, user: SimulatedUser | None = None, **changes: str) -> PaperlessSource:
        names = {"payslip_tag": "payslip", "p60_tag": "p60", **changes}
        http = PaperlessHttp(names.pop("url", self.url), (user or self.user).token, sleep=lambda _seconds: None)
        made = PaperlessSource(PaperlessClient(http), names["payslip_tag"], names["p60_tag"])
        self.sources.append(made)
        return made

    def add(self, count: int, tags: Sequence[int] | None = None, *, step: float = 1.0, salt: str = "") -> list[int]:
        """Documents with bytes of their own, a second apart."""
        made = []
        for number in range(count):
            self.clock.advance(seconds=step)
            content = f"%PDF {salt}{len(self.state.documents)} {number}".encode()
            made.append(self.state.add_document(content, [self.payslip] if tags is None else tags))
        return made

    def follow(self, home: Home, *, seconds: float = 20.0, everything: bool = False) -> tuple[Looked, Intake]:
        """Half a minute later: a look, and a fetch of what it announced."""
        self.clock.advance(seconds=30)
        source = self.source()
        looked = look(home, source, now=self.clock(), seconds=seconds, everything=everything)
        return looked, fetch_announced(home, source, now=self.clock())


@contextmanager
def paperless(version: str = "3.0.5", prefix: str = "") -> Iterator[Server]:
    """A served Paperless for the length of a block."""
    clock = Clock()
    state = PaperlessState(version, clock)
    payslip, p60 = state.add_tag("payslip"), state.add_tag("p60")
    with serve(create_app(state, prefix)) as running:
        server = Server(state, clock, running.url + prefix, payslip, p60, state.add_user("pipeline"))
        yield server
        for source in server.sources:
            source.client.http.close()


def present(home: Home) -> set[str]:
    """SHA-256 of every content that some source shows."""
    with home.database.reading() as session:
        return set(session.scalars(sa.select(Document.sha256).where(Document.withdrawn_at.is_(None))))


def shown(home: Home) -> int:
    """How many documents of Paperless the registry shows."""
    with home.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(Sighting.removed_at.is_(None))) or 0


def waiting(home: Home) -> int:
    with home.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Announcement)) or 0


def tagged(server: Server) -> set[str]:
    """SHA-256 of every content the server shows with one of our tags."""
    ours = {server.payslip, server.p60}
    return {d.newest.sha256 for d in server.state.visible(server.user) if d.tags & ours}
