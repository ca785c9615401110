"""Certainty equivalents over a range of risk tolerances, and where another option becomes the one that is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import floor, inf, log10
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core.ahead import Ahead, Worth
from planner.core.followed import Followed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus

Floats = NDArray[np.float64]
DECADES = (-6, 9)  # flips are looked for between these powers of ten times the spread of values
STEPS = 20  # to a decade: two flips that lie closer than 12 per cent can be overlooked if the choice changes back
FINE = 250  # tolerances at once inside a bracket: a sweep over a long tree takes as long for one as for many
COARSE = 5  # steps to a decade where the tree is very large
NUMBERS = 2**25  # values of all states, actors and draws at once: a quarter of a gigabyte
CLOSE = 1e-7  # relative; between ends so close two certainty equivalents change evenly, to far more than ten digits
EXACT = 1e-10  # relative; a jump is enclosed as closely as that
WIDE = 1e5  # a range of the table from which on a decade gets one row
HEAVY = 2**20  # values of all states and actors from which on fewer draws are taken


@dataclass(frozen=True, slots=True)
class Equivalents:
    """What every option is worth for sure to an actor with some tolerance of risk.

    Attributes:
        risk_tolerance: the tolerance, in the unit of values; infinite for an actor who is neutral to risk.
        values: for each option its certainty equivalent, later decisions taken with the same tolerance.
        chosen: the option that those who decide take.
        tied: options as good as that, itself among them; empty if there is no other.
    """

    risk_tolerance: float
    values: Mapping[str, float]
    chosen: str
    tied: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data; the tolerance of a neutral actor is left out."""
        row = {"values": dict(self.values), "chosen": self.chosen, "tied": list(self.tied)}
        return row if self.risk_tolerance == inf else {"risk_tolerance": self.risk_tolerance, **row}


