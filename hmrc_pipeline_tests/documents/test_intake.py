"""The registry follows the folder: each change once, with the generations of the years it touches."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.tables import Document, Sighting, SourceState, TaxYearState
from hmrc_pipeline.documents import (
    FolderSource,
    Intake,
    OriginalMissing,
    Sight,
    SourceUnavailable,
    pending_digest,
    take_in,
)
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import read_new
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip
from hmrc_pipeline_tests.rows import all_rows

ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture
def look(any_home: Home, folder: Path, now: datetime) -> Callable[[], Intake]:
    return lambda: take_in(any_home, FolderSource(folder), now=now)


def contents(home: Home) -> dict[str, bool]:
    """SHA-256 (short) -> whether it is present."""
    with home.database.reading() as session:
        return {row.sha256[:8]: row.withdrawn_at is None for row in session.scalars(sa.select(Document))}


def generations(home: Home) -> dict[str, int]:
    with home.database.reading() as session:
        return {row.tax_year: row.inputs_generation for row in session.scalars(sa.select(TaxYearState))}


def counts(intake: Intake) -> tuple[int, int, int, int, int]:
    return intake.new, intake.changed, intake.removed, intake.returned, intake.unchanged


def test_the_life_of_a_file(any_home: Home, folder: Path, look: Callable[[], Intake]) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"one")
    assert counts(look()) == (1, 0, 0, 0, 0)
    assert counts(look()) == (0, 0, 0, 0, 1)
    path.write_bytes(b"two")
    assert counts(look()) == (0, 1, 0, 0, 0)
    assert sorted(contents(any_home).values()) == [False, True]
    path.unlink()
    assert counts(look()) == (0, 0, 1, 0, 0)
    assert set(contents(any_home).values()) == {False}
    path.write_bytes(b"one")
    assert counts(look()) == (0, 0, 0, 1, 0)
    assert sorted(contents(any_home).values()) == [False, True]
    path.touch()
    assert counts(look()) == (0, 0, 0, 0, 1), "touched, and the same bytes"


def test_one_document_under_two_names(any_home: Home, folder: Path, look: Callable[[], Intake]) -> None:
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(b"same")
    assert look().new == 2
    assert list(contents(any_home).values()) == [True]
    (folder / "a.pdf").unlink()
    look()
    assert list(contents(any_home).values()) == [True], "one name is left"
    (folder / "b.pdf").unlink()
    look()
    assert list(contents(any_home).values()) == [False]


def test_a_year_is_told_of_every_coming_and_going(
    any_home: Home, folder: Path, now: datetime, look: Callable[[], Intake]
) -> None:
    slip, other = folder / "a.pdf", folder / "other.pdf"
    slip.write_bytes(content(payslip(**ANN)))
    other.write_bytes(content(payslip(**ANN, pay_date="2023-06-30")))
    look()
    assert generations(any_home) == {}, "nothing is known of its year yet"
    read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {"2023-24": 1, "2025-26": 1}
    slip.rename(folder / "renamed.pdf")
    look()
    assert generations(any_home)["2025-26"] == 1, "a renamed file changes nothing"
    (folder / "renamed.pdf").unlink()
    look()
    assert generations(any_home)["2025-26"] == 2
    slip.write_bytes(content(payslip(**ANN)))
    look()
    assert generations(any_home) == {"2023-24": 1, "2025-26": 3}, "the other year is left alone"


def test_a_lost_reference_concerns_all_years(
    any_home: Home, folder: Path, now: datetime, look: Callable[[], Intake]
) -> None:
    """A slip that was the only one to print the PAYE reference goes: slips of other years lose it too."""
    (folder / "old.pdf").write_bytes(content(payslip(**ANN, pay_date="2023-06-30")))
    telling = folder / "telling.pdf"
    telling.write_bytes(content(payslip(**ANN, paye_reference="123/AB456")))
    look()
    read_new(any_home, FakePool(), now=now)
    telling.unlink()
    look()
    assert generations(any_home) == {"2023-24": 2, "2025-26": 2}


def test_originals_are_there_before_the_registry_tells_of_them(
    home: Home, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.pdf").write_bytes(b"one")

    def crash(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hmrc_pipeline.documents.intake.record", crash)
    with pytest.raises(KeyboardInterrupt):
        take_in(home, FolderSource(folder), now=now)
    assert len(list(home.settings.originals.iterdir())) == 1
    assert contents(home) == {}
    monkeypatch.undo()
    assert take_in(home, FolderSource(folder), now=now).new == 1


def test_a_lost_original_is_put_back(home: Home, folder: Path, now: datetime) -> None:
    (folder / "a.pdf").write_bytes(b"one")
    take_in(home, FolderSource(folder), now=now)
    (lost,) = home.settings.originals.iterdir()
    lost.unlink()
    with pytest.raises(OriginalMissing):
        home.originals.get(lost.name)
    assert take_in(home, FolderSource(folder), now=now).unchanged == 1
    assert home.originals.get(lost.name) == b"one"


def test_batches(any_home: Home, folder: Path, look: Callable[[], Intake]) -> None:
    for number in range(120):
        (folder / f"{number}.pdf").write_bytes(str(number).encode())
    assert look().new == 120
    with any_home.database.reading() as session:
        assert session.get(SourceState, "folder").revision == 3  # type: ignore[union-attr]
    for number in range(60):
        (folder / f"{number}.pdf").unlink()
    assert counts(look()) == (0, 0, 60, 0, 60)


def test_progress_is_told(home: Home, folder: Path, now: datetime) -> None:
    for number in range(60):
        (folder / f"{number}.pdf").write_bytes(str(number).encode())
    told: list[tuple[int, int]] = []
    take_in(home, FolderSource(folder), now=now, progress=lambda *step: told.append(step))
    assert told == [(50, 60), (60, 60)]


def test_the_digest_of_what_is_pending(home: Home, folder: Path, now: datetime) -> None:
    source = FolderSource(folder)
    assert pending_digest(home, source) is None
    path = folder / "Ann Example.pdf"
    path.write_bytes(b"one")
    first = pending_digest(home, source)
    assert first is not None
    assert pending_digest(home, source) == first, "asking changes nothing"
    take_in(home, source, now=now)
    assert pending_digest(home, source) is None
    away = folder.parent / "away.pdf"
    digests = {first}
    for _ in range(2):  # the same comings and goings again
        path.rename(away)
        digests.add(pending_digest(home, source) or "")
        take_in(home, source, now=now)
        away.rename(path)
        digests.add(pending_digest(home, source) or "")
        take_in(home, source, now=now)
    assert len(digests) == 5
    assert "" not in digests


def test_an_unreadable_file_is_told_and_asked_for_once(
    home: Home, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ann Example.pdf", "b.pdf"):
        (folder / name).write_bytes(b"one")
    real = os.open

    def denied(path: object, *rest: object, **more: object) -> int:
        if str(path).endswith("Example.pdf"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("hmrc_pipeline.documents.folder.os.open", denied)
    source = FolderSource(folder)
    intake = take_in(home, source, now=now)
    assert intake.new == 1
    assert [problem.sentence for problem in intake.problems] == ["the file cannot be opened: permission denied"]
    assert "Ann" not in repr(intake)
    assert intake.problems[0].reference == "Ann Example.pdf"
    assert pending_digest(home, source) == pending_digest(home, source) is not None


def test_a_folder_that_cannot_be_reached_withdraws_nothing(home: Home, folder: Path, now: datetime) -> None:
    (folder / "a.pdf").write_bytes(b"one")
    take_in(home, FolderSource(folder), now=now)
    before = all_rows(home)
    folder.rename(folder.parent / "elsewhere")
    with pytest.raises(SourceUnavailable):
        take_in(home, FolderSource(folder), now=now)
    assert all_rows(home) == before


class _OnDisk(FolderSource):
    def place(self) -> str:
        return (self.root.parent / "disk").read_text()


def test_a_disk_that_is_not_mounted_withdraws_nothing(home: Home, folder: Path, now: datetime) -> None:
    disk = folder.parent / "disk"
    disk.write_text("1")
    path = folder / "a.pdf"
    path.write_bytes(b"one")
    source = _OnDisk(folder)
    take_in(home, source, now=now)
    path.unlink()
    disk.write_text("2")
    for ask in (lambda: take_in(home, source, now=now), lambda: pending_digest(home, source)):
        with pytest.raises(SourceUnavailable, match="is it mounted"):
            ask()
    disk.write_text("1")
    assert take_in(home, source, now=now).removed == 1, "an emptied folder is an emptied folder"
    disk.write_text("2")
    path.write_bytes(b"one")
    assert take_in(home, source, now=now).returned == 1


class _Listed:
    """A source that is not a folder: what it shows is a dictionary."""

    def __init__(self, name: str, shown: dict[str, bytes]) -> None:
        self.name, self.shown = name, shown

    def look(self, known: Mapping[str, str]) -> Iterator[Sight]:
        return (Sight(reference, str(hash(data))) for reference, data in self.shown.items())

    def fetch(self, reference: str) -> bytes:
        return self.shown[reference]


def test_two_sources_may_show_one_document(any_home: Home, now: datetime) -> None:
    first, second = _Listed("first", {"1": b"one"}), _Listed("second", {"1": b"one", "2": b"two"})
    take_in(any_home, first, now=now)
    take_in(any_home, second, now=now)
    first.shown.clear()
    take_in(any_home, first, now=now)
    assert list(contents(any_home).values()) == [True, True]
    second.shown.clear()
    take_in(any_home, second, now=now)
    assert list(contents(any_home).values()) == [False, False]


def test_processes_that_take_in_at_once(any_home: Home, folder: Path, now: datetime) -> None:
    for number in range(150):
        (folder / f"{number}.pdf").write_bytes(str(number).encode())
    with ThreadPoolExecutor(3) as pool:
        intakes = list(pool.map(lambda _: take_in(any_home, FolderSource(folder), now=now), range(3)))
    assert sum(intake.new for intake in intakes) == 150
    with any_home.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Sighting)) == 150
    assert all(contents(any_home).values())
    assert pending_digest(any_home, FolderSource(folder)) is None


def test_everything_twice_is_everything_once(
    any_home: Home, folder: Path, now: datetime, look: Callable[[], Intake]
) -> None:
    (folder / "a.pdf").write_bytes(content(payslip(**ANN)))
    (folder / "b.docx").write_bytes(b"a letter")
    look()
    read_new(any_home, FakePool(), now=now)
    before = all_rows(any_home)
    look()
    read_new(any_home, FakePool(), now=now)
    assert all_rows(any_home) == before
