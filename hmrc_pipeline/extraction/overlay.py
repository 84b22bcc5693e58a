"""What a layout says beyond the generic rules, in force while its documents are read.

Values only; where they come from belongs to `templates`, what is done with them to the rules that ask here first.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hmrc_pipeline.extraction.labels import Meaning

__all__ = ["NOTHING", "Overlay", "in_force", "overlay", "remembered"]

_Asked = TypeVar("_Asked", bound=Hashable)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, eq=False)
class Overlay:
    """By normalised label its meaning, the particular it captions, the side of its line; date formats; the kind."""

    meanings: Mapping[str, "Meaning"] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    kind: str | None = None

    @property
    def first_words(self) -> frozenset[str]:
        return frozenset(label.split()[0] for label in self.captions)


NOTHING = Overlay()
_ACTIVE: ContextVar[Overlay] = ContextVar("overlay", default=NOTHING)


overlay: Callable[[], Overlay] = _ACTIVE.get
"""What is in force now: asked for every label, so without a step between."""


@contextmanager
def in_force(given: Overlay) -> Iterator[None]:
    """Let a layout's words count while the block runs."""
    token = _ACTIVE.set(given)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def remembered(rule: Callable[[_Asked], _Answer]) -> Callable[[_Asked], _Answer]:
    """A rule that asks a text alone, with its answers kept apart for each layout in force.

    Nearly all texts of a form come again in the next of its kind.
    """

    @lru_cache(maxsize=8192)
    def known(asked: _Asked, _: Overlay) -> _Answer:
        return rule(asked)

    @wraps(rule)
    def answer(asked: _Asked) -> _Answer:
        return known(asked, _ACTIVE.get())

    return answer
