"""Where the choice changes along one axis: every place that a fine grid and a search between its points can find."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.varying.axes import Axis, shortened
from planner.analyses.varying.crossings import Bracket, narrowed, polished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.varying.probe import Points, Probe

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

STEPS = 2_001  # points that are spread evenly over a range
FEWEST = 65
WORK = 400_000_000  # values of states that all grids together may take
NEAR_ENDS = range(11, 41)  # further points at a share of 2 ** -11 to 2 ** -40 of the range from its ends
HOLES = 8  # times that a range is cut where the scenario is impossible
SECTION = 32  # points by which a stretch is divided in one round
ROUNDS = 10
CLOSE = 1e-12  # of the range: what is nearer is one place
REACH = 4.0  # a dip between grid points is looked into if it may go so many times as deep as it goes at the points
LONG = 1e-4  # of the range: a tie that is longer is one over an interval, a shorter one a touch


@dataclass(frozen=True, slots=True)
class Crossing:
    """A place where the choice changes.

    Attributes:
        at: the position on the axis.
        below, above: the option that is taken at smaller and at larger positions.
        jump: whether the scores jump there, so that the options are nowhere as good as each other.
    """

    at: float
    below: int
    above: int
    jump: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """A stretch of positions, or a single one, where several options are as good as each other."""

    low: float
    high: float
    options: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Scan:
    """A decision along one axis.

    Attributes:
        axis: the axis, on the part of its range on which the scenario is possible.
        grid: positions, in order; among them both ends and now.
        points: the decision there.
        now: the number of the position at which things stand.
        crossings: where the choice changes, in order.
        ties: where several options are as good as each other.
        complete: whether all changes that were seen are listed.
    """

    axis: Axis
    grid: Floats = field(repr=False)
    points: Points = field(repr=False)
    now: int
    crossings: tuple[Crossing, ...]
    ties: tuple[Tie, ...]
    complete: bool = True


def steps_for(probe: Probe, axes: int) -> int:
    """Return how many points a grid has, so that large scenarios take no longer than they must."""
    return int(min(STEPS, max(FEWEST, WORK // (probe.size * max(axes, 1)))))


def scan(probe: Probe, axis: Axis, steps: int) -> Scan:
    """Walk along an axis and find where the choice changes.

    A grid of points, denser towards the ends, shows where neighbours differ. Between points that agree, every dip of
    the lead over another option that may go below zero is followed to its bottom by repeated sections. Every change is
    then narrowed down, too, and where the scores cross without a jump the place is that of equal scores.
    """
    axis, grid, points = _walk(probe, axis, steps if probe.machine.matters(axis.name) else 2)
    search = _Search(probe, axis, grid, points)
    now = int(np.searchsorted(grid, axis.now))
    if len(grid) < 3:
        return Scan(axis, grid, points, now, (), ())
    search.dips()
    brackets, complete = narrowed(probe, axis, search.brackets(), CLOSE)
    kept = search.strict(brackets)
    ends = [axis.low, *(one.middle for one in kept), axis.high]
    crossings = tuple(
        _crossing(probe, axis, one, (ends[at] + one.middle) / 2, (ends[at + 2] + one.middle) / 2, search.margin)
        for at, one in enumerate(kept)
    )
    search.long_ties()
    return Scan(axis, grid, points, now, crossings, search.told_ties(crossings), complete)


def _crossing(probe: Probe, axis: Axis, bracket: Bracket, low: float, high: float, margin: float) -> Crossing:
    at, jump = polished(probe, axis, bracket, low, high, margin)
    return Crossing(at, bracket.below, bracket.above, jump)


# --- the part of the range that is possible -------------------------------------------------------------------


def _walk(probe: Probe, axis: Axis, steps: int) -> tuple[Axis, Floats, Points]:
    """Return the axis, cut to where the scenario is possible, its grid and the decision there."""
    for _ in range(HOLES):
        grid = _grid(axis, steps)
        unfit = np.zeros(len(grid), np.bool_)
        points = probe.run(axis.point(grid), unfit)
        if not unfit.any():
            return axis, grid, points
        now = int(np.searchsorted(grid, axis.now))
        before, after = np.flatnonzero(unfit[:now]), now + 1 + np.flatnonzero(unfit[now + 1 :])
        low, high = axis.low, axis.high
        if len(before):
            low = _edge(probe, axis, float(grid[before[-1] + 1]), float(grid[before[-1]]))
        if len(after):
            high = _edge(probe, axis, float(grid[after[0] - 1]), float(grid[after[0]]))
        axis = shortened(axis, low, high)
    grid = np.array([axis.now])
    return shortened(axis, axis.now, axis.now), grid, probe.run(axis.point(grid))


def _grid(axis: Axis, steps: int) -> Floats:
    even = np.linspace(axis.low, axis.high, steps)
    near = axis.width * 0.5 ** np.array(NEAR_ENDS)
    found = np.unique(np.concatenate((even, axis.low + near, axis.high - near, [axis.now])))
    return found[(found >= axis.low) & (found <= axis.high)]


def _edge(probe: Probe, axis: Axis, inside: float, outside: float) -> float:
    """Return how far from a position inside towards one outside the scenario stays possible."""
    for _ in range(2 * ROUNDS):
        if np.nextafter(inside, outside) == outside:
            break
        walk = inside + (outside - inside) * (np.arange(SECTION + 2) / (SECTION + 1))
        possible = probe.possible(axis.point(walk))
        possible[0], possible[-1] = True, False
        at = int(np.argmin(possible))
        inside, outside = float(walk[at - 1]), float(walk[at])
    return _tidy(probe, axis, inside)


def _tidy(probe: Probe, axis: Axis, at: float) -> float:
    """Return the short number that an end misses only by what a sum of probabilities may be off."""
    shorts = np.array([float(f"{at:.{digits}g}") for digits in range(1, 9)])
    near = np.abs(shorts - at) <= 1e-8 * max(axis.width, abs(at))
    near &= (shorts >= min(at, axis.now)) & (shorts <= max(at, axis.now))
    near &= probe.possible(axis.point(shorts))
    return float(shorts[np.argmax(near)]) if near.any() else at


# --- the search -----------------------------------------------------------------------------------------------


class _Search:
    """What is known of a decision at positions along an axis."""

    def __init__(self, probe: Probe, axis: Axis, grid: Floats, points: Points) -> None:
        self.probe, self.axis, self.grid, self.points = probe, axis, grid, points
        self.margin = probe.margin(points)
        self.seen: list[tuple[Floats, Ints]] = [(grid, points.choice)]
        self.ties: list[Tie] = []

    def look(self, positions: Floats) -> Points:
        """Work out more positions and keep what is taken there."""
        made = self.probe.known(self.axis.point(positions))
        fits = made.choice >= 0
        self.seen.append((positions[fits], made.choice[fits]))
        return made

    def dips(self) -> None:
        """Follow every dip of a lead between grid points to its bottom."""
        chosen, other, low, high = self.candidates()
        for _ in range(ROUNDS):
            if not len(chosen):
                return
            walk = low[:, None] + (high - low)[:, None] * (np.arange(1, SECTION + 1) / (SECTION + 1))
            made = self.look(walk.ravel())
            rows = np.arange(walk.size)
            lead = made.scores[np.repeat(chosen, SECTION), rows] - made.scores[np.repeat(other, SECTION), rows]
            lead = np.nan_to_num(lead, nan=np.inf).reshape(walk.shape)
            least, each = lead.argmin(axis=1), np.arange(len(walk))
            bottom = lead[each, least]
            edges = np.concatenate((low[:, None], walk, high[:, None]), axis=1)
            low, high = edges[each, least], edges[each, least + 2]
            narrow = (high - low <= CLOSE * self.axis.width) | (np.nextafter(low, high) >= high)
            for at in np.flatnonzero(narrow & (np.abs(bottom) <= self.margin)).tolist():
                place, pair = float(walk[at, least[at]]), sorted((int(chosen[at]), int(other[at])))
                self.ties.append(Tie(place, place, tuple(pair)))
            going = (bottom >= -self.margin) & ~narrow
            chosen, other, low, high = chosen[going], other[going], low[going], high[going]

    def candidates(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Return for each dip that may go below zero the option taken, the other one, and the stretch it lies in."""
        scores, choice, grid = self.points.scores, self.points.choice, self.grid
        here = np.arange(1, len(grid) - 1)
        own = choice[1:-1]
        parts = []
        for option in range(len(scores)):
            left, mid, right = (scores[own, here + by] - scores[option, here + by] for by in (-1, 0, 1))
            depth = np.maximum(left - mid, right - mid)
            deep = (mid <= left) & (mid <= right) & (depth > self.margin * 1e-3) & (mid < REACH * depth)
            free = (choice[:-2] != option) & (own != option) & (choice[2:] != option)
            at = here[deep & free]
            parts.append((own[at - 1], np.full(len(at), option), grid[at - 1], grid[at + 1]))
        chosen, other, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
        return chosen, other, low, high

    def brackets(self) -> list[Bracket]:
        """Return neighbouring positions at which different options are taken."""
        positions = np.concatenate([each for each, _ in self.seen])
        choice = np.concatenate([each for _, each in self.seen])
        positions, first = np.unique(positions, return_index=True)
        choice = choice[first]
        at = np.flatnonzero(choice[1:] != choice[:-1]).tolist()
        where, taken = positions.tolist(), choice.tolist()
        return [Bracket(where[i], where[i + 1], taken[i], taken[i + 1]) for i in at]

    def strict(self, brackets: Sequence[Bracket]) -> list[Bracket]:
        """Return the changes after which another option is better, not as good: file order alone changes nothing."""
        kept = list(brackets)
        at = 0
        while at <= len(kept) and kept:
            before, after = kept[at - 1] if at else None, kept[at] if at < len(kept) else None
            low = before.high if before else self.axis.low
            high = after.low if after else self.axis.high
            sides = {one for one in (before and before.below, after and after.above) if one is not None}
            if len(sides) == 1 and not low <= self.axis.now <= high and self.same(low, high, next(iter(sides))):
                if high - low <= LONG * self.axis.width:
                    option = before.above if before else kept[at].below
                    middle = low + (high - low) / 2
                    self.ties.append(Tie(middle, middle, tuple(sorted((option, *sides)))))
                kept[max(at - 1, 0) : at + 1] = []
                at = 0
            else:
                at += 1
        return kept

    def same(self, low: float, high: float, option: int) -> bool:
        """Whether an option is as good as the one taken everywhere in a stretch."""
        inside = self.grid[(self.grid >= low) & (self.grid <= high)]
        walk = np.concatenate((inside, low + (high - low) * np.array([0.25, 0.5, 0.75])))
        made = self.probe.known(self.axis.point(walk))
        return bool((self.probe.tied(made, self.margin)[option] | (made.choice < 0)).all())

    def long_ties(self) -> None:
        """Find the stretches on which several options are as good as the one taken."""
        tied = self.probe.tied(self.points, self.margin)
        several = tied.sum(axis=0) > 1
        edges = np.flatnonzero(np.diff(np.concatenate(([0], several.astype(np.int8), [0])))).tolist()
        for first, stop in zip(edges[::2], edges[1::2], strict=True):
            options = tuple(np.flatnonzero(tied[:, first:stop].all(axis=1)).tolist())
            low, high = float(self.grid[first]), float(self.grid[stop - 1])
            if high - low > LONG * self.axis.width and len(options) > 1:
                low = self.edge(float(self.grid[first - 1]), low, options) if first else low
                high = self.edge(float(self.grid[stop]), high, options) if stop < len(self.grid) else high
                self.ties.append(Tie(low, high, options))

    def edge(self, outside: float, inside: float, options: tuple[int, ...]) -> float:
        """Return where a tie begins between two positions."""
        for _ in range(ROUNDS):
            if abs(inside - outside) <= CLOSE * self.axis.width:
                break
            walk = outside + (inside - outside) * (np.arange(SECTION + 2) / (SECTION + 1))
            made = self.probe.known(self.axis.point(np.clip(walk, self.axis.low, self.axis.high)))
            tied = np.asarray(self.probe.tied(made, self.margin)[list(options)].all(axis=0))
            tied[-1] = True
            at = int(np.argmax(tied))
            if at == 0:
                return float(walk[0])
            outside, inside = float(walk[at - 1]), float(walk[at])
        return inside

    def rough(self, position: float) -> float:
        """Return a position with the digits that are certain of the bottom of a parabola: half of all."""
        digits = 7 - math.ceil(math.log10(self.axis.width))
        return float(np.clip(round(position, digits), self.axis.low, self.axis.high))

    def told_ties(self, crossings: Sequence[Crossing]) -> tuple[Tie, ...]:
        """Return the ties in order, without those that are a change of choice or part of a longer tie."""
        near = LONG * self.axis.width
        long = [tie for tie in self.ties if tie.high > tie.low]
        found: list[Tie] = []
        for tie in sorted(self.ties, key=lambda one: (one.low, one.high)):
            if tie.high == tie.low:
                inside = any(one.low - near <= tie.low <= one.high + near for one in (*long, *found))
                if inside or any(abs(one.at - tie.low) <= near for one in crossings):
                    continue
                place = self.rough(tie.low)
                tie = Tie(place, place, tie.options)  # noqa: PLW2901
            found.append(tie)
        return tuple(found)
