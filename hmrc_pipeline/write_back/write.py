"""Writing to Paperless what is wanted and not yet written, and taking back our notes and tags that no longer hold.

What a user put, changed or removed there is left alone. Each value is noted before it is sent and marked when it
arrived. What was written once is not written again, so our own writing never starts anything; what the server
refuses is not tried again for a day.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from hmrc_pipeline.database.tables import WrittenBack
from hmrc_pipeline.documents import PaperlessAbsent, PaperlessClient, document_id
from hmrc_pipeline.documents.paperless_http import PaperlessForbidden, PaperlessRejected
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.write_back.held import left_references
from hmrc_pipeline.write_back.wanted import STATUS_TAGS, Wanted, wanted_of, wanted_of_held

__all__ = ["WriteBackCounts", "write_back"]

_AGAIN: Final = timedelta(days=1)
_HELD: Final = "held"
_STATUS: Final = "status:"


@dataclass
class WriteBackCounts:
    """Documents written to, notes and tags of ours taken back, values of the user that were left alone, and values
    the server refused."""

    written: int = 0
    taken_back: int = 0
    left_alone: int = 0
    refused: int = 0


def write_back(
    home: Home, tax_year: TaxYear | None = None, *, now: datetime, client: PaperlessClient | None = None
) -> WriteBackCounts:
    """Write what PAPERLESS_WRITE_BACK names to the documents of a tax year, and to those no tax year speaks for.

    Raises `PaperlessProblem`.
    """
    parts = frozenset(home.settings.paperless_write_back.split(",")) - {""}
    client = client or PaperlessClient.of(home.settings)
    counts = WriteBackCounts()
    if client is None or not parts:
        return counts
    with home.database.reading() as session:
        wanted = {_HELD: wanted_of_held(session, home.cipher, parts)}
        if tax_year is not None:
            wanted[tax_year.label] = wanted_of(session, home.cipher, tax_year, parts)
        left = set(left_references(session, home.cipher))
    with client:
        writer = _Writer(home, client, now, counts)
        for scope, documents in wanted.items():
            for document in documents:
                writer.write(scope, document)
            if "notes" in parts:
                writer.take_back_notes(scope, documents)
        if "status" in parts:
            writer.take_back_tags(left - {document.reference for of in wanted.values() for document in of})
    return counts


class _Writer:
    """One pass over documents; the server's tags and fields are asked for once, and only when something is to do."""

    def __init__(self, home: Home, client: PaperlessClient, now: datetime, counts: WriteBackCounts) -> None:
        self.home, self.client, self.now, self.counts = home, client, now, counts
        self._tags: dict[str, int | None] = {}
        self._fields: dict[str, dict[str, Any]] | None = None

    def write(self, scope: str, wanted: Wanted) -> None:
        """Bring one document to what is wanted, if it is not yet."""
        aspects = dict(_aspects(scope, wanted))
        ledger = {row.aspect: row for row in self._ledger(WrittenBack.reference == wanted.reference)}
        todo = {aspect: value for aspect, value in aspects.items() if self._is_due(ledger.get(aspect), value)}
        shown = self._shown(wanted.reference) if todo else None
        if shown is None:
            return  # nothing to do, or gone: the next look withdraws it
        sent = False
        for aspect, value in todo.items():
            act = {"amount": self._amount, "status": self._status, "note": self._note}[aspect.partition(":")[0]]
            found = act(shown, aspect.rpartition(":")[2], value, ledger.get(aspect))
            sent |= self._settle(wanted.reference, aspect, value, found)
        self.counts.written += sent

    def take_back_notes(self, scope: str, documents: Collection[Wanted]) -> None:
        """Take away the notes we wrote whose finding is closed; a note of somebody else is not looked at."""
        wanted = {(each.reference, aspect) for each in documents for aspect, _ in _aspects(scope, each)}
        for row in self._ledger(WrittenBack.aspect.startswith(f"note:{scope}:", autoescape=True)):
            if (row.reference, row.aspect) in wanted or not self._may_try(row):
                continue
            shown = self._shown(row.reference)
            ours = [note for note in (shown or {}).get("notes", ()) if _hash(str(note.get("note"))) == row.value_hash]
            if shown is None or not ours:
                self._forget(row)
                continue
            number, oldest = int(shown["id"]), min(int(note["id"]) for note in ours)
            self._take_back(row, partial(self.client.remove_note, number, oldest))

    def take_back_tags(self, references: Collection[str]) -> None:
        """Take our status tag away from documents that are none of ours any more."""
        for row in self._ledger(WrittenBack.aspect == _STATUS):
            if row.reference not in references or not self._may_try(row):
                continue
            shown = self._shown(row.reference)
            ours = {self._tag(name, make=False) for name in STATUS_TAGS} & set((shown or {}).get("tags", ()))
            if shown is None or not ours:
                self._forget(row)
                continue
            number, tags = int(shown["id"]), [tag for tag in ours if tag is not None]
            self._take_back(row, partial(self.client.change_tags, number, remove=tags))

    def _is_due(self, row: WrittenBack | None, value: str) -> bool:
        return row is None or row.value_hash != _hash(value) or row.state == "sending" or self._is_refused(row)

    def _is_refused(self, row: WrittenBack) -> bool:
        return row.state == "refused" and self._may_try(row)

    def _may_try(self, row: WrittenBack) -> bool:
        return row.state != "refused" or self.now - row.at >= _AGAIN

    def _shown(self, reference: str) -> Mapping[str, Any] | None:
        """The document as it stands there; None when it is gone."""
        try:
            return self.client.document(document_id(reference))
        except PaperlessAbsent:
            return None

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

    def _settle(self, reference: str, aspect: str, value: str, act: Callable[[], None] | str) -> bool:
        """Do it, or note why not; whether something was sent and taken."""
        if isinstance(act, str):
            self.counts.left_alone += act == "theirs"
            self.counts.refused += act == "refused"
            self._remember(reference, aspect, _hash(value), act)
            return False
        self._remember(reference, aspect, _hash(value), "sending")
        try:
            act()
        except (PaperlessRejected, PaperlessForbidden):
            # The right may be missing for this one document, which must not hold up the others.
            self.counts.refused += 1
            self._remember(reference, aspect, _hash(value), "refused")
            return False
        self._remember(reference, aspect, _hash(value), "written")
        return True

    def _take_back(self, row: WrittenBack, act: Callable[[], None]) -> None:
        try:
            act()
        except PaperlessAbsent:
            pass  # somebody took it away meanwhile
        except (PaperlessRejected, PaperlessForbidden):
            self.counts.refused += 1
            self._remember(row.reference, row.aspect, row.value_hash, "refused")
            return
        self.counts.taken_back += 1
        self._forget(row)

    def _ledger(self, condition: sa.ColumnElement[bool]) -> list[WrittenBack]:
        with self.home.database.reading() as session:
            return list(session.scalars(sa.select(WrittenBack).where(condition)))

    def _remember(self, reference: str, aspect: str, value_hash: str, state: str) -> None:
        with self.home.database.writing() as session:
            session.merge(
                WrittenBack(reference=reference, aspect=aspect, value_hash=value_hash, state=state, at=self.now)
            )

    def _forget(self, row: WrittenBack) -> None:
        with self.home.database.writing() as session:
            session.execute(
                sa.delete(WrittenBack).where(WrittenBack.reference == row.reference, WrittenBack.aspect == row.aspect)
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
            known = self.client.tag(name)
            self._tags[name] = known.id if known else None
        if self._tags[name] is None and make:
            self._tags[name] = self.client.make_tag(name).id
        return self._tags[name]


def _aspects(scope: str, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Each thing to say with the name it has in our notes of what was written."""
    for name, value in wanted.amounts.items():
        yield f"amount:{name}", value
    if wanted.status:
        yield _STATUS, wanted.status
    for note in wanted.notes:
        yield f"note:{scope}:{_hash(note)}", note


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
