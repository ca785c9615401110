"""Points: what a decision comes to where some of its inputs have other values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.binding import TOLERANCE, environment
from planner.core.diagnostics import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]

NUMBERS = 8_000_000  # as many values of states are held at once: 64 MB
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
    """Works a decision out at any number of points, as many at once as the memory has room for.

    Args:
        focus: the decision.
    """

    def __init__(self, focus: Focus) -> None:
        self.focus = focus
        self.machine = focus.machine()
        self.size = len(focus.unfolded) * max(len(focus.scenario.actors), 1)
        self.room = max(16, NUMBERS // self.size)
        self.owners = [focus.actor_at(actor) for actor in focus.by]
        self.base = self.run({}, 1)

    def run(self, inputs: Mapping[str, Floats], count: int | None = None) -> Points:
        """Work the decision out at all points.

        Args:
            inputs: for each input that varies its value at every point; an infinite tolerance of risk is neutral.
            count: how many points there are, where nothing varies.

        Raises:
            ScenarioError: the scenario is impossible at some point, such as a probability above 1.
        """
        total = len(next(iter(inputs.values()))) if inputs else count or 1
        where = np.arange(total)
        parts = [part for group in _alike(inputs, where) for part in self.cut(group)]
        made = [self.some({name: row[part] for name, row in inputs.items()}, len(part)) for part in parts]
        if len(made) == 1:
            return made[0]
        back = np.argsort(np.concatenate(parts), kind="stable")
        return Points(
            np.concatenate([one.options for one in made], axis=2)[..., back],
            np.concatenate([one.scores for one in made], axis=1)[:, back],
            np.concatenate([one.choice for one in made])[back],
        )

    def cut(self, where: Ints) -> list[Ints]:
        """Cut points into parts for which there is room."""
        return [where[at : at + self.room] for at in range(0, len(where), self.room)]

    def some(self, inputs: Mapping[str, Floats], count: int) -> Points:
        """Work some points out that differ in nothing but finite numbers."""
        if not inputs:
            solution = self.focus.solution
            values = np.asarray(solution.option_values(self.focus.state), np.float64)
            options = np.repeat(values[..., None], count, axis=2)
            choice = np.full(count, solution.choice[self.focus.state], np.int32)
            return Points(options, self.focus.scores(options), choice)
        made = self.machine.run(inputs)
        return Points(made.options, self.focus.scores(made.options), made.choice)

    def fits(self, inputs: Mapping[str, Floats]) -> bool:
        """Return whether the scenario is possible at every point."""
        try:
            self.run(inputs)
        except ScenarioError:
            return False
        return True

    def possible(self, inputs: Mapping[str, Floats]) -> Mask:
        """Return at which points the scenario is possible, by halving until a part is possible or a single point."""
        total = len(next(iter(inputs.values())))
        found = np.zeros(total, np.bool_)
        parts = [np.flatnonzero(plausible(self.focus, inputs, total))]
        while parts:
            part = parts.pop()
            if len(part) and self.fits({name: row[part] for name, row in inputs.items()}):
                found[part] = True
            elif len(part) > 1:
                middle = len(part) // 2
                parts += [part[:middle], part[middle:]]
        return found

    def margin(self, points: Points) -> float:
        """Return the difference below which scores count as equal at these points, a little more than the machine's."""
        own = max(float(self.focus.solution.margin[owner]) for owner in self.owners)
        before = max(1.0, float(np.abs(self.base.options).max()))
        return SLACK * own * max(1.0, float(np.abs(points.options).max(initial=0.0)) / before)

    def tied(self, points: Points, margin: float | None = None) -> Mask:
        """Return (options, points) which options are as good as the one taken for those who decide, itself included.

        The rule of joint decisions is that of `planner.core.kernels.agree`.
        """
        margin = self.margin(points) if margin is None else margin
        focus = self.focus
        if focus.fallback is None:
            return np.asarray(points.scores >= points.scores.max(axis=0) - margin)
        own = focus.sense * points.options[:, self.owners]
        gain = own - own[focus.fallback]
        least, most, total = gain.min(axis=1), gain.max(axis=1), gain.sum(axis=1)
        will_do = (least >= -margin) & (most > margin)
        some = will_do.any(axis=0)
        for measure in (least, total):
            best = np.where(will_do, measure, -np.inf).max(axis=0)
            will_do &= measure >= best - margin
        same = (most <= margin) & (least >= -margin)
        tied = np.where(some, will_do, same)
        tied[points.choice, np.arange(len(points))] = True
        return np.asarray(tied)


def plausible(focus: Focus, inputs: Mapping[str, Floats], total: int) -> Mask:
    """Return the points without those at which some probabilities can be seen not to fit.

    What is looked at are chance nodes whose probabilities depend on parameters alone; the rest is left to be tried.
    """
    scenario, state = focus.scenario, set(focus.scenario.state)
    given = {name: row for name, row in inputs.items() if name in scenario.parameters}
    env = environment(scenario, {**focus.overrides, **given})
    met = {focus.unfolded.place_ids[place] for place in np.unique(focus.unfolded.place).tolist()}
    fits = np.ones(total, np.bool_)
    for node in scenario.nodes.values():
        formulas = [edge.p for edge in node.edges.values() if edge.p is not None]
        names = {name for formula in formulas for name in formula.names}
        simple = names and not names & state and all(edge.when is None for edge in node.edges.values())
        if node.kind != "chance" or node.id not in met or not simple:
            continue
        chances = [np.asarray(formula.evaluate({name: env[name] for name in formula.names})) for formula in formulas]
        for chance in chances:
            fits &= (chance >= -TOLERANCE) & (chance <= 1 + TOLERANCE)
        over = sum(chances[1:], chances[0]) - 1
        fits &= (over if len(formulas) < len(node.edges) else np.abs(over)) <= TOLERANCE
    return fits


def _alike(inputs: Mapping[str, Floats], where: Ints) -> Sequence[Ints]:
    """Return the points in groups that agree on which inputs are infinite: a neutral actor takes another way."""
    rows = [np.isfinite(row) for name, row in inputs.items() if name.endswith(".risk_tolerance")]
    if not rows or all(row.all() for row in rows):
        return [where]
    patterns, group = np.unique(np.stack(rows), axis=1, return_inverse=True)
    return [where[group.ravel() == number] for number in range(patterns.shape[1])]
