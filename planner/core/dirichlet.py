"""Probabilities of the branches of a chance node drawn from a Dirichlet distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SMALL = 0.05  # below this shape a gamma quantile may be too small for a float, and its logarithm is worked out instead


def shares(
    means: Sequence[Any], certainty: float, uniforms: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    """Return the shares that quantiles of gamma distributions have in their sum.

    If G_i is gamma distributed with shape ``certainty * means[i]`` and scale 1, the shares G_i / sum(G) have the
    Dirichlet distribution with these means and this weight (Devroye 1986, Non-Uniform Random Variate Generation,
    chapter XI, theorem 4.1). Branches of mean 0 keep probability 0.

    >>> [share.tolist() for share in shares([0.5, 0.5, 0.0], 2.0, [np.array([0.5]), np.array([0.5]), np.array([0.5])])]
    [[0.5], [0.5], [0.0]]

    Args:
        means: the branches' probabilities, each a number or an array of draws.
        certainty: the weight, above 0; the larger, the closer shares are to their means.
        uniforms: for each branch numbers between 0 and 1, one a draw.

    Returns:
        For each branch its share, one a draw.
    """
    from scipy.special import gammaincinv, gammaln

    logs = []
    for mean, uniform in zip(means, uniforms, strict=True):
        shape = np.broadcast_to(np.maximum(np.asarray(mean, np.float64), 0.0) * certainty, uniform.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            direct = np.log(gammaincinv(np.where(shape > 0, shape, 1.0), uniform))
            # P(a, x) = x**a / Gamma(a + 1) to first order near 0
            near = (np.log(uniform) + gammaln(shape + 1)) / np.where(shape > 0, shape, 1.0)
        found = np.where((shape < SMALL) & ~(direct > -600), near, direct)
        logs.append(np.where(shape > 0, found, -np.inf))
    largest = np.maximum.reduce(logs)
    weights = [np.exp(each - largest) for each in logs]
    total = sum(weights[1:], weights[0])
    return [weight / total for weight in weights]
