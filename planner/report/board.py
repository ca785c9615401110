"""What every state is worth under an evaluation, for the pictures and the paths of a report.

An `Evaluation` gives values at decisions and outcomes; a drawn tree needs them at every node. They come from the same
fold-back, repeated here with the evaluation's own settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from planner.core.rule import Rule
from planner.core.solve import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.evaluate import Evaluation
    from planner.core.model import Edge
    from planner.core.solve import Solution
    from planner.core.unfold import Unfolded

_NO_LIMIT = 2**31  # the evaluation has unfolded the scenario already


@dataclass(frozen=True, eq=False)
class Board:
    """The unfolded scenario with its numbers; actors in file order."""

    solution: Solution

    @property
    def unfolded(self) -> Unfolded:
        """The states and edges."""
        return self.solution.unfolded

    @cached_property
    def source(self) -> list[int]:
        """For each unfolded edge the state that it leaves."""
        return [state for state in range(len(self.unfolded)) for _ in self.unfolded.slots(state)]

    def edge(self, slot: int) -> Edge:
        """Return the scenario's edge of an unfolded edge."""
        return self.unfolded.edges[int(self.unfolded.edge[slot])]

    def target(self, slot: int) -> int:
        """Return the state that an unfolded edge leads to."""
        return int(self.unfolded.target[slot])

    def chance(self, slot: int) -> float | None:
        """Return a branch's probability; None for an option."""
        if self.unfolded.kind(self.source[slot]) == "decision":
            return None
        return float(self.solution.p[slot])

    def goes(self, slot: int) -> bool:
        """Return whether the strategy, or chance, can take an edge."""
        return self.solution.follows[slot] > 0

    def gain(self, slot: int) -> list[float]:
        """Return the value that an edge adds, for each actor."""
        sense = self.solution.worth.sense
        return [sense * float(gain) for gain in self.solution.gain[self.solution.bound.edge_row[slot]]]

    def total(self, before: Sequence[float], state: int) -> tuple[float, ...]:
        """Return each actor's value of a path that gained ``before`` and reaches ``state``."""
        return tuple(gained + float(value) for gained, value in zip(before, self.solution.value(state), strict=True))


def board(evaluation: Evaluation) -> Board:
    """Return the numbers behind ``evaluation`` at every state."""
    rule = Rule.parse(evaluation.rule)
    given = overrides(evaluation)
    return Board(solve(evaluation.scenario, overrides=given, rule=rule, max_states=_NO_LIMIT))


def overrides(evaluation: Evaluation) -> dict[str, float]:
    """Return the parameters that the evaluation replaced, as numbers."""
    given = evaluation.settings.get("set") or {}
    return {name: float(Fraction(value) if isinstance(value, str) else value) for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class WorstPath:
    """The path that gives an actor the least under the strategy: its edges, probability and values by actor."""

    edges: tuple[str, ...]
    outcome: str
    probability: float
    values: tuple[float, ...]


def worst_path(made: Board, actor: int) -> WorstPath:
    """Return the path under the strategy that is worst for an actor, found without listing the others.

    The least value from each state on is worked out backwards; of equally bad edges the first counts.
    """
    unfolded, sense = made.unfolded, made.solution.worth.sense
    least = [0.0] * len(unfolded)
    way = [-1] * len(unfolded)
    for state in reversed(range(len(unfolded))):
        slots = unfolded.slots(state)
        if not slots:
            least[state] = sense * float(made.solution.value(state)[actor])
            continue
        worth = {slot: sense * made.gain(slot)[actor] + least[made.target(slot)] for slot in slots if made.goes(slot)}
        way[state] = min(worth, key=lambda slot: (worth[slot], slot))
        least[state] = worth[way[state]]
    state, probability = 0, 1.0
    gained = [0.0] * len(made.solution.worth.base)
    edges = []
    while way[state] >= 0:
        slot = way[state]
        probability *= float(made.solution.follows[slot])
        gained = [before + more for before, more in zip(gained, made.gain(slot), strict=True)]
        edges.append(made.edge(slot).path)
        state = made.target(slot)
    outcome = unfolded.place_ids[int(unfolded.place[state])]
    return WorstPath(tuple(edges), outcome, probability, made.total(gained, state))
