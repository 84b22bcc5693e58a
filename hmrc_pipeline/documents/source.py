"""What a source of documents must be able to do. No source lives here, and nothing of the registry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from hmrc_pipeline.problems import Problem

__all__ = ["DocumentGone", "DocumentSource", "DocumentUnreadable", "Placed", "Sight", "SourceUnavailable"]


class SourceUnavailable(Problem):
    """The source as a whole cannot be looked at; nothing may be concluded about its documents."""


class DocumentGone(LookupError):
    """The document was there at the look and is not any more."""


class DocumentUnreadable(RuntimeError):
    """This one document cannot be fetched; the message is one sentence without its name."""


@dataclass(frozen=True)
class Sight:
    """One document seen. Equal fingerprints mean: the same bytes as before.

    With a `problem`, one sentence, it cannot be taken in now, and what is known of it stays as it is.
    """

    reference: str = field(repr=False)
    fingerprint: str
    problem: str | None = None


class DocumentSource(Protocol):
    """A place documents come from."""

    @property
    def name(self) -> str:
        """Names the source in the registry; two sources never share a name."""

    def look(self, known: Mapping[str, str]) -> Iterator[Sight]:
        """Everything that is there now. `known` holds the reference and fingerprint of what the registry knows.

        What is known and not given is taken as removed. Raises `SourceUnavailable`.
        """

    def fetch(self, reference: str) -> bytes:
        """The bytes of one document. Raises `DocumentGone`, `DocumentUnreadable` or `SourceUnavailable`."""


@runtime_checkable
class Placed(Protocol):
    """A source that can tell its place from an empty one of the same name, such as a disk that is not mounted."""

    def place(self) -> str:
        """Changes when the source stands elsewhere. Raises `SourceUnavailable`."""
