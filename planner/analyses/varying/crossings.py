"""A change of choice between two positions, narrowed down to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.varying.axes import Axis
    from planner.analyses.varying.probe import Probe

Floats = NDArray[np.float64]

SECTION = 64  # points by which a stretch is divided in one round: a run costs more than its points
ROUNDS = 12
MOST = 400  # changes that are followed along one axis
WIDENINGS = 10 ** np.arange(0.0, 10.0)  # in which equal scores are looked for around a change, in last digits


class Bracket(NamedTuple):
    """Two positions with different choices."""

    low: float
    high: float
    below: int
    above: int

    @property
    def middle(self) -> float:
        """The position between."""
        return self.low + (self.high - self.low) / 2


def narrowed(probe: Probe, axis: Axis, brackets: Sequence[Bracket], close: float) -> tuple[list[Bracket], bool]:
    """Return every change within the brackets, each within ``close`` of the range, and whether these are all.

    A bracket that turns out to hold several changes is split up. Changes that are too near to be told apart are one,
    and none if the same option is taken on both sides.
    """
    done: list[Bracket] = []
    open_ = list(brackets[:MOST])
    complete = len(brackets) <= MOST
    for _ in range(ROUNDS):
        wide = [one for one in open_ if one.high - one.low > close * axis.width and not _adjacent(one)]
        done += [one for one in open_ if one not in wide]
        if not wide:
            break
        if len(wide) > MOST:
            wide, complete = wide[:MOST], False
        shares = np.arange(1, SECTION + 1) / (SECTION + 1)
        low, high = (np.array([getattr(one, end) for one in wide])[:, None] for end in ("low", "high"))
        walk = low + (high - low) * shares
        choice = probe.known(axis.point(walk.ravel())).choice.reshape(walk.shape)
        open_ = [part for one, row, taken in zip(wide, walk, choice, strict=True) for part in _split(one, row, taken)]
    return _joined(sorted([*done, *(one for one in open_ if one not in done)]), 10 * close * axis.width), complete


def _adjacent(bracket: Bracket) -> bool:
    return bool(np.nextafter(bracket.low, bracket.high) >= bracket.high)


def _split(bracket: Bracket, positions: Floats, choice: NDArray[np.integer]) -> list[Bracket]:
    """Return the parts of a bracket in which the choice changes; single impossible positions are passed over."""
    fits = choice >= 0
    at = [bracket.low, *positions[fits].tolist(), bracket.high]
    taken = [bracket.below, *choice[fits].tolist(), bracket.above]
    return [
        Bracket(at[i], at[i + 1], taken[i], taken[i + 1])
        for i in range(len(at) - 1)
        if taken[i] != taken[i + 1] and at[i] < at[i + 1]
    ]


def _joined(brackets: Sequence[Bracket], near: float) -> list[Bracket]:
    """Join changes that are too near to be told apart."""
    found: list[Bracket] = []
    for one in brackets:
        if found and one.low - found[-1].high <= near:
            found[-1] = Bracket(found[-1].low, one.high, found[-1].below, one.above)
        else:
            found.append(one)
    return [one for one in found if one.below != one.above]


def polished(probe: Probe, axis: Axis, bracket: Bracket, low: float, high: float, margin: float) -> tuple[float, bool]:
    """Return the position of a change, and whether the scores jump there.

    The choice changes where one option is better by more than the margin of a tie; the position that is wanted is that
    of equal scores, close by. If there is none between ``low`` and ``high`` it is the change itself.
    """

    def ahead(positions: Floats) -> Floats:
        """Return by how much the option below is better than the one above; infinitely worse where it is impossible."""
        scores = probe.known(axis.point(positions)).scores
        lead = scores[bracket.below] - scores[bracket.above]
        return np.where(np.isnan(lead), -np.inf, lead)

    steps = 1e-12 * axis.width * WIDENINGS
    left, right = np.maximum(bracket.low - steps, low), np.minimum(bracket.high + steps, high)
    lead = ahead(np.concatenate((left, right)))
    before, after = lead[: len(left)], lead[len(left) :]
    opposite = np.flatnonzero((before > 0) & (after < 0))
    if not len(opposite):
        return _change(probe, axis, bracket), False
    first = int(opposite[0])
    inside, outside = float(left[first]), float(right[first])
    ends = float(before[first]), float(after[first])
    for _ in range(ROUNDS):
        if np.nextafter(inside, outside) >= outside:
            break
        walk = inside + (outside - inside) * np.arange(SECTION + 2) / (SECTION + 1)
        walk[0], walk[-1] = inside, outside
        lead = ahead(walk)
        lead[0], lead[-1] = ends
        at = int(np.argmax(lead <= 0))
        inside, outside, ends = float(walk[at - 1]), float(walk[at]), (float(lead[at - 1]), float(lead[at]))
    if min(ends[0], -ends[1]) > 1e3 * margin:
        return _change(probe, axis, bracket), True
    return (outside if -ends[1] <= ends[0] else inside), False


def _change(probe: Probe, axis: Axis, bracket: Bracket) -> float:
    """Return the position of the change itself, of the two floats beside it the one that is shorter to write."""
    low, high = bracket.low, bracket.high
    for _ in range(ROUNDS):
        if np.nextafter(low, high) >= high:
            break
        walk = low + (high - low) * np.arange(SECTION + 2) / (SECTION + 1)
        walk[0], walk[-1] = low, high
        choice = probe.known(axis.point(walk)).choice
        at = max(int(np.argmax(choice != bracket.below)), 1)
        low, high = float(walk[at - 1]), float(walk[at])
    return min((low, high), key=lambda one: len(repr(axis.value(one))))
