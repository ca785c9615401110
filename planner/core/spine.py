"""Folding a chain back: a long line of states, each with ends beside the one way on.

A state is worth ``max(c, a + b x)`` if the way on is worth ``x``: for chance ``a`` holds the ends and ``b`` is the
probability of the way on, for a decision ``c`` is the best end and ``b`` is 1. Such maps compose to such maps, so the
line is cut into lanes. A first pass composes the maps of every lane, all lanes at once; the lanes are then joined one
after the other; a second pass works out every state from each lane's last to its first, again all lanes at once (a
prefix scan by blocks; Blelloch 1990, Prefix sums and their applications).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.core import kernels
from planner.core.tree import CHANCE, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.core.layout import Part
    from planner.core.numbers import Floats, Numbers


@dataclass(slots=True)
class Chain:
    """One chain, for one neutral actor and one draw.

    Attributes:
        tree, numbers: what is folded back.
        values: of all states; those of the chain are written.
        choice: of all states before the ends; those of the chain are written.
        scale: the largest value on the board, at least 1.
    """

    tree: Tree
    numbers: Numbers
    values: Floats
    choice: NDArray[np.integer]
    scale: float

    def fold(self, part: Part) -> None:
        """Work out the values and choices of the chain."""
        lanes = sum(block.states for block in part.rows[0])
        with np.errstate(invalid="ignore", over="ignore"):
            composed = np.zeros(lanes), np.ones(lanes), np.full(lanes, -np.inf)
            for row in reversed(part.rows):
                for block in row:
                    maps = composed if block.lanes is None else tuple(one[block.lanes] for one in composed)
                    self.compose(block, *maps)
                    if block.lanes is not None:
                        for one, mine in zip(composed, maps, strict=True):
                            one[block.lanes] = mine
            ahead = _joined(*composed)
            for row in reversed(part.rows):
                ahead = self.settle_row(row, ahead)

    def beyond(self, block: Part) -> Floats:
        """Return what the ways on lead to that lead out of the chain."""
        assert block.tails is not None
        return self.values[self.tree.target[block.first_edge + block.link * block.states + block.tails]]

    def gain(self, edges: slice) -> Floats:
        """Return what edges add."""
        rows = self.numbers.gain_row
        return self.numbers.gain[0, edges, 0] if rows is None else self.numbers.gain[0, rows[edges], 0]

    def p(self, edges: slice) -> Floats:
        """Return the probabilities of edges."""
        rows = self.numbers.p_row
        return self.numbers.p[edges, 0] if rows is None else self.numbers.p[rows[edges], 0]

    def slot(self, block: Part, slot: int) -> tuple[slice, Floats]:
        """Return the edges of one slot, and what it leads to where that is not the way on."""
        assert block.straight is not None
        edges = slice(block.first_edge + slot * block.states, block.first_edge + (slot + 1) * block.states)
        head = block.straight[slot]
        if head < 0:
            return edges, self.values.take(self.tree.target[edges]) + self.gain(edges)
        return edges, self.values[head : head + block.states] + self.gain(edges)

    def compose(self, block: Part, a: Floats, b: Floats, c: Floats) -> None:
        """Put a block's maps in front of what lies behind them."""
        assert block.degree is not None
        if block.tails is not None:
            a[block.tails], b[block.tails], c[block.tails] = self.beyond(block), 0.0, -np.inf
        link = slice(block.first_edge + block.link * block.states, block.first_edge + (block.link + 1) * block.states)
        gain = self.gain(link)
        others = (self.slot(block, slot) for slot in range(block.degree) if slot != block.link)
        if self.tree.deciders[block.decider].kind == CHANCE:
            unit = self.p(link)
            constant = unit * gain
            for edges, gained in others:
                np.multiply(gained, self.p(edges), out=gained)
                np.add(constant, gained, out=constant)
            for coefficient in (a, c):
                np.multiply(coefficient, unit, out=coefficient)
                np.add(coefficient, constant, out=coefficient)
            np.multiply(b, unit, out=b)
        else:
            np.add(a, gain, out=a)
            np.add(c, gain, out=c)
            for _, gained in others:
                np.fmax(c, gained, out=c)

    def settle_row(self, row: tuple[Part, ...], ahead: Floats) -> Floats:
        """Write the values and choices of a row, given what its ways on are worth; return the values by lane."""
        values = np.empty(len(ahead)) if len(row) > 1 else ahead
        for block in row:
            mine = ahead if block.lanes is None else ahead[block.lanes]
            if block.tails is not None:
                mine = mine.copy()  # it may be what the row behind has written
                mine[block.tails] = self.beyond(block)
            if block.lanes is None:
                return self.settle(block, mine)
            values[block.lanes] = self.settle(block, mine)
        return values

    def settle(self, block: Part, ahead: Floats) -> Floats:
        """Write the values and choices of a block; return the values."""
        assert block.degree is not None
        states = slice(block.first_state, block.first_state + block.states)
        values, gained = self.values[states], []
        for slot in range(block.degree):
            if slot == block.link:
                edges = slice(block.first_edge + slot * block.states, block.first_edge + (slot + 1) * block.states)
                gained.append((edges, ahead + self.gain(edges)))
            else:
                gained.append(self.slot(block, slot))
        if self.tree.deciders[block.decider].kind == CHANCE:
            for edges, one in gained:
                np.multiply(one, self.p(edges), out=one)
            values[...] = gained[0][1]
            for _, one in gained[1:]:
                np.add(values, one, out=values)
            self.widen(values)
        else:
            own = [one for _, one in gained]
            values[...] = own[0]
            for one in own[1:]:
                np.maximum(values, one, out=values)
            self.widen(values)
            if len(own) > 1:
                kernels.choose(own, np.array(kernels.TIE * self.scale), values, self.choice[states])
        return values

    def widen(self, values: Floats) -> None:
        """Let the scale take in some values."""
        self.scale = max(self.scale, float(values.max()), -float(values.min()))


def _joined(a: Floats, b: Floats, c: Floats) -> Floats:
    """Return for each lane what the next one is worth, from the last lane on, which leads out of the chain."""
    found, value = [], 0.0
    for constant, unit, floor in zip(a[::-1].tolist(), b[::-1].tolist(), c[::-1].tolist(), strict=True):
        found.append(value)
        value = constant + unit * value
        if floor > value:  # noqa: PLR1730 - max() would cost half the loop, and every lane waits for it
            value = floor
    return np.array(found[::-1])
