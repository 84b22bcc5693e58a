"""The web application over a small world, asked without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmrc_pipeline.logins import passwords
from hmrc_pipeline_tests.hmrc.support import make_world
from hmrc_pipeline_tests.web.support import SYNC_TOKEN, WEBHOOK_TOKEN, Site


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_LOG_N", 4)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The application at http://localhost:8080, where HMRC sends people back to."""
    yield from _site(tmp_path / "home")


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for tests that only knock at the door and change nothing."""
    yield from _site(tmp_path_factory.mktemp("shared") / "home")


def _site(path: Path) -> Iterator[Site]:
    world = make_world(path, web_port=8080, sync_token=SYNC_TOKEN, webhook_token=WEBHOOK_TOKEN)
    made = Site(world)
    yield made
    made.close()
    world.close()
