"""Made-up contents and a stand-in for the reader: a content is JSON that says what is read from it.

Real pages and the real reader belong to the tests of `extraction`.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.extraction.model import Box, Figure, FileReading, PrintedLine, ReadDocument

__all__ = ["FakePool", "content", "p60", "payslip"]


def payslip(**fields: str) -> dict[str, Any]:
    """A document of one payslip; name a field None-like by leaving it out."""
    return {"doc_type": "payslip", "fields": {"pay_date": "2025-06-30", "net_pay": "2000.00", **fields}}


def p60(**fields: str) -> dict[str, Any]:
    return {"doc_type": "p60", "fields": {"tax_year": "2024-25", "pay_this": "30000.00", **fields}}


def content(*documents: dict[str, Any], error: str | None = None, salt: str = "") -> bytes:
    """The bytes of a file with these documents, or of one that cannot be read."""
    return json.dumps({"documents": documents, "error": error, "salt": salt}, sort_keys=True).encode()


class FakePool:
    """Reads what `content` wrote, backwards, as a pool may. `change` alters fields as a new reader version would."""

    def __init__(self, **change: str) -> None:
        self.change = change
        self.read: list[str] = []

    def read_many(self, contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, FileReading]]:
        for key, data in reversed(list(contents)):
            self.read.append(key)
            yield key, self.reading(data)

    def reading(self, data: bytes) -> FileReading:
        try:
            found = json.loads(data)
        except ValueError:
            return FileReading(error="the file is not a PDF")
        if found["error"]:
            return FileReading(error=found["error"])
        return FileReading(tuple(self._document(document) for document in found["documents"]))

    def _document(self, document: dict[str, Any]) -> ReadDocument:
        fields = document["fields"] | {name: value for name, value in self.change.items() if name in document["fields"]}
        figures = {
            name: Figure(
                name, value, f"£{value}" if is_amount(name) else value, 1, Box(10.123, 20, 30, 40), name.title()
            )
            for name, value in fields.items()
            if value is not None
        }
        lines = tuple(PrintedLine("payments", label, None) for label in document.get("lines", ()))
        return ReadDocument(
            document["doc_type"],
            document.get("status", "proved"),
            tuple(document.get("reasons", ())),
            figures,
            lines,
        )
