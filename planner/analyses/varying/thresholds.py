"""Switching values: where an input makes another option the choice, nearest first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from planner.analyses.focus import Focus
    from planner.analyses.varying.axes import Axis, Kind
    from planner.analyses.varying.exact_points import ExactPoints
    from planner.analyses.varying.scan import Crossing, Scan


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value of an input at which the choice changes.

    Attributes:
        parameter: the input, as `planner set` knows it.
        words: what it is, in words.
        kind: parameter, derived, weight or risk_tolerance.
        at: the value.
        origin: the option that is taken on the side of ``now``.
        to: the option that is taken beyond.
        now: the value of the input as things stand; infinite for a neutral actor.
        side: below or above: on which side of ``at`` the other option is taken.
        share: the part of the input's range that lies between now and the value. Tolerances are measured as 1/R.
        exact: the value as a fraction, where evaluating in fractions proves it; else None.
        jump: whether the scores jump there, so that the options are nowhere as good as each other.
        chance: whether the input is a probability.
        unit: of the input.
        width: the length of the input's range; infinite where that ends in neutrality.
    """

    parameter: str
    words: str
    kind: Kind
    at: float
    origin: str
    to: str
    now: float
    side: str
    share: float
    exact: Fraction | None = None
    jump: bool = False
    chance: bool = False
    unit: str = ""
    width: float = math.inf

    @property
    def below(self) -> str:
        """The option that is taken just below the value."""
        return self.to if self.side == "below" else self.origin

    @property
    def above(self) -> str:
        """The option that is taken just above the value."""
        return self.origin if self.side == "below" else self.to

    @property
    def distance(self) -> float:
        """How far the value is from now; infinite from a neutral actor."""
        return abs(self.at - self.now)

    def to_dict(self) -> dict[str, Any]:
        """Return the threshold as JSON data; None stands for an infinite tolerance of risk."""
        return {
            "parameter": self.parameter,
            "at": self.at,
            "from": self.origin,
            "to": self.to,
            "now": finite(self.now),
            "side": self.side,
            "below": self.below,
            "above": self.above,
            "share": self.share,
            "distance": finite(self.distance),
            "exact": None if self.exact is None else str(self.exact),
            "jump": self.jump,
            "kind": self.kind,
            "name": self.words,
        }


@dataclass(frozen=True, slots=True)
class TiedRange:
    """Values of an input at which several options are as good as the one taken.

    Attributes:
        parameter: the input.
        low, high: the values between which they are; equal where the options only touch.
        options: the options, in file order.
    """

    parameter: str
    low: float
    high: float
    options: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the range as JSON data."""
        found = {"parameter": self.parameter, "low": finite(self.low), "high": finite(self.high)}
        return {**found, "options": list(self.options)}


def finite(value: float) -> float | None:
    """Return a number for JSON, None for an infinite one."""
    return value if math.isfinite(value) else None


def thresholds(focus: Focus, scans: Sequence[Scan], exact: ExactPoints) -> tuple[Threshold, ...]:
    """Return the thresholds along all axes, nearest first: by share of the range, then in order of the axes."""
    found = [_threshold(focus, scan, crossing, exact) for scan in scans for crossing in scan.crossings]
    return tuple(sorted(found, key=lambda one: one.share))


def tied_ranges(focus: Focus, scans: Sequence[Scan]) -> tuple[TiedRange, ...]:
    """Return where options are as good as each other, without what holds all along an axis."""
    found = []
    for scan in scans:
        axis = scan.axis
        for tie in scan.ties:
            if tie.low <= axis.low and tie.high >= axis.high:
                continue
            low, high = sorted((axis.value(tie.low), axis.value(tie.high)))
            found.append(TiedRange(axis.name, low, high, tuple(focus.options[option] for option in tie.options)))
    return tuple(found)


def _threshold(focus: Focus, scan: Scan, crossing: Crossing, exact: ExactPoints) -> Threshold:
    axis, here = scan.axis, int(scan.points.choice[scan.now])
    beyond_above = crossing.at > axis.now or (crossing.at == axis.now and crossing.below == here)
    origin, to = (crossing.below, crossing.above) if beyond_above else (crossing.above, crossing.below)
    fraction = None if crossing.jump else exact.root(axis, crossing.at, (crossing.below, crossing.above))
    return Threshold(
        parameter=axis.name,
        words=axis.words,
        kind=axis.kind,
        at=float(fraction) if fraction is not None else axis.value(crossing.at),
        origin=focus.options[origin],
        to=focus.options[to],
        now=axis.value(axis.now),
        side="above" if beyond_above != axis.inverse else "below",
        share=_share(axis, crossing.at),
        exact=fraction,
        jump=crossing.jump,
        chance=axis.chance,
        unit=axis.unit,
        width=abs(axis.value(axis.high) - axis.value(axis.low)),
    )


def _share(axis: Axis, at: float) -> float:
    low, high = axis.given or (axis.low, axis.high)
    return abs(at - axis.now) / (high - low) if high > low else 0.0
