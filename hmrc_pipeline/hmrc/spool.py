"""The second chance of a token answer: a file under HOME/spool, encrypted, on disk before the database is tried.

It outlives a database that is locked, full or down. Whoever opens the grant next brings it into the database.
"""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from hmrc_pipeline.crypto import Cipher, Undecryptable
from hmrc_pipeline.hmrc.token_stores import place
from hmrc_pipeline.home import Home

__all__ = ["Spool", "Spooled"]

_NAME = re.compile(r"(g_[0-9a-f]{16})\.(\d{1,9})\.tokens")


@dataclass(frozen=True, repr=False)
class Spooled:
    """One answer waiting for the database."""

    path: Path
    generation: int
    record: bytes


@dataclass(frozen=True)
class Spool:
    """HOME/spool."""

    folder: Path
    cipher: Cipher

    @classmethod
    def of(cls, home: Home) -> "Spool":
        return cls(home.settings.make_home() / "spool", home.cipher)

    def put(self, grant_id: str, generation: int, record: bytes) -> Path:
        """Write durably: file, then name, then folder. Raises `OSError`."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self.folder / f"{grant_id}.{generation}.tokens"
        draft = path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.cipher.encrypt(record, place(grant_id, generation)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._sync_folder()
        return path

    def waiting(self, grant_id: str) -> list[Spooled]:
        """Answers of a grant that may not be in the database yet, oldest first. An unreadable one is left alone."""
        found = []
        for path in sorted(self.folder.glob(f"{grant_id}.*.tokens")) if self.folder.is_dir() else []:
            match = _NAME.fullmatch(path.name)
            if match:
                generation = int(match[2])
                with contextlib.suppress(Undecryptable):
                    record = self.cipher.decrypt(path.read_bytes(), place(grant_id, generation))
                    found.append(Spooled(path, generation, record))
        return sorted(found, key=lambda spooled: spooled.generation)

    def grants_waiting(self) -> set[str]:
        """The grants that have answers here."""
        names = [path.name for path in self.folder.glob("*.tokens")] if self.folder.is_dir() else []
        return {match[1] for name in names if (match := _NAME.fullmatch(name))}

    def remove(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
            self._sync_folder()

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
