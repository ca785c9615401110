"""What sensitivity analysis varies: parameters, formulas, weights and tolerances of risk, each along its range."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from planner.analyses.result import BadArgument, UnknownName, listing
from planner.core.binding import environment
from planner.core.rule import Rule
from planner.core.solve import solve_unfolded
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.model import Actor, Parameter

Floats = NDArray[np.float64]
Kind = Literal["parameter", "derived", "weight", "risk_tolerance"]
Ranges = dict[str, tuple[float, float]]

AVERSE = 10.0  # very averse is a tolerance of a tenth of the spread of what may happen
INDUCED = 257  # points at which a formula is worked out along the range of each of its inputs


@dataclass(frozen=True, eq=False)
class Axis:
    """One input and its range.

    Positions along it are the input's own numbers; those of a tolerance of risk R are 1/R, so that neutrality is 0.

    Attributes:
        name: the input, as `planner set` knows it.
        kind: parameter, derived (a formula, overridden directly), weight or risk_tolerance.
        words: what it is, in words.
        low, high: the ends of the range, as positions.
        now: where it stands, as a position.
        origin: where the range is from, in words.
        unit: of its numbers.
        chance: whether it is a probability.
        given: the range that was asked for, where the scenario is possible on a part of it alone.
    """

    name: str
    kind: Kind
    words: str
    low: float
    high: float
    now: float
    origin: str
    unit: str = ""
    chance: bool = False
    given: tuple[float, float] | None = None

    @property
    def inverse(self) -> bool:
        """Whether positions are 1 / the input."""
        return self.kind == "risk_tolerance"

    @property
    def width(self) -> float:
        """The length of the range."""
        return self.high - self.low

    def values(self, positions: Floats) -> Floats:
        """Return the input's numbers at positions."""
        if not self.inverse:
            return positions
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / np.maximum(positions, 0.0))

    def value(self, position: float) -> float:
        """Return the input's number at a position; infinite for a neutral actor."""
        return float(self.values(np.array([position]))[0])

    def plain(self, position: float) -> float | None:
        """Return the input's number for JSON; None stands for neutrality, an infinite tolerance."""
        value = self.value(position)
        return value if math.isfinite(value) else None

    def ends(self) -> tuple[float, float]:
        """Return the positions of the smallest and the largest number of the input."""
        return (self.high, self.low) if self.inverse else (self.low, self.high)

    def point(self, positions: Floats) -> dict[str, Floats]:
        """Return the input of a run at positions."""
        return {self.name: self.values(positions)}


@dataclass(frozen=True, eq=False)
class Axes:
    """What is varied, and what cannot be.

    Attributes:
        axes: in file order: parameters, formulas, weights, tolerances.
        without: parameters that have no range.
    """

    axes: tuple[Axis, ...]
    without: tuple[str, ...] = field(default=())


def axes_of(
    focus: Focus, *, names: Sequence[str] = (), ranges: Mapping[str, tuple[float, float]] | None = None, weights: float
) -> Axes:
    """Return the axes along which a decision is varied.

    Args:
        focus: the decision.
        names: the inputs that are wanted; empty for all that have a range.
        ranges: ranges that replace those of the file, or give one where there is none.
        weights: weights go from 0 to so many times what they are; 0 leaves weights out.

    Raises:
        UnknownName: no input has one of the names.
        BadArgument: a range is empty or impossible, or a wanted input has none.
    """
    if not (math.isfinite(weights) and weights >= 0):
        raise BadArgument(f"weights cannot go to {weights:g} times what they are", "write a number above 1, or 0")
    given = {name: _checked(focus, name, *ends) for name, ends in (ranges or {}).items()}
    for name in names:
        known_input(focus, name)
    wanted = set(names) or None
    found = [*_parameters(focus, given), *_weights(focus, given, weights, wanted), *_tolerances(focus, given, wanted)]
    made = {axis.name: axis for axis in found}
    missing = [name for name in names if name not in made]
    if missing:
        raise BadArgument(f"'{missing[0]}' has no range to vary it in", f"give one with --range {missing[0]}=LOW:HIGH")
    kept = [axis for axis in found if wanted is None or axis.name in wanted]
    ranged = {axis.name for axis in found}
    without = tuple(name for name in focus.scenario.parameters if name not in ranged and wanted is None)
    return Axes(tuple(kept), without)


