"""The path search agrees with networkx and with plain enumeration, and never lists what it need not."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.core.kbest import count_paths, every_path, k_best, log_weights

Arrays = tuple[int, list[int], list[int], list[int]]


@st.composite
def multigraphs(draw: st.DrawFn, *, parallel: bool = True) -> Arrays:
    """Draw a small acyclic graph as (nodes, source, target, weight); edges in any order."""
    nodes = draw(st.integers(2, 7))
    pairs = [(i, j) for i in range(nodes) for j in range(i + 1, nodes)]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=14, unique=not parallel))
    weights = draw(st.lists(st.integers(0, 5), min_size=len(edges), max_size=len(edges)))
    return nodes, [s for s, _ in edges], [t for _, t in edges], weights


def enumerated(nodes: int, source: list[int], target: list[int], ends: set[int]) -> list[tuple[int, ...]]:
    """List every path in file order by plain recursion."""

    def walk(node: int) -> list[tuple[int, ...]]:
        here: list[tuple[int, ...]] = [()] if node in ends else []
        for edge, start in enumerate(source):
            if start == node:
                here += [(edge, *rest) for rest in walk(target[edge])]
        return here

    return walk(0)


@given(multigraphs(), st.sets(st.integers(0, 6), min_size=1))
def test_k_best_is_the_sorted_enumeration(arrays: Arrays, ends: set[int]) -> None:
    nodes, source, target, weight = arrays
    ends = {end for end in ends if end < nodes}
    expected = enumerated(nodes, source, target, ends)
    found = list(k_best(nodes, source, target, weight, root=0, ends=ends))
    assert all(cost == sum(weight[edge] for edge in path) for cost, path in found)
    # Costs are whole, so ties are exact; among them the paths stand in file order. A path that is the
    # beginning of another one comes first when the rest costs nothing.
    assert [path for _, path in found] == sorted(expected, key=lambda path: (sum(weight[e] for e in path), path))


@given(multigraphs(), st.sets(st.integers(0, 6), min_size=1))
def test_count_and_listing_agree_with_enumeration(arrays: Arrays, ends: set[int]) -> None:
    nodes, source, target, _ = arrays
    ends = {end for end in ends if end < nodes}
    expected = enumerated(nodes, source, target, ends)
    assert count_paths(nodes, source, target, root=0, ends=ends) == len(expected)
    assert list(every_path(nodes, source, target, root=0, ends=ends)) == expected


@given(multigraphs(parallel=False))
@settings(max_examples=60)
def test_costs_agree_with_networkx(arrays: Arrays) -> None:
    nodes, source, target, weight = arrays
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_weighted_edges_from(zip(source, target, weight, strict=True))
    end = nodes - 1
    peer: list[int] = []
    if networkx.has_path(graph, 0, end):
        simple = networkx.shortest_simple_paths(graph, 0, end, weight="weight")
        peer = [networkx.path_weight(graph, path, "weight") for path in simple]
    found = list(k_best(nodes, source, target, weight, root=0, ends=[end]))
    assert [cost for cost, _ in found] == peer
    assert len(found) == len(list(networkx.all_simple_paths(graph, 0, end)))
    assert all(source[b] == target[a] for _, path in found for a, b in pairwise(path))


def ladder(stages: int) -> tuple[int, list[int], list[int]]:
    """Return a ladder with two parallel edges a stage."""
    return stages + 1, [i // 2 for i in range(2 * stages)], [i // 2 + 1 for i in range(2 * stages)]


def test_ladder_of_a_hundred_stages() -> None:
    nodes, source, target = ladder(100)
    weight = log_weights([0.6, 0.4] * 100)
    best = list(islice(k_best(nodes, source, target, weight, root=0, ends=[100]), 101))
    assert best[0][1] == tuple(range(0, 200, 2))
    # One step aside, a hundred times over, all equally probable: the first in file order takes the
    # likelier branch as long as it can.
    assert [path.index(edge) for _, path in best[1:] for edge in path if edge % 2] == list(range(99, -1, -1))
    assert len({cost for cost, _ in best[1:]}) == 1
    assert count_paths(nodes, source, target, root=0, ends=[100]) == 2**100


def test_deep_ladder_needs_no_recursion() -> None:
    nodes, source, target = ladder(20_000)
    weight = log_weights([0.9, 0.1] * 20_000)
    (first, path), (second, aside) = islice(k_best(nodes, source, target, weight, root=0, ends=[20_000]), 2)
    assert len(path) == len(aside) == 20_000
    assert second - first == log_weights([0.1])[0] - log_weights([0.9])[0]
    assert len(next(every_path(nodes, source, target, root=0, ends=[20_000]))) == 20_000


def test_probabilities_that_vanish_in_floats_keep_their_order() -> None:
    nodes, source, target = ladder(2_000)
    weight = log_weights([0.5, 1e-9] * 2_000)
    costs = [cost for cost, _ in islice(k_best(nodes, source, target, weight, root=0, ends=[2_000]), 2)]
    assert math.prod([0.5] * 2_000) == 0.0
    assert costs[0] < costs[1]


def test_other_orders_of_the_same_probabilities_tie_exactly() -> None:
    # 0.1 * 0.7 * 0.3 and 0.3 * 0.7 * 0.1 differ in floats.
    source, target = [0, 1, 2, 0, 4, 5], [1, 2, 3, 4, 5, 3]
    edges = [(0, 1), (0, 3), (1, 2), (2, 5), (3, 4), (4, 5)]
    source, target = [s for s, _ in edges], [t for _, t in edges]
    weight = log_weights([0.3, 0.1, 0.7, 0.1, 0.7, 0.3])
    (first, path), (second, _) = k_best(6, source, target, weight, root=0, ends=[5])
    assert first == second
    assert path == (0, 2, 3)


def test_impossible_probability_has_no_weight() -> None:
    with pytest.raises(ValueError, match="domain"):
        log_weights([0.0])


def test_edges_must_lead_forward() -> None:
    with pytest.raises(ValueError, match="edge 1 leads from 1 to 0"):
        count_paths(2, [0, 1], [1, 0], root=0, ends=[1])


def test_unreachable_end_gives_nothing() -> None:
    assert list(k_best(3, [0], [1], [1], root=0, ends=[2])) == []
    assert list(every_path(3, [0], [1], root=0, ends=[2])) == []
    assert count_paths(3, [0], [1], root=0, ends=[2]) == 0
