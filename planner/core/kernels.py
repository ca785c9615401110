"""How one block of states is settled, for all its states and draws at once.

Shapes: ``gains`` (channels, slots, states, draws) holds what each slot leads to; ``p`` (slots, states, draws) its
probability. Channels are the actors; where only worst and best cases count, the actors' worst and then
their best. Results have the shape (channels, states, draws).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import joint
from planner.core.joint_rule import UNANIMOUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.rule import Rule
    from planner.core.tree import Decider

Floats = NDArray[np.float64]
Choice = NDArray[np.integer]

TIE = 1e-12


def expectation(gains: Floats, p: Floats, out: Floats) -> None:
    """Write the probability-weighted sum; overwrites ``gains``."""
    np.multiply(gains, p, out=gains)
    np.add.reduce(gains, axis=1, out=out)


def equal_chances(p: Floats) -> Floats:
    """Return equal probabilities for all branches that are possible."""
    possible = p > 0
    return possible / np.maximum(possible.sum(axis=0), 1)  # type: ignore[no-any-return]


def extremes(gains: Floats, p: Floats, out: Floats) -> None:
    """Write the worst and the best case among the branches that are possible."""
    actors = len(gains) // 2
    possible = p > 0
    np.minimum.reduce(np.where(possible, gains[:actors], np.inf), axis=1, out=out[:actors])
    np.maximum.reduce(np.where(possible, gains[actors:], -np.inf), axis=1, out=out[actors:])


def certainty_equivalent(gains: Floats, p: Floats, tolerance: float | Floats) -> Floats:
    """Return ``-R ln E[exp(-gain / R)]`` along the first axis, without overflow at any R above 0.

    The worst possible gain is taken out first, so that all exponents are at most 0. Where the rest of the sum
    is close to 1 it is worked out as log1p of a sum of expm1, which keeps its digits when R is large
    (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 1.14).
    """
    possible = p > 0
    worst = np.min(np.where(possible, gains, np.inf), axis=0)
    with np.errstate(over="ignore", divide="ignore"):
        exponent = np.where(possible, (worst - gains) / tolerance, 0.0)
        near = (p * np.expm1(exponent)).sum(axis=0)
        far = (p * np.exp(exponent)).sum(axis=0)
        logarithm = np.where(near > -0.5, np.log1p(np.maximum(near, -0.75)), np.log(far))
    found: Floats = worst - tolerance * logarithm
    return found


def risk_adjusted(gains: Floats, p: Floats, tolerance: float | Floats) -> Floats:
    """Return certainty equivalents, and expectations in the draws whose tolerance is infinite."""
    careful = np.isfinite(tolerance)
    if np.all(careful):
        return certainty_equivalent(gains, p, tolerance)
    equivalent = certainty_equivalent(gains, p, np.where(careful, tolerance, 1.0))
    found: Floats = np.where(careful, equivalent, np.add.reduce(gains * p, axis=0))
    return found


def scores(values: Floats, rule: Rule) -> Floats:
    """Return what owners compare, for each actor: the value, or the mix of its worst and best case."""
    if rule.optimism is None:
        return values
    actors = len(values) // 2
    optimism = float(rule.optimism)
    return (1 - optimism) * values[:actors] + optimism * values[actors:]


def choose(own: Sequence[Floats] | Floats, margin: Floats, best: Floats, choice: Choice) -> None:
    """Write for each state the first slot of ``own`` (slots, states, draws) within ``margin`` of ``best``."""
    least = best - margin
    worse = np.empty(best.shape, np.bool_)
    leading = np.less(own[0], least)
    if choice.dtype == np.uint8:
        choice[...] = leading.view(np.uint8)
    else:
        choice[...] = leading
    for slot in range(1, len(own) - 1):  # the choice is the number of slots before the first that will do
        np.less(own[slot], least, out=worse)
        np.logical_and(leading, worse, out=leading)
        np.add(choice, leading, out=choice, casting="unsafe")


def agree(own: Floats, decider: Decider, margin: Floats, choice: Choice) -> None:
    """Write the option that several owners adopt by their rule; see `planner.core.joint`.

    ``own`` has the shape (owners, slots, states, draws).
    """
    if decider.rule != UNANIMOUS:
        equal = joint.adopted(own, decider.fallback, margin, decider.rule, decider.votes)
        choice[...] = joint.follow(equal, decider.fallback)
        return
    gain = own - own[:, decider.fallback : decider.fallback + 1]
    choice[...] = adopted(gain.min(axis=0), gain.max(axis=0), gain.sum(axis=0), decider.fallback, margin)


def adopted(least: Floats, most: Floats, total: Floats, fallback: int, margin: float | Floats) -> Choice:
    """Return the option that is adopted unanimously, as `planner.core.joint.adopted` has it.

    Args:
        least: for each slot the smallest of its owners' gains over the fallback, (slots, …).
        most: the largest.
        total: their sum.
        fallback: the slot that stands otherwise, with gains of 0.
        margin: gains that differ by less are equal.
    """
    will_do = (least >= -margin) & (most > margin)
    if len(least) == 2:
        return np.where(will_do[1 - fallback], 1 - fallback, fallback)
    least = np.where(will_do, least, -np.inf)
    with np.errstate(invalid="ignore"):
        will_do &= least >= least.max(axis=0) - margin
        total = np.where(will_do, total, -np.inf)
        will_do &= total >= total.max(axis=0) - margin
    return np.where(will_do.any(axis=0), will_do.argmax(axis=0), fallback)


def follow(gains: Floats, choice: Choice, channels: Sequence[int], out: Floats) -> None:
    """Write what the chosen slot gives in some channels."""
    for slot in range(gains.shape[1]):
        chosen = choice == slot
        for channel in channels:
            np.copyto(out[channel], gains[channel, slot], where=chosen)
