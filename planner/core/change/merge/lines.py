"""Three-way merge of sequences: what both sides made of the stretches between what all three have in common."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

Item = TypeVar("Item", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Item]):
    """A stretch of three sequences: what each has there; ``merged`` is None where the two sides cannot be joined."""

    base: Sequence[Item]
    ours: Sequence[Item]
    theirs: Sequence[Item]

    @property
    def merged(self) -> Sequence[Item] | None:
        """What becomes of the stretch, if only one side changed it or both did the same."""
        if self.ours in (self.theirs, self.base):
            return self.theirs
        return self.ours if self.theirs == self.base else None


def stretches(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item]) -> Iterator[Stretch[Item]]:
    """Cut three sequences where all of them agree, as diff3 does (Khanna, Kunal and Pierce 2007)."""
    at = (0, 0, 0)
    for place, in_ours, in_theirs, size in _common(base, ours, theirs):
        if (place, in_ours, in_theirs) != at:
            yield Stretch(base[at[0] : place], ours[at[1] : in_ours], theirs[at[2] : in_theirs])
        if size:
            same = base[place : place + size]
            yield Stretch(same, same, same)
        at = (place + size, in_ours + size, in_theirs + size)


def _common(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (in base, in ours, in theirs, length) of what all three have, and the ends of all at last."""
    one = _blocks(base, ours)
    two = _blocks(base, theirs)
    at = other = 0
    while at < len(one) and other < len(two):
        first, in_ours, length = one[at]
        second, in_theirs, size = two[other]
        start, stop = max(first, second), min(first + length, second + size)
        if start < stop:
            yield start, in_ours + start - first, in_theirs + start - second, stop - start
        if first + length < second + size:
            at += 1
        else:
            other += 1
    yield len(base), len(ours), len(theirs), 0


def _blocks(one: Sequence[Item], two: Sequence[Item]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]


def joined(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item]) -> list[Item] | None:
    """Merge sequences in which both sides may add at the same place, such as comments; None where they clash.

    What both added is kept once; of two different additions, the one that comes first in the order of its items does.
    """
    made: list[Item] = []
    for stretch in stretches(base, ours, theirs):
        merged = stretch.merged
        if merged is None and not stretch.base:
            one, two = sorted((list(stretch.ours), list(stretch.theirs)), key=_order)
            merged = one + [item for item in two if item not in one or not str(item).strip()]
        if merged is None:
            return None
        made += merged
    return made


def _order(items: Sequence[Item]) -> list[str]:
    return [text for item in items if (text := str(item)).strip()]


def split(text: str) -> list[str]:
    """Cut a text into lines, each with its line feed; no other character ends one."""
    *whole, last = text.split("\n")
    return [line + "\n" for line in whole] + ([last] if last else [])
