"""Settings from the environment, `.env` and files; wrong ones are named, never repeated."""

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from hmrc_pipeline.settings import PREFIX, SettingsProblem, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.first_year.label == "2016-17"
    assert settings.tolerance == Decimal("0.00")
    assert settings.database == f"sqlite:///{settings.home / 'hmrc.db'}"
    assert settings.originals == settings.home / "documents"
    assert settings.key_file == settings.home / "secret.key"
    assert settings.documents_folder is None
    assert "test-api.service.hmrc.gov.uk" in str(settings.hmrc_api_url), "never production by default"


def test_the_environment_is_stronger_than_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{PREFIX}WEB_PORT=1\n{PREFIX}FIRST_TAX_YEAR=2018/19\nOTHER=1\n")
    monkeypatch.setenv(f"{PREFIX}WEB_PORT", "2")
    settings = load_settings()
    assert settings.web_port == 2
    assert settings.first_tax_year == "2018-19"
    assert load_settings(web_port=3).web_port == 3


@pytest.mark.parametrize(
    ("settings", "web", "ui"),
    [
        ({}, "http://localhost:8090", "http://127.0.0.1:3000"),
        ({"web_host": "0.0.0.0", "web_port": 81}, "http://localhost:81", "http://127.0.0.1:3000"),
        ({"web_host": "::1"}, "http://localhost:8090", "http://127.0.0.1:3000"),
        ({"web_host": "10.1.2.3"}, "http://10.1.2.3:8090", "http://127.0.0.1:3000"),
        ({"web_host": "fd00::7"}, "http://[fd00::7]:8090", "http://127.0.0.1:3000"),
        (
            {"public_url": "https://tax.example.org/", "dagster_url": "https://ui.example.org/"},
            "https://tax.example.org",
            "https://ui.example.org",
        ),
    ],
)
def test_where_links_lead(settings: dict[str, str], web: str, ui: str) -> None:
    found = load_settings(**settings)
    assert (found.web_address, found.dagster_address) == (web, ui)


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DOCUMENTS_FOLDER", "")
    assert load_settings().documents_folder is None


def test_paths_are_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}HOME", "data")
    monkeypatch.setenv(f"{PREFIX}DOCUMENTS_FOLDER", "~/slips")
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = load_settings()
    assert settings.home == tmp_path / "data"
    assert settings.documents_folder == tmp_path / "slips"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv(f"{PREFIX}HMRC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    settings = load_settings()
    assert settings.hmrc_client_secret is not None
    assert settings.hmrc_client_secret.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_only_secrets_stand_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}WEB_HOST_FILE", str(tmp_path / "absent"))
    assert load_settings().web_host == "127.0.0.1"


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingsProblem, match="cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "Sentinel"),
        ("FIRST_TAX_YEAR", "Sentinel"),
        ("TOLERANCE", "-1"),
        ("HMRC_API_URL", "Sentinel"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(SettingsProblem, match=f"{PREFIX}{name}: ") as caught:
        load_settings()
    assert "Sentinel" not in str(caught.value)


def test_a_database_url_is_a_secret() -> None:
    settings = load_settings(database_url="postgresql://u:s3cret@h/db")
    assert "s3cret" not in repr(settings)
    assert settings.database == "postgresql://u:s3cret@h/db"


def test_home_is_made_closed(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "a" / "b")
    assert stat.S_IMODE(settings.make_home().stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.home.parent.stat().st_mode) == 0o700, "the demo's HOME lies in the real one"
    assert settings.make_home() == settings.home
