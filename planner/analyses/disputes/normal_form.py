"""Pure Nash equilibria of a game, or of the part of it between one subgame and those inside, by enumeration.

A strategy of an actor picks an option in each of its information sets; a profile is an equilibrium if nobody gains by
changing its own strategy alone (Nash 1951). All profiles are worked out at once, as an array with an axis for each set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.result import BadArgument
from planner.core.tree import DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.analyses.disputes.game import Game, Vector

MAX_PROFILES = 200_000
EXACT_PROFILES = 5_000  # beyond this, profiles are compared in floats: Fractions would take minutes


@dataclass(frozen=True, eq=False)
class Trunk:
    """The states from a root on, up to the leaves at which other subgames begin or paths end.

    Attributes:
        game: the game.
        states: the states in topological order, the root first, leaves left out.
        leaves: where it stops.
        units: the information sets in it, by number.
    """

    game: Game = field(repr=False)
    states: tuple[int, ...]
    leaves: tuple[int, ...]
    units: tuple[int, ...]

    @classmethod
    def of(cls, game: Game, root: int, roots: set[int], *, recall: bool = True) -> Trunk:
        """Return what lies between ``root`` and the subgames inside it.

        Args:
            game: the game.
            root: where it begins.
            roots: the states that begin subgames.
            recall: whether to refuse actors that forget, as equilibria need.

        Raises:
            BadArgument: a joint decision lies in it, or an actor forgets what it knew or did.
        """
        inside: set[int] = {root}
        leaves: set[int] = set()
        waiting = [root]
        while waiting:
            for edge in game.edges(waiting.pop()):
                target = game.target[edge]
                if target in roots or game.kind(target) == OUTCOME:
                    leaves.add(target)
                elif target not in inside:
                    inside.add(target)
                    waiting.append(target)
        states = tuple(sorted(inside))
        units = tuple(sorted({game.unit[state] for state in states if game.unit[state] >= 0}))
        for state in states:
            if len(game.owners(state)) > 1:
                raise BadArgument(
                    f"'{game.label(state)}' is a joint decision among moves that others do not see",
                    "let one actor decide there, or take 'unseen' out",
                )
        if recall:
            recalled(game, units)
        return cls(game, states, tuple(sorted(leaves)), units)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many options each information set has."""
        return tuple(len(self.game.edges(self.game.units[unit][0])) for unit in self.units)


def profiles(trunk: Trunk) -> int:
    """Return how many profiles of strategies there are."""
    count = 1
    for options in trunk.shape:
        count *= options
    return count


def stable_profiles(trunk: Trunk, leaves: Mapping[int, Vector]) -> Iterator[tuple[Vector, dict[int, int]]]:
    """Yield all pure equilibria: payoffs, and for each information set the slot that is taken.

    Raises:
        BadArgument: there are more than 200,000 profiles.
    """
    count = profiles(trunk)
    if count > MAX_PROFILES:
        raise BadArgument(
            f"hidden moves below '{trunk.game.label(trunk.states[0])}' combine in {count:,} ways, "
            f"more than the {MAX_PROFILES:,} that are compared",
            "let decisions see more of what happened before",
        )
    exact = trunk.game.exact and count <= EXACT_PROFILES
    payoffs = all_payoffs(trunk, leaves, exact=exact)
    stable = np.ones(trunk.shape, bool)
    for actor in range(len(trunk.game.actors)):
        axes = tuple(
            axis for axis, unit in enumerate(trunk.units) if actor in trunk.game.owners(trunk.game.units[unit][0])
        )
        if axes:
            best = np.maximum.reduce(payoffs[actor], axis=axes, keepdims=True)
            slack = 0 if exact else 1e-12 * trunk.game.scales[actor]
            stable &= (payoffs[actor] >= best - slack).astype(bool)
    for at in np.flatnonzero(stable).tolist():
        picked = dict(zip(trunk.units, (int(slot) for slot in np.unravel_index(at, trunk.shape)), strict=True))
        yield _vector(trunk, leaves, picked), picked


def all_payoffs(trunk: Trunk, leaves: Mapping[int, Vector], *, exact: bool) -> list[Any]:
    """Return for each actor the payoffs of all profiles, an axis for each information set."""
    game = trunk.game
    kind: Any = object if exact else float
    values: dict[int, list[Any]] = {
        leaf: [np.full((1,) * len(trunk.shape), x, kind) for x in (leaves[leaf] if leaf in leaves else game.end[leaf])]
        for leaf in trunk.leaves
    }
    axis = {unit: at for at, unit in enumerate(trunk.units)}
    for state in reversed(trunk.states):
        ahead = [
            [
                value + (more if exact else float(more))
                for value, more in zip(values[game.target[edge]], game.gain[edge], strict=True)
            ]
            for edge in game.edges(state)
        ]
        if game.kind(state) == DECISION:
            where = axis[game.unit[state]]
            values[state] = [
                chosen([row[actor] for row in ahead], where, trunk.shape) for actor in range(len(game.actors))
            ]
        else:
            p = [game.p[edge] if exact else float(game.p[edge]) for edge in game.edges(state)]
            values[state] = [
                sum((chance * row[actor] for chance, row in zip(p, ahead, strict=True)), start=ahead[0][actor] * 0)
                for actor in range(len(game.actors))
            ]
    root = values[trunk.states[0]]
    return [np.broadcast_to(row, trunk.shape) for row in root]


def chosen(options: Sequence[Any], axis: int, shape: tuple[int, ...]) -> Any:
    """Join what the options of a state give along the axis of its information set."""
    common = np.broadcast_shapes(*(row.shape for row in options))
    full = tuple(shape[axis] if at == axis else size for at, size in enumerate(common))
    made = np.empty(full, options[0].dtype)
    for slot, row in enumerate(options):
        wide = np.broadcast_to(row, common)
        part = (slice(None),) * axis + (slot,)
        made[part] = wide[part] if common[axis] > 1 else wide[(slice(None),) * axis + (0,)]
    return made


def _vector(trunk: Trunk, leaves: Mapping[int, Vector], picked: Mapping[int, int]) -> Vector:
    """Return the payoffs of one profile, in Fractions where the game has them."""
    game = trunk.game
    values: dict[int, Vector] = {leaf: leaves[leaf] if leaf in leaves else game.end[leaf] for leaf in trunk.leaves}
    for state in reversed(trunk.states):
        edges = list(game.edges(state))
        if game.kind(state) == DECISION:
            edge = edges[picked[game.unit[state]]]
            values[state] = tuple(x + y for x, y in zip(values[game.target[edge]], game.gain[edge], strict=True))
        else:
            values[state] = tuple(
                sum((game.p[e] * (values[game.target[e]][a] + game.gain[e][a]) for e in edges), game.zero)
                for a in range(len(game.actors))
            )
    return values[trunk.states[0]]


def recalled(game: Game, units: Sequence[int]) -> None:
    """Refuse equilibria where an actor forgets what it knew or did."""
    for unit in units:
        states = game.units[unit]
        if states[0] not in game.unclear:
            continue
        actor = game.owners(states[0])[0]
        moves = game.moves(actor)
        if len({moves[state] for state in states}) > 1 or moves[states[0]] is None:
            raise BadArgument(
                f"'{game.actors[actor]}' forgets at '{game.label(states[0])}' what it knew or did before, "
                "and equilibria need perfect recall",
                "let it see its own earlier decisions and all that it saw then; `planner evaluate` works out what "
                "one forgetful decision maker should do",
            )
