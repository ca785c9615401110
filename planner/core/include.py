"""Included scenarios: another file's tree, with its parameters and state under names of their own.

What the file ``talks.yaml`` brings under the id ``talks`` is named ``talks/answer`` in states, results and messages,
so the same file can be included several times with different parameters. Actors, criteria and the objective are
those of the including file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.core.expression import Expression
from planner.core.model import SELF, Edge, Include, Node, Parameter, Payoff, Scenario, Signal
from planner.core.reader import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.core.reader import Reader
    from planner.core.source import Source


def expand(reader: Reader, scenario: Scenario, inner: Mapping[str, Scenario]) -> Scenario:
    """Return the scenario with the trees of its includes in place.

    ``inner`` holds the scenario of each include that could be read. What does not fit together is reported.
    """
    entries: dict[str, tuple[str, Mapping[str, Expression]]] = {}
    nodes, parameters = dict(scenario.nodes), dict(scenario.parameters)
    state, signals = dict(scenario.state), dict(scenario.signals)
    correlations = list(scenario.correlations)
    for name, included in inner.items():
        include = scenario.includes[name]
        if not fits(reader, scenario, include, included):
            continue
        names = {each: f"{name}/{each}" for each in (*included.parameters, *included.state)}
        owner = next(iter(included.actors)) if included.has_actors else None
        start = {names[each]: Expression.of(value) for each, value in included.state.items()}
        entries[name] = (f"{name}/{included.root.id}", start)
        state.update({names[each]: value for each, value in included.state.items()})
        for parameter in included.parameters.values():
            parameters[names[parameter.id]] = renamed_parameter(parameter, names, include.set.get(parameter.id))
        for node in included.nodes.values():
            moved = renamed_node(node, f"{name}/", names)
            if moved.kind == "decision" and not moved.by and owner is not None:
                moved = replace(moved, by=(owner,))  # the first actor of its own file, whoever is first in this one
            nodes[moved.id] = moved
        for signal in included.signals.values():
            signals[f"{name}/{signal.id}"] = renamed_signal(signal, f"{name}/", names)
        correlations += [
            replace(each, first=names[each.first], second=names[each.second])
            for each in included.correlations
            if each.first not in include.set and each.second not in include.set
        ]
    for name in scenario.nodes:
        nodes[name] = led_into(nodes[name], entries)
    return replace(
        scenario,
        nodes=nodes,
        parameters=parameters,
        state=state,
        signals=signals,
        correlations=tuple(correlations),
    )


# --- renaming ---------------------------------------------------------------------------------------------


def renamed_parameter(parameter: Parameter, names: Mapping[str, str], value: Expression | None) -> Parameter:
    """Return a parameter under its new name; an overridden one has no range or distribution of its own any more."""
    if value is not None:
        return Parameter(names[parameter.id], value, parameter.name, parameter.unit, source=parameter.source)
    return replace(parameter, id=names[parameter.id], value=parameter.value.renamed(names))


def renamed_payoff(payoff: Payoff, names: Mapping[str, str]) -> Payoff:
    """Return a payoff whose formulas read the new names."""
    return {
        who: {criterion: amount.renamed(names) for criterion, amount in amounts.items()}
        for who, amounts in payoff.items()
    }


def renamed_node(node: Node, prefix: str, names: Mapping[str, str]) -> Node:
    """Return a node, its edges and all they refer to under new names."""
    edges = {
        edge.id: replace(
            edge,
            node=prefix + edge.node,
            to=None if edge.to is None else prefix + edge.to,
            p=None if edge.p is None else edge.p.renamed(names),
            payoff=renamed_payoff(edge.payoff, names),
            when=None if edge.when is None else edge.when.renamed(names),
            set={names.get(each, each): formula.renamed(names) for each, formula in edge.set.items()},
        )
        for edge in node.edges.values()
    }
    return replace(
        node,
        id=prefix + node.id,
        edges=edges,
        payoff=renamed_payoff(node.payoff, names),
        unseen=tuple(prefix + each for each in node.unseen),
        observe=None if node.observe is None else prefix + node.observe,
    )


def renamed_signal(signal: Signal, prefix: str, names: Mapping[str, str]) -> Signal:
    """Return a signal under its new name."""
    table = {
        branch: {word: chance.renamed(names) for word, chance in row.items()}
        for branch, row in signal.likelihood.items()
    }
    return replace(signal, id=prefix + signal.id, about=prefix + signal.about, likelihood=table)


def led_into(node: Node, entries: Mapping[str, tuple[str, Mapping[str, Expression]]]) -> Node:
    """Return a node whose edges to an include lead to its root, where the include's own state starts anew."""
    if not any(edge.to in entries for edge in node.edges.values()):
        return node
    edges: dict[str, Edge] = {}
    for edge in node.edges.values():
        if edge.to is not None and edge.to in entries:
            root, start = entries[edge.to]
            edges[edge.id] = replace(edge, to=root, set={**edge.set, **start})
        else:
            edges[edge.id] = edge
    return replace(node, edges=edges)


