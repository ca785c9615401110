"""The strategies of a scenario as a space: what is open, what is settled, what is possible.

A strategy says what is done at every open decision that it makes reachable, on every path that leads there: a state
that several paths share may be decided differently on each (full recall). So strategies are counted and combined as on
a tree, sums over options and products over branches, although every shared state is worked out once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from planner.core.plan import Plan, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.core.unfold import Unfolded

MOST_BITS = 332_000  # counts up to 100,000 digits are exact


@dataclass(frozen=True, eq=False)
class Space:
    """The states that some strategy reaches.

    Attributes:
        unfolded: all states.
        start: the state at which strategies begin.
        states: those reached from there, in topological order.
        open: for each state of ``unfolded``, whether a strategy chooses there.
        slots: for each state its edges: of an open decision the options, of a chance the branches that are possible, of
            a settled decision the one option that is taken. Empty for a state that is not reached.
        p: for each edge its probability, 1 for options.
        target: for each edge the state it leads to.
    """

    unfolded: Unfolded
    start: int
    states: Sequence[int] = field(repr=False)
    open: Sequence[bool] = field(repr=False)
    slots: Sequence[Sequence[int]] = field(repr=False)
    p: Sequence[float] = field(repr=False)
    target: Sequence[int] = field(repr=False)

    @property
    def decisions(self) -> list[int]:
        """The open decisions that some strategy reaches."""
        return [state for state in self.states if self.open[state]]

    @cached_property
    def counts(self) -> Mapping[int, int | None]:
        """For each state the exact number of strategies from there on; None where it has too many digits."""
        found: dict[int, int | None] = {}
        for state in reversed(self.states):
            ahead = [found[self.target[slot]] for slot in self.slots[state]]
            if any(count is None for count in ahead):
                found[state] = None
            elif self.open[state]:
                found[state] = sum(count for count in ahead if count is not None)
            else:
                found[state] = product(count for count in ahead if count is not None)
        return found

    @property
    def count(self) -> int | None:
        """The exact number of strategies; None if it has more than 100,000 digits."""
        return self.counts[self.start]

    @cached_property
    def digits(self) -> float:
        """The decimal logarithm of the number of strategies; infinite where even that is beyond the floats."""
        found: dict[int, float] = {}
        for state in reversed(self.states):
            ahead = [found[self.target[slot]] for slot in self.slots[state]]
            if self.open[state]:
                most = max(ahead)
                rest = math.fsum(10.0 ** (one - most) for one in ahead) if most < math.inf else 1.0
                found[state] = most + math.log10(rest)
            else:
                found[state] = sum(ahead)
        return found[self.start]

    @cached_property
    def nominal(self) -> int | None:
        """The number of ways to choose one option for every open decision, reached or not.

        A shared state counts once here: this is the number of strategies of somebody who forgets how it was reached
        and decides for all cases beforehand.
        """
        return product(len(self.slots[state]) for state in self.decisions)

    def plan(self, index: int) -> Plan:
        """Return a strategy by its number, 0 to ``count - 1``: in file order, the last decisions changing first."""
        return expand(self.start, index, self._step, self.target)

    def _step(self, state: int, index: int) -> list[tuple[int, int]]:
        """Return the edges that a strategy of a state follows, each with the strategy of the state it leads to."""
        slots = self.slots[state]
        counts = [self._known(self.target[slot]) for slot in slots]
        if self.open[state]:
            for slot, before, upto in zip(slots, accumulate([0, *counts]), accumulate(counts), strict=False):
                if index < upto:
                    return [(slot, index - before)]
            raise IndexError(f"state {state} has no strategy of this number")
        taken = []
        for slot, count in zip(reversed(slots), reversed(counts), strict=True):
            index, digit = divmod(index, count)
            taken.append((slot, digit))
        return taken[::-1]

    def _known(self, state: int) -> int:
        count = self.counts[state]
        assert count is not None
        return count


def product(factors: Iterable[int]) -> int | None:
    """Return the product, or None if it would have too many digits."""
    found = 1
    for factor in factors:
        found *= factor
        if found.bit_length() > MOST_BITS:
            return None
    return found


def space(unfolded: Unfolded, p: Sequence[Any], *, start: int = 0, settled: Mapping[int, int] | None = None) -> Space:
    """Return the space of strategies.

    Every open decision must be taken with full knowledge: `planner.core.rules.unsupported` finds those that are not.

    >>> from planner.core.binding import bind, environment
    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.core.unfold import unfold
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... nodes:
    ...   survey: {decision: Survey first?, options: {yes: {payoff: -10, to: news}, no: {to: site}}}
    ...   news: {chance: What does it say?, branches: {good: {p: 0.4, to: site}, bad: {p: rest, to: site}}}
    ...   site: {decision: Drill or sell?, options: {drill: {}, sell: {}}}
    ... '''))
    >>> unfolded = unfold(scenario)
    >>> bound = bind(unfolded, environment(scenario, {}))
    >>> found = space(unfolded, [bound.p[row] for row in bound.p_row.tolist()])
    >>> found.count, found.nominal
    (6, 4)

    Args:
        unfolded: the states.
        p: for each unfolded edge its probability; meaningless on options.
        start: the state at which strategies begin.
        settled: for each decision state that is no matter of choice the unfolded edge that is taken there.
    """
    settled = settled or {}
    first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
    kinds = [getattr(place, "kind", "outcome") for place in unfolded.places]
    place = unfolded.place.tolist()
    open_ = [False] * len(unfolded)
    slots: list[Sequence[int]] = [()] * len(unfolded)
    reached = bytearray(len(unfolded))
    reached[start] = 1
    states = []
    chances = [1.0] * len(target)
    for state in range(len(unfolded)):
        mine: Sequence[int] = range(first[state], first[state + 1])
        if kinds[place[state]] == "chance":
            chances[first[state] : first[state + 1]] = [float(p[slot]) for slot in mine]
        if not reached[state]:
            continue
        states.append(state)
        if kinds[place[state]] == "chance":
            mine = [slot for slot in mine if p[slot] > 0]
        elif state in settled:
            mine = [settled[state]]
        else:
            open_[state] = bool(mine)
        slots[state] = mine
        for slot in mine:
            reached[target[slot]] = 1
    return Space(unfolded, start, states, open_, slots, chances, target)
