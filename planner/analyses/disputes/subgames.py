"""Where subgames begin: at states whose owners, and all who decide later, know that they are there (Selten 1965)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.tree import OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analyses.disputes.game import Game


def subgames(game: Game) -> set[int]:
    """Return the states that begin a subgame: no information set lies partly inside what follows from them.

    A set lies inside if all its states do, and all paths to them lead through the state, which is there on one path
    alone as far as its owner can tell. Ends begin subgames of their own.
    """
    count = len(game)
    sets = game.sets
    whole = [len(states) for states in sets]
    mine = {state: at for at, states in enumerate(sets) for state in states}
    after: list[dict[int, int] | None] = [None] * count  # information sets below -> bitmask of their states there
    bit = {state: 1 << at for states in sets for at, state in enumerate(states)}
    passes = _gates(game)
    roots = set()
    for state in range(count - 1, -1, -1):
        below: dict[int, int] = {}
        if state in mine:
            below[mine[state]] = bit[state]
        for edge in game.edges(state):
            for at, mask in (after[game.target[edge]] or {}).items():
                below[at] = below.get(at, 0) | mask
        complete = state not in mine and all(mask == (1 << whole[at]) - 1 for at, mask in below.items())
        if complete and all(
            game.hides(sets[at][0]) not in game.confused[state] and passes(state, each)
            for at in below
            for each in sets[at]
        ):
            roots.add(state)
            below = {}  # complete sets are nobody else's matter
        after[state] = below
    return roots


def _gates(game: Game) -> Callable[[int, int], bool]:
    """Return what tells whether all paths from the root to a state lead through another (whether it dominates it)."""
    gate = [-1] * len(game)  # the last state before it through which all paths lead
    depth = [0] * len(game)
    for state in range(len(game)):
        for edge in game.edges(state):
            target = game.target[edge]
            if game.kind(target) == OUTCOME:
                continue
            one, other = gate[target], state
            while one >= 0 and one != other:
                one, other = (gate[one], other) if depth[one] > depth[other] else (one, gate[other])
            gate[target] = other if one < 0 else one
        for edge in game.edges(state):
            depth[game.target[edge]] = depth[gate[game.target[edge]]] + 1 if gate[game.target[edge]] >= 0 else 0

    def passes(through: int, state: int) -> bool:
        while depth[state] > depth[through]:
            state = gate[state]
        return state == through

    return passes