def known_input(focus: Focus, name: str) -> None:
    """Raise `UnknownName` if nothing that can be varied has this name."""
    scenario = focus.scenario
    if name in scenario.parameters:
        return
    head, _, rest = name.partition(".")
    actor, _, what = rest.partition(".")
    known = head == "actors" and actor in scenario.actors
    if known and (what == "risk_tolerance" or what.removeprefix("weights.") in scenario.criteria):
        return
    names = [*scenario.parameters, *(f"actors.{one}.risk_tolerance" for one in scenario.actors)]
    names += [f"actors.{one}.weights.{each}" for one in scenario.actors for each in scenario.criteria]
    raise UnknownName.among("input", name, names)


def _checked(focus: Focus, name: str, low: float, high: float) -> tuple[float, float]:
    known_input(focus, name)
    said = f"the range {low:g} to {high:g} of '{name}'"
    if math.isnan(low) or math.isnan(high) or low >= high or math.isinf(low):
        raise BadArgument(f"{said} is empty", "write the smaller number first, such as 0.1:0.4")
    tolerance = name.endswith(".risk_tolerance")
    if tolerance and low <= 0:
        raise BadArgument(f"{said} reaches 0, and a tolerance of risk is above 0", "begin above 0, as in 10:inf")
    if math.isinf(high) and not tolerance:
        raise BadArgument(f"{said} has no upper end", "write a number")
    if ".weights." in name:
        _weighable(focus, name)
    return float(low), float(high)


def _weighable(focus: Focus, name: str) -> None:
    """Check that a criterion can carry a weight at all, and that its weight makes a difference."""
    scenario = focus.scenario
    _, actor, _, criterion = name.split(".")
    if not scenario.criteria[criterion].has_scale and len(scenario.criteria) > 1:
        raise BadArgument(f"criterion '{criterion}' has no scale and can carry no weight", "give it 'worst' and 'best'")
    if not any(weight for other, weight in scenario.actors[actor].weights.items() if other != criterion):
        message = f"'{name}' is the only weight of its actor, and only the ratios of weights count"
        raise BadArgument(message, "vary something else")


# --- parameters -----------------------------------------------------------------------------------------------


def _parameters(focus: Focus, given: Mapping[str, tuple[float, float]]) -> list[Axis]:
    """Return the parameters with a range, those first that stand for themselves."""
    scenario = focus.scenario
    now = environment(scenario, focus.overrides)
    chances = {edge.p.text for edge in scenario.edges() if edge.p is not None}
    plain: list[Axis] = []
    derived: list[Axis] = []
    for name, parameter in scenario.parameters.items():
        formula = parameter.is_formula and name not in focus.overrides
        ends, origin = _range_of(focus, parameter, given.get(name), formula=formula)
        at = float(now[name])
        if ends is None or not math.isfinite(at):
            continue
        axis = Axis(
            name=name,
            kind="derived" if formula else "parameter",
            words=parameter.name or name,
            low=min(ends[0], at),
            high=max(ends[1], at),
            now=at,
            origin=origin,
            unit=parameter.unit or "",
            chance=name in chances and not parameter.unit,
        )
        (derived if formula else plain).append(axis)
    return plain + derived


def _range_of(
    focus: Focus, parameter: Parameter, given: tuple[float, float] | None, *, formula: bool
) -> tuple[tuple[float, float] | None, str]:
    """Return the range of a parameter and where it is from; None if it has none."""
    if given is not None:
        return given, "given for this run"
    if parameter.low is not None and parameter.high is not None:
        return (float(parameter.low), float(parameter.high)), "the file's"
    if not formula:
        return None, ""
    ends, through = _induced(focus, parameter)
    return ends, f"follows from the range{'s' if len(through) > 1 else ''} of {listing(through)}" if through else ""


def _induced(focus: Focus, parameter: Parameter) -> tuple[tuple[float, float] | None, list[str]]:
    """Return the range of a formula while each of its inputs walks its range alone, and which inputs move it."""
    scenario = focus.scenario
    reads, stack = set(), [parameter.id]
    while stack:
        for name in scenario.parameters[stack.pop()].value.names:
            if name not in reads and name not in focus.overrides:
                reads.add(name)
                stack.append(name)
    low = high = float(environment(scenario, focus.overrides)[parameter.id])
    through = []
    for name in [one for one in scenario.parameters if one in reads]:
        other = scenario.parameters[name]
        if other.is_formula or other.low is None or other.high is None:
            continue
        walk = np.linspace(float(other.low), float(other.high), INDUCED)
        row = np.asarray(environment(scenario, {**focus.overrides, name: walk})[parameter.id], np.float64)
        row = row[np.isfinite(row)]
        if len(row) and row.min() < row.max():
            through.append(name)
            low, high = min(low, float(row.min())), max(high, float(row.max()))
    return ((low, high) if low < high else None), through


