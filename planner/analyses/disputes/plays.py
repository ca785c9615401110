"""The paths that some subgame-perfect equilibrium follows, and who is indifferent on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analyses.disputes.perfection import Picked
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.analyses.disputes.game import Vector
    from planner.analyses.disputes.margins import First
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


def plays(found: Perfect, most: int, first: First | None = None) -> Plays:
    """Return up to ``most`` distinct paths, those of the ``first`` equilibrium before others."""
    walk = _Walk(found, most)
    walk.run(first)
    return Plays(tuple(map(walk.path, walk.ends)), walk.complete and found.complete, tuple(_ties(found, walk.reached)))


def _ties(found: Perfect, reached: set[int]) -> list[Tie]:
    """Return who is indifferent in some equilibrium, whoever meets it first on an equilibrium's path first."""
    game = found.game
    made = []
    for state in sorted(found.tied, key=lambda state: (state not in reached, state))[:MOST_TIES]:
        options = tuple(game.edge(game.first[state] + slot).rpartition(".")[2] for slot in found.tied[state])
        made.append(Tie(game.label(state), tuple(map(game.actors.__getitem__, game.owners(state))), options,
                        state in reached))  # fmt: skip
    return made


class _Walk:
    """Walks depth first over the beginnings of paths, each of which is kept once as a step from another."""

    def __init__(self, found: Perfect, most: int) -> None:
        self.found, self.game, self.most = found, found.game, most
        self.came: list[tuple[int, int]] = [(-1, -1)]  # for each beginning what it goes on from, and the edge
        self.known: dict[tuple[int, int], int] = {}
        self.ends: dict[int, None] = {}
        self.reached: set[int] = set()  # decisions that are met
        self.complete = True
        self.steps = 0

    def path(self, at: int) -> tuple[int, ...]:
        """Return the edges of a path."""
        found = []
        while at:
            at, edge = self.came[at]
            found.append(edge)
        return tuple(reversed(found))

    def onto(self, at: int, edge: int) -> int:
        """Return the number of a beginning that is one edge longer."""
        key = (at, edge)
        if key not in self.known:
            self.known[key] = len(self.came)
            self.came.append(key)
        return self.known[key]

    def end(self, at: int) -> bool:
        """Note a whole path; return whether there are enough of them."""
        if at in self.ends:
            return False
        if len(self.ends) == self.most:
            self.complete = False
            return True
        self.ends[at] = None
        return False

    def tired(self) -> bool:
        self.steps += 1
        if self.steps > MAX_STEPS:
            self.complete = False
        return self.steps > MAX_STEPS

    def run(self, first: First | None) -> None:
        """Walk the first equilibrium, then what leads to any payoff at the root, in the order of the file."""
        if first is not None:
            self.one(first)
        lead = first.values[0] if first is not None else None
        # the last comes first: what the first equilibrium gives, or what the forecast lists first
        wanted = sorted(self.found.root, key=lambda each: each == lead) if lead else reversed(self.found.root)
        stack = [(0, self.found.keys[payoff], 0) for payoff in wanted]
        seen: set[tuple[int, Vector]] = set()
        while stack:
            state, key, at = stack.pop()
            if (at, key) in seen:
                continue
            seen.add((at, key))
            if self.game.kind(state) == OUTCOME:
                if self.end(at):
                    return
                continue
            if self.game.kind(state) == DECISION:
                self.reached.add(state)
            if self.tired():
                return
            stack += reversed(list(self.onward(state, key, at)))

    def one(self, first: First) -> None:
        """Walk the paths of one equilibrium."""
        game = self.game
        stack = [(0, 0)]
        while stack:
            state, at = stack.pop()
            if game.kind(state) == OUTCOME:
                if self.end(at):
                    return
                continue
            if self.tired():
                return
            if game.kind(state) == CHANCE:
                edges = [edge for edge in reversed(game.edges(state)) if game.p[edge] > 0]
            else:
                self.reached.add(state)
                edges = [game.first[state] + first.choice[state]]
            stack += [(game.target[edge], self.onto(at, edge)) for edge in edges]

    def onward(self, state: int, key: Vector, at: int) -> Iterator[tuple[int, Vector, int]]:
        """Yield where the equilibria lead that give a payoff: a state, its payoff, the beginning of the path."""
        for way in self.found.ways(state, key):
            if isinstance(way, Picked):
                yield from self.through(way, at)
            else:
                slot, following = way
                edge = self.game.first[state] + slot
                yield self.game.target[edge], following, self.onto(at, edge)

    def through(self, picked: Picked, at: int) -> Iterator[tuple[int, Vector, int]]:
        """Yield the leaves that a profile of hidden moves leads to."""
        game, trunk = self.game, picked.trunk
        stack = [(0, at)]
        while stack:
            place, here = stack.pop()
            if place < 0:
                yield trunk.leaves[-1 - place], picked.leaves[-1 - place], here
                continue
            state, choice = trunk.state[place], trunk.choice[place]
            edges = list(zip(game.edges(state), trunk.onward[place], strict=True))
            if choice >= 0:
                edges = [edges[picked.slots[choice]]]
            if game.kind(state) == DECISION:
                self.reached.add(state)
            self.steps += 1
            stack += [(to, self.onto(here, edge)) for edge, to in reversed(edges) if game.p[edge] > 0]
