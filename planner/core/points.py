"""What strategies come to in two numbers at once, folded back over shared states.

Every state gets a cloud of points, one for each pair of numbers that some strategy from there on comes to: a union over
the options of an open decision, and over the branches of a chance every combination of their points. Points that no
continuation can make worth having are dropped at once, so that the work grows with the frontier and not with the
number of strategies (Daellenbach and De Kluyver 1980, Note on multiple objective dynamic programming). Strategies that
come to the same point share it, and each point knows the choices that lead to it.

Of both numbers more is better.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from planner.core.plan import Plan, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.core.space import Space

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Join = Literal["mean", "extremes"]
Key = tuple[int, int]  # a point of a state, and which of the strategies that come to it

MOST_POINTS = 20_000  # of one state
MOST_PAIRS = 4_000_000  # combinations of points that are looked at together
COUNTLESS = 10**15  # so many strategies at one point are no longer told apart


class TooManyPointsError(Exception):
    """A state has more different points than can be kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """Points and where they come from.

    Attributes:
        xy: the points (points, 2), falling in the first number and rising in the second where only a frontier is kept.
        many: for each point how many strategies come to it; `COUNTLESS` stands for as many or more.
        first: for each point where its sources begin, one entry more than points.
        left, right: the sources: of an open decision the number of an option and a point behind it, of a chance a point
            of the branches before and a point behind the next branch.
    """

    xy: Floats
    many: Floats
    first: Ints
    left: Ints
    right: Ints

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True, slots=True)
class Cloud:
    """The points of one state.

    Attributes:
        xy: the points (points, 2).
        many: for each point how many strategies come to it.
        steps: how they were made: one step for a decision, one for each branch of a chance; none where every branch has
            one point alone.
    """

    xy: Floats
    many: Floats
    steps: tuple[Step, ...] = field(default=(), repr=False)