# --- weights and attitudes to risk ----------------------------------------------------------------------------


def _deciders(focus: Focus, wanted: Collection[str] | None, given: Collection[str]) -> list[Actor]:
    """Return the actors who decide somewhere: what others want changes no choice. Those who are asked for count."""
    solution = focus.solution
    owners = {owner for who in solution.deciders if who.kind == DECISION for owner in who.owners}
    asked = {name.split(".")[1] for name in (*(wanted or ()), *given) if name.startswith("actors.")}
    actors = list(focus.scenario.actors.values())
    return [actor for at, actor in enumerate(actors) if at in owners or actor.id in asked]


def _weights(
    focus: Focus, given: Mapping[str, tuple[float, float]], multiple: float, wanted: Collection[str] | None
) -> list[Axis]:
    criteria = focus.scenario.criteria
    found: list[Axis] = []
    if len(criteria) < 2:
        return found
    for actor in _deciders(focus, wanted, given):
        weighed = [name for name, weight in actor.weights.items() if weight]
        for criterion in criteria:
            name, now = f"actors.{actor.id}.weights.{criterion}", float(actor.weights.get(criterion, 0.0))
            if name in given:
                ends, origin = given[name], "given for this run"
            elif criterion in actor.weight_ranges and len(weighed) > 1 and multiple:
                ends, origin = actor.weight_ranges[criterion], "the file's weight_ranges"
            elif now and len(weighed) > 1 and multiple:
                ends, origin = (min(0.0, multiple * now), max(0.0, multiple * now)), f"0 to {multiple:g} times"
            else:
                continue
            words = f"Weight of {criteria[criterion].name}{_whose(focus, actor)}"
            found.append(Axis(name, "weight", words, min(ends[0], now), max(ends[1], now), now, origin))
    return found


def _tolerances(focus: Focus, given: Mapping[str, tuple[float, float]], wanted: Collection[str] | None) -> list[Axis]:
    if focus.rule.extremes:
        return []  # worst and best cases have no certainty equivalents
    found = []
    spread = _spread(focus)
    for actor in _deciders(focus, wanted, given):
        name = f"actors.{actor.id}.risk_tolerance"
        now = 0.0 if actor.risk_tolerance is None else 1.0 / float(actor.risk_tolerance)
        most = spread[list(focus.scenario.actors).index(actor.id)]
        if name in given:
            low, high = given[name]
            ends, origin = (0.0 if math.isinf(high) else 1.0 / high, 1.0 / low), "given for this run"
        elif most > 0:
            ends, origin = (0.0, AVERSE / most), f"a tenth of the spread of values ({most:.4g}) to neutral"
        else:
            continue
        words = f"Tolerance of risk{_whose(focus, actor)}"
        low, high = min(ends[0], now), max(ends[1], now)
        found.append(Axis(name, "risk_tolerance", words, low, high, now, origin, _unit(focus)))
    return found


def _whose(focus: Focus, actor: Actor) -> str:
    return f" for {actor.name}" if focus.scenario.has_actors else ""


def _unit(focus: Focus) -> str:
    """Return the unit of values; none where they are scores."""
    criteria = list(focus.scenario.criteria.values())
    return (criteria[0].unit or "") if len(criteria) == 1 and not criteria[0].has_scale else ""


def _spread(focus: Focus) -> list[float]:
    """Return for each actor how far the best that may happen is above the worst, whether all hope or all fear."""
    ends = [
        solve_unfolded(focus.unfolded, overrides=focus.overrides, rule=Rule.parse(rule)).channels[0]
        for rule in ("maximin", "maximax")
    ]
    actors = len(focus.scenario.actors)
    return [float(max(row[at + actors] for row in ends) - min(row[at] for row in ends)) for at in range(actors)]


def shortened(axis: Axis, low: float, high: float) -> Axis:
    """Return an axis on the part of its range on which the scenario is possible."""
    return replace(axis, low=low, high=high, given=axis.given or (axis.low, axis.high))


def whole(axis: Axis) -> Axis:
    """Return an axis on the whole range that was asked for, possible or not."""
    return axis if axis.given is None else replace(axis, low=axis.given[0], high=axis.given[1], given=None)
