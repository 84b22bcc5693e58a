"""Runs the demo and kills itself at a step of its way.

python -m hmrc_pipeline_tests.system.killed STEP

A step is a statement sent to any database, ours or Dagster's, a commit, or a file put in place. With step 0 it runs
to its end and prints how many steps there were.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.cli.showcase import prepare

__all__: list[str] = []


def main(kill_at: int) -> None:
    """Run, or die trying."""
    steps = 0

    def step(*_arguments: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, event, step)
    replace = Path.replace

    def replaced(self: Path, target: Any) -> Path:
        step()
        done = replace(self, target)
        step()
        return done

    Path.replace = replaced  # type: ignore[method-assign]
    showcase = prepare()
    with showcase.hmrc_online(authorise_anew=False):
        showcase.run()
    sys.stdout.write(f"{steps}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
