"""The client against what servers were seen to answer: typed refusals that say what to do and never the token."""

import logging
import ssl
from datetime import UTC, datetime

import httpx
import pytest

from hmrc_pipeline.documents import NotPaperless, PaperlessAbsent, PaperlessRefused, PaperlessUnreachable
from hmrc_pipeline.documents.paperless import PaperlessClient
from hmrc_pipeline.documents.paperless_http import PaperlessForbidden, PaperlessHttp, PaperlessRejected
from hmrc_pipeline.settings import SettingsProblem, load_settings
from hmrc_pipeline_tests.documents.paperless_server import paperless

TOKEN = "sentinel-token-0123456789"
PAGE = {"count": 0, "results": []}


def client(*answers: httpx.Response, asked: list[httpx.Request] | None = None) -> PaperlessClient:
    queue = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return queue.pop(0) if len(queue) > 1 else queue[0]

    transport = httpx.MockTransport(handle)
    return PaperlessClient(PaperlessHttp("https://paper.example/x", TOKEN, transport, sleep=lambda _s: None))


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (httpx.Response(401, json={"detail": "Invalid token."}), PaperlessRefused, "HMRC_PIPELINE_PAPERLESS_TOKEN"),
        (httpx.Response(403, json={"detail": "no"}), PaperlessRefused, "rights to view documents and tags"),
        (httpx.Response(403, html="Insufficient permissions"), PaperlessRefused, "rights to view documents and tags"),
        (httpx.Response(404, html="nothing"), NotPaperless, "HMRC_PIPELINE_PAPERLESS_URL"),
        (httpx.Response(406, json={"detail": "version"}), NotPaperless, "2.20 or newer"),
        (httpx.Response(302, headers={"Location": "/accounts/login/"}), NotPaperless, "redirect"),
        (httpx.Response(200, html="<html>"), NotPaperless, "is not Paperless"),
        (httpx.Response(200, json=[1]), NotPaperless, "does not know"),
        (httpx.Response(200, json={"count": 1, "results": [{"id": 1}]}), NotPaperless, "does not know"),
        (httpx.Response(400, json={"modified__gte": ["Enter a valid date/time."]}), PaperlessRejected, "400"),
        (httpx.Response(503, html="busy"), PaperlessUnreachable, "answered 503"),
    ],
)
def test_refusals_are_sentences(answer: httpx.Response, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says) as problem:
        client(answer).count([1])
    assert TOKEN not in repr(problem.value)
    assert "https://paper.example/x" in str(problem.value)


def test_what_is_sent() -> None:
    asked: list[httpx.Request] = []
    since = datetime(2026, 7, 1, 12, 0, 0, 7, tzinfo=UTC)
    client(httpx.Response(200, json=PAGE), asked=asked).documents([2, 1], since=since)
    (request,) = asked
    assert request.headers["Authorization"] == f"Token {TOKEN}"
    assert request.headers["Accept"] == "application/json; version=9"
    assert request.url.path == "/x/api/documents/", "the path before it is kept"
    assert request.url.params["modified__gte"] == "2026-07-01T12:00:00.000007Z"
    assert request.url.params["tags__id__in"] == "1,2"


def test_no_tag_never_means_every_document() -> None:
    for tags in ([], [0], [True]):
        with pytest.raises(ValueError, match="never asked for without a tag"):
            client(httpx.Response(200, json=PAGE)).count(tags)
    row = {"id": 1, "modified": "2026-07-01T12:00:00Z", "tags": [5], "versions": []}
    with pytest.raises(NotPaperless, match="did not filter by tag"):
        client(httpx.Response(200, json={"count": 1, "results": [row]})).documents([1])
    with pytest.raises(NotPaperless, match="did not filter by id"):
        client(httpx.Response(200, json={"count": 1, "results": [row]})).named([7])


def test_next_is_never_followed() -> None:
    asked: list[httpx.Request] = []
    pages = [
        httpx.Response(200, json={"count": 2, "next": "http://evil.example/", "results": [{"id": n, "name": f"p{n}"}]})
        for n in (1, 2)
    ]
    assert client(*pages, asked=asked).tag("p2")
    assert {request.url.host for request in asked} == {"paper.example"}


def test_a_tag_whose_filter_was_ignored_is_not_taken_for_ours() -> None:
    rows = [{"id": 1, "name": "inbox"}, {"id": 2, "name": "PAYSLIP"}]
    found = client(httpx.Response(200, json={"count": 2, "results": rows})).tag("payslip")
    assert found
    assert found.id == 2
    assert client(httpx.Response(200, json={"count": 1, "results": rows[:1]})).tag("payslip") is None


