"""What lies ahead of each state, without its distribution: range, mean and central moments, from the ends up.

The moments of a mixture follow from those of its parts, so they are exact however many paths there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.core.followed import Floats, Followed
    from planner.core.solve import Solution


@dataclass(frozen=True, eq=False)
class Worth:
    """What each step is worth to one actor, in the scenario's own sense.

    Attributes:
        start: for each option the value before anything else happens, that of the option itself included.
        edge: for each edge what it adds.
        end: for each state what it adds where a path ends there; 0 elsewhere.
    """

    start: Floats = field(repr=False)
    edge: Floats = field(repr=False)
    end: Floats = field(repr=False)

    @classmethod
    def to(cls, actor: int, followed: Followed, solution: Solution) -> Worth:
        """Return what steps are worth to an actor, given by number."""
        gain = np.array([row[actor] for row in solution.gain], np.float64) * solution.worth.sense
        rows, end_rows = solution.bound.edge_row, solution.bound.end_row
        start = solution.worth.base[actor] + gain[rows[followed.option_slot]]
        return cls(start, gain[rows[followed.slot]], gain[end_rows[followed.state]])


@dataclass(frozen=True, eq=False)
class Ahead:
    """For each state what lies ahead of it, all that is possible and however improbable.

    Attributes:
        low: the least that may be added from there on.
        high: the most.
        size: the largest amount, gained or lost, that lies ahead of it or of any state that can follow.
        mean: what is added in the mean.
        moments: (3, states) the second, third and fourth central moment, of values counted in ``unit``.
        unit: the largest single step, so that fourth powers stay within the floats.
    """

    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    size: Floats = field(repr=False)
    mean: Floats = field(repr=False)
    moments: Floats = field(repr=False)
    unit: float

    @classmethod
    def of(cls, followed: Followed, worth: Worth) -> Ahead:
        """Work out what lies ahead, level by level from the ends up."""
        low, high, mean = worth.end.copy(), worth.end.copy(), worth.end.copy()
        size, moments = np.abs(worth.end), np.zeros((3, len(followed)))
        unit = max(float(np.abs(worth.edge).max(initial=0)), float(size.max())) or 1.0
        for start, stop in reversed(list(zip(followed.levels, followed.levels[1:], strict=False))):
            bounds = followed.first_edge[start : stop + 1]
            edges, first = slice(bounds[0], bounds[-1]), bounds[:-1] - bounds[0]
            to, p, gain = followed.target[edges], followed.p[edges], worth.edge[edges]
            low[start:stop] = np.minimum.reduceat(low[to] + gain, first)
            high[start:stop] = np.maximum.reduceat(high[to] + gain, first)
            larger = np.maximum(-low[start:stop], high[start:stop])
            size[start:stop] = np.maximum(np.maximum.reduceat(size[to], first), larger)
            means = mean[to] + gain
            mean[start:stop] = np.add.reduceat(p * means, first)
            apart = (means - np.repeat(mean[start:stop], np.diff(bounds))) / unit
            moments[:, start:stop] = np.add.reduceat(p * _about(apart, moments[:, to]), first, axis=1)
        return cls(low, high, size, mean, moments, unit)


def _about(apart: Floats, moments: Floats) -> Floats:
    """Return moments about a point from which the means lie ``apart``."""
    second, third, fourth = moments
    square = apart * apart
    return np.stack(
        (
            second + square,
            third + apart * (3 * second + square),
            fourth + apart * (4 * third + apart * (6 * second + square)),
        )
    )
