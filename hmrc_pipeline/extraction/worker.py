"""The sandbox: `python -m hmrc_pipeline.extraction.worker`, started by `pool`, reads PDFs under limits.

Limits and the loop belong here; reading itself is `reader`. The worker has no stdin but its pipe, no environment
to speak of, no network where the system allows that, may write no file, and ends with its parent.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hmrc_pipeline.extraction.confinement import allow_seconds, confine, end_with_parent
from hmrc_pipeline.extraction.model import FileReading
from hmrc_pipeline.extraction.pipes import private_pipes, receive
from hmrc_pipeline.extraction.reader import read_pdf, words_of
from hmrc_pipeline.extraction.templates import Template, load_templates
from hmrc_pipeline.extraction.wire import Orders, frame, orders_from, reading_to, words_to

__all__ = ["main"]

_COLLECT_EVERY = 50


def main() -> int:
    """Serve one parent until it closes the pipe."""
    inbound, outbound = private_pipes()
    ends_with_parent = end_with_parent()
    first = receive(inbound)
    if first is None:
        return 0
    orders = orders_from(json.loads(first))
    limits = orders.limits
    templates = load_templates(orders.layouts)
    active = [*confine(limits), *(["ends with its parent"] if ends_with_parent else [])]
    outbound.write(frame({"ready": True, "active": active}))
    outbound.flush()
    # A document's objects form no cycles worth looking for after each: collect between documents, now and then,
    # and never look through the code and vocabulary that stay.
    gc.disable()
    gc.collect()
    gc.freeze()
    count = 0
    while (content := receive(inbound)) is not None:
        count += 1
        if count % _COLLECT_EVERY == 0:
            gc.collect()
        allow_seconds(limits.cpu_seconds)
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


if __name__ == "__main__":
    sys.exit(main())
