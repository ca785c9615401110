"""How far single payoffs can move before the forecast changes; and threats that nobody would carry out.

Both follow the first equilibrium: of options that are worth the same, the first in the file is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analyses.disputes.perfection import adopted_slots
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.disputes.game import Game, Number, Vector

MOST_MARGINS = 200
MOST_WORK = 300_000  # edges that are looked at in search of threats


@dataclass(frozen=True, slots=True)
class Margin:
    """How far one actor's choice on the forecast's path is ahead of its next best.

    Attributes:
        state: where it chooses.
        actor: who.
        chosen: what it takes.
        other: its next best option.
        margin: by how much the value of what it takes may fall, or of the other rise, before it changes its mind.
    """

    state: str
    actor: str
    chosen: str
    other: str
    margin: Number


@dataclass(frozen=True, slots=True)
class PayoffMargin:
    """How far one actor's payoff in one outcome can move before the forecast changes.

    Attributes:
        outcome: the outcome, by the last edge that leads there.
        actor: whose payoff.
        change: the smallest change, in the scenario's own sense, that changes the forecast; negative: it must fall.
        state: where somebody would then choose otherwise.
    """

    outcome: str
    actor: str
    change: Number
    state: str


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


@dataclass(frozen=True, eq=False)
class First:
    """The equilibrium that takes the first of equally good options: values and choices of every state."""

    game: Game
    values: Sequence[Vector]
    choice: Sequence[int]

    @property
    def reached(self) -> list[int]:
        """The decisions on its path, in topological order."""
        met = {0}
        for state in range(len(self.game)):
            if state not in met:
                continue
            for slot, edge in enumerate(self.game.edges(state)):
                decides = self.game.kind(state) == DECISION
                if (slot == self.choice[state]) if decides else self.game.p[edge] > 0:
                    met.add(self.game.target[edge])
        return sorted(state for state in met if self.game.kind(state) == DECISION)

    def ahead(self, state: int) -> list[Vector]:
        """Return what each of a state's edges leads to."""
        game = self.game
        return [
            tuple([one + more for one, more in zip(self.values[game.target[edge]], game.gain[edge], strict=True)])
            for edge in game.edges(state)
        ]


def first_equilibrium(game: Game) -> First:
    """Fold a game without hidden moves back, the first of equally good options taken."""
    values: list[Vector] = [()] * len(game)
    choice = [0] * len(game)
    first = First(game, values, choice)
    for state in range(len(game) - 1, -1, -1):
        if game.kind(state) == OUTCOME:
            values[state] = game.end[state]
            continue
        ahead = first.ahead(state)
        if game.kind(state) == CHANCE:
            edges = game.edges(state)
            values[state] = tuple(
                sum((game.p[edge] * row[actor] for edge, row in zip(edges, ahead, strict=True)), game.zero)
                for actor in range(len(game.actors))
            )
            continue
        owners = game.owners(state)
        if len(owners) > 1:
            slots = adopted_slots(game, state, ahead)
            choice[state] = game.deciders[state].fallback if game.deciders[state].fallback in slots else slots[0]
        else:
            best = max(row[owners[0]] for row in ahead)
            choice[state] = next(slot for slot, row in enumerate(ahead) if row[owners[0]] >= best - game.tie)
        values[state] = ahead[choice[state]]
    return first


def margins(first: First) -> list[Margin]:
    """Return by how much each choice of a single actor on the forecast's path is ahead, the narrowest first."""
    game = first.game
    found = []
    for state in first.reached:
        owners, ahead = game.owners(state), first.ahead(state)
        if len(owners) > 1 or len(ahead) < 2:
            continue
        own, chosen = [row[owners[0]] for row in ahead], first.choice[state]
        other = max((slot for slot in range(len(own)) if slot != chosen), key=lambda slot: (own[slot], -slot))
        names = [game.edge(edge).rpartition(".")[2] for edge in game.edges(state)]
        gap = own[chosen] - own[other]
        found.append(Margin(game.label(state), game.actors[owners[0]], names[chosen], names[other], gap))
    return sorted(found, key=lambda margin: margin.margin)


def payoff_margins(first: First) -> list[PayoffMargin]:
    """Return for each outcome on the forecast's path, and each rival one a single choice away, what would change it.

    An outcome that several paths share is left out: its payoff counts on all of them at once.
    """
    game = first.game
    parents = [0] * len(game)
    for target in game.target:
        parents[target] += 1
    found: dict[tuple[str, str], PayoffMargin] = {}
    for state in first.reached:
        owners = game.owners(state)
        if len(owners) > 1:
            continue
        owner, ahead, chosen = owners[0], first.ahead(state), first.choice[state]
        own = [row[owner] for row in ahead]
        for slot, edge in enumerate(game.edges(state)):
            rivals = [value for other, value in enumerate(own) if other != slot]
            if not rivals:
                continue
            gap = max(rivals) - own[slot] if slot == chosen else own[chosen] - own[slot]
            for via, chance in _ends(first, edge, parents):
                margin = PayoffMargin(
                    game.edge(via), game.actors[owner], game.worth.sense * gap / chance, game.label(state)
                )
                known = found.get((margin.outcome, margin.actor))
                if known is None or abs(margin.change) < abs(known.change):
                    found[margin.outcome, margin.actor] = margin
    return sorted(found.values(), key=lambda margin: abs(margin.change))[:MOST_MARGINS]


def _ends(first: First, edge: int, parents: Sequence[int]) -> list[tuple[int, Number]]:
    """Return the last edge before each end that play comes to behind an edge, and the chance of it from here."""
    game = first.game
    found: list[tuple[int, Number]] = []
    stack: list[tuple[int, int, Number]] = [(game.target[edge], edge, game.zero + 1)]
    while stack and len(found) < MOST_MARGINS:
        state, via, chance = stack.pop()
        if parents[state] > 1:
            continue
        if game.kind(state) == OUTCOME:
            found.append((via, chance))
        elif game.kind(state) == DECISION:
            onward = game.first[state] + first.choice[state]
            stack.append((game.target[onward], onward, chance))
        else:
            stack += [(game.target[e], e, chance * game.p[e]) for e in game.edges(state) if game.p[e] > 0]
    return found


# --- threats ----------------------------------------------------------------------------------------------------


def threats(first: First, payoffs: set[Vector], most: int = 20) -> list[Threat]:
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
            threat = None if total in payoffs else _held(first, path, total, worst)
            if threat is not None:
                found.append(threat)
            continue
        for edge in reversed(game.edges(state)):
            more = tuple([one + gain for one, gain in zip(gained, game.gain[edge], strict=True)])
            stack.append((game.target[edge], (*path, edge), more))
    return sorted(found, key=lambda threat: threat.cost)


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
            if before + worst[owner][target] > total[owner] + game.tie:
                return None
            if before + first.values[target][owner] > total[owner] + game.tie:  # only a threat keeps it from that
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
            enough = [at for at, value in enumerate(hard) if value <= allowed + game.tie]
            slot = max(enough or [hard.index(min(hard))], key=lambda at: ahead[at][owner])
            cost = ahead[first.choice[state]][owner] - ahead[slot][owner]
            if cost > game.tie:
                option = game.edge(edges[slot]).rpartition(".")[2]
                return Threat(path, game.actors[owner], game.label(state), option, cost)
        allowed -= game.gain[edges[slot]][deviator]
        state = game.target[edges[slot]]
    return None
