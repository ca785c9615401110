"""Where each actor stands: its ranking of the options, what makes actors differ, and what would bring them together."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.disputes.consensus import ranked
from planner.core.rule import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus

TINY = 1e-9
NEAR = 1e-6  # linear programmes are solved about so well


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
        weights: its weights now, as shares of their absolute sum; empty where other weights were not looked for: with a
            tolerance of risk, by a rule that looks at extremes, or where there is one criterion alone.
        changed: the nearest weights with which it would like the option at least as much as any; None if there are none
            without turning a weight round.
        moved: the share of its weights that has to move from some criteria to others.
        holds: whether the option is still best for it when the scenario is worked out with those weights: later choices
            that follow these weights may change.
    """

    actor: str
    wants: str
    option: str
    by_criterion: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)
    changed: Mapping[str, float] | None = None
    moved: float | None = None
    holds: bool | None = None

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
            "holds": self.holds,
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
    weights (in the sum of absolute differences of shares) solve a linear programme. Whether the option is still best
    when later choices follow the changed weights, too, is then worked out (`Difference.holds`).
    """
    if all(option in position.best for position in held if position.actor in actors):
        return ()
    scores = _scores(focus)
    found = []
    for position in held:
        if position.actor not in actors or option in position.best:
            continue
        who = focus.scenario.actors[position.actor]
        table = scores[position.actor]
        weights = {name: who.weights[name] for name in table[option]}
        total = sum(map(abs, weights.values()))
        shares = {name: abs(weight) / total for name, weight in weights.items()}
        lead = {name: share * (table[position.best[0]][name] - table[option][name]) for name, share in shares.items()}
        ordered = dict(sorted(lead.items(), key=lambda item: -item[1]))
        if len(shares) < 2 or who.risk_tolerance is not None or focus.rule != EXPECTED:
            found.append(Difference(position.actor, position.best[0], option, ordered))
            continue
        changed = _nearest(shares, table, option)
        if changed is None:
            found.append(Difference(position.actor, position.best[0], option, ordered, shares))
            continue
        moved = sum(abs(changed[name] - shares[name]) for name in shares) / 2
        signed = {name: math.copysign(share, weights[name]) for name, share in changed.items()}
        holds = _holds(focus, position.actor, signed, option)
        found.append(Difference(position.actor, position.best[0], option, ordered, shares, changed, moved, holds))
    return tuple(found)


def _holds(focus: Focus, actor: str, weights: Mapping[str, float], option: str) -> bool:
    """Return whether an option is as good as any for an actor with other weights, all choices made anew."""
    inputs = {f"actors.{actor}.weights.{name}": np.array([weight]) for name, weight in weights.items()}
    own = focus.sense * focus.machine().run(inputs).options[:, focus.actor_at(actor), 0]
    return bool(own[focus.options.index(option)] >= own.max() - NEAR * max(1.0, float(np.abs(own).max())))


def amounts(focus: Focus) -> dict[str, list[float]]:
    """Return for each option the mean amounts by column (`Bound.columns`) from the decision on if it is taken there."""
    unfolded, solution = focus.unfolded, focus.solution
    bound, follows = solution.bound, solution.follows
    rows = np.zeros((len(bound.amounts), len(bound.columns)))
    for at, amounts_there in enumerate(bound.amounts):
        for column, amount in amounts_there.items():
            rows[at, column] = float(amount)
    target, first = unfolded.target.tolist(), unfolded.first_edge.tolist()
    edge_row, end_row = bound.edge_row.tolist(), bound.end_row.tolist()
    found = {}
    for option, slot in zip(focus.options, unfolded.slots(focus.state), strict=True):
        total = rows[edge_row[slot]].copy()
        reach = {target[slot]: 1.0}
        ahead = [target[slot]]  # states come after all that lead to them
        while ahead:
            state = heappop(ahead)
            here = reach.pop(state)
            total += here * rows[end_row[state]] if end_row[state] else 0.0
            for edge in range(first[state], first[state + 1]):
                if follows[edge]:
                    total += here * float(follows[edge]) * rows[edge_row[edge]]
                    if target[edge] not in reach:
                        heappush(ahead, target[edge])
                    reach[target[edge]] = reach.get(target[edge], 0.0) + here * float(follows[edge])
        found[option] = total.tolist()
    return found


def levels(focus: Focus) -> dict[str, dict[str, dict[str, float]]]:
    """Return by option, actor and criterion the mean amount at the end of the paths, start and way there included.

    Empty where no path leads to the decision in focus.
    """
    before, columns = focus.solution.path_amounts[focus.state], focus.solution.bound.columns
    if before is None:
        return {}
    start = focus.worth.start
    return {
        option: {
            actor: {
                name: sum(float(was) + more for was, more, (only, which) in zip(before, row, columns, strict=True)
                          if which == k and only in {None, at}) + (0.0 if (None, k) in columns else float(start[k]))
                for k, name in enumerate(focus.scenario.criteria)
            }
            for at, actor in enumerate(focus.scenario.actors)
        }
        for option, row in amounts(focus).items()
    }  # fmt: skip


def _scores(focus: Focus) -> dict[str, dict[str, dict[str, float]]]:
    """Return mean scores by actor, option and weighed criterion, more being better, what all options share left out."""
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
                score = 100 * amount / (criterion.best - criterion.worst)
                scores[name] = focus.sense * math.copysign(1.0, weight) * score
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
