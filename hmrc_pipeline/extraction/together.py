"""Things that belong together because they share something, directly or through others."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

__all__ = ["together"]

Thing = TypeVar("Thing")


def together(things: Sequence[Thing], keys_of: Callable[[Thing], Iterable[object]]) -> list[list[Thing]]:
    """The groups of things that share keys, in the order of their first; every thing is in one group."""
    places: dict[object, list[Thing]] = defaultdict(list)
    keys = {id(thing): list(keys_of(thing)) for thing in things}
    for thing in things:
        for key in keys[id(thing)]:
            places[key].append(thing)
    left = {id(thing) for thing in things}
    groups: list[list[Thing]] = []
    for thing in things:
        if id(thing) not in left:
            continue
        left.remove(id(thing))
        group, grown = [thing], [thing]
        while grown:
            for key in keys[id(grown.pop())]:
                fresh = [each for each in places.pop(key, ()) if id(each) in left]
                left.difference_update(map(id, fresh))
                group.extend(fresh)
                grown.extend(fresh)
        groups.append(group)
    return groups
