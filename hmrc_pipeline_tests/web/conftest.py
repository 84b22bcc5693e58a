"""The web application over a small world, asked without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmrc_pipeline.home import open_home
from hmrc_pipeline.logins import passwords
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.web.support import SYNC_TOKEN, WEBHOOK_TOKEN, Site, world_of


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_LOG_N", 4)


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home nobody has used, made once and copied."""
    folder = tmp_path_factory.mktemp("fresh") / "home"
    home = open_home(load_settings(home=folder, _env_file=None))
    with home.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    home.database.engine.dispose()
    return folder


@pytest.fixture
def site(tmp_path: Path, fresh_home: Path) -> Iterator[Site]:
    """The application at http://localhost:8080, where HMRC sends people back to."""
    yield from _site(tmp_path / "home", fresh_home)


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory, fresh_home: Path) -> Iterator[Site]:
    """One for tests that only knock at the door and change nothing."""
    yield from _site(tmp_path_factory.mktemp("shared") / "home", fresh_home)


def _site(path: Path, fresh_home: Path) -> Iterator[Site]:
    shutil.copytree(fresh_home, path)
    made = Site(world_of(path, web_port=8080, sync_token=SYNC_TOKEN, webhook_token=WEBHOOK_TOKEN))
    yield made
    made.close()
    made.world.close()
