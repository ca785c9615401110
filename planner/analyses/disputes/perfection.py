"""Subgame-perfect equilibria: all of them, counted exactly, by backward induction over states with every tie kept.

Each state holds the payoffs that some equilibrium of its subgame gives, with the number of equilibria that give them
(Selten 1965; Kuhn 1953 for backward induction). A strategy says what to do on every path: a shared state that is
reached on two paths may be played differently on each. Where information sets join states, the part of the tree
between one subgame and those inside it is solved as a normal form (Selten's definition, by enumeration).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.disputes.normal_form import Trunk, equilibria
from planner.analyses.result import BadArgument
from planner.core import joint
from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.disputes.game import Game, Number, Vector

Payoffs = dict["Vector", int]  # payoffs from a state on -> how many equilibria of its subgame give them
MAX_PAYOFFS = 20_000
MAX_SELECTIONS = 50_000


@dataclass(frozen=True, eq=False)
class Perfect:
    """All subgame-perfect equilibria of a game.

    Attributes:
        game: the game.
        payoffs: for each state that begins a subgame its equilibrium payoffs and their numbers; None elsewhere.
    """

    game: Game = field(repr=False)
    payoffs: Sequence[Payoffs | None] = field(repr=False)

    @property
    def root(self) -> Payoffs:
        """The payoffs at the root."""
        found = self.payoffs[0]
        assert found is not None
        return found

    @property
    def count(self) -> int:
        """How many equilibria there are."""
        return sum(self.root.values())


def perfect(game: Game) -> Perfect:
    """Find all pure subgame-perfect equilibria of a game.

    Raises:
        BadArgument: there are more distinct payoffs, or more combinations of hidden choices, than can be compared.
    """
    found: list[Payoffs | None] = [None] * len(game)
    if game.unfolded.sets:
        roots = subgames(game)
        inside = {state for state in range(len(game)) if game.kind(state) != OUTCOME} - roots
        for state in range(len(game) - 1, -1, -1):
            if state in inside:
                continue
            bare = all(target not in inside for target in (game.target[edge] for edge in game.edges(state)))
            found[state] = _at(game, state, found) if bare else _trunk(game, state, roots, found)
    else:
        for state in range(len(game) - 1, -1, -1):
            found[state] = _at(game, state, found)
    return Perfect(game, found)


def _at(game: Game, state: int, found: Sequence[Payoffs | None]) -> Payoffs:
    """Return the payoffs of a state whose successors all begin subgames."""
    kind = game.kind(state)
    if kind == OUTCOME:
        return {game.end[state]: 1}
    ahead = [_shifted(found[game.target[edge]] or {}, game.gain[edge]) for edge in game.edges(state)]
    if kind == CHANCE:
        made = _chance(game, ahead, [game.p[edge] for edge in game.edges(state)])
    elif len(game.owners(state)) == 1:
        made = _choice(ahead, game.owners(state)[0], game.tie)
    else:
        made = _joint(game, state, ahead)
    if len(made) > MAX_PAYOFFS:
        raise _too_many(f"more than {MAX_PAYOFFS:,} different equilibrium payoffs from '{game.label(state)}' on")
    return made


def _shifted(payoffs: Payoffs, gain: Vector) -> Payoffs:
    if not any(gain):
        return payoffs
    return {tuple(map(_add, vector, gain)): count for vector, count in payoffs.items()}


def _add(one: Number, other: Number) -> Number:
    return one + other


def _chance(game: Game, ahead: Sequence[Payoffs], chances: Sequence[Number]) -> Payoffs:
    """Combine what the branches give, branch after branch."""
    made: Payoffs = {(game.zero,) * len(game.actors): 1}
    for payoffs, p in zip(ahead, chances, strict=True):
        if len(made) * len(payoffs) > MAX_PAYOFFS * 10:
            raise _too_many("too many combinations of equilibria after a chance node")
        mixed: Payoffs = {}
        for vector, count in made.items():
            for more, times in payoffs.items():
                total = tuple([one + p * other for one, other in zip(vector, more, strict=True)])
                mixed[total] = mixed.get(total, 0) + count * times
        made = mixed
    return made


def _choice(ahead: Sequence[Payoffs], owner: int, tie: Number) -> Payoffs:
    """Return what one actor's choice may come to: an option is chosen if no other is better for it."""
    if all(len(payoffs) == 1 for payoffs in ahead):  # as almost everywhere
        vectors = [next(iter(payoffs.items())) for payoffs in ahead]
        best = max(vector[owner] for vector, _ in vectors)
        total = 1
        for _, count in vectors:
            total *= count
        made: Payoffs = {}
        for vector, _ in vectors:
            if vector[owner] >= best - tie:
                made[vector] = made.get(vector, 0) + total
        return made
    ranked = []
    for payoffs in ahead:
        pairs = sorted(((vector[owner], count) for vector, count in payoffs.items()), key=lambda pair: pair[0])
        ranked.append(([value for value, _ in pairs], list(accumulate(count for _, count in pairs))))
    made = {}
    for at, payoffs in enumerate(ahead):
        for vector, count in payoffs.items():
            ways = count
            for other, (values, counts) in enumerate(ranked):
                if other != at:
                    below = bisect_right(values, vector[owner] + tie)
                    ways *= counts[below - 1] if below else 0
                if not ways:
                    break
            if ways:
                made[vector] = made.get(vector, 0) + ways
    return made


