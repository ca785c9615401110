"""The order of states and edges in which one sweep of NumPy calls folds a tree back.

States are ordered by height, the root first and the ends of all paths last. What is folded back at once is a *part*:

- a *block*: states of one height with the same decider and degree. Its edges are stored slot by slot, so they are
  a dense ``(degree, states)`` view, and a block costs a handful of NumPy calls however many states it has;
- a *run*: what is too small for a block, folded back in plain Python; its edges are stored state by state. One
  NumPy call a level would be the trap on narrow trees;
- a *chain*: a long line of states, each with ends beside the one way on. All of it has one height here. The line
  is cut into lanes that are folded back side by side (`planner.core.spine`), and its states are stored row by row
  across the lanes: state ``lane * rows + row`` of the line stands in row ``row``. Each row is made of blocks.

Every edge leads to a later state, but for the way on within a chain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCK_EDGES = 48  # below this a plain loop beats the NumPy calls of a block
NARROW = 48  # states of one height; where there are more, blocks beat chains
CHAIN = 64  # shorter lines are left to runs and blocks
LANES = 512  # states of a chain part at least: below, a plain loop is as fast
ROW_COST = 80  # the NumPy calls of a row take as long as joining this many lanes
PERIODS = 12  # the longest pattern of alternating states that rows are fitted to

BLOCK, RUN, LINE, REMAINDER = 0, 1, 2, 3
UNSEEN = np.iinfo(np.int32).max

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of states that is folded back at once.

    Attributes:
        first_state: where its states begin.
        states: how many there are.
        first_edge: where its edges begin.
        edges: how many there are.
        degree: of each state of a block; None in runs and chains.
        decider: of a block, the number of its states' decider.
        straight: of a block, the first target of each slot if the targets of every slot are consecutive; in a chain -1
            for the slots whose targets are not.
        rows: of a chain, the blocks of each row.
        link: of a block in a chain, the slot that is the way on.
        lanes: of a block in a chain, the lane of each state; None if it holds all lanes in their order.
        tails: of a block in a chain, the states from which the way on leads out of the chain.
    """

    first_state: int
    states: int
    first_edge: int
    edges: int
    degree: int | None = None
    decider: int = -1
    straight: tuple[int, ...] | None = None
    rows: tuple[tuple[Part, ...], ...] = ()
    link: int = -1
    lanes: Ints | None = None
    tails: Ints | None = None

    @property
    def blocks(self) -> Iterator[Part]:
        """The blocks of a chain; the part itself otherwise."""
        if not self.rows:
            yield self
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Layout:
    """States and edges in their new order; see `planner.core.tree.Tree` for the fields."""

    origin: Ints
    edge_origin: Ints
    first_edge: Ints
    target: Ints
    parts: tuple[Part, ...]
    ends: int


def lay_out(decider: NDArray[np.integer], first_edge: Ints, target: Ints) -> Layout:
    """Order states and edges.

    Args:
        decider: for each state, who settles what happens there.
        first_edge: offsets into ``target``, one more than states.
        target: for each edge the state it leads to.

    Raises:
        ValueError: the graph has a cycle.
    """
    return _Layouter(decider, first_edge, target).run()


