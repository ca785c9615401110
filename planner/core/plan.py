"""One strategy, spelled out: what is done on every path that it makes reachable."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Key = TypeVar("Key")


@dataclass(frozen=True, eq=False)
class Plan:
    """A strategy as an acyclic graph; point 0 is its beginning.

    A point is a state together with what is done from there on. A state that is decided in one way whatever path leads
    there is one point, else several.

    Attributes:
        state: for each point its state, in topological order.
        slots: for each point the unfolded edges that it follows: the option that is taken, or the possible branches.
        ahead: for each of these edges the point it leads to.
    """

    state: Sequence[int]
    slots: Sequence[Sequence[int]] = field(repr=False)
    ahead: Sequence[Sequence[int]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.state)

    def reach(self, p: Sequence[float]) -> list[float]:
        """Return the probability of reaching each point; ``p`` holds one for each unfolded edge, 1 for options."""
        found = [0.0] * len(self)
        found[0] = 1.0
        for at, (slots, ahead) in enumerate(zip(self.slots, self.ahead, strict=True)):
            for slot, to in zip(slots, ahead, strict=True):
                found[to] += found[at] * p[slot]
        return found


def expand(start: int, key: Key, step: Callable[[int, Key], Sequence[tuple[int, Key]]], target: Sequence[int]) -> Plan:
    """Spell out a strategy.

    Args:
        start: the state at which it begins.
        key: which of the ways to go on from there it takes.
        step: from a state and a key to the edges that are followed there, each with the key at the state it leads to.
        target: for each unfolded edge the state it leads to.
    """
    known = {(start, key): 0}
    waiting = [(start, 0)]
    keys = [key]
    order: list[int] = []
    states: list[int] = []
    edges: list[list[tuple[int, int]]] = []
    while waiting:  # states grow along every edge, so the smallest is complete
        state, number = heappop(waiting)
        order.append(number)
        states.append(state)
        found = []
        for slot, following in step(state, keys[number]):
            place = (target[slot], following)
            there = known.get(place)
            if there is None:
                there = known[place] = len(keys)
                keys.append(following)
                heappush(waiting, (target[slot], there))
            found.append((slot, there))
        edges.append(found)
    position = [0] * len(order)
    for at, number in enumerate(order):
        position[number] = at
    return Plan(
        state=states,
        slots=[[slot for slot, _ in found] for found in edges],
        ahead=[[position[number] for _, number in found] for found in edges],
    )
