"""How far single payoffs can move before the forecast changes.

A payoff at the end of a path counts at a decision with the chance that play comes to it from there: a value that may
move by g moves with a payoff that moves by g over that chance. With a tolerance of risk R the value of a lottery of
which the end has the share s of the utility, s = q exp(-(t - V) / R) for an end worth t that comes with the chance q,
moves by g when the payoff moves by -R ln(1 + (exp(-g / R) - 1) / s); for a rise too large there is no such move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from planner.analyses.disputes.turning import turns
from planner.core.tree import DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.disputes.game import Game, Number
    from planner.analyses.disputes.margins import First

MOST_MARGINS = 200
MAX_WORK = 200_000  # states that are worked out for payoffs that several paths share


@dataclass(frozen=True, slots=True)
class PayoffMargin:
    """How far one actor's payoff in one outcome can move before the forecast changes.

    Attributes:
        outcome: the outcome, by the last edge that leads there; ``node[round=2].option`` where it is one of several.
        actor: whose payoff.
        change: the smallest change, in the scenario's own sense, that changes the forecast; negative: it must fall.
        state: where somebody would then choose otherwise.
    """

    outcome: str
    actor: str
    change: Number
    state: str


class Need(NamedTuple):
    """A move of an actor's value of a state that would change a choice, and where; a fall is below zero."""

    move: Number
    state: int


Needs = dict[tuple[int, bool], Need]  # by actor and whether it falls, the nearest


def payoff_margins(first: First) -> list[PayoffMargin]:
    """Return for each outcome on the forecast's path, and each rival one a single choice away, what would change it.

    An outcome that several paths share counts on all of them at once. Its margin is told where the forecast stands
    until some choice on its path changes, for actors who go by means.
    """
    search = _Search(first)
    search.run()
    return sorted(search.found.values(), key=lambda margin: abs(margin.change))[:MOST_MARGINS]


