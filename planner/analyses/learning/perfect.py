"""Perfect information: what a scenario is worth if every event is known at the start.

Exactly, by going through all joint outcomes of the events or by taking the tree apart
(`planner.analyses.learning.decomposed`); beyond a limit from a sample of joint outcomes, with its standard error.
Events are taken to be independent of each other, as the tree itself takes them to be along a path (Howard 1966,
Information Value Theory).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.learning.decomposed import TooWideError, worth_of_all
from planner.analyses.learning.events import prior_row
from planner.analyses.learning.evppi import error_of_mean
from planner.core import kernels
from planner.core.beliefs import Likelihoods, posterior
from planner.core.binding import bind, environment
from planner.core.forced import settled
from planner.core.known import edges_of
from planner.core.numbers import Numbers
from planner.core.rollback import Rollback, rollback
from planner.core.tree import DECISION, Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.drawing.sample import Sample
    from planner.analyses.learning.events import Event
    from planner.analyses.learning.foresight import Foresight
    from planner.core.binding import Bound
    from planner.core.numbers import Tolerance
    from planner.core.valuation import Valuation

Floats = NDArray[np.float64]
Digits = list[NDArray[np.int64]]  # for each event the number of its branch, (draws,)

MOST_OUTCOMES = 2**18  # joint outcomes that are gone through
MOST_WORK = 200_000_000  # edges settled, over all outcomes
SAMPLED_WORK = 30_000_000
SAMPLED = (256, 16_384)  # joint outcomes that are sampled, at least and at most
ROOM = 8_000_000  # numbers of one pass


@dataclass(frozen=True, slots=True)
class Perfect:
    """What it is worth to each actor that all events are known at the start, more than now and oriented.

    Attributes:
        gains: by actor, in file order.
        errors: standard errors of a sample; zeros where the gains are exact.
        way: enumerated, decomposed or sampled.
        outcomes: how many joint outcomes the events have.
        sampled: how many of them were sampled; 0 where none.
    """

    gains: Floats
    errors: Floats
    way: str
    outcomes: int
    sampled: int = 0

    @property
    def exact(self) -> bool:
        """Whether the gains are exact."""
        return not self.sampled


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Joint outcomes of events in a scenario, worked out many at a time.

    Attributes:
        foresight: the scenario.
        events: those that are known.
    """

    foresight: Foresight = field(repr=False)
    events: Sequence[Event] = field(repr=False)

    @cached_property
    def following(self) -> Tree:
        """The states with chance in the place of every decision, to follow a strategy that is given."""
        unfolded = self.foresight.unfolded
        decisions = [state for state in range(len(unfolded)) if self.foresight.solution.who(state).kind == DECISION]
        return Tree.from_unfolded(settled(unfolded, decisions))

    def settle(self, bound: Bound, digits: Digits, likelihoods: Likelihoods) -> Bound:
        """Return the numbers once it is known how each event turns out in each draw."""
        unfolded = self.foresight.unfolded
        p, p_row = list(bound.p), bound.p_row.copy()
        for event, digit in zip(self.events, digits, strict=True):
            rows = range(len(p), len(p) + len(event.branches))
            p += [(digit == at).astype(np.float64) for at in range(len(event.branches))]
            for state in event.states:
                slots = unfolded.slots(state)
                p_row[slots.start : slots.stop] = rows
            known: dict[tuple[str, str], int] = {}
            for state in event.listeners:
                node = unfolded.node(state)
                assert node is not None
                assert node.observe is not None
                first = unfolded.first_edge[state]
                for at, edge in enumerate(edges_of(unfolded, state)):
                    word = unfolded.edges[edge].id
                    if (node.observe, word) not in known:
                        known[node.observe, word] = len(p)
                        p.append(_taken(likelihoods.of(node.observe, event.branches, word), digit))
                    p_row[first + at] = known[node.observe, word]
        return replace(bound, p=p, p_row=p_row)

    def foreseen(self, digits: Digits) -> Floats:
        """Return what the start is worth once it is known how each event turns out, (actors, draws)."""
        foresight = self.foresight
        bound = self.settle(foresight.solution.bound, digits, foresight.likelihoods)
        return self.at_start(self.fold(bound, foresight.solution.worth, foresight.tolerance, len(digits[0])))

    def prior(self, bound: Bound, event: Event, likelihoods: Likelihoods) -> list[Any]:
        """Return the probabilities of an event's branches at the start, numbers or one a draw."""
        row = prior_row(self.foresight.unfolded, bound, event.states[0])
        return posterior(bound.p[row : row + len(event.branches)], likelihoods.told(event.branches, event.heard))

    def choices(self, result: Rollback) -> NDArray[np.int32]:
        """Return the slot that is taken in each state, in the scenario's numbering, (states, draws)."""
        tree = self.foresight.tree
        found = np.zeros((len(tree), result.choice.shape[1]), np.int32)
        found[tree.origin[: tree.ends]] = result.choice
        return found

    def fold(self, bound: Bound, worth: Valuation, tolerance: Sequence[Tolerance], draws: int) -> Rollback:
        """Fold the scenario back with numbers that hold for many draws."""
        tree = self.foresight.tree
        numbers = Numbers.of_bound(tree, bound, worth, tolerance, draws)
        return rollback(tree, numbers, self.foresight.solution.rule)

    def at_start(self, result: Rollback, tree: Tree | None = None) -> Floats:
        """Return what the start is worth, (actors, draws)."""
        return result.channels[:, (tree or self.foresight.tree).position[self.foresight.start]]

    def follow(
        self, bound: Bound, choice: NDArray[np.integer], worth: Valuation, tolerance: Sequence[Tolerance], draws: int
    ) -> Floats:
        """Return what the start is worth if decisions are taken as they are given, (actors, draws).

        ``choice`` holds a slot for each state in the scenario's numbering, (states, draws) or (states, 1).
        """
        unfolded, tree = self.foresight.unfolded, self.following
        p, p_row = list(bound.p), bound.p_row.copy()
        for state in range(len(unfolded)):
            if self.foresight.solution.who(state).kind == DECISION:
                slots = unfolded.slots(state)
                p_row[slots.start : slots.stop] = range(len(p), len(p) + len(slots))
                p += [(choice[state] == at).astype(np.float64) for at in range(len(slots))]
        numbers = Numbers.of_bound(tree, replace(bound, p=p, p_row=p_row), worth, tolerance, draws)
        return self.at_start(rollback(tree, numbers, self.foresight.solution.rule), tree)


