"""Behaviour strategies: a chance for each option of each information set, what they come to, and what deviating gains.

A behaviour strategy says how likely an actor takes which option in each of its information sets (Kuhn 1953). Everything
is worked out from the game's own values, whatever found the strategies; nothing of it is floating where the game and
the chances are rational.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.game import Game, Number, Vector
    from planner.analyses.disputes.normal_form import Trunk

Behaviour = dict[int, tuple["Number", ...]]  # information set -> the chance of each of its options


@dataclass(frozen=True, eq=False)
class Stage:
    """A part of a game with what is behind it: where behaviour is worked out.

    Attributes:
        trunk: the states.
        behind: what each leaf that begins a subgame is worth to each actor.
    """

    trunk: Trunk
    behind: Mapping[int, Vector] = field(repr=False)

    @property
    def game(self) -> Game:
        """The game."""
        return self.trunk.game

    @cached_property
    def owner(self) -> dict[int, int]:
        """Who moves in each information set."""
        return {unit: self.game.owners(self.game.units[unit][0])[0] for unit in self.trunk.units}

    @cached_property
    def movers(self) -> tuple[int, ...]:
        """Who moves somewhere here."""
        return tuple(sorted(set(self.owner.values())))

    def leaf(self, state: int) -> Vector:
        """Return what is behind a leaf."""
        return self.behind[state] if state in self.behind else self.game.end[state]

    def options(self, unit: int) -> int:
        """Return how many options an information set has."""
        return len(self.game.edges(self.game.units[unit][0]))

    @cached_property
    def earlier(self) -> dict[int, frozenset[tuple[int, int]]]:
        """For each information set its owner's last moves on the way there, as (set, slot); empty if there is none."""
        found: dict[int, set[tuple[int, int]]] = {unit: set() for unit in self.trunk.units}
        game = self.game
        for actor in self.movers:
            last: dict[int, set[tuple[int, int]]] = {}
            for state in self.trunk.states:
                here = last.get(state, set())
                mine = game.kind(state) == DECISION and self.owner[game.unit[state]] == actor
                if mine:
                    found[game.unit[state]] |= here
                for slot, edge in enumerate(game.edges(state)):
                    last.setdefault(game.target[edge], set()).update({(game.unit[state], slot)} if mine else here)
        return {unit: frozenset(moves) for unit, moves in found.items()}

    @cached_property
    def depth(self) -> dict[int, int]:
        """How many moves of its owner lie before each information set at most."""
        found: dict[int, int] = {}
        waiting = list(self.trunk.units)
        while waiting:
            unit = waiting[-1]
            before = [at for at, _ in self.earlier[unit]]
            missing = [at for at in before if at not in found]
            if missing:
                waiting += missing
                continue
            found[unit] = 1 + max((found[at] for at in before), default=-1)
            waiting.pop()
        return found

    @cached_property
    def forks(self) -> bool:
        """Whether some decision is reached by different moves of its owner that it need not tell apart."""
        return any(len(moves) > 1 for moves in self.earlier.values())

    def chance(self, behaviour: Mapping[int, Sequence[Number]], edge: int, state: int) -> Number:
        """Return how likely an edge is followed in its state; 0 where its owner's own moves exclude the state."""
        if self.game.kind(state) != DECISION:
            return self.game.p[edge]
        row = behaviour.get(self.game.unit[state])
        return row[edge - self.game.first[state]] if row is not None else self.game.zero

    def excluded(self, behaviour: Mapping[int, Sequence[Number]]) -> set[int]:
        """Return the information sets that their owner's own earlier moves never let come about."""
        found: set[int] = set()
        for unit in sorted(self.trunk.units, key=self.depth.__getitem__):
            before = self.earlier[unit]
            if before and all(at in found or not behaviour[at][slot] for at, slot in before):
                found.add(unit)
        return found

    def worth(self, behaviour: Mapping[int, Sequence[Number]]) -> Vector:
        """Return what a profile is worth to each actor at the root."""
        game, states = self.game, self.trunk.states
        values: dict[int, Vector] = {leaf: self.leaf(leaf) for leaf in self.trunk.leaves}
        for state in reversed(states):
            total = [game.zero] * len(game.actors)
            for edge in game.edges(state):
                p = self.chance(behaviour, edge, state)
                if p:
                    ahead = zip(values[game.target[edge]], game.gain[edge], strict=True)
                    total = [sofar + p * (value + more) for sofar, (value, more) in zip(total, ahead, strict=True)]
            values[state] = tuple(total)
        return values[states[0]]

    def reached(self, behaviour: Mapping[int, Sequence[Number]], *, but: int | None = None) -> dict[int, Number]:
        """Return how likely each state is reached; moves of the actor ``but`` count as certain."""
        game = self.game
        found: dict[int, Number] = dict.fromkeys((*self.trunk.states, *self.trunk.leaves), game.zero)
        found[self.trunk.states[0]] = game.zero + 1
        for state in self.trunk.states:
            mine = game.kind(state) == DECISION and self.owner[game.unit[state]] == but
            for edge in game.edges(state):
                found[game.target[edge]] += found[state] * (1 if mine else self.chance(behaviour, edge, state))
        return found

    def best(self, behaviour: Mapping[int, Sequence[Number]], actor: int) -> Number:
        """Return the most an actor can get by any strategy while the others keep to theirs.

        Its information sets are settled from the last one to the first, each by the option that is worth most over
        its states, weighed by how likely the others let them come about; perfect recall makes that the best of all.
        """
        reach = self.reached(behaviour, but=actor)
        mine = sorted((unit for unit in self.trunk.units if self.owner[unit] == actor), key=self.depth.__getitem__)
        chosen: dict[int, int] = {}
        while True:
            values = self._alone(behaviour, actor, chosen)
            if not mine:
                return values[self.trunk.states[0]]
            level = self.depth[mine[-1]]
            while mine and self.depth[mine[-1]] == level:
                unit = mine.pop()
                totals = [self.game.zero] * self.options(unit)
                for state in self.game.units[unit]:
                    for slot, edge in enumerate(self.game.edges(state)):
                        ahead = values[self.game.target[edge]] + self.game.gain[edge][actor]
                        totals[slot] += reach[state] * ahead
                chosen[unit] = totals.index(max(totals))

    def _alone(
        self, behaviour: Mapping[int, Sequence[Number]], actor: int, chosen: Mapping[int, int]
    ) -> dict[int, Number]:
        """Return what each state is worth to one actor, who takes ``chosen`` options; 0 where it has not chosen yet."""
        game = self.game
        values = {leaf: self.leaf(leaf)[actor] for leaf in self.trunk.leaves}
        for state in reversed(self.trunk.states):
            edges = game.edges(state)
            unit = game.unit[state]
            if game.kind(state) == DECISION and self.owner[unit] == actor:
                edges = edges[chosen[unit] : chosen[unit] + 1] if unit in chosen else edges[:0]
            total = game.zero
            for edge in edges:
                p = 1 if unit in chosen else self.chance(behaviour, edge, state)
                total += p * (values[game.target[edge]] + game.gain[edge][actor])
            values[state] = total
        return values

    def regret(self, behaviour: Mapping[int, Sequence[Number]]) -> Number:
        """Return the most that any actor gains by leaving a profile alone."""
        worth = self.worth(behaviour)
        return max((self.best(behaviour, actor) - worth[actor] for actor in self.movers), default=self.game.zero)
