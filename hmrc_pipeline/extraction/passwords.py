"""The passwords to try on locked PDFs. They stay in memory: no registry, log or message holds one."""

from pathlib import Path

from hmrc_pipeline.problems import Problem

__all__ = ["read_passwords"]


def read_passwords(*files: Path | None) -> tuple[str, ...]:
    """One password a line, in order, each once; empty lines are left out. Raises `Problem` for a file not there."""
    found: list[str] = []
    for file in files:
        if file is not None:
            try:
                found += file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                raise Problem(f"the file of PDF passwords, {file}, cannot be read") from None
    return tuple(dict.fromkeys(line for line in found if line.strip()))