def _taken(likely: Sequence[object], digit: NDArray[np.int64]) -> Floats:
    """Return for each draw the likelihood under the branch that is true there."""
    table = np.stack([np.broadcast_to(np.asarray(row, np.float64), digit.shape) for row in likely])
    found: Floats = np.take_along_axis(table, digit[None], axis=0)[0]
    return found


def perfect(foresight: Foresight, events: Sequence[Event], *, alone: int | None, seed: int = 1) -> Perfect:
    """Work out what it is worth to know all events at the start.

    Args:
        foresight: the scenario and its start.
        events: what is known.
        alone: the number of the actor who takes all decisions, None if several do.
        seed: for a sample, where there are too many joint outcomes.
    """
    outcomes = prod(len(event.possible) for event in events)
    made = Outcomes(foresight, events)
    edges = len(foresight.tree.target) * len(foresight.now)
    if not events:
        return Perfect(np.zeros_like(foresight.now), np.zeros_like(foresight.now), "enumerated", 1)
    if outcomes <= MOST_OUTCOMES and outcomes * edges <= MOST_WORK:
        worth = foresight.expected(*_every(made, outcomes))
        return Perfect(foresight.gain(worth), np.zeros_like(worth), "enumerated", outcomes)
    if alone is not None:
        try:
            value = worth_of_all(foresight, events, alone)
        except TooWideError:
            pass
        else:
            mine = np.arange(len(foresight.now)) == alone
            gains = np.where(mine, foresight.gain(np.where(mine, value, foresight.now)), np.nan)
            return Perfect(gains, np.zeros_like(gains), "decomposed", outcomes)
    return _sampled(made, outcomes, seed)


