"""Whatever is done to a folder, the registry ends up saying what the folder shows: held against a small model."""

import shutil
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hmrc_pipeline.database.tables import Document, Sighting
from hmrc_pipeline.documents import FolderSource, pending_digest, take_in
from hmrc_pipeline.home import open_home
from hmrc_pipeline.settings import load_settings

NOW = datetime(2026, 5, 20, tzinfo=UTC)
NAMES = st.sampled_from(["a.pdf", "b.pdf", "sub/a.pdf", "sub/c.PDF", "d.txt"])
BYTES = st.sampled_from([b"", b"one", b"two", b"three"])


class FolderAndRegistry(RuleBasedStateMachine):
    """The model: which bytes stand under which name, and which contents were ever taken in."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.folder = self.base / "docs"
        (self.folder / "sub").mkdir(parents=True)
        self.home = open_home(load_settings(home=self.base / "home"))
        self.files: dict[str, bytes] = {}
        self.taken: dict[str, bytes] = {}
        self.ever: set[str] = set()

    def teardown(self) -> None:
        self.home.database.engine.dispose()
        shutil.rmtree(self.base)

    @rule(name=NAMES, data=BYTES)
    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)
        self.files[name] = data

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.files.pop(name, None)

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if old in self.files and old != new:
            (self.folder / old).replace(self.folder / new)
            self.files[new] = self.files.pop(old)

    @rule(name=NAMES)
    def touch(self, name: str) -> None:
        if name in self.files:
            (self.folder / name).touch()

    @rule()
    def follow(self) -> None:
        intake = take_in(self.home, FolderSource(self.folder), now=NOW)
        new_names = {name for name in self.files if name not in self.taken}
        assert intake.new + intake.returned == len(new_names)
        assert intake.removed == len(self.taken.keys() - self.files.keys())
        assert intake.changed == sum(self.taken[name] != self.files[name] for name in self.taken.keys() & self.files)
        self.taken = dict(self.files)
        self.ever |= {sha256(data).hexdigest() for data in self.files.values()}
        assert pending_digest(self.home, FolderSource(self.folder)) is None

    @invariant()
    def the_registry_says_what_was_last_taken_in(self) -> None:
        with self.home.database.reading() as session:
            documents = {row.sha256: row.withdrawn_at is None for row in session.scalars(sa.select(Document))}
            sightings = session.scalars(sa.select(Sighting).where(Sighting.removed_at.is_(None))).all()
        present = {sha256(data).hexdigest() for data in self.taken.values()}
        assert documents == {digest: digest in present for digest in self.ever}
        assert sorted(row.sha256 for row in sightings) == sorted(sha256(d).hexdigest() for d in self.taken.values())
        assert {path.name for path in self.home.settings.originals.glob("*")} == self.ever

    @invariant()
    def what_differs_is_pending(self) -> None:
        if self.taken != self.files:
            assert pending_digest(self.home, FolderSource(self.folder)) is not None


FolderAndRegistry.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestFolderAndRegistry = FolderAndRegistry.TestCase
