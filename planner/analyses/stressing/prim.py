"""The patient rule induction method: the box in which most of the marked points lie, and few others.

Friedman and Fisher (1999), Bump hunting in high-dimensional data: peel off a small share of the points at a time where
that raises the density of marked points most; then paste back what was peeled off too much. Bryant and Lempert (2010),
Thinking inside the box: coverage and density as the measures of a scenario, and quasi-p-values for each restriction.

*Coverage* is the share of all marked points that lie in the box, *density* the share of the points in it that are
marked. Points have the shape (points, dimensions).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

ALPHA = 0.05  # the share of the points in the box that is peeled off at a time
PASTE = 0.01  # the share that is pasted on at a time
SMALLEST = 0.05  # peeling ends before a box holds a smaller share of all points
SIGNIFICANT = 0.05  # a restriction with a larger quasi-p-value is let go

Side = tuple[int, int]  # (dimension, 0 for its lower and 1 for its upper limit)


@dataclass(frozen=True, eq=False)
class Box:
    """Limits for each dimension; -inf and inf where there is none."""

    low: Floats
    high: Floats

    @classmethod
    def whole(cls, dimensions: int) -> Box:
        """Return the box without limits."""
        return cls(np.full(dimensions, -np.inf), np.full(dimensions, np.inf))

    def holds(self, points: Floats) -> Marks:
        """Return which points lie in the box."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))

    def sides(self) -> list[Side]:
        """Return the limits that there are."""
        return [(at, side) for at in range(len(self.low)) for side in (0, 1) if np.isfinite(self.limit((at, side)))]

    def limit(self, side: Side) -> float:
        """Return one limit."""
        return float((self.low, self.high)[side[1]][side[0]])

    def limited(self, side: Side, limit: float | None) -> Box:
        """Return the box with one limit moved, or taken away."""
        name, free = ("high", np.inf) if side[1] else ("low", -np.inf)
        ends = getattr(self, name).copy()
        ends[side[0]] = free if limit is None else limit
        return replace(self, **{name: ends})


@dataclass(frozen=True, slots=True)
class Merit:
    """How well a box tells marked points from others.

    Attributes:
        inside: how many points lie in the box.
        hits: how many of them are marked.
        coverage: the share of all marked points that lie in it.
        density: the share of the points in it that are marked; NaN if it holds none.
    """

    inside: int
    hits: int
    coverage: float
    density: float


@dataclass(frozen=True, eq=False)
class Induction:
    """What the method found.

    Attributes:
        box: the box, chosen at the knee, pasted, and rid of restrictions that may be chance.
        merit: on the points that it was found with.
        p_values: for each limit of the box the chance of so many marked points if the limit meant nothing.
        line: the boxes peeled one after the other, with their merits: the trade-off of coverage and density.
        knee: the number of the one that was chosen.
    """

    box: Box
    merit: Merit
    p_values: dict[Side, float]
    line: tuple[tuple[Box, Merit], ...] = field(repr=False)
    knee: int


def merit(box: Box, points: Floats, marked: Marks) -> Merit:
    """Return how well a box does on some points."""
    inside = box.holds(points)
    count, hits, total = int(inside.sum()), int((inside & marked).sum()), int(marked.sum())
    return Merit(count, hits, hits / total if total else 0.0, hits / count if count else float("nan"))


def induce(points: Floats, marked: Marks) -> Induction:
    """Find the box of marked points.

    >>> points = np.random.default_rng(1).random((2000, 3))
    >>> marked = (points[:, 0] < 0.3) & (points[:, 2] > 0.6)
    >>> found = induce(points, marked)
    >>> found.box.sides(), round(found.merit.coverage, 1), round(found.merit.density, 1)
    ([(0, 1), (2, 0)], 1.0, 1.0)

    The box is chosen where the line of peeled boxes bends: the one nearest to full coverage and full density, density
    counted from the share of all points that are marked.

    Args:
        points: (points, dimensions).
        marked: which of them are looked for; some, not all.
    """
    share = float(marked.mean())
    line = tuple((box, merit(box, points, marked)) for box in _peeled(points, marked))
    distance = [(1 - found.coverage) ** 2 + ((1 - found.density) / (1 - share)) ** 2 for _, found in line]
    knee = int(np.argmin(distance))
    box = _pasted(line[knee][0], points, marked)
    p_values = {side: p_value(box, side, points, marked) for side in box.sides()}
    while p_values:
        worst = max(p_values, key=lambda side: p_values[side])
        if p_values[worst] <= SIGNIFICANT:
            break
        box = box.limited(worst, None)
        p_values = {side: p_value(box, side, points, marked) for side in box.sides()}
    return Induction(box, merit(box, points, marked), p_values, line, knee)


