"""How one state is settled, in plain Python numbers: floats on narrow stretches of a tree, Fractions in exact mode.

The same rules as `planner.core.kernels`, one state at a time. ``gains`` holds for each slot the channels' numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core import joint
from planner.core.joint_rule import UNANIMOUS

if TYPE_CHECKING:
    from planner.core.numbers import Tolerance
    from planner.core.rule import Rule
    from planner.core.tree import Decider

Number = Any  # float or Fraction
Row = Sequence[Number]


def chance(gains: Sequence[Row], p: Row, rule: Rule, tolerance: Sequence[Tolerance]) -> list[Number]:
    """Return the value of a chance state in every channel."""
    possible = [slot for slot, chance in enumerate(p) if chance > 0]
    if rule.extremes:
        actors = len(gains[0]) // 2
        worst = [min(gains[slot][channel] for slot in possible) for channel in range(actors)]
        return worst + [max(gains[slot][channel] for slot in possible) for channel in range(actors, 2 * actors)]
    weights = {slot: p[slot] for slot in possible}
    if rule.equal:
        share = Fraction(1, len(possible))
        weights = dict.fromkeys(possible, share if isinstance(p[0], Fraction) else float(share))
    return [
        sum([weight * gains[slot][actor] for slot, weight in weights.items()])
        if risk is None
        else certainty_equivalent([gains[slot][actor] for slot in possible], list(weights.values()), float(risk))
        for actor, risk in enumerate(tolerance)
    ]


def certainty_equivalent(gains: Sequence[float], p: Sequence[float], tolerance: float) -> float:
    """Return ``-R ln E[exp(-gain / R)]`` without overflow; see `planner.core.kernels.certainty_equivalent`."""
    worst = min(gains)
    near = sum([chance * math.expm1((worst - gain) / tolerance) for chance, gain in zip(p, gains, strict=True)])
    if near > -0.5:
        return worst - tolerance * math.log1p(near)
    far = sum([chance * math.exp((worst - gain) / tolerance) for chance, gain in zip(p, gains, strict=True)])
    return worst - tolerance * math.log(far)


def score(row: Row, actor: int, rule: Rule) -> Number:
    """Return what an owner compares."""
    if rule.optimism is None:
        return row[actor]
    worst, best = row[actor], row[actor + len(row) // 2]
    optimism = rule.optimism if isinstance(worst, Fraction) else float(rule.optimism)
    return (1 - optimism) * worst + optimism * best


def decide(gains: Sequence[Row], decider: Decider, rule: Rule, margin: Number) -> int:
    """Return the slot that is followed; see `tied` for what else would do."""
    return tied(gains, decider, rule, margin)[0]


def tied(gains: Sequence[Row], decider: Decider, rule: Rule, margin: Number) -> list[int]:
    """Return all slots that are as good as the one that is followed, in file order; that one is the first.

    ``margin`` is the difference below which two values count as equal, 0 for Fractions.
    """
    if len(decider.owners) == 1:
        own = [score(row, decider.owners[0], rule) for row in gains]
        least = max(own) - margin
        return [slot for slot, value in enumerate(own) if value >= least]
    scored = [[score(row, owner, rule) for owner in decider.owners] for row in gains]
    if decider.rule != UNANIMOUS:
        kind = object if isinstance(scored[0][0], Fraction) else float
        equal = joint.adopted(np.array(scored, kind).T, decider.fallback, margin, decider.rule, decider.votes)
        first = int(joint.follow(equal, decider.fallback))
        return [first, *(slot for slot in np.flatnonzero(equal).tolist() if slot != first)]
    stands = scored[decider.fallback]
    gain = [[value - base for value, base in zip(row, stands, strict=True)] for row in scored]
    found = [slot for slot, row in enumerate(gain) if min(row) >= -margin and max(row) > margin]
    if not found:
        same = [slot for slot, row in enumerate(gain) if max(row) <= margin and min(row) >= -margin]
        return [decider.fallback, *(slot for slot in same if slot != decider.fallback)]
    least = max(min(gain[slot]) for slot in found) - margin
    found = [slot for slot in found if min(gain[slot]) >= least]
    total = max(sum(gain[slot]) for slot in found) - margin
    return [slot for slot in found if sum(gain[slot]) >= total]
