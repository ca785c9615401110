"""Scenario discovery: in which part of the ranges an option fails.

Bryant and Lempert (2010), Thinking inside the box, with the method of `planner.analyses.stressing.prim`. The box is
found with one sample, its limits are rounded to what one would say in a meeting, and coverage and density are then
measured on a second sample, so that they are those of the very box that is told and owe nothing to the luck of the
first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.digits import rounded
from planner.analyses.result import BadArgument
from planner.analyses.stressing.choice_rules import regrets
from planner.analyses.stressing.prim import SIGNIFICANT, Box, Merit, chance_of_more, induce, merit
from planner.core.kernels import TIE

if TYPE_CHECKING:
    from planner.analyses.focus import Focus
    from planner.analyses.stressing.box import Ranges, Sample

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

FEW = 20  # of fewer failures, or of fewer successes, it cannot be said where they lie
MANY = 0.95  # of all cases: an option that fails more often fails nearly everywhere, and no part stands out
ENOUGH = 0.75  # of the failures; where the first part covers fewer, a second one is looked for
WORTH_IT = 0.15  # of the failures, or a second part is not told
STEPS = 25  # a limit is rounded to at most this part of its range

NEVER, ALWAYS, SELDOM, NEARLY_ALWAYS, NOWHERE, BOX = "never", "always", "seldom", "nearly always", "nowhere", "box"


@dataclass(frozen=True, slots=True)
class Failing:
    """What counts as failure.

    Attributes:
        kind: ``minimum``: the value misses the actor's minimum; ``regret``: another option is better; ``limit``: the
            value misses a limit given for this run.
        limit: the minimum or limit; None with ``regret``.
        sense: -1 where values are costs, which miss a limit by being above it.
    """

    kind: str
    limit: float | None
    sense: int

    @property
    def name(self) -> str:
        """The rule as it is written on the command line."""
        if self.kind != "limit":
            return self.kind
        return f"{'below' if self.sense > 0 else 'above'}:{self.limit:.12g}"

    def marks(self, values: Floats) -> Marks:
        """Return where options fail, (options, points), by full values of the same shape."""
        if self.limit is None:
            return regrets(self.sense * values) > 0
        return misses(values, self.limit, self.sense)


def misses(values: Floats, limit: float, sense: int) -> Marks:
    """Return where values miss a limit, by more than the noise of adding floats."""
    return np.asarray(sense * (values - limit) < -TIE * max(1.0, abs(limit)))


def failing(focus: Focus, fails: str | None) -> Failing:
    """Read what counts as failure: minimum, regret, below:X (of costs above:X); None takes a minimum if there is one.

    Raises:
        BadArgument: there is no such rule, or the actor has no minimum.
    """
    # at a later decision values leave out what came before, so that a minimum says nothing about them
    least = focus.scenario.actors[focus.actor].minimum if not focus.state else None
    if fails is None:
        fails = "regret" if least is None else "minimum"
    if fails == "regret":
        return Failing("regret", None, focus.sense)
    if fails == "minimum":
        if least is None:
            who = focus.scenario.actors[focus.actor].name if focus.scenario.has_actors else "the scenario's actor"
            raise BadArgument(f"{who} has no minimum", "give the actor one in the file, or take another --fails")
        return Failing("minimum", float(least), focus.sense)
    word, _, number = fails.partition(":")
    wanted, why = ("below", "") if focus.sense > 0 else ("above", " where values are costs")
    try:
        limit = float(number) if word == wanted else math.nan
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        raise BadArgument(f"'{fails}' is no kind of failure{why}", f"use minimum, regret or {wanted}:NUMBER")
    return Failing("limit", limit, focus.sense)


@dataclass(frozen=True, slots=True)
class Limit:
    """One parameter's part of a box; None where it has no limit on that side.

    The quasi-p-values are the chances that the limits mean nothing.
    """

    parameter: str
    low: float | None
    high: float | None
    p_low: float | None
    p_high: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the limits as JSON data."""
        return {
            "parameter": self.parameter,
            "low": self.low,
            "high": self.high,
            "p_low": self.p_low,
            "p_high": self.p_high,
        }


