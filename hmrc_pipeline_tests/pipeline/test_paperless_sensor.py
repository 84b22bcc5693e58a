"""The sensor that follows Paperless, ticked by hand: when it asks for a run, when it is quiet, when it is red."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import dagster as dg
import pytest

from hmrc_pipeline.alerts import ChannelProblem, Channels, Message
from hmrc_pipeline.documents import leave_nudge
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.pipeline.build import build_definitions
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.pipeline.sensors import new_paperless_documents
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.documents.paperless_server import Server, paperless, shown
from hmrc_pipeline_tests.readings.fakes import FakePool


class Resource(HomeResource):
    """HOME as a test opened it, with a clock that the test moves. Dagster copies resources, so it stands apart."""

    here: ClassVar[list[tuple[Home, Server]]] = []
    number: int

    @classmethod
    def of(cls, home: Home, server: Server) -> "Resource":
        cls.here.append((home, server))
        return cls(number=len(cls.here) - 1)

    def _opened(self) -> Home:
        return self.here[self.number][0]

    def now(self) -> datetime:
        return self.here[self.number][1].clock()


@pytest.fixture(autouse=True)
def _quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["hmrc_pipeline.pipeline.assets.documents"]  # its name is an asset's too
    monkeypatch.setattr(module, "Reader", lambda **_options: contextlib.nullcontext(FakePool()))


@pytest.fixture
def server() -> Iterator[Server]:
    with paperless() as running:
        yield running


class Bell:
    """The sensor with its instance and cursor."""

    def __init__(self, server: Server, folder: Path, **settings: str) -> None:
        url = settings.pop("url", server.url)
        token = server.user.token
        self.home = open_home(load_settings(home=folder, paperless_url=url, paperless_token=token, **settings))
        self.server, self.cursor = server, None
        self.instance = dg.DagsterInstance.ephemeral()
        self.resource = Resource.of(self.home, server)
        self.definitions = build_definitions(self.home.settings, now=server.clock())

    def tick(self, *, seconds: float = 30) -> list[str]:
        """Run keys asked for."""
        self.server.clock.advance(seconds=seconds)
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor, resources={"home": self.resource})
        result = new_paperless_documents(context)
        self.said = result
        if isinstance(result, dg.SkipReason):
            return []
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        return [str(request.run_key) for request in result.run_requests or []]

    def run(self) -> None:
        job = self.definitions.resolve_job_def("read_documents")
        done = job.execute_in_process(instance=self.instance, resources={"home": self.resource})
        assert done.success


@pytest.fixture
def bell(server: Server, tmp_path: Path) -> Iterator[Bell]:
    made = Bell(server, tmp_path / "home")
    yield made
    made.home.database.engine.dispose()


def test_one_run_for_what_is_new(bell: Bell, server: Server) -> None:
    assert bell.tick() == []
    server.add(3)
    (key,) = bell.tick()
    assert key.startswith("paperless:")
    assert bell.tick(seconds=15) == [], "it was asked for"
    bell.run()
    assert shown(bell.home) == 3
    assert bell.tick() == []
    server.state.edit(1, tags=set())
    assert bell.tick() == [], "what is gone needs no run of its own"
    assert shown(bell.home) == 2
    server.state.add_version(2, b"%PDF corrected")
    (other,) = bell.tick()
    assert other != key


def test_a_run_under_way_is_waited_for(bell: Bell, server: Server) -> None:
    server.add(1)
    job = bell.definitions.resolve_job_def("read_documents")
    bell.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=dict(job.tags))
    assert bell.tick() == []
    assert "under way" in str(bell.said.skip_reason)  # type: ignore[union-attr]


def test_a_nudge_does_not_wait(bell: Bell, server: Server) -> None:
    bell.tick()
    server.add(1, step=0)
    assert bell.tick(seconds=5) == []
    leave_nudge(bell.home, server.clock())
    assert len(bell.tick(seconds=5)) == 1


def test_what_is_wrong_is_said(server: Server, tmp_path: Path) -> None:
    nowhere = Bell(server, tmp_path / "a", url="http://127.0.0.1:9")
    with pytest.raises(dg.Failure, match=r"http://127\.0\.0\.1:9"):
        nowhere.tick()
    nameless = Bell(server, tmp_path / "b", paperless_payslip_tag="pay slips")
    with pytest.raises(dg.Failure, match="HMRC_PIPELINE_PAPERLESS_PAYSLIP_TAG"):
        nameless.tick()
    half = Bell(server, tmp_path / "c", paperless_p60_tag="P 60")
    assert half.tick() == []
    assert "P60s are not looked for" in str(half.said)
    for each in (nowhere, nameless, half):
        each.home.database.engine.dispose()


def test_a_dead_server_loses_nothing(bell: Bell, server: Server) -> None:
    server.add(2)
    server.state.fail_next("/api/", *["503"] * 6)
    for _ in range(2):
        with pytest.raises(dg.Failure) as problem:
            bell.tick(seconds=15)
        assert server.user.token not in str(problem.value.description)
    assert len(bell.tick(seconds=15)) == 1


def test_a_collapse_is_red_until_it_is_over(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = Bell(server, tmp_path / "home", alert_urls="json://127.0.0.1:9/x")
    sent: list[str] = []

    def send(_channels: Channels, message: Message) -> None:
        sent.append(message.title)
        if len(sent) == 1:
            raise ChannelProblem("it did not take the message")

    monkeypatch.setattr(Channels, "send", send)
    documents = server.add(15)
    bell.tick()
    bell.run()
    for number in documents:
        server.state.documents[number].owner = 99
    with pytest.raises(dg.Failure, match="did not take the message"):
        bell.tick()
    for seconds in (15, 15, 30):
        with pytest.raises(dg.Failure, match="none was withdrawn"):
            bell.tick(seconds=seconds)
    assert sent == ["Paperless shows far fewer documents than before"] * 2, "told once, when it could be"
    for number in documents:
        server.state.documents[number].owner = None
    assert bell.tick() == []
    assert shown(bell.home) == 15
    bell.home.database.engine.dispose()


def test_without_settings_it_names_them(home: Home, server: Server) -> None:
    resource = Resource.of(home, server)
    said = new_paperless_documents(dg.build_sensor_context(resources={"home": resource}))
    assert isinstance(said, dg.SkipReason)
    assert "HMRC_PIPELINE_PAPERLESS_URL" in str(said.skip_message)
    assert "HMRC_PIPELINE_PAPERLESS_TOKEN" in str(said.skip_message)
