"""How the simulated Paperless-ngx filters, orders, pages and spells its rows: as forgiving as the real one.

A filter it does not know, or one of tags that is no number, is ignored without a word: then every row is given.
"""

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request

from hmrc_pipeline.simulators.paperless_state import PaperlessState, SimulatedDocument, SimulatedTag, SimulatedUser

__all__ = ["BadFilter", "InvalidPage", "chosen_documents", "document_row", "paged", "tag_row", "trimmed"]

ZONE = ZoneInfo("Europe/London")
_LARGEST_PAGE = 100_000
_LOOKUPS: dict[str, Callable[[datetime, datetime], bool]] = {
    "gt": lambda found, limit: found > limit,
    "gte": lambda found, limit: found >= limit,
    "lt": lambda found, limit: found < limit,
    "lte": lambda found, limit: found <= limit,
}


class BadFilter(ValueError):
    """A value the server refuses: field and message."""


class InvalidPage(LookupError):
    """There is no such page."""


def chosen_documents(
    state: PaperlessState, rows: list[SimulatedDocument], params: Mapping[str, str]
) -> list[SimulatedDocument]:
    """Rows after the filters that are understood, in the order asked for."""
    for name, value in params.items():
        rows = _filtered(state, rows, name, value)
    return _ordered(rows, params.get("ordering", ""))


def _filtered(state: PaperlessState, rows: list[SimulatedDocument], name: str, value: str) -> list[SimulatedDocument]:
    field, _, lookup = name.rpartition("__")
    if field in ("modified", "added") and lookup in _LOOKUPS:
        limit, holds = _moment(name, value), _LOOKUPS[lookup]
        return [row for row in rows if holds(getattr(row, field), limit)]
    if name.startswith("tags__id"):
        return _by_tag_id(rows, name, value)
    if name in ("tags__name__iexact", "tags__name__icontains"):
        return _by_tag_name(state, rows, name, value)
    if name in ("id", "id__in"):
        ids = _numbers(name, value)
        return [row for row in rows if row.id in ids]
    if name == "checksum__iexact":
        return [
            row for row in rows if value.lower() == (row.versions[0].sha256 if state.is_v3 else row.versions[0].md5)
        ]
    return rows


def _by_tag_id(rows: list[SimulatedDocument], name: str, value: str) -> list[SimulatedDocument]:
    if name == "tags__id":
        wanted = _numbers(name, value)
        return [row for row in rows if row.tags & wanted]
    try:
        ids = {int(each) for each in value.split(",")}
    except ValueError:
        return rows
    kept: Mapping[str, Callable[[set[int]], bool]] = {
        "tags__id__all": lambda tags: ids <= tags,
        "tags__id__in": lambda tags: bool(ids & tags),
        "tags__id__none": lambda tags: not ids & tags,
    }
    return [row for row in rows if kept[name](row.tags)] if name in kept else rows


def _by_tag_name(
    state: PaperlessState, rows: list[SimulatedDocument], name: str, value: str
) -> list[SimulatedDocument]:
    exact, found = name.endswith("iexact"), []
    for row in rows:
        for tag in row.tags:  # one row for each tag that fits: a document may be given twice
            known = state.tags[tag].name.casefold()
            if (known == value.casefold()) if exact else (value.casefold() in known):
                found.append(row)
    return found


def _moment(name: str, value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise BadFilter(name, "Enter a valid date/time.") from None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)  # a naive moment is read as the server's time


def _numbers(name: str, value: str) -> set[int]:
    try:
        return {int(each) for each in value.split(",")}
    except ValueError:
        raise BadFilter(name, "Enter a number.") from None


def _ordered(rows: list[SimulatedDocument], ordering: str) -> list[SimulatedDocument]:
    known = [key for key in ordering.split(",") if key.lstrip("-") in ("id", "title", "created", "modified", "added")]
    ordered = list(rows)
    for key in reversed(known or ["-created", "-id"]):
        name = key.lstrip("-")
        ordered.sort(key=lambda row: getattr(row, "added" if name == "created" else name), reverse=key[0] == "-")
    return ordered


def paged(
    request: Request, rows: Sequence[Any], spell: Callable[[Any], dict[str, Any]], version: int
) -> dict[str, Any]:
    """One page. `next` is made from the Host the request names, as the real one does."""
    size = 25
    with contextlib.suppress(ValueError):
        asked = int(request.query_params.get("page_size", "25"))
        size = asked if 0 < asked <= _LARGEST_PAGE else 25
    pages = max(-(-len(rows) // size), 1)
    try:
        number = int(request.query_params.get("page", "1"))
    except ValueError:
        raise InvalidPage from None
    if not 1 <= number <= pages:
        raise InvalidPage

    def link(page: int) -> str | None:
        return str(request.url.include_query_params(page=page)) if 1 <= page <= pages else None

    part = rows[(number - 1) * size : number * size]
    body: dict[str, Any] = {"count": len(rows), "next": link(number + 1), "previous": link(number - 1)}
    if version == 9:
        body["all"] = [row.id for row in rows]
    return {**body, "results": [trimmed(spell(row), request.query_params.get("fields")) for row in part]}


def trimmed(row: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """A row with the named fields only; names it does not have are ignored."""
    if not fields:
        return row
    wanted: Collection[str] = fields.split(",")
    return {name: value for name, value in row.items() if name in wanted}


def document_row(state: PaperlessState, document: SimulatedDocument, user: SimulatedUser) -> dict[str, Any]:
    """A document as a list or the detail route spells it; a server of 2.x says nothing of versions."""
    row: dict[str, Any] = {
        "id": document.id,
        "correspondent": None,
        "document_type": None,
        "storage_path": None,
        "title": document.title,
        "content": document.text,
        "tags": sorted(document.tags),
        "created": "1900-01-01",  # a guess from the text: of no use
        "created_date": "1900-01-01",
        "modified": _spelt(document.modified),
        "added": _spelt(document.added),
        "deleted_at": _spelt(document.deleted_at) if document.deleted_at else None,
        "archive_serial_number": None,
        "original_file_name": document.original_file_name,
        "archived_file_name": "archive.pdf" if document.newest.archive else None,
        "owner": document.owner,
        "user_can_change": state.may_change(user, document),
        "is_shared_by_requester": False,
        "notes": document.notes,
        "custom_fields": [{"field": key, "value": value} for key, value in document.custom_fields.items()],
        "page_count": 1,
        "mime_type": "application/pdf",
    }
    if state.is_v3:
        row["root_document"] = None
        row["duplicate_documents"] = []
        row["versions"] = [
            {
                "id": version.id,
                "added": _spelt(version.added),
                "version_label": version.label,
                "checksum": version.sha256,
                "is_root": version.id == document.id,
            }
            for version in reversed(document.versions)
        ]
    return row


def tag_row(tag: SimulatedTag, count: int) -> dict[str, Any]:
    """A tag as the server spells it."""
    return {
        "id": tag.id,
        "slug": tag.name.lower(),
        "name": tag.name,
        "color": "#a6cee3",
        "text_color": "#000000",
        "match": "",
        "matching_algorithm": 0,
        "is_insensitive": True,
        "is_inbox_tag": False,
        "document_count": count,
        "owner": tag.owner,
        "user_can_change": True,
        "parent": None,
        "children": [],
    }


def _spelt(moment: datetime) -> str:
    """ISO 8601 with microseconds in the server's zone: `Z` in winter, `+01:00` in summer."""
    return moment.astimezone(ZONE).isoformat(timespec="microseconds").replace("+00:00", "Z")
