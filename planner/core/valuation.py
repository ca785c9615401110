"""What consequences are worth to each actor: value is affine in the amounts along a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.core.places import as_fraction

if TYPE_CHECKING:
    from planner.core.model import Actor, Criterion, Scenario

Value = Any  # float or Fraction, one kind throughout


@dataclass(frozen=True, slots=True)
class Valuation:
    """``V_a = constant[a] + sum of coefficient[a][k] * amount in criterion k``, per actor of the file.

    Attributes:
        constant: the value if every amount were 0, for each actor.
        base: the value of the amounts at the start, for each actor.
        coefficient: value points for one unit, for each actor and criterion.
        start: the amount before any consequence, for each criterion.
        sense: 1 if more value is better, -1 if it is a cost.
    """

    constant: tuple[Value, ...]
    base: tuple[Value, ...]
    coefficient: tuple[tuple[Value, ...], ...]
    start: tuple[Value, ...]
    sense: int


Weights = Mapping[str, Mapping[str, Any]]  # actor -> criterion -> an array of draws


def valuation(scenario: Scenario, *, exact: bool = False, drawn: Weights | None = None) -> Valuation:
    """Return how the scenario's actors value amounts, in floats or in Fractions.

    ``drawn`` replaces weights by arrays with one number a draw; what depends on them becomes an array, too.

    Weights are divided by the sum of their absolute values. A scaled criterion scores 0 at ``worst`` and 100 at
    ``best``; a negative weight counts ``100 - score``. A sole criterion without a scale counts in its own unit.
    """
    criteria = scenario.criteria
    start = tuple(_number(criterion.start or 0.0, exact=exact) for criterion in criteria.values())
    weights = drawn or {}
    found = [_actor(actor, criteria, weights.get(name, {}), exact=exact) for name, actor in scenario.actors.items()]
    bases = [sum((unit * amount for unit, amount in zip(row, start, strict=True)), constant) for constant, row in found]
    sense = -1 if scenario.objective == "minimize" else 1
    constants, rows = (tuple(part) for part in zip(*found, strict=True))
    return Valuation(constants, tuple(bases), rows, start, sense)


def _number(value: float, *, exact: bool) -> Value:
    return as_fraction(value) if exact else float(value)


def _actor(
    actor: Actor, criteria: Mapping[str, Criterion], drawn: Mapping[str, Any], *, exact: bool
) -> tuple[Value, tuple[Value, ...]]:
    """Return the value when every amount is 0, and the value of one unit of each criterion."""
    one, zero = _number(1.0, exact=exact), _number(0.0, exact=exact)
    weights = {name: drawn.get(name, _number(actor.weights.get(name, 0.0), exact=exact)) for name in criteria}
    if len(criteria) == 1:  # counts in any case, draw by draw
        weights = {name: weight + (weight == 0) for name, weight in weights.items()}
    total = sum((abs(weight) for weight in weights.values()), zero)
    total = total + (total == 0)  # whoever weighs nothing is indifferent
    constant = zero
    row: list[Value] = []
    for name, criterion in criteria.items():
        weight = weights[name]
        if not _some(weight):
            row.append(zero)
        elif criterion.worst is not None and criterion.best is not None:
            worst, best = _number(criterion.worst, exact=exact), _number(criterion.best, exact=exact)
            unit = weight / total * 100 / (best - worst)
            row.append(unit)
            constant = constant + (-unit * worst + (weight < 0) * abs(weight) / total * 100)
        else:  # alone and without a scale
            row.append((weight > 0) * 2 * one - one)
    return constant, tuple(row)


def _some(weight: Value) -> bool:
    """Whether a weight counts, in some draw at least."""
    return bool(weight.any()) if hasattr(weight, "any") else bool(weight)
