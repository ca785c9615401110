"""States as flat arrays in topological order, laid out for one vectorised sweep.

States are ordered by height, the root first and the ends of all paths last, so every edge leads to a later
state. States of one height that have the same decider and the same number of edges form a *block*: their
edges are stored slot by slot, so that a block's edges are a dense ``(degree, states)`` view and a block costs a
handful of NumPy calls however many states it has. What is too small for a block is gathered into *runs*, whose
edges are stored state by state and which are folded back in plain Python: one NumPy call a level would
be the trap on a chain of 500,000 states.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.core.model import Edge, Node
from planner.core.places import fault, node_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.unfold import Unfolded

BLOCK_EDGES = 48  # below this a plain loop beats the NumPy calls of a block
DECISION, CHANCE, OUTCOME = 0, 1, 2
NO_FALLBACK = ("P309", "unknown-fallback")

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Decider:
    """Who settles what happens at a state: chance (no owners), one actor, or several with a fallback slot."""

    kind: int
    owners: tuple[int, ...] = ()
    fallback: int = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of states that is folded back at once: a block, or a run where ``degree`` is None.

    ``straight`` holds the first target of each slot if the targets of every slot are consecutive.
    """

    first_state: int
    states: int
    first_edge: int
    edges: int
    degree: int | None = None
    decider: int = -1
    straight: tuple[int, ...] | None = None


@dataclass(frozen=True, eq=False)
class Tree:
    """The shape of a scenario: what the numbers of every draw share.

    Attributes:
        deciders: the kinds of state; ``decider`` indexes it.
        decider: for each state, who settles what happens there.
        first_edge: for each state that has edges, its first edge.
        target: for each edge, the state it leads to.
        origin: for each state, its number before the layout.
        edge_origin: for each edge, its number before the layout.
        parts: blocks and runs, from the root down.
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
        return lay_out(deciders, decider, unfolded.first_edge, unfolded.target)

    @classmethod
    def from_arrays(cls, kind: ArrayLike, owner: ArrayLike | None, first_edge: ArrayLike, target: ArrayLike) -> Tree:
        """Lay out a generated tree or directed acyclic graph without a scenario.

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
        return lay_out(deciders, decider, first, to)

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        arrays = (self.decider, self.first_edge, self.target, self.origin, self.edge_origin)
        return sum(array.nbytes for array in arrays)

    @cached_property
    def position(self) -> Ints:
        """For each state in the numbering before the layout, its place in the tree."""
        return _inverse(self.origin)

    @cached_property
    def edge_position(self) -> Ints:
        """For each edge in the numbering before the layout, its place in the tree."""
        return _inverse(self.edge_origin)

    @property
    def choice_type(self) -> type[np.uint8 | np.int32]:
        """The smallest type that holds every slot."""
        degrees = [part.degree if part.degree is not None else part.edges for part in self.parts]
        return np.uint8 if max(degrees, default=0) <= 256 else np.int32


def _inverse(order: Ints) -> Ints:
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    return position


def deciders_of(unfolded: Unfolded) -> tuple[tuple[Decider, ...], NDArray[np.int32]]:
    """Return the distinct deciders of a scenario, and for each state the number of its own.

    The fallback of a joint decision is a slot among the options that are left in a state.

    Raises:
        ScenarioError: P309, the fallback is not left.
    """
    actors = {actor: at for at, actor in enumerate(unfolded.scenario.actors)}
    numbers: dict[Decider, int] = {}
    decider = np.empty(len(unfolded), np.int32)
    by_place = [_decider(place, actors) for place in unfolded.places]
    for state, place in enumerate(unfolded.place.tolist()):
        made = by_place[place]
        if len(made.owners) > 1:
            made = replace(made, fallback=_fallback(unfolded, state))
        decider[state] = numbers.setdefault(made, len(numbers))
    return tuple(numbers), decider


def _decider(place: Node | Edge, actors: Mapping[str, int]) -> Decider:
    if not isinstance(place, Node) or place.kind == "outcome":
        return Decider(OUTCOME)
    if place.kind == "chance":
        return Decider(CHANCE)
    return Decider(DECISION, tuple(actors[actor] for actor in place.by) or (0,))


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


# --- layout ---------------------------------------------------------------------------------------------------