@dataclass
class _Search:
    first: First
    found: dict[tuple[int, int], PayoffMargin] = field(default_factory=dict)  # by edge and actor
    shared: dict[int, None] = field(default_factory=dict)  # states on the way that several paths share
    parents: list[int] = field(default_factory=list)
    copies: dict[int, int] = field(default_factory=dict)  # how many unfolded edges an edge has

    @property
    def game(self) -> Game:
        return self.first.game

    def run(self) -> None:
        game = self.game
        self.parents = [0] * len(game)
        for target in game.target:
            self.parents[target] += 1
        for edge in game.unfolded.edge.tolist():
            self.copies[edge] = self.copies.get(edge, 0) + 1
        needs: dict[int, Needs] = {0: {}}
        reached = set(self.first.reached)
        for state in range(len(game)):  # down the forecast's paths
            here = needs.pop(state, None)
            if here is None:
                continue
            if state in reached:
                for slot, mine in self.wanted(state).items():
                    if slot == self.first.choice[state]:
                        here = _nearest(here, mine)
                    else:
                        self.rival(game.first[state] + slot, mine)
            for edge, on in self.onward(state, here):
                self.arrive(edge, on, needs)
        self.together()

    def wanted(self, state: int) -> dict[int, Needs]:
        """Return for each option of a decision which moves of its value would change the choice."""
        found: dict[int, Needs] = {}
        for shift in self.first.shifts(state):
            falls = shift.change < 0 or (not shift.change and shift.slot == self.first.choice[state])
            mine = {(shift.actor, falls): Need(shift.change, state)}
            found[shift.slot] = _nearest(found.get(shift.slot, {}), mine)
        return found

    def onward(self, state: int, needs: Needs) -> Iterator[tuple[int, Needs]]:
        """Yield the edges that play follows from a state, and the moves that are needed behind them."""
        game = self.game
        if game.kind(state) == DECISION:
            yield game.first[state] + self.first.choice[state], needs
        elif game.kind(state) != OUTCOME:
            for edge in game.edges(state):
                if game.p[edge] > 0:
                    onto = {key: self.behind(state, edge, key[0], need) for key, need in needs.items()}
                    yield edge, {key: need for key, need in onto.items() if need is not None}

    def behind(self, state: int, edge: int, actor: int, need: Need) -> Need | None:
        """Return the move that is needed behind one branch of a chance node; None if it cannot be large enough."""
        game, values = self.game, self.first.values
        tolerance, p = game.tolerance[actor], game.p[edge]
        if tolerance is None or not need.move:
            return need._replace(move=need.move / p)
        ahead = values[game.target[edge]][actor] + game.gain[edge][actor]
        share = math.log(p) - (ahead - values[state][actor]) / tolerance
        moved = _spread(-need.move / tolerance, share)
        return None if moved is None else need._replace(move=-tolerance * moved)

    def arrive(self, edge: int, needs: Needs, onto: dict[int, Needs]) -> None:
        """Take needs over an edge: to the state behind it, or to a margin at an end."""
        target = self.game.target[edge]
        if self.game.kind(target) == OUTCOME:
            self.end(edge, needs)
        elif self.parents[target] > 1:
            self.shared[target] = None
            onto.setdefault(target, {})
        else:
            onto[target] = needs

    def rival(self, edge: int, needs: Needs) -> None:
        """Follow play behind an option that is not taken."""
        waiting: dict[int, Needs] = {}
        self.arrive(edge, needs, waiting)
        while waiting:
            state, here = waiting.popitem()
            if self.parents[state] > 1:
                continue
            for onward, on in self.onward(state, here):
                self.arrive(onward, on, waiting)

    def end(self, edge: int, needs: Needs) -> None:
        for (actor, _), need in needs.items():
            self.note(edge, actor, need.move, need.state)

    def note(self, edge: int, actor: int, change: Number, state: int) -> None:
        known = self.found.get((edge, actor))
        change = self.game.worth.sense * change
        if known is None or abs(change) < abs(known.change):
            self.found[edge, actor] = PayoffMargin(
                self.name(edge), self.game.actors[actor], change, self.game.label(state)
            )

    def name(self, edge: int) -> str:
        game = self.game
        if self.copies[int(game.unfolded.edge[edge])] == 1:
            return game.edge(edge)
        return f"{game.label(self.source(edge))}.{game.edge(edge).rpartition('.')[2]}"

    def source(self, edge: int) -> int:
        low, high = 0, len(self.game)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.game.first[middle] <= edge else (low, middle)
        return low

    # --- ends that several paths share ------------------------------------------------------------------------------

    def together(self) -> None:
        """Look at ends behind shared states: the payoff moves every state before it by the chance that it is met."""
        game = self.game
        ends: dict[int, None] = {}
        waiting, seen = list(self.shared), set(self.shared)
        while waiting:
            state = waiting.pop()
            for edge, _ in self.onward(state, {}):
                target = game.target[edge]
                if game.kind(target) == OUTCOME:
                    ends[edge] = None
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)
        deciders = [state for state in range(len(game)) if game.kind(state) == DECISION]
        reached = set(self.first.reached)
        work = 0
        for edge in sorted(ends):
            for actor in range(len(game.actors)):
                work += len(game)
                if game.tolerance[actor] is None and work <= MAX_WORK:
                    self.shared_end(edge, actor, deciders, reached)

    def shared_end(self, edge: int, actor: int, deciders: Sequence[int], reached: set[int]) -> None:
        """Note the nearest moves of a shared end's payoff that change a choice, if that choice is on the path."""
        slopes = self.slopes(edge)
        nearest: dict[bool, tuple[Number, int]] = {}
        for state in deciders:
            if actor not in self.game.owners(state):
                continue
            ahead = [slopes[self.game.target[each]] + (each == edge) for each in self.game.edges(state)]
            if len(set(ahead)) == 1:
                continue
            for change, falls in self.changes(state, actor, ahead):
                if falls not in nearest or (abs(change), state) < (abs(nearest[falls][0]), nearest[falls][1]):
                    nearest[falls] = (change, state)
        for change, state in nearest.values():
            if state in reached:
                self.note(edge, actor, change, state)

    def slopes(self, edge: int) -> list[Number]:
        """Return for each state the chance that play from there comes over an edge."""
        game = self.game
        found: list[Number] = [game.zero] * len(game)
        for state in range(self.source(edge), -1, -1):
            if game.kind(state) == DECISION:
                onward = game.first[state] + self.first.choice[state]
                found[state] = found[game.target[onward]] + (onward == edge)
            elif game.kind(state) != OUTCOME:
                found[state] = sum((game.p[e] * (found[game.target[e]] + (e == edge)) for e in game.edges(state)),
                                   game.zero)  # fmt: skip
        return found

    def changes(self, state: int, actor: int, slopes: Sequence[Number]) -> Iterator[tuple[Number, bool]]:
        """Yield which moves of a payoff change a choice whose options move with these slopes, and whether it falls."""
        who, ahead, chosen = self.game.deciders[state], self.first.ahead(state), self.first.choice[state]
        if len(who.owners) == 1:
            for row, slope in zip(ahead, slopes, strict=True):
                if slope != slopes[chosen]:
                    yield (row[actor] - ahead[chosen][actor]) / (slopes[chosen] - slope), slopes[chosen] > slope
            return
        own = [[Fraction(row[owner]) for row in ahead] for owner in who.owners]
        found = turns(own, who, who.owners.index(actor), [Fraction(slope) for slope in slopes], chosen)
        for turn, falls in zip(found, (True, False), strict=True):
            if turn is not None:
                yield turn.change if self.game.exact else float(turn.change), falls


def _nearest(one: Needs, other: Needs) -> Needs:
    """Return for each actor and direction the smaller move."""
    found = dict(one)
    for key, need in other.items():
        if key not in found or abs(need.move) < abs(found[key].move):
            found[key] = need
    return found


def _spread(moved: float, share: float) -> float | None:
    """Return ln(1 + (exp(moved) - 1) / exp(share)) without overflow; None where there is no such number."""
    if moved > 0:
        more = moved + math.log(-math.expm1(-moved)) - share
        return max(more, 0.0) + math.log1p(math.exp(-abs(more)))
    less = math.log(-math.expm1(moved)) - share
    return math.log1p(-math.exp(less)) if less < 0 else None
