"""What several actors can bring about together from a state, and by which moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.conflicts.conflict_answers import Rule
    from planner.core.graph_moves import Moves

Ints = NDArray[np.int32]
Way = list[tuple[int, int]]  # (actor, the state that it moves to), in turn


@dataclass(frozen=True, eq=False)
class Reach:
    """The states that actors reach from one state, breadth first.

    Attributes:
        start: the state that they leave.
        rule: what sequences of moves count.
        level: actor -> (states,): after how many moves its own move leads there at the earliest; 0 where it never does.
        origin: actor -> (states,): where that move starts.
    """

    start: int
    rule: Rule
    level: Mapping[int, Ints] = field(repr=False)
    origin: Mapping[int, Ints] = field(repr=False)

    @property
    def distance(self) -> Ints:
        """Return for each state the least number of moves that lead there; 0 where none do, and at the start."""
        if not self.level:
            return np.zeros(0, np.int32)
        rows = np.stack(list(self.level.values()))
        least = np.where(rows > 0, rows, np.iinfo(np.int32).max).min(axis=0)
        found = np.where((rows > 0).any(axis=0), least, 0).astype(np.int32)
        found[self.start] = 0
        return found

    def way(self, end: int) -> Way:
        """Return the shortest sequence of moves to a state that is reached; of several, that of the first actors."""
        made: Way = []
        state = end
        step = min(int(row[end]) for row in self.level.values() if row[end])
        last: int | None = None
        while step:
            actor = next(
                who
                for who, row in self.level.items()
                if row[state] == step and (who != last or self.rule == "repeated")
            )
            made.append((actor, state))
            state, last = int(self.origin[actor][state]), actor
            step -= 1
        return made[::-1]


def reach(
    moves: Mapping[int, Moves], start: int, *, rule: Rule, states: int, until: NDArray[np.bool_] | None = None
) -> Reach:
    """Return what actors reach from a state by the sequences of moves that a rule allows.

    Args:
        moves: actor -> the moves that it may take part with.
        start: the state that they leave.
        rule: `legal`, `single` or `repeated`; see `planner.analyses.conflicts.conflict_answers`.
        states: how many states there are.
        until: stop with the first of these states that is reached.
    """
    level = {who: np.zeros(states, np.int32) for who in moves}
    origin = {who: np.zeros(states, np.int32) for who in moves}
    done = {who: np.zeros(states, bool) for who in moves}
    front = {who: np.array([start]) for who in moves}
    step = 0
    while any(map(len, front.values())) and not (rule == "single" and step):
        step += 1
        new: dict[int, NDArray[np.int64]] = {}
        for who, own in moves.items():
            done[who][front[who]] = True
            sources, targets = own.ends_of(front[who])
            fresh = level[who][targets] == 0
            ends, first = np.unique(targets[fresh], return_index=True)
            level[who][ends] = step
            origin[who][ends] = sources[fresh][first]
            new[who] = ends
        if until is not None and any(until[ends].any() for ends in new.values()):
            break
        for who in moves:
            arrived = [ends for other, ends in new.items() if other != who or rule == "repeated"]
            came = np.unique(np.concatenate([np.zeros(0, np.int64), *arrived]))
            front[who] = came[~done[who][came]]
    return Reach(start, rule, level, origin)
