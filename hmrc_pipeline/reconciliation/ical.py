"""The days by which something must be done as an iCalendar file (RFC 5545) that any calendar takes in.

Which days there are belongs to `deadlines` and the findings. Nothing of a person stands in the file: no name, no
number, no employer, no amount; where it is about several people, their opaque ids.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from hmrc_pipeline.reconciliation.deadlines import SPOKEN
from hmrc_pipeline.reconciliation.explained import days_told

__all__ = ["as_ical"]

_OCTETS: Final = 75
_REMIND: Final = "-P14D"


def as_ical(people: Sequence[Mapping[str, Any]], now: datetime) -> bytes | None:
    """The days of `explained_year` still to come as a calendar: an event a day, a fortnight's notice before each.
    None without such a day: a calendar must hold something (RFC 5545, 3.4).

    An event keeps its UID from run to run, so that a calendar which takes the file in again moves it, not doubles it.
    """
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hmrc-pipeline//deadlines//EN", "CALSCALE:GREGORIAN"]
    seen: set[str] = set()
    for person in people:
        whose = person["person"] if len(people) > 1 else ""
        for entry in days_told(person["employments"]):
            if date.fromisoformat(entry["by"]) < now.date():
                continue
            event = _event(person["person"], whose, person["tax_year"], entry, stamp)
            if event[1] not in seen:  # two employers' P60s are due on one day
                seen.add(event[1])
                lines += event
    if not seen:
        return None
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(person: str, whose: str, tax_year: str, entry: Mapping[str, str], stamp: str) -> list[str]:
    name, day = entry["name"], date.fromisoformat(entry["by"])
    text = SPOKEN[name].format(year=tax_year)
    summary = f"{text} ({whose})" if whose else text
    key = hashlib.sha256(f"{person}|{tax_year}|{name}".encode()).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{key}@hmrc-pipeline",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(f'See: hmrc-pipeline explain {tax_year}')}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(summary)}",
        f"TRIGGER:{_REMIND}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for char in ("\\", ";", ","):
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterable[bytes]:
    """A content line in pieces of at most 75 octets, none of which splits a character."""
    piece, room = b"", _OCTETS
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > room:
            yield piece
            piece = b" "
        piece += octets
    yield piece
