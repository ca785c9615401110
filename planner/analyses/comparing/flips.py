"""Which changes turn the recommendation: those that do it alone, those without which it stays, the smallest set."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice, pairwise
from math import comb
from typing import TYPE_CHECKING

from planner.analyses.comparing.judge import Spent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.analyses.comparing.judge import Judge

Set = frozenset[int]
MOST_SIZE = 6
MOST_TRIED = 60_000  # combinations of one size
LISTED = 20


@dataclass(frozen=True)
class Flip:
    """A set of changes that turns the recommendation.

    Attributes:
        sets: sets of units that turn it, all of one size; capped.
        count: how many there are of this size; None if they were not counted.
        smallest: whether no smaller set does; otherwise only that none of its changes can be left out.
        tried: the largest size of which all combinations were tried.
        minimal: whether it is known that none of its changes can be left out.
    """

    sets: tuple[Set, ...]
    count: int | None
    smallest: bool
    tried: int
    minimal: bool = True


def flipping(judge: Judge, order: Sequence[int], turned: Callable[[Set], bool]) -> Flip | None:
    """Return the smallest sets of units that turn the recommendation, or one of which nothing can be left out.

    All combinations are tried by increasing size while that is affordable. Beyond, the changes that speak most for
    the new recommendation are taken until they turn it, and their set is cut down by delta debugging (Zeller and
    Hildebrandt 2002, algorithm ddmin): halves, quarters and so on, and what is left of them, until no single change
    can be left out.

    Args:
        judge: works combinations out; ``turned`` asks it.
        order: the units, those first that speak most for the new recommendation.
        turned: whether a combination turns the recommendation.

    Raises:
        Spent: not even that was affordable.
    """
    count = len(order)
    everything = frozenset(order)
    size = 0
    while size < min(count, MOST_SIZE):
        number = comb(count, size + 1)
        if number > MOST_TRIED or not judge.affordable(number):
            break
        try:
            found = _of_size(judge, count, size + 1, turned)
        except Spent:
            break
        size += 1
        if found:
            return Flip(tuple(found[:LISTED]), len(found), smallest=True, tried=size)
    if size >= count or not turned(everything):
        return None
    kept, done = _ddmin(judge, _beginning(order, turned), turned)
    return Flip((kept,), None, smallest=done and len(kept) == size + 1, tried=size, minimal=done)


def _beginning(order: Sequence[int], turned: Callable[[Set], bool]) -> Set:
    """Return a short beginning of an order that turns the recommendation, found by doubling and halving."""
    high = 1
    while high < len(order) and not turned(frozenset(order[:high])):
        high *= 2
    high = min(high, len(order))
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if turned(frozenset(order[:middle])):
            high = middle
        else:
            low = middle
    return frozenset(order[:high])


def _of_size(judge: Judge, count: int, size: int, turned: Callable[[Set], bool]) -> list[Set]:
    found = []
    waiting = map(frozenset, combinations(range(count), size))
    for block in _blocks(waiting, 8_192):
        judge.all(block)
        found += [each for each in block if turned(each)]
    return found


def _blocks(waiting: Iterator[Set], width: int) -> Iterator[list[Set]]:
    while block := list(islice(waiting, width)):
        yield block


def _ddmin(judge: Judge, start: Set, turned: Callable[[Set], bool]) -> tuple[Set, bool]:
    """Return a set of which no single change can be left out, as far as there is work left, and whether there was."""
    kept = sorted(start)
    parts = 2
    while len(kept) >= 2:
        chunks = _cut(kept, parts)
        subsets = [frozenset(chunk) for chunk in chunks]
        complements = [frozenset(kept) - chunk for chunk in subsets] if parts > 2 else []
        try:
            judge.all([*subsets, *complements])
        except Spent:
            return frozenset(kept), False
        smaller = next((each for each in subsets if turned(each)), None)
        if smaller is not None:
            kept, parts = sorted(smaller), 2
            continue
        smaller = next((each for each in complements if turned(each)), None)
        if smaller is not None:
            kept, parts = sorted(smaller), max(parts - 1, 2)
            continue
        if parts >= len(kept):
            break
        parts = min(2 * parts, len(kept))
    return frozenset(kept), True


def _cut(kept: Sequence[int], parts: int) -> list[Sequence[int]]:
    """Cut a list into parts of about one size."""
    ends = [round(len(kept) * part / parts) for part in range(parts + 1)]
    return [kept[start:stop] for start, stop in pairwise(ends) if stop > start]
