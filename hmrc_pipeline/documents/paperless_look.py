"""A look at Paperless: what was modified since, then, when it is time, all of it. Bounded, resumable, repeatable.

The high-water mark is the newest `modified` the server ever returned, never a clock of ours; each look goes back
ten minutes behind it, because a row may become visible later than its `modified` says.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hmrc_pipeline.database.tables import SourceState
from hmrc_pipeline.documents.announcements import nudge_of
from hmrc_pipeline.documents.paperless import Listed
from hmrc_pipeline.documents.paperless_cursor import Cursor, Pass, moment_of, text_of
from hmrc_pipeline.documents.paperless_http import PaperlessAbsent, PaperlessProblem, PaperlessRejected
from hmrc_pipeline.documents.paperless_source import PaperlessSource
from hmrc_pipeline.documents.paperless_sweep import PAGE, sweep
from hmrc_pipeline.documents.paperless_taking import Taking
from hmrc_pipeline.documents.registry import Overtaken
from hmrc_pipeline.home import Home

__all__ = [
    "LOOK_EVERY",
    "Looked",
    "PaperlessTagMissing",
    "let_go",
    "look",
    "look_if_due",
    "note_told",
    "paperless_state",
]

LOOK_EVERY: Final = timedelta(seconds=30)
OVERLAP: Final = timedelta(minutes=10)
TAGS_EVERY: Final = timedelta(hours=1)

_ATTEMPTS: Final = 20
_EARLY: Final = timedelta(seconds=10)  # ticks come every 15 or 20 seconds: a second one a little early is not let by
_NUDGE_LASTS: Final = timedelta(seconds=10)
"""A nudge can be quicker than the server's own commit: it stands until a look this much later."""


class PaperlessTagMissing(PaperlessProblem):
    """The payslip tag cannot be seen, so no document can be told from any other."""


@dataclass(frozen=True)
class Looked:
    """What a look found. `refused`: why vanished documents were not withdrawn. Not `is_finished`: go on soon."""

    announced: int = 0
    withdrawn: int = 0
    returned: int = 0
    visible: int = 0
    notices: tuple[str, ...] = ()
    refused: str | None = None
    is_finished: bool = True


def look_if_due(home: Home, source: PaperlessSource, *, now: datetime, seconds: float = 20.0) -> Looked | None:
    """A look when half a minute is over, a nudge was left or the last look was not finished; else None."""
    cursor = paperless_state(home, source)
    with home.database.reading() as session:
        nudged = nudge_of(session, source.name) is not None
    due = cursor.looked_at is None or now - moment_of(cursor.looked_at) >= LOOK_EVERY - _EARLY
    if not (due or nudged or not cursor.is_finished):
        return None
    return look(home, source, now=now, seconds=seconds)


def look(
    home: Home, source: PaperlessSource, *, now: datetime, seconds: float = 20.0, everything: bool = False
) -> Looked:
    """Look at Paperless for about so many seconds; with `everything` at all tagged documents.

    Raises `PaperlessProblem`, and then nothing was concluded from what could not be seen.
    """
    ends = time.monotonic() + seconds
    source.client.http.deadline = ends + min(seconds, 25.0)
    with home.database.reading() as session:
        nudge = nudge_of(session, source.name)
    taking = Taking(home, source, paperless_state(home, source), now, ends)
    try:
        total = _look(taking, everything=everything)
        taking.cursor.looked_at = text_of(now)
        done = taking.cursor.is_finished and nudge is not None and now - nudge.left_at >= _NUDGE_LASTS
        taking.commit(nudge=nudge if done else None)
    except Overtaken:  # another process looks at the same time: it does the work
        return Looked(taking.announced, taking.withdrawn, taking.returned, notices=("Another look was under way.",))
    finally:
        source.client.http.deadline = None
    cursor = taking.cursor
    return Looked(
        taking.announced,
        taking.withdrawn,
        taking.returned,
        total,
        (*_notices(source, cursor, total), *taking.notices),
        cursor.refused,
        cursor.is_finished,
    )


def paperless_state(home: Home, source: PaperlessSource) -> Cursor:
    """How far this server was looked through."""
    with home.database.reading() as session:
        state = session.get(SourceState, source.name)
        return Cursor.load(state.cursor if state else {}, source.client.address)


def let_go(home: Home, source: PaperlessSource, *, now: datetime) -> None:
    """What vanished is meant to be gone: the next look withdraws it, however much it is."""

    def decide(cursor: Cursor) -> None:
        cursor.let_go, cursor.sweep = True, None

    _change(home, source, decide, now)


def note_told(home: Home, source: PaperlessSource, *, now: datetime) -> None:
    """The person was told that vanished documents were not withdrawn, and is not told again until it is over."""

    def told(cursor: Cursor) -> None:
        cursor.told = True

    _change(home, source, told, now)


