"""Folding a tree back: one sweep from the ends to the root, for all actors and all draws at once.

Each decision's owner chooses by its own value, and every actor's value follows the choice (backward induction;
Raiffa 1968, Decision Analysis; with several actors Zermelo 1913, Kuhn 1953). Risk-averse actors compare certainty
equivalents; since constant absolute risk aversion does not depend on what was gained before, they fold back on shared
states too (Howard and Matheson 1972, Risk-sensitive Markov decision processes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.core import kernels, settle
from planner.core.rule import EXPECTED, Rule
from planner.core.spine import Chain
from planner.core.tree import CHANCE, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planner.core.layout import Ints, Part
    from planner.core.numbers import Floats, Numbers

CHUNK = 32_768  # numbers of one chunk of a block: what the sweep touches at once stays in the cache


@dataclass(frozen=True, eq=False)
class Rollback:
    """What every state is worth and what is chosen there, in the tree's order of states.

    Values are oriented (more is better) and count from the state onward, path so far and constants left out.

    Attributes:
        channels: (channels, states, draws): actors; with a rule on extremes the worst cases and then the best.
        choice: (states before the ends, draws) the slot that is followed; meaningless at chance states.
        scale: (actors, draws) the largest value on the board, at least 1.
        rule: the rule that was used.
    """

    channels: Floats = field(repr=False)
    choice: NDArray[np.integer] = field(repr=False)
    scale: Floats = field(repr=False)
    rule: Rule = EXPECTED

    @property
    def values(self) -> Floats:
        """Values by the rule, (states, actors, draws)."""
        return np.moveaxis(kernels.scores(self.channels, self.rule), 0, 1)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.channels.nbytes + self.choice.nbytes + self.scale.nbytes


def chunk(channels: int, degree: int, draws: int) -> int:
    """Return how many states of a block are settled at once."""
    return max(1, CHUNK // (channels * degree * draws))


def rollback(tree: Tree, numbers: Numbers, rule: Rule = EXPECTED) -> Rollback:
    """Fold ``tree`` back.

    Two options are as good as each other when they differ by at most 1e-12 of the largest value on the board; the first
    in the file is followed.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite, and the caller looks for that
        return _Sweep(tree, numbers, rule).run()


