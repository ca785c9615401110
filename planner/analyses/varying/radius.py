"""The smallest joint change of parameters that makes another option the choice.

Every parameter may move by up to a share t of the way from where it stands to the end of its range; the radius is the
smallest t at which some such change flips the choice: a stability radius in the maximum norm, in units of the ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.varying.multilinear import extremes_at_corners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.varying.axes import Axis
    from planner.analyses.varying.probe import Probe

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

CORNERS = 12  # up to so many parameters all corners are looked at
SAMPLES = 1_024  # random points, and random corners where there are too many
FEW = 128
STARTS = 8
SWEEPS = 24
RAY = 48  # points of a ray
TRIES = 6
SECTION = 64
BISECTIONS = 8
DIGITS = 7  # sections of the last stretch: the radius is that near
STEP = 1e-5  # of the ranges: for slopes
CHEAP = 5_000  # values of states up to which the Euclidean radius is looked for
TIED = 1e-9  # a radius that is smaller is that of a tie
LEVELS = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True)
class JointChange:
    """The smallest joint change of parameters that flips a choice.

    Attributes:
        radius: the share of the way to the ends of their ranges that parameters have to move; None if no change within
            the ranges flips the choice, as far as was found.
        proved: whether no smaller change flips it, for certain; else the radius is the best that was found.
        point: the parameters that move, and where to.
        chosen: the option that is taken there.
        without: for each of these parameters the radius if it stays where it is; None if nothing flips the choice then.
        euclidean: the smallest root of the sum of squared shares that was found to flip the choice; None where it was
            not looked for: in large scenarios.
        parameters: how many parameters have an effect and may move.
    """

    radius: float | None
    proved: bool
    point: Mapping[str, float] = field(default_factory=dict)
    chosen: str | None = None
    without: Mapping[str, float | None] = field(default_factory=dict)
    euclidean: float | None = None
    parameters: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the change as JSON data."""
        return {
            "radius": self.radius,
            "proved": self.proved,
            "point": dict(self.point),
            "chosen": self.chosen,
            "without": dict(self.without),
            "euclidean": self.euclidean,
            "parameters": self.parameters,
        }


def joint_change(probe: Probe, axes: Sequence[Axis], *, seed: int, full: bool = True) -> JointChange:
    """Return the smallest joint change that flips the choice.

    Up to 12 parameters all corners of the box are looked at; for more, corners are climbed from those that the slopes
    and random starts point to. Where the least lead need not lie at a corner, points inside are searched as well.

    Args:
        probe: the decision.
        axes: the parameters, with their ranges.
        seed: of the random starts.
        full: whether to look for what each parameter contributes, and for the Euclidean radius.
    """
    axes = [axis for axis in axes if probe.machine.matters(axis.name)]
    box = _Box(probe, axes, seed)
    if not axes or len(probe.focus.options) < 2:
        return JointChange(None, proved=True, parameters=len(axes))
    corners = extremes_at_corners(probe.focus, [axis.name for axis in axes])
    everything = np.ones(len(axes), np.bool_)
    if corners:
        box.leads(box.corners(everything))  # are they possible?
    proved = corners and len(axes) <= CORNERS and box.whole
    found, deeper = box.least(everything, inside=not proved)
    if found is None:
        return JointChange(None, proved=proved, parameters=len(axes))
    at = box.bare(found)
    moved = [i for i in range(len(axes)) if at[i] != 0]
    without: dict[str, float | None] = {}
    for i in moved if full else ():
        other, _ = box.least(everything & (np.arange(len(axes)) != i), inside=deeper)
        without[axes[i].name] = None if other is None else max(_size(other), _size(found))
    values = box.values(at[None])
    return JointChange(
        radius=_size(found) if _size(found) > TIED else 0.0,
        proved=proved,
        point={axes[i].name: float(values[axes[i].name][0]) for i in moved},
        chosen=probe.focus.options[int(probe.run(values).choice[0])],
        without=without,
        euclidean=box.euclidean(found) if full and probe.size <= CHEAP else None,
        parameters=len(axes),
    )


def _size(at: Floats) -> float:
    return float(np.abs(at).max())


