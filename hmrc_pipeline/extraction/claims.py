"""Claims: a value some phrase may give a particular, and which of the places around a caption its block uses.

A form sets all values of a block on the same side of their captions. The captions whose values have a form of their
own (a date, a tax code) tell that side; those that would take any word (a name, a number) follow it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hmrc_pipeline.extraction.layout import joined_box
from hmrc_pipeline.extraction.model import Box, Figure, Word
from hmrc_pipeline.extraction.together import together

__all__ = ["SURE", "Asked", "Claim", "decide", "figure_of"]

_WAYS: Final = ("right", "below", "above")
SURE: Final = frozenset(
    {"ni_number", "ni_number_and_letter", "pay_date", "pay_date_weak", "not_pay_date", "tax_code", "paye_reference"}
    | {"ni_letter", "tax_basis", "pay_frequency"}
)
"""Particulars whose grammar hardly any other word meets."""
_SURE_VOTES: Final = 4


@dataclass(slots=True, unsafe_hash=True)
class Claim:
    """A value some phrase may give a field; `rank` 0 is best."""

    field: str
    value: str
    words: tuple[Word, ...]
    label: str | None
    label_box: Box | None
    relation: str
    rank: int
    caption: str = ""


def figure_of(claim: Claim, *, confidence: float = 1.0) -> Figure:
    """The claim as a figure."""
    return Figure(
        claim.field, claim.value, " ".join(w.text for w in claim.words), claim.words[0].page,
        joined_box([w.box for w in claim.words]), claim.label, claim.label_box, claim.relation,
        confidence=confidence,
    )  # fmt: skip


@dataclass(slots=True)
class Asked:
    """One caption: the claims it would make on each side, and those it makes once its block is decided."""

    name: str
    box: Box
    row: int
    offers: dict[str, list[Claim]] = field(default_factory=lambda: {"right": [], "below": [], "above": []})
    chosen: list[Claim] = field(default_factory=list)

    def gap(self, way: str) -> float:
        """How far the value stands on this side."""
        box = joined_box([word.box for word in self.offers[way][0].words])
        return max(box.x0 - self.box.x1, box.top - self.box.bottom, self.box.top - box.bottom, 0.0)


def decide(asked: Sequence[Asked]) -> None:
    """Give every caption its claims: on the side of its block; elsewhere only what no other caption takes."""
    open_ones = [each for each in asked if not each.chosen and any(each.offers.values())]
    taken = {id(word) for each in asked for claim in each.chosen for word in claim.words}
    ways = _ways_of(open_ones)
    for sure in (True, False):
        for each in open_ones:
            if (each.name in SURE) is sure:
                _choose(each, each.offers[ways[id(each)]], taken)
    for each in open_ones:
        for way in _WAYS if not each.chosen else ():
            if not each.chosen and (way != "above" or each.name in SURE):
                _choose(each, each.offers[way], taken)


def _ways_of(asked: Sequence[Asked]) -> dict[int, str]:
    """By the id of each caption the side on which its block has the values."""
    sides = {way for each in asked for way, claims in each.offers.items() if claims}
    if len(sides) == 1 and "above" not in sides:
        return dict.fromkeys(map(id, asked), sides.pop())
    return {id(each): way for block in _blocks(asked) for way in (_way_of(block),) for each in block}


def _choose(each: Asked, claims: Iterable[Claim], taken: set[int]) -> None:
    free = [claim for claim in claims if taken.isdisjoint(map(id, claim.words))]
    each.chosen.extend(free)
    for claim in free:
        taken.update(map(id, claim.words))


def _blocks(asked: Sequence[Asked]) -> list[list[Asked]]:
    """Captions of one size that share rows or edges."""

    def keys(each: Asked) -> tuple[object, ...]:
        size = round(each.box.bottom - each.box.top)
        return ("row", each.row, size), ("edge", round(each.box.x0 / 3), size)

    return together(asked, keys)


def _way_of(block: Sequence[Asked]) -> str:
    """The side on which most of a block's captions find a value of their form; of equal ones the nearer."""

    def rank(way: str) -> tuple[int, float, int]:
        those = [each for each in block if each.offers[way]]
        sure = [each for each in those if each.name in SURE]
        votes = _SURE_VOTES * len(sure) + (len(those) - len(sure) if sure or way != "above" else 0)
        gap = sum(each.gap(way) for each in those) / max(len(those), 1)
        return votes, -gap, -_WAYS.index(way)

    return max(_WAYS, key=rank)
