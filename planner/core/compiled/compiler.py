"""Programs of one scenario, each written when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.core import kernels
from planner.core.collector import no_collection
from planner.core.compiled.board import board
from planner.core.compiled.ground import Ground, Varying
from planner.core.compiled.program import Program
from planner.core.compiled.steps import SLACK, Watch
from planner.core.compiled.writer import Writer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.core.compiled.terms import Syms
    from planner.core.draws import Plain

TRUST = 1e6  # payoffs without a bound may be so many times the largest value as the numbers are


class Compiler:
    """Compiles a scenario for any set of inputs that vary.

    Raises:
        ScenarioError: the numbers as they are do not fit.
    """

    def __init__(self, plain: Plain) -> None:
        self.plain, self.focus = plain, plain.focus
        self.ground = Ground(plain.unfolded, plain.overrides, plain.rule)
        self.values, self.closest = self._as_they_are()

    def _as_they_are(self) -> tuple[list[Syms], NDArray[np.float64]]:
        """Work out every state with the numbers as they are."""
        writer = Writer(self.ground, Varying(), None, Watch([], 0.0), self.focus)
        with no_collection():
            for state in range(len(self.ground.decider) - 1, -1, -1):
                writer.settle(state)
        closest = np.full(len(self.ground.decider), np.inf)
        closest[list(writer.closest)] = list(writer.closest.values())
        return [writer.values[state] for state in range(len(closest))], closest

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """For each state and channel how far its value is from 0."""
        return np.asarray(np.abs(np.array(self.values)))

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """For each state whether paths end there."""
        first = self.ground.unfolded.first_edge
        return np.asarray(first[1:] == first[:-1])

    @cached_property
    def board(self) -> NDArray[np.bool_] | None:
        """The states that count for the largest value at the decision in focus; None with several actors."""
        if self.sizes.shape[1] > 1 or self.ground.unfolded.kind(self.focus) != "decision":
            return None
        return board(self.plain.tree, self.focus, self.plain.width)

    def program(self, inputs: frozenset[str], drawn: frozenset[str], *, clip: bool, exact: bool = False) -> Program:
        """Write the program for inputs that vary and chance nodes whose probabilities are drawn.

        Args:
            inputs: the names of the inputs.
            drawn: the chance nodes.
            clip: whether to bring probabilities between 0 and 1.
            exact: whether to work out the largest value on the board; only if there is a `board`.

        Raises:
            ValueError: the scenario has no such input.
        """
        with no_collection():
            varying = self.ground.varying(inputs, drawn)
            fixed = ~np.frombuffer(varying.states, np.bool_)
            ends = self.sizes[self.ends & fixed, : self.ground.actors].max(axis=0, initial=1.0)
            watch = Watch((kernels.TIE * (1 - SLACK) * ends).tolist(), TRUST * max(1.0, float(self.sizes.max())))
            watch.clip = clip
            writer = Writer(self.ground, varying, self.values, watch, self.focus)
            if exact and self.board is not None:
                writer.board = self.board
                writer.largest = float(self.sizes[self.board & fixed].max(initial=1.0))
            writer.write()
            closest = min([float(self.closest[fixed].min(initial=np.inf)), *writer.closest.values()])
            known = float(self.sizes[fixed].max(initial=1.0)), np.inf if exact else closest
            sources = [source for _, source in writer.sources.values()]
            return Program(writer.code, sources, writer.sinks, watch, known)
