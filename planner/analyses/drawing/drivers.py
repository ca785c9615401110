"""What drives a simulated number: rank correlations and Sobol indices of what is drawn, ranked where that is sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.design import SOBOL_DIMENSIONS, Design, design, mixed
from planner.analyses.drawing.indices import Estimate, rank_correlations, ranking, sobol_indices, to_dict
from planner.analyses.drawing.job import Job, Mapper, Span, spans
from planner.analyses.result import BadArgument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.machine import Draws

Floats = NDArray[np.float64]

MOST_ROWS = 2**16  # of a design without being asked
LEAST_ROWS = 64
HELD_ROWS = 2**20  # at most, whoever asks
EFFORT = 8  # times the draws of the simulation may go into the indices without being asked
PART = 2_048  # rows that go through as one piece of work


@dataclass(frozen=True, slots=True)
class Driver:
    """One input, or several that are drawn together, and how much hangs on it.

    Attributes:
        inputs: a parameter, a chance node, or all parameters of a correlated group.
        kind: parameter, chance or group.
        rank_correlation: Spearman's, of a single parameter; None where there is none.
        first: first-order Sobol index; None where indices were not worked out.
        total: total Sobol index.
        rank: place by the total index, or by the rank correlation where there are no indices; None where that is not
            sure because the interval meets another's.
        not_apart: the inputs from which the intervals do not tell this one.
    """

    inputs: tuple[str, ...]
    kind: str
    rank_correlation: Estimate | None = None
    first: Estimate | None = None
    total: Estimate | None = None
    rank: int | None = None
    not_apart: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The inputs in one word: ``talks_yield`` or ``hope + patience``."""
        return " + ".join(self.inputs)

    def to_dict(self) -> dict[str, Any]:
        """Return the driver as JSON data."""
        return {
            "inputs": list(self.inputs),
            "kind": self.kind,
            "rank_correlation": to_dict(self.rank_correlation),
            "first": to_dict(self.first),
            "total": to_dict(self.total),
            "rank": self.rank,
            "not_apart": list(self.not_apart),
        }


@dataclass(frozen=True, slots=True)
class Drivers:
    """What drives one number.

    Attributes:
        of: the number: ``difference`` of the best option and the next, or ``value`` of the best.
        options: the options that it is about, the best first.
        drivers: the inputs, the strongest first; correlated ones are one.
        rank_correlations: of each drawn parameter, correlated or not.
        rows: of the two designs of the Sobol indices; 0 without.
        varies: whether the number varies at all.
    """

    of: str
    options: tuple[str, ...]
    drivers: tuple[Driver, ...] = field(repr=False)
    rank_correlations: Mapping[str, Estimate | None] = field(repr=False)
    rows: int
    varies: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the drivers as JSON data."""
        return {
            "of": self.of,
            "options": list(self.options),
            "rows": self.rows,
            "varies": self.varies,
            "drivers": [driver.to_dict() for driver in self.drivers],
            "rank_correlations": {name: to_dict(found) for name, found in self.rank_correlations.items()},
        }


@dataclass(frozen=True, slots=True)
class Goal:
    """What the inputs are to explain: the best option's value, and its lead over the next.

    Attributes:
        best: number of the option that is best on average.
        next: number of the option after it; None if there is one option alone.
        actor: number of the actor whose value is meant.
    """

    best: int
    next: int | None
    actor: int

    def of(self, job: Job, draws: Draws) -> Floats:
        """Return the numbers to be explained, (goals, draws): the difference first, where there is one."""
        value = draws.options[self.best, self.actor]
        if self.next is None:
            return np.array([value])
        scores = job.focus.scores(draws.options)
        return np.array([scores[self.best] - scores[self.next], value])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of these numbers."""
        return ("value",) if self.next is None else ("difference", "value")


@dataclass(frozen=True, eq=False)
class Rows:
    """The work on rows of the two designs A and B, and of A with one group of columns from B after the other."""

    job: Job
    goal: Goal

    def __call__(self, span: Span) -> Floats:
        """Return (goals, 2 + groups, rows)."""
        first, count = span
        plan = self.job.design
        a, b = plan.block(first, count), plan.partner().block(first, count)
        designs = [a, b, *(mixed(a, b, group) for group in plan.groups)]
        return np.stack([self.goal.of(self.job, self.job.run(*each, first)) for each in designs], axis=1)


