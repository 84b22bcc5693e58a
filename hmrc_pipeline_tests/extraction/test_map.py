"""The map of the room names every module in it, and none that is gone."""

import re
from pathlib import Path

from hmrc_pipeline import extraction

ROOM = Path(extraction.__file__).parent


def test_every_module_of_the_room_is_on_its_map() -> None:
    modules = {path.stem for path in ROOM.glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", extraction.__doc__ or "")) == modules
