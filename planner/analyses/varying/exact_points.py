"""Places of equal scores as fractions, found near a float and proved by evaluating there in rational numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.result import BadArgument, overridden
from planner.core import joint
from planner.core.binding import bind, environment
from planner.core.diagnostics import ScenarioError
from planner.core.places import as_fraction
from planner.core.solve import folded_exactly
from planner.core.tree import deciders_of
from planner.core.unfold import unfold
from planner.core.valuation import valuation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.focus import Focus
    from planner.analyses.varying.axes import Axis

LARGEST = 3_000  # states up to which a scenario is evaluated in fractions
NEAR = Fraction(1, 10**9)  # of the range: how far from the float the fraction may lie
DIGITS = 60  # a fraction longer than this says nothing to a reader


class ExactPoints:
    """A decision evaluated in fractions, where the scenario allows that.

    Args:
        focus: the decision.
        overrides: numbers that replace parameters, as they were written.
    """

    def __init__(self, focus: Focus, overrides: Mapping[str, float | str] | None) -> None:
        self.focus = focus
        self.possible = len(focus.unfolded) <= LARGEST
        averse = any(actor.risk_tolerance is not None for actor in focus.scenario.actors.values())
        if averse and not focus.rule.extremes:
            self.possible = False
        if not self.possible:
            return
        try:
            self.overrides = overridden(focus.scenario, overrides, exact=True)
            self.unfolded = unfold(focus.scenario, exact=True)
        except (BadArgument, ScenarioError):
            self.possible = False
            return
        self.deciders = deciders_of(self.unfolded)
        self.state = self.unfolded.labels.index(focus.label)

    def root(self, axis: Axis, at: float, pair: tuple[int, int]) -> Fraction | None:
        """Return the fraction next to ``at`` at which two options score exactly the same; None if none was found.

        Tried are the simplest fractions near the float, and the roots of the line and of the quotient of two lines
        through the exact differences of the scores beside it. Each is proved by evaluating there.
        """
        if not self.possible or axis.inverse:
            return None
        width = Fraction(axis.width)
        near = NEAR * width
        try:
            for guess in _simple(Fraction(at), width):
                if self.equal(axis, guess, pair):
                    return guess
            beside = [(Fraction(at) + by * width / 1000).limit_denominator(10**6) for by in (-2, -1, 1)]
            inside = [x for x in beside if Fraction(axis.low) <= x <= Fraction(axis.high)]
            leads = [self.lead(axis, x, pair) for x in inside]
            for guess in _lines(inside, leads):
                if abs(guess - Fraction(at)) <= near and len(str(guess)) <= DIGITS and self.equal(axis, guess, pair):
                    return guess
        except ScenarioError:
            return None
        return None

    def equal(self, axis: Axis, at: Fraction, pair: tuple[int, int]) -> bool:
        """Whether two options score exactly the same."""
        return self.lead(axis, at, pair) == 0

    def lead(self, axis: Axis, at: Fraction, pair: tuple[int, int]) -> Fraction:
        """Return by how much one option's score is above another's.

        Raises:
            ScenarioError: the scenario is impossible there, or has no exact value.
        """
        scenario, focus = self.focus.scenario, self.focus
        weight = axis.kind == "weight"
        given = self.overrides if weight else {**self.overrides, axis.name: at}
        drawn: dict[str, dict[str, Any]] = {}
        if weight:
            _, actor, _, criterion = axis.name.split(".")
            drawn = {actor: {criterion: at}}
        bound = bind(self.unfolded, environment(scenario, given, exact=True), exact=True)
        worth = valuation(scenario, exact=True, drawn=drawn)
        solution = folded_exactly(self.unfolded, self.deciders, bound, worth, focus.rule)
        rows = solution.option_values(self.state)
        owners = [focus.actor_at(actor) for actor in focus.by]
        own = np.array([[focus.sense * as_fraction(row[owner]) for row in rows] for owner in owners], object)
        if focus.fallback is None:
            scores = own[0]
        else:
            who = solution.who(self.state)
            scores = joint.scores(own, focus.fallback, who.rule, who.votes)
        first, second = (Fraction(scores[option]) for option in pair)
        return first - second


def _simple(at: Fraction, width: Fraction) -> list[Fraction]:
    """Return the fractions with small denominators that are nearest to a float, the simplest first."""
    found = [at.limit_denominator(largest) for largest in (100, 10_000, 1_000_000)]
    return [one for one in dict.fromkeys(found) if abs(one - at) <= NEAR * width]


def _lines(at: list[Fraction], leads: list[Fraction]) -> list[Fraction]:
    """Return where a line, and where a quotient of two lines, through some differences is 0."""
    found = []
    if len(at) >= 2 and leads[-1] != leads[-2]:
        found.append(at[-1] - leads[-1] * (at[-1] - at[-2]) / (leads[-1] - leads[-2]))
    if len(at) == 3 and all(leads) and len({1 / lead for lead in leads}) == 3:
        # f(x) = (x - r) / (c x + d) up to a factor: three values give r by linear equations in (1/f-free) form
        root = _quotient(at, leads)
        found += [] if root is None else [root]
    return found


def _quotient(at: list[Fraction], leads: list[Fraction]) -> Fraction | None:
    """Return the root of (a + b x) / (1 + c x) through three points."""
    (x0, x1, x2), (f0, f1, f2) = at, leads
    # a + b x - c x f = f: subtract the first line from the others and solve for b and c
    p1, q1, s1 = x1 - x0, -(x1 * f1 - x0 * f0), f1 - f0
    p2, q2, s2 = x2 - x0, -(x2 * f2 - x0 * f0), f2 - f0
    determinant = p1 * q2 - p2 * q1
    if determinant == 0:
        return None
    b, c = (s1 * q2 - s2 * q1) / determinant, (p1 * s2 - p2 * s1) / determinant
    a = f0 - b * x0 + c * x0 * f0
    return -a / b if b else None
