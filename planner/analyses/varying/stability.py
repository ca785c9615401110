"""How stable the choice of every decision is that the strategy may come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.analyses.varying.chance_radius import ChanceChange, asked, chance_changes
from planner.analyses.varying.probe import Probe
from planner.analyses.varying.radius import JointChange, joint_change
from planner.core.tree import DECISION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.focus import Focus
    from planner.analyses.varying.axes import Axis

MOST = 12  # decisions that are looked into, the most probable ones


@dataclass(frozen=True)
class DecisionStability:
    """How much it takes to change the choice of one decision.

    Attributes:
        state: ``node`` or ``node[round=2]``.
        node: the node's id.
        by: the deciding actors.
        chosen: the option that is followed.
        probability: of reaching the state under the strategy.
        difference: its lead: the score of the option that is followed, minus the best of the others.
        joint: the smallest joint change of parameters that flips the choice.
        chances: how far all probabilities may be off; None where decisions do not go by probabilities, or the scenario
            is too large.
    """

    state: str
    node: str
    by: tuple[str, ...]
    chosen: str
    probability: float
    difference: float
    joint: JointChange
    chances: ChanceChange | None

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON data."""
        return {
            "state": self.state,
            "node": self.node,
            "by": list(self.by),
            "chosen": self.chosen,
            "probability": self.probability,
            "difference": self.difference,
            "joint": self.joint.to_dict(),
            "chances": None if self.chances is None else self.chances.to_dict(),
        }


def stabilities(probe: Probe, axes: Sequence[Axis], seed: int) -> tuple[tuple[DecisionStability, ...], int]:
    """Return the decision in focus and the others that are reached, and how many were left out.

    Args:
        probe: the decision in focus.
        axes: the parameters that may move, with their ranges.
        seed: of random starts.
    """
    focus = probe.focus
    solution = focus.solution
    found = [
        state
        for state in range(len(focus.unfolded))
        if state != focus.state
        and solution.who(state).kind == DECISION
        and solution.reach[state] > 0
        and len(focus.unfolded.slots(state)) > 1
    ]
    found.sort(key=lambda state: (-solution.reach[state], state))
    focuses = [focus, *(refocused(focus, state) for state in found[: MOST - 1])]
    focuses = [one for one in focuses if len(one.options) > 1]
    chances: list[ChanceChange] | list[None] = chance_changes(focuses) if asked(focus) else [None] * len(focuses)
    made = []
    for one, chance in zip(focuses, chances, strict=True):
        mine = probe if one is focus else Probe(one)
        made.append(
            DecisionStability(
                state=one.label,
                node=one.node,
                by=one.by,
                chosen=one.chosen,
                probability=float(solution.reach[one.state]),
                difference=float(mine.base.lead(int(mine.base.choice[0]))[0]),
                joint=joint_change(mine, axes, seed=seed, full=one is focus),
                chances=chance,
            )
        )
    return tuple(made), max(0, len(found) + 1 - MOST)


def refocused(focus: Focus, state: int) -> Focus:
    """Return the same scenario looked at from another decision of it."""
    unfolded, who = focus.unfolded, focus.solution.who(state)
    actors = list(focus.scenario.actors)
    by = tuple(actors[owner] for owner in who.owners)
    return replace(
        focus,
        state=state,
        options=tuple(unfolded.edges[edge].id for edge in unfolded.edge[unfolded.slots(state)].tolist()),
        by=by,
        fallback=who.fallback if len(by) > 1 else None,
    )
