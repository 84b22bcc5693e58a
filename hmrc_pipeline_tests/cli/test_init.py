"""`init` asks, tries, and writes `.env` for its owner alone."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.cli.init import write_env
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.documents.paperless_server import paperless


def answer(*lines: str) -> str:
    done = CliRunner().invoke(app, ["init"], input="\n".join(lines) + "\n", catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_first_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slips").mkdir()
    with paperless() as server:
        server.add(2)
        said = answer(server.url, server.user.token, "", "", str(tmp_path / "slips"), "json://localhost/it's")
        assert "2 tagged documents are to be seen" in said
        assert server.user.token not in said
        again = answer("", "", "", "", "", "")
        assert "2 tagged documents are to be seen" in again
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    settings = load_settings()
    assert settings.paperless_token
    assert settings.paperless_token.get_secret_value() == server.user.token
    assert settings.documents_folder == tmp_path / "slips"
    assert settings.alert_urls
    assert settings.alert_urls.get_secret_value() == "json://localhost/it's"


def test_what_does_not_work_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with paperless() as server:
        server.add(1)
        said = answer(server.url, "wrong", "", "", "n", server.url, server.user.token, "", "", "", "")
    assert "does not accept the token" in said
    assert "wrong" not in (tmp_path / ".env").read_text()


def test_other_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mine\nOTHER=1\nHMRC_PIPELINE_PAPERLESS_URL=http://old\n")
    path.chmod(0o644)
    write_env(path, {"PAPERLESS_URL": "http://new"})
    assert path.read_text() == "# mine\nOTHER=1\nHMRC_PIPELINE_PAPERLESS_URL='http://new'\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
