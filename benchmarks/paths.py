"""Paths: the most probable of very many, all of a tree, and a scenario of 3**200 paths from its file.

    python -m benchmarks.paths

networkx, a walk with a stack of its own, and we take turns on the same numbers in one process; each gets the graph in
its own form beforehand. Times are medians of several rounds after one that does not count.
"""

from __future__ import annotations

import math
import time
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import networkx
import numpy as np

import planner
from benchmarks.goals import Row
from planner.core.kbest import count_paths, every_path, k_best, log_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Job = Callable[[], object]

ROUNDS = 5
DEEP = 200


class Graph:
    """Flat arrays, and the same graph for networkx, with ``-ln p`` as the length of an edge."""

    def __init__(self, nodes: int, source: list[int], target: list[int], p: list[float]) -> None:
        self.nodes, self.source, self.target, self.p = nodes, source, target, p
        left = set(source)
        self.ends = [node for node in range(nodes) if node not in left]
        self.networkx: networkx.DiGraph[int] = networkx.DiGraph()
        for start, end, chance in zip(source, target, p, strict=True):
            self.networkx.add_edge(start, end, weight=-math.log(chance))

    def best(self, count: int) -> list[float]:
        """Return the costs of the most probable paths, in units of -ln p."""
        weight = log_weights(self.p)
        found = k_best(self.nodes, self.source, self.target, weight, root=0, ends=self.ends)
        return [cost / 2**48 for cost, _ in islice(found, count)]

    def peers_best(self, count: int) -> list[float]:
        """Return the same from networkx (Yen's algorithm)."""
        (end,) = self.ends
        found = networkx.shortest_simple_paths(self.networkx, 0, end, weight="weight")
        return [networkx.path_weight(self.networkx, path, "weight") for path in islice(found, count)]

    def every(self) -> int:
        """Walk every path and sort them by probability, as `planner paths` does; return how many there are."""
        weight = log_weights(self.p)
        found = list(every_path(self.nodes, self.source, self.target, root=0, ends=self.ends))
        found.sort(key=lambda path: sum([weight[edge] for edge in path]))
        return len(found)

    def peers_every(self) -> int:
        """Let networkx walk every path; return how many there are."""
        return sum(1 for _ in networkx.all_simple_paths(self.networkx, 0, self.ends))

    def stack_every(self) -> int:
        """Walk networkx's graph with a stack, without sorting; return how many paths there are."""
        count = 0
        stack: list[tuple[int, tuple[int, ...], float]] = [(0, (0,), 0.0)]
        while stack:
            node, path, cost = stack.pop()
            following = self.networkx[node]
            if not following:
                count += 1
            stack.extend((end, (*path, end), cost + data["weight"]) for end, data in following.items())
        return count


def layered(layers: int = 30, width: int = 10, seed: int = 1) -> Graph:
    """Return ``width ** layers`` paths: every node of a layer leads to all of the next."""
    rng = np.random.default_rng(seed)
    source: list[int] = []
    target: list[int] = []
    p: list[float] = []
    for layer in range(layers):
        starts = [0] if layer == 0 else range(1 + (layer - 1) * width, 1 + layer * width)
        for start in starts:
            shares = rng.random(width)
            source += [start] * width
            target += range(1 + layer * width, 1 + (layer + 1) * width)
            p += (shares / shares.sum()).tolist()
    end = 1 + layers * width
    source += range(end - width, end)
    target += [end] * width
    p += [1.0] * width
    return Graph(end + 1, source, target, p)


def tree(leaves: int, seed: int = 1) -> Graph:
    """Return a ternary tree with about so many leaves."""
    rng = np.random.default_rng(seed)
    inner = (leaves - 1) // 2
    shares = rng.random((inner, 3)) + 0.01
    p = (shares / shares.sum(axis=1, keepdims=True)).ravel().tolist()
    source = np.repeat(np.arange(inner), 3).tolist()
    return Graph(3 * inner + 1, source, list(range(1, 3 * inner + 1)), p)


