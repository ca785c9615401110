"""Working a scenario out for blocks of draws, in this process or wherever a mapper sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from planner.analyses.focus import Focus, focus
from planner.core.machine import BLOCK, Draws, Machine
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from planner.analyses.drawing.design import Design, Inputs, Uniforms

Part = TypeVar("Part")
Found = TypeVar("Found")
Span = tuple[int, int]  # the first draw, and how many


class Mapper(Protocol):
    """What spreads work: called like `map`, it yields the results in the order of the parts."""

    def __call__(self, work: Callable[[Part], Found], parts: Iterable[Part], /) -> Iterator[Found]:
        """Return the results, each as soon as it and those before it are there."""


@dataclass(frozen=True, eq=False)
class Block:
    """Draws, and what they come to.

    Attributes:
        first: the number of the first draw.
        inputs: for each drawn parameter its values.
        uniforms: for each drawn chance node its uniform numbers, see `planner.analyses.drawing.design.Design.block`.
        draws: what comes of them.
    """

    first: int
    inputs: Inputs = field(repr=False)
    uniforms: Uniforms = field(repr=False)
    draws: Draws = field(repr=False)

    def first_draws(self, count: int) -> Block:
        """Return the first of these draws, at most so many."""
        if count >= len(self.draws.choice):
            return self
        return Block(
            self.first,
            {name: row[:count] for name, row in self.inputs.items()},
            {node: [row[:count] for row in rows] for node, rows in self.uniforms.items()},
            Draws(self.draws.options[..., :count], self.draws.choice[:count], self.draws.value[..., :count]),
        )

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        """Return blocks that follow each other as one."""
        if len(blocks) == 1:
            return blocks[0]
        head, draws = blocks[0], [block.draws for block in blocks]
        return cls(
            head.first,
            {name: np.concatenate([block.inputs[name] for block in blocks]) for name in head.inputs},
            {
                node: [np.concatenate(rows) for rows in zip(*(block.uniforms[node] for block in blocks), strict=True)]
                for node in head.uniforms
            },
            joined_draws(draws),
        )


@dataclass(frozen=True, eq=False)
class Job:
    """A question about a scenario and its draws, ready to be worked out block by block in any process.

    It travels as scenario, question and design; whoever works on it unfolds the scenario once.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> from planner.analyses.drawing.design import design
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: {value: 0.4, low: 0.1, high: 0.6, distribution: uniform}}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {payoff: -70, to: hole}, sell: {payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> job = Job.about(focus(scenario), design(scenario, draws=1_000))
    >>> block = job.block(0, 4)
    >>> bool((block.draws.options[0, 0] == 400 * block.inputs["oil"] - 70).all())
    True

    Attributes:
        design: the scenario and its draws.
        question: the arguments of `planner.analyses.focus.focus`.
    """

    design: Design
    question: dict[str, Any]

    @classmethod
    def about(cls, asked: Focus, design: Design) -> Job:
        """Return the job of working out a decision for the draws of a design."""
        question = {
            "at": asked.label,
            "actor": asked.actor,
            "overrides": dict(asked.overrides),
            "rule": asked.settings["rule"],
            "max_states": max(MAX_STATES, len(asked.unfolded)),
        }
        job = cls(design, question)
        job.__dict__["focus"] = asked
        return job

    def __reduce__(self) -> tuple[type[Job], tuple[Any, ...]]:
        """Travel without what can be worked out again."""
        return Job, (self.design, self.question)

    @cached_property
    def focus(self) -> Focus:
        """The decision."""
        return focus(self.design.scenario, **self.question)

    @cached_property
    def machine(self) -> Machine:
        """The scenario, ready for many draws."""
        return self.focus.machine()

    def block(self, first: int, count: int) -> Block:
        """Return draws ``first`` to ``first + count`` and what they come to."""
        inputs, uniforms = self.design.block(first, count)
        return Block(first, inputs, uniforms, self.run(inputs, uniforms, first))

    def run(self, inputs: Inputs, uniforms: Uniforms, first: int = 0) -> Draws:
        """Return what given draws come to; the machine keeps its own memory bounded, however large the scenario."""
        return self.machine.run(inputs, uniforms=uniforms, first_draw=first)


def joined_draws(parts: Sequence[Draws]) -> Draws:
    """Return what several blocks of draws come to as one."""
    return Draws(
        options=np.concatenate([part.options for part in parts], axis=-1),
        choice=np.concatenate([part.choice for part in parts]),
        value=np.concatenate([part.value for part in parts], axis=-1),
    )


def spans(draws: int, size: int = BLOCK) -> Iterator[Span]:
    """Yield the blocks of draws, each as its first draw and how many there are.

    >>> list(spans(20_000))
    [(0, 8192), (8192, 8192), (16384, 3616)]
    """
    return ((first, min(size, draws - first)) for first in range(0, draws, size))
