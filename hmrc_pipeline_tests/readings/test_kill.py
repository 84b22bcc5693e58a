"""Killed anywhere and run again: the state is that of a run nobody disturbed.

A child process follows a folder and is killed at its n-th step, where a step is a statement sent to the database,
a commit, or a file put in place; then another, until one comes through.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.readings import list_documents, read_new
from hmrc_pipeline.settings import PREFIX, load_settings
from hmrc_pipeline_tests.dying import die_at
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip
from hmrc_pipeline_tests.rows import all_rows

NINOS = ("QQ123456C", "QQ654321A", None)


def fill(folder: Path) -> None:
    """Three people's slips and P60s of several years, a second name, a letter; then changes, for a second run."""
    folder.mkdir()
    for number in range(66):
        owner = number % 3
        who = {"employee_name": f"Person {owner}", "employer_name": f"Employer {owner}"}
        if NINOS[owner]:
            who["ni_number"] = str(NINOS[owner])
        year = 2018 + number % 7
        form = p60(**{"surname": str(owner), "forenames": "Person", **who, "tax_year": f"{year}-{year - 1999}"})
        form["fields"].pop("employee_name")
        slip = payslip(**who, pay_date=f"{year}-06-30", net_pay=f"{number}.00", paye_reference=f"12{owner}/AB{owner}")
        (folder / f"{number:02}.pdf").write_bytes(content(form if number % 11 == 0 else slip, salt=str(number)))
    (folder / "copy.pdf").write_bytes((folder / "01.pdf").read_bytes())
    (folder / "letter.docx").write_bytes(b"a letter")


def change(folder: Path) -> None:
    (folder / "02.pdf").unlink()
    (folder / "03.pdf").rename(folder / "moved.pdf")
    (folder / "04.pdf").write_bytes(content(payslip(employee_name="Person 1", ni_number="QQ654321A")))
    (folder / "new.pdf").write_bytes(
        content(payslip(employee_name="Person 2", employer_name="Employer 2", ni_number="QQ111111A"))
    )


def follow(home: Home, folder: Path, now: datetime) -> None:
    take_in(home, FolderSource(folder), now=now)
    read_new(home, FakePool(), now=now)


def state(home: Home) -> dict[str, Any]:
    """Everything in the database but what is random or counts transactions, people known by their documents."""
    rows = all_rows(home, without=("_id", "_encrypted", "generation", "revision", "_index", "cursor", "fingerprint"))
    owners = Counter(
        (each.seen_as, part.doc_type, part.status, part.tax_year, part.person_id is None)
        for each in list_documents(home)
        for part in each.parts
    )
    together: dict[str, set[str]] = {}
    for each in list_documents(home):
        for part in each.parts:
            together.setdefault(str(part.person_id), set()).add(each.sha256)
    touched = {(year, person) for year, person, *_ in all_rows(home)["changed_person"]}
    return {
        "rows": rows,
        "documents": owners,
        "people": sorted(sorted(group) for group in together.values()),
        "touched": sorted(year for year, _ in touched),
        "originals": sorted(path.name for path in home.settings.originals.glob("[!.]*")),
    }


def run_child(home: Path, url: str | None, folder: Path, kill_at: int) -> int:
    command = [sys.executable, "-m", __name__, str(home), str(folder), str(kill_at)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), f"{PREFIX}DATABASE_URL": url or ""}
    return subprocess.run(command, env=environment, check=False, timeout=120).returncode


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def url(request: pytest.FixtureRequest) -> str | None:
    """Where the disturbed process keeps its rows."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_killed_anywhere(tmp_path: Path, now: datetime, url: str | None) -> None:
    folder = tmp_path / "docs"
    fill(folder)
    steady, shaken = tmp_path / "steady", tmp_path / "shaken"
    expected = []
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    home = open_home(load_settings(home=steady))
    follow(home, folder, now)
    expected.append(state(home))
    change(folder)
    follow(home, folder, now)
    expected.append(state(home))
    home.database.engine.dispose()
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)

    shaken.mkdir(mode=0o700)
    shutil.copy(steady / "secret.key", shaken / "secret.key")
    dice = random.Random(20260520)
    for number, wanted in enumerate(expected):
        if number:
            change(folder)
        most = 190 if number else 1400
        ends = [run_child(shaken, url, folder, dice.randrange(1, most)) for _ in range(3)]
        assert -signal.SIGKILL in ends
        assert set(ends) <= {0, -signal.SIGKILL}
        assert run_child(shaken, url, folder, 0) == 0
        home = open_home(load_settings(home=shaken, database_url=url))
        found = state(home)
        home.database.engine.dispose()
        for part, value in wanted.items():
            assert found[part] == value, part


def _child(home_folder: str, folder: str, kill_at: int) -> None:
    from hmrc_pipeline_tests.conftest import NOW

    home = open_home(load_settings(home=Path(home_folder)))
    die_at(kill_at)
    follow(home, Path(folder), NOW)


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], int(sys.argv[3]))
