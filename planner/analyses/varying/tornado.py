"""Bars: how far each input, moved along its range alone, moves the lead of the option that is now the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.varying.probe import Points
from planner.analyses.varying.thresholds import finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.focus import Focus
    from planner.analyses.varying.axes import Axis, Kind
    from planner.analyses.varying.probe import Probe
    from planner.analyses.varying.scan import Scan

Floats = NDArray[np.float64]

CURVE = 41  # points of a curve
SPIDER = 41


@dataclass(frozen=True, slots=True)
class End:
    """One end of an input's range, or where it stands.

    Attributes:
        at: the value of the input.
        value: what the option that is taken there is worth to the point of view.
        chosen: the option that is taken there.
        difference: the lead there: the score of the option that is now the choice, minus the best of the others.
        runner_up: that best of the others.
    """

    at: float
    value: float
    chosen: str
    difference: float
    runner_up: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What one input does.

    Attributes:
        parameter: the input, as `planner set` knows it.
        words: what it is, in words.
        kind: parameter, derived, weight or risk_tolerance.
        unit: of the input.
        chance: whether it is a probability.
        origin: where the range is from, in words.
        low, high, now: the ends of the range and where things stand.
        difference_min, difference_max: the smallest and the largest lead anywhere in the range.
        flips: whether another option is better somewhere in the range.
        given: the range that was asked for, where the scenario is possible on a part of it alone.
    """

    parameter: str
    words: str
    kind: Kind
    unit: str
    chance: bool
    origin: str
    low: End
    high: End
    now: End
    difference_min: float
    difference_max: float
    flips: bool
    given: tuple[float, float] | None = None

    @property
    def swing(self) -> float:
        """How far the lead moves."""
        return self.difference_max - self.difference_min

    def to_dict(self) -> dict[str, Any]:
        """Return the bar as JSON data; None stands for an infinite tolerance of risk."""
        found: dict[str, Any] = {"parameter": self.parameter, "name": self.words, "kind": self.kind}
        found |= {"low": finite(self.low.at), "high": finite(self.high.at), "now": finite(self.now.at)}
        for field in ("value", "chosen", "difference", "runner_up"):
            found |= {f"{field}_{end}": getattr(getattr(self, end), field) for end in ("low", "high")}
        found |= {"difference_min": self.difference_min, "difference_max": self.difference_max}
        found |= {"swing": self.swing, "flips": self.flips, "range": self.origin}
        if self.given is not None:
            found["range_given"] = [finite(end) for end in self.given]
        return found


@dataclass(frozen=True, slots=True)
class Curve:
    """One input walked along its range.

    Attributes:
        parameter: the input.
        words: what it is, in words.
        unit: of the input.
        at: its values, in order.
        values: for each option what it is worth to the point of view, one a value.
        chosen: the option that is taken, one a value.
        difference: the lead of the option that is now the choice, one a value.
    """

    parameter: str
    words: str
    unit: str
    at: tuple[float, ...]
    values: dict[str, tuple[float, ...]]
    chosen: tuple[str, ...]
    difference: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the curve as JSON data."""
        rows = zip(self.at, self.chosen, self.difference, strict=True)
        points = [
            {
                "at": finite(at),
                "chosen": chosen,
                "difference": difference,
                "values": {option: row[i] for option, row in self.values.items()},
            }
            for i, (at, chosen, difference) in enumerate(rows)
        ]
        return {"parameter": self.parameter, "name": self.words, "points": points}


@dataclass(frozen=True, slots=True)
class Strand:
    """One line of a spider: the lead against the share of the way from now to an end of the range.

    Attributes:
        parameter: the input.
        words: what it is, in words.
        share: -1 at the low end, 0 now, 1 at the high end.
        difference: the lead there.
        chosen: the option that is taken there.
    """

    parameter: str
    words: str
    share: tuple[float, ...]
    difference: tuple[float, ...]
    chosen: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON data."""
        rows = zip(self.share, self.difference, self.chosen, strict=True)
        points = [{"share": share, "difference": lead, "chosen": chosen} for share, lead, chosen in rows]
        return {"parameter": self.parameter, "name": self.words, "points": points}


