"""What is added up over draws: block by block, and the blocks always in the same order.

Means and sums of squares of blocks are joined by the update of Chan, Golub and LeVeque (1979), which loses no digits to
large numbers with small differences. The blocks are those of `planner.analyses.drawing.job.spans`, whoever works them
out, so that the result is the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from planner.analyses.focus import Focus
    from planner.core.machine import Draws

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Count, mean and sum of squared deviations of some quantities, arrays of any one shape."""

    count: int
    mean: Floats
    squares: Floats
    least: Floats
    most: Floats

    @classmethod
    def of(cls, values: Floats) -> Moments:
        """Take values along the last axis.

        >>> found = Moments.of(np.array([[1.0, 2.0, 6.0]]))
        >>> found.mean.tolist(), found.squares.tolist()
        ([3.0], [14.0])
        """
        values = np.ascontiguousarray(values)
        mean = values.mean(axis=-1)
        away = values - mean[..., None]
        return cls(values.shape[-1], mean, (away * away).sum(axis=-1), values.min(axis=-1), values.max(axis=-1))

    def joined(self, more: Moments) -> Moments:
        """Return the moments of both together."""
        count = self.count + more.count
        step = more.mean - self.mean
        return Moments(
            count,
            self.mean + step * (more.count / count),
            self.squares + more.squares + step * step * (self.count * more.count / count),
            np.minimum(self.least, more.least),
            np.maximum(self.most, more.most),
        )

    @property
    def deviation(self) -> Floats:
        """Standard deviations; 0 of a single draw."""
        return np.sqrt(self.squares / max(self.count - 1, 1))

    @property
    def error(self) -> Floats:
        """Standard errors of the means, as of independent draws."""
        return self.deviation / sqrt(self.count)


@dataclass(frozen=True, eq=False)
class Tally:
    """What is known of the options after some draws.

    Attributes:
        values: moments of the options' values, (options, actors).
        losses: moments of the score of the best option minus the option's own, (options,).
        inputs: moments of the drawn parameters, (parameters,).
        taken: in how many draws each option is taken.
        tied: in how many draws each option is among several that are equally good.
        favourite: in how many draws each option is worth most to each actor, (options, actors).
    """

    values: Moments
    losses: Moments
    inputs: Moments | None
    taken: Counts
    tied: Counts
    favourite: Counts

    @classmethod
    def of(cls, focus: Focus, draws: Draws, inputs: dict[str, Floats]) -> Tally:
        """Count a block of draws."""
        scores = np.ascontiguousarray(focus.scores(draws.options))
        best = scores.max(axis=0)
        level = focus.adopted(draws.options)
        level &= level.sum(axis=0) > 1
        first = (focus.sense * draws.options).argmax(axis=0)
        return cls(
            values=Moments.of(draws.options),
            losses=Moments.of(best - scores),
            inputs=Moments.of(np.array(list(inputs.values()))) if inputs else None,
            taken=np.bincount(draws.choice, minlength=len(scores)).astype(np.int64),
            tied=level.sum(axis=1).astype(np.int64),
            favourite=(first == np.arange(len(scores))[:, None, None]).sum(axis=-1).astype(np.int64),
        )

    @property
    def count(self) -> int:
        """How many draws were counted."""
        return self.values.count

    def joined(self, more: Tally) -> Tally:
        """Return the tally of both together."""
        return Tally(
            self.values.joined(more.values),
            self.losses.joined(more.losses),
            self.inputs.joined(more.inputs) if self.inputs and more.inputs else None,
            self.taken + more.taken,
            self.tied + more.tied,
            self.favourite + more.favourite,
        )
