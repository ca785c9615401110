"""Points: what a decision comes to where some of its inputs have other values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import joint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]

SLACK = 4.0  # how much wider than the machine's own margin a tie is looked for


@dataclass(frozen=True, eq=False)
class Points:
    """A decision at several points.

    Attributes:
        options: (options, actors, points) what taking each option is worth, in the scenario's own sense.
        scores: (options, points) by how much those who decide want each option.
        choice: (points,) the option that is taken.
    """

    options: Floats = field(repr=False)
    scores: Floats = field(repr=False)
    choice: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.choice)

    def lead(self, option: int) -> Floats:
        """Return by how much an option's score is above the best of the others; infinite if there is no other."""
        others = np.delete(self.scores, option, axis=0)
        return np.asarray(self.scores[option] - others.max(axis=0, initial=-np.inf))

    def of(self, actor: int) -> Floats:
        """Return (options, points) what the options are worth to an actor."""
        return np.asarray(self.options[:, actor])

    def taken(self, actor: int) -> Floats:
        """Return what the option that is taken is worth to an actor."""
        return np.asarray(self.options[self.choice, actor, np.arange(len(self))])


class Probe:
    """Works a decision out at any number of points.

    Args:
        focus: the decision.
    """

    def __init__(self, focus: Focus) -> None:
        self.focus = focus
        self.machine = focus.machine()
        self.size = len(focus.unfolded) * max(len(focus.scenario.actors), 1)
        self.owners = [focus.actor_at(actor) for actor in focus.by]
        values = np.asarray(focus.solution.option_values(focus.state), np.float64)[..., None]
        choice = np.array([focus.solution.choice[focus.state]], np.int32)
        self.base = Points(values, focus.scores(values), choice)

    def run(self, inputs: Mapping[str, Floats], unfit: Mask | None = None) -> Points:
        """Work the decision out at all points.

        Args:
            inputs: for each input that varies its value at every point; an infinite tolerance of risk is neutral.
            unfit: (points,) if given, points at which the scenario is impossible are marked here, and come to NaN and
                choice -1.

        Raises:
            ScenarioError: the scenario is impossible at some point, such as a probability above 1.
        """
        made = self.machine.run(inputs, unfit=unfit)
        return Points(made.options, self.focus.scores(made.options), made.choice)

    def known(self, inputs: Mapping[str, Floats]) -> Points:
        """Work the decision out where the scenario is possible; elsewhere come NaN and choice -1."""
        return self.run(inputs, np.zeros(len(next(iter(inputs.values()))), np.bool_))

    def possible(self, inputs: Mapping[str, Floats]) -> Mask:
        """Return at which points the scenario is possible."""
        return np.asarray(self.known(inputs).choice >= 0)

    def margin(self, points: Points) -> float:
        """Return the difference below which scores count as equal at these points, a little more than the machine's."""
        own = max(float(self.focus.solution.margin[owner]) for owner in self.owners)
        before = max(1.0, float(np.abs(self.base.options).max()))
        return SLACK * own * max(1.0, float(np.abs(points.options).max(initial=0.0)) / before)

    def tied(self, points: Points, margin: float | None = None) -> Mask:
        """Return (options, points) which options are as good as the one taken for those who decide, itself included."""
        margin = self.margin(points) if margin is None else margin
        focus = self.focus
        if focus.fallback is None:
            tied = points.scores >= points.scores.max(axis=0) - margin
        else:
            own = focus.sense * np.moveaxis(points.options[:, self.owners], 1, 0)
            who = focus.solution.who(focus.state)
            tied = joint.adopted(own, focus.fallback, margin, who.rule, who.votes)
        fits = points.choice >= 0
        tied[points.choice[fits], np.flatnonzero(fits)] = True
        return np.asarray(tied)
