"""The part of an unfolded scenario that a question about paths is about.

A question leaves out edges (impossible ones, options not taken) and may ask for waypoints that a path
must pass. A *stop* is a state together with the waypoints passed so far, so that every walk from the first stop
to an end is one path that answers the question, and counting, ranking and dominators need no further
filter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from planner.core.kbest import count_paths, every_path, k_best, log_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from planner.core.unfold import Unfolded

LISTED_EDGES = 10_000_000  # a listing that is cut at so many edges still fits in memory
LISTED_NAMES = 1_000_000  # the same for chokepoints


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Something that a path must pass: one of these states or one of these unfolded edges."""

    states: Collection[int] = ()
    slots: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Routes:
    """The stops and edges on at least one path that answers the question; stop 0 is the root.

    Attributes:
        state: for each stop its state in the unfolded scenario, in topological order.
        source: for each edge the stop it leaves.
        target: for each edge the stop it leads to, always a larger number.
        slot: for each edge its index among the unfolded edges.
        p: for each edge its probability.
        ends: the stops where a path may end.
    """

    state: list[int]
    source: list[int]
    target: list[int]
    slot: list[int]
    p: list[float]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.state)

    def total(self) -> int:
        """Return the exact number of paths."""
        if not self.state:
            return 0
        return count_paths(len(self), self.source, self.target, root=0, ends=self.ends)

    def probabilities(self) -> list[float]:
        """Return the probability of reaching each stop, by one sweep from the root."""
        reach = [0.0] * len(self)
        if reach:
            reach[0] = 1.0
        for source, target, p in zip(self.source, self.target, self.p, strict=True):
            reach[target] += reach[source] * p
        return reach

    def most_probable(self, count: int, total: int) -> list[tuple[int, ...]]:
        """Return the ``count`` most probable of all ``total`` paths as edge numbers, file order among equals.

        Where all are wanted they are walked and sorted; otherwise the others are never looked at. The list ends early
        when its paths hold more than `LISTED_EDGES` edges together.
        """
        if not self.state:
            return []
        weight = log_weights(self.p)
        if total <= count and total * self._longest() <= LISTED_EDGES:
            return self._sorted(weight)
        return self._best(count, weight)

    def _longest(self) -> int:
        """Return the largest number of edges on a path."""
        depth = [0] * len(self)
        for source, target in zip(self.source, self.target, strict=True):
            if depth[target] <= depth[source]:
                depth[target] = depth[source] + 1
        return max(depth)

    def _sorted(self, weight: Sequence[int]) -> list[tuple[int, ...]]:
        paths = list(every_path(len(self), self.source, self.target, root=0, ends=self.ends))
        paths.sort(key=lambda path: sum([weight[edge] for edge in path]))
        return paths

    def _best(self, count: int, weight: Sequence[int]) -> list[tuple[int, ...]]:
        found = k_best(len(self), self.source, self.target, weight, root=0, ends=self.ends)
        paths: list[tuple[int, ...]] = []
        edges = 0
        for _, path in islice(found, count):
            paths.append(path)
            edges += len(path)
            if edges >= LISTED_EDGES:
                break
        return paths


NOWHERE = Routes([], [], [], [], [], [])


