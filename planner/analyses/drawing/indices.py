"""How much of a variance each input answers for, and how closely ranks go together: indices with their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.randomness import bits

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
POINT = 1.959963984540054  # of the standard normal distribution, for intervals of 95 %
RESAMPLES = 400
STREAM = 2**62 + 1  # of the random numbers by which rows are drawn again


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return the estimate as JSON data."""
        return {"estimate": self.value, "low": self.low, "high": self.high}

    def apart(self, other: Estimate) -> bool:
        """Whether the intervals of two estimates do not meet."""
        return self.low > other.high or other.low > self.high


@dataclass(frozen=True, slots=True)
class Sobol:
    """Sobol indices of one input: its share of the variance alone, and with all that it interacts with."""

    first: Estimate
    total: Estimate


def sobol_indices(a: Floats, b: Floats, mixed: Floats, *, seed: int) -> list[Sobol] | None:
    """Estimate the Sobol indices of independent inputs.

    First-order indices by Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), Variance based sensitivity
    analysis of model output, table 2 (b); total indices by Jansen (1999), table 2 (f) there. The intervals hold the
    middle 95 % of what 400 samples drawn again from the rows give (bootstrap, Efron 1979).

    Args:
        a: results for the rows of design A, (rows,).
        b: results for design B, independent of A, (rows,).
        mixed: for each input the results for A with that input's column from B, (inputs, rows).
        seed: of the bootstrap.

    Returns:
        For each input its indices; None if the results do not vary.
    """
    rows = len(a)
    middle = (a.mean() + b.mean()) / 2
    a, b, mixed = a - middle, b - middle, mixed - middle
    terms = np.empty((2 + 2 * len(mixed), rows))
    terms[0] = (a + b) / 2
    terms[1] = (a * a + b * b) / 2
    for at, row in enumerate(mixed):
        terms[2 + 2 * at] = b * (row - a)
        terms[3 + 2 * at] = (a - row) ** 2 / 2
    variance = terms[1].mean() - terms[0].mean() ** 2
    if not variance > 1e-24 * max(1.0, middle * middle):
        return None
    made = np.empty((RESAMPLES, 2 * len(mixed)))
    for number in range(RESAMPLES):
        drawn = bits(seed, STREAM, number * rows, rows) >> np.uint64(32)
        drawn = (drawn * np.uint64(rows)) >> np.uint64(32)
        weight = np.bincount(drawn.astype(np.int64), minlength=rows).astype(np.float64)
        made[number] = _shares((terms * weight).sum(axis=1) / rows)
    low, high = np.quantile(made, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    value = _shares(terms.mean(axis=1))
    found = [Estimate(*map(float, each)) for each in zip(value, low, high, strict=True)]
    return [Sobol(first, total) for first, total in zip(found[::2], found[1::2], strict=True)]


def _shares(means: Floats) -> Floats:
    """Return all indices from the means of their terms; 0 where a sample drawn again happens not to vary."""
    variance = means[1] - means[0] ** 2
    return np.asarray(means[2:] / variance) if variance > 0 else np.zeros(len(means) - 2)


def rank_correlations(inputs: Sequence[Floats], result: Floats) -> list[Estimate | None]:
    """Return Spearman's rank correlation of each input with a result, None where one of them does not vary.

    Intervals by Fisher's z with the standard error of Bonett and Wright (2000), ``sqrt((1 + r**2 / 2) / (n - 3))``.

    >>> up = np.arange(50.0)
    >>> [found and round(found.value, 6) for found in rank_correlations([up, -(up**3), np.ones(50)], np.exp(up / 9))]
    [1.0, -1.0, None]
    """
    goal = _centred(ranks(result))
    found: list[Estimate | None] = []
    for values in inputs:
        own = _centred(ranks(values))
        size = math.sqrt(float((own * own).sum()) * float((goal * goal).sum()))
        if size == 0 or len(own) < 4:
            found.append(None)
            continue
        r = min(max(float((own * goal).sum()) / size, -1.0), 1.0)
        if abs(r) > 1 - 1e-12:
            found.append(Estimate(float(round(r)), float(round(r)), float(round(r))))
            continue
        half = POINT * math.sqrt((1 + r * r / 2) / (len(own) - 3))
        found.append(Estimate(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)))
    return found


def ranks(values: Floats) -> Floats:
    """Return the rank of each value from 1 on, equal values sharing the mean of theirs.

    >>> ranks(np.array([30.0, 10.0, 30.0, 20.0])).tolist()
    [3.5, 1.0, 3.5, 2.0]
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    first = np.flatnonzero(new)
    last = np.concatenate((first[1:], [len(values)]))
    shared = (first + 1 + last) / 2
    found = np.empty(len(values))
    found[order] = shared[np.cumsum(new) - 1]
    return found


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean())


def ranking(estimates: Sequence[Estimate | None]) -> list[tuple[int | None, list[int]]]:
    """Return for each estimate its rank by size, None where its interval meets another's, and those it meets.

    >>> sizes = [Estimate(0.6, 0.5, 0.7), Estimate(0.2, 0.1, 0.3), Estimate(0.25, 0.2, 0.3), Estimate(0.0, 0.0, 0.01)]
    >>> ranking(sizes)
    [(1, []), (None, [2]), (None, [1]), (4, [])]
    """
    found: list[tuple[int | None, list[int]]] = []
    for at, one in enumerate(estimates):
        if one is None:
            found.append((None, []))
            continue
        others = [(number, other) for number, other in enumerate(estimates) if number != at and other is not None]
        met = [number for number, other in others if not one.apart(other)]
        above = sum(other.value > one.value for _, other in others)
        found.append((None if met else above + 1, met))
    return found


def to_dict(estimate: Estimate | None) -> Any:
    """Return an estimate as JSON data; null where there is none."""
    return estimate.to_dict() if estimate is not None else None
