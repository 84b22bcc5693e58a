"""Authorising: state, PKCE, the loopback listener, pasting; what is refused, and that it burns nothing."""

import shutil
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from hmrc_pipeline.hmrc.authorise import (
    AuthorisationTimedOut,
    authorise,
    begin_authorisation,
    finish_authorisation,
    join_agent,
)
from hmrc_pipeline.hmrc.endpoints import EndpointProblem
from hmrc_pipeline.hmrc.grants import expires_on, force_reauthorisation, list_grants, notice_due
from hmrc_pipeline.hmrc.headless import BrowserProblem, headless_browser
from hmrc_pipeline.hmrc.oauth import BadCallback, OAuthRefused
from hmrc_pipeline.people import UnknownPerson
from hmrc_pipeline.simulators.hmrc import sign_in
from hmrc_pipeline_tests.conftest import skip_or_fail
from hmrc_pipeline_tests.hmrc.support import IN_WINDOW, OTHER_UTR, UTR, Y2024, World


@pytest.fixture
def loopback(world: World) -> World:
    """The world with a redirect URI on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    uri = f"http://localhost:{port}/oauth/callback"
    settings = world.home.settings.model_copy(update={"hmrc_redirect_uri": uri})
    application = world.state.applications[str(settings.hmrc_client_id)]
    world.state.applications[application.client_id] = replace(application, redirect_uris=(uri,))
    world.home = replace(world.home, settings=settings)
    return world


class Waiting:
    """`authorise` waiting in a thread; `url` is what it showed."""

    def __init__(self, world: World, person: str, timeout: float = 10) -> None:
        self.shown, self.result, self.problem = threading.Event(), None, None
        self.thread = threading.Thread(target=self._run, args=(world, person, timeout))
        self.thread.start()
        assert self.shown.wait(5)

    def _run(self, world: World, person: str, timeout: float) -> None:
        try:
            self.result = authorise(world.home, person, show=self._show, timeout=timeout, now=world.clock)
        except Exception as problem:
            self.problem = problem

    def _show(self, url: str) -> None:
        self.url = url
        self.shown.set()

    def end(self) -> Any:
        self.thread.join(20)
        return self.problem or self.result


def test_through_the_listener(loopback: World) -> None:
    person = loopback.person()
    waiting = Waiting(loopback, person)
    callback = sign_in(waiting.url, loopback.users[person])
    foreign = [
        (callback.replace("state=", "state=x"), {}, "a state that is not ours"),
        (callback.replace("/oauth/callback", "/oauth/callback/"), {}, "another path"),
        (callback.replace("/oauth/callback", "/"), {}, "another path"),
        (callback, {"Host": "evil.example"}, "a name that was pointed at this machine"),
        (callback, {"Host": "localhost"}, "another port"),
        (callback + "&code=again", {}, "two codes"),
        (callback.split("&")[0], {}, "no state at all"),
    ]
    for url, headers, why in foreign:
        assert httpx.get(url, headers=headers, trust_env=False).status_code == 404, why
    twin = callback.replace("localhost", "127.0.0.1")
    assert httpx.post(twin, trust_env=False).status_code == 501
    answer = httpx.get(twin, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert str(waiting.end()).startswith("g_")
    with pytest.raises(httpx.ConnectError):
        httpx.get(callback, trust_env=False)
    with pytest.raises(BadCallback):
        finish_authorisation(loopback.home, callback, now=loopback.clock.now)


@pytest.mark.real
def test_a_real_browser_goes_through_the_pages(loopback: World) -> None:
    pytest.importorskip("playwright")
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        skip_or_fail("no Chromium is installed")
    person = loopback.person()
    user = loopback.users[person]
    settings = loopback.home.settings
    browser = headless_browser(settings, user_id=user.user_id, password=user.password)
    ask: Any = {"show": lambda _url: None, "timeout": 60, "now": loopback.clock}
    assert authorise(loopback.home, person, open_browser=browser, **ask).startswith("g_")
    wrong = headless_browser(settings, user_id=user.user_id, password="wrong")
    with pytest.raises(BrowserProblem, match="sign-in pages") as problem:
        authorise(loopback.home, person, open_browser=wrong, **ask)
    assert "state" not in str(problem.value)


def test_no_robot_signs_in_at_the_real_hmrc(loopback: World) -> None:
    settings: Any = loopback.home.settings.model_copy(update={"hmrc_api_url": "https://api.service.hmrc.gov.uk"})
    with pytest.raises(EndpointProblem, match="only a person"):
        headless_browser(settings, user_id="x", password="x")


def test_a_connection_that_says_nothing_holds_nobody_up(loopback: World) -> None:
    person = loopback.person()
    waiting = Waiting(loopback, person)
    with socket.create_connection(("127.0.0.1", urlsplit(loopback.home.settings.hmrc_redirect_uri).port or 0)):
        httpx.get(sign_in(waiting.url, loopback.users[person]), trust_env=False)
        assert str(waiting.end()).startswith("g_")


def test_the_person_says_no(loopback: World) -> None:
    person = loopback.person()
    waiting = Waiting(loopback, person)
    assert httpx.get(sign_in(waiting.url, loopback.users[person], grant=False), trust_env=False).status_code == 200
    assert isinstance(waiting.end(), OAuthRefused)
    assert loopback.count("hmrc_grant") == 0


def test_nobody_comes_back(loopback: World) -> None:
    waiting = Waiting(loopback, loopback.person(), timeout=0.2)
    assert isinstance(waiting.end(), AuthorisationTimedOut)


def test_the_port_is_taken(loopback: World) -> None:
    port = urlsplit(loopback.home.settings.hmrc_redirect_uri).port or 0
    with socket.create_server(("127.0.0.1", port)), pytest.raises(EndpointProblem, match="in use"):
        authorise(loopback.home, loopback.person(), show=lambda _url: None, now=loopback.clock)


@pytest.mark.parametrize("bare", [True, False])
def test_pasting(world: World, bare: bool) -> None:
    person, shown = world.person(), []

    def paste() -> str:
        callback = sign_in(shown[0], world.users[person])
        return f" {parse_qs(urlsplit(callback).query)['code'][0]}\n" if bare else callback

    assert authorise(world.home, person, show=shown.append, paste=paste, now=world.clock).startswith("g_")


def test_a_call_back_that_comes_too_late(world: World) -> None:
    person = world.person()
    url = begin_authorisation(world.home, person, now=world.clock.now)
    callback = sign_in(url, world.users[person])
    with pytest.raises(BadCallback, match="too late"):
        finish_authorisation(world.home, callback, now=world.clock.now + timedelta(hours=1))


def test_a_code_of_another_sign_in_fails_by_pkce(world: World) -> None:
    person = world.person()
    mine, theirs = (begin_authorisation(world.home, person, now=world.clock.now) for _ in range(2))
    stolen = parse_qs(urlsplit(sign_in(theirs, world.users[person])).query)["code"][0]
    callback = f"http://localhost/?code={stolen}&state={parse_qs(urlsplit(mine).query)['state'][0]}"
    with pytest.raises(OAuthRefused, match="start again"):
        finish_authorisation(world.home, callback, now=world.clock.now)


def test_an_old_code(world: World) -> None:
    person = world.person()
    url = begin_authorisation(world.home, person, now=world.clock.now)
    callback = sign_in(url, world.users[person])
    world.clock.now += timedelta(minutes=11)
    with pytest.raises(OAuthRefused, match="ten minutes"):
        finish_authorisation(world.home, callback, now=world.clock.now)


def test_authorising_again_replaces_and_asks_again(world: World) -> None:
    person = world.person()
    first = world.authorise(person)
    second = world.authorise(person)
    assert {row.grant_id: row.state for row in world.rows("hmrc_grant")} == {first: "replaced", second: "active"}
    assert [row.grant_id for row in world.rows("hmrc_grant_tokens")] == [second]


def test_an_agent_is_one_chain_for_all_clients(world: World) -> None:
    first, second = world.person(UTR), world.person(OTHER_UTR)
    agent = world.state.add_user(UTR, OTHER_UTR)
    world.users = {first: agent, second: agent}
    world.authorise(first, agent=True)
    grant = world.authorise(second, agent=True)
    with world.home.database.reading() as session:
        grants = list_grants(session)
    assert [(g.grant_id, set(g.people)) for g in grants] == [(grant, {first, second})]
    world.clock.now += timedelta(hours=5)
    world.sync()
    assert world.state.calls["refresh"] == 1


def test_a_new_client_joins_the_agents_authorisation(world: World) -> None:
    first, second = world.person(UTR), world.person(OTHER_UTR)
    world.users = dict.fromkeys((first, second), world.state.add_user(UTR, OTHER_UTR))
    assert not join_agent(world.home, first, now=world.clock.now), "there is none yet"
    grant = world.authorise(first, agent=True)
    assert not join_agent(world.home, first, now=world.clock.now), "who is covered signs in to renew"
    world.authorise(second)
    assert join_agent(world.home, second, now=world.clock.now)
    with world.home.database.reading() as session:
        assert [(g.grant_id, set(g.people)) for g in list_grants(session)] == [(grant, {first, second})]
    world.state.load_scenario(OTHER_UTR, "2024-25", "HAPPY_PATH_1")
    assert "available" in {line.state for line in world.sync(Y2024) if line.person_id == second}
    with pytest.raises(UnknownPerson):
        join_agent(world.home, "p_nobody", now=world.clock.now)


@pytest.mark.parametrize("ended", ["eighteen months", "another application", "lost"])
def test_an_agents_authorisation_of_no_use_is_not_joined(world: World, ended: str) -> None:
    first, second = world.person(UTR), world.person(OTHER_UTR)
    world.authorise(first, agent=True)
    if ended == "eighteen months":
        world.clock.now += timedelta(days=550)
    elif ended == "another application":
        world.home.settings.hmrc_client_id = "another"
    else:
        with world.home.database.writing() as session:
            force_reauthorisation(session, reason="restored", now=world.clock.now)
    assert not join_agent(world.home, second, now=world.clock.now)


@pytest.mark.parametrize(
    ("days_before_end", "notice"),
    [(61, None), (60, 60), (31, 60), (30, 30), (14, 14), (8, 14), (7, 7), (1, 1), (0, 1), (-5, 1)],
)
def test_notices_before_the_eighteen_months_end(days_before_end: int, notice: int | None) -> None:
    end = expires_on(IN_WINDOW)
    assert (end.year, end.month, end.day) == (2027, 3, 1)
    assert notice_due(IN_WINDOW, end - timedelta(days=days_before_end)) == notice


@pytest.mark.parametrize(
    ("granted", "ends"),
    [
        ("2024-08-31", "2026-02-28"),
        ("2026-08-30", "2028-02-29"),
        ("2025-12-31", "2027-06-30"),
        ("2025-07-01", "2027-01-01"),
    ],
)
def test_eighteen_months(granted: str, ends: str) -> None:
    assert expires_on(IN_WINDOW.fromisoformat(granted + "T00:00+00:00")).date().isoformat() == ends
