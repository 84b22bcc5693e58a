"""What Dagster's processes are told: the same settings as the command, from wherever they run."""

from pathlib import Path

import pytest

from hmrc_pipeline.cli.supervisor import dagster_environment
from hmrc_pipeline.settings import load_settings


def test_the_environment_stands_above_env_and_paths_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_URL", "http://given.example")
    monkeypatch.setenv("HMRC_PIPELINE_PAPERLESS_TOKEN_FILE", "token")
    Path("token").write_text("x" * 40)
    Path(".env").write_text(
        "HMRC_PIPELINE_PAPERLESS_URL=http://env.example\n"
        "HMRC_PIPELINE_DOCUMENTS_FOLDER=payslips\n"
        "HMRC_PIPELINE_ALERT_URLS='json://localhost/x y'\n"
    )
    told = dagster_environment(load_settings())
    assert told["HMRC_PIPELINE_PAPERLESS_URL"] == "http://given.example"
    assert told["HMRC_PIPELINE_DOCUMENTS_FOLDER"] == str(tmp_path / "payslips")
    assert told["HMRC_PIPELINE_PAPERLESS_TOKEN_FILE"] == str(tmp_path / "token")
    assert told["HMRC_PIPELINE_ALERT_URLS"] == "json://localhost/x y"
    assert told["DAGSTER_HOME"] == str(tmp_path / "home" / "dagster")
    monkeypatch.chdir("/")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    seen = load_settings()
    assert (seen.documents_folder, str(seen.paperless_url)) == (tmp_path / "payslips", "http://given.example/")
    assert seen.paperless_token is not None
