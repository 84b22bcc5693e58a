"""Encryption at rest and blind indexes.

Every ciphertext is bound to the place it stands in (table, column, row): moved elsewhere, it does not decrypt.
What must be encrypted is decided by the tables; keys come from one file, made on first run.
"""

import base64
import contextlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Cipher", "KeyProblem", "Undecryptable", "load_cipher"]

_NONCE = 12
_KEY_ID = 4
_HEADER = "# hmrc-pipeline: whoever has this file and the database can read both. Keep a copy apart from the backups.\n"


class KeyProblem(RuntimeError):
    """The key file is missing, malformed or readable by others."""


class Undecryptable(RuntimeError):
    """The ciphertext was made with another key, altered, or moved from another row."""


@dataclass(frozen=True, repr=False)
class Cipher:
    """AES-256-GCM with row binding. The first key encrypts; all keys decrypt; one more key makes blind indexes."""

    keys: tuple[bytes, ...]
    index_key: bytes

    def encrypt(self, plaintext: str | bytes, place: str) -> bytes:
        """Ciphertext bound to `place`, which names table, column and row: `person.nino/p_4f...`."""
        data = plaintext.encode() if isinstance(plaintext, str) else plaintext
        nonce = os.urandom(_NONCE)
        return _key_id(self.keys[0]) + nonce + AESGCM(self.keys[0]).encrypt(nonce, data, place.encode())

    def decrypt(self, ciphertext: bytes, place: str) -> bytes:
        """The plaintext. Raises `Undecryptable`."""
        key_id, nonce, body = (
            ciphertext[:_KEY_ID],
            ciphertext[_KEY_ID : _KEY_ID + _NONCE],
            ciphertext[_KEY_ID + _NONCE :],
        )
        for key in self.keys:
            if _key_id(key) == key_id:
                with contextlib.suppress(InvalidTag, ValueError):  # ValueError: cut off within the nonce
                    return AESGCM(key).decrypt(nonce, body, place.encode())
        raise Undecryptable(f"cannot decrypt {place.split('/')[0]}: the key file is not the one it was written with")

    def decrypt_text(self, ciphertext: bytes, place: str) -> str:
        return self.decrypt(ciphertext, place).decode()

    def blind_index(self, text: str, purpose: str) -> str:
        """Equal texts give equal indexes; without the key an index says nothing. Hex, 32 characters."""
        return hmac.digest(self.index_key, f"{purpose}\0{text}".encode(), "sha256")[:16].hex()

    def __repr__(self) -> str:
        return "Cipher(hidden)"


def load_cipher(path: Path) -> Cipher:
    """The cipher of a key file; the file is made, mode 0600, when it does not exist. Raises `KeyProblem`."""
    if not path.exists():
        _make(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyProblem(f"{path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    return _parse(path)


def _key_id(key: bytes) -> bytes:
    return hmac.digest(key, b"key id", "sha256")[:_KEY_ID]


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [_HEADER, f"index {_random()}\n", f"encrypt {_random()}\n"]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    # link() fails when another process was first: its key stands.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _random() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _parse(path: Path) -> Cipher:
    index, keys = b"", []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, _, encoded = line.partition(" ")
        try:
            key = base64.urlsafe_b64decode(encoded.strip())
        except ValueError:
            key = b""
        if len(key) != 32 or kind not in {"index", "encrypt"}:
            raise KeyProblem(f"{path}, line {number} is not a key. Restore the file from its copy.")
        if kind == "index":
            index = key
        else:
            keys.append(key)
    if not index or not keys:
        raise KeyProblem(f"{path} lacks a key. Restore the file from its copy.")
    return Cipher(tuple(keys), index)
