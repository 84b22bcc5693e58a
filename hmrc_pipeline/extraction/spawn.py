"""Starting a limited process: our own interpreter, an environment of nothing but what it needs, pipes and no shell.

What the process then forbids itself belongs to `confinement`; what it is told, to `wire`.
"""

import os
import subprocess  # nosec B404
import sys
from pathlib import Path

__all__ = ["start_process"]

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")


def start_process(module: str, *, bufsize: int = -1) -> "subprocess.Popen[bytes]":
    """A process that runs a module of ours, with pipes to it; no secret of our environment goes along."""
    root = str(Path(__file__).resolve().parents[2])
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join([root, *(entry for entry in sys.path if "site-packages" in entry)])
    return subprocess.Popen(  # nosec B603
        [sys.executable, "-s", "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        bufsize=bufsize,
    )
