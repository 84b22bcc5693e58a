"""The sandbox: `python -m hmrc_pipeline.extraction.worker`, started by `pool`, reads PDFs under limits.

Limits and the loop belong here; reading itself is `reader`. The worker has no stdin but its pipe, no environment
to speak of, no network where the system allows that, may write no file, and ends with its parent.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from hmrc_pipeline.extraction.model import FileReading
from hmrc_pipeline.extraction.reader import password_of, read_pdf, words_of
from hmrc_pipeline.extraction.templates import Template, load_templates
from hmrc_pipeline.extraction.wire import HEADER, Limits, Orders, frame, orders_from, pictures_to, reading_to, words_to

__all__ = ["main"]

_COLLECT_EVERY = 50
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> int:
    """Serve one parent until it closes the pipe."""
    inbound, outbound = _private_pipes()
    end_with_parent = _end_with_parent()
    first = _receive(inbound)
    if first is None:
        return 0
    orders = orders_from(json.loads(first))
    limits = orders.limits
    templates = load_templates(orders.layouts)
    active = [*_confine(limits), *(["ends with its parent"] if end_with_parent else [])]
    outbound.write(frame({"ready": True, "active": active}))
    outbound.flush()
    # A document's objects form no cycles worth looking for after each: collect between documents, now and then.
    gc.disable()
    count = 0
    while (content := _receive(inbound)) is not None:
        count += 1
        if count % _COLLECT_EVERY == 0:
            gc.collect()
        _allow_seconds(limits.cpu_seconds)
        outbound.write(_answer(content, orders, templates))
        outbound.flush()
    return 0


def _answer(content: bytes, orders: Orders, templates: Sequence[Template]) -> bytes:
    try:
        limits = orders.limits
        if orders.recognise:
            reading = _recognised(content, orders, templates)
        else:
            reading = read_pdf(
                content,
                passwords=orders.passwords,
                max_pages=limits.pages,
                max_characters=limits.characters,
                templates=templates,
            )
        answer: dict[str, Any] = {"reading": reading_to(reading)}
        if orders.pictures:
            answer["pictures"] = pictures_to(_pictures(content, reading, orders.passwords))
        if orders.words:
            answer["words"] = words_to(words_of(content, orders.passwords))
        return frame(answer)
    except MemoryError:
        os._exit(3)
    except Exception as error:
        # Only the kind of error travels: its message could quote the document.
        return frame({"failed": type(error).__name__})


def _recognised(content: bytes, orders: Orders, templates: Sequence[Template]) -> FileReading:
    from hmrc_pipeline.extraction.scanned import read_scan

    start = time.perf_counter()
    reading = read_scan(content, passwords=orders.passwords, templates=templates)
    return replace(reading, seconds=round(time.perf_counter() - start, 4))


def _pictures(content: bytes, reading: FileReading, passwords: Sequence[str]) -> list[bytes]:
    from hmrc_pipeline.extraction.preview import draw_pages

    return draw_pages(content, reading, password=password_of(content, passwords))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends for us alone; whoever prints meanwhile prints into nothing."""
    inbound = os.fdopen(os.dup(0), "rb")
    outbound = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    return inbound, outbound


def _receive(inbound: BinaryIO) -> bytes | None:
    """The next frame, None when the parent has gone."""
    header = inbound.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    size = HEADER.unpack(header)[0]
    body = inbound.read(size)
    return body if len(body) == size else None


def _end_with_parent() -> bool:
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


def _confine(limits: Limits) -> list[str]:
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


def _allow_seconds(seconds: int) -> None:
    """Let this document have so much processor time from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
