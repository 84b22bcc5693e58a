"""A browser and a program, as they ask the application."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.logins import add_user, begin_session
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.hmrc import HmrcState, serve
from hmrc_pipeline.simulators.hmrc import create_app as create_hmrc
from hmrc_pipeline.web import create_app
from hmrc_pipeline_tests.hmrc.support import Clock, World

SYNC_TOKEN, WEBHOOK_TOKEN = "s" * 20 + "SyncSentinel", "w" * 20 + "HookSentinel"
NAME, PASSWORD = "sam", "correct horse battery"
BASE = "http://localhost:8080"


def world_of(path: Path, **settings: Any) -> World:
    """A simulated HMRC, and the home at a path pointed at it."""
    clock = Clock()
    state = HmrcState(clock=clock, throttle=False)
    served = serve(create_hmrc(state))
    redirect = settings.setdefault("hmrc_redirect_uri", f"{BASE}/oauth/callback")
    application = state.add_application(redirect)
    pointed = load_settings(
        home=path,
        hmrc_api_url=served.url,
        hmrc_token_url=f"{served.url}/oauth/token",
        hmrc_authorise_url=f"{served.url}/oauth/authorize",
        hmrc_client_id=application.client_id,
        hmrc_client_secret=application.client_secret,
        first_tax_year="2023-24",
        _env_file=None,
        **settings,
    )
    return World(open_home(pointed), state, served, clock)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def form_token(html: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found
    return found[1]


class _InProcess(httpx.BaseTransport):
    """Requests to an application of this process, one at a time."""

    def __init__(self, app: Any, address: str) -> None:
        self._transport = httpx.ASGITransport(app, client=(address, 52811))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            content, headers = request.read(), request.headers
            answer = await self._transport.handle_async_request(
                httpx.Request(request.method, request.url, headers=headers, content=content)
            )
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run(ask())


class Site:
    """The application, and browsers to meet it with."""

    def __init__(self, world: World, *, add: bool = True) -> None:
        self.world = world
        self.browsers: list[httpx.Client] = []
        if add:
            add_user(world.home, NAME, PASSWORD, now=world.clock.now)
        self.restart()

    @property
    def home(self) -> Home:
        return self.world.home

    def restart(self, **settings: Any) -> None:
        """The application anew, with other settings."""
        if settings:
            self.world.home = replace(self.home, settings=self.home.settings.model_copy(update=settings))
        self.app = create_app(lambda: self.home, clock=self.world.clock)

    def browser(self, *, signed_in: bool = False, base: str = BASE, address: str = "127.0.0.1") -> httpx.Client:
        """A browser of its own, which follows nothing by itself."""
        transport = _InProcess(self.app, address)
        made = httpx.Client(transport=transport, base_url=base, follow_redirects=False)
        self.browsers.append(made)
        if signed_in:
            secure = "__Host-" if base.startswith("https") else ""
            made.cookies.set(f"{secure}session", begin_session(self.home, NAME, now=self.world.clock.now).token)
        return made

    def post(self, browser: httpx.Client, path: str, **fields: str) -> Any:
        """A form sent from the front page."""
        return browser.post(path, data={"form_token": form_token(browser.get("/").text), **fields})

    def sign_in(self, browser: httpx.Client, password: str = PASSWORD, *, name: str = NAME, after: str = "/") -> Any:
        """The sign-in page, filled in as a person would."""
        page = browser.get("/login", params={"next": after})
        fields = {"form_token": form_token(page.text), "name": name, "password": password, "next": after}
        return browser.post("/login", data=fields)

    def close(self) -> None:
        for browser in self.browsers:
            browser.close()