@dataclass(frozen=True)
class Part:
    """A part of the ranges in which an option fails.

    Attributes:
        limits: the box, by parameter.
        merit: coverage of all failures, and density, on the second sample.
        first: the same on the sample that the box was found with.
        holds: whether failures are denser in the box than by chance, on the second sample.
        line: the trade-off: for each box that was peeled coverage, density, share of all points and limits.
        knee: the number of the one from which the box was made.
    """

    limits: tuple[Limit, ...]
    merit: Merit
    first: Merit
    holds: bool
    line: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    knee: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the part as JSON data."""
        return {
            "box": [limit.to_dict() for limit in self.limits],
            "coverage": self.merit.coverage,
            "density": _number(self.merit.density),
            "inside": self.merit.inside,
            "holds": self.holds,
            "first_sample": {"coverage": self.first.coverage, "density": _number(self.first.density)},
            "line": list(self.line),
            "knee": self.knee,
        }


@dataclass(frozen=True)
class Discovery:
    """Where in the ranges an option fails.

    Attributes:
        option: the option.
        kind: never, always, seldom, nearly always, nowhere (in particular) or box.
        points: possible points of the second sample; of both where no box was looked for.
        failures: at how many of them the option fails.
        part: the part of the ranges in which most failures lie; None where there is none.
        further: a second part, of the failures outside the first, where that leaves many out.
    """

    option: str
    kind: str
    points: int
    failures: int
    part: Part | None = None
    further: Part | None = None

    @property
    def share(self) -> float:
        """The share of the points at which the option fails."""
        return self.failures / self.points

    def to_dict(self) -> dict[str, Any]:
        """Return the discovery as JSON data; a box without limits is a part that was not found."""
        nothing = dict.fromkeys(("coverage", "density", "inside", "holds", "first_sample", "knee"))
        part = {"box": [], "line": [], **nothing} if self.part is None else self.part.to_dict()
        return {
            "option": self.option,
            "kind": self.kind,
            "points": self.points,
            "failures": self.failures,
            "share": self.share,
            **part,
            "further": None if self.further is None else self.further.to_dict(),
        }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def discover(ranges: Ranges, samples: tuple[Sample, Sample], fails: Failing, viewer: int) -> tuple[Discovery, ...]:
    """Say for each option where it fails.

    Args:
        ranges: the box of all ranges.
        samples: the one to find boxes with, and another to measure them on.
        fails: what counts as failure.
        viewer: the number of the actor whose value is meant.
    """
    marks = [fails.marks(sample.values[:, viewer]) for sample in samples]
    return tuple(
        _discovery(ranges, option, samples, (marks[0][at], marks[1][at]))
        for at, option in enumerate(ranges.focus.options)
    )


def _discovery(ranges: Ranges, option: str, samples: tuple[Sample, Sample], marks: tuple[Marks, Marks]) -> Discovery:
    first, second = samples
    points, failures = len(first.points) + len(second.points), int(marks[0].sum() + marks[1].sum())
    if int(marks[0].sum()) < FEW:
        return Discovery(option, SELDOM if failures else NEVER, points, failures)
    if int((~marks[0]).sum()) < FEW or failures > MANY * points:
        return Discovery(option, ALWAYS if failures == points else NEARLY_ALWAYS, points, failures)
    part, box = _part(
        ranges, samples, marks, (np.ones(len(first.points), np.bool_), np.ones(len(second.points), np.bool_))
    )
    further = None
    if part is not None and part.holds and part.merit.coverage < ENOUGH:
        outside = ~box.holds(first.points), ~box.holds(second.points)
        if int(marks[0][outside[0]].sum()) >= FEW and int((~marks[0][outside[0]]).sum()) >= FEW:
            further, _ = _part(ranges, samples, marks, outside)
    if further is not None and not (further.holds and further.merit.coverage >= WORTH_IT):
        further = None
    kind = NOWHERE if part is None else BOX
    return Discovery(option, kind, len(second.points), int(marks[1].sum()), part, further)


def _part(
    ranges: Ranges, samples: tuple[Sample, Sample], marks: tuple[Marks, Marks], among: tuple[Marks, Marks]
) -> tuple[Part | None, Box]:
    """Return the box in which most failures lie of some points, and how it does among all failures."""
    total = [int(each.sum()) for each in marks]
    points = [sample.points[kept] for sample, kept in zip(samples, among, strict=True)]
    marked = [each[kept] for each, kept in zip(marks, among, strict=True)]
    found = induce(points[0], marked[0])
    box = _rounded(found.box, ranges)
    limits = tuple(_limits(box, ranges, found.p_values))
    if not limits:
        return None, box
    first, told = (
        replace(each, coverage=each.hits / count)
        for each, count in zip(
            (merit(box, inside, fails) for inside, fails in zip(points, marked, strict=True)), total, strict=True
        )
    )
    share = float(marked[1].mean())
    line = tuple(
        {
            "coverage": each.hits / total[0],
            "density": each.density,
            "share": each.inside / len(samples[0].points),
            "limits": len(peeled.sides()),
        }
        for peeled, each in found.line
    )
    holds = told.density > share and chance_of_more(told, share) <= SIGNIFICANT
    return Part(limits, told, first, holds, line, found.knee), box


def _rounded(box: Box, ranges: Ranges) -> Box:
    """Return the box with limits that can be said; what rounding moves to the end of the range is no limit."""
    for side in box.sides():
        at, upper = side
        low, high = float(ranges.low[at]), float(ranges.high[at])
        limit = rounded(box.limit(side), decimals_of(high - low))
        gone = limit >= high if upper else limit <= low
        box = box.limited(side, None if gone else limit)
    return box


def decimals_of(width: float) -> int:
    """Return the decimals, negative ones for tens and hundreds, by which a range of some width is told.

    >>> decimals_of(0.27), decimals_of(25), decimals_of(120_000)
    (2, 0, -3)
    """
    return -math.floor(math.log10(width / STEPS))


def _limits(box: Box, ranges: Ranges, p_values: dict[tuple[int, int], float]) -> list[Limit]:
    found = []
    for at, name in enumerate(ranges.names):
        low, high = box.limit((at, 0)), box.limit((at, 1))
        if math.isfinite(low) or math.isfinite(high):
            p_low = p_values.get((at, 0)) if math.isfinite(low) else None
            p_high = p_values.get((at, 1)) if math.isfinite(high) else None
            found.append(Limit(name, _number(low), _number(high), p_low, p_high))
    return found
