"""Subgame-perfect equilibria: all of them, counted exactly, by backward induction over states with every tie kept.

Each state has the payoffs that some equilibrium of its subgame gives, with the number of equilibria that give them
(Selten 1965; Kuhn 1953 for backward induction). A strategy says what to do on every path: a shared state that is
reached on two paths may be played differently on each. Where information sets join states, the part of the tree
between one subgame and those inside it is solved as a normal form (Selten's definition, by enumeration).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.analyses.disputes.payoff_sets import PayoffSet, alike
from planner.analyses.disputes.subgames import subgames
from planner.analyses.disputes.unrolled import Unrolled
from planner.analyses.result import BadArgument
from planner.core import joint, settle
from planner.core.joint_rule import UNANIMOUS
from planner.core.rule import EXPECTED
from planner.core.tree import CHANCE, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from planner.analyses.disputes.game import Game, Number, Vector

Payoffs = dict["Vector", int]  # payoffs from a state on -> how many equilibria of its subgame give them
Step = tuple[int, "Vector"]  # an edge of a state, counted from its first, and the key of what it leads to
MAX_PAYOFFS = 100_000
MAX_SELECTIONS = 50_000
MAX_WORK = 2_000_000  # payoffs that are worked out one by one, in all


class Picked(NamedTuple):
    """How a part of the tree with hidden moves is played: what its leaves are worth, by key, and a choice for each."""

    trunk: Unrolled
    leaves: tuple[Vector, ...]
    slots: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Perfect:
    """All subgame-perfect equilibria of a game, with how each payoff comes about.

    Attributes:
        game: the game.
        root: the payoffs at the root, and how many equilibria give each.
        keys: for each payoff at the root the key under which it is followed.
        tied: for each decision at which its owners may be indifferent, the options between which they are.
        steps: for each state the ways that lead to a payoff, by key; what is not there was handed on.
        carried: for each state the edge on which payoffs were handed on as they are.
        complete: whether all paths can be followed; among hidden moves some may be left out.
        kept: for each state that was to be kept its equilibrium payoffs and their numbers.
    """

    game: Game = field(repr=False)
    root: Payoffs = field(repr=False)
    keys: Mapping[Vector, Vector] = field(repr=False)
    tied: Mapping[int, tuple[int, ...]] = field(repr=False)
    steps: Sequence[dict[Vector, list[Step] | list[Picked]] | None] = field(repr=False)
    carried: Sequence[int] = field(repr=False)
    complete: bool = True
    kept: Mapping[int, Payoffs] = field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """How many equilibria there are."""
        return sum(self.root.values())

    def ways(self, state: int, key: Vector) -> Sequence[Step] | Sequence[Picked]:
        """Return how the equilibria of a state go on that give a payoff."""
        known = self.steps[state]
        found = known.get(key) if known is not None else None
        return found if found is not None else [(self.carried[state], key)]


def perfect(game: Game, keep: Collection[int] = ()) -> Perfect:
    """Find all pure subgame-perfect equilibria of a game.

    Args:
        game: the game.
        keep: states that begin subgames whose payoffs are wanted besides those of the root.

    Raises:
        BadArgument: there are more distinct payoffs, or more combinations of hidden choices, than can be compared.
    """
    return _Fold(game, frozenset(keep)).run()


def _counted(found: PayoffSet | None) -> Payoffs:
    assert found is not None
    return {payoff: count * found.factor for _, payoff, count in found.items()}


class _Fold:
    def __init__(self, game: Game, keep: frozenset[int]) -> None:
        self.game, self.keep = game, keep
        self.kept: dict[int, Payoffs] = {}
        count = len(game)
        light = {id(row): tuple([_light(x) for x in row]) for row in (*game.gain, *game.end)}  # whole numbers are fast
        self.gain = [light[id(row)] for row in game.gain]
        self.end = [light[id(row)] for row in game.end]
        self.sets: list[PayoffSet | None] = [None] * count
        self.uses = [0] * count
        for target in game.target:
            self.uses[target] += 1
        self.steps: list[dict[Vector, list[Step] | list[Picked]] | None] = [None] * count
        self.carried = [-1] * count
        self.tied: dict[int, tuple[int, ...]] = {}
        self.work = 0
        self.complete = True

    def run(self) -> Perfect:
        game = self.game
        roots = subgames(game) if game.sets else set()
        inside = {state for state in range(len(game)) if game.kind(state) != OUTCOME} - roots if roots else set()
        for state in range(len(game) - 1, -1, -1):
            if state in inside:
                continue
            if inside and any(game.target[edge] in inside for edge in game.edges(state)):
                self.sets[state] = self.through(state, roots)
            else:
                self.sets[state] = self.at(state)
            if state in self.keep:
                self.kept[state] = _counted(self.sets[state])
        last = self.sets[0]
        assert last is not None
        keys = {payoff: key for key, payoff, _ in last.items()}
        return Perfect(game, _counted(last), keys, self.tied, self.steps, self.carried, self.complete, self.kept)

    def at(self, state: int) -> PayoffSet:
        """Return the payoffs of a state whose successors all begin subgames."""
        game = self.game
        kind = game.kind(state)
        if kind == OUTCOME:
            return PayoffSet({self.end[state]: 1})
        edges = game.edges(state)
        ahead = [self.ahead(edge) for edge in edges]
        if kind == CHANCE:
            made = self.chance(state, ahead)
        elif len(game.owners(state)) > 1:
            made = self.joint(state, ahead)
        elif all(len(each) == 1 for each in ahead):  # as almost everywhere
            made = self.plain(state, ahead)
        else:
            made = self.choice(state, ahead)
        self.release(edges)
        if len(made) > MAX_PAYOFFS:
            raise _too_many(f"more than {MAX_PAYOFFS:,} different equilibrium payoffs from '{game.label(state)}' on")
        return made

    def ahead(self, edge: int) -> PayoffSet:
        found = self.sets[self.game.target[edge]]
        assert found is not None
        return found

    def release(self, edges: Sequence[int]) -> None:
        """Forget what no other state leads to."""
        for edge in edges:
            target = self.game.target[edge]
            self.uses[target] -= 1
            if not self.uses[target]:
                self.sets[target] = None

    def spent(self, work: int, state: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise _too_many(
                f"more than {MAX_WORK:,} combinations of equilibria to compare, the last at '{self.game.label(state)}'"
            )

    # --- decisions of one ------------------------------------------------------------------------------------------

    def plain(self, state: int, ahead: Sequence[PayoffSet]) -> PayoffSet:
        """Return what a choice comes to where each option has one payoff."""
        (owner,), first = self.game.owners(state), self.game.first[state]
        rows = []
        factor = 1
        for slot, each in enumerate(ahead):
            ((key, payoff, _),) = each.items(self.gain[first + slot])
            rows.append((key, payoff))
            if each.factor != 1:
                factor *= each.factor
        least = max([payoff[owner] for _, payoff in rows]) - self.game.slack[owner]
        kept = [(slot, key, payoff) for slot, (key, payoff) in enumerate(rows) if payoff[owner] >= least]
        if len(kept) == 1:
            ((slot, key, payoff),) = kept
            self.steps[state] = {payoff: [(slot, key)]}
            return PayoffSet({payoff: 1}, factor)
        self.tied[state] = tuple(slot for slot, _, _ in kept)
        return self.listed(state, [(payoff, 1, (slot, key)) for slot, key, payoff in kept], factor)

    def listed(self, state: int, found: Sequence[tuple[Vector, int, Step]], factor: int) -> PayoffSet:
        """Return a set of payoffs with their numbers, and remember how each comes about."""
        same = alike([payoff for payoff, _, _ in found], self.game.slack)
        rows: Payoffs = {}
        steps: dict[Vector, dict[Step, None]] = {}
        for payoff, count, step in found:
            key = same[payoff]
            rows[key] = rows.get(key, 0) + count
            steps.setdefault(key, {})[step] = None
        self.steps[state] = {key: list(ways) for key, ways in steps.items()}
        return PayoffSet(rows, factor)

    def choice(self, state: int, ahead: Sequence[PayoffSet]) -> PayoffSet:
        """Return what one actor's choice may come to: an option is chosen if no other is better for it."""
        largest = max(range(len(ahead)), key=lambda slot: len(ahead[slot]))
        if all(len(each) == 1 for slot, each in enumerate(ahead) if slot != largest):
            return self.handed_on(state, ahead, largest)
        (owner,), first = self.game.owners(state), self.game.first[state]
        tie = self.game.slack[owner]
        options = [list(each.items(self.gain[first + slot])) for slot, each in enumerate(ahead)]
        self.spent(sum(map(len, options)), state)
        ranked = []
        for rows in options:
            pairs = sorted(((payoff[owner], count) for _, payoff, count in rows), key=lambda pair: pair[0])
            ranked.append(([value for value, _ in pairs], list(accumulate(count for _, count in pairs))))
        found: list[tuple[Vector, int, Step]] = []
        for slot, rows in enumerate(options):
            for key, payoff, count in rows:
                ways = count
                for other, (values, counts) in enumerate(ranked):
                    if other != slot:
                        below = bisect_right(values, payoff[owner] + tie)
                        ways *= counts[below - 1] if below else 0
                    if not ways:
                        break
                if ways:
                    found.append((payoff, ways, (slot, key)))
        tied = _meeting([values for values, _ in ranked], tie)
        if tied:
            self.tied[state] = tied
        return self.listed(state, found, prod(each.factor for each in ahead))

    def handed_on(self, state: int, ahead: Sequence[PayoffSet], slot: int) -> PayoffSet:
        """Return what a choice comes to between one option with many payoffs and others with one each."""
        game, first = self.game, self.game.first[state]
        (owner,) = game.owners(state)
        tie = game.slack[owner]
        shared = self.uses[game.target[first + slot]] > 1
        if shared:
            self.spent(len(ahead[slot]), state)
        made = ahead[slot].copied() if shared else ahead[slot]
        made.factor = prod(each.factor for each in ahead)
        made.shift(self.gain[first + slot])
        self.carried[state] = slot
        rivals = []
        for other, each in enumerate(ahead):
            if other != slot:
                ((key, payoff, _),) = each.items(self.gain[first + other])
                rivals.append((other, key, payoff))
        if not rivals:
            return made
        least = max(payoff[owner] for _, _, payoff in rivals) - tie
        base, order = made.base(owner), made.order(owner)
        chosen = [
            (other, key, payoff, count)
            for other, key, payoff in rivals
            if payoff[owner] >= least and (count := order.upto(payoff[owner] + tie - base))
        ]
        met = [other for other, _, _, _ in chosen]
        if any(order.near(payoff[owner] - base, tie) is not None for _, _, payoff, _ in chosen):
            met.append(slot)
        if len(met) > 1:
            self.tied[state] = tuple(sorted(met))
        made.strike_below(owner, least - base)
        steps: dict[Vector, list[Step]] = {}
        for other, key, payoff, count in chosen:
            before = len(made)
            new = made.put(payoff, count, game.slack)
            if new not in steps:
                steps[new] = [] if len(made) > before else [(slot, new)]
            steps[new].append((other, key))
        for found in steps.values():
            found.sort(key=lambda step: step[0])
        self.steps[state] = dict(steps)
        return self.alone(state, made) if len(made) == 1 else made

    def alone(self, state: int, made: PayoffSet) -> PayoffSet:
        """Write the one payoff that is left in full."""
        ((key, payoff, count),) = made.items()
        known = self.steps[state]
        assert known is not None
        self.steps[state] = {payoff: known.get(key, [(self.carried[state], key)])}
        return PayoffSet({payoff: 1}, made.factor * count)

    # --- chance and joint decisions ---------------------------------------------------------------------------------

    def chance(self, state: int, ahead: Sequence[PayoffSet]) -> PayoffSet:
        """Combine what the branches give; a branch that is impossible counts, and weighs nothing."""
        game, first = self.game, self.game.first[state]
        factor = prod(each.factor for each in ahead)
        branches: list[tuple[int, Number, list[tuple[Vector, Vector, int]]]] = []
        for slot, each in enumerate(ahead):
            if game.p[first + slot] > 0:
                branches.append((slot, game.p[first + slot], list(each.items(self.gain[first + slot]))))
            else:
                factor *= sum(each.rows.values())
        p = [chance for _, chance, _ in branches]
        if all(len(rows) == 1 for _, _, rows in branches):
            payoff = game.expected([rows[0][1] for _, _, rows in branches], p)
            payoff = tuple([_light(x) for x in payoff])
            self.steps[state] = {payoff: [(slot, rows[0][0]) for slot, _, rows in branches]}
            return PayoffSet({payoff: 1}, factor)
        if game.exact:
            return self.mixed(state, branches, factor)
        combinations = prod(len(rows) for _, _, rows in branches)
        self.spent(combinations, state)
        found: list[tuple[Vector, int, Step]] = []
        for chosen in product(*(rows for _, _, rows in branches)):
            payoff = game.expected([each for _, each, _ in chosen], p)
            ways = prod(count for _, _, count in chosen)
            found += [
                (payoff, ways if not at else 0, (slot, key))
                for at, ((slot, _, _), (key, _, _)) in enumerate(zip(branches, chosen, strict=True))
            ]
        return self.listed(state, found, factor)

    def mixed(
        self, state: int, branches: Sequence[tuple[int, Number, list[tuple[Vector, Vector, int]]]], factor: int
    ) -> PayoffSet:
        """Combine branch after branch in rational numbers, so that combinations that give the same are one."""
        made: Payoffs = {(0,) * len(self.game.actors): 1}
        stages: list[dict[Vector, list[tuple[Vector, Vector]]]] = []
        for _, p, rows in branches:
            self.spent(len(made) * len(rows), state)
            mixed: Payoffs = {}
            came: dict[Vector, list[tuple[Vector, Vector]]] = {}
            for key, payoff, times in rows:
                share = [p * x for x in payoff]
                for partial, count in made.items():
                    total = tuple([_light(one + more) for one, more in zip(partial, share, strict=True)])
                    mixed[total] = mixed.get(total, 0) + count * times
                    came.setdefault(total, []).append((partial, key))
            stages.append(came)
            made = mixed
        steps: dict[Vector, list[Step]] = {}
        for payoff in made:
            here = {payoff}
            for (slot, _, _), came in zip(reversed(branches), reversed(stages), strict=True):
                pairs = [pair for each in here for pair in came[each]]
                steps.setdefault(payoff, []).extend((slot, key) for key in dict.fromkeys(key for _, key in pairs))
                here = {partial for partial, _ in pairs}
            self.spent(len(steps[payoff]), state)
            steps[payoff].sort(key=lambda step: step[0])
        self.steps[state] = dict(steps)
        return PayoffSet(made, factor)

    def joint(self, state: int, ahead: Sequence[PayoffSet]) -> PayoffSet:
        """Return what a joint decision may come to, for every combination of what its options lead to."""
        game, first = self.game, self.game.first[state]
        combinations = prod(len(each) for each in ahead)
        if combinations > MAX_SELECTIONS:
            raise _too_many(f"{combinations:,} combinations of equilibria behind the options of '{game.label(state)}'")
        options = [list(each.items(self.gain[first + slot])) for slot, each in enumerate(ahead)]
        found: list[tuple[Vector, int, Step]] = []
        met: set[int] = set()
        self.spent(combinations if combinations > 1 else 0, state)
        for chosen in product(*options):
            ways = prod(count for _, _, count in chosen)
            slots = adopted_slots(game, state, [payoff for _, payoff, _ in chosen])
            if len(slots) > 1:
                met.update(slots)
            found += [(chosen[slot][1], ways, (slot, chosen[slot][0])) for slot in slots]
        if met:
            self.tied[state] = tuple(sorted(met))
        return self.listed(state, found, prod(each.factor for each in ahead))

    # --- information sets ------------------------------------------------------------------------------------------

    def through(self, root: int, roots: set[int]) -> PayoffSet:
        """Solve what lies between a subgame and those inside it, for every selection of equilibria of the latter."""
        game = self.game
        trunk = Unrolled.of(game, root, roots)
        ahead = [self.sets[leaf] for leaf in trunk.leaves]
        options = [list(each.items()) for each in ahead if each is not None]
        selections = prod(map(len, options))
        if selections > MAX_SELECTIONS:
            raise _too_many(f"{selections:,} combinations of equilibria below '{game.label(root)}'")
        found: list[tuple[Vector, int, list[Picked]]] = []
        for selection in product(*options):
            self.spent(trunk.profiles // 8 if selections > 1 else 0, root)
            ways = prod(count for _, _, count in selection)
            keys = tuple(key for key, _, _ in selection)
            for payoff, stable in trunk.equilibria([each for _, each, _ in selection]).items():
                found.append((payoff, ways * stable.number, [Picked(trunk, keys, slots) for slots in stable.some]))
                self.complete = self.complete and stable.complete
        same = alike([payoff for payoff, _, _ in found], game.slack)
        rows: Payoffs = {}
        steps: dict[Vector, list[Picked]] = {}
        for payoff, count, picked in found:
            rows[same[payoff]] = rows.get(same[payoff], 0) + count
            steps.setdefault(same[payoff], []).extend(picked)
        self.steps[root] = dict(steps)
        return PayoffSet(rows, prod(each.factor for each in ahead if each is not None))


def _light(value: Number) -> Number:
    """Return a rational number that is whole as an integer: those add and compare much faster."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _meeting(own: Sequence[Sequence[Number]], tie: Number) -> tuple[int, ...]:
    """Return the options between which an actor may be indifferent, given its values of each in rising order."""
    least = max(values[0] for values in own) - tie
    found: dict[int, None] = {}
    for value in {value for values in own for value in values if value >= least}:
        slots = [
            slot
            for slot, values in enumerate(own)
            if (at := bisect_right(values, value + tie)) and values[at - 1] >= value - tie
        ]
        if len(slots) > 1:
            found.update(dict.fromkeys(slots))
    return tuple(sorted(found))


def adopted_slots(game: Game, state: int, vectors: Sequence[Vector]) -> list[int]:
    """Return which options several would adopt, given what each leads to: all that are equally good."""
    who = game.deciders[state]
    margin = max(game.slack[owner] for owner in who.owners)
    if who.rule == UNANIMOUS:
        return sorted(settle.tied(vectors, who, EXPECTED, margin))
    own = np.array([[vector[owner] for vector in vectors] for owner in who.owners], object if game.exact else float)
    equal = joint.adopted(own, who.fallback, margin, who.rule, who.votes)
    return [int(slot) for slot in np.flatnonzero(equal)]


def _too_many(what: str) -> BadArgument:
    return BadArgument(f"the forecast has {what}", "break ties with small differences, or look at a part of the tree")
