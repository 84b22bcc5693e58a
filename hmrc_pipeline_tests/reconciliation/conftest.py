"""Homes to reconcile in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.settings import load_settings


@pytest.fixture
def fresh(home: Home) -> Home:
    """An empty home."""
    return home


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Home]:
    """A second empty home with the same keys, to compare two ways of getting to one state."""
    key = tmp_path / "home" / "secret.key"
    opened = open_home(load_settings(home=tmp_path / "other", secret_key_file=key))
    yield opened
    opened.database.engine.dispose()