def p_value(box: Box, side: Side, points: Floats, marked: Marks) -> float:
    """Return the chance that a limit which means nothing leaves at least so many marked points in the box.

    Bryant and Lempert (2010), the quasi-p-value: without the limit the box has a density q; of the n points that the
    limit leaves, at least as many as seen are marked with the chance P(Binomial(n, q) >= seen).
    """
    wider = merit(box.limited(side, None), points, marked)
    return chance_of_more(merit(box, points, marked), wider.density)


def chance_of_more(found: Merit, share: float) -> float:
    """Return the chance of at least as many marked points if each were marked with chance ``share``."""
    if found.hits == 0:
        return 1.0
    from scipy.special import bdtrc

    return float(bdtrc(found.hits - 1, found.inside, share))


def _peeled(points: Floats, marked: Marks) -> Iterator[Box]:
    """Yield the whole box and then ever smaller ones."""
    box = Box.whole(points.shape[1])
    least = max(1, int(SMALLEST * len(points)))
    while True:
        yield box
        inside = box.holds(points)
        if marked[inside].all():
            return
        found = _best_peel(box, points[inside], marked[inside], least)
        if found is None:
            return
        box = found


def _best_peel(box: Box, points: Floats, marked: Marks, least: int) -> Box | None:
    """Return the box without the slab whose loss leaves the highest density; None if nothing may be taken."""
    count, dimensions = points.shape
    size = max(1, int(ALPHA * count))
    best, found = -1.0, None
    for at in range(dimensions):
        order = np.argsort(points[:, at], kind="stable")
        along, hits = points[order, at], np.concatenate([[0], np.cumsum(marked[order])])
        for side in (0, 1):
            cut = _cut(along, size, side)
            left = count - cut if side == 0 else cut
            if not least <= left < count:
                continue
            density = (hits[-1] - hits[cut] if side == 0 else hits[cut]) / left
            if density > best:
                best = density
                found = box.limited((at, side), float(along[cut - 1] + along[cut]) / 2)
    return found


def _cut(along: Floats, size: int, side: int) -> int:
    """Return where sorted points are cut, never between equal ones; 0 or all of them if they cannot be."""
    count = len(along)
    if side == 0:
        return int(np.searchsorted(along, along[min(size, count) - 1], side="right"))
    return int(np.searchsorted(along, along[max(count - size, 0)], side="left"))


def _pasted(box: Box, points: Floats, marked: Marks) -> Box:
    """Widen the box as long as its density does not fall."""
    while True:
        now = merit(box, points, marked)
        wider = [(merit(each, points, marked), each) for each in _widened(box, points, now.inside)]
        wider = [(found, each) for found, each in wider if found.inside > now.inside and found.density >= now.density]
        if not wider:
            return box
        box = max(wider, key=lambda each: each[0].density)[1]


def _widened(box: Box, points: Floats, inside: int) -> Iterator[Box]:
    """Yield the box with each of its limits moved out by a few points."""
    size = max(1, int(PASTE * inside))
    for side in box.sides():
        at, upper = side
        free = box.limited(side, None)
        limit = box.limit(side)
        along = points[free.holds(points), at]
        beyond = np.sort(along[along > limit]) if upper else np.sort(along[along < limit])[::-1]
        if len(beyond) <= size:
            yield free
        else:
            yield box.limited(side, float(beyond[size - 1] + beyond[size]) / 2)