class _Sweep:
    def __init__(self, tree: Tree, numbers: Numbers, rule: Rule) -> None:
        self.tree, self.numbers, self.rule = tree, numbers, rule
        self.actors = numbers.actors
        self.width = self.actors * (2 if rule.extremes else 1)
        self.copies = self.width // self.actors
        self.draws = numbers.draws
        self.tolerance = tuple(
            risk if risk is not None and np.any(np.isfinite(risk)) and not rule.extremes else None
            for risk in numbers.risk_tolerance
        )
        self.plain = self.draws == self.width == 1 and self.tolerance == (None,) and not rule.equal
        self.channels = np.empty((self.width, len(tree), self.draws))
        self.choice = np.zeros((tree.ends, self.draws), tree.choice_type)
        self.scale = np.ones((self.actors, self.draws))

    def run(self) -> Rollback:
        ends = self.numbers.end if self.numbers.end_row is None else self.numbers.end[:, self.numbers.end_row]
        for copy in range(self.copies):
            self.channels[copy * self.actors : (copy + 1) * self.actors, self.tree.ends :] = ends
        self.widen(slice(self.tree.ends, None))
        for part in reversed(self.tree.parts):
            if part.degree is not None:
                self.block(part, part.degree)
            elif self.draws > 1:
                self.state_by_state(part)
            elif not self.plain:
                self.run_of_states(part)
            elif part.rows:
                self.chain(part)
            else:
                self.plain_run(part)
        return Rollback(self.channels, self.choice, self.scale, self.rule)

    def widen(self, states: slice) -> None:
        """Let the scale take in the values of some states."""
        values = kernels.scores(self.channels[:, states], self.rule)
        if values.shape[1]:
            np.maximum(self.scale, values.max(axis=1), out=self.scale)
            np.maximum(self.scale, -values.min(axis=1), out=self.scale)

    # --- blocks --------------------------------------------------------------------------------------------

    def block(self, part: Part, degree: int) -> None:
        """Settle a block, a chunk of its states at a time."""
        width = chunk(self.width, degree, self.draws)
        for start in range(0, part.states, width):
            stop = min(start + width, part.states)
            gains = np.empty((self.width, degree, stop - start, self.draws))
            self.gather(part, degree, start, stop, gains)
            states = slice(part.first_state + start, part.first_state + stop)
            self.settle(gains, self.chances(part, degree, start, stop), part.decider, states)

    def settle(self, gains: Floats, p: Floats, number: int, states: slice) -> None:
        """Write what some states are worth that lead to ``gains`` and have the same decider."""
        if self.tree.deciders[number].kind == CHANCE:
            self.chance(gains, p, self.channels[:, states])
            self.widen(states)
        else:
            self.decision(gains, number, states)

    def gather(self, part: Part, degree: int, start: int, stop: int, gains: Floats) -> None:
        """Fill ``gains`` with what the slots of some states lead to."""
        channels = self.channels
        whole = stop - start == part.states
        first, last = part.first_edge, part.first_edge + part.edges
        if part.straight is not None:
            for slot, head in enumerate(part.straight):
                edges = slice(first + slot * part.states + start, first + slot * part.states + stop)
                np.add(channels[:, head + start : head + stop], self.gained(edges), out=gains[:, slot])
        elif whole:
            flat = gains.reshape(self.width, part.edges, self.draws)
            np.take(channels, self.tree.target[first:last], axis=1, out=flat, mode="clip")
            np.add(flat, self.gained(slice(first, last)), out=flat)
        else:
            for slot in range(degree):
                edges = slice(first + slot * part.states + start, first + slot * part.states + stop)
                into = gains[:, slot]
                if self.width == 1:
                    np.take(channels, self.tree.target[edges], axis=1, out=into, mode="clip")
                else:
                    into[...] = channels[:, self.tree.target[edges]]
                np.add(into, self.gained(edges), out=into)

    def gained(self, edges: slice | Ints) -> Floats:
        """Return what edges add in every channel."""
        rows = self.numbers.gain_row
        gain = self.numbers.gain[:, edges] if rows is None else self.numbers.gain[:, rows[edges]]
        return gain if self.copies == 1 else np.concatenate((gain, gain))

    def chances(self, part: Part, degree: int, start: int, stop: int) -> Floats:
        """Return the probabilities of the slots of some states."""
        rows, edges = self.numbers.p_row, slice(part.first_edge, part.first_edge + part.edges)
        if rows is None:
            return self.numbers.p[edges].reshape(degree, part.states, -1)[:, start:stop]
        return self.numbers.p[rows[edges].reshape(degree, part.states)[:, start:stop]]

    def p(self, edges: slice | Ints) -> Floats:
        """Return the probabilities of edges, (edges, draws)."""
        rows = self.numbers.p_row
        return self.numbers.p[edges] if rows is None else self.numbers.p[rows[edges]]

    def chance(self, gains: Floats, p: Floats, out: Floats) -> None:
        """Sum up what chance may bring."""
        if self.rule.extremes:
            kernels.extremes(gains, p, out)
            return
        if self.rule.equal:
            p = kernels.equal_chances(p)
        averse = [
            (actor, kernels.risk_adjusted(gains[actor], p, risk))
            for actor, risk in enumerate(self.tolerance)
            if risk is not None
        ]
        if len(averse) < self.actors:
            kernels.expectation(gains, p, out)
        for actor, value in averse:
            out[actor] = value

    def decision(self, gains: Floats, number: int, states: slice) -> None:
        """Let the owners choose."""
        decider, choice, out = self.tree.deciders[number], self.choice[states], self.channels[:, states]
        if len(decider.owners) == 1:
            owner = decider.owners[0]
            own = gains[owner] if not self.rule.extremes else kernels.scores(gains, self.rule)[owner]
            best = out[owner] if not self.rule.extremes else np.empty(own.shape[1:])
            np.maximum.reduce(own, axis=0, out=best)
            np.maximum(self.scale[owner], best.max(axis=0), out=self.scale[owner])
            np.maximum(self.scale[owner], -best.min(axis=0), out=self.scale[owner])
            kernels.choose(own, kernels.TIE * self.scale[owner], best, choice)
            others = [channel for channel in range(self.width) if self.rule.extremes or channel != owner]
            if others:
                kernels.follow(gains, choice, others, out)
                self.widen(states)
        else:
            owners = list(decider.owners)
            margin = kernels.TIE * self.scale[owners].max(axis=0)
            kernels.agree(kernels.scores(gains, self.rule)[owners], decider, margin, choice)
            kernels.follow(gains, choice, range(self.width), out)
            self.widen(states)

    def chain(self, part: Part) -> None:
        """Settle a chain for one neutral actor and one draw."""
        chain = Chain(self.tree, self.numbers, self.channels[0, :, 0], self.choice[:, 0], float(self.scale[0, 0]))
        chain.fold(part)
        self.scale[0, 0] = chain.scale

    # --- runs and chains -----------------------------------------------------------------------------------

    def state_by_state(self, part: Part) -> None:
        """Settle a run or chain over many draws, one state after the other."""
        edges = _edges(self.tree, part)
        for at in backwards(part):
            state = slice(part.first_state + at, part.first_state + at + 1)
            slots = np.asarray(edges[at]) + part.first_edge
            gains = self.channels[:, self.tree.target[slots]] + self.gained(slots)
            number = int(self.tree.decider[state.start])
            self.settle(gains[:, :, None], self.p(slots)[:, None], number, state)

    def run_of_states(self, part: Part) -> None:
        """Settle a run or chain for one draw in plain Python."""
        edges = slice(part.first_edge, part.first_edge + part.edges)
        states = slice(part.first_state, part.first_state + part.states)
        slots, deciders = _edges(self.tree, part), self.tree.decider[states].tolist()
        targets, p = (self.tree.target[edges] - part.first_state).tolist(), self.p(edges)[:, 0].tolist()
        gain = self.gained(edges)[:, :, 0].T.tolist()
        before = self.channels[:, self.tree.target[edges], 0].T.tolist()
        local: list[list[float]] = [[]] * part.states
        scale = [float(value) for value in self.scale[:, 0]]
        choice = [0] * part.states
        for at in backwards(part):
            gains = []
            for edge in slots[at]:
                value = local[targets[edge]] if targets[edge] < part.states else before[edge]
                gains.append([one + more for one, more in zip(value, gain[edge], strict=True)])
            decider = self.tree.deciders[deciders[at]]
            if decider.kind == CHANCE:
                local[at] = settle.chance(gains, [p[edge] for edge in slots[at]], self.rule, self.tolerance)
            else:
                if len(decider.owners) == 1:  # as in a block, the value at hand counts for the scale
                    owner = decider.owners[0]
                    best = max(settle.score(row, owner, self.rule) for row in gains)
                    scale[owner] = max(scale[owner], abs(best))
                margin = kernels.TIE * max(scale[owner] for owner in decider.owners)
                choice[at] = settle.decide(gains, decider, self.rule, margin)
                local[at] = gains[choice[at]]
            for actor in range(self.actors):
                scale[actor] = max(scale[actor], abs(settle.score(local[at], actor, self.rule)))
        self.channels[:, states, 0] = np.asarray(local).T
        self.choice[states, 0] = choice
        self.scale[:, 0] = scale

    def plain_run(self, part: Part) -> None:
        """Settle a run for one neutral actor: the loop that most narrow trees come down to."""
        edges = slice(part.first_edge, part.first_edge + part.edges)
        states = slice(part.first_state, part.first_state + part.states)
        kinds = [decider.kind == CHANCE for decider in self.tree.deciders]
        first = [*(self.tree.first_edge[states] - part.first_edge).tolist(), part.edges]
        targets, p = (self.tree.target[edges] - part.first_state).tolist(), self.p(edges)[:, 0].tolist()
        gain, deciders = self.gained(edges)[0, :, 0].tolist(), self.tree.decider[states].tolist()
        before = self.channels[0, self.tree.target[edges], 0].tolist()
        count, scale, tie = part.states, float(self.scale[0, 0]), kernels.TIE
        local, choice = [0.0] * count, [0] * count
        for at in range(count - 1, -1, -1):
            start, stop = first[at], first[at + 1]
            if kinds[deciders[at]]:
                value = 0.0
                for edge in range(start, stop):
                    target = targets[edge]
                    value += p[edge] * (gain[edge] + (local[target] if target < count else before[edge]))
            else:
                own = [
                    gain[edge] + (local[target] if (target := targets[edge]) < count else before[edge])
                    for edge in range(start, stop)
                ]
                value = max(own)
                if value > scale or -value > scale:
                    scale = abs(value)
                if own[0] < value - tie * scale:
                    choice[at] = next(slot for slot, gained in enumerate(own) if gained >= value - tie * scale)
            local[at] = value
            if value > scale or -value > scale:
                scale = abs(value)
        self.channels[0, states, 0] = local
        self.choice[states, 0] = choice
        self.scale[0, 0] = scale


def _edges(tree: Tree, part: Part) -> list[range]:
    """Return for each state of a run or chain its edges, counted from the part's first, in slot order."""
    if part.rows:
        found: list[range] = []
        for block in part.blocks:
            start = block.first_edge - part.first_edge
            found += (range(start + at, start + block.edges, block.states) for at in range(block.states))
        return found
    first = (tree.first_edge[part.first_state : part.first_state + part.states] - part.first_edge).tolist()
    return [range(start, stop) for start, stop in pairwise([*first, part.edges])]


def backwards(part: Part) -> Iterable[int]:
    """Yield the states of a run or chain, counted from the part's first, each after those that it leads to."""
    if not part.rows:
        return range(part.states - 1, -1, -1)
    order = np.empty((part.states // len(part.rows), len(part.rows)), np.int32)
    for number, row in enumerate(part.rows):
        for block in row:
            lanes = slice(None) if block.lanes is None else block.lanes
            order[lanes, number] = block.first_state - part.first_state + np.arange(block.states)
    backwards: list[int] = order.ravel()[::-1].tolist()
    return backwards
