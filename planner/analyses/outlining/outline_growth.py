"""Which part of an unfolded scenario is drawn: all of a small one, the weightiest part of a large one.

A scenario is a graph in which paths meet again. Its outline is a tree: a state that several paths reach is drawn once,
where the strategy comes by, and the other paths refer to it, unless they are to repeat it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.unfold import Unfolded

MANY = 1_000_000
_REJECTED = math.log(0.2)  # how much less an option that is not taken counts, when it comes to what is drawn
_IMPOSSIBLE = -1e9


@dataclass(slots=True)
class Bud:
    """A drawn state and the unfolded edge that leads to it.

    Attributes:
        state: the state.
        slot: the unfolded edge; -1 at the start.
        parent: the bud before it; -1 at the start.
        depth: how many edges lead to it from the start.
        weight: logarithm of how much it counts.
        reached: whether the strategy can come here on this path.
        children: buds of the states that follow; empty where it ends, is folded, or refers to another bud.
    """

    state: int
    slot: int
    parent: int
    depth: int
    weight: float
    reached: bool
    children: Sequence[int] = field(default=())


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is drawn: edges from the start, rows in all (None for all), and whether shared states are repeated."""

    depth: int | None = None
    rows: int | None = None
    expand: bool = False


class TooManyRows(Exception):  # noqa: N818 - it says what happened
    """More than ``MANY`` rows, which nobody reads."""


class Growth:
    """Draws the weightiest states first until the limits are met.

    Args:
        unfolded: the states.
        p: for each unfolded edge its probability; 1 on options.
        follows: the same under the strategy.
        start: where the outline begins.
        limits: how much is drawn.
    """

    def __init__(
        self, unfolded: Unfolded, p: Sequence[float], follows: Sequence[float], start: int, limits: Limits
    ) -> None:
        self.first, self.target = unfolded.first_edge.tolist(), unfolded.target.tolist()
        self.p, self.follows, self.limits = p, follows, limits
        self.buds = [Bud(start, -1, -1, 0, 0.0, reached=True)]
        self.drawn: dict[int, int] = {}  # the bud behind which a state's future is drawn
        self.on_course = self._on_course(start)

    def run(self) -> tuple[list[Bud], list[int]]:
        """Return the buds, and their order as a reader meets them, parents first.

        Raises:
            TooManyRows: there are more than a million.
        """
        waiting = [(0.0, 0)]
        put_off: list[tuple[float, int]] | None = []  # the strategy comes to these states on another path
        while waiting:
            entry = heappop(waiting)
            bud = self.buds[entry[1]]
            if self._may_grow(entry[1]):
                if put_off is not None and not (bud.reached or self.limits.expand) and self.on_course[bud.state]:
                    put_off.append(entry)
                else:
                    self._grow(entry[1])
                    for at in bud.children:
                        heappush(waiting, (-self.buds[at].weight, at))
            if not waiting and put_off:
                waiting, put_off = put_off, None  # that path is folded before it comes there, so draw them here
                heapify(waiting)
        return self.buds, self._in_order()

    def _may_grow(self, at: int) -> bool:
        bud, limits = self.buds[at], self.limits
        edges = self.first[bud.state + 1] - self.first[bud.state]
        if not edges or (limits.depth is not None and bud.depth >= limits.depth):
            return False
        if bud.state in self.drawn and not limits.expand:
            return False
        return not at or limits.rows is None or len(self.buds) + edges <= limits.rows

    def _grow(self, at: int) -> None:
        """Draw the edges of a state."""
        bud = self.buds[at]
        self.drawn.setdefault(bud.state, at)
        before = len(self.buds)
        for slot in range(self.first[bud.state], self.first[bud.state + 1]):
            p, goes = self.p[slot], self.follows[slot] > 0
            weight = bud.weight + (math.log(p) + (0.0 if goes else _REJECTED) if p > 0 else _IMPOSSIBLE)
            self.buds.append(Bud(self.target[slot], slot, at, bud.depth + 1, weight, reached=bud.reached and goes))
        if len(self.buds) > MANY:
            raise TooManyRows
        bud.children = range(before, len(self.buds))

    def _on_course(self, start: int) -> list[bool]:
        """Say for each state whether the strategy can come to it from the start."""
        reached = [False] * (len(self.first) - 1)
        reached[start] = True
        for state in range(start, len(reached)):
            if reached[state]:
                for slot in range(self.first[state], self.first[state + 1]):
                    if self.follows[slot] > 0:
                        reached[self.target[slot]] = True
        return reached

    def _in_order(self) -> list[int]:
        order, stack = [], [0]
        while stack:
            at = stack.pop()
            order.append(at)
            stack.extend(reversed(self.buds[at].children))
        return order
