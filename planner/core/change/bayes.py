"""Two chance nodes in a row as a table of formulas, read the other way round by Bayes' rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.core.change import algebra

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from planner.core.expression import Program
    from planner.core.model import Node


@dataclass(frozen=True)
class Table:
    """The two questions: P(a) by branch of the upper, P(b|a) by both branches, and the joint P(a, b)."""

    above: Node
    below: Mapping[str, Node]
    prior: Mapping[str, Program]
    given: Mapping[tuple[str, str], Program]

    @classmethod
    def of(cls, above: Node, below: Mapping[str, Node]) -> Self:
        """Read the probabilities of two questions.

        Args:
            above: the chance node that is asked first.
            below: the one that follows, by the branch that it follows; all with the same branches.
        """
        rows = {name: probabilities(node) for name, node in below.items()}
        given = {(a, b): p for a, row in rows.items() for b, p in row.items()}
        return cls(above, below, probabilities(above), given)

    @property
    def one(self) -> Node:
        """The lower question as the first branch of the upper one asks it."""
        return next(iter(self.below.values()))

    @property
    def apart(self) -> bool:
        """Whether the answers do not depend on each other."""
        return all(self.given[a, b] == self.given[next(iter(self.prior)), b] for a, b in self.given)

    def marginal(self, b: str) -> Program:
        """Return P(b)."""
        if self.apart:
            return self.given[next(iter(self.prior)), b]
        return algebra.total([algebra.product(self.prior[a], self.given[a, b]) for a in self.prior])

    def posterior(self, a: str, b: str) -> Program:
        """Return P(a|b)."""
        if self.apart:
            return self.prior[a]
        return algebra.quotient(algebra.product(self.prior[a], self.given[a, b]), self.marginal(b))


def probabilities(node: Node) -> dict[str, Program]:
    """Return the probability of each branch, `rest` written out."""
    given = [edge.p.program for edge in node.edges.values() if edge.p is not None]
    rests = sum(edge.rest for edge in node.edges.values())
    rest = algebra.remainder(given, rests) if rests else algebra.ZERO
    return {edge.id: rest if edge.p is None else edge.p.program for edge in node.edges.values()}
