"""The stand-in for Paperless-ngx does what live servers were seen to do, above all what surprises.

Each test names the behaviour it holds the stand-in to. Versions 2.20 and 3 where they differ.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from hmrc_pipeline.simulators.paperless import PaperlessState
from hmrc_pipeline_tests.documents.paperless_server import Server, paperless

JSON = "application/json; version=9"


@pytest.fixture(scope="module")
def v3() -> Iterator[Server]:
    with paperless("3.0.5") as server:
        yield server


@pytest.fixture(scope="module")
def v2() -> Iterator[Server]:
    with paperless("2.20.15") as server:
        yield server


def call(server: Server, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Token {server.user.token}", "Accept": JSON, **more.pop("headers", {})}
    return httpx.request(method, f"{server.url}{path}", headers=headers, **more)


def get(server: Server, path: str, **params: str) -> Any:
    return call(server, "GET", path, params=params).json()


def ids(server: Server, **params: str) -> list[int]:
    return [row["id"] for row in get(server, "/api/documents/", **params)["results"]]


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        ({"Authorization": "Bearer x"}, 401, "Authentication credentials were not provided."),
        ({"Authorization": ""}, 401, "Authentication credentials were not provided."),
        ({"Authorization": "Token wrong"}, 401, "Invalid token."),
        ({"Accept": "application/json; version=99"}, 406, 'Invalid version in "Accept" header.'),
        ({"Accept": "application/json; version=5"}, 406, 'Invalid version in "Accept" header.'),
    ],
)
def test_refusals_of_token_and_version(v3: Server, headers: dict[str, str], status: int, detail: str) -> None:
    response = call(v3, "GET", "/api/tags/", headers=headers)
    assert (response.status_code, response.json()) == (status, {"detail": detail})
    assert "X-Version" not in response.headers, "only those who are let in are told"


def test_versions_are_told_and_differ(v2: Server, v3: Server) -> None:
    assert call(v2, "GET", "/api/tags/", headers={"Accept": "application/json; version=10"}).status_code == 406
    assert call(v2, "GET", "/api/tags/", headers={"Accept": "application/json; version=5"}).status_code == 200
    for server, version, highest in ((v2, "2.20.15", "9"), (v3, "3.0.5", "10")):
        told = call(server, "GET", "/api/tags/").headers
        assert (told["X-Version"], told["X-Api-Version"]) == (version, highest)
    assert "all" in get(v3, "/api/documents/")
    newest = call(v3, "GET", "/api/documents/", headers={"Accept": "application/json"}).json()
    assert "all" not in newest, "version 10 is the default of 3"


def test_html_is_for_browsers(v3: Server) -> None:
    assert "html" in call(v3, "GET", "/api/tags/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("path", ["/api/documents", "/api/nothing/", "/api/documents/1"])
def test_unknown_paths_lead_to_a_login_page_that_looks_like_an_answer(v3: Server, path: str) -> None:
    assert call(v3, "GET", path).status_code == 302
    followed = call(v3, "GET", path, follow_redirects=True)
    assert (followed.status_code, followed.headers["Content-Type"]) == (200, "application/json")
    posted = call(v3, "POST", path.rstrip("/"), json={})
    assert (posted.status_code, "CSRF" in posted.text) == (403, True)


def test_absent_things(v3: Server) -> None:
    assert call(v3, "GET", "/api/documents/999/").json() == {"detail": "No Document matches the given query."}
    assert call(v3, "GET", "/api/documents/999/download/").json() == {"detail": "Not found."}
    for page in ("0", "99"):
        response = call(v3, "GET", "/api/documents/", params={"page": page})
        assert (response.status_code, response.json()) == (404, {"detail": "Invalid page."})


def test_filters_that_are_not_understood_are_ignored() -> None:
    with paperless() as server:
        (both,) = server.add(1, [server.payslip, server.p60])
        (none,) = server.add(1, [])
        everything = {both, none}
        for ignored in (
            {"tags__id__in": ""},
            {"tags__id__in": "x"},
            {"tags__id__all": "x"},
            {"tag": "1"},
            {"tags__name": "payslip"},
            {"id__gt": "99"},
        ):
            assert set(ids(server, **ignored)) == everything, ignored
        assert ids(server, tags__id__in="1,2") == [both]
        assert ids(server, tags__id__in="77") == []
        assert ids(server, tags__name__icontains="p") == [both, both], "once for each tag that fits"
        assert ids(server, id__in=f"{none}") == [none]
        refused = call(server, "GET", "/api/documents/", params={"tags__id": "abc"})
        assert refused.status_code == 400
        assert ids(server, ordering="nonsense", page_size="0")


def test_moments_are_in_the_servers_zone() -> None:
    with paperless() as server:
        server.clock.now = datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)
        server.state.add_document(b"1", modified=server.clock())
        (row,) = get(server, "/api/documents/", fields="id,modified")["results"]
        assert row == {"id": 1, "modified": "2026-07-01T13:00:00.000001+01:00"}
        assert ids(server, modified__gte="2026-07-01T12:00:00.000001Z") == [1]
        assert ids(server, modified__gt="2026-07-01T12:00:00.000001Z") == []
        assert ids(server, modified__gte="2026-07-01T12:30:00") == [1], "a naive moment is London's"
        query = f"{server.url}/api/documents/?modified__gte=2026-07-01T13:00:00+01:00"
        refused = httpx.get(query, headers={"Authorization": f"Token {server.user.token}", "Accept": JSON})
        assert refused.json() == {"modified__gte": ["Enter a valid date/time."]}, "a plus is a blank in a query"


def test_next_copies_the_host(v3: Server) -> None:
    v3.add(2)
    page = call(v3, "GET", "/api/documents/", params={"page_size": "1"}, headers={"Host": "evil.example"}).json()
    assert page["next"].startswith("http://evil.example/api/documents/")


def test_pages_drift_when_a_row_is_edited_between_them() -> None:
    with paperless() as server:
        documents = server.add(4)
        first = ids(server, ordering="modified", page_size="2", page="1")
        server.clock.advance(seconds=1)
        server.state.edit(documents[0])
        second = ids(server, ordering="modified", page_size="2", page="2")
        assert first + second == [1, 2, 4, 1], "one is skipped, one is given twice"


def test_a_bulk_edit_shows_the_tag_before_modified_moves() -> None:
    with paperless() as server:
        (number,) = server.add(1, [])
        before = server.state.documents[number].modified
        server.clock.advance(seconds=10)
        body = {"documents": [number], "method": "modify_tags", "parameters": {"add_tags": [1], "remove_tags": []}}
        assert call(server, "POST", "/api/documents/bulk_edit/", json=body).json() == {"result": "OK"}
        assert ids(server, tags__id__in="1") == [number]
        assert server.state.documents[number].modified == before
        server.clock.advance(seconds=2)
        assert ids(server, modified__gt=before.isoformat().replace("+00:00", "Z")) == [number]


def test_what_moves_modified_and_what_does_not() -> None:
    with paperless() as server:
        (number,) = server.add(1)
        document = server.state.documents[number]

        def moves(change: Any) -> bool:
            before = document.modified
            server.clock.advance(seconds=10)
            change()
            return document.modified != before

        path = f"/api/documents/{number}/"
        assert moves(lambda: call(server, "PATCH", path, json={"title": "x"}))
        assert moves(lambda: call(server, "PATCH", path, json={})), "also when nothing is different"
        assert moves(lambda: call(server, "POST", f"{path}notes/", json={"note": "x"}))
        assert moves(lambda: server.state.add_version(number, b"2"))
        assert not moves(lambda: server.state.reprocess(number))
        assert not moves(lambda: server.state.trash([number]))
        assert moves(lambda: server.state.restore([number]))


def test_notes_are_given_back_and_taken_away() -> None:
    with paperless() as server:
        (number,) = server.add(1)
        path = f"/api/documents/{number}/notes/"
        (note,) = call(server, "POST", path, json={"note": "x"}).json()
        assert call(server, "DELETE", f"{path}?id={note['id'] + 1}").status_code == 404
        assert call(server, "DELETE", f"{path}?id={note['id']}").json() == []
        server.state.notes_fail = True
        failed = call(server, "POST", path, json={"note": "x"})
        assert (failed.status_code, set(failed.json())) == (200, {"error"}), "a success that is none"


def test_who_may_only_view_a_document_may_not_write_to_it() -> None:
    with paperless() as server:
        (number,) = server.add(1)
        server.state.documents[number].owner, server.state.documents[number].viewers = 77, {server.user.id}
        body = {"documents": [number], "method": "modify_tags", "parameters": {"add_tags": [1], "remove_tags": []}}
        for path, json in ((f"/api/documents/{number}/notes/", {"note": "x"}), ("/api/documents/bulk_edit/", body)):
            refused = call(server, "POST", path, json=json)
            assert (refused.status_code, refused.text) == (403, "Insufficient permissions")


def test_the_trash_still_gives_files() -> None:
    with paperless() as server:
        (number,) = server.add(1)
        assert call(server, "DELETE", f"/api/documents/{number}/").status_code == 204
        assert ids(server) == []
        assert call(server, "GET", f"/api/documents/{number}/").status_code == 404
        assert call(server, "GET", f"/api/documents/{number}/download/").status_code == 200
        assert [row["id"] for row in get(server, "/api/trash/")["results"]] == [number]
        call(server, "POST", "/api/trash/", json={"documents": [number], "action": "empty"})
        assert call(server, "GET", f"/api/documents/{number}/download/").status_code == 404
        assert server.add(1) == [2], "ids are not used again"


def test_rights_hide_without_a_word() -> None:
    with paperless() as server:
        number = server.state.add_document(b"1", [1], owner=77)
        assert get(server, "/api/documents/")["count"] == 0
        assert call(server, "GET", f"/api/documents/{number}/").status_code == 404
        refused = call(server, "GET", f"/api/documents/{number}/download/")
        assert (refused.status_code, refused.text) == (403, "Insufficient permissions")
        server.user.rights.clear()
        assert call(server, "GET", "/api/documents/").status_code == 403


def test_versions_and_archives() -> None:
    with paperless() as server:
        number = server.state.add_document(b"scan", [1], archive=b"scan and text")
        path = f"/api/documents/{number}/download/"
        assert call(server, "GET", path).content == b"scan and text"
        assert call(server, "GET", path, params={"original": "true"}).content == b"scan"
        version = server.state.add_version(number, b"better")
        versions = get(server, f"/api/documents/{number}/")["versions"]
        assert [(each["id"], each["is_root"]) for each in versions] == [(version, False), (number, True)]
        assert versions[0]["checksum"] == get(server, f"/api/documents/{number}/metadata/")["original_checksum"]
        assert call(server, "GET", path, params={"original": "true"}).content == b"better"
        assert call(server, "GET", path, params={"version": str(number), "original": "true"}).content == b"scan"
        assert call(server, "GET", path, params={"version": "99"}).status_code == 404
        assert call(server, "GET", f"/api/documents/{version}/").status_code == 404


def test_2_knows_no_versions_and_names_bytes_by_md5() -> None:
    with paperless("2.20.15") as server:
        (number,) = server.add(1)
        assert "versions" not in get(server, f"/api/documents/{number}/")
        assert len(get(server, f"/api/documents/{number}/metadata/")["original_checksum"]) == 32
        posted = call(server, "POST", f"/api/documents/{number}/update_version/", files={"document": b"x"})
        assert posted.status_code == 403
        server.state.upgrade()
        assert len(get(server, f"/api/documents/{number}/metadata/")["original_checksum"]) == 64


@pytest.mark.parametrize(("version", "second"), [("2.20.15", "FAILURE"), ("3.0.5", "SUCCESS")])
def test_uploads_are_tasks_and_duplicates_differ(version: str, second: str) -> None:
    with paperless(version) as server:
        states = []
        for content in (b"%PDF one", b"%PDF one", b"no PDF"):
            sent = call(
                server,
                "POST",
                "/api/documents/post_document/",
                files={"document": ("slip.pdf", content)},
                data={"tags": ["1"]},
            )
            assert sent.status_code == 200, "queued, whatever it is"
            (task,) = get(server, "/api/tasks/", task_id=sent.json())
            states.append(task["status"])
        assert states == ["SUCCESS", second, "FAILURE"]
        assert server.state.documents[1].tags == {1}
        assert call(server, "POST", "/api/documents/post_document/", files={"x": b""}).status_code == 400


def test_custom_fields_are_replaced_by_a_patch_and_merged_by_a_bulk_edit() -> None:
    with paperless() as server:
        (number,) = server.add(1)
        keys = [
            call(server, "POST", "/api/custom_fields/", json={"name": name, "data_type": "monetary"}).json()["id"]
            for name in ("a", "b")
        ]

        def bulk(value: str) -> int:
            parameters = {"add_custom_fields": {str(keys[1]): value}, "remove_custom_fields": []}
            body = {"documents": [number], "method": "modify_custom_fields", "parameters": parameters}
            return call(server, "POST", "/api/documents/bulk_edit/", json=body).status_code

        path = f"/api/documents/{number}/"
        call(server, "PATCH", path, json={"custom_fields": [{"field": keys[0], "value": "GBP1.00"}]})
        assert bulk("GBP2.00") == 200
        assert len(get(server, path)["custom_fields"]) == 2
        assert bulk("£2.00") == 400
        call(server, "PATCH", path, json={"custom_fields": [{"field": keys[1], "value": "3.00"}]})
        assert get(server, path)["custom_fields"] == [{"field": keys[1], "value": "3.00"}]


def test_answers_are_compressed(v3: Server) -> None:
    v3.add(5)
    with httpx.stream(
        "GET",
        f"{v3.url}/api/documents/",
        headers={"Authorization": f"Token {v3.user.token}", "Accept": JSON, "Accept-Encoding": "gzip"},
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["count"] >= 5


def test_an_import_gives_every_document_the_moment_of_the_import() -> None:
    state = PaperlessState()
    first, second = state.add_document(b"1"), state.add_document(b"2")
    state.import_again()
    assert abs(state.documents[first].modified - state.documents[second].modified).total_seconds() < 1
