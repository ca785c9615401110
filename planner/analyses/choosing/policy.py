"""A strategy in words and numbers: what it chooses where, how often, and what it comes to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.core.model import Edge, Node
    from planner.core.plan import Plan
    from planner.core.space import Space
    from planner.core.unfold import Unfolded

NAMED_WAYS = 3  # so many of the paths to a state are named where they make a difference
LONG_WAY = 6  # so many edges of a path are named


@dataclass(frozen=True, slots=True)
class ChoiceSummary:
    """How often a decision is taken under a strategy, and which way.

    Attributes:
        state: ``node`` or ``node[round=2]``.
        node: the node's id.
        by: who decides.
        probability: of reaching the state.
        options: the options in file order, each with the probability that it is chosen; they add up to ``probability``.
    """

    state: str
    node: str
    by: tuple[str, ...]
    probability: float
    options: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON data."""
        return {
            "state": self.state,
            "node": self.node,
            "by": list(self.by),
            "probability": self.probability,
            "options": [{"option": option, "probability": chance} for option, chance in self.options],
        }


@dataclass(frozen=True, slots=True)
class Measures:
    """What a strategy comes to, oriented and without the start.

    Attributes:
        mean: by actor.
        variance: for the point of view.
        worst: its worst path.
        best: its best path.
    """

    mean: tuple[float, ...]
    variance: float
    worst: float
    best: float


def measures(
    plan: Plan, p: Sequence[float], gain: Sequence[Sequence[float]], end: Sequence[Sequence[float]], actor: int
) -> Measures:
    """Work a strategy out, from its last points back to its first.

    Args:
        plan: the strategy.
        p: for each unfolded edge its probability, 1 for options.
        gain: for each unfolded edge what it adds for each actor.
        end: for each state what it adds for each actor where a path ends there.
        actor: the number of the point of view.
    """
    found: list[Measures | None] = [None] * len(plan)
    for at in range(len(plan) - 1, -1, -1):
        slots = plan.slots[at]
        if not slots:
            value = tuple(end[plan.state[at]])
            found[at] = Measures(value, 0.0, value[actor], value[actor])
            continue
        parts = []
        for slot, to in zip(slots, plan.ahead[at], strict=True):
            part = found[to]
            assert part is not None
            parts.append((p[slot], part, gain[slot]))
        found[at] = _joined(parts, actor)
    assert found[0] is not None
    return found[0]


def _joined(parts: Sequence[tuple[float, Measures, Sequence[float]]], actor: int) -> Measures:
    if len(parts) == 1:
        ((_, part, gain),) = parts
        more = gain[actor]
        mean = tuple([one + other for one, other in zip(part.mean, gain, strict=True)])
        return Measures(mean, part.variance, part.worst + more, part.best + more)
    count = len(parts[0][2])
    mean = tuple([sum([p * (part.mean[i] + gain[i]) for p, part, gain in parts]) for i in range(count)])
    gaps = [part.mean[actor] + gain[actor] - mean[actor] for _, part, gain in parts]
    # a product of floats is infinite where a power of them is an error
    spread = sum([p * (part.variance + gap * gap) for (p, part, _), gap in zip(parts, gaps, strict=True)])
    worst = min(part.worst + gain[actor] for _, part, gain in parts)
    return Measures(mean, spread, worst, max(part.best + gain[actor] for _, part, gain in parts))


def summary(plan: Plan, space: Space, actors: Sequence[str]) -> tuple[ChoiceSummary, ...]:
    """Return how often every decision is reached and which way it goes, in topological order."""
    unfolded = space.unfolded
    reached: dict[int, float] = {}
    taken: dict[int, float] = {}
    for at, chance in enumerate(plan.reach(space.p)):
        node = unfolded.node(plan.state[at])
        if node is not None and node.kind == "decision":
            state, (slot,) = plan.state[at], plan.slots[at]
            reached[state] = reached.get(state, 0.0) + chance
            taken[slot] = taken.get(slot, 0.0) + chance
    found = []
    for state in sorted(reached):
        node = unfolded.node(state)
        assert node is not None
        options = [(unfolded.edges[unfolded.edge[slot]].id, taken.get(slot, 0.0)) for slot in unfolded.slots(state)]
        by = node.by or tuple(actors[:1])
        found.append(ChoiceSummary(unfolded.labels[state], node.id, by, reached[state], tuple(options)))
    return tuple(found)


