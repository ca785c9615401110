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

from planner.core.atoms import LEAST

if TYPE_CHECKING:
    from planner.core.followed import Floats
    from planner.core.profile import Profile

SLACK = 1e-9  # tails of probability, and shortfalls, that differ by a smaller share count as equal


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
        undecided: for each order, where what a grid may have moved leaves it open, 1 if the first may dominate, -1 if
            the second may; if either may, which is ahead by more as the numbers stand. 0 where nothing is open.
    """

    orders: tuple[Versus, Versus]
    dominates: tuple[int, int]
    undecided: tuple[int, int]

    @property
    def equal(self) -> bool:
        """Whether both are the same distribution."""
        return self.orders[0].ahead is None and self.orders[0].behind is None


def compared(first: Profile, second: Profile, *, sense: int = 1) -> Comparison:
    """Compare two profiles; ``sense`` is -1 where values are costs.

    Two cumulative probabilities count as equal if they differ by less than 1e-9 of the smaller tail, that below or that
    above; two shortfalls if they do by as much of the larger. So the most improbable outcome counts: an option that may
    end worse than another ever does, however improbable that is, does not dominate it. Values are equal within what the
    profiles take for equal.
    """
    orders = _versus(first, second, sense)
    if first.exact and second.exact:
        return Comparison(orders, (_sign(orders[0]), _sign(orders[1])), (0, 0))
    # What the grid moved may help either: a verdict stands if it does whichever way the values were moved.
    up, down = sense * first.bound, sense * second.bound
    worst = _versus(first.moved(-up), second.moved(down), sense)
    best = _versus(first.moved(up), second.moved(-down), sense)
    found = Comparison(orders, (0, 0), (0, 0))
    if found.equal:
        return found
    verdicts, undecided = [], []
    for here, low, high in zip(orders, worst, best, strict=True):
        for_certain = (low.behind is None) - (high.ahead is None)
        seen = here.ahead if for_certain > 0 else here.behind  # or the grid hides what it rests on
        verdicts.append(for_certain if seen else 0)
        may, other_may = high.behind is None, low.ahead is None
        likelier = 1 if _gap(here.ahead) >= _gap(here.behind) else -1
        undecided.append(0 if verdicts[-1] else likelier if may and other_may else may - other_may)
    return Comparison(orders, (verdicts[0], verdicts[1]), (undecided[0], undecided[1]))


def _gap(lead: Lead | None) -> float:
    return 0.0 if lead is None else lead.worse - lead.better


def _sign(versus: Versus) -> int:
    """Return 1 if the first dominates, -1 if the second does, 0 if neither or both."""
    return (versus.behind is None) - (versus.ahead is None)


def _versus(first: Profile, second: Profile, sense: int) -> tuple[Versus, Versus]:
    same = max(first.same, second.same)
    (values, mass), (more, others) = _complete(first, sense), _complete(second, sense)
    is_first = np.arange(len(values) + len(more)) < len(values)
    values, mass = np.concatenate((values, more)), np.concatenate((mass, others))
    order = np.argsort(values, kind="stable")
    values, mass, is_first = values[order], mass[order], is_first[order]
    new = np.concatenate(([True], np.diff(values) > same))
    place, at = np.cumsum(new) - 1, values[new]
    both: Floats = np.stack([np.bincount(place, np.where(who, mass, 0.0), len(at)) for who in (is_first, ~is_first)])
    below = np.cumsum(both, axis=1)
    above = np.concatenate((np.cumsum(both[:, :0:-1], axis=1)[:, ::-1], np.zeros((2, 1))), axis=1)
    smaller = below.max(axis=0) <= above.max(axis=0)
    gap = np.where(smaller, below[1] - below[0], above[0] - above[1])
    short = np.cumsum(np.diff(at, prepend=at[0]) * np.concatenate((np.zeros((2, 1)), below[:, :-1]), axis=1), axis=1)
    values = float(sense) * at
    return (
        _leads(values, below, gap, SLACK * np.where(smaller, below.max(axis=0), above.max(axis=0))),
        _leads(values, short, short[1] - short[0], SLACK * short.max(axis=0)),
    )


def _complete(profile: Profile, sense: int) -> tuple[Floats, Floats]:
    """Return values that are better the larger they are, and masses; the ends of the range are among them.

    What is so improbable that the profile leaves it out is still possible.
    """
    values, mass = profile.values, profile.mass
    low, high = profile.low < values[0] - profile.same, profile.high > values[-1] + profile.same
    values = np.concatenate(([profile.low] * int(low), values, [profile.high] * int(high)))
    mass = np.concatenate(([LEAST] * int(low), mass, [LEAST] * int(high)))
    return (values, mass) if sense > 0 else (-values, mass)


def _leads(at: Floats, of_both: Floats, gap: Floats, slack: Floats) -> Versus:
    """Return where the lesser of two numbers leads by most: the first where ``gap`` is above 0, the second below."""

    def lead(ahead: Floats, better: Floats, worse: Floats) -> Lead | None:
        clear = np.where(ahead > slack, ahead, 0.0)
        most = int(clear.argmax())
        return Lead(float(at[most]), float(better[most]), float(worse[most])) if clear[most] > 0 else None

    first, second = of_both
    return Versus(lead(gap, first, second), lead(-gap, second, first))
