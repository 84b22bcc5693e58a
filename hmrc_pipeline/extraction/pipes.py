"""A worker's two pipe ends: for itself alone, frame by frame.

What the frames hold belongs to `wire`; how a process is started, to `spawn`.
"""

import os
from typing import BinaryIO

from hmrc_pipeline.extraction.wire import HEADER

__all__ = ["private_pipes", "receive"]


def private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends for us alone; whoever prints meanwhile prints into nothing."""
    inbound = os.fdopen(os.dup(0), "rb")
    outbound = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    return inbound, outbound


def receive(inbound: BinaryIO) -> bytes | None:
    """The next frame, None when the parent has gone."""
    header = inbound.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    size = HEADER.unpack(header)[0]
    body = inbound.read(size)
    return body if len(body) == size else None