def lay_out(deciders: tuple[Decider, ...], decider: NDArray[np.integer], first_edge: Ints, target: Ints) -> Tree:
    """Order states and edges into blocks and runs."""
    height = np.asarray(heights(first_edge, target), np.int32)
    degree = np.diff(first_edge)
    order, small = _order(height, decider, degree)
    degrees, owners, levels = degree[order], decider[order], height[order]
    another = (np.diff(levels) != 0) | (np.diff(owners) != 0) | (np.diff(degrees) != 0)
    changes = (np.diff(small) != 0) | ((small[1:] == 0) & another)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist(), len(order)]
    edge_origin = np.empty(len(target), np.int32)
    seen = np.full(len(order), np.iinfo(np.int32).max, np.int32)  # where the first edge into a state stands
    parts: list[Part] = []
    first = np.empty(len(order) - int(np.count_nonzero(degree == 0)), np.int32)
    ends, edge = len(first), 0
    for start, stop in itertools.pairwise(starts):
        ids = order[start:stop]
        if not small[start]:
            ids = order[start:stop] = ids[np.argsort(seen[ids], kind="stable")]
        if start >= ends:
            break
        width, slots, offsets = _place(ids, first_edge, degree, small=bool(small[start]))
        part = Part(start, stop - start, edge, len(slots), width, int(decider[ids[0]]) if width is not None else -1)
        edge_origin[edge : edge + len(slots)] = slots
        first[start:stop] = edge + offsets
        reached = target[slots]
        new = np.flatnonzero(seen[reached] == np.iinfo(np.int32).max)[::-1]
        seen[reached[new]] = edge + new
        parts.append(part)
        edge += len(slots)
    position = _inverse(order)
    laid = position[target[edge_origin]]
    kinds = np.min_scalar_type(max(len(deciders) - 1, 0))
    return Tree(
        deciders=deciders,
        decider=decider[order].astype(kinds),
        first_edge=first,
        target=laid,
        origin=order,
        edge_origin=edge_origin,
        parts=tuple(_straighten(part, laid) for part in parts),
        ends=ends,
    )


def _order(height: Ints, decider: NDArray[np.integer], degree: Ints) -> tuple[Ints, NDArray[np.int8]]:
    """Sort states by height, blocks before what is too small for one; say which is which."""
    grouped = np.lexsort((degree, decider, -height))
    keys = np.stack((height[grouped], decider[grouped], degree[grouped]))
    bounds = np.flatnonzero(np.any(np.diff(keys, axis=1) != 0, axis=0)) + 1
    sizes = np.diff(np.concatenate(([0], bounds, [len(grouped)])))
    wide = np.repeat(sizes, sizes) * keys[2] >= BLOCK_EDGES
    small = np.empty(len(grouped), np.int8)
    small[grouped] = ~wide
    small[degree == 0] = 0
    order = np.lexsort((np.where(small, 0, degree), np.where(small, 0, decider), small, -height))
    return order.astype(np.int32), small[order]


def _place(ids: Ints, first_edge: Ints, degree: Ints, *, small: bool) -> tuple[int | None, Ints, Ints]:
    """Return a part's degree (None for a run), its edges in their new order, and each state's first among them."""
    if small:
        degrees = degree[ids]
        offsets = np.cumsum(degrees, dtype=np.int32) - degrees
        return None, np.repeat(first_edge[ids] - offsets, degrees) + np.arange(degrees.sum(), dtype=np.int32), offsets
    width = int(degree[ids[0]])
    slots = first_edge[ids][None, :] + np.arange(width, dtype=np.int32)[:, None]
    return width, slots.ravel(), np.arange(len(ids), dtype=np.int32)


def _straighten(part: Part, target: Ints) -> Part:
    """Note the first targets of a block whose slots lead to consecutive states, so that no gather is needed."""
    if part.degree is None:
        return part
    block = target[part.first_edge : part.first_edge + part.edges].reshape(part.degree, part.states)
    if np.any(block[:, 1:] - block[:, :-1] != 1):
        return part
    return replace(part, straight=tuple(block[:, 0].tolist()))


def heights(first_edge: Ints, target: Ints) -> Sequence[int]:
    """Return for each state the longest way to an end.

    Raises:
        ValueError: the graph has a cycle.
    """
    count = len(first_edge) - 1
    first, to = first_edge.tolist(), target.tolist()
    sources = np.repeat(np.arange(count, dtype=np.int32), np.diff(first_edge))
    forward = not np.any(target <= sources)
    order: Sequence[int] = range(count) if forward else _topological(count, first, to)
    height = [0] * count
    for state in reversed(order):
        start, stop = first[state], first[state + 1]
        if stop > start:
            height[state] = 1 + max([height[end] for end in to[start:stop]])
    return height


def _topological(count: int, first: list[int], target: list[int]) -> list[int]:
    """Return the states in topological order (Kahn 1962)."""
    waiting = [0] * count
    for end in target:
        waiting[end] += 1
    order = [state for state in range(count) if not waiting[state]]
    for state in order:
        for end in target[first[state] : first[state + 1]]:
            waiting[end] -= 1
            if not waiting[end]:
                order.append(end)
    if len(order) < count:
        raise ValueError("the graph has a cycle")
    return order