def rows_for(plan: Design, asked: int | None) -> int:
    """Return how many rows each design of the indices gets: as asked, or a power of two that suits the draws."""
    if asked is not None:
        if not (asked == 0 or LEAST_ROWS <= asked <= HELD_ROWS):
            raise BadArgument(
                f"no Sobol indices can be worked out from {asked:,} rows",
                f"take {LEAST_ROWS} to {HELD_ROWS:,}, best a power of two, or 0 to leave them out",
            )
        return asked
    if 2 * plan.dimensions > SOBOL_DIMENSIONS:
        return 0
    most = min(plan.draws, MOST_ROWS, EFFORT * plan.draws // (len(plan.groups) + 2))
    return 1 << (most.bit_length() - 1) if most >= LEAST_ROWS else 0


def drivers(
    job: Job,
    goal: Goal,
    inputs: Mapping[str, Floats],
    results: Floats,
    *,
    rows: int,
    mapper: Mapper = map,
) -> tuple[Drivers, ...]:
    """Work out what drives the lead of the best option, and its value.

    Args:
        job: what was simulated.
        goal: what is to be explained.
        inputs: drawn values by parameter.
        results: for these draws the numbers to be explained, (goals, draws).
        rows: of the designs for Sobol indices, which are Sobol points; 0 for none.
        mapper: what the work is spread by.
    """
    plan = job.design
    parts: Floats | None = None
    if rows:
        points = design(plan.scenario, draws=rows, seed=plan.seed, sampling="sobol", fixed=job.question["overrides"])
        pieces = list(mapper(Rows(Job.about(job.focus, points), goal), spans(rows, PART)))
        parts = np.concatenate(pieces, axis=-1)
    options = tuple(job.focus.options[number] for number in (goal.best, goal.next) if number is not None)
    found = []
    for at, of in enumerate(goal.names):
        correlations = dict(zip(inputs, rank_correlations(list(inputs.values()), results[at]), strict=True))
        indices = None if parts is None else sobol_indices(parts[at, 0], parts[at, 1], parts[at, 2:], seed=plan.seed)
        made = []
        for number, group in enumerate(plan.groups):
            kind = "chance" if group[0] in plan.chances else "parameter" if len(group) == 1 else "group"
            first, total = (indices[number].first, indices[number].total) if indices else (None, None)
            made.append(Driver(group, kind, correlations.get(group[0]) if kind == "parameter" else None, first, total))
        about = options if of == "difference" else options[:1]
        varies = bool(np.ptp(results[at]) > 0)
        found.append(Drivers(of, about, _ranked(made), correlations, rows if indices else 0, varies))
    return tuple(found)


def _ranked(made: Sequence[Driver]) -> tuple[Driver, ...]:
    """Put the strongest first, and say which places are sure."""
    by_total = any(driver.total is not None for driver in made)
    sizes = [driver.total if by_total else _strength(driver.rank_correlation) for driver in made]
    placed = []
    for driver, size, (rank, met) in zip(made, sizes, ranking(sizes), strict=True):
        others = tuple(made[number].name for number in met)
        placed.append((-size.value if size else 1.0, _with(driver, rank, others)))
    return tuple(driver for _, driver in sorted(placed, key=lambda each: each[0]))


def _with(driver: Driver, rank: int | None, others: tuple[str, ...]) -> Driver:
    correlation, first, total = driver.rank_correlation, driver.first, driver.total
    return Driver(driver.inputs, driver.kind, correlation, first, total, rank, others)


def _strength(correlation: Estimate | None) -> Estimate | None:
    """Return the size of a correlation, whichever way it goes."""
    if correlation is None:
        return None
    ends = sorted((abs(correlation.low), abs(correlation.high)))
    least = 0.0 if correlation.low <= 0 <= correlation.high else ends[0]
    return Estimate(abs(correlation.value), least, ends[1])
