"""What can follow the options of one decision once every other choice is made: states in levels, edges with chances.

Only what is possible is kept: one edge of each decision, and the branches that have a probability. So the numbers here
are those of a Markov chain without choices, and sweeps over it need to know nothing of actors and rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
END = np.iinfo(np.int32).max  # the level of all ends
OFF = 1e-12  # probabilities that miss 1 by more are brought to it: the checks let up to 1e-9 pass


@dataclass(frozen=True, eq=False)
class Followed:
    """The states that can follow a decision, in an order of their own: level by level, then all ends.

    Edges lead from a level to a later one or to an end; those of a state stand together, in the order of the states.

    Attributes:
        options: for each option of the decision, in file order, the state that it leads to.
        option_slot: for each option its unfolded edge.
        state: for each state here its number among the unfolded ones.
        levels: where each level begins, and at last where the ends begin.
        first_edge: for each state that is no end its first edge, and at last the number of edges.
        target: for each edge the state that it leads to.
        slot: for each edge the unfolded edge.
        p: for each edge the probability that it is taken where its state is reached; over a state they add up to 1.
    """

    options: Ints
    option_slot: Ints
    state: Ints = field(repr=False)
    levels: tuple[int, ...] = field(repr=False)
    first_edge: Ints = field(repr=False)
    target: Ints = field(repr=False)
    slot: Ints = field(repr=False)
    p: Floats = field(repr=False)

    @classmethod
    def of(cls, unfolded: Unfolded, state: int, follows: Sequence[Number]) -> Followed:
        """Lay out what follows the options of ``state``.

        Args:
            unfolded: the states.
            state: a decision's state.
            follows: for each unfolded edge the probability that it is taken where its state is reached.
        """
        option_slot = np.array(unfolded.slots(state), np.int64)
        level = _levels(unfolded, unfolded.target[option_slot].tolist(), follows)
        met = np.flatnonzero(level >= 0)
        order = np.argsort(level[met], kind="stable")
        states = met[order]
        place = np.full(len(unfolded), -1, np.int64)
        place[states] = np.arange(len(states))
        ranks = level[states]
        inner = int(np.searchsorted(ranks, END))
        _, starts = np.unique(ranks[:inner], return_index=True)
        first, degree = unfolded.first_edge[states[:inner]], np.diff(unfolded.first_edge)[states[:inner]]
        slot = ranges(first, degree)
        p = np.array([float(follows[edge]) for edge in slot.tolist()])
        source = np.repeat(np.arange(inner), degree)[p > 0]
        slot, p = slot[p > 0], p[p > 0]
        counts = np.bincount(source, minlength=inner)
        total = np.bincount(source, p, minlength=inner)[source]
        return cls(
            options=place[unfolded.target[option_slot]],
            option_slot=option_slot,
            state=states,
            levels=(*starts.tolist(), inner),
            first_edge=np.concatenate(([0], np.cumsum(counts))),
            target=place[unfolded.target[slot]],
            slot=slot,
            p=np.where(np.abs(total - 1) > OFF, p / total, p),
        )

    def __len__(self) -> int:
        return len(self.state)


def _levels(unfolded: Unfolded, targets: Sequence[int], follows: Sequence[Number]) -> Ints:
    """Return for each state how many steps at most lead to it from the options; -1 if none does, `END` at an end."""
    level = [-1] * len(unfolded)
    for target in targets:
        level[target] = 0
    first, to = unfolded.first_edge.tolist(), unfolded.target.tolist()
    for state, (start, stop) in enumerate(pairwise(first)):
        here = level[state]
        if here < 0:
            continue
        if start == stop:
            level[state] = END
        for edge in range(start, stop):
            if follows[edge] and level[to[edge]] <= here:
                level[to[edge]] = here + 1
    return np.array(level, np.int64)


def ranges(first: NDArray[np.integer], count: NDArray[np.integer]) -> Ints:
    """Return the numbers from each ``first`` on, as many as its ``count``, one range after the other.

    >>> ranges(np.array([10, 3]), np.array([2, 3])).tolist()
    [10, 11, 3, 4, 5]
    """
    before = np.cumsum(count) - count
    return np.asarray(np.repeat(first - before, count) + np.arange(int(count.sum())), np.int64)
