"""The worst that can happen to each option anywhere in the box of ranges, and the largest regret.

An adversary picks the parameters. Every corner of the box is tried (some of many), points spread over its inside, and
then small steps along each parameter from the worst points found. Where values are straight lines in every parameter
the corners are proof (see `planner.analyses.stressing.bends`); elsewhere the worst may lie inside and is the worst
*found*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.stressing.choice_rules import margin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.stressing.box import Ranges, Sample

Floats = NDArray[np.float64]

FIRST_STEP, LAST_STEP = 0.25, 1e-3  # of a range
ROUNDS = 60
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Extreme:
    """The worst of one kind that was found for an option.

    Attributes:
        value: the option's value there; with a regret, the regret.
        point: the parameters that matter there, what matters most first; the others stand as in the file.
        proved: whether nothing worse is in the box.
        against: the option that is best there, of a regret.
    """

    value: float
    point: Mapping[str, float]
    proved: bool
    against: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the extreme as JSON data."""
        extra = {} if self.against is None else {"against": self.against}
        return {"value": self.value, "point": dict(self.point), "proved": self.proved, **extra}


@dataclass(frozen=True)
class WorstCases:
    """What an adversary can do to each option within all ranges.

    Attributes:
        worst: for each option its worst value.
        regret: for each option its largest regret.
        points: how many points were tried.
        left_out: how many of them are impossible.
        corners: whether every corner was tried.
    """

    worst: Mapping[str, Extreme]
    regret: Mapping[str, Extreme]
    points: int
    left_out: int
    corners: bool


@dataclass(eq=False)
class _Search:
    """The worst points so far: objectives are the options' values, then their regrets; a larger score is worse."""

    ranges: Ranges
    viewer: int
    tried: int = 0
    left_out: int = 0
    score: Floats = field(default_factory=lambda: np.empty(0))
    point: Floats = field(default_factory=lambda: np.empty(0))

    def scores(self, points: Floats) -> Floats:
        """Return how bad each point is for each objective, (objectives, points); -inf where it is impossible."""
        found, possible = self.ranges.values(points)
        self.tried += len(points)
        self.left_out += int((~possible).sum())
        return self.badness(found)

    def badness(self, found: Floats) -> Floats:
        """Return how bad values are, (options, actors, points), for each objective."""
        return badness(self.ranges.focus.sense * found[:, self.viewer])

    def begin(self) -> None:
        """Start from the point as the file has it, which is possible."""
        objectives = 2 * len(self.ranges.focus.options)
        self.score = np.full(objectives, -np.inf)
        self.point = np.repeat(self.ranges.given[None], objectives, axis=0)
        self.take(self.ranges.given[None], self.scores(self.ranges.given[None]))

    def take(self, points: Floats, scores: Floats) -> None:
        """Remember the worst of some points for every objective."""
        for objective, at in enumerate(scores.argmax(axis=1).tolist()):
            if scores[objective, at] > self.score[objective]:
                self.score[objective], self.point[objective] = scores[objective, at], points[at]

    @property
    def noise(self) -> float:
        """The difference below which two scores count as equal."""
        return float(NOISE * np.abs(self.score).max())

    def refine(self, objectives: list[int]) -> None:
        """Step along each parameter from the worst point of each objective, ever less far."""
        step = dict.fromkeys(objectives, FIRST_STEP)
        for _ in range(ROUNDS):
            active = [objective for objective in objectives if step[objective] >= LAST_STEP]
            if not active:
                return
            points = np.concatenate([self.around(self.point[one], step[one]) for one in active])
            scores = self.scores(points)
            for objective in active:
                at = int(scores[objective].argmax())
                if scores[objective, at] > self.score[objective] + self.noise:
                    self.score[objective], self.point[objective] = scores[objective, at], points[at]
                else:
                    step[objective] /= 2

    def around(self, point: Floats, step: float) -> Floats:
        """Return the points that lie a step, or all the way, up or down from a point in one parameter."""
        low, high = self.ranges.low, self.ranges.high
        far = step * (high - low)
        with np.errstate(over="ignore"):
            tries = np.stack([low, high, np.maximum(point - far, low), np.minimum(point + far, high)])
        count = len(self.ranges)
        points = np.repeat(point[None], 4 * count, axis=0)
        points[np.arange(4 * count), np.tile(np.arange(count), 4)] = tries.ravel()
        return points

    def simplify(self) -> Floats:
        """Put parameters that make no difference back to what they are in the file; return what the others make."""
        objectives, given = range(len(self.score)), self.ranges.given
        for at in range(len(self.ranges)):
            tried = self.point.copy()
            tried[:, at] = given[at]
            kept = self.scores(tried)[objectives, objectives] >= self.score - self.noise
            self.point[kept, at] = given[at]
        tries = np.repeat(self.point[None], len(self.ranges), axis=0)  # (parameters, objectives, parameters)
        for at in range(len(self.ranges)):
            tries[at, :, at] = given[at]
        scores = self.scores(tries.reshape(-1, len(self.ranges))).reshape(len(objectives), *tries.shape[:2])
        effect: Floats = self.score[:, None] - scores[objectives, :, objectives]
        return effect


