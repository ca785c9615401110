"""What several actors can do together: coalition moves by which all members gain, and ways from the status quo."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.conflicts.conflict_reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from planner.analyses.conflicts.conflict_answers import Rule
    from planner.analyses.conflicts.conflict_reach import Way
    from planner.core.graph_model import GraphModel

MOST_LOOKS = 20_000  # coalitions in states that are looked at
MOST_WORK = 30_000_000  # states times members, for each of them whose moves are followed
MOST_MOVES = 1_000


@dataclass(frozen=True, slots=True)
class CoalitionMove:
    """A move by which every member of a coalition gains, and that no part of it can bring about to its gain.

    Attributes:
        start: the state that the coalition leaves, by number.
        by: its members, by number.
        end: the state that it brings about.
        way: the moves, in turn.
        gain: everybody who prefers the end, whether a member or not.
        lose: everybody who prefers the start.
    """

    start: int
    by: tuple[int, ...]
    end: int
    way: tuple[tuple[int, int], ...]
    gain: tuple[int, ...]
    lose: tuple[int, ...]


def coalition_moves(model: GraphModel, states: Iterable[int], rule: Rule) -> tuple[list[CoalitionMove], bool]:
    """Return the coalition improvements from some states (Kilgour, Hipel, Fang and Peng 2001).

    A coalition moves by sequences in which nobody moves twice in a row, under the rule `repeated` by any sequences.

    Returns:
        the moves, by state and then by size of the coalition; and whether every coalition was looked at in every state.
    """
    search = _Search(model, "repeated" if rule == "repeated" else "legal", list(states))
    complete = search.run()
    return sorted(search.made, key=lambda move: (move.start, len(move.by), move.by, move.end)), complete


class _Search:
    """Looks at one coalition after the other, the smallest first."""

    def __init__(self, model: GraphModel, rule: Rule, states: Sequence[int]) -> None:
        self.model, self.rule, self.states = model, rule, states
        self.made: list[CoalitionMove] = []
        self.known: dict[tuple[int, int], list[frozenset[int]]] = {}  # (start, end) -> coalitions that bring it about
        self.better = {state: model.value > model.value[:, [state]] for state in states}
        for actor, moves in enumerate(model.improvements):
            for state in states:
                for end in moves.ends(state):
                    self.known.setdefault((state, end), []).append(frozenset([actor]))

    def run(self) -> bool:
        """Look as long as the limits allow; return whether that was everything."""
        looks = work = 0
        actors = range(len(self.model.actors))
        for by in (each for size in range(2, len(actors) + 1) for each in combinations(actors, size)):
            for state in self.states:
                looks += 1
                if looks > MOST_LOOKS:
                    return False
                wanted = np.asarray(self.better[state][list(by)].all(axis=0))
                if not wanted.any():
                    continue
                work += len(self.model) * len(by)
                if work > MOST_WORK or len(self.made) >= MOST_MOVES:
                    return False
                self.look(state, by, wanted)
        return True

    def look(self, state: int, by: tuple[int, ...], wanted: NDArray[np.bool_]) -> None:
        """Note where a coalition can move to the gain of all its members."""
        model = self.model
        found = reach({who: model.moves[who] for who in by}, state, rule=self.rule, states=len(model))
        members = frozenset(by)
        better = self.better[state]
        for end in np.flatnonzero(wanted & (found.distance > 0)).tolist():
            known = self.known.setdefault((state, end), [])
            if any(part < members for part in known):
                continue
            known.append(members)
            gain = tuple(np.flatnonzero(better[:, end]).tolist())
            lose = tuple(np.flatnonzero(model.value[:, end] < model.value[:, state]).tolist())
            self.made.append(CoalitionMove(state, by, end, tuple(found.way(end)), gain, lose))


@dataclass(frozen=True, slots=True)
class Course:
    """How a state can come about from the status quo.

    Attributes:
        end: the state.
        moves: the shortest way by any moves; None if there is none, empty at the status quo itself.
        improvements: the shortest way on which everybody who moves gains by its move.
    """

    end: int
    moves: Way | None
    improvements: Way | None


def courses(model: GraphModel, start: int, ends: Sequence[int]) -> list[Course]:
    """Return how each of several states can come about from the status quo (status quo analysis).

    The ways are sequences of moves of all actors in which nobody moves twice in a row (Li, Kilgour and Hipel 2005).
    """
    any_moves = reach(dict(enumerate(model.moves)), start, rule="legal", states=len(model))
    improving = reach(dict(enumerate(model.improvements)), start, rule="legal", states=len(model))
    near: NDArray[np.int32] = any_moves.distance
    better = improving.distance
    return [
        Course(
            end,
            [] if end == start else any_moves.way(end) if near[end] else None,
            [] if end == start else improving.way(end) if better[end] else None,
        )
        for end in ends
    ]
