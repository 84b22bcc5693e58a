"""What a folder shows: ordinary files, nothing else, and nothing lost because something could not be seen."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from hmrc_pipeline.documents import DocumentGone, DocumentUnreadable, FolderSource, Sight, SourceUnavailable, pending
from hmrc_pipeline.home import Home
from hmrc_pipeline.settings import load_settings


def names(source: FolderSource, known: Mapping[str, str] | None = None) -> set[str]:
    return {sight.reference for sight in source.look(known or {}) if not sight.problem}


def problems(source: FolderSource, known: Mapping[str, str] | None = None) -> dict[str, str]:
    return {sight.reference: sight.problem for sight in source.look(known or {}) if sight.problem}


@pytest.mark.parametrize(
    ("name", "seen", "why"),
    [
        ("slip.pdf", True, "a PDF"),
        ("SLIP.PDF", True, "capitals"),
        ("deep/er/slip.Pdf", True, "sub-folders"),
        ("slip.docx", True, "no PDF, but the user must be told"),
        ("no ending", True, "the content decides"),
        ("Gehaltsabrechnung März.pdf", True, "other letters"),
        (".hidden.pdf", False, "hidden"),
        (".git/slip.pdf", False, "a hidden folder"),
        ("@eaDir/slip.pdf", False, "a NAS's own folder"),
        ("$RECYCLE.BIN/slip.pdf", False, "a bin"),
        (".DS_Store", False, "a system's litter"),
        ("Thumbs.db", False, "a system's litter"),
        ("desktop.ini", False, "a system's litter"),
        ("slip.pdf.part", False, "a download that is not finished"),
        ("slip.pdf.crdownload", False, "a download that is not finished"),
        ("~$slip.docx", False, "an editor's lock"),
        ("slip.pdf~", False, "an editor's copy"),
        ("slip.pdf.swp", False, "an editor's journal"),
    ],
)
def test_what_is_looked_at(tmp_path: Path, name: str, seen: bool, why: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert (names(FolderSource(tmp_path)) == {name}) is seen, why


def test_one_file_can_be_the_root(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(b"x")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "slip.pdf")
    for name in ("slip.pdf", "link.pdf"):
        source = FolderSource(tmp_path / name)
        assert names(source) == {name}
        assert source.fetch(name) == b"x"


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.pdf").write_bytes(b"x")
    (root / "inside.pdf").write_bytes(b"x")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "to-inside.pdf").symlink_to(root / "inside.pdf")
    (root / "to-outside.pdf").symlink_to(tmp_path / "outside.pdf")
    (root / "to-nothing.pdf").symlink_to(root / "nothing")
    source = FolderSource(root)
    assert names(source) == {"inside.pdf"}
    assert set(problems(source)) == {"to-outside.pdf"}
    with pytest.raises(DocumentUnreadable):
        source.fetch("to-outside.pdf")


def test_a_pipe_is_no_document_and_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    source = FolderSource(tmp_path)
    assert names(source) == set()
    with pytest.raises(DocumentGone):
        source.fetch("pipe.pdf")


def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"slip\xff.pdf")).write_bytes(b"x")
    source = FolderSource(tmp_path)
    (sight,) = source.look({})
    assert source.fetch(sight.reference) == b"x"


def test_the_fingerprint_follows_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "slip.pdf"
    path.write_bytes(b"one")
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    (before,) = FolderSource(tmp_path).look({})
    assert list(FolderSource(tmp_path).look({})) == [before]
    time.sleep(0.02)
    path.write_bytes(b"two")
    os.utime(path, ns=times)
    (after,) = FolderSource(tmp_path).look({})
    assert after.fingerprint != before.fingerprint, "same size, and a time set back by a copying program"


def test_a_young_file_waits_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "slip.pdf"
    path.write_bytes(b"half")
    written = path.stat().st_ctime
    waiting = FolderSource(tmp_path, settle=2, clock=lambda: written + 1.9)
    assert list(waiting.look({})) == []
    assert list(waiting.look({"slip.pdf": "old"})) == [Sight("slip.pdf", "old")], "what is known stays"
    assert names(FolderSource(tmp_path, settle=2, clock=lambda: written + 2.1)) == {"slip.pdf"}
    assert names(FolderSource(tmp_path, settle=2, clock=lambda: written - 99)) == {"slip.pdf"}, "a clock that is wrong"


def test_a_missing_folder_says_nothing_about_its_documents(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        list(FolderSource(tmp_path / "absent").look({"a.pdf": "1"}))


def test_a_sub_folder_that_fails_keeps_what_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nas").mkdir()
    real = os.scandir

    def stale(path: str | os.PathLike[str]) -> object:
        if str(path).rstrip("/").endswith("nas"):
            raise OSError(116, "Stale file handle")
        return real(path)

    monkeypatch.setattr("hmrc_pipeline.documents.folder.os.scandir", stale)
    source = FolderSource(tmp_path)
    assert names(source, {"nas/slip.pdf": "1", "gone.pdf": "1"}) == {"nas/slip.pdf"}
    assert problems(source) == {"nas/": "a sub-folder cannot be listed: stale file handle"}


def test_our_own_folders_are_set_apart(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "data", documents_folder=tmp_path)
    (tmp_path / "data" / "documents").mkdir(parents=True)
    (tmp_path / "data" / "documents" / ("0" * 64)).write_bytes(b"x")
    (tmp_path / "slip.pdf").write_bytes(b"x")
    source = FolderSource.of(settings)
    assert source is not None
    assert names(source) == {"slip.pdf"}
    assert FolderSource.of(load_settings(home=tmp_path / "data")) is None


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "film.mp4").open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(DocumentUnreadable, match="larger than 100 MB"):
        FolderSource(tmp_path).fetch("film.mp4")


def test_nothing_spells_a_name() -> None:
    assert "Ann" not in repr(Sight("Ann Example.pdf", "1"))


def test_what_cannot_be_taken_in_is_said_at_the_look_and_asks_for_nothing(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / "huge.pdf").open("wb") as file:
        file.truncate(100_000_001)
    source = FolderSource(folder)
    (sight,) = source.look({})
    assert sight.problem == "the file is larger than 100 MB"
    digest, problems = pending(home, source)
    assert digest is None, "a run would be asked for again and again, and could do nothing"
    assert [problem.sentence for problem in problems] == [sight.problem]
    (known,) = source.look({"huge.pdf": sight.fingerprint})
    assert known.problem is None, "what was taken in once stays as it is"
