"""What the analyst wrote that numbers hang on: every number and formula of a scenario with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.core.parameters import values as parameter_values
from planner.core.places import edge_path, node_path, source_of, span_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.core.expression import Expression
    from planner.core.model import Edge, Payoff, Scenario
    from planner.core.places import Path


@dataclass(frozen=True, slots=True)
class Input:
    """Something that the analyst wrote and that a number hangs on.

    Attributes:
        name: as on the command line: ``talks_yield``, ``benchmarks.met.p``, ``line.engage.payoff.cohesion``.
        text: as the file gives it.
        value: what that is.
        place: file, line and column.
    """

    name: str
    text: str
    value: float | None
    place: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"name": self.name, "text": self.text, "value": self.value, "place": self.place}


def written(scenario: Scenario, changed: Mapping[str, float]) -> Iterator[Input]:
    """Yield every number and formula of a scenario with its place in the file; ``changed`` replaces parameters."""
    yield from _of_parameters(scenario, changed)
    for name, criterion in scenario.criteria.items():
        for key in ("worst", "best", "start"):
            value = getattr(criterion, key)
            if value is not None:
                yield Input(f"criteria.{name}.{key}", f"{value:g}", value, _place(scenario, ("criteria", name, key)))
    yield from _of_actors(scenario)
    for node in scenario.nodes.values():
        yield from _amounts(scenario, node.id, node.payoff, node_path(node, "payoff"))
        for edge in node.edges.values():
            yield from _of_edge(scenario, edge)


def _of_parameters(scenario: Scenario, changed: Mapping[str, float]) -> Iterator[Input]:
    made = parameter_values(scenario.parameters, changed)
    for name, parameter in scenario.parameters.items():
        path: Path = ("parameters", name)
        inner = (*path, "value") if isinstance(_at(scenario, path), dict) else path
        yield Input(name, parameter.value.text, float(made[name]), _place(scenario, inner))
        for key in ("low", "high"):
            value = getattr(parameter, key)
            if value is not None:
                yield Input(f"{name}.{key}", f"{value:g}", value, _place(scenario, (*path, key)))


def _of_actors(scenario: Scenario) -> Iterator[Input]:
    """Yield weights, as shares of all that an actor weighs, and an actor's other numbers."""
    for name, actor in scenario.actors.items():
        total = sum(map(abs, actor.weights.values())) or 1.0
        for criterion, weight in actor.weights.items():
            where: Path = ("actors", name, "weights", criterion)
            yield Input(f"actors.{name}.weights.{criterion}", f"{weight:g}", weight / total, _place(scenario, where))
        for key in ("risk_tolerance", "votes", "minimum"):
            value = getattr(actor, key)
            if value is not None:
                yield Input(f"actors.{name}.{key}", f"{value:g}", value, _place(scenario, ("actors", name, key)))


def _of_edge(scenario: Scenario, edge: Edge) -> Iterator[Input]:
    if edge.p is not None:
        yield Input(f"{edge.path}.p", edge.p.text, _constant(edge.p), _place(scenario, edge_path(scenario, edge, "p")))
    elif edge.rest:
        yield Input(f"{edge.path}.p", "rest", None, _place(scenario, edge_path(scenario, edge, "p")))
    yield from _amounts(scenario, edge.path, edge.payoff, edge_path(scenario, edge, "payoff"))


def _amounts(scenario: Scenario, name: str, payoff: Payoff, path: Path) -> Iterator[Input]:
    for actor, amounts in payoff.items():
        for criterion, amount in amounts.items():
            inside = (*path, *((actor,) if actor is not None else ()), criterion)
            where = ".".join([name, "payoff", *((actor,) if actor is not None else ()), criterion])
            yield Input(where, amount.text, _constant(amount), _place(scenario, inside))


def _constant(formula: Expression) -> float | None:
    return None if formula.names else formula.constant


def _at(scenario: Scenario, path: Path) -> object:
    source, inner = source_of(scenario).home(path)
    value: object = source.data
    for part in inner:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _place(scenario: Scenario, path: Path) -> str:
    """Return file, line and column of something; empty for a scenario made in Python."""
    if scenario.source is None:
        return ""
    source, inner = scenario.source.home(path)
    line, column = source.position(span_of(source, inner).start)
    return f"{source.path}:{line}:{column}"
