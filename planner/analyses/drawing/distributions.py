"""The distributions of parameters, by their quantile functions: a number between 0 and 1 goes in, a draw comes out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.core.model import Distribution, Parameter

Floats = NDArray[np.float64]

TAIL = 1.6448536269514722  # the 95 % point of the standard normal distribution
PERT_WEIGHT = 4.0
CELLS, EDGE = 4_096, 48  # of a table of quantiles, and how many at each end are left to the exact function
TABLE_ERROR = 1e-9


def quantile(parameter: Parameter) -> Callable[[Floats], Floats]:
    """Return the quantile function of a parameter's distribution.

    `pert` is the beta distribution on [low, high] with the mean ``(low + 4 value + high) / 6`` of Malcolm, Roseboom,
    Clark and Fazar (1959); its shapes are ``1 + 4 (value - low) / (high - low)`` and ``1 + 4 (high - value) / (high -
    low)``.
    `normal` and `lognormal` without numbers have low and high as their 5 % and 95 % points.

    >>> from planner.core.expression import Expression
    >>> from planner.core.model import Distribution, Parameter
    >>> risk = Parameter("risk", Expression.of(0.25), low=0.0, high=1.0, distribution=Distribution("triangular"))
    >>> quantile(risk)(np.array([0.0625, 0.25, 0.8125])).tolist()
    [0.125, 0.25, 0.625]
    """
    spread = parameter.distribution
    assert spread is not None
    low, high = parameter.low or 0.0, parameter.high or 0.0
    if spread.family == "discrete":
        return _discrete(spread)
    if spread.family == "beta":
        first, second = spread.arguments
        return _beta(first, second)
    if spread.family == "uniform":
        return _uniform(*(spread.arguments or (low, high)))
    if spread.family == "normal":
        return _normal(*(spread.arguments or _centred(low, high)))
    if spread.family == "lognormal":
        logarithm = _normal(*(spread.arguments or _centred(math.log(low), math.log(high))))
        return lambda uniform: _exp(logarithm(uniform))
    mode = float(parameter.value.evaluate({}))
    if spread.family == "triangular":
        return _triangular(low, mode, high)
    assert spread.family == "pert", spread.family
    first, second = (PERT_WEIGHT * part / (high - low) + 1 for part in (mode - low, high - mode))
    return _beta(first, second, low, high)


def described(spread: Distribution) -> str:
    """Write a distribution as the file has it.

    >>> from planner.core.model import Distribution
    >>> described(Distribution("beta", (4.0, 16.0))), described(Distribution("discrete", (), ((0.1, 0.5), (0.3, 0.5))))
    ('beta(4, 16)', 'discrete({0.1: 0.5, 0.3: 0.5})')
    """
    if spread.family == "discrete":
        return "discrete({" + ", ".join(f"{value:.12g}: {chance:.12g}" for value, chance in spread.table) + "})"
    if not spread.arguments:
        return spread.family
    return f"{spread.family}({', '.join(f'{number:.12g}' for number in spread.arguments)})"


def _centred(low: float, high: float) -> tuple[float, float]:
    """Return mean and standard deviation of the normal distribution with these 5 % and 95 % points."""
    return low + (high - low) / 2, (high - low) / (2 * TAIL)


def _uniform(low: float, high: float) -> Callable[[Floats], Floats]:
    return lambda uniform: low + (high - low) * uniform


def _normal(mean: float, deviation: float) -> Callable[[Floats], Floats]:
    from scipy.special import ndtri

    return lambda uniform: mean + deviation * ndtri(uniform)


def _exp(logarithm: Floats) -> Floats:
    with np.errstate(over="ignore"):  # an infinite draw is reported by whoever made it
        return np.exp(logarithm)


def _beta(first: float, second: float, low: float = 0.0, high: float = 1.0) -> Callable[[Floats], Floats]:
    from scipy.special import betaincinv, betaln

    def exact(uniform: Floats) -> Floats:
        return np.asarray(betaincinv(first, second, uniform))

    def slope(at: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            density = (first - 1) * np.log(at) + (second - 1) * np.log1p(-at) - betaln(first, second)
            return np.asarray(np.nan_to_num(np.exp(-density)))

    standard = tabulated(exact, slope)
    return lambda uniform: low + (high - low) * standard(uniform)


def tabulated(exact: Callable[[Floats], Floats], slope: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Return a quantile function that takes most of its values from a table, twenty times as fast as a beta's own.

    Cubic Hermite interpolation between values and slopes at equal steps; towards 0 and 1, where quantile functions are
    steep, the exact one is asked. The table is compared with the exact function in the middle of each cell, where it is
    farthest off; if that is more than 1e-9, the exact one is asked everywhere.

    Args:
        exact: a quantile function with values from 0 to 1.
        slope: its slope at a given value of it: 1 / density.
    """
    ends = np.arange(EDGE, CELLS - EDGE + 1) / CELLS
    values = exact(ends)
    slopes = slope(values) / CELLS
    start, rise = values[:-1], np.diff(values)
    square = 3 * rise - 2 * slopes[:-1] - slopes[1:]
    cube = slopes[:-1] + slopes[1:] - 2 * rise
    middle = start + slopes[:-1] / 2 + square / 4 + cube / 8
    if not np.abs(middle - exact(ends[:-1] + 0.5 / CELLS)).max() < TABLE_ERROR:
        return exact
    linear = np.ascontiguousarray(slopes[:-1])

    def found(uniform: Floats) -> Floats:
        place = uniform * CELLS
        cell = place.astype(np.int64)
        place -= cell
        cell -= EDGE
        far = np.flatnonzero((cell < 0) | (cell >= len(start)))
        cell[far] = 0
        drawn = cube[cell]
        for coefficient in (square, linear, start):
            drawn *= place
            drawn += coefficient[cell]
        drawn[far] = exact(uniform[far])
        return np.asarray(np.clip(drawn, 0.0, 1.0, out=drawn))

    return found


def _triangular(low: float, mode: float, high: float) -> Callable[[Floats], Floats]:
    width = high - low
    turn = (mode - low) / width

    def drawn(uniform: Floats) -> Floats:
        rising = low + np.sqrt(uniform * (width * (mode - low)))
        falling = high - np.sqrt((1 - uniform) * (width * (high - mode)))
        return np.where(uniform < turn, rising, falling)

    return drawn


def _discrete(spread: Distribution) -> Callable[[Floats], Floats]:
    """Return the quantile function of a table, its values in rising order so that rank correlations hold."""
    table = sorted((value, chance) for value, chance in spread.table if chance > 0)
    values = np.array([value for value, _ in table])
    ends = np.cumsum([chance for _, chance in table])[:-1]
    return lambda uniform: values[np.searchsorted(ends, uniform, side="right")]
