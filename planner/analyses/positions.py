"""Where each actor stands: its ranking of the options, what makes actors differ, and what would bring them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.consensus import ranked
from planner.core.forced import solve_forced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Position:
    """What an actor wants.

    Attributes:
        actor: whose position.
        places: the options from best to worst; those that are worth the same to it share a place.
        values: what each option is worth to it, in the scenario's own sense.
        margin: how much better its best option is than the next; 0 where two share the first place.
    """

    actor: str
    places: tuple[tuple[str, ...], ...]
    values: Mapping[str, float]
    margin: float

    @property
    def ranking(self) -> tuple[str, ...]:
        """The options from best to worst."""
        return tuple(option for place in self.places for option in place)

    @property
    def best(self) -> tuple[str, ...]:
        """What it would rather have than anything else."""
        return self.places[0]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "actor": self.actor,
            "ranking": list(self.ranking),
            "places": [list(place) for place in self.places],
            "values": dict(self.values),
            "margin": self.margin,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Why two actors want different options, and the least that one of them would have to weigh otherwise.

    Attributes:
        actor: who would have to change.
        wants: what it wants now.
        option: what others want.
        by_criterion: how many points of its value each criterion adds to the lead of what it wants over the option,
            the most first.
        weights: its weights now, as shares of their absolute sum.
        changed: the nearest weights with which it would like the option at least as much as any; None if there are none
            without turning a weight round.
        moved: the share of its weights that has to move from some criteria to others.
    """

    actor: str
    wants: str
    option: str
    by_criterion: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)
    changed: Mapping[str, float] | None = None
    moved: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "actor": self.actor,
            "wants": self.wants,
            "option": self.option,
            "by_criterion": dict(self.by_criterion),
            "weights": dict(self.weights),
            "changed": None if self.changed is None else dict(self.changed),
            "moved": self.moved,
        }


def positions(focus: Focus) -> tuple[Position, ...]:
    """Return every actor's ranking of the options at the decision in focus."""
    values = focus.option_values()
    found = []
    for actor in focus.scenario.actors:
        mine = {option: row[actor] for option, row in values.items()}
        oriented = {option: focus.sense * value for option, value in mine.items()}
        tie = TINY * max(1.0, *(abs(value) for value in mine.values()))
        places = ranked(oriented, tie=tie)
        order = [option for place in places for option in place]
        margin = oriented[order[0]] - oriented[order[1]] if len(order) > 1 else 0.0
        found.append(
            Position(actor, tuple(tuple(place) for place in places), mine, 0.0 if len(places[0]) > 1 else margin)
        )
    return tuple(found)


def differences(focus: Focus, held: Sequence[Position], option: str, actors: Sequence[str]) -> tuple[Difference, ...]:
    """Return for each of some actors that wants something else why, and the smallest change of weights to want it.

    The values of an option are weighted sums of scores as long as later choices stay as they are, so the nearest
    weights (in the sum of absolute differences of shares) solve a linear programme. Actors with a tolerance of risk,
    and scenarios with one criterion, have nothing to weigh otherwise: `changed` is None for them.
    """
    scores = _scores(focus)
    found = []
    for position in held:
        if position.actor not in actors or option in position.best:
            continue
        who = focus.scenario.actors[position.actor]
        weights = {name: weight for name, weight in who.weights.items() if weight}
        total = sum(map(abs, weights.values()))
        shares = {name: abs(weight) / total for name, weight in weights.items()} if total else {}
        table = scores[position.actor]
        lead = {name: share * (table[position.best[0]][name] - table[option][name]) for name, share in shares.items()}
        ordered = dict(sorted(lead.items(), key=lambda item: -item[1]))
        changed = _nearest(shares, table, option) if len(shares) > 1 and who.risk_tolerance is None else None
        moved = None if changed is None else sum(abs(changed[name] - shares[name]) for name in shares) / 2
        found.append(Difference(position.actor, position.best[0], option, ordered, shares, changed, moved))
    return tuple(found)


def amounts(focus: Focus) -> dict[str, np.ndarray]:
    """Return for each option the mean amounts by column (`Bound.columns`) if it is taken, starts included."""
    unfolded = focus.unfolded
    found = {}
    for option, slot in zip(focus.options, unfolded.slots(focus.state), strict=True):
        solution = solve_forced(unfolded, {focus.state: slot}, overrides=focus.overrides, rule=focus.rule)
        total = np.zeros(len(solution.bound.columns))
        for state in range(len(unfolded)):
            mean = solution.path_amounts[state]
            if mean is not None and not len(unfolded.slots(state)):
                total += float(solution.reach[state]) * np.asarray(mean, float)
        found[option] = total
    return found


def _scores(focus: Focus) -> dict[str, dict[str, dict[str, float]]]:
    """Return mean scores from 0 to 100 by actor, option and criterion; turned round where a weight is negative."""
    means, columns = amounts(focus), focus.solution.bound.columns
    criteria, actors = list(focus.scenario.criteria), list(focus.scenario.actors)
    found: dict[str, dict[str, dict[str, float]]] = {actor: {} for actor in actors}
    for option, row in means.items():
        for at, actor in enumerate(actors):
            scores = {}
            for name, weight in focus.scenario.actors[actor].weights.items():
                criterion = focus.scenario.criteria[name]
                if not weight or criterion.worst is None or criterion.best is None:
                    continue
                amount = sum(
                    value
                    for value, (only, which) in zip(row, columns, strict=True)
                    if only in {None, at} and criteria[which] == name
                )
                score = 100 * (amount - criterion.worst) / (criterion.best - criterion.worst)
                scores[name] = 100 - score if weight < 0 else score
            found[actor][option] = scores
    return found


def _nearest(
    shares: Mapping[str, float], table: Mapping[str, Mapping[str, float]], option: str
) -> dict[str, float] | None:
    """Return the nearest shares with which the option is at least as good as every other; None if there are none."""
    from scipy.optimize import linprog

    names = list(shares)
    count = len(names)
    now = np.array([shares[name] for name in names])
    rows, limits = [], []
    for other, scores in table.items():
        if other != option:
            rows.append([*(scores[name] - table[option][name] for name in names), *[0.0] * count])
            limits.append(0.0)
    for at in range(count):  # |new - now| <= its slack
        unit, slack = np.eye(count)[at], -np.eye(count)[at]
        rows += [[*unit, *slack], [*-unit, *slack]]
        limits += [now[at], -now[at]]
    solved = linprog(
        [0.0] * count + [1.0] * count,
        A_ub=np.array(rows),
        b_ub=np.array(limits),
        A_eq=[[1.0] * count + [0.0] * count],
        b_eq=[1.0],
        bounds=[(0, None)] * (2 * count),
    )
    if not solved.success:
        return None
    return dict(zip(names, (float(share) for share in solved.x[:count]), strict=True))
