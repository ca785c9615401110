"""Between whom an agreement is looked for, and what it comes to, for a decision that sees what came before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.agreement import agreement
from planner.analyses.disputes.bargaining import bargain
from planner.analyses.disputes.consensus import consensus
from planner.core.valuation import Valuation, valuation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.disputes.agreement import Levels, Question
    from planner.analyses.disputes.moves import Moves
    from planner.analyses.disputes.positions import Position
    from planner.core.model import Scenario


@dataclass(frozen=True)
class Ahead:
    """A decision before moves that are not seen, as `agreement` asks about it: by the first equilibrium."""

    scenario: Scenario = field(repr=False)
    node: str
    options: tuple[str, ...]
    by: tuple[str, ...]
    fallback: int | None
    chosen: str
    tied: tuple[str, ...]
    worth: Valuation = field(repr=False)

    @classmethod
    def of(cls, scenario: Scenario, found: Moves) -> Ahead:
        """Return what is found about such a decision as a question."""
        node = scenario.nodes[found.label.partition("[")[0]]
        stands = found.options.index(node.fallback) if len(found.by) > 1 and node.fallback in found.options else None
        return cls(scenario, node.id, found.options, found.by, stands, found.chosen, found.tied, valuation(scenario))


def deciders(asked: Question) -> tuple[str, ...]:
    """Return between whom an agreement is looked for: those who decide together, else all who decide somewhere."""
    if len(asked.by) > 1:
        return asked.by
    owners = [
        actor for node in asked.scenario.nodes.values() if node.kind == "decision" for actor in node.by or asked.by
    ]
    several = tuple(actor for actor in asked.scenario.actors if actor in owners)
    return several if len(several) > 1 else tuple(asked.scenario.actors)


def first(actors: Sequence[str], view: str | None) -> tuple[str, ...]:
    """Return actors with the one whose point of view is taken in front, if it is among them."""
    return tuple(sorted(actors, key=lambda actor: actor != view))


def in_view(held: Sequence[Position], view: str | None) -> tuple[Position, ...]:
    """Return positions with that of the point of view in front."""
    return tuple(sorted(held, key=lambda position: position.actor != view))


def meeting(
    asked: Question,
    held: Sequence[Position],
    values: Mapping[str, Mapping[str, float]],
    among: Sequence[str],
    levels: Levels | None = None,
) -> dict[str, Any]:
    """Return what concerns the options of one decision.

    Args:
        asked: the decision.
        held: everybody's position.
        values: for each option what it is worth to each actor, in the scenario's own sense.
        among: between whom an agreement is looked for.
        levels: see `agreement`.
    """
    sense = asked.worth.sense
    stands = asked.chosen if asked.fallback is None else asked.options[asked.fallback]
    none = {actor: values[stands][actor] for actor in among}
    oriented = {option: {a: sense * row[a] for a in among} for option, row in values.items()}
    base = {actor: sense * value for actor, value in none.items()}
    tie = 1e-9 * max([1.0, *(abs(value) for row in oriented.values() for value in row.values())])
    votes = [asked.scenario.actors[actor].votes for actor in among]
    places = {position.actor: position.places for position in held}
    return {
        "deciders": tuple(among),
        "disagreement": none,
        "positions": tuple(held),
        "agreement": agreement(asked, held, among, none, levels),
        "bargain": bargain(oriented, base, tie=tie),
        "consensus": consensus([places[actor] for actor in among], [1 if vote is None else vote for vote in votes]),
    }
