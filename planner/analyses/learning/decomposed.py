"""What one decider's scenario is worth with all events known, without going through all their joint outcomes.

With everything known the value of a state is a number that depends on how the events turn out, and over these it has a
distribution. A decision takes the largest of its options' values: where the options have no event in common, these are
independent, and the distribution of the largest is the product of their distribution functions. Events that stand below
several options are held at each of their branches in turn, as long as that is needed and no longer (conditioning, as in
Pearl 1988, Probabilistic Reasoning in Intelligent Systems). A chance node whose event is known mixes the
distributions of its branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import kernels
from planner.core.beliefs import chance_of
from planner.core.known import edges_of
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.analyses.learning.events import Event
    from planner.analyses.learning.foresight import Foresight

Floats = NDArray[np.float64]
Held = tuple[int, ...]  # the branches at which some events are held

MOST_CASES = 60_000  # states times the ways in which events are held there
MOST_POINTS = 20_000  # of one distribution
SAME = 1e-12  # values closer than this, measured by the largest on the board, are one


class TooWideError(Exception):
    """The scenario does not come apart far enough."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution of values: distinct ones in rising order, and their probabilities."""

    values: Floats
    chances: Floats

    def shifted(self, by: float) -> Spread:
        """Return the distribution of the value and something more."""
        return Spread(self.values + by, self.chances)


def worth_of_all(foresight: Foresight, events: Sequence[Event], actor: int) -> float:
    """Return what the start is worth, oriented, to the actor who takes all decisions and knows all events.

    Raises:
        TooWideError: too many events stand below several options at once.
    """
    return _Apart(foresight, events, actor).run()


