"""Writes docs/reference/settings.md from the settings themselves.

python docs/make_reference.py
"""

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hmrc_pipeline.settings import PREFIX, Settings

PAGE = Path(__file__).parent / "reference" / "settings.md"

HEAD = f"""# Settings

Made from the program by `docs/make_reference.py`. Each is an environment variable with the prefix `{PREFIX}`, or a
line of `.env` in the folder the program is started from. A secret may stand in a file instead, whose path is given
with `_FILE` at the end of the name.

| setting | default | what it is |
| --- | --- | --- |
"""


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "a folder of your user's data directory"
    if field.default is PydanticUndefined or field.default in (None, ""):
        return "none"
    return f"`{field.default}`"


def page() -> str:
    """The page as it should be."""
    rows = [
        f"| `{name.upper()}`{' (secret)' if 'SecretStr' in str(field.annotation) else ''} "
        f"| {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
