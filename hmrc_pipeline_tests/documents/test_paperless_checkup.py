"""What `doctor` says of Paperless: each line with what to do."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.documents import check_paperless, paperless_state
from hmrc_pipeline.home import open_home
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.paperless import PaperlessState, fill
from hmrc_pipeline_tests.documents.paperless_server import Server, paperless


@pytest.fixture
def server() -> Iterator[Server]:
    with paperless() as running:
        yield running


def told(
    server: Server, *, known: int = 0, now: datetime | None = None, reads_pictures: bool = False, **changes: Any
) -> dict[str, tuple[str, str]]:
    settings = load_settings(**{"paperless_url": server.url, "paperless_token": server.user.token, **changes})
    advice = check_paperless(settings, now=now or datetime.now(UTC), known=known, reads_pictures=reads_pictures)
    return {each.name: (each.state, each.sentence) for each in advice}


def test_all_is_well(server: Server) -> None:
    server.add(3)
    found = told(server)
    assert {state for state, _ in found.values()} == {"good"}
    assert set(found) == {
        *("paperless", "paperless clock", "payslip tag", "P60 tag", "paperless documents", "paperless text"),
    }
    assert "3.0.5" in found["paperless"][1]
    assert server.user.token not in str(found)


@pytest.mark.parametrize(
    ("changes", "name", "state", "says"),
    [
        ({"paperless_token": "wrong"}, "paperless", "wrong", "does not accept the token"),
        ({"paperless_token": None}, "paperless", "wrong", "HMRC_PIPELINE_PAPERLESS_TOKEN"),
        ({"paperless_url": "http://127.0.0.1:9"}, "paperless", "wrong", "nothing answers at this address"),
        ({"paperless_payslip_tag": "slip"}, "payslip tag", "wrong", "HMRC_PIPELINE_PAPERLESS_PAYSLIP_TAG"),
        ({"paperless_p60_tag": "sixty"}, "P60 tag", "look", "HMRC_PIPELINE_PAPERLESS_P60_TAG"),
    ],
)
def test_settings_that_do_not_fit(server: Server, changes: dict[str, Any], name: str, state: str, says: str) -> None:
    server.add(1)
    found = told(server, **changes)
    assert found[name][0] == state
    assert says in found[name][1]


def test_rights(server: Server) -> None:
    server.state.add_document(b"%PDF", [server.payslip], owner=99)
    assert "No tagged document is to be seen" in told(server)["paperless documents"][1]
    server.add(2)
    assert "2 tagged documents are to be seen, 5 were" in told(server, known=5)["paperless documents"][1]
    server.user.rights.discard("view_tag")
    assert told(server)["paperless"][0] == "wrong"
    assert "/api/tags/" in told(server)["paperless"][1]


def test_an_old_server_clocks_and_texts(server: Server) -> None:
    server.state.version = "2.14.7"
    server.state.add_document(b"%PDF", [server.payslip], text="")
    found = told(server, now=datetime.now(UTC) + timedelta(minutes=5))
    assert found["paperless"][0] == "look"
    assert "differs from ours by" in found["paperless clock"][1]
    assert "1 of the newest 1 are pictures of text" in found["paperless text"][1]


def test_scans_that_paperless_recognised_are_pictures_to_us(server: Server) -> None:
    server.state.add_document(b"%PDF scan", [server.payslip], archive=b"%PDF with a layer of text")
    state, sentence = told(server)["paperless text"]
    assert (state, "hmrc-pipeline[ocr]" in sentence) == ("look", True)
    assert told(server, reads_pictures=True)["paperless text"][0] == "good"
    server.state.version = "2.20.15"
    assert told(server)["paperless text"][0] == "good", "there every PDF has an archive file"


def test_who_asked_for_write_back_is_told_what_may_not_be_changed(server: Server) -> None:
    (first, _second) = server.add(2)
    assert "paperless write-back" not in told(server)
    assert told(server, paperless_write_back="status")["paperless write-back"][0] == "good"
    server.state.documents[first].owner, server.state.documents[first].viewers = 77, {server.user.id}
    state, sentence = told(server, paperless_write_back="status")["paperless write-back"]
    assert (state, sentence[:17]) == ("look", "1 of the newest 2")


def test_something_else_answers(server: Server) -> None:
    found = told(server, paperless_url=f"{server.url}/elsewhere")
    assert found["paperless"][0] == "wrong"


def test_the_token_in_the_clear() -> None:
    from hmrc_pipeline.documents.paperless_checkup import _is_near

    near = ("127.0.0.1", "192.168.1.5", "nas", "paperless.lan", "paperless.home.arpa")
    assert all(map(_is_near, near))
    assert not any(map(_is_near, ("paperless.example.com", "8.8.8.8")))


def test_the_verb(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    empty = CliRunner().invoke(app, ["doctor", "--json"])
    assert empty.exit_code == 1
    assert not (tmp_path / "home").exists(), "it only looks"
    assert {c["check"] for c in json.loads(empty.stdout)["checks"]} == {"home", "key", "database", "sources", "hmrc"}
    monkeypatch.setenv("HMRC_PIPELINE_DOCUMENTS_FOLDER", str(tmp_path / "none"))
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_URL", server.url)
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_TOKEN", server.user.token)
    wrong = CliRunner().invoke(app, ["doctor"])
    assert wrong.exit_code == 2
    assert "check HMRC_PIPELINE_DOCUMENTS_FOLDER" in wrong.stdout
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home" / "hmrc.db").touch()
    broken = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    states = {check["check"]: check["state"] for check in broken["checks"]}
    assert (states["home"], states["key"], states["database"]) == ("wrong", "wrong", "look")


def test_letting_go_by_command(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    nothing = CliRunner().invoke(app, ["documents", "let-go"])
    assert "HMRC_PIPELINE_PAPERLESS_URL" in str(nothing.exception)
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_URL", server.url)
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_TOKEN", server.user.token)
    assert CliRunner().invoke(app, ["documents", "let-go"]).exit_code == 0
    opened = open_home(load_settings())
    assert paperless_state(opened, server.source()).let_go
    opened.database.engine.dispose()


def test_the_stand_in_is_full_of_made_up_documents() -> None:
    state = PaperlessState()
    tags = state.add_tag("payslip"), state.add_tag("p60")
    assert fill(state, *tags) == len(state.documents) > 30
    assert {frozenset(document.tags) for document in state.documents.values()} == {frozenset({tag}) for tag in tags}
