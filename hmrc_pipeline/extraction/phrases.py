"""Phrases of whole words: looked for in a text, taken off a label.

They are found by their first words, not tried one by one: most labels of a page hold the first word of none. Which
phrases mean what belongs to `labels` and `kinds`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

__all__ = ["CUT", "Ends", "Phrases", "strip_anywhere", "strip_start", "without_unit", "without_year"]

CUT: Final = 12
"""A label with at least so many letters may have been cut off by a narrow column."""
_TAX_YEAR: Final = re.compile(r" (?:20)?\d\d (?:20)?\d\d$")
"""`2024-25` or `2024/2025` at the end of a title."""


class Phrases:
    """A list of phrases in the spelling of the data files; texts are given in that spelling too."""

    __slots__ = ("_by_first",)

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for phrase in phrases:
            self._by_first.setdefault(phrase.split(" ")[0], []).append(phrase)

    def found_in(self, text: str) -> Iterator[str]:
        """Each phrase that whole words of the text spell, once."""
        padded = f" {text} "
        for first in self._by_first.keys() & text.split(" "):
            for phrase in self._by_first[first]:
                if phrase == first or f" {phrase} " in padded:
                    yield phrase

    def any_in(self, text: str) -> bool:
        """Whether whole words of the text spell any of the phrases."""
        return not self._by_first.keys().isdisjoint(text.split(" ")) and any(True for _ in self.found_in(text))


class Ends:
    """Phrases that may stand at either end of a label, the longest first."""

    __slots__ = ("_beginnings", "_firsts", "_phrases")

    def __init__(self, phrases: Sequence[tuple[str, ...]]) -> None:
        self._phrases = phrases
        self._firsts = frozenset(phrase[0] for phrase in phrases)
        lasts = {phrase[-1] for phrase in phrases}
        self._beginnings = frozenset(last[:size] for last in lasts for size in range(1, len(last) + 1))

    def strip(self, words: list[str]) -> bool:
        """Take them off either end of the words, or what a narrow column left of them; whether one was there."""
        if not words or (words[0] not in self._firsts and words[-1] not in self._beginnings):
            return False
        found = False
        for phrase in self._phrases:
            if phrase[0] != words[0] and not phrase[-1].startswith(words[-1]):
                continue
            size = len(phrase)
            if len(words) > size and (tuple(words[-size:]) == phrase or _is_cut(words, phrase)):
                del words[-size:]
                found = True
            elif len(words) > size and tuple(words[:size]) == phrase and phrase[-1] != "total":
                del words[:size]
                found = True
        return found


def strip_start(words: list[str], phrases: Iterable[Sequence[str]]) -> None:
    """Take the first of the phrases that fits off the start: `Less: PAYE` and `Add back: PAYE` speak of PAYE."""
    for phrase in phrases:
        if len(words) > len(phrase) and tuple(words[: len(phrase)]) == phrase:
            del words[: len(phrase)]
            return


def strip_anywhere(words: list[str], marks: Set[str]) -> bool:
    """Take some words out wherever they stand, unless nothing were left; whether one was there."""
    kept = [word for word in words if word not in marks]
    if len(kept) == len(words) or not kept:
        return False
    words[:] = kept
    return True


def without_year(label: str) -> str:
    """A label without the tax year it ends in: `2024 25`, as `2024-25` is spelt there."""
    return _TAX_YEAR.sub("", label) if label[-1:].isdigit() else label


def without_unit(label: str) -> str:
    """A label without the unit of money at either end: `Amount (GBP)`, `Net pay in GBP`."""
    if "gbp" not in label or label == "gbp":
        return label
    return label.removeprefix("gbp ").removesuffix(" gbp").removesuffix(" in")


def _is_cut(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words end in the phrase but for some of the letters of its last word."""
    size = len(phrase)
    same = size > 1 and tuple(words[-size:-1]) == phrase[:-1] and phrase[-1].startswith(words[-1])
    return same and len(" ".join(words)) >= CUT
