"""One world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmrc_pipeline_tests.hmrc.support import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "home")
    yield made
    made.close()
