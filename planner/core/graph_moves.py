"""The unilateral moves of one actor, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from planner.core.conflict import Conflict
    from planner.core.graph_states import States

_BLOCK = 4_000_000  # pairs that are looked at in one go
_MOST_PAIRS = 200_000_000

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Moves:
    """An actor's moves, in order of their start and end.

    Attributes:
        first: offsets into ``target``, one more than states: the moves from state ``s`` are ``first[s]`` to
            ``first[s + 1]``.
        target: where each move leads.
    """

    first: Longs = field(repr=False)
    target: Longs = field(repr=False)

    @classmethod
    def of(cls, states: int, pairs: Longs) -> Moves:
        """Make moves of (start, end) rows; those that stand twice count once."""
        codes = np.unique(pairs[:, 0] * states + pairs[:, 1])
        source, target = np.divmod(codes, states)
        return cls(np.concatenate([[0], np.cumsum(np.bincount(source, minlength=states))]), target)

    def __len__(self) -> int:
        return len(self.target)

    @cached_property
    def source(self) -> Longs:
        """Where each move starts."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def ends(self, state: int) -> list[int]:
        """Return where a state's moves lead."""
        found: list[int] = self.target[self.first[state] : self.first[state + 1]].tolist()
        return found

    def ends_of(self, states: Longs) -> tuple[Longs, Longs]:
        """Return starts and ends of the moves from several states."""
        counts = self.first[states + 1] - self.first[states]
        shift = np.repeat(self.first[states] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return np.repeat(states, counts), self.target[shift + np.arange(counts.sum())]

    def where(self, keep: NDArray[np.bool_]) -> Moves:
        """Return some of the moves."""
        kept = np.concatenate([[0], np.cumsum(keep)])
        return Moves(kept[self.first], self.target[keep])

    def least(self, amounts: Ints, nothing: int) -> Ints:
        """Return for each state the smallest amount among where it can move; ``nothing`` where it has no move.

        Args:
            amounts: an amount for each state.
            nothing: what stands for no move.
        """
        return self._folded(np.minimum, amounts, nothing)

    def most(self, amounts: Ints, nothing: int) -> Ints:
        """Return for each state the largest amount among where it can move; ``nothing`` where it has no move."""
        return self._folded(np.maximum, amounts, nothing)

    def _folded(self, fold: np.ufunc, amounts: Ints, nothing: int) -> Ints:
        if not len(self):
            return np.full(len(self.first) - 1, nothing, np.int32)
        given = np.append(amounts[self.target], np.int32(nothing)).astype(np.int32)
        found = fold.reduceat(given, self.first[:-1])
        return np.where(np.diff(self.first) > 0, found, np.int32(nothing)).astype(np.int32)


def option_moves(states: States, conflict: Conflict, actor: str, *, limit: int) -> Moves | None:
    """Return the moves by which an actor changes its own options and those of nobody else.

    A state that stands for several combinations of options is left and entered as any of them. None if there are more
    moves than the limit.
    """
    codes, count = states.combinations.codes, len(states)
    merged = len(codes) > count
    own = [at for at, option in enumerate(conflict.all_options) if option.actor == actor]
    mask = sum(1 << at for at in own)
    if not mask:
        return Moves.of(count, np.zeros((0, 2), np.int64))
    stays = sum(1 << at for at in own if conflict.all_options[at].irreversible == "taken")
    gone = sum(1 << at for at in own if conflict.all_options[at].irreversible == "dropped")
    others = codes & ~np.int64(mask)
    order = np.argsort(others, kind="stable")
    start = np.flatnonzero(np.diff(others[order], prepend=-1))
    sizes = np.diff(np.append(start, len(order)))
    found: list[Longs] = []
    total = 0
    per_group = np.repeat(sizes, sizes)  # for each combination, how many it can be compared with
    group_start = np.repeat(start, sizes)
    if int(per_group.sum()) > _MOST_PAIRS:
        return None
    for begin, end in _blocks(per_group):
        counts = per_group[begin:end]
        one = np.repeat(np.arange(begin, end), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        other = np.repeat(group_start[begin:end], counts) + within
        source, target = codes[order[one]], codes[order[other]]
        allowed = (source & ~target & stays == 0) & (target & ~source & gone == 0)
        starts, ends = states.state[order[one]], states.state[order[other]]
        allowed &= starts != ends
        pairs = starts[allowed] * count + ends[allowed]
        found.append(np.unique(pairs) if merged else pairs)
        total += len(found[-1])
        if total > (2 * limit if merged else limit):  # of merged states, two blocks may have the same moves
            return None
    pairs = np.concatenate(found)
    return Moves.of(count, np.stack(np.divmod(pairs, count), axis=1))


def _blocks(counts: Longs) -> list[tuple[int, int]]:
    """Return stretches of combinations that have about `_BLOCK` pairs each."""
    sums = np.cumsum(counts)
    ends = np.searchsorted(sums, np.arange(_BLOCK, int(sums[-1]) + _BLOCK, _BLOCK), side="left") + 1
    ends = np.unique(np.minimum(ends, len(counts)))
    return list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
