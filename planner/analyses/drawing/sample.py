"""A sample of draws and what they come to, all in memory, for analyses that look at single draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.design import Design, Inputs, Uniforms, design
from planner.analyses.drawing.job import Block, Job, Mapper, Span, spans
from planner.analyses.focus import Focus, focus
from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from planner.core.model import Scenario

Floats = NDArray[np.float64]

MOST = 2**20  # draws that are held at once


@dataclass(frozen=True, eq=False)
class Sample:
    """Draws and what they come to. Values are full and in the scenario's own sense.

    Attributes:
        focus: the decision.
        design: how the draws are made.
        inputs: for each drawn parameter its values, (draws,).
        uniforms: for each drawn chance node one array (draws,) a branch, numbers between 0 and 1.
        options: (options, actors, draws) what taking each option at the decision is worth.
        choice: (draws,) the number of the option that its owners take.
        scores: (options, draws) how much the deciders want each option, see `Focus.scores`.
        value: (actors, draws) what the scenario is worth at the root.
    """

    focus: Focus = field(repr=False)
    design: Design
    inputs: Inputs = field(repr=False)
    uniforms: Uniforms = field(repr=False)
    options: Floats = field(repr=False)
    choice: NDArray[np.int32] = field(repr=False)
    scores: Floats = field(repr=False)
    value: Floats = field(repr=False)

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.choice)


def sample(
    question: Focus | Scenario, *, draws: int, seed: int = 1, sampling: str = "lhs", mapper: Mapper = map
) -> Sample:
    """Draw a sample and work it out.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
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
    >>> found = sample(scenario, draws=1_000)
    >>> found.options.shape, round(float((found.choice == 0).mean()), 3)  # drilling is worth it above 0.25
    ((2, 1, 1000), 0.7)

    Args:
        question: a decision (`planner.analyses.focus.focus`), or a scenario for its first one. Parameters that it
            overrides are not drawn.
        draws: how many.
        seed: the same seed gives the same draws.
        sampling: lhs, sobol or random.
        mapper: what the work is spread by.

    Raises:
        BadArgument: nothing is drawn, or an argument cannot be used.
        ScenarioError: the numbers of some draw do not fit; the message names it.
    """
    if draws > MOST:
        raise BadArgument(f"{draws:,} draws do not fit into memory at once", f"take {MOST:,} at most")
    asked = question if isinstance(question, Focus) else focus(question)
    plan = design(asked.scenario, draws=draws, seed=seed, sampling=sampling, fixed=asked.overrides)
    return gathered(Job.about(asked, plan), mapper)


def gathered(job: Job, mapper: Mapper = map) -> Sample:
    """Work all draws of a job out and keep them."""
    whole = Block.joined(list(mapper(Whole(job), spans(job.design.draws))))
    return Sample(
        focus=job.focus,
        design=job.design,
        inputs=whole.inputs,
        uniforms=whole.uniforms,
        options=whole.draws.options,
        choice=whole.draws.choice.astype(np.int32),
        scores=job.focus.scores(whole.draws.options),
        value=whole.draws.value,
    )


@dataclass(frozen=True, eq=False)
class Whole:
    """The work of keeping a block as it is."""

    job: Job

    def __call__(self, span: Span) -> Block:
        """Return the block."""
        return self.job.block(*span)
