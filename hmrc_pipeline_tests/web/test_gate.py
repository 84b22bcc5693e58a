"""The gate: hosts, sizes, headers, addresses, failures, and a log that can spell nobody."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from pydantic import AnyHttpUrl

from hmrc_pipeline.web import gate, worker
from hmrc_pipeline.web.routes import TABLE
from hmrc_pipeline_tests.web.support import BASE, NAME, PASSWORD, SYNC_TOKEN, WEBHOOK_TOKEN, Site, bearer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 303),
        ("LOCALHOST", 303),
        ("127.0.0.1:8080", 303),
        ("[::1]:8080", 303),
        ("192.168.1.7:8080", 303),  # an address cannot be pointed elsewhere
        ("evil.example", 421),
        ("localhost.evil.example:8080", 421),
        ("", 421),
        ("[", 421),
        ("tax.example.org", 421),
    ],
)
def test_a_foreign_host_is_not_answered(shared_site: Site, host: str, status: int) -> None:
    site = shared_site
    assert site.browser().get("/", headers={"Host": host}).status_code == status
    assert site.browser().get("/readyz", headers={"Host": host}).status_code == 200


def test_the_public_name_is_ours(site: Site) -> None:
    site.restart(public_url=AnyHttpUrl("https://tax.example.org/"))
    answer = site.browser(base="https://tax.example.org").get("/")
    assert answer.status_code == 303
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    browser = site.browser(signed_in=True)
    answers = [browser.request(sorted(row.methods)[0], row.path) for row in TABLE] + [browser.get("/nothing")]
    for answer in answers:
        headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == ("no-referrer" if "callback" in str(answer.url) else "same-origin")
        assert "server" not in headers


def test_bodies_are_capped(site: Site) -> None:
    browser, large = site.browser(signed_in=True), b"x" * 70_000
    for path in ("/login", "/ask", "/logout"):
        assert browser.post(path, content=large).status_code == 413
        assert browser.post(path, content=iter([large])).status_code == 413, "without an announced length"
    assert browser.post("/sync", content=large, headers=bearer(SYNC_TOKEN)).status_code == 413
    assert browser.request("GET", "/", content=b"x").status_code == 413
    assert browser.post("/login", content=b"", headers={"Content-Length": "-1"}).status_code == 413


def test_forms_that_cannot_be_read(site: Site) -> None:
    browser, kind = site.browser(), {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=b"\xff\xfe", headers=kind).status_code == 400
    assert browser.post("/login", content=b"&".join([b"a=1"] * 60), headers=kind).status_code == 400
    assert browser.post("/login", content=b"name=a&name=b", headers=kind).status_code == 403


@pytest.mark.parametrize(
    ("settings", "peer", "claim", "status"),
    [
        ({}, "127.0.0.1", None, 200),
        ({}, "::1", None, 200),
        ({}, "::ffff:127.0.0.1", None, 200),
        ({}, "127.0.0.1", "127.0.0.1", 403),  # a proxy on this machine that nobody named: it could be anybody
        ({}, "198.51.100.7", None, 403),
        ({}, "198.51.100.7", "127.0.0.1", 403),
        ({}, "testclient", None, 403),
        ({"monitor_addresses": "10.0.0.0/8"}, "10.1.2.3", None, 200),
        ({"monitor_addresses": "10.0.0.0/8"}, "198.51.100.7", "10.1.2.3", 403),
        ({"monitor_addresses": "10.0.0.0/8", "trusted_proxies": "127.0.0.1/32"}, "127.0.0.1", "10.1.2.3", 200),
        ({"monitor_addresses": "10.0.0.0/8", "trusted_proxies": "127.0.0.1/32"}, "127.0.0.1", "10.1.2.3:5000", 200),
        ({"monitor_addresses": "10.0.0.0/8", "trusted_proxies": "127.0.0.1/32"}, "127.0.0.1", "10.1.2.3, 8.8.8.8", 403),
        ({"monitor_addresses": "10.0.0.0/8", "trusted_proxies": "127.0.0.1/32"}, "127.0.0.1", "x[, ]:", 403),
        ({"trusted_proxies": "127.0.0.1/32"}, "127.0.0.1", "127.0.0.1", 403),
    ],
)
def test_health_is_told_to_monitors(
    shared_site: Site, settings: dict[str, str], peer: str, claim: str | None, status: int
) -> None:
    site = Site(shared_site.world, add=False)
    site.restart(**{"monitor_addresses": "", "trusted_proxies": "", **settings})
    headers = {"X-Forwarded-For": claim} if claim else {}
    for path in ("/livez", "/healthz", "/readyz"):
        assert site.browser(address=peer).get(path, headers=headers).status_code == status


def test_readiness_says_what_is_wrong(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, key = site.browser(), site.home.settings.key_file
    assert browser.get("/readyz").json() == {"state": "ready", "database": "ok", "key": "ok"}
    kept = key.read_bytes()
    key.chmod(0o644)
    assert (browser.get("/readyz").status_code, browser.get("/readyz").json()["key"]) == (503, "cannot be used")
    key.unlink()
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["key"]) == (503, "is not the one this process began with")
    assert not key.exists(), "a missing key is told, and not replaced"
    key.write_bytes(kept)
    key.chmod(0o600)
    monkeypatch.setattr("hmrc_pipeline.web.health.head_revision", lambda: "9999")
    assert "migrate" in browser.get("/readyz").json()["database"]
    assert browser.get("/livez").status_code == 200


def test_without_a_database_it_lives_and_is_not_ready(site: Site) -> None:
    from hmrc_pipeline.database import DatabaseProblem
    from hmrc_pipeline.web import create_app

    def closed() -> Any:
        raise DatabaseProblem("the database cannot be reached: nobody answers")

    site.app = create_app(closed, clock=site.world.clock)
    browser = site.browser()
    assert browser.get("/livez").status_code == 200
    assert browser.get("/readyz").json() == {
        "state": "not ready",
        "database": "cannot be used",
        "key": "cannot be used",
    }
    assert browser.get("/").status_code == 503
    assert browser.post("/webhook", headers=bearer(WEBHOOK_TOKEN)).status_code == 503
    assert site.browser(address="198.51.100.7").get("/livez").status_code == 403


def test_wrong_tokens_are_slowed_down_and_the_right_one_is_not(site: Site) -> None:
    browser = site.browser(address="198.51.100.7")
    wrong = [browser.post("/webhook", headers=bearer(f"wrong{n}" * 8)).status_code for n in range(22)]
    assert wrong == [401] * 20 + [429] * 2
    assert browser.post("/webhook", headers=bearer("x" * 32)).headers["Retry-After"] == "61"
    assert browser.post("/webhook", headers=bearer(WEBHOOK_TOKEN)).status_code == 202
    assert site.browser(address="198.51.100.8").post("/webhook").status_code == 401
    site.world.clock.now += timedelta(seconds=61)
    assert browser.post("/webhook").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", WEBHOOK_TOKEN, f"Basic {WEBHOOK_TOKEN}", f"Bearer {WEBHOOK_TOKEN}x", "Bearer \xe9"],
)
def test_almost_the_token(shared_site: Site, header: str) -> None:
    answer = shared_site.browser().post("/webhook", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_fault_says_nothing(site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_anything: object) -> None:
        raise ZeroDivisionError("SENTINEL Ada Example QQ123456C")

    monkeypatch.setattr("hmrc_pipeline.web.front.overview", broken)
    logging.getLogger("hmrc_pipeline").propagate = True
    answer = site.browser(signed_in=True).get("/")
    assert answer.status_code == 500
    assert "SENTINEL" not in answer.text + caplog.text
    assert "ZeroDivisionError at hmrc_pipeline/web/front.py" in caplog.text


def test_no_log_spells_a_secret(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hmrc_pipeline").propagate = True
    browser = site.browser()
    browser.get("/callback?code=CODESENTINEL&state=STATESENTINEL")
    browser.get("/callback?error=access_denied&state=STATESENTINEL", headers={"Cookie": "session=COOKIESENTINEL"})
    browser.get("/PATHSENTINEL?QUERYSENTINEL")
    browser.request("METHODSENTINEL", "/")
    browser.post("/sync", headers=bearer("TOKENSENTINEL"), content=b"BODYSENTINEL")
    browser.post("/sync", headers=bearer(SYNC_TOKEN), content=b'{"tax_year": "BODYSENTINEL"}')
    browser.post("/webhook", headers=bearer(WEBHOOK_TOKEN), content=b"BODYSENTINEL")
    site.sign_in(browser, "PASSWORDSENTINEL")
    site.sign_in(browser, name="namesentinel")
    site.sign_in(browser)
    told = [r for r in caplog.records if r.name.startswith(("hmrc_pipeline", "uvicorn"))]
    text = "\n".join(record.getMessage() for record in told)
    assert "POST /login 303" in text
    for secret in ("sentinel", PASSWORD, NAME, WEBHOOK_TOKEN, "?"):
        assert secret.lower() not in text.lower(), secret


def test_a_body_that_does_not_come(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)

    async def ask() -> int:
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/login",
            "query_string": b"",
            "headers": [(b"host", b"localhost:8080"), (b"content-length", b"10")],
            "client": ("127.0.0.1", 1),
        }
        sent: list[Any] = []

        async def silence() -> Any:
            await asyncio.sleep(60)

        async def send(message: Any) -> None:
            sent.append(message)

        await site.app(scope, silence, send)
        return int(sent[0]["status"])

    assert asyncio.run(ask()) == 408


def test_base_is_where_hmrc_returns(site: Site) -> None:
    assert site.home.settings.hmrc_redirect_uri.startswith(BASE)
    assert worker.Run(site.world.clock.now).exit_code == 0
