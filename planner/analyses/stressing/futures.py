"""The named futures of a scenario: what every parameter is in each, and what the options are worth there.

A future replaces the formulas of some parameters; what depends on them follows. A formula that reads the very parameter
that it replaces means its value as the file has it: ``shock: shock * 2`` doubles it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from graphlib import CycleError
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.core.parameters import changed_values, values
from planner.core.solve import solve_unfolded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.model import Future, Scenario
    from planner.core.solve import Number

Floats = NDArray[np.float64]

BASE = "base"


@dataclass(frozen=True, slots=True)
class World:
    """A future, or the scenario as the file has it.

    Attributes:
        id: the future's id, or ``base``.
        name: what happens in it.
        set: the parameters that it sets, as numbers.
        probability: how likely it is, if the file says so.
    """

    id: str
    name: str
    set: Mapping[str, float]
    probability: float | None = None


@dataclass(frozen=True, eq=False)
class Worlds:
    """What the options are worth in each world: the file's own numbers first, then the futures in file order.

    Attributes:
        worlds: the worlds.
        values: (options, actors, worlds) full values.
        choice: for each world the number of the option that those who decide take.
    """

    worlds: tuple[World, ...]
    values: Floats = field(repr=False)
    choice: tuple[int, ...] = ()


def worlds(focus: Focus) -> Worlds:
    """Work the options out in every future; later decisions are made knowing which one it is.

    Raises:
        ScenarioError: the numbers do not fit in some future, which the message names.
        BadArgument: the formulas of a future depend on each other in a circle.
    """
    scenario = focus.scenario
    made = [World(_base_id(scenario), "As the file has it", {})]
    rows = [values(scenario.parameters, focus.overrides)]
    for future in scenario.futures.values():
        row = _parameters(scenario, future, focus.overrides)
        changed = {name: row[name] for name in future.set}
        for name, number in changed.items():
            if not math.isfinite(number):
                message = f"parameter '{name}' has no finite value in future '{future.id}'"
                raise BadArgument(message, "keep what its formula divides by, or takes the logarithm of, away from 0")
        made.append(World(future.id, future.name, changed, future.probability))
        rows.append(row)
    if not scenario.futures or not scenario.parameters:  # nothing differs from the file's own numbers
        own = np.array(focus.solution.option_values(focus.state), np.float64)
        return Worlds(tuple(made), np.repeat(own[..., None], len(made), axis=2), (_chosen(focus),) * len(made))
    inputs = {name: np.array([row[name] for row in rows], np.float64) for name in scenario.parameters}
    try:
        draws = focus.machine().run(inputs)
    except ScenarioError:
        _name_the_future(focus, made, rows)
        raise
    return Worlds(tuple(made), draws.options, tuple(draws.choice.tolist()))


def _chosen(focus: Focus) -> int:
    return int(focus.solution.choice[focus.state])


def _base_id(scenario: Scenario) -> str:
    return BASE if BASE not in scenario.futures else f"({BASE})"


def _parameters(scenario: Scenario, future: Future, overrides: Mapping[str, Number]) -> dict[str, float]:
    """Return every parameter in a future; what the future sets outdoes numbers given for this run."""
    given = {name: float(number) for name, number in overrides.items()}
    try:
        return changed_values(scenario.parameters, future.set, given)
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        message = f"future '{future.id}' makes parameters depend on each other: {circle}"
        raise BadArgument(message, "give one of them a number of its own there") from None


def _name_the_future(focus: Focus, made: Sequence[World], rows: Sequence[Mapping[str, float]]) -> None:
    """Raise the fault again, naming the future in which the numbers do not fit."""
    for world, row in zip(made, rows, strict=True):
        try:
            solve_unfolded(focus.unfolded, overrides=row, rule=focus.rule)
        except ScenarioError as error:
            where = f"in future '{world.id}' "
            raise ScenarioError(
                [replace(each, message=f"{where}{each.message}") for each in error.diagnostics]
            ) from error
