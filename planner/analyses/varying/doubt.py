"""Values while every probability may be off by up to epsilon: bounds that hold for certain, in one sweep.

At every chance state any distribution is allowed whose probabilities differ by at most epsilon from the given ones
(Kamiński, Jakubczyk and Szufel 2018, A framework for sensitivity analysis of decision trees, separable case). The worst
of them for an actor moves as much probability as it may from the best branches to the worst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import joint, kernels
from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.focus import Focus
    from planner.core.tree import Decider

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]

MARGIN = 1e-12


def filled(p: Floats, order: Ints, epsilon: Floats) -> Floats:
    """Return probabilities moved by at most ``epsilon`` each towards the first branches of an order.

    >>> filled(np.array([0.6, 0.3, 0.1]), np.array([[2], [1], [0]]), np.array([0.2])).round(12).ravel().tolist()
    [0.4, 0.3, 0.3]

    Args:
        p: (branches,) as they are.
        order: (branches, …, draws) the branches, the one that gains most first.
        epsilon: (draws,).

    Returns:
        (branches, …, draws).
    """
    shape = (len(p), *([1] * (order.ndim - 2)), len(epsilon))
    wide = p.reshape(-1, *([1] * (order.ndim - 1)))
    least = np.maximum(wide - epsilon, 0.0)
    room = np.broadcast_to(np.minimum(wide + epsilon, 1.0) - least, shape)
    ordered = np.take_along_axis(np.broadcast_to(room, order.shape), order, axis=0)
    before = np.cumsum(ordered, axis=0) - ordered
    given = np.clip(1.0 - least.sum(axis=0) - before, 0.0, ordered)
    found = np.empty(order.shape)
    np.put_along_axis(found, order, given, axis=0)
    return np.asarray(found + least)


class Board:
    """The numbers of a scenario, state by state, as an analysis of doubt needs them.

    Args:
        focus: the scenario with its numbers as they are.
    """

    def __init__(self, focus: Focus) -> None:
        solution, unfolded = focus.solution, focus.unfolded
        self.focus, self.unfolded = focus, unfolded
        self.p = np.asarray(solution.p, np.float64)
        gains = np.asarray(solution.gain, np.float64)
        self.gain = gains[solution.bound.edge_row]  # (edges, actors)
        self.end = gains[solution.bound.end_row]  # (states, actors)
        self.first, self.target = unfolded.first_edge.tolist(), unfolded.target
        self.deciders, self.decider = solution.deciders, solution.decider
        self.tolerance = [actor.risk_tolerance for actor in focus.scenario.actors.values()]
        self.moves = [self.movable(state) for state in range(len(unfolded))]

    def slots(self, state: int) -> slice:
        """Return the edges of a state."""
        return slice(self.first[state], self.first[state + 1])

    def movable(self, state: int) -> bool:
        """Whether a state's probabilities are in doubt: those of a chance that has happened are not."""
        if self.deciders[self.decider[state]].kind != CHANCE or self.first[state + 1] - self.first[state] < 2:
            return False
        node = self.unfolded.node(state)
        return node is not None and node.resolved is None

    def below(self, starts: Sequence[int]) -> list[int]:
        """Return the states that follow from some, those included, in topological order."""
        seen, stack = set(starts), list(starts)
        while stack:
            for target in self.target[self.slots(stack.pop())].tolist():
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return sorted(seen)


