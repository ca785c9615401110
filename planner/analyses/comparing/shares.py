"""What each change contributes to the whole difference of the value: Shapley's shares.

A change's share is what it adds to the value when it is made after the changes before it, averaged over all orders
(Shapley 1953). The shares add up to the whole difference whatever the changes do to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.analyses.comparing.judge import Judge

Set = frozenset[int]
Method = Literal["exact", "sampled", "left out"]
MOST_EXACT = 10  # units whose combinations are all worked out: 1,024
ORDERS = 400
MOST_KEPT = 2_000_000  # changes in all combinations along all orders
LEAST_ORDERS = 20


@dataclass(frozen=True)
class Shares:
    """Shares of the whole difference.

    Attributes:
        method: exact, sampled or left out.
        by_unit: for each unit its share for each actor; empty where they are left out.
        errors: where orders were sampled, the standard error of each share.
        orders: how many orders were sampled.
        why: why they are left out.
    """

    method: Method
    by_unit: tuple[Mapping[str, float], ...] = ()
    errors: tuple[Mapping[str, float], ...] = ()
    orders: int = 0
    why: str = ""


def shares(judge: Judge, count: int, seed: int) -> Shares:
    """Return Shapley's shares of the units, exactly for few of them, from sampled orders for more.

    Raises:
        Spent: the combinations are more than may be worked out.
    """
    if count <= MOST_EXACT and judge.affordable(2**count):
        return _exact(judge, count)
    orders = min(ORDERS, 2 * MOST_KEPT // max(count * count, 1))
    while orders >= LEAST_ORDERS and not judge.affordable(orders * count):
        orders //= 2
    if orders < LEAST_ORDERS:
        return Shares("left out", why=f"{count:,} changes have too many combinations")
    return _sampled(judge, count, orders // 2 * 2, seed)


def _values(judge: Judge, sets: list[Set]) -> Callable[[Set], Mapping[str, float] | None]:
    found = dict(zip(sets, judge.all(sets), strict=True))

    def value(each: Set) -> Mapping[str, float] | None:
        verdict = found[each]
        return None if verdict is None else verdict.values

    return value


UNSOUND = Shares("left out", why="some combinations of the changes are no scenario that can be evaluated")


def _exact(judge: Judge, count: int) -> Shares:
    units = range(count)
    sets = [frozenset(each) for size in range(count + 1) for each in combinations(units, size)]
    value = _values(judge, sets)
    whole, nothing = value(frozenset(units)), value(frozenset())
    if whole is None or nothing is None:
        return UNSOUND
    actors = [actor for actor in whole if actor in nothing]
    made = [dict.fromkeys(actors, 0.0) for _ in units]
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    for each in sets:
        without = value(each)
        for unit in units:
            if unit in each:
                continue
            with_it = value(each | {unit})
            if without is None or with_it is None:
                return UNSOUND
            for actor in actors:
                made[unit][actor] += weights[len(each)] * (with_it[actor] - without[actor])
    return Shares("exact", tuple(made))


def _sampled(judge: Judge, count: int, orders: int, seed: int) -> Shares:
    """Average over sampled orders (Castro, Gómez and Tejada 2009), each with its reverse: that makes errors smaller."""
    generator = np.random.default_rng(seed)
    half = [generator.permutation(count).tolist() for _ in range(orders // 2)]
    walks = [order for one in half for order in (one, one[::-1])]
    sets = [frozenset(walk[:length]) for walk in walks for length in range(count + 1)]
    value = _values(judge, sets)
    whole, nothing = value(frozenset(range(count))), value(frozenset())
    if whole is None or nothing is None:
        return UNSOUND
    actors = [actor for actor in whole if actor in nothing]
    gains = np.zeros((len(walks), count, len(actors)))
    for at, walk in enumerate(walks):
        before: Mapping[str, float] | None = nothing
        for length, unit in enumerate(walk, 1):
            after = value(frozenset(walk[:length]))
            if before is None or after is None:
                return UNSOUND
            gains[at, unit] = [after[actor] - before[actor] for actor in actors]
            before = after
    means = gains.mean(axis=0)
    pairs = gains.reshape(len(half), 2, count, len(actors)).mean(axis=1)
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(half)) if len(half) > 1 else np.zeros_like(means)
    rows = [[dict(zip(actors, row.tolist(), strict=True)) for row in table] for table in (means, error)]
    return Shares("sampled", tuple(rows[0]), tuple(rows[1]), orders)
