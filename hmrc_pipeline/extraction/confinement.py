"""Limits a process puts on itself before it opens a document nobody vouches for.

What is done under them belongs to the workers.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import Any

from hmrc_pipeline.extraction.wire import Limits

__all__ = ["allow_seconds", "confine", "end_with_parent"]

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def end_with_parent() -> bool:
    """Ask the kernel to end us with our parent; the closed pipe does the same a moment later anywhere else."""
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        libc: Any = ctypes.CDLL(None, use_errno=True)
        done = libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(0)
        return bool(done)
    return False


def confine(limits: Limits) -> list[str]:
    """Set every limit this system knows; the names of those that are active."""
    active: list[str] = []
    wanted = [
        ("memory", "RLIMIT_AS", limits.memory_bytes),
        ("open files", "RLIMIT_NOFILE", limits.open_files),
        ("no files written", "RLIMIT_FSIZE", 0),
        ("no core dumps", "RLIMIT_CORE", 0),
    ]
    for name, key, value in wanted:
        with contextlib.suppress(ValueError, OSError, AttributeError):
            number = getattr(resource, key)
            hard = resource.getrlimit(number)[1]
            top = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (top, top))
            active.append(name)
    with contextlib.suppress(OSError, AttributeError):
        libc: Any = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
            active.append("no network")
    return active


def allow_seconds(seconds: int) -> None:
    """Let this document have so much processor time from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
