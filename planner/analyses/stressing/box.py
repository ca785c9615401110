"""The box of all ranges: which parameters span it, points in it, and what the options are worth there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.randomness import SEEDS, bits, strata
from planner.analyses.result import BadArgument
from planner.analyses.stressing.bends import Bend, of_options
from planner.core.parameters import in_order, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.focus import Focus
    from planner.core.machine import Machine
    from planner.core.model import Parameter

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

CORNERS = 12  # with so many parameters or fewer every corner is tried
COPY = 48  # a second sample takes streams of random numbers from 2**48 on


@dataclass(frozen=True, eq=False)
class Ranges:
    """The box that the parameters with `low` and `high` span, every other number as it is.

    Attributes:
        focus: the decision whose options are looked at.
        names: the parameters that make a difference to them, in file order; a point is a row of their values.
        low, high: the ends of their ranges.
        given: their values as the file has them.
        idle: parameters with a range that make no difference to the options.
        follow: formulas with a range of their own that follow what they read.
        bends: for each option and actor how its value depends on parameters.
    """

    focus: Focus
    names: tuple[str, ...]
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    given: Floats = field(repr=False)
    idle: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    bends: tuple[tuple[Bend, ...], ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _machine(self) -> Machine:
        return self.focus.machine()

    def sample(self, count: int, *, seed: int, copy: int = 0) -> Floats:
        """Return points spread evenly over the box, a Latin hypercube; another ``copy`` is independent of it."""
        columns = [strata(seed, (copy << COPY) + (at << 2), 0, count, count) for at in range(len(self))]
        return np.asarray(self.low + (self.high - self.low) * np.stack(columns, axis=1))

    def corners(self, *, seed: int) -> tuple[Floats, bool]:
        """Return the corners of the box, and whether that is all of them; of many some are taken by chance."""
        count = len(self)
        if count <= CORNERS:
            chosen = np.arange(2**count)[:, None] >> np.arange(count) & 1
        else:
            columns = [bits(seed, (2 << COPY) + at, 0, 2**CORNERS) for at in range(count)]
            chosen = (np.stack(columns, axis=1) >> np.uint64(63)).astype(np.int64)
        return np.where(chosen == 1, self.high, self.low), count <= CORNERS

    def values(self, points: Floats) -> tuple[Floats, Marks]:
        """Work the options out at some points.

        Args:
            points: (points, names).

        Returns:
            (options, actors, points) full values, NaN where a point is impossible: a probability outside 0 and 1, a sum
            above 1, a number that is not finite; and which points are possible.
        """
        unfit = np.zeros(len(points), np.bool_)
        inputs = {name: np.ascontiguousarray(points[:, at]) for at, name in enumerate(self.names)}
        return self._machine.run(inputs, unfit=unfit).options, ~unfit


@dataclass(frozen=True, eq=False)
class Sample:
    """Possible points of the box, and what the options are worth there to every actor.

    Attributes:
        points: (points, parameters).
        values: (options, actors, points).
        left_out: how many points were impossible.
    """

    points: Floats = field(repr=False)
    values: Floats = field(repr=False)
    left_out: int = 0

    @classmethod
    def of(cls, ranges: Ranges, points: Floats) -> Sample:
        """Work the options out at some points and keep the possible ones."""
        values, possible = ranges.values(points)
        return cls(points[possible], values[..., possible], int((~possible).sum()))


def ranges(focus: Focus) -> Ranges:
    """Return the box of all ranges around the decision in focus."""
    parameters = focus.scenario.parameters
    varied, follow = _varied(parameters, focus.overrides)
    bends = of_options(focus, varied)
    on = 0
    for row in bends:
        for bend in row:
            on |= bend.on
    names = tuple(name for at, name in enumerate(varied) if on >> at & 1)
    given = values(parameters, focus.overrides)
    return Ranges(
        focus=focus,
        names=names,
        low=np.array([parameters[name].low for name in names], np.float64),
        high=np.array([parameters[name].high for name in names], np.float64),
        given=np.array([given[name] for name in names], np.float64),
        idle=tuple(name for name in varied if name not in names),
        follow=follow,
        bends=tuple(map(tuple, bends)),
    )


def checked_sample(points: int, seed: int) -> None:
    """Refuse a size or a seed of which no sample can be made."""
    if not 100 <= points <= 10_000_000:
        raise BadArgument(f"{points:,} is no number of points", "take at least 100, at most 10 million")
    if not 0 <= seed < SEEDS:
        raise BadArgument(f"{seed} is no seed", "take a whole number from 0 to 2**64 - 1")


def _varied(
    parameters: Mapping[str, Parameter], overrides: Mapping[str, object]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parameters that span the box, in file order, and the formulas that follow them."""
    varied: set[str] = set()
    moving: set[str] = set()
    follow = []
    for name in in_order(parameters):
        if name in overrides:
            continue
        parameter = parameters[name]
        if not math.isfinite((parameter.high or 0.0) - (parameter.low or 0.0)):
            raise BadArgument(f"the range of '{name}' is too wide for floating point", "write it in larger units")
        ranged = parameter.low is not None and parameter.high is not None and parameter.low < parameter.high
        if parameter.value.names & moving:
            moving.add(name)
            follow += [name] * ranged
        elif ranged:
            moving.add(name)
            varied.add(name)
    return tuple(name for name in parameters if name in varied), tuple(follow)
