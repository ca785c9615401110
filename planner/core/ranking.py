"""The best strategies, found without listing the others.

A strategy of an open decision is an option and a strategy of what follows; one of a chance is a strategy of every
branch that is possible. A chance is worth the more, the more each branch is worth, under every criterion here, so its
next best strategy differs from one found before by one step down in one branch (Huang and Chiang 2005, Better k-best
parsing, algorithm 3, on and-or graphs). Every shared state is ranked once, and only as far as it is asked.

Nothing here calls itself: a chain of a million states works.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from planner.core.plan import Plan, expand
from planner.core.settle import certainty_equivalent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.core.space import Space

Choice = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """How the worth of branches comes together at a chance. More is better.

    Attributes:
        kind: mean, worst or best.
        equal: whether branches count as equally likely.
        tolerance: with mean, the constant absolute risk tolerance; None for neutral.
    """

    kind: str = "mean"
    equal: bool = False
    tolerance: float | None = None

    def weights(self, p: Sequence[float]) -> Sequence[float]:
        """Return the weights of branches that are possible."""
        return [1.0 / len(p)] * len(p) if self.equal else p

    def join(self, values: Sequence[float], weights: Sequence[float]) -> float:
        """Return what a chance is worth."""
        if self.kind == "worst":
            return min(values)
        if self.kind == "best":
            return max(values)
        if self.tolerance is not None:
            return certainty_equivalent(values, weights, self.tolerance)
        return sum([weight * value for weight, value in zip(weights, values, strict=True)])

    @property
    def linear(self) -> bool:
        """Whether a change in one branch counts by its weight, whatever the others are worth."""
        return self.kind == "mean" and self.tolerance is None


class _Front:
    """The strategies of one state found so far, the best first, and the candidates for the next one.

    An entry is (worth, choice). The choice of an open decision is one pair, the number of the option and the rank of
    what follows; that of a chance has such a pair for every branch that does not go on with its best.
    """

    __slots__ = ("candidates", "done", "found", "pending")

    def __init__(self, first: tuple[float, Choice]) -> None:
        self.found = [first]
        self.candidates: list[tuple[float, Choice]] = []
        self.pending: list[Choice] | None = None  # successors of the last entry found that nobody looked at yet
        self.done = False


class Ranking:
    """The strategies of a space, the best first; ties in file order as far as numbers are equal to the last digit.

    >>> from planner.core.space import Space  # look first at the cost of 1, or choose 5 or 3 at once
    >>> states, open_, slots = [0, 1, 2, 3], [True, False, True, False], [[0, 1], [2, 3], [4, 5], []]
    >>> space = Space(None, 0, states, open_, slots, [1, 1, 0.5, 0.5, 1, 1], [1, 2, 2, 3, 3, 3])
    >>> [worth for worth, _ in Ranking(space, Worth(), gain=[-1, 0, 0, 0, 5, 3], end=[0, 0, 0, 0])]
    [5.0, 3.0, 1.5, 0.5]

    Args:
        space: what there is to choose.
        worth: how branches come together.
        gain: for each unfolded edge what it adds.
        end: for each state what it adds if a path ends there.
        margin: the difference below which two numbers count as equal.
    """

    def __init__(
        self, space: Space, worth: Worth, *, gain: Sequence[float], end: Sequence[float], margin: float = 0.0
    ) -> None:
        self.space, self.worth, self.gain, self.end, self.margin = space, worth, gain, end, margin
        self.first: dict[int, float] = {}  # for each state the worth of its best strategy
        self.option: dict[int, int] = {}  # for each open decision the number of the option that this takes
        self.fronts: dict[int, _Front] = {}
        self._first_of_all()

    def __iter__(self) -> Iterator[tuple[float, int]]:
        """Yield (worth, rank) of every strategy, the best first; `plan` spells it out."""
        rank = 0
        while self._has(self.space.start, rank):
            yield self._worth(self.space.start, rank), rank
            rank += 1

    def plan(self, rank: int) -> Plan:
        """Return the strategy of a rank that was met; 0 is the best."""
        return expand(self.space.start, rank, self._step, self.space.target)

    def _step(self, state: int, rank: int) -> list[tuple[int, int]]:
        slots = self.space.slots[state]
        choice = self._choice(state, rank)
        if self.space.open[state]:
            ((at, following),) = choice
            return [(slots[at], following)]
        ranks = dict(choice)
        return [(slot, ranks.get(at, 0)) for at, slot in enumerate(slots)]

    # --- the best of every state -------------------------------------------------------------------------------------

    def _first_of_all(self) -> None:
        space, first, gain = self.space, self.first, self.gain
        for state in reversed(space.states):
            slots = space.slots[state]
            if not slots:
                first[state] = float(self.end[state])
                continue
            values = [first[space.target[slot]] + gain[slot] for slot in slots]
            if space.open[state]:
                least = max(values) - self.margin
                self.option[state] = next(at for at, value in enumerate(values) if value >= least)
                first[state] = values[self.option[state]]
            else:
                first[state] = self.worth.join(values, self._weights(state))

    def _weights(self, state: int) -> Sequence[float]:
        return self.worth.weights([self.space.p[slot] for slot in self.space.slots[state]])

    # --- the next ones -----------------------------------------------------------------------------------------------

    def _has(self, state: int, rank: int) -> bool:
        """Find strategies of a state until the one of this rank is known; return whether there is one."""
        if rank == 0:
            return True
        front = self._front(state)
        while len(front.found) <= rank and not front.done:
            self._find_next(state)
        return len(front.found) > rank

    def _worth(self, state: int, rank: int) -> float:
        return self.first[state] if rank == 0 else self.fronts[state].found[rank][0]

    def _choice(self, state: int, rank: int) -> Choice:
        if rank:
            return self.fronts[state].found[rank][1]
        return ((self.option[state], 0),) if self.space.open[state] else ()

    def _value(self, state: int, at: int, rank: int) -> float:
        """Return the worth of going on behind one edge with the strategy of a rank that is known."""
        slot = self.space.slots[state][at]
        return self._worth(self.space.target[slot], rank) + self.gain[slot]

    def _front(self, state: int) -> _Front:
        front = self.fronts.get(state)
        if front is None:
            front = self.fronts[state] = _Front((self.first[state], self._choice(state, 0)))
            if self.space.open[state]:
                others = [at for at in range(len(self.space.slots[state])) if at != self.option[state]]
                front.candidates = [(-self._value(state, at, 0), ((at, 0),)) for at in others]
                heapify(front.candidates)
        return front

    def _find_next(self, state: int) -> None:
        """Find one more strategy of a state, or learn that there is none."""
        stack = [state]
        while stack:
            front = self._front(stack[-1])
            wanted = self._look_at_successors(stack[-1], front)
            if wanted is not None:
                stack.append(wanted)
                continue
            if front.candidates:
                worth, choice = heappop(front.candidates)
                front.found.append((-worth, choice))
                front.pending = None
            else:
                front.done = True
            stack.pop()

    def _look_at_successors(self, state: int, front: _Front) -> int | None:
        """Make candidates of the successors of the last strategy found; return a state that must go on first."""
        worth, choice = front.found[-1]
        if front.pending is None:
            front.pending = self._successors(state, choice)
        while front.pending:
            following = front.pending[-1]
            at, rank = following[-1]
            ahead = self.space.target[self.space.slots[state][at]]
            known = self._front(ahead)
            if len(known.found) > rank:
                heappush(front.candidates, (-self._candidate(state, worth, following), following))
            elif not known.done:
                return ahead
            front.pending.pop()
        return None

    def _successors(self, state: int, choice: Choice) -> list[Choice]:
        """Return the choices that follow from this one alone: one step down, in its last branch or a later one."""
        *before, (last, rank) = choice or ((-1, 0),)
        found = [(*before, (last, rank + 1))] if choice else []
        if not self.space.open[state]:
            found += [(*choice, (at, 1)) for at in range(last + 1, len(self.space.slots[state]))]
        return found

    def _candidate(self, state: int, worth: float, choice: Choice) -> float:
        """Return the worth of a choice that is one step down from one of this worth."""
        at, rank = choice[-1]
        if self.space.open[state]:
            return self._value(state, at, rank)
        if self.worth.linear:
            slots = self.space.slots[state]
            weight = 1.0 / len(slots) if self.worth.equal else self.space.p[slots[at]]
            return worth + weight * (self._value(state, at, rank) - self._value(state, at, rank - 1))
        ranks = dict(choice)
        values = [self._value(state, each, ranks.get(each, 0)) for each in range(len(self.space.slots[state]))]
        return self.worth.join(values, self._weights(state))
