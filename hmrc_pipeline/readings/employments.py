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
        forms = [reading for reading in readings if reading.flows and reading.doc_type in ("payslip", "p60")]
        self._spellings: dict[str, str] = {}
        for name in sorted(name for reading in forms if (name := _name(reading))):
            self._spellings.setdefault(employer_key(name), name)
        named = {self._key(reading) for reading in forms} - {None}
        self._only = named.pop() if len(named) == 1 else None

    def of(self, reading: StoredReading) -> Employment:
        """The employment of a reading of this person and year."""
        name = _name(reading)
        key = self._key(reading) or self._only or UNNAMED_EMPLOYER
        return Employment(key, key if "/" in key and _is_reference(key) else None, name)

    def _key(self, reading: StoredReading) -> str | None:
        printed = _reference(reading)
        name = _name(reading)
        if printed or not name:
            return printed
        compared = employer_key(name)
        return self._references.get(compared) or self._spellings.get(compared, name)


def needs_references(readings: Iterable[StoredReading]) -> bool:
    """Whether one of these has an employer's name alone, so that what the person's other documents print counts."""
    return any(_name(reading) and not _reference(reading) for reading in readings)


def _name(reading: StoredReading) -> str | None:
    return reading.values.get("employer_name") or None


def _reference(reading: StoredReading) -> str | None:
    text = reading.values.get("paye_reference")
    try:
        return PayeReference.parse(text).value if text else None
    except InvalidIdentifier:
        return None


def _is_reference(text: str) -> bool:
    try:
        return PayeReference.parse(text).value == text
    except InvalidIdentifier:
        return False
