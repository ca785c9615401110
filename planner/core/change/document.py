"""The text of a scenario that was made in Python: JSON, as the reader takes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from planner.core.model import SELF, VALUE, Criterion
from planner.core.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.expression import Expression
    from planner.core.model import Actor, Edge, Node, Payoff, Scenario


def document(scenario: Scenario) -> Source:
    """Return a scenario's data as a text; conflicts and includes are left to texts that people wrote.

    >>> from planner.core.expression import Expression
    >>> from planner.core.model import Actor, Criterion, Node, Scenario
    >>> end = Node("end", "outcome", "The end", payoff={None: {"value": Expression.of(3)}})
    >>> made = Scenario("Made", {"end": end}, {"self": Actor("self", "Self")}, {"value": Criterion("value", "Value")})
    >>> document(made).data["nodes"]["end"]["payoff"]["value"]
    3.0
    """
    head = {
        key: getattr(scenario, key)
        for key in ("title", "question", "summary", "horizon", "likelihood_words", "objective")
    }
    days = {key: getattr(scenario, key) for key in ("as_of", "decide_by")}
    data: dict[str, Any] = {
        "planner": 1,
        **{key: value for key, value in head.items() if value is not None},
        **{key: value.isoformat() for key, value in days.items() if value is not None},
        "tags": list(scenario.tags),
        "parameters": {name: _parameter(each) for name, each in scenario.parameters.items()},
        "correlations": [[each.first, each.second, each.value] for each in scenario.correlations],
        "futures": {
            name: _full(name=each.name, set=_formulas(each.set), probability=each.probability, note=each.note)
            for name, each in scenario.futures.items()
        },
        "state": dict(scenario.state),
        "signals": {
            name: _full(
                name=each.name,
                about=each.about,
                likelihood={branch: _formulas(row) for branch, row in each.likelihood.items()},
            )
            for name, each in scenario.signals.items()
        },
        "nodes": {name: _node(each) for name, each in scenario.nodes.items()},
    }
    if list(scenario.actors) != [SELF]:
        data["actors"] = {name: _actor(each) for name, each in scenario.actors.items()}
    if list(scenario.criteria) != [VALUE] or scenario.criteria[VALUE] != Criterion(VALUE, "Value"):
        data["criteria"] = {
            name: _full(
                name=each.name, unit=each.unit, worst=each.worst, best=each.best, start=each.start, note=each.note
            )
            for name, each in scenario.criteria.items()
        }
    return Source.from_text(json.dumps(data, ensure_ascii=False), path="scenario.json")


def _full(**fields: Any) -> dict[str, Any]:
    """Return the fields that are there."""
    return {key: value for key, value in fields.items() if value is not None and value not in ((), {})}


def _formula(formula: Expression) -> Any:
    if not formula.literal:
        from planner.core.change.algebra import text

        return text(formula.program)  # a formula that reads other names keeps the text that it was written as
    return float(formula.program[0][1])


def _formulas(by_name: Mapping[str, Expression]) -> dict[str, Any]:
    return {name: _formula(each) for name, each in by_name.items()}


def _parameter(each: Any) -> dict[str, Any]:
    spread = each.distribution
    words = None
    if spread is not None and spread.table:
        words = f"discrete({{{', '.join(f'{value!r}: {p!r}' for value, p in spread.table)}}})"
    elif spread is not None:
        words = spread.family + (f"({', '.join(map(repr, spread.arguments))})" if spread.arguments else "")
    return _full(name=each.name, unit=each.unit, value=_formula(each.value), low=each.low, high=each.high,
                 distribution=words, source=each.source, note=each.note)  # fmt: skip


def _actor(each: Actor) -> dict[str, Any]:
    return _full(
        name=each.name,
        weights=dict(each.weights),
        weight_ranges={name: list(row) for name, row in each.weight_ranges.items()},
        risk_tolerance=each.risk_tolerance,
        votes=each.votes,
        minimum=each.minimum,
        note=each.note,
    )


def _payoff(payoff: Payoff) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for actor, amounts in payoff.items():
        if actor is None:
            made.update(_formulas(amounts))
        else:
            made[actor] = _formulas(amounts)
    return made


def _node(node: Node) -> dict[str, Any]:
    resolved = node.resolved
    happened = None
    if resolved is not None:
        on = resolved.on.isoformat() if resolved.on is not None else None
        happened = _full(branch=resolved.branch, on=on, source=resolved.source)
    head: dict[str, Any] = (
        {node.kind: node.title} if node.observe is None else {"observe": node.observe, "name": node.title}
    )
    edges = {edge.id: _edge(edge) for edge in node.edges.values()}
    group = {"options" if node.kind == "decision" else "branches": edges} if node.kind != "outcome" else {}
    fields = _full(by=list(node.by), rule=node.rule, fallback=node.fallback, unseen=list(node.unseen),
                   certainty=node.certainty, resolved=happened, payoff=_payoff(node.payoff),
                   note=node.note)  # fmt: skip
    return {**head, **{key: value for key, value in fields.items() if value != []}, **group}


def _edge(edge: Edge) -> dict[str, Any]:
    return _full(
        name=edge.name,
        p="rest" if edge.rest else None if edge.p is None else _formula(edge.p),
        when=None if edge.when is None else _formula(edge.when),
        set=_formulas(edge.set),
        payoff=_payoff(edge.payoff),
        to=edge.to,
        signs=list(edge.signs) or None,
        note=edge.note,
    )
