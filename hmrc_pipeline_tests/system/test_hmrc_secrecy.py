"""Authorising, asking and failing at HMRC in processes of their own: no token, code, secret, NINO or UTR comes to rest.

Searched are files (database, spool, locks, temporary ones, Dagster's), PostgreSQL, everything that was printed or
logged, and, while it runs, every command line and every browser's environment.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from hmrc_pipeline.simulators.hmrc import HmrcState, create_app, serve, sign_in
from hmrc_pipeline_tests.conftest import skip_or_fail
from hmrc_pipeline_tests.system import sentinels
from hmrc_pipeline_tests.system.support import clean_environment, descendants, free_port, poll, run, started
from hmrc_pipeline_tests.web.support import form_token
from hmrc_pipeline_tests.web.test_browser import chromium

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

NINO, UTR = "QQ918273A", sentinels.UTR.value
SECRET, SYNC, PASSWORD = "clientsecretVxQ7-sentinel", "syncsentinelKp93Lm" * 2, "hmrcpasswordTr55-sentinel"
LOGIN = "webpasswordWw21Nz-sentinel"
YEAR = "2024-25"
DRIVE = "hmrc_pipeline_tests.system.drive"


class Watch:
    """Every command line, and every browser's environment, of what runs below this process."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            for pid, line in descendants(os.getpid()).items():
                self.seen.add(line)
                if "chrom" in line:
                    self.seen.add(_environment(pid))

    @contextmanager
    def on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join()


