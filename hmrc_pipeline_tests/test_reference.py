"""The page of settings says what the program does."""

import runpy
from pathlib import Path

from hmrc_pipeline.settings import Settings

ROOT = Path(__file__).parents[1]


def test_the_page_of_settings_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))
    assert (ROOT / "docs" / "reference" / "settings.md").read_text() == made["page"](), "run docs/make_reference.py"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
