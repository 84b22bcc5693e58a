"""What we ask of Paperless-ngx 2.20 and 3: tags, documents with our tags, their bytes, and how to write back.

Values in, values out. Pages are asked for by number against our own address, never by the `next` the server
gives: it copies the request's Host. What a row means for the registry belongs to `paperless_source`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

import httpx

from hmrc_pipeline.documents.paperless_http import (
    NotPaperless,
    PaperlessAbsent,
    PaperlessHttp,
    PaperlessRefused,
    PaperlessRejected,
)
from hmrc_pipeline.settings import Settings

__all__ = ["MANY", "Listed", "Page", "PaperlessClient", "Sample", "Tag"]

MANY: Final = 100
"""How many documents are named in one question."""

_FIELDS: Final = "id,modified,tags,versions"


@dataclass(frozen=True)
class Tag:
    """A tag as the server knows it."""

    id: int
    name: str


@dataclass(frozen=True)
class Listed:
    """One document of a list. `version` and `checksum` are of its newest version; a server of 2.x gives neither."""

    id: int
    modified: datetime
    tags: frozenset[int]
    version: int | None = None
    checksum: str | None = None


@dataclass(frozen=True)
class Page:
    """Rows of a list, and how many the whole list has."""

    count: int
    rows: tuple[Listed, ...]


@dataclass(frozen=True)
class Sample:
    """What a document is like: whether Paperless found text, its pages, whether Paperless made another file of it,
    and whether the token's user may change it."""

    has_text: bool
    pages: int | None
    has_archive: bool
    may_be_changed: bool