def recombining(depth: int = DEEP) -> str:
    """Return a scenario of 3**depth paths: chance and decisions by turns, three states a layer."""
    lines = ["planner: 1", f"title: Three ways, {depth} times over", "nodes:"]
    rng = np.random.default_rng(1)
    for layer in range(depth):
        for at in range(3 if layer else 1):
            kind, group = ("decision", "options") if layer % 2 else ("chance", "branches")
            lines.append(f"  n{layer}-{at}:\n    {kind}: Step {layer}\n    {group}:")
            for way in range(3):
                to = f"n{layer + 1}-{way}" if layer + 1 < depth else f"end-{way}"
                p = "" if layer % 2 else f"p: {('0.5', '0.3', '0.2')[way]}, "
                lines.append(f"      w{way}: {{{p}payoff: {rng.integers(-9, 10)}, to: {to}}}")
    lines += [f"  end-{way}: {{outcome: End {way}}}" for way in range(3)]
    return "\n".join(lines) + "\n"


def by_turns(jobs: Sequence[Job], rounds: int = ROUNDS) -> list[float]:
    """Return each job's median in seconds; they take turns, and a first round does not count."""
    times: list[list[float]] = [[] for _ in jobs]
    for at in range(rounds + 1):
        for job, taken in zip(jobs, times, strict=True):
            start = time.perf_counter()
            job()
            if at:
                taken.append(time.perf_counter() - start)
    return [median(taken) for taken in times]


def table() -> list[Row]:
    """Measure paths."""
    return [*_most_probable(), *_every(), *_ladder(), *_from_file()]


def _most_probable() -> list[Row]:
    graph = layered()
    assert np.allclose(graph.best(20), graph.peers_best(20))
    rows = []
    for count, goal in ((10, None), (100, 1 / 300)):
        ours, theirs = by_turns([partial(graph.best, count), partial(graph.peers_best, count)])
        what = f"{count} most probable of 1e30 paths, s"
        rows.append(Row(what, ours, "networkx shortest_simple_paths", theirs, goal))
    ours, fewer = by_turns([partial(graph.best, 10_000), partial(graph.best, 1_000)])
    rows.append(Row("10,000 most probable of 1e30 paths, s", ours, "1,000 of them", fewer))
    return rows


def _every() -> list[Row]:
    rows = []
    for leaves in (1_001, 10_001, 100_001):
        graph = tree(leaves)
        what = f"all paths of a tree with {leaves:,} leaves, sorted, s"
        ours, walk = by_turns([graph.every, graph.stack_every])
        rows.append(Row(what, ours, "walk of a DiGraph with a stack, unsorted", walk))
        if leaves < 10_000:  # ten times the leaves take 200 times as long: 8 s, then over 200 s
            ours, peer = by_turns([graph.every, graph.peers_every])
            rows.append(Row(what, ours, "networkx all_simple_paths", peer))
    return rows


def ladder(stages: int) -> Graph:
    """Return 2**stages paths: two edges a stage."""
    source = [at // 2 for at in range(2 * stages)]
    graph = Graph(stages + 1, source, [start + 1 for start in source], [0.6, 0.4] * stages)
    assert count_paths(graph.nodes, source, graph.target, root=0, ends=graph.ends) == 2**stages
    return graph


def _ladder() -> list[Row]:
    ours, half = by_turns([partial(ladder(stages).best, 10) for stages in (100, 50)])
    return [Row("10 most probable of 2**100 paths, s", ours, "of 2**50 paths", half)]


def _evaluate(file: Path) -> object:
    return planner.evaluate(planner.load(file))


def _from_file() -> list[Row]:
    """Evaluate a scenario of 3**200 paths from its file; the peer evaluates it at half the depth."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, f"deep-{depth}.yaml") for depth in (DEEP, DEEP // 2)]
        for file, depth in zip(files, (DEEP, DEEP // 2), strict=True):
            file.write_text(recombining(depth), encoding="utf-8")
        deep = planner.paths(planner.load(files[0]), all=True, top=1)
        assert deep.total == 3**DEEP
        whole, half = by_turns([partial(_evaluate, file) for file in files])
    # Twice the depth is 3**100 times the paths and twice the states: the goal allows for noise.
    return [Row("scenario of 3**200 paths, file to values, s", whole, "3**100 paths", half, 2.5)]


if __name__ == "__main__":
    from rich.console import Console

    from benchmarks.__main__ import drawn

    Console(width=120).print(drawn(table()))
