"""A scenario as rows that SQL can query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.core.expression import Expression
    from planner.core.model import Distribution, Payoff, Scenario

Row = tuple[Any, ...]
Table = type[tables.Base]


def scenario_rows(scenario: Scenario, revision_id: int) -> Iterator[tuple[Table, list[Row]]]:
    """Yield a scenario's content, table by table, parents first; columns in the order of the models."""
    actors, criteria, nodes = scenario.actors, scenario.criteria, scenario.nodes
    key = revision_id
    yield (
        tables.ActorRow,
        [(key, a.id, i, a.name, a.risk_tolerance, a.votes, a.minimum, a.note) for i, a in enumerate(actors.values())],
    )
    yield (
        tables.CriterionRow,
        [(key, c.id, i, c.name, c.unit, c.worst, c.best, c.start, c.note) for i, c in enumerate(criteria.values())],
    )
    yield tables.WeightRow, [(key, a.id, c, float(w)) for a in actors.values() for c, w in a.weights.items()]
    yield tables.ParameterRow, list(_parameters(scenario, key))
    yield tables.NodeRow, list(_nodes(scenario, key))
    yield tables.OwnerRow, [(key, n.id, actor, i) for n in nodes.values() for i, actor in enumerate(n.by)]
    yield (
        tables.EdgeRow,
        [
            (
                key,
                edge.node,
                edge.id,
                position,
                edge.name,
                edge.to,
                "rest" if edge.rest else _text(edge.p),
                _constant(edge.p),
                _text(edge.when),
                edge.note,
            )
            for node in nodes.values()
            for position, edge in enumerate(node.edges.values())
        ],
    )
    yield tables.PayoffRow, [(key, i, *row) for i, row in enumerate(_payoffs(scenario))]


def _parameters(scenario: Scenario, key: int) -> Iterator[Row]:
    for position, p in enumerate(scenario.parameters.values()):
        drawn = None if p.distribution is None else _distribution(p.distribution)
        number = (p.value.text, _constant(p.value), p.low, p.high, drawn)
        yield (key, p.id, position, p.name, p.unit, *number, p.source, p.note)


def _nodes(scenario: Scenario, key: int) -> Iterator[Row]:
    for position, node in enumerate(scenario.nodes.values()):
        known = node.resolved
        on = None if known is None or known.on is None else known.on.isoformat()
        resolved = (None, None, None) if known is None else (known.branch, on, known.source)
        decided = (node.rule, node.fallback, node.observe, node.certainty)
        yield (key, node.id, position, node.kind, node.title, *decided, *resolved, node.note)


def _payoffs(scenario: Scenario) -> Iterator[Row]:
    for node in scenario.nodes.values():
        yield from _payoff(node.id, None, node.payoff)
        for edge in node.edges.values():
            yield from _payoff(node.id, edge.id, edge.payoff)


def _payoff(node: str, edge: str | None, payoff: Payoff) -> Iterator[Row]:
    for actor, amounts in payoff.items():
        for criterion, amount in amounts.items():
            yield node, edge, actor, criterion, amount.text, _constant(amount)


def _text(expression: Expression | None) -> str | None:
    return None if expression is None else expression.text


def _constant(expression: Expression | None) -> float | None:
    return None if expression is None or expression.constant is None else float(expression.constant)


def _distribution(drawn: Distribution) -> str:
    if drawn.table:
        return f"{drawn.family}({{{', '.join(f'{_number(value)}: {_number(p)}' for value, p in drawn.table)}}})"
    if drawn.arguments:
        return f"{drawn.family}({', '.join(map(_number, drawn.arguments))})"
    return drawn.family


def _number(number: float) -> str:
    return float.__repr__(float(number)).removesuffix(".0")
