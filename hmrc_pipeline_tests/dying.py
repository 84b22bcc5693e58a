"""Dying at a step: SIGKILL before or after the n-th statement, commit or file rename of this process."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.database import statements

__all__ = ["die_at"]


def die_at(kill_at: int) -> Callable[[], int]:
    """Have this process killed at that step, counted from 1; never with 0. What it gives tells the steps so far."""
    steps = 0

    def step(*_arguments: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, event, step)
    give = statements.give

    def given(*work: Any) -> None:
        step()
        give(*work)
        step()

    statements.give = given
    replace = Path.replace

    def replaced(self: Path, target: Any) -> Path:
        step()
        done = replace(self, target)
        step()
        return done

    Path.replace = replaced  # type: ignore[method-assign]
    return lambda: steps
