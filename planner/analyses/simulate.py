"""Simulation: uncertain numbers drawn from their distributions, and what comes of each option over all draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.design import design
from planner.analyses.drawing.distributions import described
from planner.analyses.drawing.drivers import PART, Goal, drivers, rows_for
from planner.analyses.drawing.indices import rank_correlations
from planner.analyses.drawing.job import Block, Job, Mapper, Span, spans
from planner.analyses.drawing.randomness import SEEDS
from planner.analyses.drawing.raw import Rows, columns
from planner.analyses.drawing.simulation import (
    QUANTILES,
    DrawnCorrelation,
    DrawnInput,
    SecondSeed,
    SimulatedOption,
    Simulation,
    Spread,
)
from planner.analyses.drawing.tally import Tally
from planner.analyses.focus import Focus, focus
from planner.analyses.result import BadArgument
from planner.core.machine import BLOCK
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from planner.analyses.drawing.design import Design
    from planner.core.model import Scenario

Floats = NDArray[np.float64]

DRAWS = 10_000
KEPT = 2**18  # draws that quantiles are taken from at most
KEPT_BYTES = 96 * 2**20


def simulate(  # noqa: PLR0913 - one keyword for each option of the command
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    draws: int = DRAWS,
    seed: int = 1,
    sampling: str = "lhs",
    indices: int | None = None,
    once: bool = False,
    mapper: Mapper = map,
    raw: Callable[[Rows], None] | None = None,
) -> Simulation:
    """Draw the uncertain numbers of a scenario many times and say what comes of each option of a decision.

    Parameters with a `distribution` are drawn from it, with the rank correlations of the file; the probabilities of
    chance nodes with a `certainty` from a Dirichlet distribution. In each draw the scenario is folded back as
    `planner.evaluate` does, later decisions taken as is best with the numbers of that draw.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... parameters: {oil: {value: 0.4, low: 0.1, high: 0.6, distribution: uniform}}
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: oil, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> found = simulate(scenario, draws=1_000)
    >>> drill = found.option("drill")  # worth 400 oil - 70; best where oil is above a quarter
    >>> round(drill.spread.mean, 1), round(drill.probability_best, 2), round(drill.expected_loss, 1)
    (70.0, 0.7, 9.0)

    Args:
        scenario: the scenario, read and checked.
        at: the decision, ``node`` or ``node[round=2]``; None for the first.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters; these are not drawn.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.
        draws: how many draws.
        seed: from 0 to 2**64 - 1. The same seed gives the same bits, whatever the mapper.
        sampling: lhs (Latin hypercube), sobol (scrambled Sobol points) or random.
        indices: rows of each of the two designs for Sobol indices; None for as many as suit the draws, 0 for none.
        once: do not repeat the simulation with another seed.
        mapper: what the work is spread by: `map`, or a pool of processes (`planner.parallel`).
        raw: called with every block of draws in order, as columns by name; see `planner.analyses.drawing.raw`.

    Raises:
        ScenarioError: the scenario cannot be evaluated, its rank correlations contradict each other, or the
            probabilities of some draw do not fit; the message names the draw.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: nothing is drawn, or an argument cannot be used.

    Sources: McKay, Beckman and Conover (1979) for Latin hypercubes, Saltelli et al. (2010) for Sobol indices; see
    `planner.analyses.drawing.randomness`, `planner.analyses.drawing.design` and `planner.analyses.drawing.indices`.
    """
    if draws < 2:
        raise BadArgument(f"{draws} draws tell nothing of a spread", "take 2 at least")
    asked = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    plan = design(scenario, draws=draws, seed=seed, sampling=sampling, fixed=asked.overrides)
    rows = rows_for(plan, indices)
    job = Job.about(asked, plan)
    tally, kept = _counted(job, mapper, raw, _kept(asked, plan))
    second = None
    if not once:
        again = design(scenario, draws=draws, seed=(seed + 1) % SEEDS, sampling=sampling, fixed=asked.overrides)
        second = _compared(asked, tally, _counted(Job.about(asked, again), mapper, None, 0)[0], again.seed)
    goal = _goal(asked, tally)
    explained = drivers(job, goal, kept.inputs, goal.of(job, kept.draws), rows=rows, mapper=mapper)
    settings = {**asked.settings, "draws": draws, "seed": seed, "sampling": sampling, "indices": rows, "once": once}
    return Simulation(
        scenario=scenario,
        state=asked.label,
        actor=asked.actor,
        by=asked.by,
        fallback=None if asked.fallback is None else asked.options[asked.fallback],
        draws=draws,
        seed=seed,
        sampling=sampling,
        options=_options(asked, tally, kept),
        order=_order(asked, tally),
        best=asked.options[goal.best],
        chosen=asked.chosen,
        quantile_draws=len(kept.draws.choice),
        second_seed=second,
        drivers=explained,
        inputs=_inputs(plan, tally),
        chances=plan.chances,
        correlations=_correlations(plan, kept),
        notes=_notes(asked, plan, goal, len(kept.draws.choice)),
        method=_method(plan, rows),
        settings=settings,
    )


def passes(
    scenario: Scenario, *, draws: int, sampling: str, indices: int | None, once: bool, fixed: Collection[str]
) -> int:
    """Return into how many pieces of work a simulation falls, for a bar that shows how far it is."""
    rows = rows_for(design(scenario, draws=draws, sampling=sampling, fixed=fixed), indices)
    return -(-draws // BLOCK) * (1 if once else 2) + -(-rows // PART)


# --- going through the draws ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Counted:
    """A block that was counted; ``block`` holds the draws that are kept, ``rows`` all of them as columns."""

    tally: Tally
    block: Block | None
    rows: Rows | None


@dataclass(frozen=True, eq=False)
class Counting:
    """The work of counting a block: the first ``kept`` draws come back with it, and all as columns if ``raw``."""

    job: Job
    kept: int
    raw: bool

    def __call__(self, span: Span) -> Counted:
        """Work a block out and count it."""
        block = self.job.block(*span)
        tally = Tally.of(self.job.focus, block.draws, block.inputs)
        kept = min(self.kept - span[0], span[1])
        return Counted(
            tally, block.first_draws(kept) if kept > 0 else None, columns(self.job, block) if self.raw else None
        )


def _kept(asked: Focus, plan: Design) -> int:
    """Return how many draws can be kept."""
    each = 8 * (len(asked.options) * len(asked.scenario.actors) + len(plan.parameters) + 2)
    return max(1, min(KEPT, plan.draws, KEPT_BYTES // each))


def _counted(job: Job, mapper: Mapper, raw: Callable[[Rows], None] | None, kept: int) -> tuple[Tally, Block]:
    """Go through all draws; blocks are joined in their order, however they were spread."""
    blocks: list[Block] = []

    def tallies() -> Iterator[Tally]:
        for counted in mapper(Counting(job, kept, raw is not None), spans(job.design.draws)):
            if counted.block is not None:
                blocks.append(counted.block)
            if raw is not None and counted.rows is not None:
                raw(counted.rows)
            yield counted.tally

    tally = reduce(Tally.joined, tallies())
    return tally, Block.joined(blocks) if blocks else job.block(0, 1)


# --- what the tallies say -------------------------------------------------------------------------------------


def _goal(asked: Focus, tally: Tally) -> Goal:
    """Return the option to which the means lead those who decide, and the one that they want most beside it."""
    means = tally.values.mean[..., None]
    best = int(asked.taken(means)[0])
    others = [number for number in np.argsort(-asked.scores(means)[:, 0], kind="stable").tolist() if number != best]
    return Goal(best, others[0] if others else None, asked.actor_at())


def _order(asked: Focus, tally: Tally) -> tuple[str, ...]:
    means = tally.values.mean[:, asked.actor_at()] * asked.sense
    return tuple(asked.options[number] for number in np.argsort(-means, kind="stable").tolist())


def _compared(asked: Focus, one: Tally, two: Tally, seed: int) -> SecondSeed:
    """Compare the means of two seeds."""
    here = asked.actor_at()
    before, after = one.values.mean[:, here], two.values.mean[:, here]
    most = int(np.argmax(np.abs(after - before)))
    order = _order(asked, two)
    return SecondSeed(
        seed=seed,
        order=order,
        held=order == _order(asked, one),
        means=dict(zip(asked.options, after.tolist(), strict=True)),
        probability_best=dict(zip(asked.options, (two.taken / two.count).tolist(), strict=True)),
        largest_change=float(abs(after[most] - before[most])),
        changed=asked.options[most],
    )


def _options(asked: Focus, tally: Tally, kept: Block) -> tuple[SimulatedOption, ...]:
    found = []
    for number, option in enumerate(asked.options):
        by_actor = {
            actor: Spread(
                mean=float(tally.values.mean[number, at]),
                standard_error=float(tally.values.error[number, at]),
                sd=float(tally.values.deviation[number, at]),
                least=float(tally.values.least[number, at]),
                most=float(tally.values.most[number, at]),
                quantiles=dict(
                    zip(QUANTILES, np.quantile(kept.draws.options[number, at], QUANTILES).tolist(), strict=True)
                ),
                favourite=float(tally.favourite[number, at] / tally.count),
            )
            for at, actor in enumerate(asked.scenario.actors)
        }
        share = float(tally.taken[number] / tally.count)
        found.append(
            SimulatedOption(
                option=option,
                spread=by_actor[asked.actor],
                probability_best=share,
                probability_best_error=sqrt(share * (1 - share) / tally.count),
                probability_tied=float(tally.tied[number] / tally.count),
                expected_loss=float(tally.losses.mean[number]),
                expected_loss_error=float(tally.losses.error[number]),
                by_actor=by_actor,
            )
        )
    return tuple(found)


def _inputs(plan: Design, tally: Tally) -> tuple[DrawnInput, ...]:
    drawn = tally.inputs
    found = []
    for at, name in enumerate(plan.parameters):
        parameter = plan.scenario.parameters[name]
        assert drawn is not None
        assert parameter.distribution is not None
        found.append(
            DrawnInput(
                parameter=name,
                distribution=described(parameter.distribution),
                value=float(parameter.value.evaluate({})),
                mean=float(drawn.mean[at]),
                sd=float(drawn.deviation[at]),
                least=float(drawn.least[at]),
                most=float(drawn.most[at]),
            )
        )
    return tuple(found)


def _correlations(plan: Design, kept: Block) -> tuple[DrawnCorrelation, ...]:
    found = []
    for each in plan.scenario.correlations:
        if each.first in kept.inputs and each.second in kept.inputs:
            (drawn,) = rank_correlations([kept.inputs[each.first]], kept.inputs[each.second])
            found.append(DrawnCorrelation(each.first, each.second, float(each.value), drawn.value if drawn else 0.0))
    return tuple(found)


def _notes(asked: Focus, plan: Design, goal: Goal, kept: int) -> tuple[str, ...]:
    """Return what a reader must know besides, in sentences."""
    notes = []
    if asked.options[goal.best] != asked.chosen:
        notes.append(
            f"With the numbers as the file has them '{asked.name(asked.chosen)}' is followed; the means over the draws "
            f"lead to '{asked.name(asked.options[goal.best])}'."
        )
    if asked.joint:
        notes.append(
            "Several decide: an option counts as best in the draws in which they agree on it or it stands as the "
            "fallback, and losses are in the smallest of their gains over the fallback."
        )
    if any(len(group) > 1 for group in plan.groups):
        together = [" + ".join(group) for group in plan.groups if len(group) > 1]
        notes.append(
            f"Sobol indices assume independent inputs; correlated parameters count as one: {', '.join(together)}."
        )
    idle = [each for each in plan.scenario.correlations if not {each.first, each.second} <= set(plan.parameters)]
    for each in idle:
        fixed = next(name for name in (each.first, each.second) if name not in plan.parameters)
        notes.append(f"The correlation of '{each.first}' and '{each.second}' has no effect: '{fixed}' is not drawn.")
    if kept < plan.draws:
        notes.append(f"Quantiles and rank correlations are those of the first {kept:,} draws.")
    return tuple(notes)


SAMPLINGS = {"lhs": "Latin hypercube", "sobol": "scrambled Sobol points", "random": "independent random numbers"}


def _method(plan: Design, rows: int) -> str:
    text = f"Monte Carlo simulation, {plan.draws:,} draws by {SAMPLINGS[plan.sampling]}, seed {plan.seed}"
    if plan.sampling != "random":
        text += "; standard errors are those of independent draws, which is more than such draws have"
    if plan.scenario.correlations:
        text += "; rank correlations by a normal copula"
    if rows:
        text += f"; Sobol indices from two designs of {rows:,} Sobol points (Saltelli et al. 2010, Jansen 1999)"
    return text
