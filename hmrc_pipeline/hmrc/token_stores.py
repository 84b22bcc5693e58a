"""Where token answers rest: our database (the default) or HashiCorp Vault, behind one protocol.

An answer is encrypted, bound to its grant and generation, in either. A generation is written once and never
overwritten. When an answer is stored, and what follows from it, belongs to `tokens`.
"""

import base64
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from hmrc_pipeline.crypto import Cipher
from hmrc_pipeline.database.tables.hmrc import GrantTokens
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings

__all__ = [
    "DatabaseStore",
    "StoreProblem",
    "TokenStore",
    "TokensUnavailable",
    "VaultStore",
    "kv_of",
    "place",
    "store_of",
]

IN_VAULT = b"vault"
"""What stands in our database in place of an answer that rests in Vault."""


class TokensUnavailable(Problem):
    """No access token just now; the next sync tries again by itself."""


class StoreProblem(TokensUnavailable):
    """Token answers cannot be stored or read where the settings say; the message says what to do."""


class TokenStore(Protocol):
    """A place for token answers. Only `write` is called inside a transaction, and it uses no network."""

    def check(self) -> None:
        """Raises `StoreProblem` when nothing could be kept here just now."""

    def keep(self, grant_id: str, generation: int, record: bytes) -> None:
        """Bring an answer to safety before the grant moves on to it. Doing it twice is doing it once."""

    def write(self, session: Session, grant_id: str, generation: int, record: bytes, now: datetime) -> None:
        """Part of the transaction in which the grant moves on."""

    def read(self, grant_id: str, generation: int, row: bytes) -> bytes:
        """The answer that a row of ours stands for."""

    def found(self, grant_id: str, generation: int) -> bytes | None:
        """An answer that was kept although the grant has not moved on to it."""

    def forget(self, grant_id: str, generation: int) -> None:
        """Let go of one generation."""


def place(grant_id: str, generation: int) -> str:
    """Where a token record stands; its ciphertext opens nowhere else."""
    return f"hmrc_grant_tokens.tokens/{grant_id}/{generation}"


@dataclass(frozen=True)
class DatabaseStore:
    """Answers in our database, in the very transaction in which the grant moves on."""

    cipher: Cipher

    def check(self) -> None:
        """The intent, which is written next, is the proof."""

    def keep(self, grant_id: str, generation: int, record: bytes) -> None:
        """Nothing: `write` does it all at once."""

    def write(self, session: Session, grant_id: str, generation: int, record: bytes, now: datetime) -> None:
        encrypted = self.cipher.encrypt(record, place(grant_id, generation))
        _add_row(session, grant_id, generation, encrypted, now)

    def read(self, grant_id: str, generation: int, row: bytes) -> bytes:
        return self.cipher.decrypt(row, place(grant_id, generation))

    def found(self, grant_id: str, generation: int) -> bytes | None:
        return None

    def forget(self, grant_id: str, generation: int) -> None:
        """Nothing: the row is the answer."""


@dataclass(frozen=True)
class VaultStore:
    """Answers in Vault's KV version 2, one path for each generation, written with check-and-set."""

    kv: Any
    mount: str
    path: str
    cipher: Cipher

    def check(self) -> None:
        failed = True
        with suppress(Exception):  # whatever the client library or the network may raise
            self.kv.create_or_update_secret(path=f"{self.path}/probe", secret={"probe": "1"}, mount_point=self.mount)
            failed = False
        if failed:
            raise StoreProblem("Vault cannot be written: check HMRC_PIPELINE_VAULT_URL, its token and its policy")

    def keep(self, grant_id: str, generation: int, record: bytes) -> None:
        sealed = base64.b64encode(self.cipher.encrypt(record, place(grant_id, generation))).decode()
        failed = True
        with suppress(Exception):
            # cas=0: only where nothing stands yet
            self.kv.create_or_update_secret(
                path=self._at(grant_id, generation), secret={"tokens": sealed}, cas=0, mount_point=self.mount
            )
            failed = False
        if failed and self.found(grant_id, generation) != record:
            raise StoreProblem("Vault did not take a token answer")

    def write(self, session: Session, grant_id: str, generation: int, record: bytes, now: datetime) -> None:
        _add_row(session, grant_id, generation, IN_VAULT, now)

    def read(self, grant_id: str, generation: int, row: bytes) -> bytes:
        if row != IN_VAULT:  # from before the settings named Vault
            return self.cipher.decrypt(row, place(grant_id, generation))
        record = self.found(grant_id, generation)
        if record is None:
            raise StoreProblem("Vault does not have a token answer that it was given")
        return record

    def found(self, grant_id: str, generation: int) -> bytes | None:
        missing, failed, sealed = False, True, ""
        try:
            answer = self.kv.read_secret_version(
                path=self._at(grant_id, generation), mount_point=self.mount, raise_on_deleted_version=True
            )
            sealed, failed = str(answer["data"]["data"]["tokens"]), False
        except Exception as problem:
            missing = type(problem).__name__ == "InvalidPath"  # hvac's word for 404
        if missing:
            return None
        if failed:
            raise StoreProblem("Vault cannot be read: check HMRC_PIPELINE_VAULT_URL, its token and its policy")
        return self.cipher.decrypt(base64.b64decode(sealed), place(grant_id, generation))

    def forget(self, grant_id: str, generation: int) -> None:
        with suppress(Exception):
            self.kv.delete_metadata_and_all_versions(path=self._at(grant_id, generation), mount_point=self.mount)

    def _at(self, grant_id: str, generation: int) -> str:
        return f"{self.path}/tokens/{grant_id}/{generation}"


def store_of(settings: Settings, cipher: Cipher) -> TokenStore:
    """The store the settings name. Raises `StoreProblem`."""
    if settings.vault_url is None:
        return DatabaseStore(cipher)
    return VaultStore(kv_of(settings), settings.vault_mount, settings.vault_path, cipher)


def kv_of(settings: Settings) -> Any:
    """The KV version 2 engine of the Vault the settings name. Raises `StoreProblem`."""
    try:
        import hvac
    except ImportError:
        raise StoreProblem("Vault needs: pip install 'hmrc-pipeline[vault]'") from None
    token = settings.vault_token.get_secret_value() if settings.vault_token else None
    client = hvac.Client(url=str(settings.vault_url).rstrip("/"), token=token, timeout=10)
    return client.secrets.kv.v2


def _add_row(session: Session, grant_id: str, generation: int, content: bytes, now: datetime) -> None:
    session.add(
        GrantTokens(grant_id=grant_id, generation=generation, tokens_encrypted=content, stored_at=now, used_at=None)
    )
    session.flush()
