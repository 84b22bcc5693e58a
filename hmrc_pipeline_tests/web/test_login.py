"""Signing in: sessions that end, cookies that stay home, guesses that are slowed down, forms of our own alone."""

from datetime import timedelta

import pytest
from pydantic import AnyHttpUrl

from hmrc_pipeline.logins import begin_session, disable_user
from hmrc_pipeline.web.login import local
from hmrc_pipeline_tests.web.support import NAME, PASSWORD, Site, form_token


def test_in_and_out(site: Site) -> None:
    browser = site.browser()
    answer = site.sign_in(browser, name=f" {NAME.upper()} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    token = browser.cookies["session"]
    assert NAME in browser.get("/").text
    out = site.post(browser, "/logout")
    assert (out.status_code, out.headers["Location"]) == (303, "/login")
    assert "session" not in browser.cookies
    assert site.browser().get("/", headers={"Cookie": f"session={token}"}).status_code == 303, "it has ended for good"


def test_the_cookies_stay_with_us(site: Site) -> None:
    site.restart(public_url=AnyHttpUrl("https://tax.example.org/"))
    browser = site.browser(base="https://tax.example.org")
    cookies = [*browser.get("/login").headers.get_list("Set-Cookie")]
    cookies += site.sign_in(browser).headers.get_list("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-visit", "__Host-session", "__Host-device"}
    for cookie in cookies:
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= words
        assert not any(word.startswith("domain") for word in words)


def test_each_sign_in_has_a_token_of_its_own(site: Site) -> None:
    browser = site.browser()
    browser.cookies.set("session", "planted-by-somebody-else")
    site.sign_in(browser)
    first = [c.value for c in browser.cookies.jar if c.name == "session"]
    assert "planted-by-somebody-else" not in first[-1]
    other = site.browser()
    site.sign_in(other)
    assert other.cookies["session"] != first[-1]
    with site.home.database.engine.connect() as connection:
        stored = str(list(connection.exec_driver_sql("SELECT * FROM web_session")))
        users = str(list(connection.exec_driver_sql("SELECT * FROM web_user")))
    assert first[-1] not in stored
    assert PASSWORD not in users
    assert "scrypt" not in users


@pytest.mark.parametrize(("idle", "alive"), [(59, True), (61, False)])
def test_a_session_ends_when_nothing_is_asked(site: Site, idle: int, alive: bool) -> None:
    browser = site.browser(signed_in=True)
    site.world.clock.now += timedelta(minutes=idle)
    assert browser.get("/").status_code == (200 if alive else 303)


def test_a_session_ends_after_twelve_hours(site: Site) -> None:
    browser = site.browser(signed_in=True)
    for _ in range(23):
        site.world.clock.now += timedelta(minutes=31)
        assert browser.get("/").status_code == 200
    site.world.clock.now += timedelta(minutes=31)
    assert browser.get("/").status_code == 303


def test_a_disabled_user_is_out(site: Site) -> None:
    browser = site.browser(signed_in=True)
    disable_user(site.home, NAME, now=site.world.clock.now)
    assert browser.get("/").status_code == 303
    begin_session(site.home, NAME, now=site.world.clock.now)
    answer = site.sign_in(site.browser())
    assert answer.status_code == 401
    assert "user add" in answer.text, "nobody is left who could sign in"


def test_guessing_is_slow(site: Site) -> None:
    browser = site.browser(address="198.51.100.7")
    assert [site.sign_in(browser, f"guess {n}").status_code for n in range(6)] == [401] * 5 + [429]
    refused = site.sign_in(browser)
    assert refused.status_code == 429, "even the right one: the guesser must not learn that it is"
    assert int(refused.headers["Retry-After"]) == 901
    assert "15 minutes" in refused.text or "16 minutes" in refused.text
    assert site.sign_in(site.browser(address="198.51.100.8")).status_code == 303, "others are not shut out"
    names = [site.sign_in(browser, "guess", name=f"user{n}").status_code for n in range(16)]
    assert names == [401] * 15 + [429], "nor are many names a way round"
    site.world.clock.now += timedelta(minutes=16)
    assert site.sign_in(browser).status_code == 303


def test_a_form_of_another_site_or_another_browser(site: Site) -> None:
    browser, other = site.browser(), site.browser()
    fields = {"name": NAME, "password": PASSWORD}
    foreign = form_token(other.get("/login").text)
    browser.get("/login")
    assert browser.post("/login", data={**fields, "form_token": foreign}).status_code == 403
    ours = {**fields, "form_token": form_token(browser.get("/login").text)}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert browser.post("/login", data=ours, headers=headers).status_code == 403, headers
    assert site.browser().post("/login", data=ours).status_code == 403, "the token without its cookie"
    honest = {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/login", data=ours, headers=honest).status_code == 303


@pytest.mark.parametrize("path", ["/ask", "/logout"])
def test_forms_of_pages_need_the_token_of_the_session(site: Site, path: str) -> None:
    browser, other = site.browser(signed_in=True), site.browser(signed_in=True)
    token = form_token(browser.get("/").text)
    assert browser.post(path).status_code == 403
    assert browser.post(path, data={"form_token": ""}).status_code == 403
    assert browser.post(path, data={"form_token": form_token(other.get("/").text)}).status_code == 403
    assert browser.post(path, json={"form_token": token}).status_code == 403
    assert browser.post(path, data={"form_token": token}, headers={"Origin": "http://evil"}).status_code == 403
    assert browser.post(path, data={"form_token": token}).status_code == 303


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/authorize?person=p_1", "/authorize?person=p_1"),
        ("/authorize?person=p_1&agent=1", "/authorize?person=p_1&agent=1"),
        ("/", "/"),
        ("//evil.example/authorize", "/"),
        ("https://evil.example/authorize?person=1", "/"),
        ("/\\evil.example", "/"),
        ("/authorize@evil", "/"),
        ("/authorize?person=1&next=evil", "/"),
        ("javascript:alert(1)", "/"),
        ("/logout", "/"),
    ],
)
def test_where_signing_in_leads(asked: str, given: str) -> None:
    assert local(asked) == given


def test_back_to_what_was_asked_for(site: Site) -> None:
    browser = site.browser()
    sent = browser.get("/authorize?person=p_1&agent=1")
    assert sent.headers["Location"] == "/login?next=%2Fauthorize%3Fperson%3Dp_1%26agent%3D1"
    page = site.sign_in(browser, after="/authorize?person=p_1&agent=1")
    assert page.status_code == 200, "a page: a redirected form must not leave for HMRC"
    assert 'href="/authorize?person=p_1&amp;agent=1"' in page.text
