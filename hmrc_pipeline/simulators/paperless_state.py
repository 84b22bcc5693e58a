"""What the simulated Paperless-ngx knows: documents with versions, tags, users, trash, tasks; and what changes them.

Every change does to `modified` what the real one does: now, later, or nothing. How it is served belongs to
`paperless_routes`.
"""

import hashlib
import secrets
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["PaperlessState", "SimulatedDocument", "SimulatedTag", "SimulatedUser", "Version"]

RIGHTS = frozenset({"view_document", "view_tag", "view_customfield", "change_document", "add_note", "delete_note"})


@dataclass
class SimulatedUser:
    """Whoever holds a token. `rights` are those on kinds of things; a document's owner decides about the document."""

    id: int
    name: str
    token: str
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    is_superuser: bool = False


@dataclass
class SimulatedTag:
    """A tag. One with an owner is seen by that user alone."""

    id: int
    name: str
    owner: int | None = None


@dataclass
class Version:
    """Bytes of a document. `archive`: what Paperless made of them, when it did."""

    id: int
    content: bytes
    added: datetime
    label: str | None = None
    archive: bytes | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def md5(self) -> str:
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


@dataclass
class SimulatedDocument:
    """A document; `versions` oldest first, of which a server of 2.x knows one."""

    id: int
    title: str
    original_file_name: str
    added: datetime
    modified: datetime
    tags: set[int]
    versions: list[Version]
    owner: int | None = None
    viewers: set[int] = field(default_factory=set)
    text: str = ""
    deleted_at: datetime | None = None
    hidden_until: datetime | None = None
    notes: list[dict[str, Any]] = field(default_factory=list)
    custom_fields: dict[int, Any] = field(default_factory=dict)

    @property
    def newest(self) -> Version:
        return self.versions[-1]


