"""One life of documents, told over HTTP alone: the stand-in and a live Paperless-ngx must both come to the same.

Live: set HMRC_PIPELINE_LIVE_PAPERLESS_URL and HMRC_PIPELINE_LIVE_PAPERLESS_TOKEN (a user who may add and change
documents, tags and custom fields). It makes two tags and a few documents of its own, and bins them afterwards.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_socket

from hmrc_pipeline.documents import PaperlessSource, fetch_announced, look
from hmrc_pipeline.documents.paperless import PaperlessClient
from hmrc_pipeline.documents.paperless_http import PaperlessHttp
from hmrc_pipeline.home import Home
from hmrc_pipeline_tests.documents.paperless_server import VERSIONS, paperless, present, shown

LIVE_URL = os.environ.get("HMRC_PIPELINE_LIVE_PAPERLESS_URL")
LIVE_TOKEN = os.environ.get("HMRC_PIPELINE_LIVE_PAPERLESS_TOKEN", "")


class Archive:
    """A Paperless as its user sees it, and our source beside it."""

    def __init__(self, url: str, token: str) -> None:
        self.base = url.rstrip("/")
        headers = {"Authorization": f"Token {token}", "Accept": "application/json; version=9"}
        self.http = httpx.Client(headers=headers, timeout=60)
        self.mark = secrets.token_hex(4)
        self.payslip = self.make_tag(f"payslip-{self.mark}")
        self.p60 = self.make_tag(f"p60-{self.mark}")
        self.made: list[int] = []
        client = PaperlessClient(PaperlessHttp(self.base, token))
        self.source = PaperlessSource(client, f"payslip-{self.mark}", f"P60-{self.mark}")

    def make_tag(self, name: str) -> int:
        made = self.post("/api/tags/", json={"name": name, "matching_algorithm": 0})
        return int(made["id"])

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(f"{self.base}{path}", **body)
        answer.raise_for_status()
        return answer.json()

    def upload(self, text: str, tags: list[int]) -> int:
        """Upload a PDF of one line and wait until it is consumed."""
        sent = {"title": f"{self.mark} {text}", **({"tags": [str(tag) for tag in tags]} if tags else {})}
        files = {"document": (f"{self.mark}.pdf", pdf(f"{self.mark} {text}"), "application/pdf")}
        task = self.post("/api/documents/post_document/", files=files, data=sent)
        for _ in range(240):
            found = self.http.get(f"{self.base}/api/tasks/", params={"task_id": task}).json()
            if found and found[0]["status"] in ("SUCCESS", "FAILURE"):
                assert found[0]["status"] == "SUCCESS", found[0]
                self.made.append(int(found[0]["related_document"]))
                return self.made[-1]
            time.sleep(0.5)
        raise AssertionError("Paperless did not consume the document in two minutes")

    def patch(self, number: int, **changes: Any) -> None:
        self.http.patch(f"{self.base}/api/documents/{number}/", json=changes).raise_for_status()

    def bulk(self, method: str, **parameters: Any) -> None:
        documents = parameters.pop("documents")
        body = {"documents": documents, "method": method, "parameters": parameters}
        self.post("/api/documents/bulk_edit/", json=body)

    def has_versions(self, number: int) -> bool:
        return "versions" in self.http.get(f"{self.base}/api/documents/{number}/").json()

    def clean(self) -> None:
        for number in self.made:
            self.http.delete(f"{self.base}/api/documents/{number}/")
        for tag in (self.payslip, self.p60):
            self.http.delete(f"{self.base}/api/tags/{tag}/")
        self.source.client.http.close()
        self.http.close()


def pdf(text: str) -> bytes:
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    page = BytesIO()
    canvas = Canvas(page, invariant=1)
    canvas.drawString(72, 720, text)
    canvas.save()
    return page.getvalue()


@pytest.fixture(params=[*VERSIONS, pytest.param("live", marks=pytest.mark.real)])
def archive(request: pytest.FixtureRequest) -> Iterator[Archive]:
    if request.param != "live":
        with paperless(request.param) as server:
            server.state.clock = lambda: datetime.now(UTC)
            made = Archive(server.url, server.state.admin.token)
            yield made
            made.clean()
        return
    if not LIVE_URL:
        pytest.skip("no live Paperless is named")
    pytest_socket.socket_allow_hosts([httpx.URL(LIVE_URL).host, "127.0.0.1", "localhost"], allow_unix_socket=True)
    made = Archive(LIVE_URL, LIVE_TOKEN)
    yield made
    made.clean()


def test_one_life_of_documents(archive: Archive, home: Home) -> None:
    moment = [datetime.now(UTC)]

    def follow(**more: bool) -> tuple[int, int, int]:
        moment[0] += timedelta(seconds=30)
        looked = look(home, archive.source, now=moment[0], **more)
        taken = fetch_announced(home, archive.source, now=moment[0])
        return taken.new + taken.changed, looked.withdrawn, looked.returned

    def until(wanted: Callable[[], bool]) -> None:
        for _ in range(40):  # the server's worker takes its time
            if wanted():
                return
            time.sleep(0.5)
        raise AssertionError("it was not noticed in twenty seconds")

    assert follow() == (0, 0, 0)
    first = archive.upload("first", [archive.payslip])
    late, bulk = archive.upload("late", []), archive.upload("bulk", [])
    assert follow()[0] == 1
    archive.patch(late, tags=[archive.p60])
    assert follow()[0] == 1
    archive.bulk("modify_tags", documents=[bulk, first], add_tags=[archive.payslip], remove_tags=[])
    until(lambda: follow()[0] == 1)
    quiet = [follow(everything=True) for _ in range(2)]
    assert quiet == [(0, 0, 0)] * 2
    archive.patch(first, title=f"{archive.mark} another title")
    archive.source.client.add_note(first, "seen")
    (note,) = archive.source.client.document(first)["notes"]
    archive.source.client.remove_note(first, int(note["id"]))
    assert archive.source.client.document(first)["notes"] == []
    assert follow() == (0, 0, 0), "an edit and a note are not other bytes"
    if archive.has_versions(first):
        files = {"document": ("corrected.pdf", pdf(f"{archive.mark} corrected"), "application/pdf")}
        archive.post(f"/api/documents/{first}/update_version/", files=files)
        until(lambda: follow()[0] == 1)
    assert (shown(home), len(present(home))) == (3, 3)
    archive.patch(late, tags=[])
    archive.http.delete(f"{archive.base}/api/documents/{bulk}/").raise_for_status()
    assert follow()[1] == 2
    archive.post("/api/trash/", json={"documents": [bulk], "action": "restore"})
    until(lambda: follow()[2] == 1)
    assert shown(home) == 2
    assert follow(everything=True) == (0, 0, 0)
