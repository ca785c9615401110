"""A scenario made ready to be worked out for many draws of its inputs at once.

An input is what an analysis may vary: a parameter (``talks_yield``), a weight of an actor
(``actors.uk.weights.cohesion``) or its tolerance of risk (``actors.uk.risk_tolerance``), each under the name by which
`planner set` knows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.draws import Draws, Plain, length
from planner.core.rule import EXPECTED, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

__all__ = ("BLOCK", "Draws", "Machine")

Floats = NDArray[np.float64]
BLOCK = 8_192  # draws that go through at once: a handful of parameters of so many draws stay in the cache


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
        self.plain = Plain(unfolded, focus, self.overrides, rule)

    def run(
        self,
        inputs: Mapping[str, Floats],
        *,
        uniforms: Mapping[str, Sequence[Floats]] | None = None,
        first_draw: int = 0,
        unfit: NDArray[np.bool_] | None = None,
    ) -> Draws:
        """Work the scenario out, once for each draw.

        The numbers of one draw do not depend on the others, nor on how draws are cut into blocks. Any number of draws
        may be given: beyond inputs and results the memory does not grow with it.

        Args:
            inputs: for each input that varies its value in every draw, (draws,) each.
            uniforms: see `planner.core.binding.bind`.
            first_draw: the number of the first draw, for messages.
            unfit: (draws,) if given, draws in which a number does not fit are marked here and come to NaN.

        Raises:
            ScenarioError: a number does not fit in some draw, which the message names.
        """
        count = length(inputs, uniforms or {})
        slots, actors = len(self.unfolded.slots(self.focus)), len(self.unfolded.scenario.actors)
        made = Draws(np.empty((slots, actors, count)), np.empty(count, np.int32), np.empty((actors, count)))
        for start in range(0, count, self.plain.width):
            part = slice(start, min(start + self.plain.width, count))
            block = self.plain.block(
                {name: row[part] for name, row in inputs.items()},
                {node: [row[part] for row in rows] for node, rows in (uniforms or {}).items()},
                first_draw + start,
                None if unfit is None else unfit[part],
            )
            made.options[..., part], made.choice[part], made.value[:, part] = block.options, block.choice, block.value
        return made
