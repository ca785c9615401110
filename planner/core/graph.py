"""The networkx view of a scenario: its unfolded states as a graph with attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.core.binding import Bound, bind, environment
from planner.core.model import Node, Scenario
from planner.core.unfold import MAX_STATES, Unfolded, unfold

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx


def graph(scenario: Scenario, *, max_states: int = MAX_STATES) -> networkx.MultiDiGraph[str]:
    """Return the unfolded scenario as a directed acyclic multigraph, its numbers at the base values.

    It holds what the scenario says, not what follows from it: strategy and values are in the results of
    `planner.evaluate` and `planner.paths`, whose states have the names that the graph's nodes have.

    Graph attributes: ``name``, ``title`` and ``root``, the name of the root.

    A node is a state, named ``node``, ``node[round=2]`` where the node unfolds into several states, or
    ``node.edge`` where an edge without `to` ends the path. Nodes stand in topological order. Attributes: ``kind``
    (decision, chance, outcome), ``node`` (its id without state), ``title``, ``by`` (the deciding actors), ``state``
    (the path state that its future reads) and ``payoff`` (of an outcome); where news was heard about what lies ahead,
    ``news``: {signal: the words heard}.

    An edge is an option or a branch; its key is the id that it has in its node. Attributes: ``name``, ``path``
    (``node.edge``), ``payoff`` and, on a branch, ``p``: an option is chosen and has none. Impossible branches are there
    with ``p`` 0. ``p`` is what it is after the news that was heard on the way.

    A payoff is {criterion: amount}, what counts for everybody. Where an actor has amounts of its own, the attribute
    ``payoffs`` holds them as {actor: {criterion: amount}}.

    >>> import networkx
    >>> from planner.core.model import Actor, Criterion, Edge, Node
    >>> from planner.core.expression import Expression
    >>> talk = Edge("talk", "line", "Talk to them", to="answer", payoff={None: {"value": Expression.of(-2)}})
    >>> wait = Edge("wait", "line", "Wait")
    >>> yes = Edge("yes", "answer", "Yes", to="peace", p=Expression.of("0.3"))
    >>> no = Edge("no", "answer", "No", rest=True)
    >>> nodes = [
    ...     Node("line", "decision", "Which line?", {"talk": talk, "wait": wait}),
    ...     Node("answer", "chance", "Their answer", {"yes": yes, "no": no}),
    ...     Node("peace", "outcome", "Peace"),
    ... ]
    >>> actors, criteria = {"self": Actor("self", "self")}, {"value": Criterion("value", "value")}
    >>> scenario = Scenario("Talks", {node.id: node for node in nodes}, actors, criteria)
    >>> view = graph(scenario)
    >>> list(view)
    ['line', 'answer', 'line.wait', 'peace', 'answer.no']
    >>> view.edges["answer", "answer.no", "no"]["p"]
    0.7
    >>> view.edges["line", "answer", "talk"]["payoff"]
    {'value': -2.0}
    >>> networkx.dag_longest_path_length(view)
    2

    Raises:
        ScenarioError: the scenario does not unfold, or a number does not fit (`planner.core.unfold`,
            `planner.core.binding`).
    """
    import networkx

    unfolded = unfold(scenario, max_states=max_states)
    bound = bind(unfolded, environment(scenario, {}))
    view: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
        name=scenario.name, title=scenario.title, root=unfolded.labels[0]
    )
    payoffs = _Payoffs(scenario, bound)
    view.add_nodes_from(_nodes(unfolded, bound, payoffs))
    view.add_edges_from(_edges(unfolded, bound, payoffs))  # type: ignore[arg-type]
    return view


class _Payoffs:
    """Turns the rows of a `Bound` into attributes."""

    def __init__(self, scenario: Scenario, bound: Bound) -> None:
        actors, criteria = list(scenario.actors), list(scenario.criteria)
        self.columns = [
            (None if actor is None else actors[actor], criteria[criterion]) for actor, criterion in bound.columns
        ]
        self.amounts = bound.amounts

    def of(self, row: int) -> dict[str, Any]:
        """Return fresh attributes for one row: ``payoff`` and, if any, ``payoffs``."""
        common: dict[str, float] = {}
        own: dict[str, dict[str, float]] = {}
        for column, amount in self.amounts[row].items():
            actor, criterion = self.columns[column]
            place = common if actor is None else own.setdefault(actor, {})
            place[criterion] = float(amount)
        return {"payoff": common, "payoffs": own} if own else {"payoff": common}


def _nodes(unfolded: Unfolded, bound: Bound, payoffs: _Payoffs) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each state with its attributes."""
    for state, (label, place, row) in enumerate(
        zip(unfolded.labels, unfolded.place.tolist(), bound.end_row.tolist(), strict=True)
    ):
        what = unfolded.places[place]
        common = {"state": unfolded.binding(state), **_news(unfolded, state), **payoffs.of(row)}
        if isinstance(what, Node):
            yield label, {"kind": what.kind, "node": what.id, "title": what.title, "by": what.by, **common}
        else:
            yield label, {"kind": "outcome", "node": what.path, "title": what.name, "by": (), **common}


def _news(unfolded: Unfolded, state: int) -> dict[str, dict[str, list[str]]]:
    """Return the attribute ``news`` if any was heard."""
    found: dict[str, list[str]] = {}
    for signal, word, times in unfolded.heard(state):
        found.setdefault(signal, []).extend([word] * times)
    return {"news": found} if found else {}


def _edges(unfolded: Unfolded, bound: Bound, payoffs: _Payoffs) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield each unfolded edge with its key and attributes."""
    labels, first = unfolded.labels, unfolded.first_edge.tolist()
    target, edges = unfolded.target.tolist(), unfolded.edge.tolist()
    p_row, row = bound.p_row.tolist(), bound.edge_row.tolist()
    for state, label in enumerate(labels):
        node = unfolded.node(state)
        drawn = node is not None and node.kind == "chance"
        for slot in range(first[state], first[state + 1]):
            edge = unfolded.edges[edges[slot]]
            attributes = {"name": edge.name, "path": edge.path, **payoffs.of(row[slot])}
            if drawn:
                attributes["p"] = float(bound.p[p_row[slot]])
            yield label, labels[target[slot]], edge.id, attributes
