"""Risk profiles: the distribution of one actor's value over all paths that can follow an option.

With at most ``atoms`` different totals a profile is exact. Beyond, totals are gathered on a grid whose cells keep their
probability and their mean, and ``bound`` says by how much any of them was moved at most: if F is the true cumulative
probability and G the profile's, G(x - bound) <= F(x) <= G(x + bound) for every x. So quantiles, tail means and
certainty equivalents are off by ``bound`` at most. Range, mean, standard deviation, skewness and kurtosis do not come
from the grid and stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from planner.core.ahead import Ahead, Worth
from planner.core.followed import Followed
from planner.core.kernels import certainty_equivalent
from planner.core.spread import ATOMS, SAME, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.followed import Floats
    from planner.core.solve import Solution

REACHED = 1e-12  # a cumulative probability that misses another by less has reached it


@dataclass(frozen=True, eq=False)
class Profile:
    """The distribution of an actor's value.

    Attributes:
        values: different values, ascending.
        mass: the probability of each; they add up to 1.
        cumulative: the probability of ending at or below each; the last is 1.
        low: the least value that is possible, however improbable.
        high: the largest.
        mean: the expected value.
        sd: the standard deviation.
        skewness: third central moment over ``sd`` cubed; None where nothing varies.
        kurtosis: fourth central moment over ``sd`` to the fourth, less the 3 of a normal distribution; None as above.
        bound: no value is displaced by more than this; 0 for an exact profile.
        same: values that differ by no more count as equal.
    """

    values: Floats = field(repr=False)
    mass: Floats = field(repr=False)
    cumulative: Floats = field(repr=False)
    low: float
    high: float
    mean: float
    sd: float
    skewness: float | None
    kurtosis: float | None
    bound: float
    same: float

    def __len__(self) -> int:
        return len(self.values)

    @property
    def exact(self) -> bool:
        """Whether no grid was needed."""
        return self.bound == 0

    def quantile(self, share: float) -> float:
        """Return the smallest value whose cumulative probability reaches ``share``."""
        at = int(np.searchsorted(self.cumulative, share - REACHED))
        return float(self.values[min(at, len(self) - 1)])

    def below(self, limit: float) -> float:
        """Return the probability of a value below ``limit``; one that is equal to it does not count."""
        at = int(np.searchsorted(self.values, limit - self.same))
        return float(self.cumulative[at - 1]) if at else 0.0

    def at_most(self, limit: float) -> float:
        """Return the probability of a value of ``limit`` or less."""
        at = int(np.searchsorted(self.values, limit + self.same, side="right"))
        return float(self.cumulative[at - 1]) if at else 0.0

    def above(self, limit: float) -> float:
        """Return the probability of a value above ``limit``; one that is equal to it does not count."""
        at = int(np.searchsorted(self.values, limit + self.same, side="right"))
        return float(self.mass[at:].sum()) if at else 1.0

    def at_least(self, limit: float) -> float:
        """Return the probability of a value of ``limit`` or more."""
        at = int(np.searchsorted(self.values, limit - self.same))
        return float(self.mass[at:].sum()) if at else 1.0

    def tail_mean(self, share: float, *, upper: bool = False) -> float:
        """Return the mean of the lowest ``share`` of probability, or of the highest; a value is split where it falls.

        R. T. Rockafellar and S. Uryasev (2002), Conditional value-at-risk for general loss distributions.
        """
        values, mass = (self.values[::-1], self.mass[::-1]) if upper else (self.values, self.mass)
        before = np.concatenate(([0.0], np.cumsum(mass)[:-1]))
        taken = np.clip(share - before, 0.0, mass)
        return float(values[0] + (taken * (values - values[0])).sum() / taken.sum())

    def equivalent(self, tolerance: float, *, sense: int = 1) -> float:
        """Return the certainty equivalent under constant absolute risk aversion; ``sense`` is -1 for costs."""
        gains = sense * self.values[:, None, None]
        return sense * float(certainty_equivalent(gains, self.mass[:, None, None], tolerance)[0, 0])

    def moved(self, by: float) -> Profile:
        """Return the profile with all values moved, none of them beyond the range."""
        return replace(self, values=np.clip(self.values + by, self.low, self.high))


def profiles(
    solution: Solution, state: int, actors: Sequence[int], atoms: int = ATOMS
) -> tuple[tuple[Profile, ...], ...]:
    """Return for each actor the profile of each option of a decision.

    The option is taken, every later choice is made as in the solution, and probabilities are those of the file. Values
    are full, in the scenario's own sense: the start and everything from the decision on.

    Args:
        solution: the scenario folded back.
        state: the decision's state.
        actors: whose values, by number.
        atoms: how many different totals are kept before a grid is needed.
    """
    followed = Followed.of(solution.unfolded, state, solution.follows)
    return tuple(_profiles(followed, Worth.to(actor, followed, solution), atoms) for actor in actors)


def _profiles(followed: Followed, worth: Worth, limit: int) -> tuple[Profile, ...]:
    ahead = Ahead.of(followed, worth)
    found = []
    for option, atoms in enumerate(spread(followed, worth, ahead, limit)):
        start, at = float(worth.start[option]), int(followed.options[option])
        low, high = start + float(ahead.low[at]), start + float(ahead.high[at])
        same = SAME * max(abs(low), abs(high), float(ahead.size[at]))
        mass = atoms.mass / atoms.mass.sum()
        cumulative = np.minimum(np.cumsum(mass), 1.0)
        cumulative[-1] = 1.0
        sd, skewness, kurtosis = _shape(ahead.moments[:, at], ahead.unit, certain=high - low <= same)
        found.append(
            Profile(
                values=atoms.value,
                mass=mass,
                cumulative=cumulative,
                low=low,
                high=high,
                mean=start + float(ahead.mean[at]),
                sd=sd,
                skewness=skewness,
                kurtosis=kurtosis,
                bound=float(atoms.off.max()),
                same=same,
            )
        )
    return tuple(found)


def _shape(moments: Floats, unit: float, *, certain: bool) -> tuple[float, float | None, float | None]:
    """Return standard deviation, skewness and excess kurtosis."""
    second, third, fourth = map(float, moments)
    if certain or second <= 0:
        return 0.0, None, None
    return unit * sqrt(second), third / second**1.5, fourth / second**2 - 3
