"""How well an actor must like a state to stay in it: the stability concepts of the graph model, all states at once.

Every concept says that an actor stays in a state if each of its moves ends no better for it than the state itself,
once the others have answered. What a move ends in at the worst is a number for each state, its *level*; the actor stays
where no move's level is above the state's own place in its order. So one sweep gives stability, and how far a state
that is not stable is from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.graph_model import GraphModel
    from planner.core.graph_moves import Moves

Ints = NDArray[np.int32]
Rule = Literal["legal", "single", "repeated"]
Concept = Literal["nash", "seq", "gmr", "smr", "sseq"]

CONCEPTS: Mapping[Concept, str] = {
    "nash": "Nash",
    "seq": "sequential",
    "gmr": "general metarational",
    "smr": "symmetric metarational",
    "sseq": "symmetric sequential",
}
RULES: Mapping[Rule, str] = {
    "legal": "all others together answer, by moves in which nobody moves twice in a row",
    "single": "one of the others answers, by one move",
    "repeated": "all others together answer, and the same actor may move several times in a row",
}
NOTHING = np.iinfo(np.int32).max  # the level of an answer that nobody can give


def answered(moves: Sequence[Moves], key: Ints, rule: Rule) -> Ints:
    """Return for each state the smallest key of a state that the others can bring about from there.

    The sequences of moves are those of Fang, Hipel and Kilgour (1993): no actor moves twice in a row (`legal`); they
    may also be one move alone (`single`), or of any actors in any order (`repeated`). The recursion over the last mover
    is worked out for all states at once until nothing changes.

    Args:
        moves: the moves of each of the others that count as an answer.
        key: (states,) what an answer that ends in a state is worth to the actor who fears it.
        rule: one of `RULES`.
    """
    if not moves:
        return np.full(len(key), NOTHING, np.int32)
    found = [each.least(key, NOTHING) for each in moves]
    while rule == "repeated" or (rule == "legal" and len(moves) > 1):
        after = _by_others(found) if rule == "legal" else [np.minimum.reduce(found)] * len(found)
        more = [each.least(np.minimum(key, then), NOTHING) for each, then in zip(moves, after, strict=True)]
        if all(np.array_equal(old, new) for old, new in zip(found, more, strict=True)):
            break
        found = more
    return np.asarray(np.minimum.reduce(found))


def _by_others(found: Sequence[Ints]) -> list[Ints]:
    """Return for each of several rows the smallest of all other rows."""
    nothing = np.full(len(found[0]), NOTHING, np.int32)
    before, after = [nothing], [nothing]
    for row, last in zip(found[:-1], found[:0:-1], strict=True):
        before.append(np.minimum(before[-1], row))
        after.append(np.minimum(after[-1], last))
    return [np.minimum(one, other) for one, other in zip(before, after[::-1], strict=True)]


def keys(model: GraphModel, actor: int) -> tuple[Ints, Ints]:
    """Return what it is worth to an actor to be brought to each state: if it stays there, and if it moves on."""
    own = model.value[actor]
    return own, np.maximum(own, model.moves[actor].most(own, -1))


def levels(model: GraphModel, rule: Rule) -> dict[Concept, Ints]:
    """Return for each concept how high each state must stand in each actor's order for the actor to stay in it.

    The place in the order that makes a state stable is at least as high as this level; below it the actor moves.

    - Nash (1951): no move is better.
    - SEQ (Fraser and Hipel 1979): every improvement is answered by improvements of the others that leave the actor no
      better off than where it was.
    - GMR (Howard 1971): the same by any moves of the others.
    - SMR (Howard 1971): the same, and no move of its own then makes the actor better off.
    - SSEQ (Rego and Vieira 2017): as SMR, by improvements of the others.

    Returns:
        concept -> (actors, states); -1 where the actor has no move.
    """
    made: dict[Concept, list[Ints]] = {concept: [] for concept in CONCEPTS}
    for actor, moves in enumerate(model.moves):
        stay, escape = keys(model, actor)
        others = [each for at, each in enumerate(model.moves) if at != actor]
        credible = [each for at, each in enumerate(model.improvements) if at != actor]
        made["nash"].append(moves.most(stay, -1))
        fears: tuple[tuple[Concept, Sequence[Moves], Ints], ...] = (
            ("seq", credible, stay),
            ("gmr", others, stay),
            ("smr", others, escape),
            ("sseq", credible, escape),
        )
        for concept, answers, key in fears:
            ends = np.minimum(stay, answered(answers, key, rule))
            made[concept].append(moves.most(ends, -1))
    return {concept: np.array(rows, np.int32) for concept, rows in made.items()}
