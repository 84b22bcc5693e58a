"""Authorising through the pages: the whole way, and every call-back that must not count."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import AnyHttpUrl

from hmrc_pipeline.hmrc import begin_authorisation, list_grants
from hmrc_pipeline.simulators.hmrc import sign_in
from hmrc_pipeline_tests.hmrc.support import OTHER_UTR, UTR
from hmrc_pipeline_tests.web.support import Site


def begin(site: Site, browser: httpx.Client, person: str, **query: str) -> str:
    """To HMRC's pages and through them; the call-back HMRC sends the browser to."""
    sent = browser.get("/authorize", params={"person": person, **query})
    assert sent.status_code == 303
    return sign_in(sent.headers["Location"], site.world.users[person])


def grants(site: Site) -> list[tuple[str, tuple[str, ...]]]:
    with site.home.database.reading() as session:
        return [(grant.kind, grant.people) for grant in list_grants(session)]


@pytest.mark.parametrize("path", ["/oauth/callback", "/callback"])
def test_the_whole_way(site: Site, path: str) -> None:
    person, browser = site.world.person(), site.browser(signed_in=True)
    callback = begin(site, browser, person).replace("/oauth/callback", path)
    done = browser.get(callback)
    assert (done.status_code, done.headers["Location"]) == (303, "/?said=authorised")
    page = browser.get("/?said=authorised").text
    assert "Authorised." in page
    assert "until 1 March 2027" in page
    assert grants(site) == [("individual", (person,))]


def test_an_agent(site: Site) -> None:
    first, second = site.world.person(UTR), site.world.person(OTHER_UTR)
    agent = site.world.state.add_user(UTR, OTHER_UTR)
    site.world.users = {first: agent, second: agent}
    browser = site.browser(signed_in=True)
    for _ in range(2):  # to begin, and to renew
        assert browser.get(begin(site, browser, first, agent="1")).status_code == 303
    joined = browser.get("/authorize", params={"person": second, "agent": "1"})
    assert joined.headers["Location"] == "/?said=covered", "nobody has to sign in for one more client"
    assert grants(site) == [("agent", tuple(sorted((first, second))))]


def test_what_does_not_fit_uses_nothing_up(site: Site) -> None:
    person, browser = site.world.person(), site.browser(signed_in=True)
    callback = begin(site, browser, person)
    other, stranger = site.browser(signed_in=True), site.browser()
    refused = [
        (browser.get(callback.replace("state=", "state=x")), 400, "a state that is not ours"),
        (browser.get(callback.split("?")[0]), 400, "nothing at all"),
        (other.get(callback), 400, "another session, though of the same user"),
        (stranger.get(callback), 403, "a browser that is not signed in"),
        (browser.get(callback, headers={"Host": "evil.example"}), 421, "a foreign Host"),
        (browser.get(callback.replace("/oauth/callback", "/oauth/callback/")), 404, "another path"),
        (browser.post(callback), 405, "another method"),
    ]
    for answer, status, why in refused:
        assert answer.status_code == status, why
        assert not grants(site), why
    assert browser.get(callback).status_code == 303, "the one that fits still counts"
    assert browser.get(callback).status_code == 400, "once"
    assert len(grants(site)) == 1


def test_too_late(site: Site) -> None:
    person, browser = site.world.person(), site.browser(signed_in=True)
    callback = begin(site, browser, person)
    site.world.clock.now += timedelta(minutes=31)
    answer = browser.get(callback)
    assert answer.status_code == 400
    assert "too late" in answer.text
    assert not grants(site)


def test_one_begun_at_the_terminal_is_not_finished_in_a_browser(site: Site) -> None:
    person = site.world.person()
    url = begin_authorisation(site.home, person, now=site.world.clock.now)
    callback = sign_in(url, site.world.users[person])
    assert site.browser(signed_in=True).get(callback).status_code == 400


def test_the_person_says_no(site: Site) -> None:
    person, browser = site.world.person(), site.browser(signed_in=True)
    sent = browser.get("/authorize", params={"person": person})
    answer = browser.get(sign_in(sent.headers["Location"], site.world.users[person], grant=False))
    assert answer.status_code == 400
    assert "access was not granted" in answer.text.lower()


def test_hmrc_would_return_elsewhere(site: Site) -> None:
    person = site.world.person()
    browser = site.browser(signed_in=True, base="http://127.0.0.1:8080")
    answer = browser.get("/authorize", params={"person": person})
    assert answer.status_code == 400
    assert "open this application as http://localhost:8080/" in answer.text
    for uri in (
        "http://localhost:8080/elsewhere",
        "https://tax.example.com/oauth/callback",
        "urn:ietf:wg:oauth:2.0:oob",
    ):
        site.restart(hmrc_redirect_uri=uri, public_url=AnyHttpUrl("https://tax.example.org/"))
        elsewhere = site.browser(signed_in=True, base="https://tax.example.org")
        answer = elsewhere.get("/authorize", params={"person": person})
        assert answer.status_code == 400
        assert "Register https://tax.example.org/oauth/callback" in answer.text


def test_no_application_at_hmrc(site: Site) -> None:
    person = site.world.person()
    site.restart(hmrc_client_id=None)
    browser = site.browser(signed_in=True)
    answer = browser.get("/authorize", params={"person": person})
    assert answer.status_code == 400
    assert "HMRC_PIPELINE_HMRC_CLIENT_ID" in answer.text
    front = browser.get("/").text
    assert "No application at HMRC is set up yet" in front
    assert "/authorize?person=" not in front


def test_nobody_of_this_id(site: Site) -> None:
    browser = site.browser(signed_in=True)
    assert browser.get("/authorize?person=p_nobody").status_code == 404
    assert browser.get("/authorize").status_code == 404
    assert urlsplit(str(browser.get("/authorize?person=<script>").url)).path == "/authorize"
    assert "<script>" not in browser.get("/authorize?person=<script>").text.replace('<script src="/page.js"', "")
