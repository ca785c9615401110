"""The expected cost and effect of strategies: the efficient ones without listing the others, or all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.path_names import PathNames
from planner.analyses.paths import big
from planner.analyses.result import BadArgument, UnknownName, known_actor, overridden, parsed_rule
from planner.core.binding import Bound, bind, environment
from planner.core.diagnostics import ScenarioError
from planner.core.every import every
from planner.core.kernels import TIE
from planner.core.points import COUNTLESS, Points, corners
from planner.core.rules import unsupported
from planner.core.solve import finite, solve_unfolded
from planner.core.space import Space, space
from planner.core.tree import DECISION, deciders_of
from planner.core.unfold import Unfolded, unfold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.choosing.two_criteria import Axis
    from planner.core.model import Scenario
    from planner.core.plan import Plan

Floats = NDArray[np.float64]

SMALL = 60  # so many strategies are listed without being asked for
MOST_LISTED = 20_000
TIED = 20  # so many strategies that come to one point are listed,
MOST_TIED = 400  # fewer where there are many points, so that about so many are listed in all
MOST_LISTED_POINTS = 1_000
OF_AN_OPTION = 3  # so many strategies of an option that is no part of the frontier
NO_WEIGHTS = "P405"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A strategy that is listed.

    Attributes:
        plan: what it does.
        xy: minus its cost and its effect, both oriented so that more is better, the start included.
        same: how many strategies come to the same point; None if they are countless.
    """

    plan: Plan = field(repr=False)
    xy: tuple[float, float]
    same: int | None


@dataclass(frozen=True, eq=False)
class Field:
    """What there is to choose, and what it adds to both criteria.

    Attributes:
        space: the strategies.
        rows: for each row of amounts what it adds: minus the cost, and the effect (rows, 2).
        bound: the numbers.
        start: both criteria before anything happens.
        actor: the point of view.
        others: whose decisions are settled as the evaluation settles them.
        settings: the arguments in the form in which results name them.
    """

    space: Space
    rows: Floats = field(repr=False)
    bound: Bound = field(repr=False)
    start: Floats
    actor: str
    others: tuple[str, ...]
    settings: Mapping[str, Any]

    def gain(self, slot: int) -> Floats:
        """Return what an edge adds."""
        return np.asarray(self.rows[self.bound.edge_row[slot]])

    def end(self, state: int) -> Floats:
        """Return what a state adds where a path ends there."""
        return np.asarray(self.rows[self.bound.end_row[state]])

    @cached_property
    def tolerance(self) -> tuple[float, float]:
        """The differences of cost and effect below which rounding may be all there is."""
        most: dict[int, Floats] = {}
        size = np.abs(self.rows)
        for state in reversed(self.space.states):
            slots = self.space.slots[state]
            ahead = [size[self.bound.edge_row[slot]] + most[self.space.target[slot]] for slot in slots]
            most[state] = np.maximum.reduce(ahead) if ahead else size[self.bound.end_row[state]]
        scale = most[self.space.start] + np.abs(self.start)
        return float(TIE * scale[0]), float(TIE * scale[1])


def prepared(
    scenario: Scenario,
    axes: tuple[Axis, Axis],
    *,
    at: str | None,
    actor: str | None,
    overrides: Mapping[str, float | str] | None,
    rule: str,
    max_states: int,
) -> Field:
    """Unfold a scenario and work out its amounts; nobody need weigh the criteria.

    Raises:
        ScenarioError: the scenario does not unfold, or a number does not fit.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: nothing is decided, or somebody else decides and nobody's weights say how.
    """
    known_actor(scenario, actor)
    parsed = parsed_rule(rule)
    given = overridden(scenario, overrides, exact=False)
    missing = [found for found in unsupported(scenario, knowing=True) if found.code != NO_WEIGHTS]
    if missing:
        raise ScenarioError(missing)
    unfolded = unfold(scenario, max_states=max_states)
    bound = bind(unfolded, environment(scenario, given))
    kinds, decider = deciders_of(unfolded)
    owners = {state: kinds[number].owners for state, number in enumerate(decider) if kinds[number].kind == DECISION}
    start = _start(unfolded, owners, at)
    names = list(scenario.actors)
    first = next((state for state in owners if state >= start), None)
    if first is None:
        raise BadArgument("the scenario has no decision", "this analysis compares strategies")
    me = names.index(actor) if actor is not None else owners[first][0]
    foreign = {state for state, who in owners.items() if me not in who}
    settled: dict[int, int] = {}
    if foreign:
        solution = _solved(
            unfolded, scenario, names, {owner for state in foreign for owner in owners[state]}, given, parsed
        )
        settled = {state: int(unfolded.first_edge[state]) + solution.choice[state] for state in foreign}
    found = space(unfolded, [bound.p[row] for row in bound.p_row.tolist()], start=start, settled=settled)
    if not found.decisions:
        raise BadArgument(
            f"'{names[me]}' takes no decision that can be reached, so there are no strategies to compare",
            f"give --actor one of {', '.join(dict.fromkeys(names[who] for all_ in owners.values() for who in all_))}",
        )
    rows, before = _amounts(scenario, bound, axes, me)
    settings: dict[str, Any] = {"at": unfolded.labels[start], "actor": names[me], "rule": rule}
    if given:
        settings["set"] = dict(given)
    others = sorted({owner for state in found.states if state in foreign for owner in owners[state]})
    return Field(found, rows, bound, before, names[me], tuple(names[owner] for owner in others), settings)