# --- what is chosen where -------------------------------------------------------------------------------------------


def choices(plan: Plan, space: Space) -> dict[str, str]:
    """Return the option taken at every open decision that a strategy reaches, in topological order.

    A state that is decided in one way alone is written as everywhere; of one that is decided differently on different
    paths each option stands under the state and the paths on which it is taken: ``treat after test.positive``.
    """
    by_state: dict[int, list[int]] = {}
    for at, state in enumerate(plan.state):
        if space.open[state]:
            by_state.setdefault(state, []).append(at)
    before = _before(plan) if any(len(points) > 1 for points in by_state.values()) else {}
    found: dict[str, str] = {}
    for state in sorted(by_state):
        by_slot: dict[int, list[int]] = {}
        for at in by_state[state]:
            by_slot.setdefault(plan.slots[at][0], []).append(at)
        label = space.unfolded.labels[state]
        if len(by_slot) == 1:
            found[label] = _edge(space.unfolded, next(iter(by_slot))).id
            continue
        for slot, ways in zip(
            sorted(by_slot), _ways(plan, space, before, [by_slot[s] for s in sorted(by_slot)]), strict=True
        ):
            found[_fresh(found, f"{label} after {ways}")] = _edge(space.unfolded, slot).id
    return found


def _edge(unfolded: Unfolded, slot: int) -> Edge:
    found: Edge = unfolded.edges[unfolded.edge[slot]]
    return found


def _fresh(known: Mapping[str, str], name: str) -> str:
    if name not in known:
        return name
    number = 2
    while f"{name} ({number})" in known:
        number += 1
    return f"{name} ({number})"


Before = dict[int, list[tuple[int, int]]]


def _before(plan: Plan) -> Before:
    """Return for each point the points and edges that lead to it, in file order."""
    found: Before = {0: []}
    for at, (slots, ahead) in enumerate(zip(plan.slots, plan.ahead, strict=True)):
        for slot, to in zip(slots, ahead, strict=True):
            found.setdefault(to, []).append((at, slot))
    return found


def _ways(plan: Plan, space: Space, before: Before, groups: Sequence[Sequence[int]]) -> list[str]:
    """Return the paths to some groups of points in words, without what all of these paths share."""
    counts = _path_counts(plan)
    named = [list(islice(_paths(before, points), NAMED_WAYS)) for points in groups]
    shared = set.intersection(*(set(path) for paths in named for path in paths))
    found = []
    for points, paths in zip(groups, named, strict=True):
        words = [_way([_edge(space.unfolded, slot).path for slot in path if slot not in shared]) for path in paths]
        rest = sum(counts[at] for at in points) - len(paths)
        found.append(", or ".join(dict.fromkeys(words)) + (f", or {rest:,} more ways" if rest > 0 else ""))
    return found


def _way(edges: Sequence[str]) -> str:
    if len(edges) > LONG_WAY:
        half = LONG_WAY // 2
        edges = [*edges[:half], "…", *edges[-half:]]
    return " > ".join(edges) or "the start"


def _path_counts(plan: Plan) -> list[int]:
    found = [0] * len(plan)
    found[0] = 1
    for at, ahead in enumerate(plan.ahead):
        for to in ahead:
            found[to] += found[at]
    return found


def _paths(before: Before, points: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the edges of each path to one of some points."""
    for point in points:
        stack: list[tuple[int, Any]] = [(point, None)]
        while stack:
            at, rest = stack.pop()
            if at == 0:
                yield _unlinked(rest)
            stack += [(earlier, (slot, rest)) for earlier, slot in reversed(before[at])]


def _unlinked(rest: Any) -> tuple[int, ...]:
    found = []
    while rest is not None:
        slot, rest = rest
        found.append(slot)
    return tuple(found)


def deviation(variance: float) -> float:
    """Return the standard deviation; rounding may have left a variance just below 0."""
    return math.sqrt(max(variance, 0.0))


def first_option(plan: Plan, space: Space) -> tuple[Node, Edge] | None:
    """Return the decision at which a strategy begins and the option it takes there; None where it begins otherwise."""
    node = space.unfolded.node(plan.state[0])
    if node is None or not space.open[plan.state[0]]:
        return None
    return node, _edge(space.unfolded, plan.slots[0][0])
