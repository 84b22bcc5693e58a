"""Which program this is: a digest of the code and data of some rooms, to tell whether a result is of another one."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["digest_of"]


@cache
def digest_of(*rooms: str) -> str:
    """A short digest of the modules and tables of these folders of the package."""
    digest = hashlib.sha256()
    for room in rooms:
        for file in sorted(_sources(files(f"hmrc_pipeline.{room}")), key=lambda file: file.name):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterable[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".toml")):
            yield entry