@dataclass(frozen=True, repr=False)
class PaperlessClient:
    """Asks one server as one user. Use as a context manager."""

    http: PaperlessHttp = field(repr=False)

    @classmethod
    def of(cls, settings: Settings, *, transport: httpx.BaseTransport | None = None) -> "PaperlessClient | None":
        """The server the settings name; None unless both PAPERLESS_URL and PAPERLESS_TOKEN are set."""
        if settings.paperless_url is None or settings.paperless_token is None:
            return None
        base = str(settings.paperless_url).rstrip("/")
        token = settings.paperless_token.get_secret_value()
        return cls(PaperlessHttp(base.removesuffix("/api"), token, transport))

    def __enter__(self) -> "PaperlessClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    @property
    def address(self) -> str:
        """Where the server is, for people's eyes."""
        return self.http.base

    def tag(self, name: str) -> Tag | None:
        """The tag of this name, exactly or else in other letters; None when there is none to be seen."""
        wanted = name.casefold()
        found = [
            Tag(int(row["id"]), str(row["name"]))
            for page in self._pages("/api/tags/", {"name__iexact": name, "page_size": "100"}, most=20)
            for row in page
            if str(row.get("name", "")).casefold() == wanted
        ]
        return next((tag for tag in found if tag.name == name), found[0] if found else None)

    def count(self, tags: Collection[int]) -> int:
        """How many documents with one of these tags the token's user may see."""
        return self.documents(tags, page_size=1).count

    def documents(
        self,
        tags: Collection[int],
        *,
        since: datetime | None = None,
        ordering: str = "id",
        page: int = 1,
        page_size: int = 250,
    ) -> Page:
        """One page of the documents with one of these tags, modified at `since` or later.

        Raises `PaperlessAbsent` when the list has no such page, `NotPaperless` when the filter was not obeyed.
        """
        params = self._tagged(tags) | {"ordering": ordering, "page": str(page), "page_size": str(page_size)}
        if since is not None:
            params["modified__gte"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        found = self.http.get("/api/documents/", params | {"fields": _FIELDS}, always=page == 1)
        result = Page(self._int(found, "count"), tuple(self._rows(found)))
        if any(not row.tags & set(tags) for row in result.rows):
            # A filter the server does not understand is ignored: then every document of the archive would be ours.
            raise NotPaperless(f"Paperless at {self.address} did not filter by tag as asked; nothing was taken from it")
        return result

    def named(self, ids: Collection[int]) -> dict[int, Listed]:
        """Those of these documents (100 at most) that exist and may be seen, whatever their tags."""
        if not ids:
            return {}
        if len(ids) > MANY:
            raise ValueError(f"{MANY} documents at most in one question")
        params = {"id__in": ",".join(map(str, sorted(ids))), "page_size": str(MANY), "fields": _FIELDS}
        rows = {row.id: row for row in self._rows(self.http.get("/api/documents/", params, always=True))}
        if not rows.keys() <= set(ids):
            raise NotPaperless(f"Paperless at {self.address} did not filter by id as asked; nothing was taken from it")
        return rows

    def newest(self, tags: Collection[int], most: int) -> list[Sample]:
        """What the newest documents with these tags are like, for advice alone."""
        params = {"ordering": "-added", "page_size": str(most), "truncate_content": "true"}
        fields = {"fields": "id,content,page_count,archived_file_name,user_can_change"}
        found = self.http.get("/api/documents/", self._tagged(tags) | params | fields, always=True)
        return [
            Sample(
                has_text=bool((row.get("content") or "").strip()),
                pages=row.get("page_count"),
                has_archive=bool(row.get("archived_file_name")),
                may_be_changed=row.get("user_can_change") is not False,
            )
            for row in self._of(found, "results")
        ]

    def document(self, document_id: int) -> dict[str, Any]:
        """The document with its notes and custom fields, as the server gives it. Raises `PaperlessAbsent`."""
        found = self.http.get(f"/api/documents/{document_id}/")
        return found if isinstance(found, dict) else {}

    def original_checksum(self, document_id: int) -> str:
        """The checksum a server of 2.x keeps of the uploaded bytes (MD5). Raises `PaperlessAbsent`."""
        return str(self._of(self.http.get(f"/api/documents/{document_id}/metadata/"), "original_checksum"))

    def original(self, document_id: int) -> bytes:
        """The bytes that were uploaded, newest version. Raises `PaperlessAbsent`."""
        return self.http.file(f"/api/documents/{document_id}/download/", {"original": "true"})

    def trashed(self, most: int = 1000) -> frozenset[int]:
        """The newest documents in the trash, as far as the token's user may see them."""
        try:
            pages = self._pages("/api/trash/", {"page_size": "100"}, most=most // 100)
            return frozenset(int(row["id"]) for page in pages for row in page)
        except (PaperlessAbsent, PaperlessRefused):
            return frozenset()

    def custom_fields(self) -> dict[str, dict[str, Any]]:
        """Every custom field by its name."""
        pages = self._pages("/api/custom_fields/", {"page_size": "100"}, most=50)
        return {str(row["name"]): row for page in pages for row in page}

    def make_custom_field(self, name: str) -> dict[str, Any]:
        """A new field for an amount in pounds."""
        body = {"name": name, "data_type": "monetary", "extra_data": {"default_currency": "GBP"}}
        return dict(self.http.post("/api/custom_fields/", body, repeat=False))

    def make_tag(self, name: str) -> Tag:
        """A new tag that matches nothing by itself."""
        found = self.http.post("/api/tags/", {"name": name, "matching_algorithm": 0}, repeat=False)
        return Tag(int(found["id"]), str(found["name"]))

    def set_custom_fields(self, document_id: int, values: Mapping[int, str]) -> None:
        """Set these fields and leave all others as they are. Saying it twice is harmless."""
        given = {str(field_id): value for field_id, value in values.items()}
        self._bulk(document_id, "modify_custom_fields", {"add_custom_fields": given, "remove_custom_fields": []})

    def change_tags(self, document_id: int, *, add: Iterable[int] = (), remove: Iterable[int] = ()) -> None:
        """Add and remove tags and leave all others as they are. Saying it twice is harmless."""
        self._bulk(document_id, "modify_tags", {"add_tags": list(add), "remove_tags": list(remove)})

    def add_note(self, document_id: int, note: str) -> None:
        """Add a note. Never sent twice: an answer that is lost is an error. Raises `PaperlessRejected`."""
        notes = self.http.post(f"/api/documents/{document_id}/notes/", {"note": note}, repeat=False)
        if not isinstance(notes, list):  # a note that could not be saved is told of in a success
            raise PaperlessRejected(f"Paperless at {self.address} could not save a note")

    def remove_note(self, document_id: int, note_id: int) -> None:
        """Take a note away. Raises `PaperlessAbsent` when it is gone already."""
        self.http.delete(f"/api/documents/{document_id}/notes/", {"id": str(note_id)})

    def _bulk(self, document_id: int, method: str, parameters: Mapping[str, Any]) -> None:
        body = {"documents": [document_id], "method": method, "parameters": parameters}
        self.http.post("/api/documents/bulk_edit/", body, repeat=True)

    def _tagged(self, tags: Collection[int]) -> dict[str, str]:
        if not tags or not all(type(tag) is int and tag > 0 for tag in tags):
            raise ValueError("documents are never asked for without a tag")  # the server would give all it has
        return {"tags__id__in": ",".join(map(str, sorted(tags)))}

    def _pages(self, path: str, params: dict[str, str], *, most: int) -> Iterator[list[dict[str, Any]]]:
        seen = 0
        for number in range(1, most + 1):
            found = self.http.get(path, params | {"page": str(number)}, always=number == 1 and path != "/api/trash/")
            rows = self._of(found, "results")
            yield rows
            seen += len(rows)
            if not rows or seen >= self._int(found, "count"):
                return

    def _rows(self, found: Any) -> Iterator[Listed]:
        try:
            for row in found["results"]:
                newest = (row.get("versions") or [{}])[0]
                yield Listed(
                    int(row["id"]),
                    datetime.fromisoformat(row["modified"]).astimezone(UTC),
                    frozenset(map(int, row["tags"])),
                    newest.get("id"),
                    newest.get("checksum"),
                )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._strange() from None

    def _of(self, found: Any, key: str) -> Any:
        try:
            return found[key]
        except (KeyError, TypeError):
            raise self._strange() from None

    def _int(self, found: Any, key: str) -> int:
        value = self._of(found, key)
        if not isinstance(value, int):
            raise self._strange()
        return value

    def _strange(self) -> NotPaperless:
        return NotPaperless(f"Paperless at {self.address} answered in a form that this program does not know")
