"""The command as it is typed, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import PREFIX


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def typed(*words: str, given: str = "") -> Said:
    """Run a command here; a problem is printed and exits with 2, as the entry point has it."""
    result = CliRunner().invoke(app, list(words), input=given)
    if isinstance(result.exception, Problem):
        return Said(2, result.stdout, str(result.exception))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def started(*words: str, home: Path, **settings: object) -> "subprocess.Popen[str]":
    """Run a command in a process of its own."""
    given = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "hmrc_pipeline", *words],
        env={**os.environ, f"{PREFIX}HOME": str(home), **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
