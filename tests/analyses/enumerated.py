"""All strategies of a small scenario, written out path by path in fractions: slow, simple, and nobody else's code."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.core.model import Node, Payoff, Scenario

Path = tuple[str, ...]  # node.edge of every edge from the root
Choices = dict[Path, str]
END = "end of path"


@dataclass(frozen=True)
class Way:
    """One path of positive probability under a strategy."""

    p: Fraction
    totals: dict[tuple[str, str], Fraction]  # by actor and criterion
    branches: dict[str, str]  # chance node -> branch


def every_strategy(
    scenario: Scenario, taken: Mapping[str, str], name: str | None = None, path: Path = ()
) -> Iterator[Choices]:
    """Yield every strategy; decisions in ``taken`` are settled."""
    name = name or next(iter(scenario.nodes))
    if name == END or scenario.nodes[name].kind == "outcome":
        yield {}
        return
    node = scenario.nodes[name]
    behind = {edge.id: (edge.to or END, (*path, edge.path)) for edge in node.edges.values()}
    if node.kind == "decision" and name not in taken:
        for option, (to, longer) in behind.items():
            for rest in every_strategy(scenario, taken, to, longer):
                yield {path: option, **rest}
    elif node.kind == "decision":
        yield from every_strategy(scenario, taken, *behind[taken[name]])
    else:
        possible = [behind[edge.id] for edge in node.edges.values() if chance(node, edge.id) > 0]
        for parts in product(*(list(every_strategy(scenario, taken, to, longer)) for to, longer in possible)):
            yield {key: option for part in parts for key, option in part.items()}


def chance(node: Node, branch: str) -> Fraction:
    p = node.edges[branch].p
    assert p is not None
    return p.exact_constant


def ways(scenario: Scenario, choices: Choices, taken: Mapping[str, str]) -> list[Way]:
    """Follow a strategy down every path."""
    found: list[Way] = []
    start = {
        (actor, criterion): Fraction(one.start or 0)
        for actor in scenario.actors
        for criterion, one in scenario.criteria.items()
    }
    stack: list[tuple[str, Path, Way]] = [(next(iter(scenario.nodes)), (), Way(Fraction(1), start, {}))]
    while stack:
        name, path, way = stack.pop()
        if name == END:
            found.append(way)
            continue
        node = scenario.nodes[name]
        if node.kind == "outcome":
            found.append(Way(way.p, paid(scenario, way.totals, node.payoff), way.branches))
            continue
        for edge in node.edges.values():
            branches = way.branches
            if node.kind == "decision":
                p = Fraction(edge.id == (taken[name] if name in taken else choices[path]))
            else:
                p, branches = chance(node, edge.id), {**branches, name: edge.id}
            if p:
                after = Way(way.p * p, paid(scenario, way.totals, edge.payoff), branches)
                stack.append((edge.to or END, (*path, edge.path), after))
    return found


def paid(
    scenario: Scenario, totals: dict[tuple[str, str], Fraction], payoff: Payoff
) -> dict[tuple[str, str], Fraction]:
    found = dict(totals)
    for whose, amounts in payoff.items():
        for criterion, amount in amounts.items():
            for actor in scenario.actors if whose is None else [whose]:
                found[actor, criterion] += amount.exact_constant
    return found


def mean(found: list[Way], actor: str, criterion: str) -> Fraction:
    return sum((way.p * way.totals[actor, criterion] for way in found), Fraction(0))


def joint_outcomes(scenario: Scenario, reached: set[str]) -> Iterator[dict[str, str]]:
    """Yield every way in which the chance nodes that are reached may turn out."""
    nodes = [node for node in scenario.nodes.values() if node.kind == "chance" and node.id in reached]
    possible = [[branch for branch in node.edges if chance(node, branch) > 0] for node in nodes]
    for branches in product(*possible):
        yield dict(zip((node.id for node in nodes), branches, strict=True))


def met_in(found: list[Way], outcome: Mapping[str, str]) -> Way:
    """Return the one path of a strategy that a joint outcome lets happen."""
    (way,) = [way for way in found if all(outcome[node] == branch for node, branch in way.branches.items())]
    return way