def test_moments_of_any_zone_are_one() -> None:
    row = {"id": 1, "modified": "2026-07-01T13:00:00.000001+01:00", "tags": [1]}
    page = client(httpx.Response(200, json={"count": 1, "results": [row]})).documents([1])
    assert page.rows[0].modified == datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)
    assert page.rows[0].version is None


def test_temporary_failures_are_tried_again_and_bounded() -> None:
    asked: list[httpx.Request] = []
    busy = httpx.Response(429, headers={"Retry-After": "1"})
    assert client(busy, busy, httpx.Response(200, json=PAGE), asked=asked).count([1]) == 0
    assert len(asked) == 3
    asked.clear()
    with pytest.raises(PaperlessUnreachable):
        client(busy, asked=asked).count([1])
    assert len(asked) == 3


def test_a_note_is_never_sent_twice() -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(PaperlessUnreachable):
        client(httpx.Response(503), asked=asked).add_note(1, "x")
    assert len(asked) == 1


def test_a_note_that_was_not_saved_is_told_of_in_a_success() -> None:
    with pytest.raises(PaperlessRejected, match="could not save a note"):
        client(httpx.Response(200, json={"error": "Error saving note, check logs for more detail."})).add_note(1, "x")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(404, json={"detail": "No Note matches the given query."}), PaperlessAbsent),
        (httpx.Response(500, html="<h1>Server Error</h1>"), PaperlessUnreachable),
        (httpx.Response(403, html="Insufficient permissions to delete notes"), PaperlessForbidden),
    ],
    ids=["gone on 3", "gone on 2", "only to be viewed"],
)
def test_taking_a_note_away_is_asked_once(answer: httpx.Response, kind: type[Exception]) -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(kind):
        client(answer, asked=asked).remove_note(7, 3)
    (request,) = asked
    assert (request.method, request.url.path) == ("DELETE", "/x/api/documents/7/notes/")
    assert dict(request.url.params) == {"id": "3"}


def test_a_certificate_that_is_not_trusted_is_said() -> None:
    def handle(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from ssl.SSLCertVerificationError("self-signed")

    http = PaperlessHttp("https://paper.example", TOKEN, httpx.MockTransport(handle), sleep=lambda _s: None)
    with pytest.raises(PaperlessUnreachable, match="SSL_CERT_FILE"):
        http.get("/api/tags/")


def test_the_deadline_ends_every_wait() -> None:
    moment = [0.0]

    def slow(_request: httpx.Request) -> httpx.Response:
        moment[0] += 9
        return httpx.Response(503)

    def sleep(seconds: float) -> None:
        moment[0] += seconds

    http = PaperlessHttp("http://x", TOKEN, httpx.MockTransport(slow), clock=lambda: moment[0], sleep=sleep)
    http.deadline = 12.0
    with pytest.raises(PaperlessUnreachable):
        PaperlessClient(http).count([1])
    assert moment[0] < 21, "no second wait begins after it"


def test_logs_and_reprs_hold_no_token(caplog: pytest.LogCaptureFixture) -> None:
    made = client(httpx.Response(200, json=PAGE))
    with caplog.at_level(logging.DEBUG):
        made.count([1])
    assert TOKEN not in caplog.text + repr(made) + repr(made.http)


def test_below_a_path_and_with_the_api_in_the_address() -> None:
    with paperless(prefix="/paper") as server:
        server.add(1)
        for address in (server.url, f"{server.url}/", f"{server.url}/api/"):
            made = PaperlessClient.of(load_settings(paperless_url=address, paperless_token=server.user.token))
            assert made
            with made:
                assert made.count([server.payslip]) == 1
        assert isinstance(server.source().client.original(1), bytes)
        with pytest.raises(PaperlessAbsent):
            server.source().client.original(99)


def test_settings_that_would_leak_or_mislead() -> None:
    for wrong in ("https://user:pass@paper.example", "https://paper.example/?token=x"):
        with pytest.raises(SettingsProblem, match="PAPERLESS_URL") as problem:
            load_settings(paperless_url=wrong)
        assert "pass" not in str(problem.value).replace("PASS", "")
    with pytest.raises(SettingsProblem, match="PAPERLESS_WRITE_BACK"):
        load_settings(paperless_write_back="everything")