# --- what must fit ----------------------------------------------------------------------------------------


def fits(reader: Reader, scenario: Scenario, include: Include, included: Scenario) -> bool:
    """Report what keeps an included scenario from being part of this one; return whether nothing does."""
    before = len(reader.diagnostics)
    path = ("include", include.id)
    for name in include.set:
        if name not in included.parameters:
            help_ = did_you_mean(name, included.parameters, "parameters") if included.parameters else None
            message = f"include '{include.id}' overrides unknown parameter '{name}'"
            label = f"not in '{include.file}'"
            reader.fault("P117", message, (*path, "set", name), key=True, label=label, help=help_)
    for message, help_ in misfits(scenario, include, included):
        reader.fault("P125", message, (*path, "file"), label="does not fit", help=help_)
    return len(reader.diagnostics) == before


def misfits(scenario: Scenario, include: Include, included: Scenario) -> Iterable[tuple[str, str]]:
    """Yield (message, help) for each difference between what two files say about the same thing."""
    file = f"'{include.file}'"
    if not included.nodes:
        yield f"{file} holds a conflict and no tree", "include a file with 'nodes:'"
    if scenario.objective != included.objective:
        yield (
            f"{file} has the objective {included.objective}, this file {scenario.objective}",
            "give both the same objective",
        )
    for actor in included.actors if scenario.has_actors else ():
        if actor != SELF and actor not in scenario.actors:
            yield f"{file} names actor '{actor}', whom this file does not know", f"add '{actor}' under 'actors'"
    if (
        not included.has_actors
        and scenario.has_actors
        and any(each.kind == "decision" for each in included.nodes.values())
    ):
        yield f"{file} has decisions but does not say who takes them", f"name the actors in {file} and give 'by'"
    if included.has_actors and not scenario.has_actors:
        yield f"{file} has actors and this file has none", "name the actors in this file, too"
    for criterion in included.criteria.values():
        mine = scenario.criteria.get(criterion.id)
        if mine is None and not counted(included, criterion.id):
            continue
        if mine is None:
            yield (
                f"{file} counts in '{criterion.id}', which is no criterion of this file",
                "use the same criteria in both",
            )
        elif (criterion.worst, criterion.best, criterion.unit) != (mine.worst, mine.best, mine.unit):
            yield (
                f"'{criterion.id}' has another scale or unit in {file} than here",
                "give it the same worst, best and unit in both files",
            )


def counted(scenario: Scenario, criterion: str) -> bool:
    """Whether a scenario names a criterion; the one that it has without naming any counts where a payoff adds to it."""
    if scenario.source is not None and scenario.source.has(("criteria",)):
        return True
    payoffs = [edge.payoff for edge in scenario.edges()] + [node.payoff for node in scenario.nodes.values()]
    return any(criterion in amounts for payoff in payoffs for amounts in payoff.values())


def node_count(source: Source) -> int:
    """Return the number of nodes in a text and all that it includes, each as often as it is included."""
    counts: dict[int, int] = {}
    stack = [source]
    while stack:
        each = stack[-1]
        inner = [entry.source for entry in each.included.values() if entry.source is not None]
        waiting = [other for other in inner if id(other) not in counts]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        nodes = each.data.get("nodes") if each.data is not None else None
        counts[id(each)] = sum(counts[id(other)] for other in inner) + (len(nodes) if isinstance(nodes, dict) else 0)
    return counts[id(source)]


def unreadable(reader: Reader, scenario: Scenario) -> None:
    """Report the includes whose file cannot be read."""
    for name, include in scenario.includes.items():
        entry = reader.source.included.get(name)
        if entry is not None and entry.source is not None:
            continue
        reason = entry.problem if entry is not None else "its text is not given"
        cycle = entry is not None and entry.cycle
        known = entry.help if entry is not None else ""
        help_ = "let one of the files stand alone" if cycle else known or "paths count from the folder of this file"
        message = f"'{include.file}' cannot be included: {reason}"
        where = ("include", name, "file")
        reader.fault("P124" if cycle else "P123", message, where, label="not read", help=help_)
