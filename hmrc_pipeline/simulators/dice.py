"""Choices that follow from a seed alone, the same on every machine and every Python."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

__all__ = ["Dice"]

Choice = TypeVar("Choice")


class Dice:
    """A stream of choices from a seed. Two streams with the same seed and name choose alike."""

    def __init__(self, seed: int | str, name: str = "") -> None:
        self._key = f"{seed}/{name}".encode()
        self._thrown = 0

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        self._thrown += 1
        digest = hashlib.blake2b(str(self._thrown).encode(), key=self._key[:64], digest_size=8).digest()
        return low + int.from_bytes(digest, "big") % (high - low + 1)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of the choices."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """True that often of a hundred times."""
        return self.number(1, 100) <= percent

    def pounds(self, low: int, high: int) -> Decimal:
        """An amount with pence, from `low` to `high` pounds."""
        return Decimal(self.number(low * 100, high * 100)).scaleb(-2)
