"""A scenario made ready to be worked out for many draws of its inputs at once.

An input is what an analysis may vary: a parameter (``talks_yield``), a weight of an actor
(``actors.uk.weights.cohesion``) or its tolerance of risk (``actors.uk.risk_tolerance``), each under the name by which
`planner set` knows it.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.binding import bind, environment
from planner.core.numbers import Numbers, Tolerance
from planner.core.rollback import rollback
from planner.core.rule import EXPECTED, Rule
from planner.core.solve import finite
from planner.core.tree import Tree
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

Floats = NDArray[np.float64]
BLOCK = 8_192  # draws that go through at once: a handful of parameters of so many draws stay in the cache


@dataclass(frozen=True, eq=False)
class Draws:
    """What a block of draws comes to. Values are full and in the scenario's own sense.

    Attributes:
        options: (options, actors, draws) what taking each option at the decision in focus is worth.
        choice: (draws,) the number of the option that its owners take.
        value: (actors, draws) what the scenario is worth at the root.
    """

    options: Floats = field(repr=False)
    choice: NDArray[np.integer] = field(repr=False)
    value: Floats = field(repr=False)


class Machine:
    """One scenario, one decision in focus, any number of draws.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.core.unfold import unfold
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: {value: 0.4, low: 0.1, high: 0.6}}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {payoff: -70, to: hole}, sell: {payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> draws = Machine(unfold(scenario)).run({"oil": np.array([0.1, 0.4])})
    >>> draws.options[:, 0].tolist(), draws.choice.tolist(), draws.value.tolist()
    ([[-30.0, 90.0], [30.0, 30.0]], [1, 0], [[30.0, 90.0]])

    Args:
        unfolded: the states.
        focus: the state of the decision whose options are reported.
        overrides: numbers that replace parameters in every draw.
        rule: what decisions go by.
    """

    def __init__(
        self,
        unfolded: Unfolded,
        *,
        focus: int = 0,
        overrides: Mapping[str, Number] | None = None,
        rule: Rule = EXPECTED,
    ) -> None:
        self.unfolded, self.focus, self.rule = unfolded, focus, rule
        self.overrides = dict(overrides or {})
        self.tree = Tree.from_unfolded(unfolded)

    def run(
        self,
        inputs: Mapping[str, Floats],
        *,
        uniforms: Mapping[str, Sequence[Floats]] | None = None,
        first_draw: int = 0,
        unfit: NDArray[np.bool_] | None = None,
    ) -> Draws:
        """Work the scenario out, once for each draw.

        The numbers of one draw do not depend on the others, nor on how draws are cut into blocks.

        Args:
            inputs: for each input that varies its value in every draw, (draws,) each.
            uniforms: see `planner.core.binding.bind`.
            first_draw: the number of the first draw, for messages.
            unfit: (draws,) if given, draws in which a number does not fit are marked here and come to NaN.

        Raises:
            ScenarioError: a number does not fit in some draw, which the message names.
        """
        count = len(next(iter([*inputs.values(), *(row for rows in (uniforms or {}).values() for row in rows)])))
        if count == 1:  # one draw alone would take another way through the sweep
            twice = {name: np.repeat(row, 2) for name, row in inputs.items()}
            both = {name: [np.repeat(row, 2) for row in rows] for name, rows in (uniforms or {}).items()}
            marks = None if unfit is None else np.repeat(unfit, 2)
            made = self.run(twice, uniforms=both, first_draw=first_draw, unfit=marks)
            if unfit is not None and marks is not None:
                unfit |= marks[:1]
            return Draws(made.options[..., :1], made.choice[:1], made.value[..., :1])
        scenario = self.unfolded.scenario
        parameters = {name: row for name, row in inputs.items() if name in scenario.parameters}
        env = environment(scenario, {**self.overrides, **parameters})
        bound = bind(self.unfolded, env, uniforms=uniforms, first_draw=first_draw, unfit=unfit)
        worth = valuation(scenario, drawn=_weights(inputs))
        tolerance: list[Tolerance] = [
            inputs.get(f"actors.{actor.id}.risk_tolerance", actor.risk_tolerance) for actor in scenario.actors.values()
        ]
        with nullcontext() if unfit is None else np.errstate(over="ignore", invalid="ignore"):
            numbers = Numbers.of_bound(self.tree, bound, worth, tolerance, count)
            return self._folded(numbers, bound.edge_row, worth, unfit)

    def _folded(
        self, numbers: Numbers, edge_row: NDArray[np.int32], worth: Valuation, unfit: NDArray[np.bool_] | None
    ) -> Draws:
        """Fold numbers back and read off the options in focus."""
        tree = self.tree
        result = rollback(tree, numbers, self.rule)
        if unfit is None:
            finite(self.unfolded, np.moveaxis(result.channels, 1, 0)[tree.position])
        else:
            unfit |= ~np.isfinite(result.channels).all(axis=(0, 1))
        values = result.values  # (states, actors, draws)
        slots = self.unfolded.slots(self.focus)
        base = np.stack([np.broadcast_to(each, numbers.draws) for each in worth.base])
        options = np.empty((len(slots), len(base), numbers.draws))
        for at, slot in enumerate(slots):
            gain = numbers.gain[:, edge_row[slot]]
            options[at] = base + worth.sense * (values[tree.position[self.unfolded.target[slot]]] + gain)
        value = base + worth.sense * values[tree.position[0]]
        if unfit is not None:
            options[..., unfit] = value[:, unfit] = np.nan
        return Draws(options, result.choice[tree.position[self.focus]].astype(np.int32), value)


def _weights(inputs: Mapping[str, Floats]) -> dict[str, dict[str, Floats]]:
    """Return the weights among the inputs, by actor and criterion."""
    found: dict[str, dict[str, Floats]] = {}
    for name, row in inputs.items():
        parts = name.split(".")
        if len(parts) == 4 and parts[2] == "weights":
            found.setdefault(parts[1], {})[parts[3]] = row
    return found
