"""A folder with its sub-folders as a source of documents.

Every ordinary file is a document, whatever its name ends in: one that is no PDF is told so by the reader.
Not looked at: hidden files and folders, what systems, editors and downloads leave about, and links.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hmrc_pipeline.documents.source import DocumentGone, DocumentUnreadable, Sight, SourceUnavailable
from hmrc_pipeline.settings import Settings

__all__ = ["FolderSource"]

_LARGEST = 100_000_000
_TOO_LARGE = f"the file is larger than {_LARGEST // 1_000_000} MB"
_TICK = 0.05  # seconds after which a further write surely changes a file's times
_LITTER_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_LITTER_ENDINGS = (
    *(".part", ".partial", ".filepart", ".crdownload", ".opdownload", ".download", ".aria2", ".!ut"),
    *(".tmp", ".temp", ".swp", ".swo", ".bak", ".lock", ".lnk", ".url", "~"),
)
_LITTER_STARTS = (".", "~$", "~wrl", "._")
_LITTER_FOLDERS = frozenset({"@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information"}) | {
    *("lost+found", "__macosx", "node_modules")
}


@dataclass(frozen=True)
class FolderSource:
    """Files below `root`, or the one file that `root` is.

    With `settle`, a file younger than that many seconds waits for a later look: a sensor sets it, so that a file
    still being written starts nothing. `apart` names what lies below the root and is no document: HOME, a file with
    HMRC's answers.
    """

    root: Path
    name: str = "folder"
    settle: float = 0.0
    apart: tuple[Path, ...] = ()
    clock: Callable[[], float] = time.time

    @classmethod
    def of(cls, settings: Settings, *, settle: float = 0.0) -> "FolderSource | None":
        """The folder that DOCUMENTS_FOLDER names; None when it is not set."""
        if settings.documents_folder is None:
            return None
        return cls(settings.documents_folder, settle=settle, apart=(settings.home, settings.originals))

    def look(self, known: Mapping[str, str]) -> Iterator[Sight]:
        """Everything below the root; stat only, nothing is opened. Raises `SourceUnavailable`."""
        found = self._stat_root()
        if stat.S_ISREG(found.st_mode):
            yield from self._sight(self.root.name, found, known)
            return
        apart = {(s.st_dev, s.st_ino) for path in self.apart if (s := _stat_or_none(path))}
        yield from self._walk("", known, apart)

    def fetch(self, reference: str) -> bytes:
        """The bytes of one file. Raises `DocumentGone` or `DocumentUnreadable`."""
        path = self.root.resolve() if self.root.is_file() else self.root / reference
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            raise DocumentGone("the file is not there any more") from None
        except OSError as error:
            raise DocumentUnreadable(f"the file cannot be opened: {_sentence(error)}") from None
        with os.fdopen(descriptor, "rb") as file:
            self._wait_for_tick(file.fileno())
            return _read(file.fileno())

    def place(self) -> str:
        """The disk the root lies on: a folder that is empty because its disk is not mounted lies on another."""
        return str(self._stat_root().st_dev)

    def _stat_root(self) -> os.stat_result:
        try:
            found = self.root.stat()
        except OSError as error:
            raise SourceUnavailable(f"the documents folder cannot be reached: {_sentence(error)}") from None
        if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
            raise SourceUnavailable("the documents folder is neither a folder nor a file")
        return found

    def _walk(self, below: str, known: Mapping[str, str], apart: set[tuple[int, int]]) -> Iterator[Sight]:
        try:
            with os.scandir(self.root / below) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not below:
                raise SourceUnavailable(f"the documents folder cannot be listed: {_sentence(error)}") from None
            yield from _closed(below, error, known)
            return
        for entry in ordered:
            reference = f"{below}{entry.name}"
            if _is_litter(entry.name):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # gone between listing and look
            if stat.S_ISDIR(found.st_mode):
                if entry.name.casefold() not in _LITTER_FOLDERS and (found.st_dev, found.st_ino) not in apart:
                    yield from self._walk(f"{reference}/", known, apart)
            elif stat.S_ISLNK(found.st_mode):
                yield from self._link(reference)
            elif stat.S_ISREG(found.st_mode) and (found.st_dev, found.st_ino) not in apart:
                yield from self._sight(reference, found, known)

    def _sight(self, reference: str, found: os.stat_result, known: Mapping[str, str]) -> Iterator[Sight]:
        fingerprint = f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"
        age = self.clock() - max(found.st_mtime, found.st_ctime)
        if known.get(reference) != fingerprint and 0 <= age < self.settle:
            if reference in known:
                yield Sight(reference, known[reference])
            return
        is_new = known.get(reference) != fingerprint
        yield Sight(reference, fingerprint, self._obstacle(reference, found) if is_new else None)

    def _obstacle(self, reference: str, found: os.stat_result) -> str | None:
        """Why a file cannot be taken in, as far as that shows without opening it."""
        if found.st_size > _LARGEST:
            return _TOO_LARGE
        path = self.root if self.root.is_file() else self.root / reference
        return None if os.access(path, os.R_OK) else "the file cannot be opened: permission denied"

    def _link(self, reference: str) -> Iterator[Sight]:
        """A link inside the folder shows what is seen anyway; one that leads out is not followed, but told."""
        target, root = (self.root / reference).resolve(), self.root.resolve()
        if target.exists() and not target.is_relative_to(root):
            yield Sight(reference, "", "a link that leads out of the documents folder is not followed: copy the file")

    def _wait_for_tick(self, descriptor: int) -> None:
        if 0 <= self.clock() - os.fstat(descriptor).st_mtime < _TICK:
            time.sleep(_TICK)


def _closed(below: str, error: OSError, known: Mapping[str, str]) -> Iterator[Sight]:
    """A sub-folder that cannot be listed: what is known below it stays as it is."""
    yield Sight(below, "", f"a sub-folder cannot be listed: {_sentence(error)}")
    for reference, fingerprint in known.items():
        if reference.startswith(below):
            yield Sight(reference, fingerprint)


def _read(descriptor: int) -> bytes:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise DocumentGone("an ordinary file is not there any more")
    if found.st_size > _LARGEST:
        raise DocumentUnreadable(_TOO_LARGE)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise DocumentUnreadable(f"the file cannot be read: {_sentence(error)}") from None
    if len(content) > _LARGEST:
        raise DocumentUnreadable(_TOO_LARGE)
    return content


def _is_litter(name: str) -> bool:
    folded = name.casefold()
    return folded in _LITTER_NAMES or folded.startswith(_LITTER_STARTS) or folded.endswith(_LITTER_ENDINGS)


def _sentence(error: OSError) -> str:
    return (error.strerror or "it did not answer").lower()


def _stat_or_none(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
