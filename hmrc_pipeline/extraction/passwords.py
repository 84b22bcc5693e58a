"""The passwords to try on locked PDFs. They stay in memory: no registry, log or message holds one.

A layout names a pattern, never a password: which values of a person its employer makes one from. Whose values those
are is told by the caller, who knows people.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from hmrc_pipeline.problems import Problem

__all__ = ["Holder", "NotAPattern", "Pattern", "passwords_of", "read_passwords"]

_MOST: Final = 20_000
_PIECE: Final = re.compile(r"\{([^{}]*)\}")
_VALUES: Final = ("surname", "forename", "nino")
_CHANGES: Final[dict[str, Callable[[str], str]]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.capitalize,
    "digits": lambda text: "".join(letter for letter in text if letter.isdigit()),
}


class NotAPattern(ValueError):
    """A text is no pattern of passwords; the message says what it may hold."""


@dataclass(frozen=True, repr=False)
class Holder:
    """What a pattern may use of a person: parts of the name in clear, and the NINO. Never stored, never shown."""

    surname: str | None = None
    forename: str | None = None
    nino: str | None = None

    @classmethod
    def of(cls, name: str | None, nino: str | None) -> "Holder":
        """The holder of a name written as `Jo Ashgrove` or `Ashgrove, Jo`; titles belong to nobody's password."""
        last, comma, first = (name or "").partition(",")
        words = [word for word in (f"{first} {last}" if comma else last).split() if _plain(word) not in _TITLES]
        forename = words[0] if len(words) > 1 else None
        return cls(words[-1] if words else None, forename, nino)


_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof"})


@dataclass(frozen=True)
class Pattern:
    """How an employer makes passwords: `{surname:upper:4}{nino:digits:-4}` is four letters and the last four figures.

    In braces stands a value (surname, forename, nino), then changes in order: upper, lower, title, digits, or a
    number of characters from the front, with a minus from the end. What stands outside braces is taken as it is.
    """

    text: str
    pieces: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = tuple(tuple(part.strip() for part in piece.split(":")) for piece in _PIECE.findall(self.text))
        if not found or re.search(r"[{}]", _PIECE.sub("", self.text)):
            raise NotAPattern("write values in braces, as in {surname:upper:4}{nino:digits:-4}")
        for value, *changes in found:
            if value not in _VALUES:
                raise NotAPattern(f"{{{value}}} is not known of a person: {', '.join(_VALUES)} are")
            if not all(change in _CHANGES or re.fullmatch(r"-?[1-9]\d?", change) for change in changes):
                raise NotAPattern(f"{{{value}}} is followed by one of {', '.join(_CHANGES)}, or a number of characters")
        object.__setattr__(self, "pieces", found)

    def password_of(self, holder: Holder) -> str | None:
        """The password of this person, None where a value of it is not known."""
        made = []
        for value, *changes in self.pieces:
            text = getattr(holder, value)
            for change in changes if text else ():
                text = _changed(text, change)
            if not text:
                return None
            made.append(text)
        parts = iter(made)
        return _PIECE.sub(lambda _: next(parts), self.text)


def passwords_of(patterns: Iterable[str], holders: Iterable[Holder]) -> tuple[str, ...]:
    """Every person's password by every pattern, each once, at most 20,000. Raises `NotAPattern`."""
    known = [Pattern(text) for text in dict.fromkeys(patterns)]
    return tuple(islice(dict.fromkeys(_made(known, holders)), _MOST)) if known else ()


def read_passwords(*files: Path | None) -> tuple[str, ...]:
    """One password a line, in order, each once; empty lines are left out. Raises `Problem` for a file not there."""
    found: list[str] = []
    for file in files:
        if file is not None:
            try:
                found += file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                raise Problem(f"the file of PDF passwords, {file}, cannot be read") from None
    return tuple(dict.fromkeys(line for line in found if line.strip()))


def _made(patterns: Iterable[Pattern], holders: Iterable[Holder]) -> Iterator[str]:
    for holder in holders:
        for pattern in patterns:
            if (password := pattern.password_of(holder)) is not None:
                yield password


def _changed(text: str, change: str) -> str:
    if change in _CHANGES:
        return _CHANGES[change](text)
    count = int(change)
    return text[count:] if count < 0 else text[:count]


def _plain(word: str) -> str:
    return word.strip(".").casefold()
