"""The inverse question: which changes of an actor's ranking would make it stay in a state.

The concepts compare states with the one in question alone, and the answers of the others depend on their own rankings.
So an actor stays as soon as the state rises to a certain place of its order, everything else staying as it is; or as
soon as certain states are no longer better for it. Both are found here, the second with as few states as possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.conflicts.conflict_answers import CONCEPTS, keys
from planner.analyses.conflicts.conflict_reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.analyses.conflicts.conflict_answers import Concept, Ints, Rule
    from planner.core.graph_model import GraphModel

MOST_STEPS = 2_000  # of one search
MOST_ANSWERS = 300  # to one move that are tried
ALTERNATIVES = 3

Set = frozenset[int]


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest changes of one actor's ranking that make it stay in a state under a concept.

    Attributes:
        state: the state, by number.
        actor: whose ranking changes.
        concept: the concept under which it stays then.
        rise_to: the states that it must be at least as good as, if it alone rises in the ranking.
        passes: how many states it passes on the way there.
        not_better: smallest sets of states that must no longer be better than it; each set is enough by itself.
        proven: whether no smaller set is enough; False where the search was cut short.
    """

    state: int
    actor: int
    concept: Concept
    rise_to: tuple[int, ...]
    passes: int
    not_better: tuple[tuple[int, ...], ...]
    proven: bool


def changes(model: GraphModel, states: Iterable[int], needed: Mapping[Concept, Ints], rule: Rule) -> list[Change]:
    """Return what would make each actor stay in some states, for every actor and concept by which it does not.

    Args:
        model: the conflict.
        states: the states in question.
        needed: the levels of `planner.analyses.conflicts.conflict_answers.levels`.
        rule: whose counter-moves count.
    """
    made: list[Change] = []
    for state in states:
        for concept in CONCEPTS:
            for actor, own in enumerate(model.value):
                level = int(needed[concept][actor, state])
                if level <= own[state]:
                    continue
                choices, all_there = _choices(model, state, actor, concept, rule)
                sets, proven = _smallest(choices)
                rise = tuple(np.flatnonzero(own == level).tolist())
                passes = int(((own > own[state]) & (own < level)).sum())
                ways = tuple(tuple(sorted(each)) for each in sets)
                made.append(Change(state, actor, concept, rise, passes, ways, proven and all_there))
    return made


def _choices(model: GraphModel, state: int, actor: int, concept: Concept, rule: Rule) -> tuple[list[list[Set]], bool]:
    """Return for each move that nothing deters the sets of states any of which would do if it were no better.

    Also whether all answers to these moves were looked at.
    """
    own = model.value[actor]
    better = own > own[state]
    improving = concept in {"seq", "sseq"}
    moves = model.improvements if improving else model.moves
    others = {at: each for at, each in enumerate(moves) if at != actor}
    key = keys(model, actor)[1 if concept in {"smr", "sseq"} else 0]
    made: list[list[Set]] = []
    all_there = True
    for end in model.improvements[actor].ends(state):
        sets = [frozenset([end])]
        if concept != "nash":
            found = reach(others, end, rule=rule, states=len(model)).distance
            answers = np.flatnonzero(found > 0) if others else np.zeros(0, np.int64)
            if (key[answers] <= own[state]).any():
                continue  # this move is deterred already
            all_there &= len(answers) <= MOST_ANSWERS
            for answer in answers[:MOST_ANSWERS].tolist():
                after = {answer, *(model.moves[actor].ends(answer) if concept in {"smr", "sseq"} else ())}
                sets.append(frozenset(each for each in after if better[each]))
        made.append(_minimal(sets))
    return made, all_there


def _minimal(sets: Sequence[Set]) -> list[Set]:
    """Return the sets of which none holds another, the smallest first."""
    made: list[Set] = []
    for each in sorted(set(sets), key=lambda one: (len(one), sorted(one))):
        if not any(other <= each for other in made):
            made.append(each)
    return made


def _smallest(choices: Sequence[Sequence[Set]]) -> tuple[list[Set], bool]:
    """Return the smallest unions that hold one set of every list, a few of them; and whether that is sure.

    Depth first, the list with the fewest sets first; a branch that cannot be smaller than the best is left.
    """
    order = sorted(choices, key=len)
    best: dict[Set, None] = {}
    size = sum(len(sets[0]) for sets in order)
    steps = 0
    stack: list[tuple[int, Set]] = [(0, frozenset())]
    while stack:
        at, chosen = stack.pop()
        steps += 1
        if steps > MOST_STEPS:
            found = sorted(best, key=sorted) or [frozenset().union(*(sets[0] for sets in order))]
            return found[:ALTERNATIVES], False
        while at < len(order) and any(each <= chosen for each in order[at]):
            at += 1
        if len(chosen) > size:
            continue
        if at == len(order):
            if len(chosen) < size:
                best, size = {}, len(chosen)
            best[chosen] = None
            continue
        stack += [(at + 1, chosen | each) for each in reversed(order[at]) if len(chosen | each) <= size]
    return sorted(best, key=sorted)[:ALTERNATIVES], True