def routes(
    unfolded: Unfolded,
    p: Sequence[float],
    *,
    ends: Collection[int],
    waypoints: Sequence[Waypoint] = (),
) -> Routes:
    """Return the routes from the root to the states ``ends`` past all ``waypoints``.

    ``p`` holds one number for each unfolded edge; an edge with 0 is not there. The number of stops is at
    most the number of states times 2**waypoints, and in practice little more than the number of states.
    """
    ways = 1 << len(waypoints)
    state_marks, slot_marks = _marks(waypoints)
    target = unfolded.target.tolist()
    first = unfolded.first_edge.tolist()
    # A stop's key is state * ways + mask; keys grow along every edge, since states do.
    arrived: list[list[int] | None] = [None] * len(unfolded)
    arrived[0] = [state_marks.get(0, 0)]
    keys: list[int] = []
    sources: list[int] = []
    heads: list[int] = []
    slots: list[int] = []
    for state in range(len(unfolded)):
        for mask in sorted(arrived[state] or ()):
            stop = len(keys)
            keys.append(state * ways + mask)
            for slot in range(first[state], first[state + 1]):
                if p[slot] > 0:
                    head = target[slot]
                    passed = mask | slot_marks.get(slot, 0) | state_marks.get(head, 0)
                    known = arrived[head]
                    if known is None:
                        arrived[head] = [passed]
                    elif passed not in known:
                        known.append(passed)
                    sources.append(stop)
                    heads.append(head * ways + passed)
                    slots.append(slot)
        arrived[state] = None
    number = {key: stop for stop, key in enumerate(keys)}
    last = {number[end * ways + ways - 1] for end in ends if end * ways + ways - 1 in number}
    return _pruned([key // ways for key in keys], sources, [number[key] for key in heads], slots, p, last)


def _marks(waypoints: Sequence[Waypoint]) -> tuple[dict[int, int], dict[int, int]]:
    """Return for states and for edges which waypoints they are, as bits."""
    states: dict[int, int] = {}
    slots: dict[int, int] = {}
    for bit, waypoint in enumerate(waypoints):
        for state in waypoint.states:
            states[state] = states.get(state, 0) | 1 << bit
        for slot in waypoint.slots:
            slots[slot] = slots.get(slot, 0) | 1 << bit
    return states, slots


def _pruned(
    state: list[int], source: list[int], target: list[int], slot: list[int], p: Sequence[float], ends: set[int]
) -> Routes:
    """Leave out the stops from which no end can be reached."""
    alive = bytearray(len(state))
    for end in ends:
        alive[end] = 1
    kept = []
    for edge in range(len(source) - 1, -1, -1):  # edges stand in the order of their sources
        if alive[target[edge]]:
            alive[source[edge]] = 1
            kept.append(edge)
    if not state or not alive[0]:
        return NOWHERE
    kept.reverse()
    number = [0] * len(state)
    stops = [stop for stop in range(len(state)) if alive[stop]]
    for new, stop in enumerate(stops):
        number[stop] = new
    return Routes(
        state=[state[stop] for stop in stops],
        source=[number[source[edge]] for edge in kept],
        target=[number[target[edge]] for edge in kept],
        slot=[slot[edge] for edge in kept],
        p=[float(p[slot[edge]]) for edge in kept],
        ends=sorted(number[end] for end in ends),
    )


def path_counts(unfolded: Unfolded, limit: int) -> list[int]:
    """Return for each state how many paths lead from it to an end, counted up to one more than ``limit``."""
    counts = [1] * len(unfolded)
    first, target = unfolded.first_edge.tolist(), unfolded.target.tolist()
    for state in reversed(range(len(unfolded))):
        start, stop = first[state], first[state + 1]
        if stop > start:
            counts[state] = min(sum([counts[end] for end in target[start:stop]]), limit + 1)
    return counts


def chokepoints(unfolded: Unfolded, found: Routes) -> Mapping[str, tuple[str, ...]]:
    """Return for each outcome what every path to it passes, from the root on, the outcome itself left out.

    A chokepoint is a state; where the paths pass a node in several states, none of which they all pass, it is the
    node. States come from dominators (networkx.immediate_dominators; Cooper, Harvey and Kennedy 2001, A simple, fast
    dominance algorithm); nodes from one sweep that carries what can be avoided. Outcomes stand in the file's order. The
    lists end when they hold more than `LISTED_NAMES` names together.
    """
    ids = unfolded.place_ids
    place = unfolded.place.tolist()
    by_outcome: dict[int, list[int]] = {}
    for end in found.ends:
        by_outcome.setdefault(place[found.state[end]], []).append(end)
    outcomes = sorted(by_outcome)
    chains = _dominators(found, [by_outcome[outcome] for outcome in outcomes])
    groups = _groups(found, place)
    forced = _unavoidable(found, groups, [by_outcome[outcome] for outcome in outcomes])
    result: dict[str, tuple[str, ...]] = {}
    listed = 0
    for outcome, chain, mask in zip(outcomes, chains, forced, strict=True):
        states = {found.state[stop] for stop in chain}
        nodes = {}
        for group in _bits(mask):
            kind, key, stops = groups[group]
            if kind == "state":
                states.add(key)
            else:
                nodes[key] = found.state[stops[0]]
        for state in states:
            nodes.pop(place[state], None)
        named = [(state, unfolded.labels[state]) for state in states]
        named += [(state, ids[node]) for node, state in nodes.items()]
        result[ids[outcome]] = tuple(name for state, name in sorted(named) if place[state] != outcome)
        listed += len(named)
        if listed > LISTED_NAMES:
            break
    return result


def _bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while mask:
        top = mask.bit_length() - 1
        yield top
        mask ^= 1 << top


def _dominators(found: Routes, outcomes: list[list[int]]) -> list[list[int]]:
    """Return for each outcome, given as its stops, the stops that every path to one of them passes."""
    if not outcomes:
        return []
    import networkx

    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_edges_from(zip(found.source, found.target, strict=True))
    # An outcome with several ends gets a gate behind them, so that it is one node to the dominators.
    gates = [stops[0] if len(stops) == 1 else len(found) + at for at, stops in enumerate(outcomes)]
    graph.add_edges_from(
        (stop, gate) for stops, gate in zip(outcomes, gates, strict=True) if len(stops) > 1 for stop in stops
    )
    graph.add_node(0)
    parent = networkx.immediate_dominators(graph, 0)
    chains = []
    listed = 0
    for gate in gates:
        chain = []
        stop = gate
        while stop != 0 and listed <= LISTED_NAMES:
            stop = parent[stop]
            chain.append(stop)
        listed += len(chain)
        chains.append(chain)
    return chains


def _groups(found: Routes, place: Sequence[int]) -> list[tuple[str, int, list[int]]]:
    """Return the states with several stops and the nodes with several states, as (kind, key, stops)."""
    by_state: dict[int, list[int]] = {}
    by_node: dict[int, list[int]] = {}
    if len(set(found.state)) < len(found):
        for stop, state in enumerate(found.state):
            by_state.setdefault(state, []).append(stop)
    copies = Counter(place[state] for state in set(found.state))
    if len(copies) < sum(copies.values()):
        for stop, state in enumerate(found.state):
            if copies[place[state]] > 1:
                by_node.setdefault(place[state], []).append(stop)
    groups = [("state", state, stops) for state, stops in by_state.items() if len(stops) > 1]
    return groups + [("node", node, stops) for node, stops in by_node.items()]


def _unavoidable(found: Routes, groups: list[tuple[str, int, list[int]]], outcomes: list[list[int]]) -> list[int]:
    """Return for each outcome, as bits, the groups of stops that no path to it avoids."""
    if not groups:
        return [0] * len(outcomes)
    every = (1 << len(groups)) - 1
    own = [0] * len(found)
    for bit, (_, _, stops) in enumerate(groups):
        for stop in stops:
            own[stop] |= 1 << bit
    gate = {stop: at for at, stops in enumerate(outcomes) for stop in stops}
    avoided = [0] * len(found)
    avoided[0] = every & ~own[0]
    at_gate = [0] * len(outcomes)
    edge = 0
    for stop in range(len(found)):
        here, avoided[stop] = avoided[stop], 0
        if stop in gate:
            at_gate[gate[stop]] |= here
        while edge < len(found.source) and found.source[edge] == stop:
            head = found.target[edge]
            avoided[head] |= here & ~own[head]
            edge += 1
    return [every & ~mask for mask in at_gate]
