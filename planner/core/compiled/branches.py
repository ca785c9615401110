"""The probabilities of a chance state's branches in a program, and the checks that they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.core.compiled import steps
from planner.core.compiled.steps import Shares

if TYPE_CHECKING:
    from planner.core.compiled.code import Sym
    from planner.core.compiled.terms import Terms


class Branches:
    """The branches of states that share their probabilities.

    Each probability is written when it is first asked for, next to the value that it is multiplied with.
    """

    def __init__(self, terms: Terms, row: int) -> None:
        self.terms, self.row = terms, row
        self.node, self.edges, self.state = terms.ground.recorder.chance_of[row]
        self.varies = bool(terms.varying.chances) and bool(terms.varying.chances[row])
        self._given: list[Sym] = []
        self._total: Sym = 0.0
        self._rest: Sym | None = None
        self._shares: Shares | None = None
        self._share: dict[int, Sym] = {}
        self._equal: list[Sym] = []

    def weight(self, slot: int) -> Sym:
        """Return with what weight a branch counts by the rule."""
        if not self.terms.ground.rule.equal:
            return self.p(slot)
        if not self._equal:
            self._equal = self._equally()
        return self._equal[slot]

    def p(self, slot: int) -> Sym:
        """Return the probability of a branch."""
        if not self.varies:
            return self.terms.ground.p[self.row + slot]
        if self.node.resolved is not None:
            self._mean(len(self.edges) - 1)
            return self.terms.ground.p[self.row + slot]
        if self.node.id in self.terms.varying.drawn and self.node.certainty is not None:
            return self._drawn(slot)
        p = self._mean(slot)
        if type(p) is int and self.terms.watch.clip:
            code = self.terms.code
            return code.call(np.minimum, code.call(np.maximum, p, 0.0), 1.0)
        return p if type(p) is int else min(max(p, 0.0), 1.0)

    def _mean(self, slot: int) -> Sym:
        """Return the probability that the file gives."""
        while len(self._given) < (slot + 1 if self.edges[slot].p is not None else len(self.edges)):
            self._next()
        if self.edges[slot].p is not None:
            return self._given[slot]
        if self._rest is None:
            self._rest = self._left_over()
        return self._rest

    def _next(self) -> None:
        """Write one more of the probabilities that are given, and check all of them after the last."""
        terms, code, slot = self.terms, self.terms.code, len(self._given)
        formula = self.edges[slot].p
        p: Sym = 0.0 if formula is None else terms.formula(formula, self.state)
        terms.check(steps.between, p)
        self._given.append(p)
        self._total = code.plus(self._total, p)
        if slot + 1 == len(self.edges) and type(self._total) is int:
            if all(edge.p is not None for edge in self.edges):
                if not self._complementary():
                    terms.check(steps.sums_to_one, self._total)
            elif self._rest is None:
                self._rest = self._left_over()

    def _left_over(self) -> Sym:
        """Write what each branch with `rest` has."""
        code, terms = self.terms.code, self.terms
        count = sum(edge.p is None for edge in self.edges)
        if type(self._total) is float:
            return max(1 - self._total, 0.0) / count
        left: Sym = code.call(np.subtract, 1.0, self._total)
        terms.check(steps.left_over, left)
        if terms.watch.clip:
            left = code.call(np.maximum, left, 0.0)
        return left if count == 1 else code.operation("/", left, float(count))

    def _complementary(self) -> bool:
        """Whether these are p and 1 - p, whose sum need not be looked at."""
        if len(self._given) != 2:
            return False
        one, other = self._given
        code = self.terms.code
        return any(
            type(second) is int
            and code.function[second] is np.subtract
            and (code.first[second], code.second[second]) == (code.number(1.0), first)
            for first, second in ((one, other), (other, one))
        )

    def _drawn(self, slot: int) -> Sym:
        """Return the probability of a branch, drawn around its mean."""
        if self._shares is None:
            assert self.node.certainty is not None
            means = tuple([self._mean(at) for at in range(len(self.edges))])
            slots = list(self.node.edges)
            uniforms = tuple([self.terms.source("uniform", self.node.id, slots.index(edge.id)) for edge in self.edges])
            key = (self.node.certainty, tuple(map(type, means)), means, uniforms)
            found = self.terms.shares.get(key)
            if found is None:
                found = self.terms.shares[key] = Shares(self.node.certainty)
                self.terms.code.step(steps.draw_shares, (*means, *uniforms), found)
            self._shares = found
        if slot not in self._share:
            self._share[slot] = self.terms.code.step(steps.share, (), (self._shares, slot))
        return self._share[slot]

    def _equally(self) -> list[Sym]:
        """Return equal probabilities for all branches that are possible; see `kernels.equal_chances`."""
        code = self.terms.code
        chances = [self.p(slot) for slot in range(len(self.edges))]
        possible = [float(p > 0) if type(p) is float else code.call(np.greater, p, 0.0) for p in chances]
        count: Sym = 0.0
        for one in possible:
            count = code.plus(count, one)
        count = code.most(count, 1.0)
        return [0.0 if one == 0 and type(one) is float else code.operation("/", one, count) for one in possible]