def _environment(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


class World:
    """A user's machine, the simulated HMRC with all it ever gave out, and all that was said."""

    def __init__(self, folder: Path, database_url: str | None, dagster_url: str | None) -> None:
        self.folder, self.databases = folder, [url for url in (database_url, dagster_url) if url]
        self.words: set[str] = {NINO, UTR, SECRET, SYNC, PASSWORD, LOGIN}
        self.said: list[str] = []
        self.port = free_port()
        redirect = f"http://localhost:{self.port}/oauth/callback"
        self.state = HmrcState(throttle=False, strict_headers=True)
        self._remember_what_is_given_out()
        application = self.state.add_application(redirect, client_secret=SECRET)
        self.user = self.state.add_user(UTR, password=PASSWORD)
        self.state.load_scenario(UTR, YEAR, "HAPPY_PATH_1")
        self.hmrc = serve(create_app(self.state))
        for name in ("home", "tmp", "dagster"):
            (folder / name).mkdir()
        (folder / "dagster" / "dagster.yaml").write_text(
            "telemetry: {enabled: false}\n"
            + ("storage: {postgres: {postgres_url: {env: DAGSTER_PG_URL}}}\n" if dagster_url else "")
        )
        self.env = clean_environment(
            folder / "home",
            TMPDIR=str(folder / "tmp"),
            DAGSTER_HOME=str(folder / "dagster"),
            HMRC_PIPELINE_HOME=str(folder / "home" / "ours"),
            HMRC_PIPELINE_WEB_PORT=str(self.port),
            HMRC_PIPELINE_SYNC_TOKEN=SYNC,
            HMRC_PIPELINE_FIRST_TAX_YEAR="2023-24",
            HMRC_PIPELINE_HMRC_API_URL=self.hmrc.url,
            HMRC_PIPELINE_HMRC_AUTHORISE_URL=f"{self.hmrc.url}/oauth/authorize",
            HMRC_PIPELINE_HMRC_TOKEN_URL=f"{self.hmrc.url}/oauth/token",
            HMRC_PIPELINE_HMRC_REDIRECT_URI=redirect,
            HMRC_PIPELINE_HMRC_CLIENT_ID=application.client_id,
            HMRC_PIPELINE_HMRC_CLIENT_SECRET=SECRET,
        )
        if database_url and dagster_url:
            self.env |= {"HMRC_PIPELINE_DATABASE_URL": database_url, "DAGSTER_PG_URL": dagster_url}

    def _remember_what_is_given_out(self) -> None:
        rotate, issue = self.state.rotate, self.state.issue_code

        def rotated(grant: Any) -> None:
            rotate(grant)
            self.words.update((grant.access_token, grant.refresh_token))

        def issued(*what: Any) -> str:
            code = issue(*what)
            self.words.add(code)
            return code

        self.state.rotate, self.state.issue_code = rotated, issued  # type: ignore[method-assign,assignment]

    def run(self, *arguments: str, text: str = "", codes: tuple[int, ...] = (0,), module: str = "hmrc_pipeline") -> str:
        done = run(*arguments, module=module, text=text, env=self.env, cwd=self.folder / "home")
        self.said += [done.stdout, done.stderr]
        assert done.returncode in codes, done.stderr
        return done.stdout

    def run_out(self) -> None:
        """Every access token is refused from now on."""
        for grant in self.state.grants:
            grant.access_until = self.state.clock()

    def findings(self) -> list[str]:
        found = sentinels.found_in("stdout or stderr", "\n".join(self.said).encode(), self.words)
        found += sentinels.search_files(self.folder, self.words)
        for url in self.databases:
            found += sentinels.search_postgres(url, self.words)
        return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: below it Chromium makes sockets, whose paths are limited."""
    with tempfile.TemporaryDirectory(prefix="hmrc-secrecy-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def world(request: pytest.FixtureRequest, folder: Path) -> Iterator[World]:
    urls = (None, None)
    if request.param == "postgresql":
        urls = (request.getfixturevalue("postgres_url"), request.getfixturevalue("other_postgres_url"))
    made = World(folder, *urls)
    yield made
    made.hmrc.stop()


def test_what_hmrc_gave_and_was_told_comes_to_rest_nowhere(world: World) -> None:
    pytest.importorskip("playwright")
    if not chromium():
        skip_or_fail("no Chromium is installed")
    watch = Watch()
    with watch.on():
        person = world.run("person", "add", "--from-stdin", text=json.dumps({"nino": NINO, "utr": UTR})).strip()
        credentials = json.dumps({"user_id": world.user.user_id, "password": PASSWORD})
        world.run("authorise", "--person", person, "--headless", text=credentials)
        world.run_out()
        assert world.run(f"ask_hmrc:{YEAR}", module=DRIVE).split() == [f"ask_hmrc:{YEAR}", "succeeded"]
        assert methods(world) == {"BATCH_PROCESS_DIRECT"}, "a strict HMRC took what the schedule sends"
        in_the_browser(world, person)
        stumble(world)
    assert len(world.state.grants) == 2
    assert len(world.words) == 6 + 3 + 2 * 5, "two codes, a state, five pairs: tokens were rotated and searched for"
    commands = "\n".join(watch.seen).encode()
    assert b"chrom" in commands
    assert b"--headless" in commands
    assert b"hmrc_pipeline serve" in commands
    assert sentinels.found_in("process list", commands, world.words) == []
    assert world.findings() == []


def in_the_browser(world: World, person: str) -> None:
    """Authorising and asking through the web application; what is foreign, late or wrong is refused and logged."""
    world.run("user", "add", "sam", "--from-stdin", text=LOGIN)
    log = world.folder / "serve.log"
    base = f"http://localhost:{world.port}"
    with started("serve", env=world.env, log=log), httpx.Client(base_url=base, timeout=30) as browser:
        poll("it answers", lambda: _status(browser, "/livez") == 200, 60)
        fields = {"form_token": form_token(browser.get("/login").text), "name": "sam", "next": "/"}
        assert browser.post("/login", data=fields | {"password": LOGIN[::-1]}).status_code == 401
        assert browser.post("/login", data=fields | {"password": LOGIN}).status_code == 303
        to_hmrc = browser.get("/authorize", params={"person": person}).headers["Location"]
        world.words.add(parse_qs(urlsplit(to_hmrc).query)["state"][0])
        callback = sign_in(to_hmrc, world.user)
        assert httpx.get(callback).status_code == 403, "another browser"
        assert browser.get(callback.replace("state=", "state=x")).status_code == 400
        assert browser.get(callback).status_code == 303
        assert browser.get(callback).status_code == 400, "a second time"
        page = browser.get("/").text
        assert browser.post("/ask", data={"form_token": form_token(page)}).status_code == 303
        assert browser.post("/sync", headers={"Authorization": f"Bearer {SYNC[::-1]}"}).status_code == 401
        asked = browser.post("/sync", headers={"Authorization": f"Bearer {SYNC}"}, json={"wait": 60})
        assert asked.status_code == 200
        world.said.append(asked.text)
        time.sleep(0.2)
    assert "GET /oauth/callback 303" in log.read_text(), "it is logged, without its query"


def methods(world: World) -> set[str]:
    """How HMRC was told that it was asked, the last time for each API."""
    return {sent["gov-client-connection-method"] for sent in world.state.last_headers.values()}


def _status(browser: httpx.Client, path: str) -> int:
    try:
        return browser.get(path).status_code
    except httpx.HTTPError:
        return 0


def stumble(world: World) -> None:
    """HMRC fails in every way, under the command and under Dagster, until the authorisation is lost."""
    asking = ("sync", "--tax-year", YEAR, "--force", "--json")
    any_end = (0, 2, 3)
    world.state.faults.add("api", "500_before", "half_body", "broken_json", "drop_before")
    world.run(*asking, codes=any_end)
    world.run_out()
    world.state.faults.add("token", "drop_before")
    world.run(*asking, codes=any_end)
    world.run(*asking, codes=(0,))
    assert methods(world) == {"OTHER_DIRECT"}, "and what the command sends"
    world.env["SENTINELS"] = " ".join(sorted(world.words))
    broken = f"hmrc_pipeline.pipeline.assets.hmrc:sync!ask_hmrc:{YEAR}"
    assert world.run(broken, module=DRIVE).split() == [f"ask_hmrc:{YEAR}", "failed"]
    del world.env["SENTINELS"]
    world.run_out()
    world.state.faults.add("token", "500_after", "500_after")
    world.run(*asking, codes=any_end)
    world.run(*asking, codes=(3,))


def test_the_search_finds(folder: Path) -> None:
    """A token on a command line, in a browser's environment, in a file and on a screen."""
    world = World(folder, None, None)
    world.hmrc.stop()
    token = "Zt7sentinelQ0token4Xy"
    world.words.add(token)
    watch = Watch()
    with watch.on():
        line = [sys.executable, "-c", "import time; time.sleep(1)"]
        environment = {**world.env, "TOKEN": token[::-1]}
        hidden = subprocess.Popen([*line, "--for-chromium"], env=environment)
        shown = subprocess.Popen([*line, token], env=world.env)
        assert (hidden.wait(20), shown.wait(20)) == (0, 0)
    commands = sorted(watch.seen)
    assert any(token in command for command in commands)
    assert any(token[::-1] in command for command in commands)
    (world.folder / "home" / "spool.bin").write_bytes(token.encode("utf-16-le"))
    world.said.append(token)
    assert len(world.findings()) == 2
