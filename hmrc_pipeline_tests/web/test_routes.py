"""Every route against everybody who might ask: nothing is reachable that the table does not name."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from hmrc_pipeline.web.routes import TABLE, Proof, Row
from hmrc_pipeline_tests.web.support import SYNC_TOKEN, WEBHOOK_TOKEN, Site, bearer

CALLERS: dict[str, dict[str, Any]] = {
    "anonymous": {},
    "wrong token": {"headers": bearer("x" * 32)},
    "sync token": {"headers": bearer(SYNC_TOKEN)},
    "webhook token": {"headers": bearer(WEBHOOK_TOKEN)},
    "signed in": {"signed_in": True},
    "signed in, from elsewhere": {"signed_in": True, "address": "198.51.100.7"},
}

LET_IN = {
    Proof.NOTHING: set(CALLERS),
    Proof.STATE: set(CALLERS),  # the state itself is what they lack: see test_authorise
    Proof.LOGIN: {"signed in", "signed in, from elsewhere"},
    Proof.BY_CRON: {"sync token"},
    Proof.BY_PAPERLESS: {"webhook token"},
    Proof.MONITOR: set(CALLERS) - {"signed in, from elsewhere"},
}
REFUSED = {Proof.LOGIN: {303, 401}, Proof.BY_CRON: {401}, Proof.BY_PAPERLESS: {401}, Proof.MONITOR: {403}}
ANSWERS = {
    ("GET", "/callback"): {403, 400},
    ("GET", "/oauth/callback"): {403, 400},
    ("GET", "/authorize"): {404},  # no person was named
    ("POST", "/ask"): {403},  # without the token of a form
    ("POST", "/logout"): {403},
    ("POST", "/login"): {403},
    ("POST", "/sync"): {202},
    ("POST", "/webhook"): {202},
}
_ASKED = [(row, method) for row in TABLE for method in sorted(row.methods)]


def test_the_table_is_whole(site: Site) -> None:
    """A route that the table does not name fails here, and so does a row without a route."""
    routed = set()
    for route in site.app.routes:
        assert isinstance(route, APIRoute), f"{route} is no route of ours"
        routed |= {(route.path, method) for method in route.methods}
    assert routed == {(row.path, method) for row in TABLE for method in row.methods}
    assert len({row.path for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("row", "method"), _ASKED, ids=[f"{method} {row.path}" for row, method in _ASKED])
def test_every_route_by_everybody(shared_site: Site, row: Row, method: str, caller: str) -> None:
    site = shared_site
    asks = dict(CALLERS[caller])
    headers = asks.pop("headers", {})
    answer = site.browser(**asks).request(method, row.path, headers=headers)
    if caller in LET_IN[row.proof]:
        assert answer.status_code in ANSWERS.get((method, row.path), {200}), answer.text
    else:
        assert answer.status_code in REFUSED[row.proof], answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_is_not_in_the_table_is_not_there(shared_site: Site, method: str, signed_in: bool) -> None:
    browser = shared_site.browser(signed_in=signed_in)
    for path in ("/nothing", "/login/", "/docs", "/openapi.json", "/static/%2e%2e/style.css", "/readyz/x"):
        assert browser.request(method, path).status_code == 404, path
    for row in TABLE:
        if method not in row.methods:
            answer = browser.request(method, row.path)
            assert answer.status_code == 405
            assert set(answer.headers["Allow"].split(", ")) == row.methods


@pytest.mark.parametrize("path", ["/", "/login"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_head_answers_as_get_without_a_body(shared_site: Site, path: str, signed_in: bool) -> None:
    browser = shared_site.browser(signed_in=signed_in)
    get, head = browser.get(path), browser.head(path)
    assert (head.status_code, head.headers.get("Location")) == (get.status_code, get.headers.get("Location"))
    assert head.headers.keys() == get.headers.keys()


def test_tokens_that_are_not_set_close_their_routes(site: Site) -> None:
    site.restart(sync_token=None, webhook_token=None)
    for path in ("/sync", "/webhook"):
        for token in ("", "None", "x" * 32):
            answer = site.browser().post(path, headers=bearer(token))
            assert answer.status_code == 403
            assert "Set HMRC_PIPELINE_" in answer.json()["error"]
