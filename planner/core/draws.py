"""A few draws of a scenario's inputs at a time, by the way that every other command goes: bind, then roll back.

This is the plain way. `planner.core.machine` finds the same numbers faster, and comes back here for the draws that its
shortcuts do not cover and for the words of an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.binding import bind, environment
from planner.core.numbers import Numbers, Tolerance
from planner.core.rollback import rollback
from planner.core.solve import finite
from planner.core.tree import Tree
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.core.model import Scenario
    from planner.core.rule import Rule
    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

Floats = NDArray[np.float64]
Inputs = dict[str, Floats]
Uniforms = dict[str, list[Floats]]
WIDTH = 512  # draws of a block
NUMBERS = 2**23  # numbers that a block holds at a time, about


@dataclass(frozen=True, eq=False)
class Draws:
    """What a block of draws comes to. Values are full and in the scenario's own sense.

    Attributes:
        options: (options, actors, draws) what taking each option at the decision in focus is worth.
        choice: (draws,) the number of the option that its owners take; -1 in draws that were set aside.
        value: (actors, draws) what the scenario is worth at the root.
    """

    options: Floats = field(repr=False)
    choice: NDArray[np.integer] = field(repr=False)
    value: Floats = field(repr=False)


class Plain:
    """One scenario and one decision in focus, worked out block by block.

    Blocks are always as wide, filled up with copies of their last draw, so that a draw's numbers are the same bits
    however draws are cut.
    """

    def __init__(self, unfolded: Unfolded, focus: int, overrides: Mapping[str, Number], rule: Rule) -> None:
        self.unfolded, self.focus, self.overrides, self.rule = unfolded, focus, overrides, rule
        actors, criteria = len(unfolded.scenario.actors), len(unfolded.scenario.criteria)
        a_draw = len(unfolded) * (3 + 4 * actors + 2 * criteria)
        self.width = max(2, min(WIDTH, NUMBERS // a_draw))  # one draw alone would take another way through the sweep

    @cached_property
    def tree(self) -> Tree:
        """The shape of the scenario."""
        return Tree.from_unfolded(self.unfolded)

    def block(
        self, inputs: Inputs, uniforms: Uniforms, first_draw: int = 0, unfit: NDArray[np.bool_] | None = None
    ) -> Draws:
        """Work out at most `width` draws; see `planner.core.machine.Machine.run`."""
        count = length(inputs, uniforms)
        more = self.width - count
        wide = {name: _longer(row, more) for name, row in inputs.items()}
        wide_uniforms = {node: [_longer(row, more) for row in rows] for node, rows in uniforms.items()}
        marks = None if unfit is None else np.zeros(self.width, np.bool_)
        with np.errstate(all="ignore"):  # what is not finite is looked for, and a draw that does not fit is an error
            made = self._wide(wide, wide_uniforms, first_draw, marks)
        if unfit is not None and marks is not None:
            unfit |= marks[:count]
        return Draws(made.options[..., :count], made.choice[:count], made.value[..., :count])

    def _wide(self, inputs: Inputs, uniforms: Uniforms, first_draw: int, unfit: NDArray[np.bool_] | None) -> Draws:
        scenario = self.unfolded.scenario
        parameters = {name: row for name, row in inputs.items() if name in scenario.parameters}
        env = environment(scenario, {**self.overrides, **parameters})
        bound = bind(self.unfolded, env, uniforms=uniforms, first_draw=first_draw, unfit=unfit)
        worth = valuation(scenario, drawn=weights_among(inputs))
        tolerance: list[Tolerance] = [
            inputs.get(f"actors.{actor.id}.risk_tolerance", actor.risk_tolerance) for actor in scenario.actors.values()
        ]
        numbers = Numbers.of_bound(self.tree, bound, worth, tolerance, self.width)
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
        choice = result.choice[tree.position[self.focus]].astype(np.int32)
        if unfit is not None:
            options[..., unfit] = value[:, unfit] = np.nan
            choice[unfit] = -1
        return Draws(options, choice, value)


def length(inputs: Mapping[str, Floats], uniforms: Mapping[str, Sequence[Floats]]) -> int:
    """Return how many draws there are.

    Raises:
        ValueError: nothing varies, or not all rows are as long.
    """
    found = {len(row) for row in [*inputs.values(), *(row for rows in uniforms.values() for row in rows)]}
    if len(found) != 1:
        raise ValueError(f"draws need inputs of one length, not of {sorted(found)}")
    return found.pop()


def inputs_of(scenario: Scenario, names: Iterable[str]) -> tuple[set[str], set[int], set[int]]:
    """Return which inputs are parameters, which actors' weights vary, and which actors' tolerance of risk.

    Raises:
        ValueError: the scenario has no such input.
    """
    actors = {name: at for at, name in enumerate(scenario.actors)}
    parameters: set[str] = set()
    weighing: set[int] = set()
    careful: set[int] = set()
    for name in names:
        match name.split("."):
            case [_] if name in scenario.parameters:
                parameters.add(name)
            case ["actors", actor, "risk_tolerance"] if actor in actors:
                careful.add(actors[actor])
            case ["actors", actor, "weights", criterion] if actor in actors and criterion in scenario.criteria:
                weighing.add(actors[actor])
            case _:
                raise ValueError(f"'{name}' is no input of the scenario")
    return parameters, weighing, careful


def weights_among(inputs: Mapping[str, Floats]) -> dict[str, dict[str, Floats]]:
    """Return the weights among the inputs, by actor and criterion."""
    found: dict[str, dict[str, Floats]] = {}
    for name, row in inputs.items():
        parts = name.split(".")
        if len(parts) == 4 and parts[2] == "weights":
            found.setdefault(parts[1], {})[parts[3]] = row
    return found


def _longer(row: Floats, more: int) -> Floats:
    """Return a row with its last number repeated."""
    return np.concatenate((row, np.repeat(row[-1:], more))) if more else np.asarray(row, np.float64)
