"""Rules for choosing between options when it is not known which future comes: on a table of values, nothing else.

Wald (1950) maximin; maximax; Savage (1951) minimax regret; Hurwicz (1951) a mix of worst and best; Laplace's principle
of insufficient reason; and the expected value where the futures have probabilities. Milnor (1954, Games against
nature) shows that no rule has all the properties that one would wish for.

A table has the shape (options, futures) and is *oriented*: more is better. The first of several options that do equally
well is the one that is taken, and all of them are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.kernels import TIE

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

RULES = ("maximin", "maximax", "minimax_regret", "hurwicz", "laplace", "expected")


@dataclass(frozen=True, slots=True)
class Pick:
    """What a rule takes.

    Attributes:
        option: the number of the option.
        tied: all options that do as well, itself among them.
        score: for each option what the rule compares; more is better, regrets are negative.
    """

    option: int
    tied: tuple[int, ...]
    score: Floats = field(repr=False)


def margin(table: Floats) -> float:
    """Return the difference below which two values of a table count as equal."""
    return float(TIE * max(1.0, float(np.abs(table).max(initial=0.0))))


def pick(score: Floats, apart: float) -> Pick:
    """Take the largest score, of those within ``apart`` of it the first."""
    tied = tuple(np.flatnonzero(score >= score.max() - apart).tolist())
    return Pick(tied[0], tied, score)


def regrets(table: Floats) -> Floats:
    """Return by how much each option falls short of the best one in each future; what floats leave of 0 is 0.

    >>> regrets(np.array([[-4.0, 4, 12], [-2, 3, 8], [3, 2, 1]])).max(axis=1).tolist()
    [7.0, 5.0, 11.0]
    """
    short = table.max(axis=0) - table
    return np.where(short > margin(table), short, 0.0)


def picks(table: Floats, *, optimism: float, weights: Sequence[float] | None = None) -> dict[str, Pick]:
    """Return what every rule takes; ``expected`` is missing where the futures have no probabilities.

    >>> lumber = np.array([[200_000.0, -180_000], [100_000, -20_000], [0, 0]])
    >>> {rule: found.option for rule, found in picks(lumber, optimism=0.8).items()}
    {'maximin': 2, 'maximax': 0, 'minimax_regret': 1, 'hurwicz': 0, 'laplace': 1}

    Args:
        table: (options, futures), oriented.
        optimism: the weight of the best future in Hurwicz' rule.
        weights: the probability of each future.
    """
    apart = margin(table)
    worst, best = table.min(axis=1), table.max(axis=1)
    found = {
        "maximin": pick(worst, apart),
        "maximax": pick(best, apart),
        "minimax_regret": pick(-regrets(table).max(axis=1), apart),
        "hurwicz": pick((1 - optimism) * worst + optimism * best, apart),
        "laplace": pick(table.mean(axis=1), apart),
    }
    if weights is not None:
        found["expected"] = pick(table @ np.asarray(weights, np.float64), apart)
    return found


@dataclass(frozen=True, slots=True)
class Switch:
    """A weight of the best future at which Hurwicz' rule goes over from one option to another."""

    at: float
    before: int
    after: int


def switches(table: Floats) -> tuple[Switch, ...]:
    """Return where the choice of Hurwicz' rule changes as optimism goes from 0 to 1.

    An option's score is a straight line over optimism, so that the choice can change only where two lines cross.

    >>> switches(np.array([[200_000.0, -180_000], [100_000, -20_000], [0, 0]]))
    (Switch(at=0.16666666666666666, before=2, after=1), Switch(at=0.6153846153846154, before=1, after=0))
    """
    apart = margin(table)
    worst, spread = table.min(axis=1), np.ptp(table, axis=1)
    rise, lead = spread[None] - spread[:, None], worst[:, None] - worst[None]
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = lead / rise
    inside = np.unique(cross[np.isfinite(cross) & (cross > 0) & (cross < 1)])
    kept = inside[np.r_[True, np.diff(inside) > 1e-12]] if len(inside) else inside
    ends = np.r_[0.0, kept, 1.0]
    chosen = [pick(worst + (low + high) / 2 * spread, apart).option for low, high in pairwise(ends)]
    return tuple(
        Switch(float(at), before, after)
        for at, (before, after) in zip(kept, pairwise(chosen), strict=True)
        if before != after
    )


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two options whose order by largest regret turns round when a third is left out.

    Attributes:
        without: the option that is left out.
        preferred: the option of the two that is preferred without it.
        before: the option that is preferred with it.
        regrets: the largest regrets of ``preferred`` and ``before`` without it.
        regrets_before: the same with it.
        choice: whether ``preferred`` is what the rule takes of all that are left.
    """

    without: int
    preferred: int
    before: int
    regrets: tuple[float, float]
    regrets_before: tuple[float, float]
    choice: bool


def reversals(table: Floats) -> tuple[Reversal, ...]:
    """Leave out each option in turn and say whose order by minimax regret turns round among the others.

    Regret is measured from the best option in each future, so that it depends on which options there are (Chernoff
    1954, Rational selection of decision functions).

    >>> [(r.without, r.preferred, r.before) for r in reversals(np.array([[8.0, 0], [2, 4], [1, 7]]))]
    [(0, 2, 1), (2, 0, 1)]
    """
    apart = margin(table)
    full = regrets(table).max(axis=1)
    found = []
    for without in range(len(table)):
        left = [option for option in range(len(table)) if option != without]
        if len(left) < 2:
            break
        short = dict(zip(left, regrets(table[left]).max(axis=1).tolist(), strict=True))
        least = min(short.values())
        found += [
            Reversal(
                without,
                one,
                other,
                (short[one], short[other]),
                (float(full[one]), float(full[other])),
                short[one] <= least + apart,
            )
            for one in left
            for other in left
            if short[one] < short[other] - apart and full[one] > full[other] + apart
        ]
    return tuple(found)
