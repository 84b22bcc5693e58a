"""A fresh clone with nothing set: Dagster's own commands work on it, and it makes nothing before something runs."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from hmrc_pipeline_tests.system.support import ROOT, alive, clean_environment, descendants, free_port, poll

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone as somebody gets it: what is committed, and nothing else."""
    folder = tmp_path_factory.mktemp("clone") / "repository"
    if (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{ROOT}", str(folder)], check=True, timeout=60)
    else:
        shutil.copytree(ROOT, folder, symlinks=True, ignore=shutil.ignore_patterns(".venv", ".*cache", "__pycache__"))
    return folder


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Nothing set, and no path to these sources but the clone's own."""
    found = clean_environment(tmp_path / "home", PYTHONDONTWRITEBYTECODE="1")
    del found["PYTHONPATH"]
    return found


def files_of(clone: Path) -> set[Path]:
    return {path.relative_to(clone) for path in clone.rglob("*") if ".git" not in path.parts}


def test_definitions_validate(clone: Path, env: dict[str, str]) -> None:
    before = files_of(clone)
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate"],
        cwd=clone,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Validation successful" in done.stdout + done.stderr
    assert files_of(clone) == before
    assert [path for path in Path(env["HOME"]).rglob("*") if path.is_file()] == []


def test_dagster_dev_serves_the_clone(clone: Path, env: dict[str, str], tmp_path: Path) -> None:
    before = files_of(clone)
    port = free_port()
    command = [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=clone, env=env, stdout=log, stderr=log, start_new_session=True, preexec_fn=_interruptible
        )
    try:
        found = poll("the code location is loaded", lambda: location(port), 90)
        assert found["name"] == "hmrc_pipeline"
        assert len(found["repositories"][0]["assetNodes"]) == 10
        everyone = {process.pid, *descendants(process.pid)}
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait(30)
    poll("no process is left", lambda: not alive(everyone), 30)
    assert files_of(clone) == before
    assert "Traceback" not in (tmp_path / "log").read_text()
    # The sensors looked by then: what they made lies in the user's data folder, closed to others.
    made = [path for path in Path(env["HOME"]).rglob("*") if path.is_file()]
    ours = Path(env["HOME"]) / ".local/share/hmrc-pipeline"
    assert all(path.is_relative_to(ours) for path in made), made
    assert not ours.exists() or ours.stat().st_mode & 0o077 == 0


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def location(port: int) -> dict[str, list[dict[str, list[str]]]] | None:
    query = """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus locationOrLoadError {
      __typename ... on PythonError { message }
      ... on RepositoryLocation { name repositories { assetNodes { id } } } } } } } }"""
    try:
        answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=10).json()
    except (httpx.HTTPError, ValueError):
        return None
    (entry,) = answer["data"]["workspaceOrError"]["locationEntries"]
    found = entry["locationOrLoadError"]
    if entry["loadStatus"] != "LOADED" or not found:
        return None
    assert found["__typename"] == "RepositoryLocation", found
    return dict(found)
