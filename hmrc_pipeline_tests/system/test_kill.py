"""The pipeline's run on the demo's documents, killed anywhere and run again, ends as if nothing had happened."""

import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.database.generations import pending_years
from hmrc_pipeline.home import open_home
from hmrc_pipeline.readings import list_documents
from hmrc_pipeline.reconciliation import check_results, people_as_json
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system.support import CHECKS, alive, check_history, clean_environment, results, table_rows

pytestmark = pytest.mark.real

# What differs by nature: random ids, ciphertexts and indexes (each home has its own key), moments, and how often
# a year was raised (a killed run commits in other portions).
VARIES = ("_id", "_encrypted", "_index", "_at", "_generation", "generation", "revision", "cursor", "fingerprint")
VARIES += (
    "issuer",
    "made_from",
    "duration_ms",
    "next_ask",
    "duplicate_of",
    "replaced_by",
    "before",
    "evidence",
    "next_at",
)
# Kept of what happened on the way rather than of what is so: calls made twice, sign-ins that nobody finished. So are
# authorisations that a later one replaced: the simulator forgets them when its process is killed.
JOURNALS = {"hmrc_fetch", "hmrc_pending_authorisation", "hmrc_grant_tokens", "hmrc_rate_slot"}


def run(home: Path, kill_at: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hmrc_pipeline_tests.system.killed", str(kill_at)]
    env = clean_environment(home)
    return subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, timeout=200, check=False)


def state(home: Path) -> dict[str, Any]:
    """Everything our tables hold but what varies by nature."""
    ours = home / ".local/share/hmrc-pipeline/demo"
    rows = {
        name: sorted(repr(stable(row)) for row in of if row.get("state") != "replaced")
        for name, of in table_rows(f"sqlite:///{ours / 'hmrc.db'}").items()
        if name not in JOURNALS
    }
    opened = open_home(load_settings(home=ours))
    with opened.database.reading() as session:
        years = [TaxYear(year) for year in range(2016, 2040)]
        found = {
            "rows": rows,
            "pending": pending_years(session),
            "people": results(people_as_json(session, years)),
            "checks": [[(c.name, c.state, c.failing) for c in check_results(session, year)] for year in years],
            "documents": sorted(
                (each.sha256, each.seen_as, part.doc_type, part.status, part.tax_year, part.person_id is None)
                for each in list_documents(opened)
                for part in each.parts
            ),
            "originals": sorted(path.name for path in opened.settings.originals.glob("[!.]*")),
        }
    opened.database.engine.dispose()
    return found


def stable(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in row.items() if not name.endswith(VARIES)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    """The state after a run that nobody disturbed, and how many steps it took."""
    home = tmp_path_factory.mktemp("undisturbed")
    done = run(home, 0)
    assert done.returncode == 0, done.stderr
    return state(home), int(done.stdout)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("seed", "kills"),
    [pytest.param(1, 3, id="three points"), pytest.param(2, 10, id="ten points", marks=pytest.mark.long)],
)
def test_killed_anywhere_and_run_again(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], int], seed: int, kills: int
) -> None:
    wanted, steps = undisturbed
    dice = random.Random(seed)
    home = tmp_path / "home"
    for number in range(kills):
        # Later runs have less left to do; a point beyond the end would kill nothing.
        point = dice.randrange(1, steps if not number else max(steps // 2, 2))
        killed = run(home, point)
        assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr
        if not number:
            assert killed.returncode == -signal.SIGKILL
    done = run(home, 0)
    assert done.returncode == 0, done.stderr
    found = state(home)
    for part in wanted:
        assert found[part] == wanted[part], part
    ours = home / ".local/share/hmrc-pipeline/demo"
    verdicts = check_history(ours / "dagster", clean_environment(home))
    assert {year: set(of) for year, of in verdicts.items()} == {year: set(CHECKS) for year in verdicts}
    assert alive(readers_of(home)) == {}


def readers_of(home: Path) -> list[int]:
    """Processes that still work in this home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(home).encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
