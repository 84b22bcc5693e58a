"""Which employment a document belongs to: by PAYE reference, else by the employer's name.

An employer's name changes and is spelt in many ways; the reference is the key. Values in, values out: what a
person's documents of a year say together decides, so that every wing that asks gets the same answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hmrc_pipeline.identifiers import InvalidIdentifier, PayeReference
from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.stored import StoredReading

__all__ = ["UNNAMED_EMPLOYER", "Employment", "Employments", "needs_references"]

UNNAMED_EMPLOYER: Final = "employer not named"
"""The employment of documents that print neither a PAYE reference nor an employer, where others name several."""


@dataclass(frozen=True)
class Employment:
    """An employment as a document gives it. `key` is the reference, or the employer's name until one is known."""

    key: str
    paye_reference: str | None
    employer_name: str | None


class Employments:
    """The employments of one person and tax year.

    `references` gives the one PAYE reference the person's documents print for an employer's compared name. A
    document that names no employer belongs to the one employment the others name, if it is one.
    """

    def __init__(self, references: Mapping[str, str], readings: Iterable[StoredReading]) -> None:
        self._references = references
        forms = {_printed(item) for item in readings if item.flows and item.doc_type in ("payslip", "p60")}
        self._spellings: dict[str, str] = {}
        for name in sorted(name for _, name in forms if name):
            self._spellings.setdefault(employer_key(name), name)
        named = {self._key(*printed) for printed in forms} - {None}
        self._only = named.pop() if len(named) == 1 else None
        self._told: dict[_Printed, Employment] = {}

    def of(self, reading: StoredReading) -> Employment:
        """The employment of a reading of this person and year."""
        printed = _printed(reading)
        if printed not in self._told:
            key = self._key(*printed) or self._only or UNNAMED_EMPLOYER
            reference = key if "/" in key and _reference(key) == key else None
            self._told[printed] = Employment(key, reference, printed[1])
        return self._told[printed]

    def _key(self, text: str | None, name: str | None) -> str | None:
        reference = _reference(text)
        if reference or not name:
            return reference
        compared = employer_key(name)
        return self._references.get(compared) or self._spellings.get(compared, name)


def needs_references(readings: Iterable[StoredReading]) -> bool:
    """Whether one of these has an employer's name alone, so that what the person's other documents print counts."""
    return any(name and not _reference(text) for text, name in map(_printed, readings))


_Printed = tuple[str | None, str | None]
"""PAYE reference and employer's name: most documents of a person print the same."""


def _printed(reading: StoredReading) -> _Printed:
    return reading.values.get("paye_reference"), reading.values.get("employer_name") or None


def _reference(text: str | None) -> str | None:
    try:
        return PayeReference.parse(text).value if text else None
    except InvalidIdentifier:
        return None
