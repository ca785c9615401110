"""What a scenario is worth when more is known of it: one rollback for any number of pieces of knowledge at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core import kernels
from planner.core.beliefs import chance_of, posterior
from planner.core.known import edges_of, with_prior
from planner.core.numbers import Numbers
from planner.core.rollback import rollback
from planner.core.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.learning.events import Event
    from planner.core.beliefs import Likelihoods
    from planner.core.solve import Solution
    from planner.core.unfold import Unfolded

Floats = NDArray[np.float64]
Change = dict[int, list[float]]  # state -> the probabilities of its edges
ROOM = 4_000_000  # numbers of one pass
NOISE = 1_000  # how many times the margin of a tie rounding may leave of a difference that is 0


@dataclass(frozen=True, eq=False)
class Foresight:
    """A solved scenario and a state at which something more may be known.

    Values are oriented: more is better, whatever the objective.

    Attributes:
        solution: the scenario folded back with what is known now.
        likelihoods: of its signals.
        start: the state at which knowledge comes, before anything happens there.
    """

    solution: Solution = field(repr=False)
    likelihoods: Likelihoods = field(repr=False)
    start: int = 0

    @property
    def unfolded(self) -> Unfolded:
        """The states."""
        return self.solution.unfolded

    @cached_property
    def tree(self) -> Tree:
        """The states, laid out."""
        return Tree.from_unfolded(self.unfolded)

    @cached_property
    def tolerance(self) -> list[float | None]:
        """For each actor its tolerance of risk."""
        return [actor.risk_tolerance for actor in self.unfolded.scenario.actors.values()]

    @property
    def now(self) -> Floats:
        """What the state is worth to each actor with what is known now."""
        return np.array(self.solution.channels[self.start], np.float64)

    def values(self, changes: Sequence[Change]) -> Floats:
        """Return what the state is worth with each of some changed probabilities, (actors, changes).

        Everybody knows of the change and takes the best answer to it.
        """
        found = np.empty((len(self.tolerance), len(changes)))
        width = max(2, ROOM // (len(self.tree) * len(self.tolerance)))
        for first in range(0, len(changes), width):
            found[:, first : first + width] = self._pass(changes[first : first + width])
        return found

    def _pass(self, changes: Sequence[Change]) -> Floats:
        unfolded, bound = self.unfolded, self.solution.bound
        p, p_row = list(bound.p), bound.p_row.copy()
        for state in sorted({state for change in changes for state in change}):
            slots = unfolded.slots(state)
            before = [bound.p[row] for row in bound.p_row[slots.start : slots.stop].tolist()]
            p_row[slots.start : slots.stop] = range(len(p), len(p) + len(slots))
            p += list(np.array([change.get(state, before) for change in changes], np.float64).T)
        changed = replace(bound, p=p, p_row=p_row)
        numbers = Numbers.of_bound(self.tree, changed, self.solution.worth, self.tolerance, len(changes))
        result = rollback(self.tree, numbers, self.solution.rule)
        return result.channels[:, self.tree.position[self.start]]

    def expected(self, values: Floats, weights: Floats) -> Floats:
        """Return for each actor what it is worth to get one of some values, (actors, values), with these weights.

        The mean, or the certainty equivalent of an actor with a tolerance of risk.
        """
        return np.array(
            [
                float(row @ weights) if risk is None else float(kernels.certainty_equivalent(row, weights, risk))
                for row, risk in zip(values, self.tolerance, strict=True)
            ]
        )

    def gain(self, worth: Floats) -> Floats:
        """Return for each actor by how much something is better than now; what rounding leaves of 0 is 0."""
        gain = worth - self.now
        noise = NOISE * np.array(self.solution.margin, np.float64)
        return np.where(np.abs(gain) <= noise, 0.0, gain)

    # --- pieces of knowledge -----------------------------------------------------------------------------------

    def known(self, event: Event, branch: int) -> Change:
        """Return what changes when it is known that an event turns out in one way."""
        prior = {name: float(at == branch) for at, name in enumerate(event.branches)}
        return self.with_prior(event, prior)

    def heard(self, event: Event, signal: str, word: str) -> tuple[float, Change]:
        """Return how probable it is that a signal about an event tells a word, and what changes when it does."""
        likely = self.likelihoods.of(signal, event.branches, word)
        after = posterior(event.prior, [(likely, 1)])
        prior = self.before_news(event, after)
        return float(chance_of(event.prior, likely)), self.with_prior(event, prior)

    def with_prior(self, event: Event, prior: Mapping[str, float]) -> Change:
        """Return what changes when an event has other probabilities before any news."""
        return with_prior(self.unfolded, self.likelihoods, event.states, prior, event.listeners)

    def before_news(self, event: Event, belief: Sequence[float]) -> Mapping[str, float]:
        """Take the news that was heard by the start out of a belief, since every state after it takes it in again."""
        weights = np.array(belief, np.float64)
        for likely, times in self.likelihoods.told(event.branches, event.heard):
            factor = np.array(likely, np.float64) ** times
            weights = np.divide(weights, factor, out=np.zeros_like(weights), where=factor > 0)
        return dict(zip(event.branches, (weights / weights.sum()).tolist(), strict=True))

    def chosen(self, event: Event, actor: int) -> Change:
        """Return what changes when an actor chooses how an event turns out, wherever it is met.

        News about it then comes as it would without, and tells nothing new.
        """
        change: Change = {}
        for state in event.states:
            own = [row[actor] for row in self.solution.ahead(state)]
            best = max(event.possible, key=lambda at: (own[at], -at))
            change[state] = [float(at == best) for at in range(len(event.branches))]
        return change

    def deaf(self, signal: str, states: Sequence[int]) -> Change:
        """Return what changes in some states of chance nodes when the news of a signal no longer tells anything."""
        unfolded, bound = self.unfolded, self.solution.bound
        about = unfolded.scenario.signals[signal].about
        change: Change = {}
        for state in states:
            node = unfolded.node(state)
            met = unfolded.next_met.get(state, state)
            if node is None or met not in bound.prior_row or unfolded.place_ids[int(unfolded.place[met])] != about:
                continue
            branches = [unfolded.edges[edge].id for edge in edges_of(unfolded, met)]
            row = bound.prior_row[met]
            others = tuple(
                item
                for item in unfolded.heard(state)
                if item[0] != signal and unfolded.scenario.signals[item[0]].about == about
            )
            belief = posterior(bound.p[row : row + len(branches)], self.likelihoods.told(branches, others))
            if node.observe is None:
                change[state] = [float(p) for p in belief]
            else:
                words = [unfolded.edges[edge].id for edge in edges_of(unfolded, state)]
                told = (self.likelihoods.of(node.observe, branches, word) for word in words)
                change[state] = [float(chance_of(belief, likely)) for likely in told]
        return change