class _Apart:
    def __init__(self, foresight: Foresight, events: Sequence[Event], actor: int) -> None:
        self.foresight, self.events, self.actor = foresight, events, actor
        self.solution, self.unfolded = foresight.solution, foresight.unfolded
        self.met = {state: at for at, event in enumerate(events) for state in event.states}
        self.told = {state: at for at, event in enumerate(events) for state in event.listeners}
        self.slots = self.reached(foresight.start)
        self.states = sorted(self.slots)
        self.apart = SAME * float(self.solution.margin[actor]) / kernels.TIE
        self.below = self.events_below()
        self.held, self.shared = self.events_held()
        self.spreads: dict[int, dict[Held, Spread]] = {}

    def run(self) -> float:
        """Work from the ends to the start."""
        cases = sum(
            prod(len(self.events[at].possible) for at in self.held[state] | self.shared[state]) for state in self.states
        )
        if cases > MOST_CASES:
            raise TooWideError
        for state in reversed(self.states):
            self.spreads[state] = {case: self.spread(state, case) for case in self.cases(self.held[state])}
        found = self.spreads[self.foresight.start][()]
        risk = self.foresight.tolerance[self.actor]
        if risk is None:
            return float(found.values @ found.chances)
        return float(kernels.certainty_equivalent(found.values, found.chances, risk))

    # --- which events matter where -----------------------------------------------------------------------------

    def reached(self, start: int) -> dict[int, list[int]]:
        """Return for each state that may be reached the edges that may be taken there."""
        found: dict[int, list[int]] = {}
        stack = [start]
        while stack:
            state = stack.pop()
            if state not in found:
                found[state] = self.open_slots(state)
                stack += (self.target(slot) for slot in found[state])
        return found

    def open_slots(self, state: int) -> list[int]:
        """Return the edges of a state that may be taken."""
        slots = self.unfolded.slots(state)
        if state in self.met:
            return [slots[at] for at in self.events[self.met[state]].possible]
        return [slot for slot in slots if self.solution.p[slot] > 0]

    def events_below(self) -> dict[int, frozenset[int]]:
        """Return for each state the events on which its value may depend."""
        below: dict[int, frozenset[int]] = {}
        for state in reversed(self.states):
            own = {self.met[state]} if state in self.met else set()
            own |= {self.told[state]} if state in self.told else set()
            below[state] = frozenset(own).union(*(below[self.target(slot)] for slot in self.slots[state]))
        return below

    def events_held(self) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]]]:
        """Return the events at whose branches a state's value is wanted, and those that it must hold for itself."""
        held = dict.fromkeys(self.states, frozenset[int]())
        shared = {}
        for state in self.states:
            parts = [self.below[self.target(slot)] for slot in self.slots[state]]
            own: set[int] = set()
            if state not in self.met and len(parts) > 1:
                if self.solution.who(state).kind == DECISION:
                    seen: set[int] = set()
                    for part in parts:
                        own |= seen & part
                        seen |= part
                else:  # the mean of several values is a number only where nothing is left open
                    own = set().union(*parts) | ({self.told[state]} if state in self.told else set())
            shared[state] = frozenset(own)
            for slot, part in zip(self.slots[state], parts, strict=True):
                held[self.target(slot)] |= (held[state] | own) & part
        return held, shared

    def target(self, slot: int) -> int:
        """Return the state that an edge leads to."""
        return int(self.unfolded.target[slot])

    def cases(self, held: frozenset[int]) -> Iterator[Held]:
        """Yield the ways in which events may turn out, in their order."""
        return product(*(self.events[at].possible for at in sorted(held)))

    # --- distributions -----------------------------------------------------------------------------------------

    def spread(self, state: int, case: Held) -> Spread:
        """Return the distribution of a state's value with some events held."""
        held = dict(zip(sorted(self.held[state]), case, strict=True))
        free = self.shared[state] - held.keys()
        if not free:
            return self.with_held(state, held)
        parts, weights = [], []
        for more in self.cases(free):
            also = dict(zip(sorted(free), more, strict=True))
            parts.append(self.with_held(state, held | also))
            weights.append(prod(self.events[at].prior[branch] for at, branch in also.items()))
        return self.mixed(parts, weights)

    def with_held(self, state: int, held: dict[int, int]) -> Spread:
        """Return the distribution of a state's value with all events held that its parts have in common."""
        slots = self.slots[state]
        if not slots:
            return Spread(np.array([float(self.solution.channels[state][self.actor])]), np.ones(1))
        if state in self.met:
            event, at = self.events[self.met[state]], self.met[state]
            if at in held:
                return self.behind(slots[event.possible.index(held[at])], held)
            parts = [self.behind(slot, held) for slot in slots]
            return self.mixed(parts, [event.prior[branch] for branch in event.possible])
        parts = [self.behind(slot, held) for slot in slots]
        if len(parts) == 1:
            return parts[0]
        if self.solution.who(state).kind == DECISION:
            return self.largest(parts)
        return self.mean(parts, self.chances(state, held))

    def behind(self, slot: int, held: dict[int, int]) -> Spread:
        """Return the distribution of what an edge leads to, its own gain included."""
        target = self.target(slot)
        gain = float(self.solution.gain[self.solution.bound.edge_row[slot]][self.actor])
        wanted = sorted(self.held[target])
        free = self.held[target] - held.keys()  # held for the sake of others that lead there
        if not free:
            return self.spreads[target][tuple(held[at] for at in wanted)].shifted(gain)
        parts, weights = [], []
        for more in self.cases(free):
            also = held | dict(zip(sorted(free), more, strict=True))
            parts.append(self.spreads[target][tuple(also[at] for at in wanted)].shifted(gain))
            weights.append(prod(self.events[at].prior[also[at]] for at in free))
        return self.mixed(parts, weights)

    def chances(self, state: int, held: dict[int, int]) -> list[float]:
        """Return the probabilities of a chance state whose event is not known, or of news about a known event."""
        slots = self.slots[state]
        if state not in self.told:
            return [float(self.solution.p[slot]) for slot in slots]
        node, event = self.unfolded.node(state), self.events[self.told[state]]
        assert node is not None
        assert node.observe is not None
        true = [float(at == held[self.told[state]]) for at in range(len(event.branches))]
        words = dict(zip(self.unfolded.slots(state), edges_of(self.unfolded, state), strict=True))
        likely = (
            self.foresight.likelihoods.of(node.observe, event.branches, self.unfolded.edges[words[slot]].id)
            for slot in slots
        )
        return [float(chance_of(true, row)) for row in likely]

    def mixed(self, parts: Sequence[Spread], weights: Sequence[float]) -> Spread:
        """Return the distribution that is one of several, with these probabilities."""
        values = np.concatenate([part.values for part in parts])
        chances = np.concatenate([part.chances * weight for part, weight in zip(parts, weights, strict=True)])
        order = np.argsort(values, kind="stable")
        values, chances = values[order], chances[order]
        first = np.concatenate(([True], np.diff(values) > self.apart))
        if first.sum() > MOST_POINTS:
            raise TooWideError
        return Spread(values[first], np.add.reduceat(chances, np.flatnonzero(first)))

    def largest(self, parts: Sequence[Spread]) -> Spread:
        """Return the distribution of the largest of independent values."""
        values = np.unique(np.concatenate([part.values for part in parts]))
        below = np.ones(len(values))
        for part in parts:
            sums = np.concatenate(([0.0], np.cumsum(part.chances)))
            sums[-1] = 1.0
            below *= sums[np.searchsorted(part.values, values, side="right")]
        chances = np.diff(below, prepend=0.0)
        kept = chances > 0
        return self.mixed([Spread(values[kept], chances[kept])], [1.0])

    def mean(self, parts: Sequence[Spread], weights: Sequence[float]) -> Spread:
        """Return what several certain values are worth together where it is not known which of them comes."""
        values = np.array([float(part.values @ part.chances) for part in parts])
        risk = self.foresight.tolerance[self.actor]
        chances = np.array(weights)
        worth = values @ chances if risk is None else kernels.certainty_equivalent(values, chances, risk)
        return Spread(np.array([float(worth)]), np.ones(1))