class PaperlessState:
    """A whole server. Change it from any thread while it is served."""

    def __init__(self, version: str = "3.0.5", clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.version = version
        self.clock = clock
        self.lock = threading.RLock()
        self.bulk_delay = timedelta(seconds=1)
        self.documents: dict[int, SimulatedDocument] = {}
        self.tags: dict[int, SimulatedTag] = {}
        self.users: dict[str, SimulatedUser] = {}
        self.custom_fields: dict[int, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.downloads: list[int] = []
        self.faults: dict[str, deque[str]] = {}
        self.notes_fail = False
        self.admin = self.add_user("admin", is_superuser=True)
        self._later: list[tuple[datetime, int]] = []
        self._last_id = 0

    @property
    def is_v3(self) -> bool:
        return int(self.version.split(".")[0]) >= 3

    def add_user(self, name: str, *, is_superuser: bool = False, rights: Iterable[str] = RIGHTS) -> SimulatedUser:
        user = SimulatedUser(len(self.users) + 1, name, secrets.token_hex(20), set(rights), is_superuser)
        self.users[user.token] = user
        return user

    def add_tag(self, name: str, owner: int | None = None) -> int:
        with self.lock:
            number = max(self.tags, default=0) + 1
            self.tags[number] = SimulatedTag(number, name, owner)
            return number

    def delete_tag(self, tag: int) -> None:
        with self.lock:
            del self.tags[tag]
            for document in self.documents.values():
                document.tags.discard(tag)

    def add_document(
        self,
        content: bytes,
        tags: Collection[int] = (),
        *,
        title: str = "",
        file_name: str = "upload.pdf",
        owner: int | None = None,
        modified: datetime | None = None,
        archive: bytes | None = None,
        text: str = "text",
    ) -> int:
        """A consumed document. Raises `ValueError` for a duplicate that a server of 2.x refuses."""
        with self.lock:
            if not self.is_v3:
                for known in self.documents.values():
                    if known.versions[0].content == content:
                        raise ValueError(f"It is a duplicate of {known.title} (#{known.id})", known.id)
            number = self._next_id()
            now = self.clock()
            title = title or file_name.rsplit(".", 1)[0]
            self.documents[number] = SimulatedDocument(
                number,
                title,
                file_name,
                now,
                modified or now + timedelta(milliseconds=30),
                set(tags),
                [Version(number, content, now, archive=archive)],
                owner,
                text=text,
            )
            return number

    def edit(self, number: int, **changes: Any) -> None:
        """A PATCH: `modified` is now, even when nothing is different."""
        with self.lock:
            document = self.documents[number]
            for name, value in changes.items():
                setattr(document, name, value)
            document.modified = self.clock()

    def bulk_tags(self, numbers: Iterable[int], add: Iterable[int] = (), remove: Iterable[int] = ()) -> None:
        """A bulk edit: the tags change now, `modified` when the worker comes to it."""
        with self.lock:
            for number in numbers:
                document = self.documents[number]
                document.tags = (document.tags | set(add)) - set(remove)
                self.touch_later(number)

    def touch_later(self, number: int) -> None:
        self._later.append((self.clock() + self.bulk_delay, number))

    def settle(self) -> None:
        """Let the worker do what is due."""
        with self.lock:
            now = self.clock()
            for due, number in self._later:
                if due <= now and number in self.documents:
                    self.documents[number].modified = max(due, self.documents[number].modified)
            self._later = [(due, number) for due, number in self._later if due > now]

    def add_version(self, number: int, content: bytes, label: str | None = None) -> int:
        with self.lock:
            version = Version(self._next_id(), content, self.clock(), label)
            document = self.documents[number]
            document.versions.append(version)
            document.modified = self.clock()
            return version.id

    def trash(self, numbers: Iterable[int]) -> None:
        with self.lock:
            for number in numbers:
                self.documents[number].deleted_at = self.clock()

    def restore(self, numbers: Iterable[int]) -> None:
        with self.lock:
            for number in numbers:
                document = self.documents[number]
                document.deleted_at, document.modified = None, self.clock()

    def empty_trash(self, numbers: Iterable[int]) -> None:
        with self.lock:
            for number in numbers:
                del self.documents[number]

    def reprocess(self, number: int) -> None:
        """OCR again: text and archive change, `modified` and the original do not."""
        with self.lock:
            document = self.documents[number]
            document.text += " read again"
            document.newest.archive = document.newest.content + b"% archive made again"

    def upgrade(self, version: str = "3.0.5") -> None:
        """Another version of Paperless on the same data: `modified` stays, checksums become SHA-256."""
        self.version = version

    def import_again(self) -> None:
        """Exported and imported into a fresh server: ids stay, every `modified` is the moment of the import."""
        with self.lock:
            for document in self.documents.values():
                document.modified = self.clock()

    def visible(self, user: SimulatedUser) -> list[SimulatedDocument]:
        """What this user is shown; nothing says that there is more."""
        now = self.clock()
        return [
            document
            for document in self.documents.values()
            if document.deleted_at is None
            and (document.hidden_until is None or document.hidden_until <= now)
            and self.may_view(user, document)
        ]

    @staticmethod
    def may_view(user: SimulatedUser, document: SimulatedDocument) -> bool:
        return user.is_superuser or document.owner in (None, user.id) or user.id in document.viewers

    @staticmethod
    def may_change(user: SimulatedUser, document: SimulatedDocument) -> bool:
        return user.is_superuser or document.owner in (None, user.id)

    def seen_tags(self, user: SimulatedUser) -> list[SimulatedTag]:
        return [tag for tag in self.tags.values() if user.is_superuser or tag.owner in (None, user.id)]

    def fail_next(self, part: str, *faults: str) -> None:
        """The next requests whose path holds `part` fail: `drop`, `half`, `500`, `503`, `slow:SECONDS`."""
        with self.lock:
            self.faults.setdefault(part, deque()).extend(faults)

    def next_fault(self, path: str) -> str | None:
        with self.lock:
            for part, faults in self.faults.items():
                if part in path and faults:
                    return faults.popleft()
            return None

    def _next_id(self) -> int:
        self._last_id += 1  # versions and trashed rows use up ids too
        return self._last_id
