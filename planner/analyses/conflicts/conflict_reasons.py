"""Why an actor stays in a state or leaves it: its improvements, and the counter-moves that each of them meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.conflicts.conflict_answers import CONCEPTS, answered, keys
from planner.analyses.conflicts.conflict_reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.analyses.conflicts.conflict_answers import Concept, Ints, Rule
    from planner.analyses.conflicts.conflict_reach import Way
    from planner.core.graph_model import GraphModel

MOST_WORK = 30_000_000  # states times actors, for each improvement whose counter-moves are looked for


@dataclass(frozen=True, slots=True)
class Improvement:
    """A move that would make an actor better off, and the shortest counter-move of each kind that deters it.

    Attributes:
        end: where the move leads, by number.
        credible: moves of the others, each of which gains by it, that leave the actor no better off.
        possible: any moves of the others that do.
        inescapable: any moves of the others that do, and from whose end the actor cannot move to anything better.
    """

    end: int
    credible: Way | None
    possible: Way | None
    inescapable: Way | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one actor stays in one state, or does not.

    Attributes:
        actor: the actor, by number.
        state: the state, by number.
        stable: the concepts by which it stays.
        moves: whether it can move at all.
        improvements: every move that would make it better off.
    """

    actor: int
    state: int
    stable: tuple[Concept, ...]
    moves: bool
    improvements: tuple[Improvement, ...]


def reasons(
    model: GraphModel, states: Iterable[int], needed: Mapping[Concept, Ints], rule: Rule
) -> tuple[list[Reason], bool]:
    """Return why each actor stays in each of some states or does not, and whether all of them are there."""
    looking = _Looking(model, rule)
    most = MOST_WORK // (len(model) * len(model.actors))
    made: list[Reason] = []
    for state in states:
        for actor, moves in enumerate(model.moves):
            ends = model.improvements[actor].ends(state)
            if looking.looks + len(ends) > most:
                return made, False
            stays = tuple(each for each in CONCEPTS if needed[each][actor, state] <= model.value[actor, state])
            found = tuple(looking.improvement(actor, state, end) for end in ends)
            made.append(Reason(actor, state, stays, bool(moves.ends(state)), found))
    return made, True


class _Looking:
    """Looks for counter-moves where there are any: that is known for all states at once beforehand."""

    def __init__(self, model: GraphModel, rule: Rule) -> None:
        self.model, self.rule = model, rule
        self.known: dict[tuple[int, bool, bool], Ints] = {}
        self.keys = [keys(model, actor) for actor in range(len(model.actors))]
        self.looks = 0

    def improvement(self, actor: int, state: int, end: int) -> Improvement:
        self.looks += 1
        least = int(self.model.value[actor, state])
        return Improvement(
            end,
            credible=self.answer(actor, end, least, improving=True, escapes=False),
            possible=self.answer(actor, end, least, improving=False, escapes=False),
            inescapable=self.answer(actor, end, least, improving=False, escapes=True),
        )

    def answer(self, actor: int, end: int, least: int, *, improving: bool, escapes: bool) -> Way | None:
        """Return the shortest counter-move to a state that is no better than ``least``; None if there is none."""
        moves = self.model.improvements if improving else self.model.moves
        others = {at: each for at, each in enumerate(moves) if at != actor}
        key = self.keys[actor][escapes]
        place = (actor, improving, escapes)
        if place not in self.known:
            self.known[place] = answered(list(others.values()), key, self.rule)
        if self.known[place][end] > least:
            return None
        deters = key <= least
        found = reach(others, end, rule=self.rule, states=len(self.model), until=deters)
        distance = found.distance
        there = np.flatnonzero((distance > 0) & deters)
        return found.way(int(there[np.argmin(distance[there])]))
