"""What the words of a question about paths mean: nodes, states, options, branches, outcomes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.analyses.result import UnknownName
from planner.core.routes import Waypoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.unfold import Unfolded


class PathNames:
    """What the words of a question mean in the unfolded scenario."""

    def __init__(self, unfolded: Unfolded) -> None:
        self.unfolded = unfolded
        self.places = {name: at for at, name in enumerate(unfolded.place_ids)}
        self.edges = {edge.path: at for at, edge in enumerate(unfolded.edges)}
        self.nodes = unfolded.scenario.nodes

    @cached_property
    def states(self) -> dict[str, int]:
        """Every state by its label."""
        return {label: state for state, label in enumerate(self.unfolded.labels)}

    def at(self, name: str) -> list[int] | None:
        """Return the states that a node, an ending edge or a state's label means; None if there is no such thing."""
        if name in self.places:
            found: list[int] = np.flatnonzero(self.unfolded.place == self.places[name]).tolist()
            return found
        return [self.states[name]] if "[" in name and name in self.states else None

    def waypoint(self, name: str) -> Waypoint:
        """Return what a path must pass: a node, a state, an option or a branch."""
        if name in self.edges:
            return Waypoint(slots=np.flatnonzero(self.unfolded.edge == self.edges[name]).tolist())
        states = self.at(name)
        if states is None:
            raise UnknownName.among("node", name, [*self.nodes, *self.edges, *(self.states if "[" in name else ())])
        return Waypoint(states=states)

    def ends(self, name: str) -> list[int]:
        """Return the states in which a path ends in this outcome."""
        states = self.at(name)
        outcomes = [place for place, at in self.places.items() if at >= len(self.nodes) or not self.nodes[place].edges]
        if states is None or name.partition("[")[0] not in outcomes:
            raise UnknownName.among("outcome", name, outcomes)
        return states

    def branches(self, names: Sequence[str]) -> dict[int, set[int]]:
        """Return for each state the edges that are given there."""
        found: dict[int, set[int]] = {}
        for outdoes in (False, True):  # what is said of a state outdoes what is said of its node
            chosen: dict[int, set[int]] = {}
            for name in names:
                states, edge = self.branch(name)
                if ("[" in name) == outdoes:
                    for state in states:
                        chosen.setdefault(state, set()).add(edge)
            found |= chosen
        return found

    def branch(self, name: str) -> tuple[list[int], int]:
        """Return the states in which a branch is given and its edge: ``node.branch``, or ``node[round=2].branch``."""
        if name in self.edges:
            place = self.places[name.partition(".")[0]]
            return np.flatnonzero(self.unfolded.place == place).tolist(), self.edges[name]
        node, bracket, _ = name.partition("[")
        label, dot, edge = name.rpartition("].")
        if not (bracket and dot and node in self.nodes):
            raise UnknownName.among("branch", name, self.edges)
        if f"{label}]" not in self.states:
            mine = [one for one in self.states if one.startswith(f"{node}[")]
            raise UnknownName.among("state", f"{label}]", mine)
        if edge not in self.nodes[node].edges:
            raise UnknownName.among(f"branch of '{node}'", edge, self.nodes[node].edges)
        return [self.states[f"{label}]"]], self.edges[f"{node}.{edge}"]

    def forced(self, choose: Mapping[str, str]) -> dict[int, int]:
        """Return for each state the unfolded edge that is chosen there, where it is on the table."""
        forced: dict[int, int] = {}
        decisions = [node.id for node in self.nodes.values() if node.kind == "decision"]
        for name in sorted(
            choose, key=lambda name: "[" in name
        ):  # what is said of a state outdoes what is said of its node
            node, states = name.partition("[")[0], self.at(name)
            if states is None or node not in decisions:
                raise UnknownName.among("decision", name, [*decisions, *(self.states if "[" in name else ())])
            if choose[name] not in self.nodes[node].edges:
                raise UnknownName.among(f"option of '{node}'", choose[name], self.nodes[node].edges)
            edge = self.edges[f"{node}.{choose[name]}"]
            for state in states:
                for slot in self.unfolded.slots(state):
                    if self.unfolded.edge[slot] == edge:
                        forced[state] = slot
        return forced