def _every(made: Outcomes, outcomes: int) -> tuple[Floats, Floats]:
    """Return what the start is worth in all joint outcomes, (actors, outcomes), and their probabilities."""
    foresight, events = made.foresight, made.events
    shape = tuple(len(event.possible) for event in events)
    values, weights = np.empty((len(foresight.now), outcomes)), np.ones(outcomes)
    width = max(2, ROOM // (len(foresight.tree) * len(foresight.now)))
    for first in range(0, outcomes, width):
        block = slice(first, min(first + width, outcomes))
        places = np.unravel_index(np.arange(block.start, block.stop), shape)
        digits = [np.asarray(event.possible)[at] for event, at in zip(events, places, strict=True)]
        for event, digit in zip(events, digits, strict=True):
            weights[block] *= np.asarray(event.prior)[digit]
        values[:, block] = made.foreseen(digits)
    return values, weights


def _sampled(made: Outcomes, outcomes: int, seed: int) -> Perfect:
    """Estimate the gain from a sample of joint outcomes, the present strategy followed in each of them beside it."""
    foresight = made.foresight
    edges = len(foresight.tree.target) * len(foresight.now)
    count = int(np.clip(SAMPLED_WORK // edges, *SAMPLED))
    draw = np.random.default_rng(seed)
    uniforms = draw.random((len(made.events), count))
    known, now = np.empty((2, len(foresight.now), count))
    width = max(2, ROOM // (edges + 1))
    choice = np.asarray(foresight.solution.choice, np.int32)[:, None]
    for first in range(0, count, width):
        block = slice(first, min(first + width, count))
        digits = [drawn(event.prior, row[block]) for event, row in zip(made.events, uniforms, strict=True)]
        bound = made.settle(foresight.solution.bound, digits, foresight.likelihoods)
        draws = block.stop - block.start
        worth, tolerance = foresight.solution.worth, foresight.tolerance
        known[:, block] = made.at_start(made.fold(bound, worth, tolerance, draws))
        now[:, block] = made.follow(bound, choice, worth, tolerance, draws)
    gains, errors = compared(known, now, foresight.tolerance)
    return Perfect(gains, errors, "sampled", outcomes, count)


def everything(made: Outcomes, found: Sample, now: int, seed: int = 1) -> tuple[Floats, Floats, int]:
    """Estimate what it is worth to know all drawn numbers and how every event turns out.

    Args:
        made: the scenario and its events; its start is the decision that was sampled.
        found: a sample of the drawn numbers.
        now: the number of the option that is taken without knowing anything.
        seed: of the outcomes.

    Returns:
        For each actor the gain and its standard error, and how many draws were used.
    """
    foresight, asked = made.foresight, found.focus
    edges = len(foresight.tree.target) * len(foresight.now)
    count = min(found.draws, int(np.clip(SAMPLED_WORK // edges, *SAMPLED)))
    uniforms = np.random.default_rng(seed).random((len(made.events), count))
    known, without = np.empty((2, len(foresight.now), count))
    width = max(2, ROOM // (edges + 1))
    for first in range(0, count, width):
        block = slice(first, min(first + width, count))
        inputs = {name: row[block] for name, row in found.inputs.items()}
        drawn_chances = {node: [row[block] for row in rows] for node, rows in found.uniforms.items()}
        env = environment(asked.scenario, {**asked.overrides, **inputs})
        bound = bind(foresight.unfolded, env, uniforms=drawn_chances, first_draw=first)
        likelihoods = Likelihoods(asked.scenario, env, first_draw=first)
        digits = [
            drawn(made.prior(bound, event, likelihoods), row[block])
            for event, row in zip(made.events, uniforms, strict=True)
        ]
        numbers = (foresight.solution.worth, foresight.tolerance, block.stop - block.start)
        choice = made.choices(made.fold(bound, *numbers))
        choice[asked.state] = now
        settled_now = made.settle(bound, digits, likelihoods)
        known[:, block] = made.at_start(made.fold(settled_now, *numbers))
        without[:, block] = made.follow(settled_now, choice, *numbers)
    gains, errors = compared(known, without, foresight.tolerance)
    return gains, errors, count


def drawn(prior: Sequence[Any], uniforms: Floats) -> NDArray[np.int64]:
    """Return which branch each uniform number falls on; probabilities are numbers or arrays, one a draw."""
    steps = np.cumsum([np.broadcast_to(np.asarray(p, np.float64), uniforms.shape) for p in prior], axis=0)
    found: NDArray[np.int64] = (uniforms * steps[-1] >= steps[:-1]).sum(axis=0)
    return found


def compared(known: Floats, now: Floats, tolerance: Sequence[float | None]) -> tuple[Floats, Floats]:
    """Return for each actor how much more the one sample is worth than the other, and the standard error of that.

    Both hold the same draws. Certainty equivalents have the error of their linear part (the delta method).
    """
    gains, errors = [], []
    for more, less, risk in zip(known, now, tolerance, strict=True):
        if risk is None:
            gains.append(float((more - less).mean()))
            parts = more - less
        else:
            equal = np.full(len(more), 1 / len(more))
            one, other = (float(kernels.certainty_equivalent(each, equal, risk)) for each in (more, less))
            gains.append(one - other)
            parts = -risk * (np.exp((one - more) / risk) - np.exp((other - less) / risk))
        errors.append(float(error_of_mean(parts)))
    return np.array(gains), np.array(errors)
