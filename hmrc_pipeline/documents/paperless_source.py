"""Paperless-ngx as a source: which server, which tags, and when two rows of it mean the same bytes.

Looking at it belongs to `paperless_look`, fetching to `paperless_fetch`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

import httpx

from hmrc_pipeline.documents.paperless import Listed, PaperlessClient
from hmrc_pipeline.documents.registry import Entry
from hmrc_pipeline.settings import Settings

__all__ = [
    "PAPERLESS",
    "PaperlessSource",
    "document_id",
    "fetched_fingerprint",
    "fingerprint_of",
    "reference_of",
    "unchanged",
]

PAPERLESS: Final = "paperless"
"""The name of the source that PAPERLESS_URL makes."""

_PREFIX: Final = "paperless/"


@dataclass(frozen=True)
class PaperlessSource:
    """Documents of one Paperless server that carry the payslip or the P60 tag. A context manager."""

    client: PaperlessClient = field(repr=False)
    payslip_tag: str
    p60_tag: str
    name: str = PAPERLESS

    @classmethod
    def of(cls, settings: Settings, *, transport: httpx.BaseTransport | None = None) -> "PaperlessSource | None":
        """The server the settings name; None unless both PAPERLESS_URL and PAPERLESS_TOKEN are set."""
        client = PaperlessClient.of(settings, transport=transport)
        return cls(client, settings.paperless_payslip_tag, settings.paperless_p60_tag) if client else None

    def __enter__(self) -> "PaperlessSource":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.http.close()


def reference_of(row_id: int) -> str:
    """What the registry calls a document of Paperless."""
    return f"{_PREFIX}{row_id}"


def document_id(reference: str) -> int:
    """The id behind a reference."""
    return int(reference.removeprefix(_PREFIX))


def fingerprint_of(row: Listed) -> str:
    """What a list says of the bytes: version and checksum, or of a server of 2.x only when it was modified."""
    return f"{row.version}:{row.checksum}" if row.checksum else f"@{row.modified.isoformat()}"


def fetched_fingerprint(row: Listed, md5: str) -> str:
    """The fingerprint of bytes that were fetched; for a server of 2.x their MD5, which it keeps too, goes first."""
    return fingerprint_of(row) if row.checksum else f"{md5}{fingerprint_of(row)}"


def unchanged(row: Listed, entry: Entry, original_checksum: Callable[[int], str]) -> str | None:
    """The fingerprint under which the known bytes still stand there, or None when they are other bytes.

    A server of 2.x is asked for its checksum only when the document was modified. After an upgrade to 3 the
    checksum is a SHA-256, which is compared with our own.
    """
    told = fingerprint_of(row)
    if row.checksum:
        return told if told == entry.fingerprint or row.checksum == entry.sha256 else None
    md5 = entry.fingerprint.partition("@")[0]
    if entry.fingerprint == f"{md5}{told}":
        return entry.fingerprint
    return f"{md5}{told}" if original_checksum(row.id) in (md5, entry.sha256) else None