class _Layouter:
    def __init__(self, decider: NDArray[np.integer], first_edge: Ints, target: Ints) -> None:
        self.decider, self.first_edge, self.target = decider, first_edge, target
        self.degree = np.diff(first_edge)
        self.count = len(decider)
        self.ends = self.count - int(np.count_nonzero(self.degree == 0))
        self.edge_origin = np.empty(len(target), np.int32)
        self.first = np.empty(self.ends, np.int32)
        self.seen = np.full(self.count, UNSEEN, np.int32)  # where the first edge into a state stands
        self.edge = 0

    def run(self) -> Layout:
        height, self.link = _heights(self.first_edge, self.target, self.degree)
        order, kind = self.order(height)
        keys = np.stack((kind, height[order], self.decider[order], self.degree[order]))
        keys[2:, kind != BLOCK] = 0
        keys[1, (kind == RUN) | (kind == REMAINDER)] = -1  # runs go on over several heights
        kinds = np.where(kind == REMAINDER, RUN, kind)
        keys[0] = kinds
        changes = np.flatnonzero(np.any(np.diff(keys, axis=1) != 0, axis=0)) + 1
        parts: list[Part] = []
        for start, stop in pairwise([0, *changes.tolist(), self.count]):
            if start >= self.ends:
                order[start:stop] = self.in_order_of_arrival(order[start:stop])
            elif kinds[start] == BLOCK:
                order[start:stop] = ids = self.in_order_of_arrival(order[start:stop])
                parts.append(self.block(start, ids))
            elif kinds[start] == LINE:
                parts.append(self.chain(start, order[start:stop]))
            else:
                parts.append(self.a_run(start, order[start:stop]))
        position = inverse(order)
        laid = position[self.target[self.edge_origin]]
        straight = tuple(_straightened(part, laid) for part in parts)
        return Layout(order, self.edge_origin, self.first, laid, straight, self.ends)

    def order(self, height: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int8]]:
        """Sort states by height: blocks, then runs, then chains with what is left of them; say which is which."""
        degree, decider = self.degree, self.decider
        lines, rank = self.lines(height)
        grouped = np.lexsort((degree, decider, lines, -height))
        keys = np.stack((height[grouped], lines[grouped], decider[grouped], degree[grouped]))
        bounds = np.flatnonzero(np.any(np.diff(keys, axis=1) != 0, axis=0)) + 1
        sizes = np.diff(np.concatenate(([0], bounds, [self.count])))
        kind = np.empty(self.count, np.int8)
        kind[grouped] = np.where(np.repeat(sizes, sizes) * keys[3] >= BLOCK_EDGES, BLOCK, RUN)
        kind[degree == 0] = BLOCK
        kind[lines != 0] = lines[lines != 0]
        alike = kind != BLOCK
        order = np.lexsort((rank, np.where(alike, 0, degree), np.where(alike, 0, decider), kind, -height))
        return order.astype(np.int32), kind[order]

    def lines(self, height: NDArray[np.int32]) -> tuple[NDArray[np.int8], Ints]:
        """Return which states form chains, and the rank by which those of one height are stored."""
        kind, rank = np.zeros(self.count, np.int8), np.arange(self.count, dtype=np.int32)
        self.shapes: dict[int, tuple[int, int]] = {}
        by_height: dict[int, list[int]] = {}
        for each in self.link.lines:
            by_height.setdefault(int(height[each[0]]), []).extend(each)
        for level, states in by_height.items():
            line: Ints = np.array(states, np.int32)
            rank[line] = np.arange(len(line))
            kind[line] = RUN
            if len(line) < LANES:
                continue
            rows = self.rows(line)
            lanes = len(line) // rows
            inside = np.arange(rows * lanes)
            kind[line[: len(inside)]] = LINE
            kind[line[len(inside) :]] = REMAINDER
            rank[line[: len(inside)]] = inside % rows * lanes + inside // rows
            self.shapes[level] = rows, lanes
        self.height = height
        return kind, rank

    def rows(self, line: Ints) -> int:
        """Return into how many rows a line is cut: a multiple of its period, balancing rows and lanes."""
        keys = self.shape(line)
        breaks = [int(np.any(keys[:, n:] != keys[:, :-n], axis=0).sum()) for n in range(1, PERIODS)]
        period = 1 + breaks.index(min(breaks))
        shapes = len(np.unique(keys, axis=1).T) if min(breaks) > len(line) / 10 else 1
        rows = int((len(line) / (ROW_COST * shapes)) ** 0.5)
        return max(period, rows // period * period)

    def shape(self, line: Ints) -> Ints:
        """Return what states of a block in a chain have in common: decider, degree and the slot of the way on."""
        return np.stack((self.decider[line], self.degree[line], self.link.edge[line] - self.first_edge[line]))

    # --- parts ---------------------------------------------------------------------------------------------

    def in_order_of_arrival(self, ids: Ints) -> Ints:
        """Sort states by the first edge that leads to them, so that targets stand in the order of edges."""
        return ids[np.argsort(self.seen[ids], kind="stable")]

    def block(self, start: int, ids: Ints) -> Part:
        degree = int(self.degree[ids[0]])
        edges = (self.first_edge[ids] + np.arange(degree, dtype=np.int32)[:, None]).ravel()
        first = self.take(edges)
        self.first[start : start + len(ids)] = first + np.arange(len(ids), dtype=np.int32)
        return Part(start, len(ids), first, len(edges), degree, int(self.decider[ids[0]]))

    def a_run(self, start: int, ids: Ints) -> Part:
        degrees = self.degree[ids]
        offsets = np.cumsum(degrees, dtype=np.int32) - degrees
        edges = np.repeat(self.first_edge[ids] - offsets, degrees) + np.arange(degrees.sum(), dtype=np.int32)
        first = self.take(edges)
        self.first[start : start + len(ids)] = first + offsets
        return Part(start, len(ids), first, len(edges))

    def chain(self, start: int, ids: Ints) -> Part:
        """Make the rows of a chain of its blocks; ``ids`` is brought into their order."""
        rows, lanes = self.shapes[int(self.height[ids[0]])]
        leaves = ~self.link.goes_on[ids]
        leaves[-1] = True  # what is left of the line stands behind the chain
        made, edge, at = [], self.edge, 0
        for row in range(rows):
            states = ids[row * lanes : (row + 1) * lanes].copy()
            shapes, heads, which = np.unique(self.shape(states), axis=1, return_index=True, return_inverse=True)
            blocks = []
            for number in np.argsort(heads).tolist():  # the head of the line stays first
                mine = np.flatnonzero(which.ravel() == number).astype(np.int32)
                ids[at : at + len(mine)] = states[mine]
                tails = np.flatnonzero(leaves[row * lanes + mine]).astype(np.int32)
                blocks.append(
                    replace(
                        self.block(start + at, states[mine]),
                        link=int(shapes[2, number]),
                        lanes=mine if len(mine) < lanes else None,
                        tails=tails if len(tails) else None,
                    )
                )
                at += len(mine)
            made.append(tuple(blocks))
        return Part(start, len(ids), edge, self.edge - edge, rows=tuple(made))

    def take(self, edges: Ints) -> int:
        """Give edges the next places; return the first of them."""
        first = self.edge
        self.edge_origin[first : first + len(edges)] = edges
        reached = self.target[edges]
        new = np.flatnonzero(self.seen[reached] == UNSEEN)[::-1]
        self.seen[reached[new]] = first + new
        self.edge += len(edges)
        return first


def inverse(order: Ints) -> Ints:
    """Return the inverse of a permutation."""
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    return position


def _straightened(part: Part, target: Ints) -> Part:
    """Note the first targets of slots that lead to consecutive states, so that no gather is needed."""
    if part.rows:
        return replace(part, rows=tuple(tuple(_straightened(one, target) for one in row) for row in part.rows))
    if part.degree is None:
        return part
    block = target[part.first_edge : part.first_edge + part.edges].reshape(part.degree, part.states)
    even = np.all(block[:, 1:] - block[:, :-1] == 1, axis=1)
    if part.link < 0 and not np.all(even):
        return part
    return replace(part, straight=tuple(np.where(even, block[:, 0], -1).tolist()))


# --- heights --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Links:
    """The lines of a graph, the edge that is the way on from each state, and whether its target is on the line too."""

    lines: Sequence[Sequence[int]]
    edge: Ints
    goes_on: NDArray[np.bool_]


def _heights(first_edge: Ints, target: Ints, degree: Ints) -> tuple[Ints, _Links]:
    """Return for each state the longest way to an end, a line of states counting as one step; and the lines."""
    count = len(degree)
    first, to = first_edge.tolist(), target.tolist()
    sources = np.repeat(np.arange(count, dtype=np.int32), degree)
    forward = not np.any(target <= sources)
    order: Sequence[int] = range(count) if forward else _topological(count, first, to)
    height = [0] * count
    for state in reversed(order):
        start, stop = first[state], first[state + 1]
        if stop > start:
            height[state] = 1 + max([height[end] for end in to[start:stop]])
    links, following = _find_lines(np.array(height, np.int32), sources, target, degree)
    if links.lines:
        for state in reversed(order):
            start, stop = first[state], first[state + 1]
            if following[state] >= 0:
                height[state] = height[following[state]]
            elif stop > start:
                height[state] = 1 + max([height[end] for end in to[start:stop]])
    return np.array(height, np.int32), links


def _find_lines(height: Ints, sources: Ints, target: Ints, degree: Ints) -> tuple[_Links, list[int]]:
    """Find lines of at least `CHAIN` states where the tree is narrow; and each state's next one on its line, or -1."""
    count = len(degree)
    inner = degree > 0
    onward = np.flatnonzero(inner[target])  # edges that lead to no end
    widths = np.bincount(height[inner]) if np.any(inner) else np.zeros(1, np.int64)
    single = inner & (np.bincount(sources[onward], minlength=count) == 1) & (widths[height] < NARROW)
    edge, following = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    onward = onward[single[sources[onward]]]
    edge[sources[onward]] = onward
    following[sources[onward]] = target[onward]
    before = np.full(count, -1, np.int32)
    states = np.flatnonzero(single)
    states = states[single[following[states]]]
    before[following[states]] = states  # of several states that lead to one, the last is on its line
    follows = before[following[states]] == states
    goes_on = np.zeros(count, np.bool_)
    goes_on[states[follows]] = True
    kept, lines = np.zeros(count, np.bool_), []
    ahead, more = following.tolist(), goes_on.tolist()
    for head in np.flatnonzero(single & (before < 0)).tolist():
        line = [head]
        while more[line[-1]]:
            line.append(ahead[line[-1]])
        if len(line) >= CHAIN:
            lines.append(line)
            kept[line] = True
    goes_on &= kept
    return _Links(lines, edge, goes_on), np.where(goes_on, following, -1).tolist()


def _topological(count: int, first: list[int], target: list[int]) -> list[int]:
    """Return the states in topological order (Kahn 1962)."""
    waiting = [0] * count
    for end in target:
        waiting[end] += 1
    order = [state for state in range(count) if not waiting[state]]
    for state in order:
        for end in target[first[state] : first[state + 1]]:
            waiting[end] -= 1
            if not waiting[end]:
                order.append(end)
    if len(order) < count:
        raise ValueError("the graph has a cycle")
    return order
