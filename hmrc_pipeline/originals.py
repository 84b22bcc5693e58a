"""The store of originals: every document's bytes, encrypted, named by their SHA-256.

Which contents are kept is decided by `documents` and `people`; here they are only put, got and deleted.
"""

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from hmrc_pipeline.crypto import Cipher, Undecryptable

__all__ = ["OriginalDamaged", "OriginalMissing", "OriginalStore"]

_OVERHEAD = 4 + 12 + 16  # key id, nonce and tag of the cipher


class OriginalMissing(LookupError):
    """The store does not hold this content."""


class OriginalDamaged(RuntimeError):
    """The stored file is not what was put there, or was written with another key."""


@dataclass(frozen=True)
class OriginalStore:
    """A folder of encrypted files. A file appears whole or not at all, also when the power fails."""

    root: Path
    cipher: Cipher

    def put(self, content: bytes) -> str:
        """Keep a content and return its SHA-256. Putting it again changes nothing."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == len(content) + _OVERHEAD:
                return sha256
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, self.cipher.encrypt(content, _place(sha256)))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content. Raises `OriginalMissing` or `OriginalDamaged`."""
        try:
            content = self.cipher.decrypt(self._path(sha256).read_bytes(), _place(sha256))
        except FileNotFoundError:
            raise OriginalMissing("the original is not in the store") from None
        except Undecryptable:
            raise OriginalDamaged("the stored original is damaged or was written with another key") from None
        return content

    def __contains__(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Forget a content; no complaint when it is not there."""
        self._path(sha256).unlink(missing_ok=True)

    def sweep(self, before: float) -> None:
        """Delete drafts that an interrupted write left, last written before this moment (seconds since 1970)."""
        for draft in self.root.glob(f".{'?' * 64}.{'?' * 16}"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < before:
                    draft.unlink()

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("an original is named by its SHA-256")
        return self.root / sha256


def _place(sha256: str) -> str:
    return f"original/{sha256}"


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
