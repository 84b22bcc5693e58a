"""One world for each test; no process outlives the tests."""

from collections.abc import Iterator
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

import pytest

from hmrc_pipeline_tests.hmrc.support import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture(scope="package", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """Python ends the server that forks for it, and its tracker, some time after it has ended itself."""
    yield
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
