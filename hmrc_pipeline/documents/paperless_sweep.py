"""The look at every tagged document: finds what a walk by `modified` cannot, and what is not there any more.

What was known and is not listed is asked for by id before anything is concluded. Documents that still exist without
our tags are withdrawn; so are those that vanished, unless so many did that lost rights, an empty server or a wrong
token are likelier: then nothing is, and it is said until a person decides or they are back.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa

from hmrc_pipeline.database.tables import Sighting
from hmrc_pipeline.documents.announcements import expected_count
from hmrc_pipeline.documents.paperless import MANY, Page
from hmrc_pipeline.documents.paperless_cursor import Sweep, moment_of, text_of
from hmrc_pipeline.documents.paperless_http import PaperlessAbsent
from hmrc_pipeline.documents.paperless_source import document_id, reference_of
from hmrc_pipeline.documents.paperless_taking import Taking
from hmrc_pipeline.documents.registry import Change

__all__ = ["PAGE", "SWEEP_EVERY", "sweep"]

SWEEP_EVERY: Final = timedelta(hours=1)
PAGE: Final = 250

_FEW_GONE: Final = 10
_SHARE_GONE: Final = 4
"""More than ten and more than a quarter vanished at once is a collapse."""


def sweep(taking: Taking, *, total: int, wanted: bool, confirm_tags: Callable[[], None]) -> None:
    """Look at all tagged documents when it is time, as far as time allows; what is left is done at the next look.

    `confirm_tags` resolves the tags' names again: a tag that was deleted is no longer on any document.
    """
    cursor = taking.cursor
    if cursor.sweep is None:
        if not (wanted or _is_due(taking, total)):
            return
        cursor.sweeps += 1
        cursor.sweep = Sweep(cursor.sweeps)
    if cursor.sweep.phase == "listing":
        _list(taking, cursor.sweep)
    if cursor.sweep.phase == "checking":
        confirm_tags()
        if cursor.sweep:  # else the tags are others: begin again
            _check(taking, cursor.sweep)
    if cursor.sweep and cursor.sweep.phase == "withdrawing":
        _withdraw(taking, cursor.sweep, total)


def _is_due(taking: Taking, total: int) -> bool:
    cursor = taking.cursor
    if cursor.swept_at is None or cursor.let_go or taking.now - moment_of(cursor.swept_at) >= SWEEP_EVERY:
        return True
    with taking.home.database.reading() as session:
        expected = expected_count(session, taking.source.name)
    return (total != expected or cursor.refused is not None) and [total, expected] != cursor.odd


def _list(taking: Taking, state: Sweep) -> None:
    while taking.has_time():
        try:
            page = taking.client.documents(taking.cursor.tags, ordering="id", page=state.page, page_size=PAGE)
        except PaperlessAbsent:  # the list became shorter
            page = Page(state.seen, ())
        if taking.take(page.rows, sweep=state.number, moved=partial(_turn, state, len(page.rows))) < len(page.rows):
            return
        if not page.rows or (state.page - 1) * PAGE >= page.count:
            if state.seen != page.count and state.again < 2:  # rows moved between pages while it was read
                state.page, state.seen, state.again = 1, 0, state.again + 1
                continue
            state.phase = "checking"
            return


def _turn(state: Sweep, rows: int, taken: int) -> None:
    if taken == rows:
        state.page += 1
        state.seen += rows


def _check(taking: Taking, state: Sweep) -> None:
    """Ask by id for what was not listed. What lost its tag or vanished is marked with the number, negative."""
    while taking.has_time():
        left = _present(taking, state, missed=False)
        if not left:
            state.phase = "withdrawing"
            return
        there = taking.client.named([document_id(reference) for reference in left])
        tags = set(taking.cursor.tags)
        tagged = [row for row in there.values() if row.tags & tags]
        if taking.take(tagged, sweep=state.number) < len(tagged):
            return
        others = [reference_of(row.id) for row in there.values() if not row.tags & tags]
        gone = [reference for reference in left if document_id(reference) not in there]
        if taking.cursor.p60_id is None and taking.cursor.p60_known:
            # They may be P60s, whose tag is gone as a whole: that is no word of the user about each of them.
            taking.commit(seen=others, sweep=state.number)
        else:
            gone += others
        taking.commit(seen=gone, sweep=-state.number)


def _withdraw(taking: Taking, state: Sweep, total: int) -> None:
    cursor = taking.cursor
    known, missing = _counts(taking, state)
    refused = None if cursor.let_go else _refusal(taking, state, known, missing)
    while refused is None and missing:
        if not taking.has_time():
            cursor.let_go = True  # it was decided; the rest follows at the next look
            return
        gone = _present(taking, state, missed=True)
        taking.commit([Change(reference, None, None, 0) for reference in gone])
        known, missing = _counts(taking, state)
    with taking.home.database.reading() as session:
        cursor.odd = [total, expected_count(session, taking.source.name)]
    cursor.refused, cursor.told, cursor.let_go = refused, cursor.told and refused is not None, False
    cursor.swept_at, cursor.sweep = text_of(taking.now), None


def _refusal(taking: Taking, state: Sweep, known: int, missing: int) -> str | None:
    """Why what is missing is not withdrawn; None when it may be."""
    if not (_is_collapse(known, missing) or 0 < missing == known):
        return None
    gone = {document_id(reference) for reference in _present(taking, state, missed=True, limit=None)}
    gone -= taking.client.trashed()
    if len(gone) <= _FEW_GONE:
        gone -= taking.client.named(gone).keys()  # what still exists lost its tag
    if not (_is_collapse(known, len(gone)) or 0 < len(gone) == known):
        return None
    return (
        f"{missing} of {known} documents are not to be seen any more in Paperless at {taking.client.address}, so none "
        "was withdrawn: does the token's user still have the right to view them, do they still have their tags, and "
        "is it the same server? If they are meant to be gone, run: hmrc-pipeline documents let-go"
    )


def _is_collapse(known: int, missing: int) -> bool:
    return missing > _FEW_GONE and missing * _SHARE_GONE > known


def _counts(taking: Taking, state: Sweep) -> tuple[int, int]:
    """How many are present in the registry, and how many of them the sweep missed."""
    present = (Sighting.source == taking.source.name, Sighting.removed_at.is_(None))
    with taking.home.database.reading() as session:
        known = session.scalar(sa.select(sa.func.count()).where(*present)) or 0
        missing = session.scalar(sa.select(sa.func.count()).where(*present, Sighting.seen_in == -state.number)) or 0
    return known, missing


def _present(taking: Taking, state: Sweep, *, missed: bool, limit: int | None = MANY) -> list[str]:
    """References the registry shows and the sweep has not come to yet, or those it found missing."""
    query = sa.select(Sighting).where(Sighting.source == taking.source.name, Sighting.removed_at.is_(None))
    if missed:
        query = query.where(Sighting.seen_in == -state.number)
    else:
        query = query.where(sa.or_(Sighting.seen_in.is_(None), Sighting.seen_in.not_in((state.number, -state.number))))
    with taking.home.database.reading() as session:
        return [
            taking.home.cipher.decrypt(row.reference_encrypted, row.reference_place).decode()
            for row in session.scalars(query.limit(limit))
        ]
