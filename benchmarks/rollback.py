"""Folding generated trees back to value and strategy: a walk over networkx, plain lists and a compiled loop by turns.

    python -m benchmarks.rollback

Each peer gets the tree in its own form beforehand, networkx also the order of its walk. Without numba there is no
compiled loop to compare with.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import networkx
import numpy as np

from benchmarks import peers
from benchmarks.__main__ import main
from benchmarks.goals import Row
from benchmarks.shapes import SHAPES, Arrays, chain, layers
from benchmarks.timing import exponent, turns
from planner.core.rollback import rollback
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def ours(arrays: Arrays) -> Callable[[], float]:
    """Return the product's sweep, value and strategy."""
    tree = arrays.tree()
    numbers = arrays.numbers(tree)
    return lambda: float(rollback(tree, numbers).values[0, 0, 0])


def over_networkx(arrays: Arrays) -> Callable[[], float]:
    """Return a walk over a DiGraph that reads and writes attributes; the order of the walk is worked out beforehand."""
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    kinds, ends, first = arrays.kind.tolist(), arrays.end.tolist(), arrays.first_edge.tolist()
    target, p, gain = arrays.target.tolist(), arrays.p.tolist(), arrays.gain.tolist()
    for state, kind in enumerate(kinds):
        graph.add_node(state, kind=kind, end=ends[state])
    for state in range(len(kinds)):
        for edge in range(first[state], first[state + 1]):
            graph.add_edge(state, target[edge], p=p[edge], gain=gain[edge])
    order = list(reversed(list(networkx.topological_sort(graph))))

    def walk() -> float:
        nodes, ahead = graph.nodes, graph.adj
        for state in order:
            data = nodes[state]
            if data["kind"] == OUTCOME:
                data["value"] = data["end"]
            elif data["kind"] == CHANCE:
                data["value"] = sum(
                    edge["p"] * (edge["gain"] + nodes[end]["value"]) for end, edge in ahead[state].items()
                )
            else:
                best = max(ahead[state].items(), key=lambda item: item[1]["gain"] + nodes[item[0]]["value"])
                data["choice"] = best[0]
                data["value"] = best[1]["gain"] + nodes[best[0]]["value"]
        return float(nodes[0]["value"])

    return walk


def over_lists(arrays: Arrays) -> Callable[[], float]:
    """Return a loop over plain Python lists."""
    kinds, ends, first = arrays.kind.tolist(), arrays.end.tolist(), arrays.first_edge.tolist()
    target, p, gain = arrays.target.tolist(), arrays.p.tolist(), arrays.gain.tolist()

    def loop() -> float:
        value, choice = [0.0] * len(kinds), [0] * len(kinds)
        for state in range(len(kinds) - 1, -1, -1):
            kind, start = kinds[state], first[state]
            if kind == OUTCOME:
                value[state] = ends[state]
            elif kind == CHANCE:
                total = 0.0
                for edge in range(start, first[state + 1]):
                    total += p[edge] * (gain[edge] + value[target[edge]])
                value[state] = total
            else:
                best, slot = gain[start] + value[target[start]], 0
                for edge in range(start + 1, first[state + 1]):
                    one = gain[edge] + value[target[edge]]
                    if one > best:
                        best, slot = one, edge - start
                value[state], choice[state] = best, slot
        return value[0]

    return loop


def compiled(arrays: Arrays) -> Callable[[], float] | None:
    """Return the same loop compiled by numba over the same arrays; None without numba."""
    try:
        import numba
    except ImportError:
        return None

    @numba.njit
    def loop(kind: Any, first: Any, target: Any, p: Any, gain: Any, end: Any, value: Any, choice: Any) -> Any:  # noqa: PLR0913, PLR0917
        for state in range(len(kind) - 1, -1, -1):
            start = first[state]
            if kind[state] == OUTCOME:
                value[state] = end[state]
            elif kind[state] == CHANCE:
                total = 0.0
                for edge in range(start, first[state + 1]):
                    total += p[edge] * (gain[edge] + value[target[edge]])
                value[state] = total
            else:
                best, slot = gain[start] + value[target[start]], 0
                for edge in range(start + 1, first[state + 1]):
                    one = gain[edge] + value[target[edge]]
                    if one > best:
                        best, slot = one, edge - start
                value[state], choice[state] = best, slot
        return value[0]

    def run() -> float:
        value, choice = np.empty(len(arrays)), np.zeros(len(arrays), np.uint8)
        return float(
            loop(arrays.kind, arrays.first_edge, arrays.target, arrays.p, arrays.gain, arrays.end, value, choice)
        )

    return run


PEERS = {"planner": ours, "networkx": over_networkx, "lists": over_lists, "compiled": compiled}
NAMES = {"networkx": "walk over networkx", "lists": "loop over lists", "compiled": "loop compiled by numba"}
GOALS = {"networkx": 1 / 200, "compiled": 3.0}  # at a million states
BYTES, GROWTH = 64.0, 1.1


def measure(arrays: Arrays) -> dict[str, float]:
    """Time all peers on one tree; they must find the same value."""
    peers = {name: made for name, make in PEERS.items() if (made := make(arrays)) is not None}
    values = {name: run() for name, run in peers.items()}
    for name, value in values.items():
        if not np.isclose(value, values["planner"], rtol=1e-9):
            raise SystemExit(f"{name} finds {value}, planner {values['planner']}")
    return turns(peers)


def bytes_a_state(arrays: Arrays) -> float:
    """Return the bytes that tree, numbers and result keep for each state."""
    tree = arrays.tree()
    numbers = arrays.numbers(tree)
    return (tree.nbytes + numbers.nbytes + rollback(tree, numbers).nbytes) / len(arrays)


def against(what: str, times: dict[str, float], *, goals: bool) -> list[Row]:
    """Return a row for each peer; the goals are set for a million states."""
    return [
        Row(what, times["planner"], NAMES[peer], time, GOALS.get(peer) if goals else None)
        for peer, time in times.items()
        if peer != "planner"
    ]


def table() -> list[Row]:
    """Time every shape at every size."""
    rows: list[Row] = []
    for shape, make in SHAPES.items():
        points = []
        for size in SIZES:
            arrays = make(size)
            times = measure(arrays)
            points.append((len(arrays), times["planner"]))
            rows += against(f"fold back {shape}, {len(arrays):,} states, s", times, goals=size == SIZES[-1])
        rows.append(
            Row(f"growth exponent, {shape}, {SIZES[1]:,} to {SIZES[-1]:,}", exponent(points[1:]), "linear", 1, GROWTH)
        )
        rows.append(Row(f"bytes a state, {shape}", bytes_a_state(make(SIZES[2])), "64 bytes", BYTES, 1.0))
    rows += against("a chain of 500,000 states, s", measure(chain(500_000)), goals=False)
    rows += against("3^200 paths on 601 states, s", measure(layers(200)), goals=False)
    rows += peers.table()
    return rows


assert DECISION == 0  # the loops above take what is neither outcome nor chance for a decision

if __name__ == "__main__":
    sys.exit(main(["rollback"]))
