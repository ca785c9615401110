"""Stochastic dominance between two profiles.

At first order one dominates another if, whatever the value, it is at most as likely to end at or below it: everybody
who wants more prefers it. At second order it does if, whatever the value, it falls short of it by at most as much in
the mean: everybody who shuns risk as well prefers it (J. Hadar and W. R. Russell 1969, Rules for ordering uncertain
prospects; G. Hanoch and H. Levy 1969, The efficiency analysis of choices involving risk). Costs count the other way
round: at or above, and beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.core.profile import REACHED

if TYPE_CHECKING:
    from planner.core.followed import Floats
    from planner.core.profile import Profile

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Lead:
    """Where one profile is ahead of another by most.

    Attributes:
        value: the value.
        better: what the one that is ahead has there: at first order the probability of ending there or worse, at second
            order by how much it falls short of it in the mean.
        worse: what the other has, which is more.
    """

    value: float
    better: float
    worse: float


@dataclass(frozen=True, slots=True)
class Versus:
    """One profile against another, at one order.

    Attributes:
        ahead: where the first is ahead by most; None if it is nowhere.
        behind: where the second is; None if it is nowhere.
    """

    ahead: Lead | None
    behind: Lead | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two profiles compared.

    Attributes:
        orders: at first and at second order one against the other.
        dominates: for each order 1 if the first dominates for certain, -1 if the second does, else 0.
        undecided: for each order whether what a grid may have moved leaves open if one dominates.
    """

    orders: tuple[Versus, Versus]
    dominates: tuple[int, int]
    undecided: tuple[bool, bool]

    @property
    def equal(self) -> bool:
        """Whether both are the same distribution."""
        return self.orders[0].ahead is None and self.orders[0].behind is None


def compared(first: Profile, second: Profile, *, sense: int = 1) -> Comparison:
    """Compare two profiles; ``sense`` is -1 where values are costs.

    Probabilities count as equal if they differ by less than 1e-12 and what adding so many floats leaves, shortfalls if
    they do by as much of the whole range. Values are equal within what the profiles take for equal.
    """
    orders = _versus(first, second, sense)
    if first.exact and second.exact:
        return Comparison(orders, (_sign(orders[0]), _sign(orders[1])), (False, False))
    # What the grid moved may help either: a verdict stands if it does whichever way the values were moved.
    up, down = sense * first.bound, sense * second.bound
    worst = _versus(first.moved(-up), second.moved(down), sense)
    best = _versus(first.moved(up), second.moved(-down), sense)
    verdicts, undecided = [], []
    for here, low, high in zip(orders, worst, best, strict=True):
        for_certain = (low.behind is None) - (high.ahead is None)
        possible = high.behind is None or low.ahead is None
        verdicts.append(for_certain if here.ahead or here.behind else 0)
        undecided.append(possible and not for_certain and bool(here.ahead or here.behind))
    return Comparison(orders, (verdicts[0], verdicts[1]), (undecided[0], undecided[1]))


def _sign(versus: Versus) -> int:
    """Return 1 if the first dominates, -1 if the second does, 0 if neither or both."""
    return (versus.behind is None) - (versus.ahead is None)


def _versus(first: Profile, second: Profile, sense: int) -> tuple[Versus, Versus]:
    same = max(first.same, second.same)
    values = sense * np.concatenate((first.values, second.values))
    order = np.argsort(values, kind="stable")
    values, is_first = values[order], order < len(first)
    mass = np.concatenate((first.mass, second.mass))[order]
    new = np.concatenate(([True], np.diff(values) > same))
    place = np.cumsum(new) - 1
    values = values[new]
    below = np.cumsum(
        [np.bincount(place, np.where(who, mass, 0.0), len(values)) for who in (is_first, ~is_first)], axis=1
    )
    steps = np.concatenate(([0.0], np.diff(values)))
    short = np.cumsum(steps * np.concatenate((np.zeros((2, 1)), below[:, :-1]), axis=1), axis=1)
    slack = REACHED + EPS * len(order)
    at = sense * values
    return _leads(at, below, slack), _leads(at, short, slack * float(values[-1] - values[0]))


def _leads(at: Floats, of_both: Floats, slack: float) -> Versus:
    """Return where the lesser of two numbers leads by most."""

    def lead(better: Floats, worse: Floats) -> Lead | None:
        apart = worse - better
        most = int(apart.argmax())
        return Lead(float(at[most]), float(better[most]), float(worse[most])) if apart[most] > slack else None

    first, second = of_both
    return Versus(lead(first, second), lead(second, first))
