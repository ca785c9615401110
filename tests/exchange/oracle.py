"""An independent reader of the game that a scenario tells: rules from the format's page, no code of the exchange."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.game import game
from planner.analyses.forecast import forecast
from planner.core.rules import check, load
from planner.core.source import Source

if TYPE_CHECKING:
    from planner.core.model import Scenario


def scenario(text: str) -> Scenario:
    """Read a scenario in which nothing is wrong."""
    source = Source.from_text(text, path="made.yaml")
    assert [each.message for each in check(source) if each.severity == "error"] == []
    return load(source)


def paths(of: Scenario) -> list[tuple[Fraction, tuple[Fraction, ...]]]:
    """Return the probability of each path under uniform play, and what it pays, in the order of the file."""
    made = game(of)
    found = []
    stack = [(0, Fraction(1), tuple(made.worth.base))]
    while stack:
        state, p, total = stack.pop()
        edges = made.edges(state)
        if not edges:
            found.append((p, tuple(x + made.worth.sense * y for x, y in zip(total, made.end[state], strict=True))))
        for edge in reversed(edges):
            share = Fraction(1, len(edges)) if made.owners(state) else made.p[edge]
            paid = tuple(x + made.worth.sense * y for x, y in zip(total, made.gain[edge], strict=True))
            stack.append((made.target[edge], p * share, paid))
    return found


def uniform(of: Scenario) -> list[Fraction]:
    """Return what each actor gets on average if every choice is made at random."""
    ends = paths(of)
    return [sum((p * pay[actor] for p, pay in ends), Fraction(0)) for actor in range(len(of.actors))]


def answers(of: Scenario) -> dict[str, Any]:
    """Return what the forecast says, in numbers without names."""
    found = forecast(of)
    return {
        "count": found.count,
        "payoffs": sorted([tuple(map(str, one.values())) for one in found.payoffs]),
        "nash": found.nash.count,
        "nash_payoffs": sorted([tuple(map(str, one.values())) for one in found.nash.payoffs]),
    }