def _joint(game: Game, state: int, ahead: Sequence[Payoffs]) -> Payoffs:
    """Return what a joint decision may come to, for every combination of what its options lead to."""
    combinations = 1
    for payoffs in ahead:
        combinations *= len(payoffs)
    if combinations > MAX_SELECTIONS:
        raise _too_many(f"{combinations:,} combinations of equilibria behind the options of '{game.label(state)}'")
    made: Payoffs = {}
    for chosen in product(*(payoffs.items() for payoffs in ahead)):
        for slot in adopted_slots(game, state, [vector for vector, _ in chosen]):
            ways = 1
            for _, count in chosen:
                ways *= count
            vector = chosen[slot][0]
            made[vector] = made.get(vector, 0) + ways

    return made


def adopted_slots(game: Game, state: int, vectors: Sequence[Vector]) -> list[int]:
    """Return which options several would adopt, given what each leads to: all that are equally good."""
    who = game.deciders[state]
    own = np.array([[vector[owner] for vector in vectors] for owner in who.owners], object if game.exact else float)
    equal = joint.adopted(own, who.fallback, game.tie, who.rule, who.votes)
    return [int(slot) for slot in np.flatnonzero(equal)]


# --- information sets -----------------------------------------------------------------------------------------------


def subgames(game: Game) -> set[int]:
    """Return the states that begin a subgame: no information set lies partly inside what follows from them.

    Ends begin subgames of their own.
    """
    count = len(game)
    sets = game.unfolded.sets
    whole = [len(states) for states in sets]
    mine = {state: at for at, states in enumerate(sets) for state in states}
    after: list[dict[int, int] | None] = [None] * count  # information sets below -> bitmask of their states there
    bit = {state: 1 << at for states in sets for at, state in enumerate(states)}
    roots = set()
    for state in range(count - 1, -1, -1):
        below: dict[int, int] = {}
        if state in mine:
            below[mine[state]] = bit[state]
        for edge in game.edges(state):
            for at, mask in (after[game.target[edge]] or {}).items():
                below[at] = below.get(at, 0) | mask
        if all(mask == (1 << whole[at]) - 1 for at, mask in below.items()) and state not in mine:
            roots.add(state)
            below = {}  # complete sets are nobody else's matter
        after[state] = below
    return roots


def _trunk(game: Game, root: int, roots: set[int], found: Sequence[Payoffs | None]) -> Payoffs:
    """Solve what lies between a subgame and those inside it, for every selection of equilibria of the latter."""
    trunk = Trunk.of(game, root, roots)
    options = [list((found[leaf] or {}).items()) for leaf in trunk.leaves]
    selections = 1
    for each in options:
        selections *= len(each)
    if selections > MAX_SELECTIONS:
        raise _too_many(f"{selections:,} combinations of equilibria below '{game.label(root)}'")
    made: Payoffs = {}
    for selection in product(*options):
        values = {leaf: vector for leaf, (vector, _) in zip(trunk.leaves, selection, strict=True)}
        ways = 1
        for _, count in selection:
            ways *= count
        for vector, count in equilibria(trunk, values).items():
            made[vector] = made.get(vector, 0) + count * ways
    return made


def _too_many(what: str) -> BadArgument:
    return BadArgument(f"the forecast has {what}", "break ties with small differences, or look at a part of the tree")
