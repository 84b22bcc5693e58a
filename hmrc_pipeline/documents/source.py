"""What a source of documents must be able to do. No source lives here, and nothing of the registry."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from hmrc_pipeline.problems import Problem

__all__ = [
    "DocumentGone",
    "DocumentSource",
    "DocumentUnreadable",
    "Intake",
    "NotTaken",
    "Placed",
    "Progress",
    "Sight",
    "SourceUnavailable",
]

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


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


@dataclass(frozen=True)
class NotTaken:
    """One document that could not be taken in. The reference, for people's eyes, stays out of the `repr`."""

    reference: str = field(repr=False)
    sentence: str


@dataclass(frozen=True)
class Intake:
    """What a look at a source changed, counted by names the documents are seen under.

    `waiting`: known to be there, to be fetched by a further run. `notices`: what a person should know, one sentence
    each.
    """

    new: int = 0
    changed: int = 0
    removed: int = 0
    returned: int = 0
    unchanged: int = 0
    waiting: int = 0
    problems: tuple[NotTaken, ...] = ()
    notices: tuple[str, ...] = ()


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
