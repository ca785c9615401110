"""Which path state the future of a node reads.

Two paths that reach a node with the same live state have the same future, so the unfolded scenario
shares it. This is the live-variable analysis of compilers (Kildall 1973): backward over the nodes, to
the least fixpoint.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.expression import Expression
    from planner.core.model import Edge, Payoff, Scenario


def payoff_formulas(payoff: Payoff) -> Iterable[Expression]:
    """Yield the formulas of a payoff."""
    for amounts in payoff.values():
        yield from amounts.values()


def edge_reads(edge: Edge, state: frozenset[str]) -> frozenset[str]:
    """Return the state that an edge reads whatever comes after it: in `when`, `p` and `payoff`."""
    formulas = [formula for formula in (edge.when, edge.p) if formula is not None]
    formulas += payoff_formulas(edge.payoff)
    return state.intersection(*[frozenset().union(*(formula.names for formula in formulas))])


def live_state(scenario: Scenario) -> Mapping[str, tuple[str, ...]]:
    """Return for each node the state variables that its future reads, in the file's order.

    What a `set` formula reads counts only if the variable that it sets is read later.
    """
    if not scenario.state:
        return dict.fromkeys(scenario.nodes, ())
    state = frozenset(scenario.state)
    sources: dict[str, list[str]] = {node: [] for node in scenario.nodes}
    fixed: dict[str, frozenset[str]] = {}
    for node in scenario.nodes.values():
        names = {name for formula in payoff_formulas(node.payoff) for name in formula.names}
        fixed[node.id] = state.intersection(names).union(*(edge_reads(edge, state) for edge in node.edges.values()))
        for edge in node.edges.values():
            if edge.to is not None:
                sources[edge.to].append(node.id)
    live = dict(fixed)
    waiting = deque(reversed(list(scenario.nodes)))
    queued = set(waiting)
    while waiting:
        node_id = waiting.popleft()
        queued.discard(node_id)
        found = fixed[node_id].union(*(_passed(edge, live, state) for edge in scenario.nodes[node_id].edges.values()))
        if found != live[node_id]:
            live[node_id] = found
            for source in sources[node_id]:
                if source not in queued:
                    queued.add(source)
                    waiting.append(source)
    return {node: tuple(name for name in scenario.state if name in names) for node, names in live.items()}


def _passed(edge: Edge, live: Mapping[str, frozenset[str]], state: frozenset[str]) -> frozenset[str]:
    """Return what must be known before an edge for the sake of its target."""
    if edge.to is None:
        return frozenset()
    wanted = live[edge.to]
    formulas = (edge.set[name].names for name in wanted.intersection(edge.set))
    return state.intersection(wanted.difference(edge.set).union(*formulas))
