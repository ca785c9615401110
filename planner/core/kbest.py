"""The most probable paths of an acyclic graph, found without listing the others.

The graph comes as flat arrays: edge ``e`` leads from ``source[e]`` to ``target[e]`` at the cost ``weight[e]``,
nodes are numbered so that every edge leads to a larger number, and several edges may join the same two
nodes. A path runs from ``root`` to one of ``ends``. The order of the edges in the arrays is the file order; it
decides between paths of equal cost.

Nothing here calls itself: a chain of a million nodes works.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_SCALE = 2**48
_END = -1


def log_weights(probabilities: Sequence[float]) -> list[int]:
    """Return ``-ln p`` of each probability as a whole number of units of 2**-48.

    Sums of whole numbers are exact, so two paths with the same probabilities in another order cost the
    same, and a product of ten thousand probabilities does not vanish as it does in floats.

    >>> log_weights([1.0, 0.5]) == [0, round(log(2) * 2**48)]
    True

    Raises ValueError for a probability of 0: leave out what cannot happen.
    """
    known: dict[float, int] = {}
    weights = []
    for p in probabilities:
        if p not in known:
            known[p] = max(round(-log(p) * _SCALE), 0)
        weights.append(known[p])
    return weights


def out_edges(nodes: int, source: Sequence[int], target: Sequence[int]) -> list[list[int]]:
    """Return the edges that leave each of ``nodes`` nodes, in file order.

    Raises ValueError when an edge does not lead to a larger number.
    """
    out: list[list[int]] = [[] for _ in range(nodes)]
    for edge, (start, end) in enumerate(zip(source, target, strict=True)):
        if start >= end:
            message = f"edge {edge} leads from {start} to {end}: number the nodes in topological order"
            raise ValueError(message)
        out[start].append(edge)
    return out


def count_paths(nodes: int, source: Sequence[int], target: Sequence[int], *, root: int, ends: Collection[int]) -> int:
    """Return the exact number of paths from ``root`` to ``ends``.

    One sweep over the edges in whole numbers of any size; counts that are no longer needed are dropped.

    >>> count_paths(4, [0, 0, 1, 1, 2], [1, 1, 2, 3, 3], root=0, ends=[3])
    4
    """
    out = out_edges(nodes, source, target)
    last = frozenset(ends)
    counts = [0] * nodes
    counts[root] = 1
    total = 0
    for node in range(root, nodes):
        count = counts[node]
        if not count:
            continue
        if node in last:
            total += count
        for edge in out[node]:
            counts[target[edge]] += count
        counts[node] = 0
    return total


def every_path(
    nodes: int,
    source: Sequence[int],
    target: Sequence[int],
    *,
    root: int,
    ends: Collection[int],
) -> Iterator[tuple[int, ...]]:
    """Yield every path from ``root`` to ``ends`` as edge numbers, in file order.

    Branches that miss the ends cost nothing: they are cut off beforehand.

    >>> list(every_path(3, [0, 0, 1], [1, 2, 2], root=0, ends=[2]))
    [(0, 2), (1,)]
    """
    last = frozenset(ends)
    alive = [node in last for node in range(nodes)]
    out = out_edges(nodes, source, target)
    for node in range(nodes - 1, -1, -1):
        out[node] = [edge for edge in out[node] if alive[target[edge]]]
        alive[node] = alive[node] or bool(out[node])
    if not alive[root]:
        return
    if root in last:
        yield ()
    path: list[int] = []
    waiting = [iter(out[root])]
    while waiting:
        edge = next(waiting[-1], None)
        if edge is None:
            waiting.pop()
            if path:
                path.pop()
            continue
        node = target[edge]
        path.append(edge)
        if node in last:
            yield tuple(path)
        if out[node]:
            waiting.append(iter(out[node]))
        else:
            path.pop()


def k_best(
    nodes: int,
    source: Sequence[int],
    target: Sequence[int],
    weight: Sequence[float],
    *,
    root: int,
    ends: Collection[int],
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield the paths from ``root`` to ``ends``, cheapest first, as (cost, edge numbers).

    The work is one sweep over the edges, then for each further path no more than its length times the
    logarithm of the number of branches; asking for ten paths of 2**100 is no harder than of 20. Paths
    of equal cost come in file order, first edge first, as far as the sums are exact (whole numbers,
    fractions; see `log_weights`).

    Source: V. M. Jiménez and A. Marzal (1999), Computing the K shortest paths: a new algorithm and an
    experimental comparison, the recursive enumeration algorithm, here on suffixes and with an explicit
    stack.

    >>> list(k_best(3, [0, 0, 1], [1, 2, 2], [1, 5, 2], root=0, ends=[2]))
    [(3, (0, 2)), (5, (1,))]
    """
    search = _Search(nodes, source, target, weight, ends)
    rank = 0
    while search.has(root, rank):
        yield search.path(root, rank)
        rank += 1


