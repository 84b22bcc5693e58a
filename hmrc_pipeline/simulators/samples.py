"""A sample: a drawn document together with exactly what it prints and where.

How a document looks belongs to the layouts, which figures it carries to `payroll`.
"""

from dataclasses import dataclass, field
from typing import Any

from hmrc_pipeline.extraction.model import Section

__all__ = ["Record", "Sample"]


@dataclass(frozen=True)
class Sample:
    """One made-up document.

    `fields` holds what the page prints and nothing else, by the contract's field names and spellings; `boxes` every
    place a field stands (points as displayed, origin top left, page from 1); `lines` the pay and deduction rows in
    order. `more` holds the further documents of the same file, `password` what opens it.
    """

    name: str
    content: bytes
    doc_type: str
    fields: dict[str, str]
    boxes: dict[str, list[dict[str, Any]]]
    lines: list[dict[str, str]]
    layout: str
    password: str | None = None
    more: tuple["Sample", ...] = ()


@dataclass
class Record:
    """What has been printed of one document so far."""

    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)

    def put(self, name: str, value: str, *, page: int, box: list[float], text: str) -> None:
        """Note a printed value. The same field printed twice must say the same."""
        if self.fields.setdefault(name, value) != value:
            raise ValueError(f"{name} is printed with two values")
        self.boxes.setdefault(name, []).append({"page": page, "box": box, "text": text})

    def line(self, section: Section, label: str, amount: str | None, ytd: str | None) -> None:
        """Note a printed pay or deduction row; an amount that is not printed is left out."""
        row = {"section": section, "label": label}
        if amount is not None:
            row["amount"] = amount
        if ytd is not None:
            row["ytd"] = ytd
        self.lines.append(row)
