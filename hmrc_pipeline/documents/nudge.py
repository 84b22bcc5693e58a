"""The nudge: "look at the sources now". Left by the webhook, taken by whoever looks; it says nothing else.

It is a hint and never the truth: a lost one costs a moment, because the sources are looked at anyway.
"""

import contextlib
import os
import secrets
from datetime import datetime

from hmrc_pipeline.home import Home

__all__ = ["leave_nudge", "take_nudge"]


def leave_nudge(home: Home, *, now: datetime) -> None:
    """Leave a nudge. It stands whole or not at all, whatever happens to this process or machine."""
    folder = home.settings.make_home()
    draft = folder / f".nudge.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{now.isoformat()} {secrets.token_hex(8)}")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "nudge")
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def take_nudge(home: Home, seen: str | None) -> str | None:
    """The newest nudge when it is not the one `seen` before, else None.

    Nothing is used up: who takes a nudge remembers it, in the same step in which its work is asked for.
    """
    try:
        newest = (home.settings.home / "nudge").read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return newest if newest != seen else None
