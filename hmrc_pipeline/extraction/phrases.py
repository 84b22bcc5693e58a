"""Phrases of whole words looked for in a text: found by their first words, not tried one by one.

Most labels of a page hold the first word of no phrase at all. Which phrases mean what belongs to `labels` and `kinds`.
"""

from collections.abc import Iterable, Iterator

__all__ = ["Phrases"]


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