def _change(home: Home, source: PaperlessSource, change: Callable[[Cursor], None], now: datetime) -> None:
    for _ in range(_ATTEMPTS):
        taking = Taking(home, source, paperless_state(home, source), now, 0.0)
        change(taking.cursor)
        with contextlib.suppress(Overtaken):
            taking.commit()
            return
    raise PaperlessProblem("Paperless is being looked at all the time; try again in a minute")


def _look(taking: Taking, *, everything: bool) -> int:
    cursor = taking.cursor
    _find_tags(taking)
    try:
        total = taking.client.count(cursor.tags)
        if cursor.high_water is None:
            newest = taking.client.documents(cursor.tags, ordering="-modified,-id", page_size=1).rows
            cursor.high_water = text_of(newest[0].modified) if newest else None
        else:
            _walk(taking)
        if cursor.high_water is not None:
            sweep(taking, total=total, wanted=everything, confirm_tags=lambda: _find_tags(taking, anew=True))
    except PaperlessRejected:
        _find_tags(taking, anew=True)  # a tag that was deleted is refused: this says so
        raise
    return total


def _find_tags(taking: Taking, *, anew: bool = False) -> None:
    """Resolve the names hourly, and at once when they changed or one was missing."""
    cursor, source = taking.cursor, taking.source
    names = [source.payslip_tag, source.p60_tag]
    known = cursor.tag_names == names and cursor.tags_at is not None and cursor.payslip_id is not None
    if known and not anew and taking.now - moment_of(str(cursor.tags_at)) < TAGS_EVERY:
        return
    payslip, p60 = taking.client.tag(source.payslip_tag), taking.client.tag(source.p60_tag)
    if payslip is None:
        raise PaperlessTagMissing(
            f"Paperless at {source.client.address} has no tag “{source.payslip_tag}” that the token's user may see: "
            "make it, or name yours in HMRC_PIPELINE_PAPERLESS_PAYSLIP_TAG. Nothing is taken in or withdrawn until then"
        )
    cursor.tag_names, cursor.tags_at = names, text_of(taking.now)
    if [cursor.payslip_id, cursor.p60_id] != [payslip.id, p60.id if p60 else None]:
        cursor.payslip_id, cursor.p60_id = payslip.id, p60.id if p60 else None
        cursor.p60_known = cursor.p60_known or p60 is not None
        cursor.walk, cursor.sweep, cursor.swept_at = None, None, None
    if p60 is None:
        cursor.tags_at = text_of(taking.now - TAGS_EVERY + timedelta(minutes=2))  # it may be made any minute


def _walk(taking: Taking) -> None:
    """Take in what was modified since the high-water mark, less the overlap, oldest first."""
    cursor = taking.cursor
    if cursor.walk is None:
        floor = moment_of(str(cursor.high_water)) - OVERLAP
        newest = taking.client.documents(cursor.tags, since=floor, ordering="-modified,-id", page_size=PAGE)
        if newest.count <= len(newest.rows):
            _take(taking, tuple(reversed(newest.rows)))
            return
        top = text_of(newest.rows[0].modified)
        if [newest.count, top] == cursor.settled:
            return
        cursor.walk = Pass(text_of(floor), 1, newest.count, top)
    while taking.has_time():
        walk = cursor.walk
        try:
            page = taking.client.documents(
                cursor.tags, since=moment_of(walk.floor), ordering="modified,id", page=walk.page, page_size=PAGE
            )
        except PaperlessAbsent:  # the list became shorter
            break
        is_last = walk.page * PAGE >= page.count
        if _take(taking, page.rows) == len(page.rows) and is_last:
            break
    else:
        return
    cursor.settled, cursor.walk = [cursor.walk.count, cursor.walk.newest], None


def _take(taking: Taking, rows: tuple[Listed, ...]) -> int:
    """Take in rows, oldest first; the high-water mark and the walk go with them."""

    def moved(taken: int) -> None:
        if not taken:
            return
        reached = text_of(rows[taken - 1].modified)
        cursor = taking.cursor
        cursor.high_water = max(str(cursor.high_water), reached)
        if cursor.walk is None:
            return
        # The next question starts where this page ended, so that rows which move meanwhile are met again; only
        # when a page ends at the moment it began with are further pages of the same question needed.
        if reached > cursor.walk.floor:
            cursor.walk.floor, cursor.walk.page = reached, 1
        elif taken == len(rows):
            cursor.walk.page += 1

    return taking.take(rows, moved=moved)


def _notices(source: PaperlessSource, cursor: Cursor, total: int) -> tuple[str, ...]:
    notices = []
    if cursor.p60_id is None:
        notices.append(
            f"P60s are not looked for: Paperless has no tag “{source.p60_tag}” that the token's user may see; make it, "
            "or name yours in HMRC_PIPELINE_PAPERLESS_P60_TAG."
        )
    if not total:
        notices.append(
            f"No document with the tag “{source.payslip_tag}” is to be seen: tag your payslips, and let the token's "
            "user view them."
        )
    return tuple(notices)
