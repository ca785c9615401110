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
ALIKE = 1e-12  # utilities whose difference is nothing but rounding
FAR = 1e-9  # a utility that is left, below which rounding hides where a payoff that rises would get to
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
    ordered = sorted(search.found.items(), key=lambda item: (abs(item[1].change), item[0][0] not in search.followed))
    return [margin for _, margin in ordered[:MOST_MARGINS]]


@dataclass
class _Search:
    first: First
    found: dict[tuple[int, int], PayoffMargin] = field(default_factory=dict)  # by edge and actor
    shared: dict[int, None] = field(default_factory=dict)  # states on the way that several paths share
    followed: set[int] = field(default_factory=set)  # edges on the forecast's paths
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
                if not self.first.asked(state):
                    here = self.within(state, here)
                for slot, mine in self.wanted(state).items():
                    if slot == self.first.choice[state]:
                        here = _nearest(here, mine)
                    else:
                        self.rival(game.first[state] + slot, mine)
            for edge, on in self.onward(state, here):
                self.followed.add(edge)
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

    def within(self, state: int, needs: Needs) -> Needs:
        """Return the needs that leave the choice at a decision on their way as it is."""
        owners = self.game.owners(state)
        if not self.first.asked(state):
            return {key: need for key, need in needs.items() if key[0] not in owners}
        limits = self.wanted(state).get(self.first.choice[state], {})
        return {key: need for key, need in needs.items() if key not in limits or abs(need.move) < abs(limits[key].move)}

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
            if self.game.kind(state) == DECISION:
                here = self.within(state, here)
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
        for edge, actor in [key for key in self.found if key[0] in ends]:
            del self.found[edge, actor]  # counts at decisions before the shared state, too
        deciders = [state for state in range(len(game)) if game.kind(state) == DECISION]
        reached = set(self.first.reached)
        work = 0
        for edge in sorted(ends):
            for actor in range(len(game.actors)):
                work += len(game)
                if work <= MAX_WORK:
                    self.shared_end(edge, actor, deciders, reached)

    def shared_end(self, edge: int, actor: int, deciders: Sequence[int], reached: set[int]) -> None:
        """Note the nearest moves of a shared end's payoff that change a choice, if that choice is on the path."""
        shares = self.shares(edge, actor)
        nearest: dict[bool, tuple[Number, int]] = {}
        for state in deciders:
            if actor not in self.game.owners(state):
                continue
            if not self.first.asked(state):
                return
            ahead = [shares[self.game.target[each]] + (each == edge) for each in self.game.edges(state)]
            if len(set(ahead)) == 1 and (self.game.tolerance[actor] is None or not any(ahead)):
                continue
            moves = self.moves(state, actor, ahead)
            if moves is None:
                return
            for change, falls in moves:
                if falls not in nearest or (abs(change), state) < (abs(nearest[falls][0]), nearest[falls][1]):
                    nearest[falls] = (change, state)
        for change, state in nearest.values():
            if state in reached:
                self.note(edge, actor, change, state)

    def shares(self, edge: int, actor: int) -> list[Number]:
        """Return for each state the chance that play from there comes over an edge.

        With a tolerance of risk it is the share that the edge has of the utility.
        """
        game, values = self.game, self.first.values
        tolerance = game.tolerance[actor]
        found: list[Number] = [game.zero] * len(game)
        for state in range(self.source(edge), -1, -1):
            if game.kind(state) == DECISION:
                onward = game.first[state] + self.first.choice[state]
                found[state] = found[game.target[onward]] + (onward == edge)
            elif game.kind(state) != OUTCOME:
                total = game.zero
                for each in game.edges(state):
                    share = found[game.target[each]] + (each == edge)
                    if share and game.p[each] > 0:
                        if tolerance is not None:
                            ahead = values[game.target[each]][actor] + game.gain[each][actor]
                            share *= math.exp((values[state][actor] - ahead) / tolerance)
                        total += game.p[each] * share
                found[state] = total
        return found

    def moves(self, state: int, actor: int, shares: Sequence[Number]) -> list[tuple[Number, bool]] | None:
        """Return which moves of a payoff change a choice, and whether they are falls; None where it cannot be told."""
        game = self.game
        who, ahead, chosen = game.deciders[state], self.first.ahead(state), self.first.choice[state]
        tolerance, best = game.tolerance[actor], ahead[chosen][actor]
        if len(who.owners) == 1:
            rivals = [(row[actor], share) for slot, (row, share) in enumerate(zip(ahead, shares, strict=True))
                      if slot != chosen]  # fmt: skip
            if tolerance is not None:
                met = [_meeting((best - value) / tolerance, shares[chosen], share) for value, share in rivals]
                return [(-tolerance * each[0], each[1]) for each in met if each is not None]
            return [
                ((value - best) / (shares[chosen] - share), shares[chosen] > share)
                for value, share in rivals
                if share != shares[chosen]
            ]
        slopes = [Fraction(share) for share in shares]
        if tolerance is not None:  # values move along curves: told where one option moves alone
            if sum(map(bool, shares)) > 1:
                return None
            slopes = [Fraction(bool(share)) for share in shares]
        own = [[Fraction(row[owner]) for row in ahead] for owner in who.owners]
        turned = turns(own, who, who.owners.index(actor), slopes, chosen)
        found: list[tuple[Number, bool]] = []
        for turn, falls in zip(turned, (True, False), strict=True):
            if turn is not None:
                change = turn.change if game.exact else float(turn.change)
                if tolerance is not None and change:
                    moved = _spread(-change / tolerance, math.log(max(shares)))
                    if moved is None:
                        continue
                    change = -tolerance * moved
                found.append((change, falls))
        return found


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


def _meeting(gap: float, mine: float, other: float) -> tuple[float, bool] | None:
    """Return where two options are as good, as a move over the tolerance with its sign turned, and whether it falls.

    The utilities exp(-V / R) (1 + s z) of the options meet at z = exp(-move / R) - 1; shares are those of the end in
    each, ``gap`` by how much the chosen one is ahead, over the tolerance.
    """
    ratio = math.exp(-gap)
    slope = mine * ratio - other
    if not slope:
        if other or not mine:  # they move alike
            return None
        return gap + math.log(-math.expm1(-gap)) - math.log(mine), True  # an option that is far ahead must fall far
    if abs(slope) <= ALIKE * max(mine * ratio, other):
        return None
    found = -math.expm1(-gap) / slope
    return (math.log1p(found), slope > 0) if found > FAR - 1 else None