def tornado(focus: Focus, scans: Sequence[Scan]) -> tuple[Bar, ...]:
    """Return a bar for every input, the one that moves the lead most first."""
    return tuple(sorted((bar(focus, scan) for scan in scans), key=lambda one: -one.swing))


def bar(focus: Focus, scan: Scan) -> Bar:
    """Return what one input does along its range."""
    axis = scan.axis
    lead = scan.points.lead(focus.options.index(focus.chosen))
    first, last = (0, -1) if not axis.inverse else (-1, 0)
    return Bar(
        parameter=axis.name,
        words=axis.words,
        kind=axis.kind,
        unit=axis.unit,
        chance=axis.chance,
        origin=axis.origin,
        low=_end(focus, scan, first),
        high=_end(focus, scan, last),
        now=_end(focus, scan, scan.now),
        difference_min=float(lead.min()),
        difference_max=float(lead.max()),
        flips=bool(scan.crossings),
        given=asked(axis),
    )


def asked(axis: Axis) -> tuple[float, float] | None:
    """Return the range that was asked for in the input's own numbers; None if it is the one that was walked."""
    if axis.given is None:
        return None
    first, last = (axis.value(end) for end in axis.given)
    return min(first, last), max(first, last)


def _end(focus: Focus, scan: Scan, at: int) -> End:
    points, chosen = scan.points, focus.options.index(focus.chosen)
    others = np.array([score if i != chosen else -np.inf for i, score in enumerate(points.scores[:, at])])
    taken = int(points.choice[at])
    return End(
        at=scan.axis.value(float(scan.grid[at])),
        value=float(points.options[taken, focus.actor_at(), at]),
        chosen=focus.options[taken],
        difference=float(points.scores[chosen, at] - others.max()),
        runner_up=focus.options[int(others.argmax())],
    )


def curve(probe: Probe, scan: Scan) -> Curve:
    """Return what every option is worth along one input, both ends, now and the thresholds among the values."""
    axis, focus = scan.axis, probe.focus
    at = np.unique([*np.linspace(axis.low, axis.high, CURVE), axis.now, *(one.at for one in scan.crossings)])
    at, points = _fitting(probe, axis, at[::-1] if axis.inverse else at)
    return Curve(
        parameter=axis.name,
        words=axis.words,
        unit=axis.unit,
        at=tuple(axis.values(at).tolist()),
        values=dict(zip(focus.options, map(tuple, points.of(focus.actor_at()).tolist()), strict=True)),
        chosen=tuple(focus.options[i] for i in points.choice.tolist()),
        difference=tuple(points.lead(focus.options.index(focus.chosen)).tolist()),
    )


def strand(probe: Probe, scan: Scan) -> Strand:
    """Return one line of a spider."""
    axis, focus = scan.axis, probe.focus
    down, up = axis.now - axis.low, axis.high - axis.now
    shares = np.linspace(-1.0 if down else 0.0, 1.0 if up else 0.0, SPIDER)
    at = np.clip(axis.now + np.where(shares < 0, shares * down, shares * up), axis.low, axis.high)
    at, points = _fitting(probe, axis, at)
    shares = (at - axis.now) / np.where(at < axis.now, down or 1.0, up or 1.0)
    return Strand(
        parameter=axis.name,
        words=axis.words,
        share=tuple(shares.tolist()),
        difference=tuple(points.lead(focus.options.index(focus.chosen)).tolist()),
        chosen=tuple(focus.options[i] for i in points.choice.tolist()),
    )


def _fitting(probe: Probe, axis: Axis, positions: Floats) -> tuple[Floats, Points]:
    """Return the positions at which the scenario is possible, and the decision there."""
    made = probe.known(axis.point(positions))
    fits = made.choice >= 0
    return positions[fits], Points(made.options[..., fits], made.scores[:, fits], made.choice[fits])
