"""Asking HMRC over HTTP: for cron with its token, for a person with a button; one at a time."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import AnyHttpUrl, SecretStr

from hmrc_pipeline.hmrc import limiter
from hmrc_pipeline.web import worker
from hmrc_pipeline_tests.hmrc.support import UTR
from hmrc_pipeline_tests.hmrc.vault import TOKEN as VAULT_TOKEN
from hmrc_pipeline_tests.hmrc.vault import Vault
from hmrc_pipeline_tests.web.support import SYNC_TOKEN, Site, bearer

AUTH = bearer(SYNC_TOKEN)
TOLD = {
    "screen_width": "1920",
    "screen_height": "1080",
    "screen_depth": "24",
    "screen_scale": "1.25",
    "window_width": "1256",
    "window_height": "803",
    "utc_offset": "60",
    "js_user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter.Limiter, "wait", lambda _self: None)


@pytest.fixture
def authorised(site: Site) -> Iterator[str]:
    person = site.world.person()
    site.world.authorise(person)
    site.world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    yield person
    for thread in threading.enumerate():
        if thread.name == "sync":
            thread.join(20)


def lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_cron_asks_and_waits(site: Site, authorised: str) -> None:
    told = lines(site.browser().post("/sync", headers=AUTH, json={"tax_year": "2024-25", "wait": 60}))
    assert {(line["person"], line["tax_year"], line["state"]) for line in told[:-1]} == {
        (authorised, "2024-25", "available")
    }
    assert set(told[0]) == {"person", "tax_year", "api", "state", "snapshot", "asked_at", "next_ask"}
    assert told[-1] | {"seconds": 0} == {"state": "done", "exit_code": 0, "seconds": 0}
    assert site.world.state.last_headers["individual-tax"]["gov-client-connection-method"] == "BATCH_PROCESS_DIRECT"


def test_somebody_must_authorise_again(site: Site) -> None:
    site.world.person()
    told = lines(site.browser().post("/sync", headers=AUTH, json={"wait": 60}))
    assert told[-1]["exit_code"] == 3


def test_the_token_of_sync_may_rest_in_vault(site: Site) -> None:
    """And opens no other address: Paperless has a token of its own."""
    pytest.importorskip("hvac")
    vault, token = Vault(), "v" * 32
    vault.held["hmrc-pipeline"] = [{"hmrc_sync_webhook_token": token}]
    site.restart(vault_url=AnyHttpUrl(vault.url), vault_token=SecretStr(VAULT_TOKEN), sync_token=None)
    browser = site.browser()
    assert browser.post("/sync", headers=AUTH).status_code == 401
    assert lines(browser.post("/sync", headers=bearer(token), json={"wait": 60}))[-1]["exit_code"] == 0
    assert browser.post("/webhook", headers=bearer(token)).status_code == 401
    vault.sealed = True
    site.restart()
    assert site.browser().post("/sync", headers=bearer(token)).status_code == 503, "not open while it is not known"
    vault.stop()


def test_what_cannot_be_asked_is_said(site: Site) -> None:
    site.restart(hmrc_api_url="http://api.example.org")
    told = lines(site.browser().post("/sync", headers=AUTH, json={"wait": 60}))
    assert told == [{"state": "done", "exit_code": 2, "seconds": 0.0, "error": told[0]["error"]}]
    assert "must be https" in told[0]["error"]


def test_a_fault_of_a_sync_is_told_without_its_words(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("SENTINEL")

    monkeypatch.setattr(worker, "sync", broken)
    answer = site.browser().post("/sync", headers=AUTH, json={"wait": 60})
    assert lines(answer)[-1]["exit_code"] == 2
    assert "SENTINEL" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '"due"',
        '{"years": 1}',
        '{"tax_year": "20-24"}',
        '{"wait": 601}',
        '{"wait": -1}',
        '{"force": "maybe"}',
        '{"force": "yes"}',
        '{"wait": "60"}',
    ],
)
def test_a_body_that_means_nothing(shared_site: Site, body: str) -> None:
    answer = shared_site.browser().post("/sync", headers=AUTH, content=body)
    assert answer.status_code == 400
    assert "JSON such as" in answer.json()["error"]


def test_one_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, running, begun = threading.Event(), threading.Event(), []

    def slow(*_anything: Any, **_more: Any) -> list[Any]:
        begun.append(1)
        running.set()
        assert go_on.wait(10)
        return []

    monkeypatch.setattr(worker, "sync", slow)
    browser, person = site.browser(), site.browser(signed_in=True)
    first = browser.post("/sync", headers=AUTH)
    assert (first.status_code, first.json()) == (202, {"state": "started"})
    assert running.wait(10)
    assert browser.post("/sync", headers=AUTH).json() == {"state": "running"}
    assert browser.post("/sync", headers=AUTH, json={"wait": 1}).json() == {"state": "running"}
    assert site.post(person, "/ask").headers["Location"] == "/?said=busy"
    assert "being asked just now" in person.get("/").text
    go_on.set()
    assert lines(browser.post("/sync", headers=AUTH, json={"wait": 60}))[-1]["state"] == "done"
    assert len(begun) in {1, 2}, "the last may have begun a second when the first had ended"


def test_a_person_presses_the_button(site: Site, authorised: str) -> None:
    """Behind a proxy of ours, as HMRC wants to hear of it: the simulator's validator finds no error."""
    site.world.state.strict_headers = True
    site.restart(trusted_proxies="127.0.0.1/32", public_ip="203.0.113.6")
    browser = site.browser()
    site.sign_in(browser)
    claim = {"X-Forwarded-For": "evil, 8.8.4.4:52811"}
    page = browser.get("/").text
    fields = {"form_token": page.split('form_token" value="')[1].split('"')[0], **TOLD}
    pressed = browser.post("/ask", data=fields, headers=claim)
    assert pressed.headers["Location"] == "/?said=asking"
    finish(site)
    sent = site.world.state.last_headers["individual-tax"]
    gov = {name: value for name, value in sent.items() if name.startswith("gov-")}
    assert gov["gov-client-connection-method"] == "WEB_APP_VIA_SERVER"
    assert gov["gov-client-public-ip"] == "8.8.4.4"
    assert gov["gov-client-public-port"] == "52811"
    assert gov["gov-vendor-forwarded"] == "by=203.0.113.6&for=8.8.4.4"
    assert gov["gov-client-user-ids"] == "hmrc-pipeline=sam"
    assert gov["gov-client-device-id"] == browser.cookies["device"]
    assert gov["gov-client-timezone"] == "UTC+01:00"
    assert gov["gov-client-screens"] == "width=1920&height=1080&scaling-factor=1.25&colour-depth=24"
    assert "figures for" in browser.get("/").text
    assert "available" in browser.get("/").text


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "999999", "1e9", "٣"])
def test_what_a_browser_does_not_tell_is_left_out(site: Site, authorised: str, nonsense: str) -> None:
    browser = site.browser(signed_in=True)
    told = {name: nonsense for name in TOLD if name != "js_user_agent"}
    assert site.post(browser, "/ask", **told).status_code == 303
    finish(site)
    sent = site.world.state.last_headers["individual-tax"]
    for name in ("gov-client-screens", "gov-client-window-size", "gov-client-public-ip", "gov-vendor-forwarded"):
        assert name not in sent
    assert sent["gov-client-connection-method"] == "WEB_APP_VIA_SERVER"


def finish(site: Site) -> None:
    for thread in threading.enumerate():
        if thread.name == "sync":
            thread.join(20)
