"""The pages in a real Chromium: what the policies allow, what the script tells, where a person is led."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from hmrc_pipeline.hmrc import limiter
from hmrc_pipeline.simulators.hmrc_headers import judge
from hmrc_pipeline.web import open_socket
from hmrc_pipeline_tests.conftest import skip_or_fail
from hmrc_pipeline_tests.hmrc.support import UTR
from hmrc_pipeline_tests.web.support import NAME, PASSWORD, Site, world_of

BEHIND_A_PROXY = {"trusted_proxies": "127.0.0.1/32", "public_ip": "203.0.113.6"}
THROUGH_A_PROXY = {"x-forwarded-for": "8.8.4.4:52811"}


def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        skip_or_fail("no Chromium is installed")
    return str(found)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """The application on a port of its own, to which HMRC sends people back."""
    with open_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        address = f"http://localhost:{port}"
        world = world_of(
            tmp_path / "home", web_port=port, hmrc_redirect_uri=f"{address}/oauth/callback", **BEHIND_A_PROXY
        )
        site = Site(world)
        server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, access_log=False, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield site, address
        server.should_exit = True
        thread.join(10)
        world.close()


@pytest.mark.real
def test_a_person_authorises_and_asks(served: tuple[Site, str], monkeypatch: pytest.MonkeyPatch) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setattr(limiter.Limiter, "wait", lambda _self: None)
    site, address = served
    person = site.world.person()
    site.world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    user, complaints = site.world.users[person], []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1111, "height": 777}, timezone_id="Asia/Kathmandu")
        page.route(f"{address}/ask", lambda route: route.continue_(headers=route.request.headers | THROUGH_A_PROXY))
        page.on("console", lambda told: complaints.append((told.location["url"], told.text)))
        page.on("pageerror", lambda error: complaints.append((address, str(error))))
        page.goto(f"{address}/authorize?person={person}")
        page.fill("[name=name]", NAME)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/oauth/authorize?**")
        page.fill("#user_id", user.user_id)
        page.fill("#password", user.password)
        page.click("#continue")
        page.click("#givePermission")
        page.wait_for_url(f"{address}/?said=authorised")
        assert page.locator("text=authorised >> visible=true").count()
        page.click("#ask button")
        page.wait_for_url(f"{address}/?said=asking")
        _finish()
        page.reload()
        assert page.locator(".chip.available").count() == 1
        page.click("text=Sign out")
        page.wait_for_url(f"{address}/login")
        browser.close()
    assert not [told for where, told in complaints if where.startswith(address)]
    sent = site.world.state.last_headers["individual-tax"]
    expected = {
        "gov-client-window-size": "width=1111&height=777",
        "gov-client-screens": "width=1111&height=777&scaling-factor=1&colour-depth=24",
        "gov-client-timezone": "UTC+05:45",
        "gov-client-public-ip": "8.8.4.4",
        "gov-client-public-port": "52811",
        "gov-vendor-forwarded": "by=203.0.113.6&for=8.8.4.4",
    }
    assert {name: sent[name] for name in expected} == expected
    assert "Chrome" in sent["gov-client-browser-js-user-agent"]
    assert judge(sent)[0] == [], "HMRC's validator finds no error in what a real browser tells"


@pytest.mark.real
def test_on_a_network_of_our_own_nothing_is_made_up(served: tuple[Site, str], monkeypatch: pytest.MonkeyPatch) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    monkeypatch.setattr(limiter.Limiter, "wait", lambda _self: None)
    site, address = served
    site.world.authorise(site.world.person())
    site.world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1111, "height": 777}, timezone_id="Europe/London")
        page.goto(f"{address}/login")
        page.fill("[name=name]", NAME)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.click("#ask button")
        page.wait_for_url(f"{address}/?said=asking")
        _finish()
        browser.close()
    sent = site.world.state.last_headers["individual-tax"]
    told = {name for name in sent if name.startswith("gov-")}
    assert told == {
        "gov-client-connection-method",
        "gov-client-browser-js-user-agent",
        "gov-client-device-id",
        "gov-client-screens",
        "gov-client-timezone",
        "gov-client-user-ids",
        "gov-client-window-size",
        "gov-vendor-product-name",
        "gov-vendor-public-ip",
        "gov-vendor-version",
    }
    errors, _ = judge(sent)
    assert {error["code"] for error in errors} == {"MISSING_HEADER"}, "what is told is right"


def _finish() -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and any(thread.name == "sync" for thread in threading.enumerate()):
        time.sleep(0.05)