class Points:
    """The clouds of every state of a space.

    Args:
        space: what there is to choose.
        end: for each state at which paths end, its two numbers.
        gain: for each unfolded edge what it adds to both.
        join: how the branches of a chance come together: `mean` by their probabilities, or `extremes`, the first number
            being the worst and the second the best path.
        frontier: whether points that others dominate are dropped.
        tolerance: the differences of both numbers below which points count as equal.
        limit: how many points of a state are kept; of more, only the corners of their convex hull if a frontier is
            wanted.

    Attributes:
        clouds: for each state its points.
        reduced: the states at which only the hull's corners are left.

    Raises:
        TooManyPointsError: a state has more points than ``limit``, and all are wanted.
    """

    def __init__(
        self,
        space: Space,
        *,
        end: Callable[[int], Floats],
        gain: Callable[[int], Floats],
        join: Join = "mean",
        frontier: bool = True,
        tolerance: tuple[float, float] = (0.0, 0.0),
        limit: int = MOST_POINTS,
    ) -> None:
        self.space, self.gain, self.join = space, gain, join
        self.frontier, self.tolerance, self.limit = frontier, tolerance, limit
        self.clouds: dict[int, Cloud] = {}
        self.reduced: list[int] = []
        for state in reversed(space.states):
            if not space.slots[state]:
                self.clouds[state] = Cloud(np.asarray(end(state), np.float64)[None, :], np.ones(1))
            elif space.open[state]:
                self.clouds[state] = self._decision(state)
            else:
                self.clouds[state] = self._chance(state)

    @property
    def root(self) -> Cloud:
        """The points of whole strategies."""
        return self.clouds[self.space.start]

    def option(self, at: int) -> tuple[Floats, Cloud]:
        """Return the points of the strategies that begin with an option, and the cloud behind it."""
        slot = self.space.slots[self.space.start][at]
        cloud = self.clouds[self.space.target[slot]]
        return cloud.xy + self.gain(slot), cloud

    def plan(self, point: int, variant: int = 0) -> Plan:
        """Spell out the strategy that comes to a point of the root, or another one that does."""
        return expand(self.space.start, (point, variant), self.follow, self.space.target)

    def option_plan(self, at: int, point: int, variant: int = 0) -> Plan:
        """Spell out a strategy that begins with an option and comes to a point of the cloud behind it."""
        start, slot = self.space.start, self.space.slots[self.space.start][at]

        def step(state: int, key: Key) -> list[tuple[int, Key]]:
            return [(slot, key)] if state == start else self.follow(state, key)

        return expand(start, (point, variant), step, self.space.target)

    # --- folding back ------------------------------------------------------------------------------------------------

    def _decision(self, state: int) -> Cloud:
        parts = [(at, self.clouds[self.space.target[slot]], slot) for at, slot in enumerate(self.space.slots[state])]
        xy = np.concatenate([cloud.xy + self.gain(slot) for _, cloud, slot in parts])
        many = np.concatenate([cloud.many for _, cloud, _ in parts])
        left = np.concatenate([np.full(len(cloud.xy), at) for at, cloud, _ in parts])
        right = np.concatenate([np.arange(len(cloud.xy)) for _, cloud, _ in parts])
        step = self._kept(state, xy, many, left, right)
        return Cloud(step.xy, step.many, (step,))

    def _chance(self, state: int) -> Cloud:
        slots = self.space.slots[state]
        ahead = [self.clouds[self.space.target[slot]] for slot in slots]
        shifted = [cloud.xy + self.gain(slot) for cloud, slot in zip(ahead, slots, strict=True)]
        sofar = np.zeros((1, 2)) if self.join == "mean" else np.array([[np.inf, -np.inf]])
        many = np.ones(1)
        if all(len(xy) == 1 for xy in shifted):
            for slot, xy in zip(slots, shifted, strict=True):
                sofar = self._joined(sofar, xy, slot)
            return Cloud(sofar, np.array([min(np.prod([cloud.many[0] for cloud in ahead]), COUNTLESS)]))
        steps = []
        for slot, xy, cloud in zip(slots, shifted, ahead, strict=True):
            mine, theirs = self._paired(state, sofar, xy)
            pairs = self._joined(sofar[mine][:, None, :], xy[theirs][None, :, :], slot).reshape(-1, 2)
            count = (many[mine][:, None] * cloud.many[theirs][None, :]).ravel()
            left, right = np.repeat(mine, len(theirs)), np.tile(theirs, len(mine))
            step = self._kept(state, pairs, count, left, right)
            steps.append(step)
            sofar, many = step.xy, step.many
        return Cloud(sofar, many, tuple(steps))

    def _joined(self, sofar: Floats, ahead: Floats, slot: int) -> Floats:
        if self.join == "mean":
            return np.asarray(sofar + self.space.p[slot] * ahead)
        worst, best = np.minimum(sofar[..., 0], ahead[..., 0]), np.maximum(sofar[..., 1], ahead[..., 1])
        return np.stack([worst, best], axis=-1)

    def _paired(self, state: int, sofar: Floats, ahead: Floats) -> tuple[Ints, Ints]:
        """Return which points of two clouds are combined: all, or their hulls' corners where that is too many pairs."""
        if len(sofar) * len(ahead) <= MOST_PAIRS:
            return np.arange(len(sofar)), np.arange(len(ahead))
        if not self.frontier:
            raise TooManyPointsError
        self.reduced.append(state)
        return corners(sofar), corners(ahead)

    def _kept(self, state: int, xy: Floats, many: Floats, left: Ints, right: Ints) -> Step:
        """Keep the points worth having; equal ones become one with several sources, in file order."""
        label, count = grouped(xy, self.tolerance, frontier=self.frontier)
        if count > self.limit:
            if not self.frontier:
                raise TooManyPointsError
            self.reduced.append(state)
            label, count = _only_corners(xy, label, count)
        kept = np.flatnonzero(label >= 0)
        order = kept[np.lexsort((kept, label[kept]))]
        first = np.searchsorted(label[order], np.arange(count + 1))
        total = np.minimum(np.add.reduceat(many[order], first[:-1]), COUNTLESS)
        return Step(xy[order[first[:-1]]], total, first, left[order], right[order])

    # --- what leads to a point ---------------------------------------------------------------------------------------

    def follow(self, state: int, key: Key) -> list[tuple[int, Key]]:
        """Return the edges that a strategy follows at a state, each with the point and strategy behind it."""
        slots, steps = self.space.slots[state], self.clouds[state].steps
        point, variant = key
        ahead = [self.clouds[self.space.target[slot]] for slot in slots]
        if not steps:
            return self._alone(slots, ahead, variant)
        if self.space.open[state]:
            (step,) = steps
            for source in range(step.first[point], step.first[point + 1]):
                at, behind = int(step.left[source]), int(step.right[source])
                count = int(ahead[at].many[behind])
                if variant < count:
                    return [(slots[at], (behind, variant))]
                variant -= count
            raise IndexError(f"no such strategy at state {state}")
        found: list[tuple[int, Key]] = []
        for number in range(len(slots) - 1, -1, -1):
            before = steps[number - 1].many if number else np.ones(1)
            point, variant, following = _split(steps[number], point, variant, before, ahead[number].many)
            found.append((slots[number], following))
        return found[::-1]

    @staticmethod
    def _alone(slots: Sequence[int], ahead: Sequence[Cloud], variant: int) -> list[tuple[int, Key]]:
        """Divide the number of a strategy among branches that have one point each; the last changes first."""
        found = []
        for slot, cloud in zip(reversed(slots), reversed(ahead), strict=True):
            variant, digit = divmod(variant, int(cloud.many[0]))
            found.append((slot, (0, digit)))
        return found[::-1]


