"""The league table of cost and effect: dominance, incremental ratios, what is best at which willingness to pay.

Strategies are ordered by cost. One that costs at least as much as another and gains no more is dominated, unless both
are equal; one that a mixture of two others outdoes is extendedly dominated; the rest are efficient, and each costs
more for a further unit of effect than the one before it (Drummond, Sculpher, Claxton, Stoddart and Torrance 2015,
Methods for the economic evaluation of health care programmes).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.points import corners, grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

EFFICIENT, DOMINATED, EXTENDEDLY = "efficient", "dominated", "extendedly dominated"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one strategy stands in the league.

    Attributes:
        status: efficient, dominated or extendedly dominated.
        group: strategies with the same number are equal in both criteria; those that are not dominated count up from
            the cheapest.
        before: the efficient strategy one step cheaper; None for the cheapest and for all that are not efficient.
        icer: what a further unit of effect costs over that; None where there is none before.
        by: the strategy that dominates this one.
        mix: the two strategies of which a mixture outdoes this one, each with its share.
        more: how much more effect that mixture has at the same cost.
    """

    status: str
    group: int
    before: int | None = None
    icer: float | None = None
    by: int | None = None
    mix: tuple[tuple[int, float], ...] = ()
    more: float = 0.0


@dataclass(frozen=True, slots=True)
class League:
    """All strategies in their places.

    Attributes:
        places: in the order in which the strategies came.
        efficient: the first strategy at each efficient point, from the cheapest on.
    """

    places: tuple[Place, ...]
    efficient: tuple[int, ...]


def league(cost: Floats, effect: Floats, tolerance: tuple[float, float]) -> League:
    """Put strategies in their places.

    >>> places = league(np.array([5.0, 10, 12, 25, 35, 55]), np.array([1.0, 2, 1.5, 3, 4, 5]), (0.0, 0.0)).places
    >>> [(place.status, place.icer) for place in places[:3]]
    [('efficient', None), ('efficient', 5.0), ('dominated', None)]
    >>> [(place.status, place.icer) for place in places[3:]]
    [('extendedly dominated', None), ('efficient', 12.5), ('efficient', 20.0)]

    Args:
        cost: less is better.
        effect: more is better.
        tolerance: the differences of cost and effect below which they count as equal.
    """
    xy = np.column_stack([-cost, effect])
    label, count = grouped(xy, tolerance, frontier=True)
    leader = [int(np.flatnonzero(label == group)[0]) for group in range(count)]
    frontier = xy[leader]
    at_corner = corners(frontier).tolist()
    on_line = [at in at_corner or not _below(frontier, at_corner, at, tolerance) for at in range(count)]
    efficient = [leader[at] for at in range(count) if on_line[at]]
    before = dict(zip(efficient[1:], efficient, strict=False))
    corner_of = [leader[at] for at in at_corner]
    places: list[Place] = []
    for at in range(len(xy)):
        group = int(label[at])
        if group < 0:
            places.append(Place(DOMINATED, -1, by=_dominator(xy, at, tolerance, efficient, leader)))
        elif on_line[group]:
            cheaper = before.get(leader[group])
            places.append(Place(EFFICIENT, group, cheaper, _icer(cost, effect, cheaper, leader[group])))
        else:
            mix, more = _mixture(cost, effect, corner_of, leader[group])
            places.append(Place(EXTENDEDLY, group, mix=mix, more=more))
    return League(tuple(places), tuple(efficient))


def _below(frontier: Floats, at_corner: Sequence[int], at: int, tolerance: tuple[float, float]) -> bool:
    """Whether a point of the frontier lies below the line between the corners beside it."""
    left = max(corner for corner in at_corner if corner < at)
    right = min(corner for corner in at_corner if corner > at)
    share = (frontier[left, 0] - frontier[at, 0]) / (frontier[left, 0] - frontier[right, 0])
    line = frontier[left, 1] + share * (frontier[right, 1] - frontier[left, 1])
    steep = (frontier[right, 1] - frontier[left, 1]) / (frontier[left, 0] - frontier[right, 0])
    return bool(line - frontier[at, 1] > 10 * (tolerance[1] + steep * tolerance[0]))


def _icer(cost: Floats, effect: Floats, before: int | None, at: int) -> float | None:
    if before is None:
        return None
    return float((cost[at] - cost[before]) / (effect[at] - effect[before]))


def _dominator(
    xy: Floats, at: int, tolerance: tuple[float, float], efficient: Sequence[int], frontier: Sequence[int]
) -> int:
    """Return the most effective strategy that dominates one: an efficient one if one does."""
    for among in (efficient, frontier):
        as_good = (xy[among] >= xy[at] - tolerance).all(axis=1)
        if as_good.any():
            return among[int(np.flatnonzero(as_good)[-1])]
    raise AssertionError("a dominated strategy is dominated by one of the frontier")


def _mixture(
    cost: Floats, effect: Floats, corner_of: Sequence[int], at: int
) -> tuple[tuple[tuple[int, float], ...], float]:
    """Return the mixture of two efficient strategies that costs as much, and how much more it gains."""
    for left, right in pairwise(corner_of):
        if cost[left] < cost[at] < cost[right]:
            share = float((cost[at] - cost[left]) / (cost[right] - cost[left]))
            mixed = effect[left] + share * (effect[right] - effect[left])
            return ((left, 1 - share), (right, share)), float(mixed - effect[at])
    raise AssertionError("an extendedly dominated strategy lies between two efficient ones")


def best_at(
    cost: Floats, effect: Floats, willingness: float, tolerance: tuple[float, float]
) -> tuple[list[int], float]:
    """Return the strategies of the largest net monetary benefit at a willingness to pay, and that benefit.

    Net monetary benefit is ``willingness * effect - cost`` (Stinnett and Mullahy 1998, Net health benefits).
    """
    benefit = willingness * effect - cost
    best = float(benefit.max())
    margin = 10 * (tolerance[0] + willingness * tolerance[1])
    return np.flatnonzero(benefit >= best - margin).tolist(), best