def _start(unfolded: Unfolded, owners: Mapping[int, Sequence[int]], at: str | None) -> int:
    if at is None:
        return 0
    states = [state for state in PathNames(unfolded).at(at) or () if state in owners]
    if not states:
        names = [*(unfolded.labels[state] for state in owners), *unfolded.scenario.nodes]
        raise UnknownName.among("decision", at, names)
    return states[0]


def _solved(
    unfolded: Unfolded, scenario: Scenario, names: Sequence[str], others: set[int], given: Any, rule: Any
) -> Any:
    """Return the evaluation, from which others' decisions are taken."""
    if unsupported(scenario):
        who = ", ".join(names[owner] for owner in sorted(others))
        raise BadArgument(
            f"{who} decides in this scenario, too, and without weights nobody can tell how",
            "give the actors 'weights' and the criteria 'worst' and 'best', or let one actor take all decisions",
        )
    return solve_unfolded(unfolded, overrides=given, rule=rule)


def _amounts(scenario: Scenario, bound: Bound, axes: tuple[Axis, Axis], me: int) -> tuple[Floats, Floats]:
    """Return minus the cost and the effect that each row of amounts adds for the point of view, and of the start."""
    numbers = list(scenario.criteria)
    signs = (1.0 if not axes[0].minimize else -1.0), (-1.0 if axes[1].minimize else 1.0)
    which = [numbers.index(axis.criterion) for axis in axes]
    rows = np.zeros((len(bound.amounts), 2))
    for row, amounts in enumerate(bound.amounts):
        for column, amount in amounts.items():
            only, criterion = bound.columns[column]
            for axis in (0, 1):
                if criterion == which[axis] and only in {None, me}:
                    rows[row, axis] += signs[axis] * float(amount)
    begins = [scenario.criteria[axis.criterion].start or 0.0 for axis in axes]
    return rows, np.array([sign * begin for sign, begin in zip(signs, begins, strict=True)])


# --- which strategies are listed --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """Which strategies are listed.

    Attributes:
        candidates: the strategies.
        whole: whether these are all there are.
        complete: whether the frontier is known whole.
        points: how many points it has; 0 if nobody counted.
    """

    candidates: list[Candidate]
    whole: bool = True
    complete: bool = True
    points: int = 0


def listed(field_: Field, *, all: bool, limit: int) -> Listed:
    """Return the strategies to list.

    A few strategies are listed whole. Of many, those of the frontier are listed, and the best of each first option that
    is no part of it.
    """
    count = field_.space.count
    if all and (count is None or count > MOST_LISTED):
        many = big(count) if count is not None else f"more than 10 to the power of {int(field_.space.digits):,}"
        raise BadArgument(
            f"there are {many} strategies, more than the {MOST_LISTED:,} that --all lists",
            "leave --all out: the frontier is found without listing the others",
        )
    if count is not None and count <= (MOST_LISTED if all else SMALL):
        return Listed(_all(field_))
    with np.errstate(over="ignore", invalid="ignore"):
        points = Points(field_.space, end=field_.end, gain=field_.gain, tolerance=field_.tolerance, limit=limit)
    _check(field_, points.root.xy)
    kept = _picked(points.root.xy)
    room = max(1, min(TIED, MOST_TIED // len(kept)))
    found = [each for point in kept for each in _at(field_, points, point, room)]
    found += _of_other_options(field_, points)
    return Listed(found, whole=False, complete=not points.reduced, points=len(points.root.xy))


def _picked(xy: Floats) -> list[int]:
    """Return the points that are listed: all, or the hull's corners and others evenly between them."""
    if len(xy) <= MOST_LISTED_POINTS:
        return list(range(len(xy)))
    return sorted({*corners(xy).tolist(), *np.linspace(0, len(xy) - 1, MOST_LISTED_POINTS).astype(int).tolist()})


def _all(field_: Field) -> list[Candidate]:
    p = field_.space.p
    with np.errstate(over="ignore", invalid="ignore"):
        xy = every(field_.space, end=field_.end, gain=field_.gain, weight=lambda slot: p[slot])
    _check(field_, xy)
    xy = xy + field_.start
    return [Candidate(field_.space.plan(index), (float(x), float(y)), None) for index, (x, y) in enumerate(xy.tolist())]


def _at(field_: Field, points: Points, point: int, room: int) -> list[Candidate]:
    """Return the strategies that come to a point of the frontier, the first of them if there is no room for all."""
    many = int(points.root.many[point])
    x, y = (points.root.xy[point] + field_.start).tolist()
    same = many if many < COUNTLESS else None
    return [Candidate(points.plan(point, variant), (x, y), same) for variant in range(min(many, room))]


def _of_other_options(field_: Field, points: Points) -> list[Candidate]:
    """Return the best strategies of each first option that no point of the frontier takes."""
    begin = field_.space.start
    if not field_.space.open[begin]:
        return []
    (step,) = points.root.steps
    found = []
    for at in sorted(set(range(len(field_.space.slots[begin]))).difference(step.left.tolist())):
        xy, cloud = points.option(at)
        best = corners(xy).tolist()
        picked = best if len(best) <= OF_AN_OPTION else [best[0], best[len(best) // 2], best[-1]]
        for point in picked:
            x, y = (xy[point] + field_.start).tolist()
            many = int(cloud.many[point])
            found.append(Candidate(points.option_plan(at, point), (x, y), many if many < COUNTLESS else None))
    return found


def _check(field_: Field, xy: Floats) -> None:
    """Check that no expected amount is beyond the floats.

    Raises:
        ScenarioError: P203.
    """
    if not np.isfinite(xy).all():
        channels = np.zeros((len(field_.space.unfolded), 1, 1))
        channels[field_.space.start] = np.inf
        finite(field_.space.unfolded, channels)