class _Front:
    """What is known about one node: its suffixes found so far and the candidates for the next one."""

    __slots__ = ("candidates", "done", "found", "pending")

    def __init__(self, first: tuple[float, int, int], candidates: list[tuple[float, int, int]]) -> None:
        self.found = [first]
        self.candidates = candidates
        self.pending = first[1] != _END
        self.done = False


class _Search:
    """The k cheapest suffixes of every node; an entry is (cost, first edge, rank at that edge's target)."""

    def __init__(
        self,
        nodes: int,
        source: Sequence[int],
        target: Sequence[int],
        weight: Sequence[float],
        ends: Collection[int],
    ) -> None:
        self.target = target
        self.weight = weight
        self.out = out_edges(nodes, source, target)
        self.ends = frozenset(ends)
        self.cost: list[float | None] = [None] * nodes
        self.edge = [_END] * nodes
        self.fronts: dict[int, _Front] = {}
        self._first_suffixes(nodes)

    def _first_suffixes(self, nodes: int) -> None:
        """Find the cheapest suffix of every node in one sweep from the last node to the first."""
        cost, target, weight = self.cost, self.target, self.weight
        for end in self.ends:
            cost[end] = 0
        for node in range(nodes - 1, -1, -1):
            best = cost[node]
            for edge in self.out[node]:
                rest = cost[target[edge]]
                if rest is not None and (best is None or rest + weight[edge] < best):
                    best = rest + weight[edge]
                    self.edge[node] = edge
            cost[node] = best

    def has(self, node: int, rank: int) -> bool:
        """Find suffixes until the one of this rank is known; return whether there is one."""
        if rank == 0:
            return self.cost[node] is not None
        front = self._front(node)
        while len(front.found) <= rank and not front.done:
            self._find_next(node)
        return len(front.found) > rank

    def path(self, node: int, rank: int) -> tuple[float, tuple[int, ...]]:
        """Return the suffix of this rank as (cost, edge numbers)."""
        fronts, first, target = self.fronts, self.edge, self.target
        cost, edge = self.cost[node] or 0, first[node]
        if rank:
            cost, edge, rank = fronts[node].found[rank]
        edges = []
        while edge != _END:
            edges.append(edge)
            node = target[edge]
            if rank:
                _, edge, rank = fronts[node].found[rank]
            else:
                edge = first[node]
        return cost, tuple(edges)

    def _front(self, node: int) -> _Front:
        """Return the node's front, made when a second suffix is asked for: most nodes never need one."""
        front = self.fronts.get(node)
        if front is None:
            best = self.edge[node]
            candidates: list[tuple[float, int, int]] = []
            if best != _END and node in self.ends:
                candidates.append((0, _END, 0))
            for edge in self.out[node]:
                rest = self.cost[self.target[edge]]
                if edge != best and rest is not None:
                    candidates.append((rest + self.weight[edge], edge, 0))
            heapify(candidates)
            front = self.fronts[node] = _Front((self.cost[node] or 0, best, 0), candidates)
        return front

    def _find_next(self, node: int) -> None:
        """Find one more suffix of a node, or learn that there is none."""
        fronts, target, weight = self.fronts, self.target, self.weight
        stack = [node]
        while stack:
            front = fronts.get(stack[-1]) or self._front(stack[-1])
            found = front.found
            if front.pending:
                # The last suffix found gives way to the same edge with the next suffix of its target.
                _, edge, rank = found[-1]
                below = fronts.get(target[edge]) or self._front(target[edge])
                if len(below.found) > rank + 1:
                    cost = below.found[rank + 1][0] + weight[edge]
                    heappush(front.candidates, (cost, edge, rank + 1))
                elif not below.done:
                    stack.append(target[edge])
                    continue
                front.pending = False
            if front.candidates:
                best = heappop(front.candidates)
                found.append(best)
                front.pending = best[1] != _END
            else:
                front.done = True
            stack.pop()