@dataclass(frozen=True, slots=True)
class Flip:
    """A tolerance at which the choice changes: ``below`` is taken at smaller ones, ``above`` at larger ones."""

    risk_tolerance: float
    below: str
    above: str

    def to_dict(self) -> dict[str, Any]:
        """Return the flip as JSON data, told in the direction of growing tolerance."""
        return {"risk_tolerance": self.risk_tolerance, "from": self.below, "to": self.above}


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How an actor's tolerance of risk bears on a decision.

    Attributes:
        rows: the table, from the smallest tolerance on.
        neutral: the same for an actor who is neutral to risk; None where there is no table.
        flips: where the choice changes, from the smallest tolerance on.
        looked: the smallest and the largest tolerance between which flips were looked for; None where they were not.
        reason: why there is no table; empty where there is.
    """

    rows: tuple[Equivalents, ...] = ()
    neutral: Equivalents | None = None
    flips: tuple[Flip, ...] = ()
    looked: tuple[float, float] | None = None
    reason: str = field(default="")


def over_tolerances(focus: Focus, given: Sequence[float] = ()) -> Tolerances:
    """Return certainty equivalents by tolerance of the point of view's actor.

    Args:
        focus: the decision.
        given: the tolerances of the table; without any they follow from the spread of values.
    """
    if focus.rule.name != "expected":
        return Tolerances(reason=f"by {focus.rule.name} decisions do not depend on the tolerance of risk")
    spread = _spread(focus)
    certain = "no value that can follow is uncertain"
    if not spread and not given:
        return Tolerances(reason=certain)
    asked = _Asked(focus)
    neutral = asked.rows(np.array([inf]))[0]
    flips, looked = _flips(asked, spread, given, neutral) if spread else ([], None)
    own = focus.scenario.actors[focus.actor].risk_tolerance
    ends = [spread / 50, spread * 10, *(flip.risk_tolerance * side for flip in flips for side in (0.4, 2.5))]
    wanted = {*(given or _round(min(ends), max(ends))), *([own] if own is not None else [])}
    rows = asked.rows(np.array(sorted(wanted)))
    return Tolerances(tuple(rows), neutral, tuple(flips), looked, "" if spread else certain)


def _spread(focus: Focus) -> float:
    """Return the width of the widest range of values that may follow an option; 0 if chance decides nothing there."""
    followed = Followed.of(focus.unfolded, focus.state, focus.solution.p)
    if all(focus.solution.p[edge] == 1 for edge in followed.slot.tolist()):
        return 0.0
    ahead = Ahead.of(followed, Worth.to(focus.actor_at(), followed, focus.solution))
    width = float((ahead.high - ahead.low)[followed.options].max())
    return width if width > 1e-12 * float(ahead.size[followed.options].max()) else 0.0


def _round(low: float, high: float) -> list[float]:
    """Return round tolerances over a range, three to a decade, over a very wide one a single one.

    >>> _round(8, 4000)
    [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0]
    """
    digits = (1, 2, 5) if high <= WIDE * low else (1,)
    powers = range(floor(log10(low)), floor(log10(high)) + 1)
    return [one for power in powers for digit in digits if low < (one := float(f"{digit}e{power}")) < high]


class _Asked:
    """The decision worked out for many tolerances at once."""

    def __init__(self, focus: Focus) -> None:
        self.focus = focus
        self.machine = focus.machine()
        self.name = f"actors.{focus.actor}.risk_tolerance"
        self.weight = len(focus.unfolded) * len(focus.scenario.actors)
        self.block = max(4, min(1024, NUMBERS // self.weight))

    def run(self, at: Floats) -> tuple[Floats, NDArray[np.integer]]:
        """Return values (options, actors, tolerances) and choices (tolerances,)."""
        parts = [at[start : start + self.block] for start in range(0, len(at), self.block)]
        made = [self.machine.run({self.name: part}) for part in parts]
        return np.concatenate([one.options for one in made], axis=2), np.concatenate([one.choice for one in made])

    def rows(self, at: Floats) -> list[Equivalents]:
        """Return the rows of the table."""
        values, choice = self.run(at)
        as_good = self.focus.adopted(values)
        options, viewer = self.focus.options, self.focus.actor_at()
        rows = []
        for column, tolerance in enumerate(at.tolist()):
            tied = [options[slot] for slot in np.flatnonzero(as_good[:, column])]
            mine = dict(zip(options, values[:, viewer, column].tolist(), strict=True))
            taken = options[int(choice[column])]
            rows.append(Equivalents(tolerance, mine, taken, tuple(tied) if len(tied) > 1 else ()))
        return rows

    def taken(self, at: Floats, start: set[int]) -> tuple[list[int], Floats]:
        """Return what is taken at each tolerance, coming from the largest with what is taken beyond it, and the scores.

        Nothing changes as long as one option is as good as any other: where several are, the order of the file decides,
        and that is no change of mind.
        """
        values, _ = self.run(at)
        as_good = self.focus.adopted(values)
        found = [0] * len(at)
        stands, first = start, len(at)
        for column in range(len(at) - 1, -1, -1):
            best = set(np.flatnonzero(as_good[:, column]).tolist())
            if not stands & best:
                found[column + 1 : first] = [min(stands)] * (first - column - 1)
                stands, first = best, column + 1
            stands &= best
        found[:first] = [min(stands)] * first
        return found, self.focus.scores(values)


def _flips(
    asked: _Asked, spread: float, given: Sequence[float], neutral: Equivalents
) -> tuple[list[Flip], tuple[float, float]]:
    low, high = DECADES
    steps = STEPS if asked.weight < HEAVY else COARSE
    with np.errstate(over="ignore"):  # what is beyond the floats is as good as neutral
        regular = spread * 10 ** np.linspace(low, high, (high - low) * steps + 1)
    grid = np.unique(np.concatenate((regular, given)))
    options = asked.focus.options
    start = {options.index(option) for option in neutral.tied or (neutral.chosen,)}
    brackets = _changes(grid, *asked.taken(grid, start))
    if brackets:
        finer = np.concatenate([np.geomspace(one.low, one.high, FINE) for one in brackets])
        finer = np.unique(np.concatenate((finer, *([one.low, one.high] for one in brackets))))
        brackets = _changes(finer, *asked.taken(finer, {brackets[-1].above}))
    found = [Flip(one.crossing, options[one.below], options[one.above]) for one in _narrowed(asked, brackets)]
    return found, (float(grid[0]), float(grid[-1]))


@dataclass(frozen=True, slots=True)
class _Bracket:
    """Two tolerances between which the choice changes from ``below`` to ``above``.

    Attributes:
        gaps: at the smaller and at the larger tolerance, by how much ``above`` is better than ``below``.
    """

    low: float
    high: float
    below: int
    above: int
    gaps: tuple[float, float]

    @property
    def crosses(self) -> bool:
        """Whether one option overtakes the other, rather than that something else decides."""
        return self.gaps[0] < 0 < self.gaps[1]

    @property
    def crossing(self) -> float:
        """Where one overtakes the other if both change evenly in between."""
        if not self.crosses:
            return float((self.low * self.high) ** 0.5)
        share = self.gaps[0] / (self.gaps[0] - self.gaps[1])
        return self.low + share * (self.high - self.low)

    def inside(self) -> Floats:
        """Return tolerances at which to look next: close around the crossing, and in the middle."""
        width = max(self.high / self.low - 1, CLOSE)
        near = self.crossing * (1 + np.array([-1, 1]) * max(width / 1000, CLOSE / 3))
        return np.asarray(np.clip(np.sort([*near, (self.low * self.high) ** 0.5]), self.low, self.high))


def _changes(at: Floats, taken: Sequence[int], scores: Floats) -> list[_Bracket]:
    return [
        _Bracket(float(at[one]), float(at[one + 1]), below, above, _gaps(scores[:, one : one + 2], below, above))
        for one, (below, above) in enumerate(pairwise(taken))
        if below != above
    ]


def _gaps(scores: Floats, below: int, above: int) -> tuple[float, float]:
    low, high = (scores[above] - scores[below]).tolist()
    return low, high


def _narrowed(asked: _Asked, brackets: Sequence[_Bracket]) -> list[_Bracket]:
    """Return brackets so narrow that where the options cross follows from their ends; a jump is enclosed by itself."""
    found = list(brackets)
    alone = asked.focus.fallback is None  # the scores of several can jump
    while wide := [at for at, one in enumerate(found) if one.high > one.low * (1 + (CLOSE if alone else EXACT))]:
        inside = [found[at].inside() for at in wide]
        values, choice = asked.run(np.concatenate(inside))
        scores = asked.focus.scores(values)
        for number, at in enumerate(wide):
            part, one = slice(3 * number, 3 * number + 3), found[at]
            gap = scores[one.above, part] - scores[one.below, part]
            ahead = np.where(gap == 0, choice[part] == one.above, gap > 0)
            last = int(np.flatnonzero(~np.concatenate(([False], ahead, [True])))[-1])
            ends = np.concatenate(([one.low], inside[number], [one.high]))
            gaps = np.concatenate((one.gaps[:1], gap, one.gaps[1:]))
            found[at] = _Bracket(
                float(ends[last]),
                float(ends[last + 1]),
                one.below,
                one.above,
                (float(gaps[last]), float(gaps[last + 1])),
            )
    return found
