"""Folding back in rational numbers: the same semantics as `planner.core.rollback`, state by state, without rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.core import settle
from planner.core.binding import INEXACT, Bound
from planner.core.places import fault
from planner.core.tree import CHANCE, OUTCOME, Decider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.model import Scenario
    from planner.core.rule import Rule
    from planner.core.unfold import Unfolded
    from planner.core.valuation import Valuation

Number = Any  # Fraction, or float where `gains` serves floats


@dataclass(frozen=True, slots=True)
class Folded:
    """For each state the oriented value in every channel, and the slot that is followed (0 where nobody chooses)."""

    channels: Sequence[Sequence[Fraction]]
    choice: Sequence[int]


def fold_back(
    unfolded: Unfolded, bound: Bound, worth: Valuation, rule: Rule, deciders: tuple[tuple[Decider, ...], Sequence[int]]
) -> Folded:
    """Fold the states back in Fractions.

    Raises:
        ScenarioError: P211, an actor is averse to risk, and certainty equivalents have no exact value.
    """
    neutral = _neutral(unfolded.scenario, rule)
    rows = gains(bound, worth, Fraction(0))
    copies = 2 if rule.extremes else 1
    kinds, decider = deciders
    first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
    edge_row, end_row, p_row = bound.edge_row.tolist(), bound.end_row.tolist(), bound.p_row.tolist()
    channels: list[Sequence[Fraction]] = [()] * len(unfolded)
    choice = [0] * len(unfolded)
    for state in range(len(unfolded) - 1, -1, -1):
        who = kinds[decider[state]]
        if who.kind == OUTCOME:
            channels[state] = rows[end_row[state]] * copies
            continue
        edges = range(first[state], first[state + 1])
        ahead = [
            [value + more for value, more in zip(channels[target[edge]], rows[edge_row[edge]] * copies, strict=True)]
            for edge in edges
        ]
        if who.kind == CHANCE:
            channels[state] = settle.chance(ahead, [bound.p[p_row[edge]] for edge in edges], rule, neutral)
        else:
            choice[state] = settle.decide(ahead, who, rule, 0)
            channels[state] = ahead[choice[state]]
    return Folded(channels, choice)


def gains(bound: Bound, worth: Valuation, zero: Number) -> list[tuple[Number, ...]]:
    """Return the oriented value of each row of amounts, for each actor, in the kind of number that ``zero`` is."""
    return [
        tuple(
            sum(
                (
                    units[bound.columns[column][1]] * worth.sense * amount
                    for column, amount in row.items()
                    if bound.columns[column][0] in {None, actor}
                ),
                zero,
            )
            for actor, units in enumerate(worth.coefficient)
        )
        for row in bound.amounts
    ]


def _neutral(scenario: Scenario, rule: Rule) -> tuple[None, ...]:
    """Check that nobody compares certainty equivalents."""
    for actor in scenario.actors.values():
        if actor.risk_tolerance is not None and not rule.extremes:
            raise fault(
                scenario,
                INEXACT,
                f"--exact cannot work out certainty equivalents, and '{actor.id}' compares them",
                ("actors", actor.id, "risk_tolerance"),
                label="they take exp(…) and log(…)",
                help="evaluate without --exact, or leave 'risk_tolerance' out",
            )
    return (None,) * len(scenario.actors)
