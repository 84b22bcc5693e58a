"""The webhook: whatever Paperless sends leaves one nudge, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.documents.announcements import nudge_of
from hmrc_pipeline.web import webhook
from hmrc_pipeline_tests.web.support import WEBHOOK_TOKEN, Site, bearer

AUTH = bearer(WEBHOOK_TOKEN)
BODIES: dict[str, dict[str, Any]] = {
    "parameters as JSON": {"json": {"doc_url": "http://paperless/documents/7/details", "doc_id": "7"}},
    "a body as JSON: a string of it": {"json": json.dumps({"doc_id": "7"})},
    "an unknown placeholder": {"json": {}},
    "form fields": {"data": {"doc_url": "http://paperless/documents/7/details"}},
    "the document included": {"data": {"a": "b"}, "files": {"file": ("x.pdf", b"%PDF-" + b"x" * 200_000)}},
    "a raw body": {"content": b"{doc_url}", "headers": {"Content-Type": "text/plain"}},
    "not JSON though it says so": {"content": b"{{doc_url", "headers": {"Content-Type": "application/json"}},
    "nothing": {},
}


@pytest.mark.parametrize("body", BODIES)
def test_every_body_is_a_nudge(site: Site, body: str) -> None:
    before = files(site.home.settings.home)
    sent = {**BODIES[body]}
    answer = site.browser().post("/webhook", headers={**AUTH, **sent.pop("headers", {})}, **sent)
    assert (answer.status_code, answer.json()) == (202, {"state": "noted"})
    assert nudge(site) is not None
    assert files(site.home.settings.home) == before


def test_another_call_is_another_nudge(site: Site) -> None:
    browser = site.browser()
    browser.post("/webhook", headers=AUTH)
    first = nudge(site)
    browser.post("/webhook", headers=AUTH)
    assert nudge(site) not in {None, first}


def test_a_call_without_the_token_leaves_nothing(site: Site) -> None:
    site.browser().post("/webhook", headers=bearer("x" * 32), json={})
    site.browser(signed_in=True).post("/webhook", json={})
    assert nudge(site) is None


def test_more_than_is_listened_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "row_of", lambda _path: None)
    answer = site.browser().post("/webhook", headers=AUTH, content=b"x")
    assert answer.status_code == 413
    assert nudge(site) is not None, "it was Paperless all the same"


def test_it_is_heard_while_the_database_is_slow(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is not answered with success: Paperless tries again."""

    def broken(*_anything: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(webhook, "leave_nudge", broken)
    assert site.browser().post("/webhook", headers=AUTH).status_code == 500


def nudge(site: Site) -> str | None:
    """The word of the nudge that waits."""
    with site.home.database.reading() as session:
        found = nudge_of(session, "paperless")
        return found.word if found else None


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("hmrc.db")}
