"""Choosing without knowing: the best strategy of one decision maker whose information sets hold several states.

With perfect recall an information set is settled by what its options are worth on average over its states, weighted by
the chances on the way there; the sets are settled from the last to the first (Kuhn 1953; Wilson 1972, Computing
equilibria of two-person games from the extensive form). Where the decision maker forgets (a limited memory influence
diagram, Lauritzen and Nilsson 2001), sets cannot be settled one by one, and all their combinations are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from planner.core import kernels, settle
from planner.core.hidden import own_moves
from planner.core.places import fault, node_path
from planner.core.rule import EXPECTED
from planner.core.tree import DECISION, Decider

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.core.binding import Bound
    from planner.core.rule import Rule
    from planner.core.unfold import Unfolded

SEVERAL = ("P316", "hidden-moves")
MAX_COMBINATIONS = 65_536

Number = Any  # float or Fraction


@dataclass(frozen=True, slots=True)
class Unknowing:
    """How the information sets are settled.

    Attributes:
        choice: for each of their states the slot that is followed.
        tied: for each of their states all slots that are as good.
        weight: for each of their states its chance among the states of its set, other things being as chosen.
    """

    choice: Mapping[int, int] = field(default_factory=dict)
    tied: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    weight: Mapping[int, Number] = field(default_factory=dict)


def settle_sets(
    unfolded: Unfolded,
    bound: Bound,
    gains: Sequence[Sequence[Number]],
    rule: Rule,
    deciders: tuple[Sequence[Decider], Sequence[int]],
    *,
    forced: Collection[int] = (),
    exact: bool = False,
) -> Unknowing:
    """Return the best choices where states cannot be told apart.

    Args:
        unfolded: the states; without information sets of several states nothing is returned.
        bound: probabilities, those of forced decisions among them.
        gains: for each row of amounts its oriented value for each actor.
        rule: must be `expected`.
        deciders: the kinds of states, and for each state the number of its own.
        forced: decision states that are taken beforehand; all states of a set, or none.
        exact: whether numbers are Fractions.

    Raises:
        ScenarioError: P316, several actors decide, the rule looks at extremes, or too much is forgotten.
    """
    sets = [states for states in unfolded.sets if states[0] not in forced]
    if not sets:
        return Unknowing()
    kinds, number = deciders
    owners = {
        state: kinds[number[state]].owners
        for state in range(len(unfolded))
        if kinds[number[state]].kind == DECISION and state not in forced
    }
    who = {owner for each in owners.values() for owner in each}
    if len(who) > 1:
        raise _refused(unfolded, sets[0], "several actors decide, so what is best depends on what others do unseen",
                       "`planner negotiate` finds the equilibria")  # fmt: skip
    if rule != EXPECTED:
        raise _refused(unfolded, sets[0], f"'{rule.name}' does not say how to choose without knowing",
                       "use --rule expected, or take 'unseen' out")  # fmt: skip
    (owner,) = who
    tolerance = list(unfolded.scenario.actors.values())[owner].risk_tolerance
    game = _Game(unfolded, bound, [row[owner] for row in gains], sets, frozenset(owners), tolerance, exact)
    unit = [-1] * len(unfolded)
    for at, states in enumerate(sets):
        for state in states:
            unit[state] = at
    for state in owners:
        if unit[state] < 0:
            unit[state] = len(sets) + state
    moves = own_moves(unfolded, dict.fromkeys(owners, owner), owner, unit)
    recalled = all(len({moves[state] for state in states}) == 1 and moves[states[0]] is not None for states in sets)
    return game.one_by_one(unit) if recalled else game.all_together()


@dataclass(frozen=True, slots=True)
class _Game:
    """One decision maker's numbers."""

    unfolded: Unfolded
    bound: Bound
    gain: Sequence[Number]
    sets: Sequence[tuple[int, ...]]
    decisions: frozenset[int]
    tolerance: float | None
    exact: bool

    def one_by_one(self, unit: Sequence[int]) -> Unknowing:
        """Settle set after set, the last first."""
        weight = self.weights()
        values: dict[int, Number] = {}
        found, tied, shares = {}, {}, {}
        scale = 1.0
        for group in self.last_first(unit):
            ahead = {state: self.ahead(state, values) for state in group}
            if len(group) == 1:
                (state,) = group
                values[state] = self.worth(state, ahead[state])
            else:
                mixed = self.mixed([weight[state] for state in group])
                scores = [self.together(mixed, [ahead[state][slot] for state in group])
                          for slot in range(len(ahead[group[0]]))]  # fmt: skip
                scale = max(scale, *(abs(float(score)) for score in scores))
                least = max(scores) - (0 if self.exact else kernels.TIE * scale)
                best = tuple(slot for slot, score in enumerate(scores) if score >= least)
                for state, share in zip(group, mixed, strict=True):
                    values[state] = ahead[state][best[0]]
                    found[state], tied[state], shares[state] = best[0], best, share
        return Unknowing(found, tied, shares)

    def all_together(self) -> Unknowing:
        """Compare all combinations of choices."""
        options = [range(len(self.unfolded.slots(states[0]))) for states in self.sets]
        count = math.prod(len(each) for each in options)
        if count > MAX_COMBINATIONS:
            raise _refused(
                self.unfolded,
                self.sets[0],
                f"its owner forgets what it knew or did before, and {count:,} combinations of choices are too many",
                f"let it remember more, so that at most {MAX_COMBINATIONS:,} are left",
            )
        best: list[tuple[int, ...]] = []
        most: Number = None
        for chosen in product(*options):
            value = self.value(self.given(chosen))
            slack = 0 if self.exact else kernels.TIE * max(1.0, abs(float(value)))
            if most is None or value > most + slack:
                best, most = [chosen], value
            elif value >= most - slack:
                best.append(chosen)
        found, tied, shares = {}, {}, {}
        reach = self.weights(self.given(best[0]))
        for at, states in enumerate(self.sets):
            mixed = self.mixed([reach[state] for state in states])
            alike = tuple(sorted({chosen[at] for chosen in best if all(
                chosen[other] == best[0][other] for other in range(len(self.sets)) if other != at)}))  # fmt: skip
            for state, share in zip(states, mixed, strict=True):
                found[state], tied[state], shares[state] = best[0][at], alike, share
        return Unknowing(found, tied, shares)

    def given(self, chosen: Sequence[int]) -> dict[int, int]:
        """Return a combination by state."""
        return {state: slot for states, slot in zip(self.sets, chosen, strict=True) for state in states}

    def value(self, given: Mapping[int, int]) -> Number:
        """Return what the root is worth when the sets are settled and everything else is chosen well."""
        values: dict[int, Number] = {}
        for state in range(len(self.unfolded) - 1, -1, -1):
            ahead = self.ahead(state, values)
            values[state] = ahead[given[state]] if state in given else self.worth(state, ahead)
        return values[0]

    def ahead(self, state: int, values: Mapping[int, Number]) -> list[Number]:
        """Return what the slots of a state lead to."""
        unfolded, bound = self.unfolded, self.bound
        return [
            values[int(unfolded.target[edge])] + self.gain[int(bound.edge_row[edge])] for edge in unfolded.slots(state)
        ]

    def worth(self, state: int, ahead: Sequence[Number]) -> Number:
        """Return what a state is worth that its owner knows."""
        if not ahead:
            return self.gain[int(self.bound.end_row[state])]
        if state in self.decisions:
            return max(ahead)
        p = [self.bound.p[int(self.bound.p_row[edge])] for edge in self.unfolded.slots(state)]
        return settle.chance([[value] for value in ahead], p, EXPECTED, [self.tolerance])[0]

    def together(self, shares: Sequence[Number], values: Sequence[Number]) -> Number:
        """Return what an option of a set is worth, not knowing in which state."""
        return settle.chance([[value] for value in values], shares, EXPECTED, [self.tolerance])[0]

    def weights(self, given: Mapping[int, int] | None = None) -> list[Number]:
        """Return how likely each state is, own decisions aside: those that are ``given`` are taken, the others may be.

        With a tolerance of risk, states weigh by the utility of what was gained on the way there, too, as logarithms.
        """
        unfolded, bound = self.unfolded, self.bound
        nothing: Number = -math.inf if self.tolerance is not None else Fraction(0) if self.exact else 0.0
        found = [nothing] * len(unfolded)
        found[0] = nothing * 0 + 1 if self.tolerance is None else 0.0
        for state in range(len(unfolded)):
            slots = unfolded.slots(state)
            for slot, edge in enumerate(slots):
                p = bound.p[int(bound.p_row[edge])]
                if given is not None and state in given:
                    p = p * 0 + (1 if given[state] == slot else 0)
                there = int(unfolded.target[edge])
                if self.tolerance is None:
                    found[there] += found[state] * p
                elif p > 0:
                    more = found[state] + math.log(p) - self.gain[int(bound.edge_row[edge])] / self.tolerance
                    found[there] = _sum_of_logs(found[there], more)
        return found

    def mixed(self, weights: Sequence[Number]) -> list[Number]:
        """Return shares that sum to 1; equal ones for states that cannot come about."""
        if self.tolerance is not None:
            most = max(weights)
            weights = [math.exp(weight - most) if most > -math.inf else 0.0 for weight in weights]
        total = sum(weights)
        if not total:
            return [Fraction(1, len(weights)) if self.exact else 1 / len(weights)] * len(weights)
        return [weight / total for weight in weights]

    def last_first(self, unit: Sequence[int]) -> list[tuple[int, ...]]:
        """Return sets and single states so that each comes after all that may follow it.

        Raises:
            ScenarioError: P316, a set may follow itself: its owner would not know whether it has decided already.
        """
        groups = dict(enumerate(self.sets))
        name = [each if 0 <= each < len(self.sets) else len(self.sets) + state for state, each in enumerate(unit)]
        for state, group in enumerate(name):
            groups.setdefault(group, (state,))
        targets = [
            [int(self.unfolded.target[edge]) for edge in self.unfolded.slots(state)] for state in range(len(name))
        ]
        ahead = {group: {name[end] for state in states for end in targets[state]} for group, states in groups.items()}
        waiting = {group: len(after) for group, after in ahead.items()}
        before: dict[int, list[int]] = {group: [] for group in groups}
        for group, after in ahead.items():
            for other in after:
                before[other].append(group)
        ready = [group for group, count in waiting.items() if not count]
        order = []
        while ready:
            group = ready.pop()
            order.append(groups[group])
            for other in before[group]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        if len(order) < len(groups):
            stuck = next(states for group, states in groups.items() if waiting[group] and len(states) > 1)
            raise _refused(self.unfolded, stuck, "it may come again on a path without its owner knowing",
                           "let the owner see how often it came")  # fmt: skip
        return order


def _sum_of_logs(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


def _refused(unfolded: Unfolded, states: Sequence[int], why: str, help_: str) -> Exception:
    node = unfolded.node(states[0])
    assert node is not None
    return fault(
        unfolded.scenario,
        SEVERAL,
        f"'{node.id}' is taken without seeing {', '.join(repr(name) for name in node.unseen)}: {why}",
        node_path(node, "unseen"),
        label="not seen",
        help=help_,
    )