def badness(table: Floats) -> Floats:
    """Return for an oriented table (options, points) what is bad: the options' losses, then their regrets.

    >>> badness(np.array([[5.0, 1.0], [2.0, 3.0]])).tolist()
    [[-5.0, -1.0], [-2.0, -3.0], [0.0, 2.0], [3.0, 0.0]]
    """
    bad = np.concatenate([-table, table.max(axis=0) - table])
    return np.where(np.isfinite(bad), bad, -np.inf)


def worst_cases(ranges: Ranges, sample: Sample, *, viewer: int, seed: int) -> WorstCases:
    """Find the worst value and the largest regret of each option in the box.

    Args:
        ranges: the box; at least one parameter spans it.
        sample: points inside, and what the options are worth there.
        viewer: the number of the actor whose value is meant.
        seed: which corners are tried where there are too many.
    """
    options = ranges.focus.options
    search = _Search(ranges, viewer)
    corners, complete = ranges.corners(seed=seed)
    search.begin()
    search.take(corners, search.scores(corners))
    fit = complete and search.left_out == 0
    proved = _proved(ranges, viewer, fit=fit)
    open_ones = [objective for objective, known in enumerate(proved) if not known]
    if open_ones:
        search.refine(open_ones)  # from the worst corner
        before = search.score.copy(), search.point.copy()
        search.begin()
        if len(sample.points):
            search.take(sample.points, search.badness(sample.values))
        search.tried += len(sample.points) + sample.left_out
        search.left_out += sample.left_out
        search.refine(open_ones)  # and from the worst point inside
        better = before[0] >= search.score
        search.score[better], search.point[better] = before[0][better], before[1][better]
    points, left_out = search.tried, search.left_out
    effect = search.simplify()
    best = _best_there(search)
    made = [_extreme(search, objective, effect[objective], known=proved[objective]) for objective in range(len(proved))]
    worst = dict(zip(options, made[: len(options)], strict=True))
    regret = {
        option: Extreme(one.value, one.point, one.proved, against if one.value > 0 else None)
        for option, one, against in zip(options, made[len(options) :], best[len(options) :], strict=True)
    }
    return WorstCases(worst, regret, points, left_out, complete)


def _proved(ranges: Ranges, viewer: int, *, fit: bool) -> list[bool]:
    """Return for which objectives the corners hold the worst: straight values, regrets of straight behind convex.

    Without all corners (``fit``), or with some that are impossible, only what does not change at all is known.
    """
    bends = [row[viewer] for row in ranges.bends]
    if not fit:
        still = [bend.on == 0 for bend in bends]
        return [*still, *([all(still)] * len(bends))]
    straight = [bend.bent == 0 for bend in bends]
    convex = all(bend.wild == 0 for bend in bends)
    return [*straight, *(convex and one for one in straight)]


def _best_there(search: _Search) -> list[str]:
    """Return for each objective the option that is best at its point."""
    focus = search.ranges.focus
    found, _ = search.ranges.values(search.point)
    own = focus.sense * found[:, search.viewer]
    return [focus.options[at] for at in own.argmax(axis=0).tolist()]


def _extreme(search: _Search, objective: int, effect: Floats, *, known: bool) -> Extreme:
    options = len(search.ranges.focus.options)
    score = float(search.score[objective])
    if objective < options:
        value = -search.ranges.focus.sense * score + 0.0
    else:
        value = score if score > margin(search.score) else 0.0
    point = search.point[objective]
    moved = [at for at in np.argsort(-effect, kind="stable").tolist() if point[at] != search.ranges.given[at]]
    names = search.ranges.names
    return Extreme(value, {names[at]: float(point[at]) for at in moved}, known)
