"""From an evaluation to the tree that is drawn.

A small tree is drawn whole. Of a large one the likeliest parts of the strategy are drawn, and the beginnings of the
options that were not taken; the rest is folded. The choice depends on the numbers alone, so it is stable.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from planner.core.model import Node
from planner.core.routes import path_counts
from planner.report.sketch import MANY, Sketch, Twig
from planner.report.words import state_words

if TYPE_CHECKING:
    from planner.analyses.evaluate import Evaluation
    from planner.report.board import Board

LIMIT = 60
FOCUS = 3
_REJECTED = 0.2  # how much an option not taken counts against the one taken, when it comes to what is drawn


@dataclass(slots=True)
class _Bud:
    """A drawn node that may still be unfolded."""

    state: int
    slot: int
    parent: int
    weight: float
    gained: list[float]
    reached: bool
    children: list[int]


def draw(evaluation: Evaluation, board: Board, *, limit: int = LIMIT) -> Sketch:
    """Return the sketch of ``evaluation`` with at most ``limit`` nodes (more only if the root's options are more).

    Args:
        evaluation: values and strategy.
        board: the numbers behind it.
        limit: how many nodes are drawn.
    """
    buds = _unfold(board, limit)
    counts = path_counts(board.unfolded, MANY)
    actors = [i for i, actor in enumerate(evaluation.scenario.actors) if actor in evaluation.values]
    order = _in_order(buds)
    position = {bud: at for at, bud in enumerate(order)}
    twigs = tuple(_twig(board, buds[i], position.get(buds[i].parent, -1), actors, counts) for i in order)
    scenario = evaluation.scenario
    ids = [list(scenario.actors)[i] for i in actors]
    return Sketch(
        twigs,
        tuple(scenario.actors[actor].name for actor in ids),
        tuple(ids),
        tuple(ids.index(actor) for actor in focus(evaluation)),
    )


def focus(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the actors whose values are shown first: who decides at the first decision, at most three."""
    actors = list(evaluation.values)
    by = evaluation.decisions[0].by if evaluation.decisions else ()
    return tuple([actor for actor in by if actor in actors][:FOCUS]) or tuple(actors[:1])


def _unfold(board: Board, limit: int) -> list[_Bud]:
    """Unfold the weightiest nodes until ``limit`` are drawn."""
    buds = [_Bud(0, -1, -1, 1.0, [0.0] * len(board.solution.worth.base), reached=True, children=[])]
    waiting = [(-1.0, 0)]
    while waiting:
        _, at = heappop(waiting)
        bud = buds[at]
        slots = board.unfolded.slots(bud.state)
        if not slots or (at and len(buds) + len(slots) > limit):
            continue
        for slot in slots:
            chance = board.chance(slot)
            goes = board.goes(slot)
            weight = bud.weight * (chance if chance is not None else 1.0 if goes else _REJECTED)
            bud.children.append(len(buds))
            gained = [before + more for before, more in zip(bud.gained, board.gain(slot), strict=True)]
            reached = bud.reached and goes
            buds.append(_Bud(board.target(slot), slot, at, weight, gained, reached=reached, children=[]))
            if weight > 0:
                heappush(waiting, (-weight, len(buds) - 1))
    return buds


def _in_order(buds: list[_Bud]) -> list[int]:
    """Return the buds as a reader meets them, each before its children."""
    order, stack = [], [0]
    while stack:
        at = stack.pop()
        order.append(at)
        stack.extend(reversed(buds[at].children))
    return order


def _twig(board: Board, bud: _Bud, parent: int, actors: list[int], counts: list[int]) -> Twig:
    """Return what is drawn for one bud."""
    unfolded = board.unfolded
    place = unfolded.places[int(unfolded.place[bud.state])]
    edge = board.edge(bud.slot) if bud.slot >= 0 else None
    folded = not bud.children and len(unfolded.slots(bud.state)) > 0
    total = board.total(bud.gained, bud.state)
    label = unfolded.labels[bud.state]
    return Twig(
        parent=parent,
        state=label,
        kind="folded" if folded else place.kind if isinstance(place, Node) else "outcome",
        title=f"{place.title} {state_words(label)}".rstrip() if isinstance(place, Node) else "",
        edge=edge.name if edge else "",
        path=edge.path if edge else "",
        probability=board.chance(bud.slot) if edge else None,
        values=tuple(total[i] for i in actors),
        chosen=edge is not None and board.chance(bud.slot) is None and board.goes(bud.slot),
        reached=bud.reached,
        hidden=counts[bud.state] if folded else 0,
    )
