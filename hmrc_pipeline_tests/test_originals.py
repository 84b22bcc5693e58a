"""The store of originals: whole or absent, encrypted, closed to others."""

import hashlib
import stat
from pathlib import Path

import pytest

from hmrc_pipeline.crypto import load_cipher
from hmrc_pipeline.originals import OriginalDamaged, OriginalMissing, OriginalStore

CONTENT = b"%PDF-1.7 of Ann Example"


@pytest.fixture
def store(tmp_path: Path) -> OriginalStore:
    return OriginalStore(tmp_path / "originals", load_cipher(tmp_path / "key"))


def test_what_is_put_can_be_got(store: OriginalStore) -> None:
    sha256 = store.put(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert sha256 in store
    assert store.get(sha256) == CONTENT


def test_files_are_encrypted_and_closed(store: OriginalStore) -> None:
    path = store.root / store.put(CONTENT)
    assert b"Ann" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o700
    assert [each.name for each in store.root.iterdir()] == [path.name], "no draft is left"


def test_putting_again_changes_nothing(store: OriginalStore) -> None:
    path = store.root / store.put(CONTENT)
    before = path.read_bytes()
    store.put(CONTENT)
    assert path.read_bytes() == before


def test_a_cut_file_is_noticed_and_mended(store: OriginalStore) -> None:
    sha256 = store.put(CONTENT)
    (store.root / sha256).write_bytes(b"short")
    with pytest.raises(OriginalDamaged):
        store.get(sha256)
    store.put(CONTENT)
    assert store.get(sha256) == CONTENT


def test_a_swapped_file_is_noticed(store: OriginalStore) -> None:
    first, second = store.put(CONTENT), store.put(b"another")
    (store.root / first).write_bytes((store.root / second).read_bytes())
    with pytest.raises(OriginalDamaged):
        store.get(first)


def test_what_was_never_put_is_missing(store: OriginalStore) -> None:
    absent = "0" * 64
    assert absent not in store
    store.delete(absent)
    with pytest.raises(OriginalMissing):
        store.get(absent)


def test_deleting(store: OriginalStore) -> None:
    sha256 = store.put(CONTENT)
    store.delete(sha256)
    assert sha256 not in store


def test_drafts_of_a_killed_write_are_swept(store: OriginalStore) -> None:
    sha256 = store.put(CONTENT)
    draft = store.root / f".{sha256}.{'0' * 16}"
    draft.write_bytes(b"half")
    written = draft.stat().st_mtime
    store.sweep(before=written)
    assert draft.exists(), "it may be being written"
    store.sweep(before=written + 1)
    assert [path.name for path in store.root.iterdir()] == [sha256]


def test_a_failed_write_leaves_nothing(store: OriginalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hmrc_pipeline.originals.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put(CONTENT)
    assert list(store.root.iterdir()) == []


@pytest.mark.parametrize("name", ["../key", "", "A" * 64, "0" * 63])
def test_only_digests_name_files(store: OriginalStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.get(name)
