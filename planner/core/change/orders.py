"""Which things stand in another order: the fewest that must be moved to get from one order to the other."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def moved(before: Sequence[T], after: Sequence[T]) -> list[T]:
    """Return what must be moved in ``before`` to have the order of ``after``; what only one of them has is left out.

    What stays is a longest common subsequence, found as a longest increasing one (Fredman 1975).

    >>> moved(["a", "b", "c", "d"], ["d", "a", "b", "c"]), moved(["a", "x", "b"], ["a", "b"])
    (['d'], [])
    """
    place = {each: at for at, each in enumerate(before)}
    common = [each for each in after if each in place]
    tails: list[int] = []
    chain: list[int] = []
    previous: list[int] = [-1] * len(common)
    for at, each in enumerate(common):
        slot = bisect_left(tails, place[each])
        previous[at] = chain[slot - 1] if slot else -1
        if slot == len(tails):
            tails.append(place[each])
            chain.append(at)
        else:
            tails[slot], chain[slot] = place[each], at
    stays = set()
    at = chain[-1] if chain else -1
    while at >= 0:
        stays.add(at)
        at = previous[at]
    return [each for at, each in enumerate(common) if at not in stays]
