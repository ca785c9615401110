"""Threats that nobody would carry out, and the paths that would hold if they were believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from planner.analyses.disputes.game import Game, Number, Vector
    from planner.analyses.disputes.margins import First

MOST_WORK = 300_000  # edges that are looked at in search of threats


@dataclass(frozen=True, slots=True)
class Threat:
    """A path that would hold if somebody were believed who would not do what it threatens.

    Attributes:
        path: the path, as edges; no actor gains by leaving it alone if the threat is believed.
        actor: who threatens.
        state: where the threat would have to be carried out.
        option: what is threatened.
        cost: what carrying it out would cost the actor.
    """

    path: tuple[str, ...]
    actor: str
    state: str
    option: str
    cost: Number


def threats(first: First, payoffs: Collection[Vector], most: int = 20) -> list[Threat]:
    """Return paths that no actor would leave alone, were others believed to punish it, though they would not.

    Only games without chance and joint decisions have single paths to compare; the list is empty for others. A path is
    held by threats if at each decision on it every other option can be answered so that it gives the decider no more
    (the others in the subgame doing the worst to it; the decider its best): the pure Nash equilibria of the game that
    are not subgame-perfect end in such paths.

    Args:
        first: the first equilibrium.
        payoffs: what subgame-perfect equilibria give: paths to these are credible and left out.
        most: how many are listed; large trees are searched in part.
    """
    game = first.game
    if any(game.kind(state) == CHANCE or len(game.owners(state)) > 1 for state in range(len(game))):
        return []
    worst = [_punished(game, actor) for actor in range(len(game.actors))]
    found: list[Threat] = []
    credible = _member(game, payoffs)
    zero = (game.zero,) * len(game.actors)
    stack: list[tuple[int, tuple[int, ...], Vector]] = [(0, (), zero)]
    work = 0
    while stack and len(found) < most and work < MOST_WORK:
        state, path, gained = stack.pop()
        work += len(path) + 1
        if game.kind(state) == OUTCOME:
            work += 4 * len(path)  # every step is looked at again
        if game.kind(state) == OUTCOME:
            total = tuple([one + more for one, more in zip(gained, game.end[state], strict=True)])
            threat = None if credible(total) else _held(first, path, total, worst)
            if threat is not None:
                found.append(threat)
            continue
        for edge in reversed(game.edges(state)):
            more = tuple([one + gain for one, gain in zip(gained, game.gain[edge], strict=True)])
            stack.append((game.target[edge], (*path, edge), more))
    return sorted(found, key=lambda threat: threat.cost)


def _member(game: Game, payoffs: Collection[Vector]) -> Callable[[Vector], bool]:
    """Return what tells whether a payoff is among some, up to ties."""
    if game.exact:
        return set(payoffs).__contains__
    rows = np.array(list(payoffs), float).reshape(len(payoffs), len(game.actors))
    return lambda total: bool((np.abs(rows - np.array(total)) <= 4 * np.array(game.slack)).all(axis=1).any())


def _punished(game: Game, actor: int) -> list[Number]:
    """Return for each state what an actor can be held down to when all others do their worst to it."""
    values: list[Number] = [game.zero] * len(game)
    for state in range(len(game) - 1, -1, -1):
        if game.kind(state) == OUTCOME:
            values[state] = game.end[state][actor]
            continue
        ahead = [values[game.target[edge]] + game.gain[edge][actor] for edge in game.edges(state)]
        values[state] = max(ahead) if game.owners(state) == (actor,) else min(ahead)
    return values


def _held(first: First, path: Sequence[int], total: Vector, worst: Sequence[Sequence[Number]]) -> Threat | None:
    """Return the threat on which a path rests; None if somebody would leave it whatever is threatened."""
    game = first.game
    state, gained = 0, (game.zero,) * len(game.actors)
    costliest: Threat | None = None
    names = tuple(game.edge(edge) for edge in path)
    for step in path:
        owner = game.owners(state)[0]
        for edge in game.edges(state):
            if edge == step:
                continue
            target, before = game.target[edge], gained[owner] + game.gain[edge][owner]
            if before + worst[owner][target] > total[owner] + game.slack[owner]:
                return None
            if (
                before + first.values[target][owner] > total[owner] + game.slack[owner]
            ):  # a threat alone keeps it from that
                threat = _threat(first, names, (owner, target, total[owner] - before), worst[owner])
                if threat is not None and (costliest is None or threat.cost > costliest.cost):
                    costliest = threat
        gained = tuple([one + gain for one, gain in zip(gained, game.gain[step], strict=True)])
        state = game.target[step]
    return costliest


def _threat(
    first: First, path: tuple[str, ...], deviation: tuple[int, int, Number], worst: Sequence[Number]
) -> Threat | None:
    """Return the first move against a deviator that costs the one who makes it something."""
    game = first.game
    deviator, state, allowed = deviation
    while game.kind(state) != OUTCOME:
        owner, ahead = game.owners(state)[0], first.ahead(state)
        edges = list(game.edges(state))
        if owner == deviator:  # it does its best against the punishment
            slot = max(range(len(edges)), key=lambda at: worst[game.target[edges[at]]] + game.gain[edges[at]][deviator])
        else:
            hard = [worst[game.target[edge]] + game.gain[edge][deviator] for edge in edges]
            enough = [at for at, value in enumerate(hard) if value <= allowed + game.slack[deviator]]
            slot = max(enough or [hard.index(min(hard))], key=lambda at: ahead[at][owner])
            cost = ahead[first.choice[state]][owner] - ahead[slot][owner]
            if cost > game.slack[owner]:
                option = game.edge(edges[slot]).rpartition(".")[2]
                return Threat(path, game.actors[owner], game.label(state), option, cost)
        allowed -= game.gain[edges[slot]][deviator]
        state = game.target[edges[slot]]
    return None
