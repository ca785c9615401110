"""How several actors settle a decision together: by how much each option is wanted, and which is adopted.

Every rule gives options a score in the deciders' own values and adopts the option with the largest one, if it is good
enough to leave the fallback for. The same code runs on floats, on arrays of draws and, as object arrays, on Fractions.

- ``unanimity``: the smallest gain over the fallback among all; adopted if nobody loses and somebody gains.
- ``quota(q)``: the gain that a coalition with at least the share q of the votes is assured of, the best such coalition
  taken; ``quota(s, q)`` asks for the share s of the heads as well, as the Council of the European Union does (Treaty
  on European Union, article 16(4)). Unanimity is ``quota(1)``.
- ``majority``: an option is adopted that beats every other in a pairwise vote of more than half of the heads
  (Condorcet 1785). The score is the smallest gain, over the other options, of the head that makes the majority.
- ``nash``: the product of the gains over the fallback where nobody loses (Nash 1950, The bargaining problem).
- ``weighted``: the mean of the values, weighted by votes; the fallback has no special place.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.core.joint_rule import UNANIMITY, UNANIMOUS, JointRule
from planner.core.places import as_fraction

if TYPE_CHECKING:
    from collections.abc import Sequence

Values = Any  # an array of floats, or an object array of Fractions


def scores(own: Values, fallback: int, rule: JointRule = UNANIMOUS, votes: Sequence[float] = ()) -> Values:
    """Return by how much several want each option.

    >>> own = np.array([[6.0, 4.0, 3.0], [1.0, 5.0, 3.0], [2.0, 3.5, 3.0]])
    >>> scores(own, 2).tolist(), scores(own, 2, JointRule("majority")).tolist()
    ([-2.0, 0.5, 0.0], [-1.5, 1.0, 0.0])

    Args:
        own: (owners, slots, ...) what each option is worth to each, more being better.
        fallback: the slot of the option that stands without agreement.
        rule: how they decide.
        votes: for each owner; empty for one each.

    Returns:
        (slots, ...) in the owners' units (for `nash` the n-th power of them); an option is worth adopting above 0.
    """
    gain = own - own[:, fallback : fallback + 1]
    if rule.name == UNANIMITY:
        return gain.min(axis=0)
    if rule.name == "majority":
        return _pairwise(own, fallback)
    if rule.name == "nash":
        least, product = gain.min(axis=0), np.multiply.reduce(gain, axis=0)
        return np.where(least >= 0, product, least)
    if rule.name == "weighted" and own.dtype == object:
        shares = np.array(exact_votes(votes, len(own)), object)
        return (own * shares.reshape(-1, *[1] * (own.ndim - 1))).sum(axis=0) / shares.sum()
    weights = np.array(list(votes) or [1] * len(own))
    if rule.name == "weighted":
        spread = weights.reshape(-1, *[1] * (own.ndim - 1))
        return (own * spread).sum(axis=0) / weights.sum()
    return _assured(gain, rule, weights)


def exact_votes(votes: Sequence[float], owners: int) -> list[Fraction]:
    """Return votes as rational numbers; one each without any."""
    return [as_fraction(vote) for vote in votes] or [Fraction(1)] * owners


def _assured(gain: Values, rule: JointRule, weights: Values) -> Values:
    """Return the largest gain that everybody in some sufficient coalition has at least."""
    order = np.argsort(-gain, axis=0, kind="stable")
    ranked = np.take_along_axis(gain, order, axis=0)
    share = np.cumsum(weights[order], axis=0) / weights.sum()
    heads = np.arange(1, len(gain) + 1).reshape(-1, *[1] * (gain.ndim - 1)) / len(gain)
    enough = (share >= rule.votes - 1e-12) & (heads >= rule.heads - 1e-12)
    return np.take_along_axis(ranked, enough.argmax(axis=0)[None], axis=0)[0]


def _pairwise(own: Values, fallback: int) -> Values:
    """Return for each option its narrowest pairwise win: positive only for a Condorcet winner."""
    slots, needed = own.shape[1], len(own) // 2
    found = []
    for slot in range(slots):
        ahead = -np.sort(-(own[:, slot : slot + 1] - np.delete(own, slot, axis=1)), axis=0)
        found.append(ahead[needed].min(axis=0) if slots > 1 else own[0, slot] * 0)
    wins = np.stack(found)
    wins[fallback] = np.maximum(wins[fallback], abs(wins[fallback]) * 0)
    return wins


def adopted(
    own: Values, fallback: int, margin: Values, rule: JointRule = UNANIMOUS, votes: Sequence[float] = ()
) -> Values:
    """Return which options several would adopt: True for all that are equally good, at least one.

    An option is adopted if its score is the largest, and, except for `weighted`, if it is worth leaving the fallback
    for: no score below 0, and a gain for somebody. Of several with the same score those with the largest sum of gains
    remain. Without any the fallback stands, together with options that are worth the same to all.

    Args:
        own: see `scores`.
        margin: the difference up to which values count as equal, of the shape of one owner's one option.
        fallback: see `scores`.
        rule: see `scores`.
        votes: see `scores`.

    Returns:
        (slots, ...) booleans; who follows the first takes ``argmax`` along the first axis, but the fallback where it
        is among them and nothing was adopted: see `follow`.
    """
    gain = own - own[:, fallback : fallback + 1]
    score = scores(own, fallback, rule, votes)
    slack = _slack(margin, gain, rule)
    if rule.name == "weighted":
        return score >= score.max(axis=0) - slack
    worth = (score > slack) if rule.name == "majority" else (score >= -slack) & (gain > margin).any(axis=0)
    worth[fallback] = False
    some = worth.any(axis=0)
    low = _lowest(score)
    open_to: Values = np.where(worth, score, low)
    worth &= open_to >= open_to.max(axis=0) - slack
    total: Values = np.where(worth, gain.sum(axis=0), _lowest(gain.sum(axis=0)))
    worth &= total >= total.max(axis=0) - margin
    same = (abs(gain) <= margin).all(axis=0)
    return np.where(some, worth, same)


def follow(equal: Values, fallback: int) -> Values:
    """Return the slot that is followed among equally good ones: the fallback if it stands, else the first."""
    return np.where(equal[fallback], fallback, equal.argmax(axis=0))


def _slack(margin: Values, gain: Values, rule: JointRule) -> Values:
    """Return up to which difference scores count as equal: a product of gains has a unit of its own."""
    if rule.name != "nash":
        return margin
    largest = np.maximum.reduce(abs(gain), axis=(0, 1))
    return margin * largest ** (len(gain) - 1) * len(gain)


def _lowest(values: Values) -> Values:
    return values.min(axis=0) - 1