class Doubt:
    """Bounds of what states are worth, and the orders in which branches gain where a bound is reached.

    Args:
        board: the numbers.
        states: the states that matter, in topological order, with all that follow from them.
        epsilon: (draws,) how far probabilities may be off.
        keep: whether the orders are kept.
    """

    def __init__(self, board: Board, states: Sequence[int], epsilon: Floats, *, keep: bool = False) -> None:
        self.board, self.epsilon = board, epsilon
        self.low: dict[int, Floats] = {}
        self.high: dict[int, Floats] = {}
        self.orders: dict[int, tuple[Ints, Ints]] = {}
        for state in reversed(states):
            who = board.deciders[board.decider[state]]
            if who.kind == OUTCOME:
                worth = np.broadcast_to(board.end[state][:, None], (len(board.end[state]), len(epsilon)))
                self.low[state] = self.high[state] = worth
            elif who.kind == CHANCE:
                self.chance(state, keep=keep)
            else:
                low, high = self.ahead(state)
                allowed = may_be_taken(low, high, who)[:, None]
                self.low[state] = np.where(allowed, low, np.inf).min(axis=0)
                self.high[state] = np.where(allowed, high, -np.inf).max(axis=0)
                if len(who.owners) == 1:
                    self.low[state][who.owners[0]] = low[:, who.owners[0]].max(axis=0)

    def ahead(self, state: int) -> tuple[Floats, Floats]:
        """Return the bounds of what each slot leads to, (slots, actors, draws)."""
        slots = self.board.slots(state)
        targets, gain = self.board.target[slots].tolist(), self.board.gain[slots][..., None]
        low, high = (np.stack([bound[target] for target in targets]) + gain for bound in (self.low, self.high))
        return low, high

    def chance(self, state: int, *, keep: bool) -> None:
        """Work out the bounds of a chance state."""
        board = self.board
        p = board.p[board.slots(state)]
        found, orders = [], []
        for ahead, sign in zip(self.ahead(state), (1, -1), strict=True):
            if board.moves[state]:
                order = np.argsort(sign * ahead, axis=0, kind="stable")
                chances = filled(p, order, self.epsilon)
                orders.append(order)
            else:
                chances = np.broadcast_to(p[:, None, None], ahead.shape)
            worth = (chances * ahead).sum(axis=0)
            for actor, tolerance in enumerate(board.tolerance):
                if tolerance is not None:
                    worth[actor] = kernels.certainty_equivalent(ahead[:, actor], chances[:, actor], tolerance)
            found.append(worth)
        self.low[state], self.high[state] = found
        if keep and orders:
            self.orders[state] = orders[0], orders[1]

    def slack(self, state: int, chosen: int) -> Floats:
        """Return by how much an option is certain to be ahead of all others; below 0 where it is not certain."""
        low, high = self.ahead(state)
        who = self.board.deciders[self.board.decider[state]]
        others = [option for option in range(len(low)) if option != chosen]
        if len(who.owners) == 1:
            owner = who.owners[0]
            return np.asarray(low[chosen, owner] - high[others, owner].max(axis=0))
        least, most = score_bounds(low, high, who)
        if who.rule.name == "weighted":  # the fallback has no special place
            return np.asarray(least[chosen] - most[others].max(axis=0))
        rivals = [option for option in others if option != who.fallback]
        best = most[rivals].max(axis=0, initial=-np.inf)
        if chosen == who.fallback:
            return np.asarray(-best)
        sure = least[chosen]
        return np.asarray(sure if who.rule.name == "majority" else np.minimum(sure, sure - best))


def score_bounds(low: Floats, high: Floats, who: Decider) -> tuple[Floats, Floats]:
    """Return the bounds of the score of each option of a joint decision, (options, draws).

    By every rule an option's score rises with what the option is worth to its owners and falls with what the others are
    worth, so it is least where the option is worth as little and the others as much as they may be.
    """
    owners = list(who.owners)
    ends = [np.moveaxis(bound[:, owners], 1, 0) for bound in (low, high)]
    found = []
    for mine, others in ((ends[0], ends[1]), (ends[1], ends[0])):
        rows = []
        for option in range(len(low)):
            own = others.copy()
            own[:, option] = mine[:, option]
            rows.append(joint.scores(own, who.fallback, who.rule, who.votes)[option])
        found.append(np.stack(rows))
    return found[0], found[1]


def may_be_taken(low: Floats, high: Floats, who: Decider) -> Mask:
    """Return (options, draws) which options may be the choice, whatever the probabilities within the doubt."""
    if len(who.owners) == 1:
        owner = who.owners[0]
        best = low[:, owner].max(axis=0)
        return np.asarray(high[:, owner] >= best - MARGIN * (1.0 + np.abs(best)))
    least, most = score_bounds(low, high, who)
    if who.rule.name == "weighted":
        best = least.max(axis=0)
        return np.asarray(most >= best - MARGIN * (1.0 + np.abs(best)))
    sure = np.where(least > MARGIN, least, -np.inf)
    sure[who.fallback] = -np.inf
    best = sure.max(axis=0)
    allowed = (most >= -MARGIN) & (most >= best - MARGIN)
    allowed[who.fallback] = ~(best > MARGIN)
    return np.asarray(allowed)
