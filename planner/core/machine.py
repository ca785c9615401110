"""A scenario made ready to be worked out for many draws of its inputs at once.

An input is what an analysis may vary: a parameter (``talks_yield``), a weight of an actor
(``actors.uk.weights.cohesion``) or its tolerance of risk (``actors.uk.risk_tolerance``), each under the name by which
`planner set` knows it.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core.compiled.compiler import Compiler
from planner.core.compiled.run import Pool, Run
from planner.core.compiled.steps import Sink, Watch
from planner.core.diagnostics import ScenarioError
from planner.core.draws import Draws, Plain, inputs_of
from planner.core.joint_rule import UNANIMITY
from planner.core.rule import EXPECTED, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.compiled.program import Program
    from planner.core.solve import Number
    from planner.core.unfold import Unfolded

__all__ = ("BLOCK", "Draws", "Machine")

Floats = NDArray[np.float64]
BLOCK = 8_192  # draws that go through at once: a handful of parameters of so many draws stay in the cache
KEPT = 1_000_000  # steps of all programs that are kept, the last one aside
MOST_SLOTS = 65_535  # options of a decision, as programs count them


class Machine:
    """One scenario, one decision in focus, any number of draws.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.core.unfold import unfold
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: {value: 0.4, low: 0.1, high: 0.6}}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {payoff: -70, to: hole}, sell: {payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> draws = Machine(unfold(scenario)).run({"oil": np.array([0.1, 0.4])})
    >>> draws.options[:, 0].tolist(), draws.choice.tolist(), draws.value.tolist()
    ([[-30.0, 90.0], [30.0, 30.0]], [1, 0], [[30.0, 90.0]])

    Args:
        unfolded: the states.
        focus: the state of the decision whose options are reported.
        overrides: numbers that replace parameters in every draw.
        rule: what decisions go by.

    Raises:
        ValueError: a decision is taken without seeing what happened before (`unseen`).
    """

    def __init__(
        self,
        unfolded: Unfolded,
        *,
        focus: int = 0,
        overrides: Mapping[str, Number] | None = None,
        rule: Rule = EXPECTED,
    ) -> None:
        if unfolded.hides:
            raise ValueError("draws do not know of decisions taken without seeing what happened")
        self.unfolded, self.focus, self.rule = unfolded, focus, rule
        self.overrides = dict(overrides or {})
        self.plain = Plain(unfolded, focus, self.overrides, rule)
        self._programs: OrderedDict[tuple[frozenset[str], frozenset[str], bool, bool], Program] = OrderedDict()
        self._steps = 0
        self._clipped: set[tuple[frozenset[str], frozenset[str]]] = set()
        self._pools: dict[int, Pool] = {}
        self._lock = RLock()

    @cached_property
    def _compiler(self) -> Compiler | None:
        """Writes the programs; None for what always goes the plain way."""
        rules = {node.rule for node in self.unfolded.scenario.nodes.values() if len(node.by) > 1}
        slots = np.diff(self.unfolded.first_edge).max()
        if self.unfolded.news or not rules <= {None, UNANIMITY} or slots > MOST_SLOTS:
            return None
        try:
            return Compiler(self.plain)
        except ScenarioError:
            return None

    def run(
        self,
        inputs: Mapping[str, Floats],
        *,
        uniforms: Mapping[str, Sequence[Floats]] | None = None,
        first_draw: int = 0,
        unfit: NDArray[np.bool_] | None = None,
    ) -> Draws:
        """Work the scenario out, once for each draw.

        The numbers of one draw do not depend on the others, nor on how draws are cut into blocks. Any number of draws
        may be given: beyond inputs and results the memory does not grow with it.

        Args:
            inputs: for each input that varies its value in every draw, (draws,) each.
            uniforms: see `planner.core.binding.bind`.
            first_draw: the number of the first draw, for messages.
            unfit: (draws,) if given, draws in which a number does not fit are marked here and come to NaN.

        Raises:
            ScenarioError: a number does not fit in some draw; the message names the first such draw.
            ValueError: nothing varies, or the scenario has no such input.
        """
        run = Run(self.plain, inputs, uniforms or {}, first_draw, unfit)
        key = frozenset(run.inputs), frozenset(run.uniforms)
        with self._lock, np.errstate(all="ignore"):
            done = 0
            while done < run.count:
                program = self._program(*key, clip=key in self._clipped)
                if program is None:
                    run.plainly(np.arange(run.count))
                    break
                done = run.fast(program, self._pools, lambda: self._exact(*key), done)
                if done < run.count:
                    self._clipped.add(key)
        return run.made

    def matters(self, name: str) -> bool:
        """Whether an input can change anything that `run` returns.

        Raises:
            ValueError: the scenario has no such input.
        """
        return any(sink.constant is None for sink in self._sinks(name))

    def _sinks(self, name: str) -> Sequence[Sink]:
        inputs_of(self.unfolded.scenario, [name])
        with self._lock:
            program = self._program(frozenset({name}), frozenset(), clip=False)
        if program is not None:
            return program.sinks
        slots, actors = len(self.unfolded.slots(self.focus)), len(self.unfolded.scenario.actors)
        return [Sink(("option", slot, actor), Watch([], 0.0)) for slot in range(slots) for actor in range(actors)]

    def _program(
        self, inputs: frozenset[str], drawn: frozenset[str], *, clip: bool, exact: bool = False
    ) -> Program | None:
        """Return the program for what varies; the last ones are kept."""
        if self._compiler is None:
            return None
        key = inputs, drawn, clip, exact
        if key not in self._programs:
            made = self._programs[key] = self._compiler.program(inputs, drawn, clip=clip, exact=exact)
            self._steps += len(made)
            while self._steps > KEPT and len(self._programs) > 1:
                self._steps -= len(self._programs.popitem(last=False)[1])
        self._programs.move_to_end(key)
        return self._programs[key]

    def _exact(self, inputs: frozenset[str], drawn: frozenset[str]) -> Program | None:
        """Return the program that works out the largest value on the board as well; None with several actors."""
        if self._compiler is None or self._compiler.board is None:
            return None
        return self._program(inputs, drawn, clip=(inputs, drawn) in self._clipped, exact=True)

    def __getstate__(self) -> tuple[Any, ...]:
        return self.unfolded, self.focus, self.overrides, self.rule

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        unfolded, focus, overrides, rule = state
        self.__init__(unfolded, focus=focus, overrides=overrides, rule=rule)  # type: ignore[misc]