def _split(step: Step, point: int, variant: int, before: Floats, ahead: Floats) -> tuple[int, int, Key]:
    """Find the source of a strategy: the point and strategy of the branches before, and those behind this branch."""
    for source in range(step.first[point], step.first[point + 1]):
        left, right = int(step.left[source]), int(step.right[source])
        count = int(before[left]) * int(ahead[right])
        if variant < count:
            earlier, digit = divmod(variant, int(ahead[right]))
            return left, earlier, (right, digit)
        variant -= count
    raise IndexError("no such strategy")


def grouped(xy: Floats, tolerance: tuple[float, float], *, frontier: bool) -> tuple[Ints, int]:
    """Say which points are kept, and which are equal.

    >>> label, count = grouped(np.array([[0.0, 1.0], [-2.0, 3.0], [-3.0, 2.0], [0.0, 1.0]]), (0.0, 0.0), frontier=True)
    >>> label.tolist(), count
    ([0, 1, -1, 0], 2)

    Args:
        xy: the points (points, 2); of both numbers more is better.
        tolerance: the differences below which numbers count as equal.
        frontier: whether dominated points are dropped: those that another point equals or beats in both numbers, and
            beats in one.

    Returns:
        For each point the number of the kept point that it is, or -1, the largest first number first; and how many are
        kept.
    """
    order = np.lexsort((-xy[:, 1], -xy[:, 0]))
    across = _runs(-xy[order, 0], tolerance[0])
    order = order[np.lexsort((-xy[order, 1], across))]  # the same first number: the larger second one leads
    up = xy[order, 1]
    heads = np.flatnonzero(np.diff(across, prepend=-1))
    label = np.full(len(xy), -1, np.intp)
    if not frontier:
        new = np.diff(across, prepend=-1).astype(bool) | (np.diff(-up, prepend=-up[:1]) > tolerance[1])
        label[order] = np.cumsum(new) - 1
        return label, int(new.sum())
    lead = up[heads]
    before = np.concatenate([[-np.inf], np.maximum.accumulate(lead)[:-1]])
    stands = lead > before + tolerance[1]
    number = np.where(stands, np.cumsum(stands) - 1, -1)
    same = up >= lead[across] - tolerance[1]
    label[order] = np.where(same, number[across], -1)
    return label, int(stands.sum())


def _runs(rising: Floats, tolerance: float) -> Ints:
    """Number the runs of a rising sequence whose neighbours are equal."""
    return np.cumsum(np.diff(rising, prepend=rising[:1]) > tolerance)


def corners(xy: Floats) -> Ints:
    """Return the numbers of the points at the corners of the upper right hull, falling in the first number.

    The points are a frontier in that order. These are the points that some weights of both numbers make the best.

    >>> corners(np.array([[0.0, 0.0], [-1.0, 1.0], [-2.0, 4.0], [-3.0, 4.5]])).tolist()
    [0, 2, 3]
    """
    hull: list[int] = []
    for at in range(len(xy)):
        while len(hull) >= 2 and not _bends(xy[hull[-2]], xy[hull[-1]], xy[at]):
            hull.pop()
        hull.append(at)
    return np.array(hull, np.intp)


def _bends(one: Floats, two: Floats, three: Floats) -> bool:
    """Whether the middle point lies beyond the line between the others."""
    return bool((two[1] - one[1]) * (two[0] - three[0]) > (three[1] - two[1]) * (one[0] - two[0]))


def _only_corners(xy: Floats, label: Ints, count: int) -> tuple[Ints, int]:
    """Drop the points that are no corners of the hull."""
    _, leader = np.unique(np.where(label >= 0, label, count), return_index=True)
    at_corner = corners(xy[leader[:count]])
    number = np.full(count + 1, -1, np.intp)  # the last entry stands for points dropped already
    number[at_corner] = np.arange(len(at_corner))
    return number[label], len(at_corner)
