"""Plans: what an actor does wherever its own earlier moves lead, and the table of what two actors' plans come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.result import BadArgument
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.disputes.behaviour import Behaviour, Stage
    from planner.analyses.disputes.game import Number, Vector

MAX_PLANS = 2_000
MAX_WAYS = 20_000
Plan = dict[int, int]  # information set -> slot; sets that own earlier moves exclude are left out


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a part of a game: the moves it takes, how likely chance follows it, what it is worth."""

    moves: tuple[tuple[int, int], ...]
    p: Number
    worth: Vector


def plans(stage: Stage, actor: int) -> list[Plan]:
    """Return an actor's plans in the order of the file (the reduced strategies of Kuhn 1953).

    Raises:
        BadArgument: there are more than 2,000.
    """
    found: list[Plan] = [{}]
    for unit in sorted(
        (unit for unit in stage.trunk.units if stage.owner[unit] == actor), key=lambda unit: (stage.depth[unit], unit)
    ):
        before = stage.earlier[unit]
        grown: list[Plan] = []
        for plan in found:
            met = not before or any(plan.get(at) == slot for at, slot in before)
            grown += [{**plan, unit: slot} for slot in range(stage.options(unit))] if met else [plan]
        found = grown
        if len(found) > MAX_PLANS:
            raise BadArgument(
                f"'{stage.game.actors[actor]}' has more than {MAX_PLANS:,} plans below "
                f"'{stage.game.label(stage.trunk.states[0])}', too many for mixed equilibria",
                "let decisions see more of what happened before, or look at a part of the tree",
            )
    return found


def ways(stage: Stage) -> list[Way]:
    """Return all ways through a part of a game.

    Raises:
        BadArgument: there are more than 20,000.
    """
    game = stage.game
    leaves = set(stage.trunk.leaves)
    found: list[Way] = []
    nothing = (game.zero,) * len(game.actors)
    stack: list[tuple[int, Way]] = [(stage.trunk.states[0], Way((), game.zero + 1, nothing))]
    while stack:
        state, way = stack.pop()
        if state in leaves:
            found.append(Way(way.moves, way.p, _plus(way.worth, stage.leaf(state))))
            if len(found) > MAX_WAYS:
                raise BadArgument(
                    f"more than {MAX_WAYS:,} ways lead on from '{game.label(stage.trunk.states[0])}', too many for "
                    "mixed equilibria",
                    "let decisions see more of what happened before, or look at a part of the tree",
                )
            continue
        for slot, edge in reversed(list(enumerate(game.edges(state)))):
            chosen = game.kind(state) == DECISION
            moves = (*way.moves, (game.unit[state], slot)) if chosen else way.moves
            p = way.p if chosen else way.p * game.p[edge]
            if p:
                stack.append((game.target[edge], Way(moves, p, _plus(way.worth, game.gain[edge]))))
    return found


def _plus(one: Vector, other: Vector) -> Vector:
    return tuple(x + y for x, y in zip(one, other, strict=True))


@dataclass(frozen=True, eq=False)
class Table:
    """What two actors' plans come to: a row for each plan of the first, a column for each of the second.

    Attributes:
        plans: both actors' plans.
        values: what the combinations are worth to each of the two, as arrays of the game's numbers.
    """

    plans: tuple[list[Plan], list[Plan]]
    values: tuple[Any, Any] = field(repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """How many plans each has."""
        return len(self.plans[0]), len(self.plans[1])


def table(stage: Stage) -> Table:
    """Return the table of the two actors who move in a part of a game."""
    one, other = stage.movers
    own = (plans(stage, one), plans(stage, other))
    paths = ways(stage)
    fits = [
        np.array([[all(plan.get(u) == s for u, s in way.moves if stage.owner[u] == actor) for way in paths]
                  for plan in mine], object).astype(int)
        for actor, mine in zip((one, other), own, strict=True)
    ]  # fmt: skip
    values = []
    for actor in (one, other):
        weights = np.array([way.p * way.worth[actor] for way in paths], object)
        values.append((fits[0].astype(object) * weights) @ fits[1].T.astype(object))
    return Table(own, (values[0], values[1]))


def behaviour(stage: Stage, mine: Sequence[Plan], chances: Sequence[Number]) -> Behaviour:
    """Return the behaviour that a mix of plans comes to; sets that no plan in it reaches are left out (Kuhn 1953)."""
    found: Behaviour = {}
    for unit in dict.fromkeys(unit for plan, p in zip(mine, chances, strict=True) if p for unit in plan):
        totals = [stage.game.zero] * stage.options(unit)
        for plan, p in zip(mine, chances, strict=True):
            if p and unit in plan:
                totals[plan[unit]] += p
        whole = sum(totals, stage.game.zero)
        found[unit] = tuple(part / whole for part in totals)
    return found


def pure(stage: Stage, plan: Plan) -> Behaviour:
    """Return the behaviour of one plan."""
    one = stage.game.zero + 1
    return {
        unit: tuple(one if at == slot else stage.game.zero for at in range(stage.options(unit)))
        for unit, slot in plan.items()
    }
