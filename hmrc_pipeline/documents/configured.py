"""Which sources there are: those the settings name, and paths a person gives.

How a source is looked at belongs to its own module.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from hmrc_pipeline.documents.folder import FolderSource
from hmrc_pipeline.documents.paperless_source import PaperlessSource
from hmrc_pipeline.documents.source import DocumentSource
from hmrc_pipeline.settings import Settings

__all__ = ["FOLDER", "configured_sources", "files_below", "given_sources"]

FOLDER = "folder"
"""The name of the source that DOCUMENTS_FOLDER makes."""


def configured_sources(settings: Settings) -> "list[DocumentSource | PaperlessSource]":
    """Every source the settings name; none when nothing is set."""
    return [source for source in (FolderSource.of(settings), PaperlessSource.of(settings)) if source]


def given_sources(paths: Sequence[Path], *, apart: Sequence[Path] = ()) -> list[DocumentSource]:
    """One source for each path given on the command line; its name says nothing of the path. What lies `apart` is no
    document."""
    roots = [path.expanduser().absolute() for path in paths]
    return [
        FolderSource(root, name=f"given-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}", apart=tuple(apart))
        for root in dict.fromkeys(roots)
    ]


def files_below(paths: Sequence[Path]) -> list[Path]:
    """The files a person means by these paths: themselves, and what a folder source would see below a folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [path / sight.reference for sight in FolderSource(path).look({}) if not sight.problem]
        else:
            found.append(path)
    return list(dict.fromkeys(found))
