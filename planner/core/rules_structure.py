"""Checks on structure: what can be reached, loops, hidden moves, and the unfolded states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.diagnostics import ScenarioError
from planner.core.hidden import ahead_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.model import Edge, Node, Scenario
    from planner.core.reader import Reader

SECTIONS: Mapping[str, str] = {"decision": "options", "chance": "branches"}


def edge_path(scenario: Scenario, edge: Edge) -> tuple[str, ...]:
    """Return where an edge stands in the file."""
    return ("nodes", edge.node, SECTIONS[scenario.nodes[edge.node].kind], edge.id)


def reached(start: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    """Return everything that can be reached from ``start``, itself among it."""
    seen = set(start)
    stack = list(seen)
    while stack:
        for other in following.get(stack.pop(), ()):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def targets(node: Node) -> list[str]:
    """Return the nodes that a node's edges lead to."""
    return [edge.to for edge in node.edges.values() if edge.to is not None]


def check_reach(reader: Reader, scenario: Scenario) -> None:
    """Every node hangs on the root."""
    following = {node.id: targets(node) for node in scenario.nodes.values()}
    root = next(iter(scenario.nodes), None)  # a conflict may stand without a tree
    seen = reached([*([root] if root else []), *reader.meant], following)
    for name in scenario.includes:
        if name not in seen:
            message = f"no edge leads to include '{name}'"
            help_ = f"lead an edge to it with 'to: {name}', or remove it"
            reader.fault("P306", message, ("include", name), key=True, label="unreachable", help=help_)
    for name in scenario.nodes:
        if name not in seen:
            message = f"no path from '{root}' reaches {scenario.nodes[name].kind} '{name}'"
            help_ = f"lead an edge to it with 'to: {name}', or remove it"
            reader.fault("P306", message, ("nodes", name), key=True, label="unreachable", help=help_)


def check_loops(reader: Reader, scenario: Scenario) -> None:
    """A loop all of whose edges are always there never ends, whatever the state."""
    always = {
        node.id: [edge for edge in node.edges.values() if edge.to is not None and edge.when is None]
        for node in scenario.nodes.values()
    }
    if is_acyclic(always):
        return
    done: set[str] = set()
    for start in scenario.nodes:
        if start in done:
            continue
        trail: dict[str, Edge | None] = {start: None}
        stack = [(start, iter(always[start]))]
        while stack:
            name, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                trail.pop(name)
                done.add(name)
            elif edge.to in trail:
                report_loop(reader, scenario, trail, edge)
            elif edge.to is not None and edge.to not in done and edge.to in always:
                trail[edge.to] = edge
                stack.append((edge.to, iter(always[edge.to])))


def is_acyclic(following: Mapping[str, list[Edge]]) -> bool:
    """Return whether the edges make no loop, by taking away what nothing leads to (Kahn 1962)."""
    entries = dict.fromkeys(following, 0)
    for edges in following.values():
        for edge in edges:
            if edge.to in entries:
                entries[edge.to] += 1
    free = [name for name, count in entries.items() if not count]
    left = len(entries)
    while free:
        left -= 1
        for edge in following[free.pop()]:
            if edge.to in entries:
                entries[edge.to] -= 1
                if not entries[edge.to]:
                    free.append(edge.to)
    return not left


def report_loop(reader: Reader, scenario: Scenario, trail: Mapping[str, Edge | None], closing: Edge) -> None:
    """Report the loop that an edge closes."""
    names = list(trail)
    loop = names[names.index(str(closing.to)) :]
    steps = [trail[name] for name in loop[1:]]
    shown = " -> ".join([*(edge.path for edge in steps if edge is not None), closing.path, loop[0]])
    message = f"the loop {shown} never ends"
    help_ = "let the state end it: 'state: {round: 1}', and on an edge 'set: {round: round + 1}' and 'when: round < 4'"
    reader.fault("P301", message, (*edge_path(scenario, closing), "to"), label=f"leads back to '{loop[0]}'", help=help_)


def check_unseen(reader: Reader, scenario: Scenario) -> None:
    """What a decision does not see lies before it."""
    hidden = [node for node in scenario.nodes.values() if node.unseen]
    ahead = ahead_of(scenario, [node.id for node in hidden])
    for number, node in enumerate(hidden):
        for place, other in enumerate(node.unseen):
            if other == node.id or not ahead[other] >> number & 1:
                message = f"'{other}' does not lie before decision '{node.id}'"
                help_ = "name nodes that are passed earlier on the path"
                reader.fault("P312", message, ("nodes", node.id, "unseen", place), label="not before it", help=help_)


def unfolds(scenario: Scenario) -> bool:
    """Whether a node may unfold into several states: by path state, by news, or by what a decision does not see."""
    hears = any(node.observe is not None or node.unseen for node in scenario.nodes.values())
    return bool(scenario.state or scenario.includes or hears)


def check_news(reader: Reader, scenario: Scenario) -> None:
    """What news is about lies ahead."""
    following: dict[str, list[str]] | None = None
    for node in scenario.nodes.values():
        signal = scenario.signals.get(node.observe) if node.observe is not None else None
        if signal is None or signal.about not in scenario.nodes:
            continue
        following = following or {each.id: targets(each) for each in scenario.nodes.values()}
        if signal.about in reached(following[node.id], following):
            continue
        message = f"'{node.id}' brings news about '{signal.about}', but no path leads from there to '{signal.about}'"
        after = node.id in reached(following[signal.about], following)
        help_, label = f"lead a path to '{signal.about}'", "news about what never comes"
        if after:
            help_, label = f"observe '{signal.id}' before '{signal.about}' is passed", "too late"
        reader.fault("P313", message, ("nodes", node.id, "observe"), label=label, help=help_)


def check_states(reader: Reader, scenario: Scenario) -> None:
    """Unfold a scenario with path state, news or hidden moves and look at each state's own probabilities.

    Called only when nothing else is wrong: the compiler's own errors join the list.
    """
    from planner.core.binding import bind, environment
    from planner.core.unfold import unfold

    try:
        unfolded = unfold(scenario)
        bind(unfolded, environment(scenario, {}))
        unfolded.sets  # noqa: B018 - the options of states that are not told apart are compared
    except ScenarioError as error:
        reader.diagnostics.extend(error.diagnostics)
