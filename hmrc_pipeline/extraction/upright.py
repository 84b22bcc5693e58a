"""Words that run up or down the side of a block, as the titles of pre-printed forms do: no words of any row.

Whole words as the page displays them; a page laid on its side is for `words`.
"""

from collections.abc import Sequence
from typing import Final

from hmrc_pipeline.extraction.model import Box, Word

__all__ = ["without_upright"]

_NARROW: Final = frozenset("iIjJlftr1.,:;'|!()[]/-")
_WIDE: Final = 3
"""So many letters that are not narrow are wider than high in any type, unless they run up or down."""
_TALL: Final = 1.4
_SHORT: Final = 1.1
_SAME, _NEXT = 1.0, 0.9
"""Words of one title: how far apart their edges are in points, and the words in widths of a line."""


def without_upright(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a page that stand in rows."""
    sure = [word for word in words if _is_upright(word)] + _letters(words)
    if not sure:
        return words
    tall = [word for word in words if _is_tall(word.box, _SHORT) and len(word.text) > 1]
    titles = {id(word) for word in sure}
    while more := [w for w in tall if id(w) not in titles and any(_adjoins(w, s) for s in tall if id(s) in titles)]:
        titles.update(id(word) for word in more)
    return [word for word in words if id(word) not in titles]


def _is_tall(box: Box, times: float) -> bool:
    return box.bottom - box.top > times * (box.x1 - box.x0)


def _is_upright(word: Word) -> bool:
    return _is_tall(word.box, _TALL) and sum(letter not in _NARROW for letter in word.text) >= _WIDE


def _letters(words: Sequence[Word]) -> list[Word]:
    """Letters set apart that lie on their side, each wider than high, several of them one above the other."""
    lying = [word for word in words if len(word.text) == 1 and word.text.isalpha() and _is_lying(word.box)]
    return [word for word in lying if sum(_adjoins(word, other) for other in lying) > 1] if len(lying) > _WIDE else []


def _is_lying(box: Box) -> bool:
    return box.x1 - box.x0 > _SHORT * (box.bottom - box.top)


def _adjoins(word: Word, other: Word) -> bool:
    """Whether two words are neighbours in one line that runs up or down."""
    one, two = word.box, other.box
    if abs(one.x0 - two.x0) > _SAME or abs(one.x1 - two.x1) > _SAME:
        return False
    return max(one.top - two.bottom, two.top - one.bottom) <= _NEXT * (one.x1 - one.x0)
