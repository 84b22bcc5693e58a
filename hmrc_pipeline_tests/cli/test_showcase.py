"""What `demo` finds when it was run before."""

from pathlib import Path

import pytest

from hmrc_pipeline.cli.showcase import prepare
from hmrc_pipeline.database import open_database
from hmrc_pipeline.database.schema import downgrade, head_revision, revision_of
from hmrc_pipeline.settings import load_settings


def test_the_demo_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path))
    monkeypatch.setenv("HMRC_PIPELINE_DOCUMENTS_FOLDER", str(tmp_path))
    monkeypatch.delenv("HMRC_PIPELINE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    database = open_database(load_settings(home=tmp_path / "demo"))
    downgrade(database.engine, "0001")
    assert revision_of(database.engine) == "0001"

    showcase = prepare()

    assert revision_of(showcase.home.database.engine) == head_revision()
