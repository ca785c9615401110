"""Generated trees for the benchmarks: arrays without a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.numbers import Numbers
from planner.core.tree import CHANCE, DECISION, OUTCOME, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arrays:
    """A tree as every peer gets it: states in breadth-first order, the root first."""

    kind: NDArray[np.int8]
    first_edge: Ints
    target: Ints
    p: Floats
    gain: Floats
    end: Floats

    def __len__(self) -> int:
        return len(self.kind)

    def tree(self) -> Tree:
        """Lay the arrays out for the product."""
        return Tree.from_arrays(self.kind, None, self.first_edge, self.target)

    def numbers(self, tree: Tree) -> Numbers:
        """Return the numbers for that tree."""
        return Numbers.of_arrays(tree, self.p, self.gain, self.end)


def ternary(count: int, seed: int = 0) -> Arrays:
    """Three edges everywhere, decisions and chance by turns."""
    rng = np.random.default_rng(seed)
    inner = (count - 1) // 3
    degree = np.zeros(3 * inner + 1, np.int32)
    degree[:inner] = 3
    depth = np.zeros(len(degree), np.int64)
    start, width, level = 0, 1, 0
    while start < len(degree):
        depth[start : start + width] = level
        start, width, level = start + width, width * 3, level + 1
    return _filled(rng, degree, depth % 2)


def irregular(count: int, seed: int = 0) -> Arrays:
    """Up to six edges a state, two ends in five, kinds at random."""
    rng = np.random.default_rng(seed)
    degree = np.where(rng.random(count) < 0.4, 0, rng.integers(1, 7, count)).astype(np.int32)
    degree[:50] = np.maximum(degree[:50], 2)
    reached = 1 + np.cumsum(degree)
    inner = int(np.searchsorted(reached, count))
    degree[inner] = count - (reached[inner - 1] if inner else 1)
    degree[inner + 1 :] = 0
    return _filled(rng, degree, rng.integers(0, 2, count))


def caterpillar(count: int, seed: int = 0) -> Arrays:
    """A spine on which every state has one end beside the way on."""
    rng = np.random.default_rng(seed)
    spine = (count - 1) // 2
    degree = np.zeros(2 * spine + 1, np.int32)
    degree[0] = 2
    degree[1 : 2 * spine - 1 : 2] = 2
    kind = np.zeros(len(degree), np.int64)
    kind[1::2] = np.arange(spine) % 2
    return _filled(rng, degree, kind)


def chain(count: int, seed: int = 0) -> Arrays:
    """One way on everywhere."""
    degree = np.ones(count, np.int32)
    degree[-1] = 0
    return _filled(np.random.default_rng(seed), degree, np.arange(count) % 2)


def layers(depth: int, seed: int = 0) -> Arrays:
    """A recombining graph of 3**depth paths: three states a layer, each leading to all three of the next."""
    rng = np.random.default_rng(seed)
    inner = 1 + 3 * (depth - 1)
    degree = np.zeros(inner + 3, np.int32)
    degree[:inner] = 3
    layer = np.concatenate(([0], 1 + np.arange(3 * depth) // 3))
    targets = [np.arange(3) + 1 + 3 * at for at in layer[:inner]]
    return _filled(rng, degree, layer % 2, np.concatenate(targets).astype(np.int32))


def _filled(rng: np.random.Generator, degree: Ints, kind: NDArray[np.integer], target: Ints | None = None) -> Arrays:
    """Add edges, probabilities in multiples of 1/64 and whole amounts, so that every peer finds the same value."""
    first = np.zeros(len(degree) + 1, np.int32)
    np.cumsum(degree, out=first[1:])
    edges = int(first[-1])
    source = np.repeat(np.arange(len(degree)), degree)
    slot = np.arange(edges) - first[source]
    share = 64 // degree[source]
    p = np.where(slot == 0, 64 - share * (degree[source] - 1), share) / 64
    kinds = np.where(degree == 0, OUTCOME, np.where(kind % 2 == 0, DECISION, CHANCE)).astype(np.int8)
    return Arrays(
        kind=kinds,
        first_edge=first,
        target=np.arange(1, len(degree), dtype=np.int32) if target is None else target,
        p=p,
        gain=rng.integers(-9, 10, edges).astype(np.float64),
        end=np.where(degree == 0, rng.integers(-100, 101, len(degree)), 0).astype(np.float64),
    )


SHAPES: Mapping[str, Callable[[int], Arrays]] = {
    "ternary": ternary,
    "irregular": irregular,
    "caterpillar": caterpillar,
    "chain": chain,
}
