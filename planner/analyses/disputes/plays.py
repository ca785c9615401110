"""The paths that some subgame-perfect equilibrium follows, and who is indifferent on them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from planner.analyses.disputes.normal_form import Trunk, stable_profiles
from planner.analyses.disputes.perfection import adopted_slots, subgames
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from planner.analyses.disputes.game import Game, Vector
    from planner.analyses.disputes.perfection import Perfect

MAX_STEPS = 200_000
MOST_TIES = 20


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody to whom several options are worth the same in some equilibrium.

    Attributes:
        state: where.
        actors: who decides there.
        options: between which it is indifferent.
        reached: whether some equilibrium leads there.
    """

    state: str
    actors: tuple[str, ...]
    options: tuple[str, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Plays:
    """The paths that equilibria follow, as unfolded edges, the first equilibrium's first; and the ties on them."""

    paths: tuple[tuple[int, ...], ...]
    complete: bool
    ties: tuple[Tie, ...]


def plays(found: Perfect, most: int, first: Vector | None = None) -> Plays:
    """Return up to ``most`` distinct paths, those that give ``first`` before others."""
    walk = _Walk(found, most, sorted(found.root, key=lambda vector: vector != first))
    walk.run()
    return Plays(tuple(walk.paths), walk.complete, tuple(_ties(found, walk.reached)))


def _ties(found: Perfect, reached: Collection[int]) -> list[Tie]:
    """Return who is indifferent in some equilibrium, whoever meets it first on an equilibrium's path first."""
    game = found.game
    made: list[Tie] = []
    for state in sorted(range(len(game)), key=lambda state: (state not in reached, state)):
        if game.kind(state) != DECISION or len(made) >= MOST_TIES:
            continue
        ahead = [
            [_plus(each, game.gain[edge]) for each in found.payoffs[game.target[edge]] or {}]
            for edge in game.edges(state)
        ]
        slots = _tied_slots(game, state, ahead) if all(ahead) else ()
        if len(slots) > 1:
            options = tuple(game.edge(game.first[state] + slot).rpartition(".")[2] for slot in slots)
            owners = tuple(game.actors[owner] for owner in game.owners(state))
            made.append(Tie(game.label(state), owners, options, state in reached))
    return made


def _tied_slots(game: Game, state: int, ahead: Sequence[Sequence[Vector]]) -> list[int]:
    """Return the options between which a decision's owners may be indifferent."""
    if len(game.owners(state)) > 1:
        if any(len(vectors) > 1 for vectors in ahead):
            return []
        return adopted_slots(game, state, [vectors[0] for vectors in ahead])
    owner = game.owners(state)[0]
    own = [sorted({vector[owner] for vector in vectors}) for vectors in ahead]
    least = max(values[0] for values in own)
    found: dict[int, None] = {}
    for value in {value for values in own for value in values if value >= least - game.tie}:
        slots = [at for at, values in enumerate(own) if any(abs(each - value) <= game.tie for each in values)]
        if len(slots) > 1:
            found.update(dict.fromkeys(slots))
    return sorted(found)


class _Walk:
    def __init__(self, found: Perfect, most: int, payoffs: Sequence[Vector]) -> None:
        self.at_root = payoffs
        self.found, self.game, self.most = found, found.game, most
        self.roots = subgames(self.game) if self.game.unfolded.sets else set(range(len(self.game)))
        self.paths: dict[tuple[int, ...], None] = {}
        self.reached: set[int] = set()  # decisions that are met
        self.complete = True

    def run(self) -> None:
        """Walk from every payoff at the root, depth first and in the order of the file."""
        stack: list[tuple[int, Vector, tuple[int, ...]]] = [(0, vector, ()) for vector in reversed(self.at_root)]
        seen: set[tuple[int, Vector, tuple[int, ...]]] = set()
        steps = 0
        while stack:
            state, vector, path = stack.pop()
            if (state, vector, path) in seen:
                continue
            seen.add((state, vector, path))
            if self.game.kind(state) == OUTCOME:
                self.paths[path] = None
                if len(self.paths) >= self.most:
                    self.complete = not stack
                    return
                continue
            steps += 1
            if steps > MAX_STEPS:
                self.complete = False
                return
            onward = [(end, ahead, (*path, *edges)) for end, ahead, edges in self.onward(state, vector)]
            stack += reversed(onward)

    def onward(self, state: int, vector: Vector) -> Iterator[tuple[int, Vector, tuple[int, ...]]]:
        """Yield where a state may lead when it is worth ``vector``: a state, what it is then worth, the edges."""
        game = self.game
        if any(
            game.target[edge] not in self.roots and game.kind(game.target[edge]) != OUTCOME
            for edge in game.edges(state)
        ):
            yield from self.through(state, vector)
        elif game.kind(state) == CHANCE:
            yield from self.chance(state, vector)
        else:
            for slot in self.slots(state, vector):
                edge = game.first[state] + slot
                self.reached.add(state)
                yield game.target[edge], _less(vector, game.gain[edge]), (edge,)

    def payoffs(self, state: int) -> Sequence[Vector]:
        """Return the equilibrium payoffs of a subgame."""
        return list(self.found.payoffs[state] or {})

    def slots(self, state: int, vector: Vector) -> list[int]:
        """Return the options whose choice may give ``vector``."""
        game = self.game
        edges = list(game.edges(state))
        ahead = [[_plus(each, game.gain[edge]) for each in self.payoffs(game.target[edge])] for edge in edges]
        if len(game.owners(state)) > 1:
            return sorted(
                {
                    slot
                    for chosen in product(*ahead)
                    for slot in adopted_slots(game, state, chosen)
                    if chosen[slot] == vector
                }
            )
        owner = game.owners(state)[0]
        lowest = [min(each[owner] for each in vectors) for vectors in ahead]
        return [
            slot
            for slot in range(len(edges))
            if vector in ahead[slot]
            and all(low <= vector[owner] + game.tie for other, low in enumerate(lowest) if other != slot)
        ]

    def chance(self, state: int, vector: Vector) -> Iterator[tuple[int, Vector, tuple[int, ...]]]:
        """Yield the possible branches, with every combination of what they lead to that gives ``vector``."""
        game = self.game
        edges = list(game.edges(state))
        ahead = [self.payoffs(game.target[edge]) for edge in edges]
        for chosen in product(*ahead):
            total = tuple(
                sum((game.p[e] * (each[a] + game.gain[e][a]) for e, each in zip(edges, chosen, strict=True)), game.zero)
                for a in range(len(game.actors))
            )
            if all(abs(one - other) <= game.tie for one, other in zip(total, vector, strict=True)):
                for edge, each in zip(edges, chosen, strict=True):
                    if game.p[edge] > 0:
                        yield game.target[edge], each, (edge,)

    def through(self, root: int, vector: Vector) -> Iterator[tuple[int, Vector, tuple[int, ...]]]:
        """Yield where the equilibria of a trunk lead that give ``vector``, and the edges through it."""
        game = self.game
        trunk = Trunk.of(game, root, self.roots)
        for selection in product(*(self.payoffs(leaf) for leaf in trunk.leaves)):
            leaves = dict(zip(trunk.leaves, selection, strict=True))
            for value, picked in stable_profiles(trunk, leaves):
                if value != vector:
                    continue
                waiting: list[tuple[int, tuple[int, ...]]] = [(root, ())]
                while waiting:
                    state, path = waiting.pop()
                    if state in leaves:
                        yield state, leaves[state], path
                        continue
                    edges = list(game.edges(state))
                    if game.kind(state) == DECISION:
                        slot = picked[game.unit[state]]
                        self.reached.add(state)
                        waiting.append((game.target[edges[slot]], (*path, edges[slot])))
                    else:
                        waiting += [(game.target[e], (*path, e)) for e in reversed(edges) if game.p[e] > 0]


def _plus(vector: Vector, gain: Vector) -> Vector:
    return tuple(one + more for one, more in zip(vector, gain, strict=True))


def _less(vector: Vector, gain: Vector) -> Vector:
    return tuple(one - more for one, more in zip(vector, gain, strict=True))
