"""What all programs of one scenario build on: its states as lists, the formula behind each number, who reads what."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core.binding import Binder, environment
from planner.core.collector import no_collection
from planner.core.draws import inputs_of
from planner.core.tree import CHANCE, deciders_of
from planner.core.valuation import valuation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.core.amounts import Amount
    from planner.core.binding import PayoffRows
    from planner.core.model import Edge, Node, Payoff
    from planner.core.rule import Rule
    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

Mask = NDArray[np.bool_]
Chance = tuple["Node", "Sequence[Edge]", int]  # the node, the branches that are left, a state where this is so


@dataclass(frozen=True, eq=False)
class Varying:
    """What varies in a program, and what that reaches.

    Attributes:
        inputs: the parameters that are given draw by draw.
        names: these, and the parameters that are worked out from them.
        weighing: the actors whose weights vary.
        careful: the actors whose tolerance of risk varies.
        drawn: the chance nodes whose probabilities are drawn.
        amounts: for each row of amounts whether it varies.
        chances: for each first row of a chance state's probabilities whether they vary.
        states: for each state whether anything from there on varies.
    """  # bytes and not lists: made at once however large, and NumPy reads them too

    inputs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    weighing: frozenset[int] = frozenset()
    careful: frozenset[int] = frozenset()
    drawn: frozenset[str] = frozenset()
    amounts: bytes | bytearray = field(default=b"", repr=False)
    chances: bytes | bytearray = field(default=b"", repr=False)
    states: bytes | bytearray = field(default=b"", repr=False)


class Recorder(Binder):
    """Works out the numbers as they are, and keeps from which formulas each row came."""

    def __init__(self, unfolded: Unfolded, env: Mapping[str, Any]) -> None:
        super().__init__(unfolded, env, exact=False, uniforms={}, first_draw=0)
        self.payoff_of: list[tuple[Payoff, int]] = [({}, 0)]
        self.chance_of: dict[int, Chance] = {}

    def work_out(self, payoff: PayoffRows, state: int) -> dict[int, Amount]:
        """Work out the amounts of a payoff, and keep it."""
        self.payoff_of.append((payoff.payoff, state))
        return super().work_out(payoff, state)

    def probabilities(self, node: Node, edges: Sequence[Edge], state: int) -> list[Amount]:
        """Work out a chance state's probabilities, and keep the state."""
        self.chance_of[len(self.p)] = (node, edges, state)
        return super().probabilities(node, edges, state)


class Ground:
    """A scenario's states and numbers as plain lists.

    Raises:
        ScenarioError: the numbers as they are do not fit.
    """

    def __init__(self, unfolded: Unfolded, overrides: Mapping[str, Number], rule: Rule) -> None:
        self.unfolded, self.scenario, self.rule = unfolded, unfolded.scenario, rule
        self.overrides = overrides
        self.env = {name: float(value) for name, value in environment(self.scenario, overrides).items()}
        self.deciders, decider = deciders_of(unfolded)
        self.decider: list[int] = decider.tolist()
        self.recorder = Recorder(unfolded, self.env)
        with no_collection():
            bound = self.recorder.run()
        self.bound = bound
        self.p = [float(p) for p in bound.p]
        self.first_edge: list[int] = unfolded.first_edge.tolist()
        self.target: list[int] = unfolded.target.tolist()
        self.p_row: list[int] = bound.p_row.tolist()
        self.edge_row: list[int] = bound.edge_row.tolist()
        self.end_row: list[int] = bound.end_row.tolist()
        self.actors = len(self.scenario.actors)
        self.worth = valuation(self.scenario)
        self.tolerance = [actor.risk_tolerance for actor in self.scenario.actors.values()]

    @cached_property
    def dependents(self) -> Mapping[str, list[str]]:
        """For each parameter those whose formulas read it."""
        found: dict[str, list[str]] = {}
        for parameter in self.scenario.parameters.values():
            for name in parameter.value.names:
                found.setdefault(name, []).append(parameter.id)
        return found

    @cached_property
    def readers(self) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]]]:
        """For each name the rows of amounts that read it, and the first rows of probabilities that do."""
        amounts: dict[str, list[int]] = {}
        chances: dict[str, list[int]] = {}
        for row, (payoff, _) in enumerate(self.recorder.payoff_of):
            for by_criterion in payoff.values():
                for formula in by_criterion.values():
                    for name in formula.names:
                        amounts.setdefault(name, []).append(row)
        for row, (_, edges, _) in self.recorder.chance_of.items():
            for edge in edges:
                for name in () if edge.p is None else edge.p.names:
                    chances.setdefault(name, []).append(row)
        return amounts, chances

    @cached_property
    def sources(self) -> NDArray[np.intp]:
        """For each edge the state that it leaves."""
        return np.repeat(np.arange(len(self.unfolded)), np.diff(self.unfolded.first_edge))

    @cached_property
    def parents(self) -> tuple[list[int], list[int]]:
        """Where the states before a state begin in the second list, one entry more than states."""
        order = np.argsort(self.unfolded.target, kind="stable")
        counts = np.bincount(self.unfolded.target, minlength=len(self.unfolded))
        return [0, *np.cumsum(counts).tolist()], self.sources[order].tolist()

    def varying(self, inputs: Iterable[str], drawn: Iterable[str]) -> Varying:
        """Find out what inputs reach, and chance nodes whose probabilities are drawn.

        Raises:
            ValueError: the scenario has no such input.
        """
        given, weighing, careful = inputs_of(self.scenario, inputs)
        names = self._worked_out(given)
        amounts, chances = np.zeros(len(self.bound.amounts), np.bool_), np.zeros(len(self.p), np.bool_)
        for name in names:
            amounts[self.readers[0].get(name, [])] = True
            chances[self.readers[1].get(name, [])] = True
        if weighing:
            amounts[1:] = True
        nodes = frozenset(drawn)
        for row, (node, _, _) in self.recorder.chance_of.items() if nodes else ():
            if node.id in nodes and node.certainty is not None:
                chances[row] = True
        return Varying(
            frozenset(given),
            names,
            frozenset(weighing),
            frozenset(careful),
            nodes,
            amounts.tobytes(),
            chances.tobytes(),
            self._reached(amounts, chances, everywhere=bool(careful)),
        )

    def _worked_out(self, given: Iterable[str]) -> frozenset[str]:
        """Return parameters and all that are worked out from them."""
        found = set(given)
        waiting = list(found)
        while waiting:
            for name in self.dependents.get(waiting.pop(), ()):
                if name not in found and name not in self.overrides:
                    found.add(name)
                    waiting.append(name)
        return frozenset(found)

    def _reached(self, amounts: Mask, chances: Mask, *, everywhere: bool) -> bytearray:
        """Return for each state whether something from there on varies."""
        reached = amounts[self.bound.end_row]
        reached[self.sources[amounts[self.bound.edge_row] | chances[self.bound.p_row]]] = True
        if everywhere:
            kinds = np.array([decider.kind == CHANCE for decider in self.deciders])
            reached |= kinds[self.decider]
        found = bytearray(reached.tobytes())
        first, before = self.parents
        waiting: list[int] = np.flatnonzero(reached).tolist()
        while waiting:
            state = waiting.pop()
            for parent in before[first[state] : first[state + 1]]:
                if not found[parent]:
                    found[parent] = True
                    waiting.append(parent)
        return found
