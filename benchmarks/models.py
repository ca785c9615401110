"""A generated tree whose numbers are formulas of twelve drawn parameters, and other ways to work it out draw by draw.

Decisions and chance by turns, three edges each. Every payoff at an end is ``a * x + b * y + c``, and every chance state
has branches of probability ``a * x`` and ``b * y`` and one that takes the rest.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers import engine
from benchmarks.shapes import ternary
from planner.core.expression import Expression
from planner.core.model import VALUE, Actor, Criterion, Edge, Node, Parameter, Scenario
from planner.core.tree import CHANCE, DECISION, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.shapes import Arrays
    from planner.core.draws import Inputs

PARAMETERS = 12
SHARES = 4  # of the parameters stand in probabilities, the others in payoffs
KINDS = {DECISION: "decision", CHANCE: "chance", OUTCOME: "outcome"}


def draws(count: int, parameters: int = PARAMETERS, seed: int = 1) -> Inputs:
    """Draw the parameters: beta, normal and triangular ones."""
    random = np.random.default_rng(seed)
    made = {}
    for at in range(parameters):
        if at < SHARES:
            row = random.beta(2, 3, count)
        elif at % 2:
            row = random.normal(0, 1, count)
        else:
            row = random.triangular(0, 1, 2, count)
        made[f"x{at}"] = row.round(3)
    return made


@dataclass(frozen=True)
class Model:
    """The tree and the formulas on it, by state and by edge; None where there is none."""

    arrays: Arrays
    payoff: list[str | None]
    p: list[str | None]
    names: tuple[str, ...]

    @classmethod
    def of(cls, states: int, parameters: int = PARAMETERS, seed: int = 0) -> Model:
        """Generate a model of about so many states."""
        random = np.random.default_rng(seed)
        arrays = ternary(states)
        names = tuple(f"x{at}" for at in range(parameters))
        payoff: list[str | None] = [None] * len(arrays)
        p: list[str | None] = [None] * len(arrays.target)
        for state, kind in enumerate(arrays.kind.tolist()):
            first, stop = arrays.first_edge[state], arrays.first_edge[state + 1]
            if kind == OUTCOME:
                x, y = random.choice(names[SHARES:], 2, replace=False)
                a, b, c = random.normal(0, 10, 3)
                payoff[state] = f"{a:.4f} * {x} + {b:.4f} * {y} + {c:.4f}"
            elif kind == CHANCE:
                for edge in range(first, stop - 1):
                    p[edge] = f"{random.uniform(0.1, 0.5):.4f} * {random.choice(names[:SHARES])}"
        return cls(arrays, payoff, p, names)

    def __len__(self) -> int:
        return len(self.arrays)

    def edges(self, state: int) -> range:
        """Return the edges of a state."""
        return range(int(self.arrays.first_edge[state]), int(self.arrays.first_edge[state + 1]))

    def kind(self, state: int) -> int:
        """Return whether a state is decision, chance or outcome."""
        return int(self.arrays.kind[state])

    def scenario(self) -> Scenario:
        """Return the model as the product's scenario."""
        nodes: dict[str, Node] = {}
        for state in range(len(self)):
            name, kind = f"n{state}", KINDS[self.kind(state)]
            edges = {}
            for slot, edge in enumerate(self.edges(state)):
                p = self.p[edge]
                edges[f"e{slot}"] = Edge(
                    f"e{slot}", name, f"e{slot}", to=f"n{self.arrays.target[edge]}",
                    p=None if p is None else Expression.parse(p), rest=kind == "chance" and p is None,
                )  # fmt: skip
            formula = self.payoff[state]
            payoff = {} if formula is None else {None: {VALUE: Expression.parse(formula)}}
            by = ("self",) if kind == "decision" else ()
            nodes[name] = Node(name, kind, name, edges, by=by, payoff=payoff)  # type: ignore[arg-type]
        parameters = {name: Parameter(name, Expression.of(0.5), low=0.1, high=0.9) for name in self.names}
        actors, criteria = {"self": Actor("self", "self")}, {VALUE: Criterion(VALUE, VALUE)}
        return Scenario("generated", nodes, actors, criteria, parameters=parameters)

    # --- peers: each takes one draw and returns the value at the root ---------------------------------------

    def fused(self) -> Callable[..., float]:
        """Return one generated Python function of all parameters, a line a state."""
        lines = [f"def work_out({', '.join(self.names)}):"]
        for state in range(len(self) - 1, -1, -1):
            ends = [f"n{self.arrays.target[edge]}" for edge in self.edges(state)]
            if self.kind(state) == OUTCOME:
                lines.append(f" n{state} = {self.payoff[state]}")
            elif self.kind(state) == DECISION:
                one, two, three = ends
                lines.append(f" n{state} = {one} if {one} > {two} else {two}")
                lines.append(f" if {three} > n{state}: n{state} = {three}")
            else:
                p, q = (self.p[edge] for edge in self.edges(state)[:2])
                lines.append(f" p = {p}; q = {q}; r = 1 - p - q")
                lines.append(" if p < 0 or q < 0 or r < 0: raise ValueError")
                lines.append(f" n{state} = p * {ends[0]} + q * {ends[1]} + r * {ends[2]}")
        space: dict[str, Any] = {}
        exec("\n".join([*lines, " return n0"]), space)
        return space["work_out"]  # type: ignore[no-any-return]

    @cached_property
    def _formulas(self) -> tuple[list[Any], list[Any]]:
        """The formulas, compiled by Python one by one."""
        return tuple(
            [None if text is None else compile(text, "formula", "eval") for text in texts]
            for texts in (self.payoff, self.p)
        )  # type: ignore[return-value]

    def one_by_one(self) -> Callable[..., float]:
        """Return an evaluation that works out each formula by itself and then folds back over plain lists."""
        payoff, chances = self._formulas
        kinds, target, names = self.arrays.kind.tolist(), self.arrays.target.tolist(), self.names
        first = self.arrays.first_edge.tolist()

        def work_out(*values: float) -> float:
            space = {"__builtins__": {}, **dict(zip(names, values, strict=True))}
            value = [0.0] * len(kinds)
            for state in range(len(kinds) - 1, -1, -1):
                start, stop = first[state], first[state + 1]
                if kinds[state] == OUTCOME:
                    value[state] = eval(payoff[state], space)
                elif kinds[state] == DECISION:
                    value[state] = max([value[target[edge]] for edge in range(start, stop)])
                else:
                    left, total = 1.0, 0.0
                    for edge in range(start, stop - 1):
                        p = eval(chances[edge], space)
                        if not 0 <= p <= left:
                            raise ValueError
                        left -= p
                        total += p * value[target[edge]]
                    value[state] = total + left * value[target[stop - 1]]
            return value[0]

        return work_out

    @contextmanager
    def silverdecisions(self) -> Iterator[Callable[..., float]]:
        """Yield SilverDecisions' engine, which takes the tree with the formulas in it."""
        chance = [text if text is not None else "#" for text in self.p]
        gain = [self.payoff[end] or "0" for end in self.arrays.target.tolist()]
        tree = {
            "kind": self.arrays.kind.tolist(), "first": self.arrays.first_edge.tolist(),
            "target": self.arrays.target.tolist(), "p": chance, "gain": gain, "names": list(self.names),
        }  # fmt: skip
        with engine(tree) as ask:
            yield lambda *values: float(ask(json.dumps(values)))
