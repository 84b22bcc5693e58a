"""Writing to Paperless what is wanted and not yet written. What a user put, changed or removed there is left alone.

Each value is noted before it is sent and marked when it arrived. What was written once is not written again, so our
own writing never starts anything; what the server refuses is not tried again for a day.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from hmrc_pipeline.database.tables import WrittenBack
from hmrc_pipeline.documents import PaperlessAbsent, PaperlessClient, document_id
from hmrc_pipeline.documents.paperless_http import PaperlessRejected
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.write_back.wanted import STATUS_TAGS, Wanted, wanted_of

__all__ = ["WriteBackCounts", "write_back"]

_AGAIN: Final = timedelta(days=1)


@dataclass
class WriteBackCounts:
    """Documents written to, values of the user that were left alone, and values the server refused."""

    written: int = 0
    left_alone: int = 0
    refused: int = 0


def write_back(
    home: Home, tax_year: TaxYear, *, now: datetime, client: PaperlessClient | None = None
) -> WriteBackCounts:
    """Write what PAPERLESS_WRITE_BACK names to the documents of a tax year. Raises `PaperlessProblem`."""
    parts = frozenset(home.settings.paperless_write_back.split(",")) - {""}
    client = client or PaperlessClient.of(home.settings)
    counts = WriteBackCounts()
    if client is None or not parts:
        return counts
    with home.database.reading() as session:
        wanted = wanted_of(session, home.cipher, tax_year, parts)
    with client:
        writer = _Writer(home, client, now, counts)
        for document in wanted:
            writer.write(document)
    return counts


class _Writer:
    """One pass over documents; the server's tags and fields are asked for once, and only when something is to do."""

    def __init__(self, home: Home, client: PaperlessClient, now: datetime, counts: WriteBackCounts) -> None:
        self.home, self.client, self.now, self.counts = home, client, now, counts
        self._tags: dict[str, int] = {}
        self._fields: dict[str, dict[str, Any]] | None = None

    def write(self, wanted: Wanted) -> None:
        """Bring one document to what is wanted, if it is not yet."""
        aspects = dict(_aspects(wanted))
        with self.home.database.reading() as session:
            query = sa.select(WrittenBack).where(WrittenBack.reference == wanted.reference)
            ledger = {row.aspect: row for row in session.scalars(query)}
        todo = {aspect: value for aspect, value in aspects.items() if self._is_due(ledger.get(aspect), value)}
        if not todo:
            return
        try:
            shown = self.client.document(document_id(wanted.reference))
        except PaperlessAbsent:
            return  # gone: the next look withdraws it
        before = Counter(vars(self.counts))
        for aspect, value in todo.items():
            kind, _, name = aspect.partition(":")
            act = {"amount": self._amount, "status": self._status, "note": self._note}[kind]
            self._settle(wanted.reference, aspect, value, act(shown, name, value, ledger.get(aspect)))
        self.counts.written += Counter(vars(self.counts)) == before

    def _is_due(self, row: WrittenBack | None, value: str) -> bool:
        if row is None or row.value_hash != _hash(value) or row.state == "sending":
            return True
        return row.state == "refused" and self.now - row.at >= _AGAIN

    def _amount(
        self, shown: Mapping[str, Any], name: str, value: str, row: WrittenBack | None
    ) -> Callable[[], None] | str:
        field = self._field(name)
        if field is None:
            return "refused"
        values = {each["field"]: each["value"] for each in shown.get("custom_fields", ())}
        current = values.get(field["id"])
        if current == value:
            return "written"
        ours = row is not None and (
            row.state in ("sending", "refused") if current is None else _hash(str(current)) == row.value_hash
        )
        if (current is None and row is None) or ours:
            return lambda: self.client.set_custom_fields(int(shown["id"]), {int(field["id"]): value})
        return "theirs"

    def _status(
        self, shown: Mapping[str, Any], _name: str, value: str, _row: WrittenBack | None
    ) -> Callable[[], None] | str:
        tags = {name: self._tag(name, make=name == value) for name in STATUS_TAGS}
        others = [tag for name, tag in tags.items() if tag is not None and name != value and tag in shown["tags"]]
        add = [tag for name, tag in tags.items() if tag is not None and name == value]
        if not others and set(add) <= set(shown["tags"]):
            return "written"
        return lambda: self.client.change_tags(int(shown["id"]), add=add, remove=others)

    def _note(
        self, shown: Mapping[str, Any], _name: str, value: str, _row: WrittenBack | None
    ) -> Callable[[], None] | str:
        if any(note.get("note") == value for note in shown.get("notes", ())):
            return "written"
        return lambda: self.client.add_note(int(shown["id"]), value)

    def _settle(self, reference: str, aspect: str, value: str, act: Callable[[], None] | str) -> None:
        """Do it, or note why not."""
        if isinstance(act, str):
            self.counts.left_alone += act == "theirs"
            self.counts.refused += act == "refused"
            self._remember(reference, aspect, value, act)
            return
        self._remember(reference, aspect, value, "sending")
        try:
            act()
        except PaperlessRejected:
            self.counts.refused += 1
            self._remember(reference, aspect, value, "refused")
        else:
            self._remember(reference, aspect, value, "written")

    def _remember(self, reference: str, aspect: str, value: str, state: str) -> None:
        with self.home.database.writing() as session:
            session.merge(
                WrittenBack(reference=reference, aspect=aspect, value_hash=_hash(value), state=state, at=self.now)
            )

    def _field(self, name: str) -> dict[str, Any] | None:
        """The custom field of this name, made when there is none; None when it is of another kind."""
        if self._fields is None:
            self._fields = self.client.custom_fields()
        if name not in self._fields:
            self._fields[name] = self.client.make_custom_field(name)
        field = self._fields[name]
        return field if field.get("data_type") == "monetary" else None

    def _tag(self, name: str, *, make: bool) -> int | None:
        if name not in self._tags:
            tag = self.client.tag(name)
            if tag is None and make:
                tag = self.client.make_tag(name)
            if tag is None:
                return None
            self._tags[name] = tag.id
        return self._tags[name]


def _aspects(wanted: Wanted) -> Iterator[tuple[str, str]]:
    for name, value in wanted.amounts.items():
        yield f"amount:{name}", value
    if wanted.status:
        yield "status:", wanted.status
    for note in wanted.notes:
        yield f"note:{_hash(note)}", note


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
