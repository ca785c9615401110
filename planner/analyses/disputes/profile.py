"""Behaviour in the whole game as people read it: by actor and decision, with the outcomes that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.core.tree import DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.game import Game, Number

LISTED = 100


class Told(NamedTuple):
    """A profile by name.

    Attributes:
        strategies: for each actor and decision the chance of each option.
        adopted: for each joint decision the option that its rule settles on.
        open: decisions that their owner's own earlier moves exclude, where anything will do.
        outcomes: how likely each end is.
        paths: the likeliest ways to them, as edges with their probability.
        complete: whether all ways are listed.
    """

    strategies: Mapping[str, Mapping[str, Mapping[str, Number]]]
    adopted: Mapping[str, str]
    open: tuple[str, ...]
    outcomes: Mapping[str, Number]
    paths: tuple[tuple[tuple[str, ...], Number], ...]
    complete: bool


def set_names(game: Game) -> list[str]:
    """Return a name for each information set: its node, with the state that all of its states share if need be."""
    parts = []
    for states in game.units:
        node, _, inside = game.label(states[0]).rstrip("]").partition("[")
        common = [
            each for each in inside.split(", ") if each and all(each in _inside(game.label(other)) for other in states)
        ]
        parts.append((node, f"{node}[{', '.join(common)}]" if common else node))
    nodes = [node for node, _ in parts]
    shared = [shown for _, shown in parts]
    found = []
    for states, (node, shown) in zip(game.units, parts, strict=True):
        if nodes.count(node) == 1:
            found.append(node)
        elif shared.count(shown) == 1:
            found.append(shown)
        else:
            found.append(" or ".join(map(game.label, states)))
    return found


def _inside(label: str) -> list[str]:
    return label.rstrip("]").partition("[")[2].split(", ")


def told(game: Game, chances: Mapping[int, Sequence[Number]]) -> Told:
    """Return a profile by name.

    Args:
        game: the game.
        chances: for each information set the chance of each option; sets without are open.
    """
    strategies: dict[str, dict[str, dict[str, Number]]] = {}
    adopted: dict[str, str] = {}
    left = []
    for unit, name in enumerate(set_names(game)):
        first = game.units[unit][0]
        options = [game.edge(edge).rpartition(".")[2] for edge in game.edges(first)]
        owners = game.owners(first)
        if unit not in chances:
            left.append(name)
        elif len(owners) > 1:
            adopted[name] = options[list(chances[unit]).index(max(chances[unit]))]
        else:
            mine = strategies.setdefault(game.actors[owners[0]], {})
            mine[name] = dict(zip(options, chances[unit], strict=True))
    ordered = {actor: strategies[actor] for actor in game.actors if actor in strategies}
    paths, complete = _paths(game, chances)
    return Told(ordered, adopted, tuple(left), _outcomes(game, chances), paths, complete)


def _p(game: Game, chances: Mapping[int, Sequence[Number]], state: int, edge: int) -> Number:
    if game.kind(state) != DECISION:
        return game.p[edge]
    row = chances.get(game.unit[state])
    return row[edge - game.first[state]] if row is not None else game.zero


def _outcomes(game: Game, chances: Mapping[int, Sequence[Number]]) -> dict[str, Number]:
    reach = [game.zero] * len(game)
    reach[0] = game.zero + 1
    for state in range(len(game)):
        if reach[state]:
            for edge in game.edges(state):
                reach[game.target[edge]] += reach[state] * _p(game, chances, state, edge)
    ends = [state for state in range(len(game)) if game.kind(state) == OUTCOME and reach[state]]
    return {game.label(state): reach[state] for state in sorted(ends, key=lambda state: (-reach[state], state))}


def _paths(
    game: Game, chances: Mapping[int, Sequence[Number]]
) -> tuple[tuple[tuple[tuple[str, ...], Number], ...], bool]:
    """Return the ways that may be followed, the likeliest first; some of them where there are very many."""
    found: list[tuple[tuple[int, ...], Number]] = []
    stack: list[tuple[int, tuple[int, ...], Number]] = [(0, (), game.zero + 1)]
    while stack and len(found) < 10 * LISTED:
        state, way, p = stack.pop()
        if game.kind(state) == OUTCOME:
            found.append((way, p))
        for edge in reversed(game.edges(state)):
            on = _p(game, chances, state, edge)
            if on:
                stack.append((game.target[edge], (*way, edge), p * on))
    ordered = sorted(found, key=lambda one: -one[1])[:LISTED]
    named = tuple((tuple(game.edge(edge) for edge in way), p) for way, p in ordered)
    return named, not stack and len(found) <= LISTED