class _Box:
    """The box of all ranges, in shares of the way from now to their ends."""

    def __init__(self, probe: Probe, axes: Sequence[Axis], seed: int) -> None:
        self.probe, self.axes, self.seed = probe, axes, seed
        self.now = np.array([axis.now for axis in axes])
        self.down = self.now - np.array([axis.low for axis in axes])
        self.up = np.array([axis.high for axis in axes]) - self.now
        self.chosen = int(probe.base.choice[0])
        self.whole = True  # whether the scenario was possible at all points so far

    def values(self, at: Floats) -> dict[str, Floats]:
        """Return the inputs of a run at points (points, parameters)."""
        rows = self.now + np.where(at < 0, at * self.down, at * self.up)
        low, high = self.now - self.down, self.now + self.up
        rows = np.clip(rows, low, high)
        return {axis.name: np.ascontiguousarray(rows[:, i]) for i, axis in enumerate(self.axes)}

    def leads(self, at: Floats) -> tuple[Floats, Mask]:
        """Return the lead at points, infinite where the scenario is impossible, and whether the choice is another."""
        unfit = np.zeros(len(at), np.bool_)
        points = self.probe.run(self.values(at), unfit)
        self.whole &= not unfit.any()
        return np.where(unfit, np.inf, points.lead(self.chosen)), (points.choice != self.chosen) & ~unfit

    def least(self, free: Mask, *, inside: bool) -> tuple[Floats | None, bool]:
        """Return a point of the smallest box that flips the choice, only some parameters free; None if none was found.

        ``inside`` searches points that are no corners, too; whether that found a better one is returned as well.
        """
        if not free.any():
            return None, False
        corners = self.corners(free)
        found = self.shrunk(corners)
        deeper = False
        for _ in range(TRIES) if inside else ():
            size = 1.0 if found is None else _size(found) * (1 - 1e-7)
            better = self.searched(free, size)
            if better is None:
                break
            found, deeper = self.nearer(better, free), True
        return found, deeper

    def corners(self, free: Mask) -> Floats:
        """Return the corners of the unit box that are worth looking at."""
        count = int(free.sum())
        few = count <= CORNERS
        signs = np.array(list(product((-1.0, 1.0), repeat=count))) if few else self.climbed(free)
        found = np.zeros((len(signs), len(self.axes)))
        found[:, free] = signs
        return found

    def climbed(self, free: Mask) -> Floats:
        """Return corners with a small lead, climbed from random ones and from that of the slopes."""
        chance = np.random.default_rng(self.seed)
        places = np.flatnonzero(free)
        alone = np.zeros((2 * len(places), len(self.axes)))
        alone[np.arange(2 * len(places)), np.repeat(places, 2)] = np.tile([-1.0, 1.0], len(places))
        lead, _ = self.leads(alone)
        best = np.where(lead[::2] <= lead[1::2], -1.0, 1.0)
        signs = np.concatenate((best[None], chance.choice([-1.0, 1.0], (SAMPLES, len(places)))))
        at = np.zeros((len(signs), len(self.axes)))
        at[:, places] = signs
        starts = at[np.argsort(self.leads(at)[0], kind="stable")[:STARTS]]
        starts = np.concatenate((at[:1], starts))
        return np.concatenate((self.descended(starts, 1.0, free, (-1.0, 1.0)), starts))[:, places]

    def shrunk(self, corners: Floats) -> Floats | None:
        """Return a point that flips the choice in the smallest box, of those on the ways to some corners."""
        if not self.leads(corners)[1].any():
            return self.first(corners)
        low, high = 0.0, 1.0
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            flipped = self.leads(corners * middle)[1]
            low, high = (low, middle) if flipped.any() else (middle, high)
        left = corners[self.leads(corners * high)[1]]
        for _ in range(DIGITS):
            walk = low + (high - low) * np.arange(1, SECTION + 1) / SECTION
            flipped = self.leads((walk[:, None, None] * left).reshape(-1, len(self.axes)))[1].reshape(len(walk), -1)
            first = int(np.argmax(flipped.any(axis=1)))
            left = left[flipped[first]]
            low, high = (low if first == 0 else float(walk[first - 1])), float(walk[first])
        return np.asarray(left[0] * high)

    def first(self, ends: Floats) -> Floats | None:
        """Return the smallest point that flips the choice on the ways from now to some points; None if none does."""
        shares = np.arange(1, RAY + 1) / RAY
        lot = max(1, 65_536 // RAY)
        best: Floats | None = None
        for start in range(0, len(ends), lot):
            part = ends[start : start + lot]
            at = (shares[:, None, None] * part).reshape(-1, len(self.axes))
            flipped = self.leads(at)[1].reshape(RAY, -1)
            if not flipped.any():
                continue
            reached = np.where(flipped.any(axis=0), shares[flipped.argmax(axis=0)] * np.abs(part).max(axis=1), np.inf)
            ray = int(reached.argmin())
            point = self.refined(part[ray], float(shares[int(flipped[:, ray].argmax())]))
            best = point if best is None or _size(point) < _size(best) else best
        return best

    def refined(self, end: Floats, share: float) -> Floats:
        """Return the point on the way to ``end``, a step before ``share``, at which the choice flips."""
        low, high = share - 1 / RAY, share
        for _ in range(DIGITS):
            walk = low + (high - low) * np.arange(1, SECTION + 1) / SECTION
            flipped = self.leads(walk[:, None] * end)[1]
            first = int(np.argmax(flipped)) if flipped.any() else SECTION - 1
            low, high = (low if first == 0 else float(walk[first - 1])), float(walk[first])
        return np.asarray(high * end)

    def searched(self, free: Mask, size: float) -> Floats | None:
        """Return a point of a smaller box that flips the choice, if the search inside the box finds one."""
        chance = np.random.default_rng(self.seed)
        at = np.zeros((SAMPLES, len(self.axes)))
        at[:, free] = chance.uniform(-size, size, (SAMPLES, int(free.sum())))
        lead, flipped = self.leads(at)
        if not flipped.any():
            order = np.argsort(lead, kind="stable")[:STARTS]
            at = self.descended(np.concatenate((at[order], np.zeros((1, len(self.axes))))), size, free, LEVELS)
            flipped = self.leads(at)[1]
        return self.first(at[flipped]) if flipped.any() else None

    def nearer(self, at: Floats, free: Mask) -> Floats:
        """Return a point of a smaller box near one that flips the choice, by random steps that grow shorter."""
        chance = np.random.default_rng(self.seed)
        reach = 0.5
        for _ in range(SWEEPS):
            size = _size(at)
            step = chance.uniform(-reach, reach, (FEW, len(self.axes))) * size * free
            tried = np.clip(at + step, -size, size) * (1 - reach * chance.random((FEW, 1)))
            flipped = self.leads(tried)[1]
            if flipped.any():
                good = tried[flipped]
                at = good[np.abs(good).max(axis=1).argmin()]
            else:
                reach /= 2
        return at

    def descended(self, starts: Floats, size: float, free: Mask, levels: Sequence[float]) -> Floats:
        """Return the points reached from some by moving one parameter at a time, as long as the lead shrinks."""
        at, places = starts.copy(), np.flatnonzero(free)
        lead, _ = self.leads(at)
        for _ in range(SWEEPS):
            tried = np.repeat(at[:, None], len(places) * len(levels), axis=1)
            for i, (place, level) in enumerate(product(places.tolist(), levels)):
                tried[:, i, place] = level * size
            leads = self.leads(tried.reshape(-1, len(self.axes)))[0].reshape(len(at), -1)
            step = leads.argmin(axis=1)
            least = leads[np.arange(len(at)), step]
            better = least < lead
            if not better.any():
                break
            at[better], lead[better] = tried[np.flatnonzero(better), step[better]], least[better]
        return at

    def bare(self, at: Floats) -> Floats:
        """Return a point with those parameters back where they stand that need not move."""
        at = at.copy()
        order = []
        for i in np.flatnonzero(at).tolist():
            tried = at.copy()
            tried[i] = 0.0
            order.append((float(self.leads(tried[None])[0][0]), i))
        for _, i in sorted(order):
            tried = at.copy()
            tried[i] = 0.0
            if self.leads(tried[None])[1][0]:
                at = tried
        return at

    def euclidean(self, start: Floats) -> float:
        """Return the smallest Euclidean length that was found to flip the choice: repeated steps to the tangent."""
        best = self.bare(start)
        at = best
        for _ in range(SWEEPS):
            slope = self.slope(at)
            steep = float(slope @ slope)
            along = float(slope @ at)
            if steep == 0 or along >= 0:
                break
            direction = slope * along / steep
            largest = float(np.abs(direction).max())
            point = self.first(direction[None] / max(largest, 1e-300)) if largest else None
            if point is None or np.linalg.norm(point) >= np.linalg.norm(best) * (1 - 1e-9):
                break
            best = at = point
        return float(np.linalg.norm(best))

    def slope(self, at: Floats) -> Floats:
        """Return how the lead changes with each parameter."""
        count = len(self.axes)
        walk = np.repeat(at[None], 2 * count, axis=0)
        walk[np.arange(count), np.arange(count)] = np.minimum(at + STEP, 1.0)
        walk[np.arange(count) + count, np.arange(count)] = np.maximum(at - STEP, -1.0)
        lead, _ = self.leads(walk)
        ahead, behind = lead[:count], lead[count:]
        width = np.diagonal(walk[:count]) - np.diagonal(walk[count:])
        with np.errstate(invalid="ignore", over="ignore"):
            found = (ahead - behind) / width
        return np.where(np.isfinite(found), found, 0.0)
