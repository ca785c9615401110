"""Probabilities once the reader takes it that some branches happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.core.beliefs import Likelihoods
from planner.core.binding import environment
from planner.core.known import edges_of, with_prior

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.solve import Number, Solution
    from planner.core.unfold import Unfolded

Given = dict[int, set[int]]  # state -> the scenario's edges that are given there


class Facts:
    """Works given branches into the probabilities of a solution's edges."""

    def __init__(self, solution: Solution, overrides: Mapping[str, Number]) -> None:
        self.unfolded, self.bound = solution.unfolded, solution.bound
        self.likelihoods = Likelihoods(self.unfolded.scenario, environment(self.unfolded.scenario, overrides))

    def taken(self, p: Sequence[float], branches: Given) -> list[float]:
        """Return the probabilities with only the given branches left at their nodes, their sum as it was.

        News about such a node comes as it does when one of the given branches is true.
        """
        p = list(p)
        for state, chances in self._news(branches).items():
            slots = self.unfolded.slots(state)
            p[slots.start : slots.stop] = chances
        for state, edges in branches.items():
            slots = self.unfolded.slots(state)
            kept = [slot for slot in slots if int(self.unfolded.edge[slot]) in edges]
            share = sum(p[slot] for slot in kept) if self.unfolded.kind(state) == "chance" else 1.0
            new = {slot: p[slot] / share if share else 0.0 for slot in kept}
            for slot in slots:
                p[slot] = new.get(slot, 0.0)
        return p

    def _news(self, branches: Given) -> dict[int, list[float]]:
        """Return new probabilities of the states that bring news about a node at which something is given."""
        if not self.unfolded.next_met:
            return {}
        meant: dict[tuple[int, int], list[int]] = {}
        for state, prior in self.bound.prior_row.items():
            meant.setdefault((int(self.unfolded.place[state]), prior), []).append(state)
        found: dict[int, list[float]] = {}
        for (_, prior), states in meant.items():
            given = branches.get(states[0])
            if given is None or any(branches.get(state) != given for state in states):
                continue  # only some of the states are meant, and news does not tell them from the others
            edges = edges_of(self.unfolded, states[0])
            before = {edge: float(self.bound.p[prior + at]) for at, edge in enumerate(edges)}
            share = sum(chance for edge, chance in before.items() if edge in given)
            if share:
                now = {
                    self.unfolded.edges[edge].id: chance / share if edge in given else 0.0
                    for edge, chance in before.items()
                }
                changed = with_prior(self.unfolded, self.likelihoods, states, now)
                found |= {state: chances for state, chances in changed.items() if _observes(self.unfolded, state)}
        return found


def _observes(unfolded: Unfolded, state: int) -> bool:
    node = unfolded.node(state)
    return node is not None and node.observe is not None
