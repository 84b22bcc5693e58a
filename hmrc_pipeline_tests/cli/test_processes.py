"""Processes as one group: what dies is started again, a stop reaches everything that was started."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SUPERVISOR = """
import sys
from hmrc_pipeline.cli.processes import Program, run_together
import os
child = [sys.executable, "-c", {child!r}]
programs = [Program(name, [*child, name], dict(os.environ)) for name in ("first", "second")]
sys.exit(run_together(programs))
"""
CHILD = """
import os, subprocess, sys, time
name = sys.argv[1]
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
with open(name, "a") as file:
    file.write(f"{os.getpid()} {grandchild.pid}\\n")
try:
    time.sleep(120)
except KeyboardInterrupt:
    pass
"""
STUBBORN = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + CHILD


def starts(folder: Path, name: str, number: int) -> list[int]:
    """The process and its child of the latest start, once there were so many."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            lines = (folder / name).read_text().splitlines()
            if len(lines) >= number:
                return [int(text) for text in lines[-1].split()]
        time.sleep(0.05)
    raise AssertionError(f"{name} was not started {number} times")


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def gone(*processes: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if not any(map(is_alive, processes)):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.real
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_dies_comes_back_and_a_stop_reaches_all(tmp_path: Path, number: signal.Signals) -> None:
    code = SUPERVISOR.format(child=CHILD)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        first, second = starts(tmp_path, "first", 1), starts(tmp_path, "second", 1)
        os.kill(second[0], signal.SIGKILL)
        again = starts(tmp_path, "second", 2)
        assert gone(*second), "what a dead process left behind is not kept"
        assert all(map(is_alive, [*first, *again]))
        supervisor.send_signal(number)
        _, said = supervisor.communicate(timeout=20)
    finally:
        supervisor.kill()
    assert supervisor.returncode == 0
    assert "second stopped with code -9; starting it again in 2 seconds." in said
    assert gone(*first, *again)


@pytest.mark.real
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_what_does_not_listen_is_ended(tmp_path: Path) -> None:
    code = SUPERVISOR.format(child=STUBBORN).replace(
        "import os\n", "import os, hmrc_pipeline.cli.processes as p\np._STOP_SECONDS = 1\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    supervisor = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment)
    try:
        running = [*starts(tmp_path, "first", 1), *starts(tmp_path, "second", 1)]
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(20) == 0
    finally:
        supervisor.kill()
    assert gone(*running)
