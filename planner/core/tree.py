"""States as flat arrays, laid out for one vectorised sweep by `planner.core.layout`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.core.joint_rule import UNANIMOUS, JointRule
from planner.core.layout import Ints, Part, inverse, lay_out
from planner.core.model import Edge, Node
from planner.core.places import fault, node_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from planner.core.model import Scenario
    from planner.core.unfold import Unfolded

DECISION, CHANCE, OUTCOME = 0, 1, 2
NO_FALLBACK = ("P309", "unknown-fallback")


@dataclass(frozen=True, slots=True)
class Decider:
    """Who settles what happens at a state: chance (no owners), one actor, or several.

    Several have a slot that stands without agreement, a rule, and votes (none where each has one).
    """

    kind: int
    owners: tuple[int, ...] = ()
    fallback: int = -1
    rule: JointRule = UNANIMOUS
    votes: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Tree:
    """The shape of a scenario: what the numbers of every draw share.

    States and edges stand in the order of `planner.core.layout`, the root first.

    Attributes:
        deciders: the kinds of state; ``decider`` indexes it.
        decider: for each state, who settles what happens there.
        first_edge: for each state that has edges, its first edge.
        target: for each edge, the state it leads to.
        origin: for each state, its number before the layout.
        edge_origin: for each edge, its number before the layout.
        parts: blocks, runs and chains, from the root down.
        ends: the first of the states at which paths end; all later ones are ends too.
    """

    deciders: tuple[Decider, ...]
    decider: NDArray[np.integer] = field(repr=False)
    first_edge: Ints = field(repr=False)
    target: Ints = field(repr=False)
    origin: Ints = field(repr=False)
    edge_origin: Ints = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    ends: int = 0

    @classmethod
    def from_unfolded(cls, unfolded: Unfolded) -> Tree:
        """Lay out the states of a scenario."""
        deciders, decider = deciders_of(unfolded)
        return cls.laid_out(deciders, decider, unfolded.first_edge, unfolded.target)

    @classmethod
    def from_arrays(cls, kind: ArrayLike, owner: ArrayLike | None, first_edge: ArrayLike, target: ArrayLike) -> Tree:
        """Lay out a generated tree or directed acyclic graph without a scenario.

        >>> from planner.core.numbers import Numbers
        >>> from planner.core.rollback import rollback
        >>> tree = Tree.from_arrays([0, 1, 2, 2, 2], None, [0, 2, 4, 4, 4, 4], [1, 2, 3, 4])
        >>> numbers = Numbers.of_arrays(tree, [1, 1, 0.4, 0.6], [-70, 30, 400, 0], [0, 0, 0, 0, 0])
        >>> rollback(tree, numbers).values[0].tolist()
        [[90.0]]

        Args:
            kind: for each state 0 decision, 1 chance, 2 outcome; state 0 is the root.
            owner: for each state the index of the actor who decides there; None for a single actor.
            first_edge: offsets into ``target``, one more than states.
            target: for each edge the state it leads to, edges of one state together.

        Raises:
            ValueError: the shapes do not fit each other, or the graph has a cycle.
        """
        kinds = np.asarray(kind)
        owners = np.zeros(len(kinds), np.int32) if owner is None else np.asarray(owner)
        first, to = np.asarray(first_edge, np.int32), np.asarray(target, np.int32)
        if len(first) != len(kinds) + 1 or first[-1] != len(to):
            raise ValueError("first_edge must have one entry more than kind, and its last must be the number of edges")
        if np.any((np.diff(first) == 0) != (kinds == OUTCOME)):
            raise ValueError("outcomes, and only they, have no edges")
        pairs = np.where(kinds == DECISION, 2 + owners, kinds - 1)  # chance 0, outcome 1, decisions by owner
        found, decider = np.unique(pairs, return_inverse=True)
        deciders = tuple(
            Decider(DECISION, (int(code) - 2,)) if code >= 2 else Decider(CHANCE if code == 0 else OUTCOME)
            for code in found
        )
        return cls.laid_out(deciders, decider, first, to)

    @classmethod
    def laid_out(
        cls, deciders: tuple[Decider, ...], decider: NDArray[np.integer], first_edge: Ints, target: Ints
    ) -> Tree:
        """Lay out states whose deciders are numbered."""
        layout = lay_out(decider, first_edge, target)
        kinds = np.min_scalar_type(max(len(deciders) - 1, 0))
        return cls(
            deciders=deciders,
            decider=decider[layout.origin].astype(kinds),
            first_edge=layout.first_edge,
            target=layout.target,
            origin=layout.origin,
            edge_origin=layout.edge_origin,
            parts=layout.parts,
            ends=layout.ends,
        )

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        arrays = (self.decider, self.first_edge, self.target, self.origin, self.edge_origin)
        blocks = (block for part in self.parts for block in part.blocks)
        inside = sum(lanes.nbytes for block in blocks for lanes in (block.lanes, block.tails) if lanes is not None)
        return sum(array.nbytes for array in arrays) + inside

    @cached_property
    def position(self) -> Ints:
        """For each state in the numbering before the layout, its place in the tree."""
        return inverse(self.origin)

    @property
    def choice_type(self) -> type[np.uint8 | np.int32]:
        """The smallest type that holds every slot."""
        return np.uint8 if self.largest_degree <= 256 else np.int32

    @cached_property
    def largest_degree(self) -> int:
        """The largest number of edges of a state."""
        found = 0
        for part in self.parts:
            for one in part.blocks:
                first = self.first_edge[one.first_state : one.first_state + one.states]
                degree = one.degree or int(np.diff(first, append=one.first_edge + one.edges).max())
                found = max(found, degree)
        return found


def deciders_of(unfolded: Unfolded) -> tuple[tuple[Decider, ...], NDArray[np.int32]]:
    """Return the distinct deciders of a scenario, and for each state the number of its own.

    The fallback of a joint decision is a slot among the options that are left in a state.

    Raises:
        ScenarioError: P309, the fallback is not left.
    """
    actors = {actor: at for at, actor in enumerate(unfolded.scenario.actors)}
    numbers: dict[Decider, int] = {}
    decider = np.empty(len(unfolded), np.int32)
    by_place = [_decider(unfolded.scenario, place, actors) for place in unfolded.places]
    for state, place in enumerate(unfolded.place.tolist()):
        made = by_place[place]
        if len(made.owners) > 1:
            made = replace(made, fallback=_fallback(unfolded, state))
        decider[state] = numbers.setdefault(made, len(numbers))
    return tuple(numbers), decider


def _decider(scenario: Scenario, place: Node | Edge, actors: Mapping[str, int]) -> Decider:
    if not isinstance(place, Node) or place.kind == "outcome":
        return Decider(OUTCOME)
    if place.kind == "chance":
        return Decider(CHANCE)
    owners = tuple(actors[actor] for actor in place.by) or (0,)
    if len(owners) == 1:
        return Decider(DECISION, owners)
    votes = [scenario.actors[actor].votes for actor in place.by]
    given = tuple(1.0 if each is None else each for each in votes)
    return Decider(DECISION, owners, rule=JointRule.parse(place.rule), votes=given)


def _fallback(unfolded: Unfolded, state: int) -> int:
    node = unfolded.node(state)
    assert node is not None
    for slot, edge in enumerate(unfolded.slots(state)):
        if unfolded.edges[unfolded.edge[edge]].id == node.fallback:
            return slot
    raise fault(
        unfolded.scenario,
        NO_FALLBACK,
        f"the fallback '{node.fallback}' of '{unfolded.labels[state]}' is not left there",
        node_path(node, "fallback"),
        label="its 'when' is false in this state",
        help="let the fallback stand in every state",
    )
