"""How the draws of a simulation are made: which inputs vary, and their values in any block of draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.analyses.drawing.distributions import quantile
from planner.analyses.drawing.randomness import SEEDS, bits, inside, strata, uniforms
from planner.analyses.result import BadArgument
from planner.core.correlation import complaint, components, contradiction, factor, pairs
from planner.core.machine import BLOCK
from planner.core.places import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from planner.core.diagnostics import ScenarioError
    from planner.core.model import Scenario

Floats = NDArray[np.float64]
Inputs = dict[str, Floats]
Uniforms = dict[str, list[Floats]]

SAMPLINGS = ("lhs", "sobol", "random")
MOST_DRAWS = 2**40
SOBOL_DIMENSIONS = 21_201  # as many as there are directions
SOBOL_BITS = 32
SCRAMBLE = 2**62  # a stream of its own
NOT_FINITE = ("P203", "not-finite")
CONTRADICTION = ("P213", "impossible-correlations")


@dataclass(frozen=True, eq=False)
class Design:
    """The draws of a simulation, made block by block; a draw is the same however the blocks are cut.

    What a parameter is in a draw follows from the seed and from its place among all parameters of the file that have a
    distribution. So it stays when others are fixed, when parameters are renamed, and whoever makes the block.

    Attributes:
        scenario: whose parameters are drawn.
        parameters: those that are, in file order.
        chances: chance nodes whose branch probabilities are drawn (`certainty`), in file order.
        draws: how many draws there are.
        seed: what the draws follow from.
        sampling: lhs (Latin hypercube), sobol (scrambled Sobol points) or random.
        replicate: the number of this design among independent ones with the same seed; see `partner`.
    """

    scenario: Scenario = field(repr=False)
    parameters: tuple[str, ...]
    chances: tuple[str, ...]
    draws: int
    seed: int
    sampling: str = "lhs"
    replicate: int = 0

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """What is drawn, in groups that are independent of each other: correlated parameters are one group.

        A chance node is a group of its own, all its branches together.
        """
        together = components(self.parameters, pairs(self.scenario.correlations))
        return (*(tuple(names) for names in together), *((node,) for node in self.chances))

    @property
    def dimensions(self) -> int:
        """How many uniform numbers one draw of everything in the file takes."""
        return self._plan.width

    def partner(self) -> Design:
        """Return a second design, independent of this one draw by draw, such as Saltelli's A and B.

        The third matrix of that scheme, A with one group of columns from B, is `mixed(a, b, group)` of two blocks.
        """
        return replace(self, replicate=self.replicate + 1)

    def block(self, first: int, count: int) -> tuple[Inputs, Uniforms]:
        """Return draws ``first`` to ``first + count``: by parameter its values, by chance node its uniforms.

        Returns:
            name -> (count,) for every drawn parameter; node -> one array (count,) for each branch of the file, numbers
            between 0 and 1 (see `planner.core.dirichlet`).

        Raises:
            BadArgument: there are no such draws.
            ScenarioError: a draw is infinite (P203), of a lognormal distribution far too wide for a computer's numbers.
        """
        if first < 0 or count < 1 or first + count > self.draws:
            raise BadArgument(f"there are no draws {first} to {first + count}", f"the design has {self.draws}")
        made = self._columns(first, count)
        inputs = {}
        for name in self.parameters:
            inputs[name] = self._plan.quantiles[name](made[self._plan.columns[name][0]])
            if not np.isfinite(inputs[name]).all():
                raise self._infinite(name, first + int(np.argmin(np.isfinite(inputs[name]))))
        return inputs, {node: [made[column] for column in self._plan.columns[node]] for node in self.chances}

    def blocks(
        self, first: int = 0, count: int | None = None, size: int = BLOCK
    ) -> Iterator[tuple[int, Inputs, Uniforms]]:
        """Yield draws in blocks of at most ``size``: the number of the first draw, the inputs, the uniforms.

        Blocks begin at multiples of ``size``, so that they are the same ones wherever the range begins.
        """
        stop = self.draws if count is None else first + count
        while first < stop:
            until = min((first // size + 1) * size, stop)
            yield first, *self.block(first, until - first)
            first = until

    # --- uniform numbers ---------------------------------------------------------------------------------------

    @cached_property
    def _plan(self) -> _Plan:
        return _plan(self.scenario)

    @cached_property
    def _engines(self) -> list[tuple[Any, int]]:
        """A Sobol engine that was used before, and its position; empty while somebody uses it."""
        return []

    def _columns(self, first: int, count: int) -> dict[int, Floats]:
        """Return the uniform numbers that are needed, by column; correlated columns follow their copula."""
        plan = self._plan
        wanted = [column for name in (*self.parameters, *self.chances) for column in plan.columns[name]]
        mixed = [plan.mixes[column] for column in wanted if column in plan.mixes]
        needed = sorted({*wanted, *(source for mix in mixed for source, _ in mix)})
        plain = self._points(needed, first, count)
        if not mixed:
            return plain
        from scipy.special import ndtr, ndtri

        made, scores = dict(plain), {}
        for column in wanted:
            mix = plan.mixes.get(column)
            if mix is None:
                continue
            total = np.zeros(count)
            for source, weight in mix:  # term by term, so that a draw does not depend on the others
                if source not in scores:
                    scores[source] = ndtri(plain[source])
                total += weight * scores[source]
            made[column] = inside(ndtr(total))
        return made

    def _points(self, columns: Collection[int], first: int, count: int) -> dict[int, Floats]:
        """Return uniform numbers that are independent of each other."""
        if self.sampling == "sobol":
            points = self._sobol(first, count)
            shift = self.replicate * self._plan.width
            return {column: np.ascontiguousarray(points[:, shift + column]) for column in columns}
        made = {}
        for column in columns:
            stream = (self.replicate << 48) + (column << 2)
            if self.sampling == "random":
                made[column] = uniforms(self.seed, stream, first, count)
            else:
                made[column] = strata(self.seed, stream, first, count, self.draws)
        return made

    def _sobol(self, first: int, count: int) -> Floats:
        """Return points of one scrambled Sobol sequence; a partner takes further dimensions of it.

        Directions by Joe and Kuo (2008), linear scramble with a digital shift by Matoušek (1998). Two scrambles of the
        same dimensions would be independent as samples, but not draw by draw.
        """
        try:
            engine, at = self._engines.pop()
        except IndexError:
            engine, at = None, 0
        if engine is None or at > first:
            from scipy.stats import qmc

            generator = np.random.Generator(np.random.Philox(int(bits(self.seed, SCRAMBLE, 0, 1)[0])))
            engine = qmc.Sobol(2 * self.dimensions, scramble=True, bits=SOBOL_BITS, rng=generator)
            at = 0
        if first > at:
            engine.fast_forward(first - at)
        head = 0
        if first == 0 and count & (count - 1):  # scipy warns if what it makes first is no power of two
            head = 1 << (count.bit_length() - 1)
        points = np.concatenate([engine.random(part) for part in (head, count - head) if part])
        self._engines.append((engine, first + count))
        points += 2.0 ** -(SOBOL_BITS + 1)  # the middle of the cell that a point stands for
        return inside(points)

    def _infinite(self, name: str, draw: int) -> ScenarioError:
        return fault(
            self.scenario,
            NOT_FINITE,
            f"parameter '{name}' is infinite in draw {draw + 1}",
            ("parameters", name, "distribution"),
            label="so wide a distribution leaves the numbers of a computer",
            help="the second number of lognormal(mu, sigma) is the spread of the logarithm",
        )

    def __reduce__(self) -> tuple[Callable[..., Design], tuple[Any, ...]]:
        """Travel without what can be worked out again."""
        parts = (self.scenario, self.parameters, self.chances, self.draws, self.seed, self.sampling, self.replicate)
        return Design, parts


def mixed(a: tuple[Inputs, Uniforms], b: tuple[Inputs, Uniforms], group: Collection[str]) -> tuple[Inputs, Uniforms]:
    """Return block ``a`` with the parameters and chance nodes of one group as they are in block ``b``."""
    return (
        {name: b[0][name] if name in group else row for name, row in a[0].items()},
        {node: b[1][node] if node in group else rows for node, rows in a[1].items()},
    )


def design(
    scenario: Scenario,
    *,
    draws: int,
    seed: int = 1,
    sampling: str = "lhs",
    fixed: Collection[str] | Mapping[str, float] = (),
) -> Design:
    """Plan the draws of a scenario.

    Correlated parameters get their rank correlations by a normal copula; the others keep their strata.

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
    >>> inputs, _ = design(scenario, draws=5).block(0, 5)
    >>> sorted((inputs["oil"] * 10).astype(int).tolist())  # one draw in each fifth of the range
    [1, 2, 3, 4, 5]

    Args:
        scenario: whose parameters with a `distribution` and chance nodes with a `certainty` are drawn.
        draws: how many draws there are to be.
        seed: from 0 to 2**64 - 1; the same seed gives the same draws.
        sampling: lhs, sobol or random.
        fixed: parameters that are not drawn, such as those that somebody set to a number.

    Raises:
        BadArgument: nothing is drawn, or the sampling, the seed or the number of draws cannot be used.
        ScenarioError: no numbers can have the rank correlations of the file (P213).
    """
    if sampling not in SAMPLINGS:
        raise BadArgument(f"unknown sampling '{sampling}'", "take lhs, sobol or random")
    if not 1 <= draws <= MOST_DRAWS:
        raise BadArgument(f"{draws:,} draws cannot be made", f"take a number from 1 to {MOST_DRAWS:,}")
    if not 0 <= seed < SEEDS:
        raise BadArgument(f"{seed} is no seed", "take a whole number from 0 to 2**64 - 1")
    drawable = [name for name, parameter in scenario.parameters.items() if parameter.distribution is not None]
    parameters = tuple(name for name in drawable if name not in fixed)
    chances = tuple(_drawn_chances(scenario))
    if not parameters and not chances:
        if drawable:
            raise BadArgument("nothing is left to draw: every parameter with a distribution is set", "set fewer")
        raise BadArgument(
            "nothing is drawn: no parameter has a distribution and no chance node a certainty",
            "give a parameter 'low', 'high' and 'distribution: pert', or a chance node 'certainty: 30'",
        )
    culprits = contradiction(drawable, pairs(scenario.correlations))
    if culprits:
        raise contradicting(scenario, culprits)
    made = Design(scenario, parameters, chances, draws, seed, sampling)
    if sampling == "sobol" and (2 * made.dimensions > SOBOL_DIMENSIONS or draws > 2**SOBOL_BITS):
        message = f"there are no Sobol points for {draws:,} draws of {made.dimensions:,} numbers"
        raise BadArgument(message, "take the sampling lhs")
    return made


def contradicting(scenario: Scenario, names: Sequence[str]) -> ScenarioError:
    """Return the error for rank correlations that cannot all hold; `check` finds it in a file."""
    message, help_ = complaint(names, pairs(scenario.correlations))
    place = next(at for at, each in enumerate(scenario.correlations) if {each.first, each.second} <= set(names))
    label = "no numbers are correlated like this"
    return fault(scenario, CONTRADICTION, message, ("correlations", place), label=label, help=help_)


def _drawn_chances(scenario: Scenario) -> list[str]:
    """Return the chance nodes whose probabilities are uncertain; what has happened is not."""
    return [node.id for node in scenario.nodes.values() if node.certainty is not None and node.resolved is None]


@dataclass(frozen=True, eq=False)
class _Plan:
    """Which column of uniform numbers belongs to what.

    Attributes:
        columns: for each parameter its column, for each chance node one column a branch.
        width: how many columns there are.
        quantiles: for each parameter its quantile function.
        mixes: for each column that follows from others by the copula, those and their weights.
    """

    columns: dict[str, list[int]]
    width: int
    quantiles: dict[str, Callable[[Floats], Floats]]
    mixes: dict[int, list[tuple[int, float]]]


def _plan(scenario: Scenario) -> _Plan:
    drawable = {name: each for name, each in scenario.parameters.items() if each.distribution is not None}
    columns = {name: [column] for column, name in enumerate(drawable)}
    width = len(columns)
    for node in _drawn_chances(scenario):
        columns[node] = list(range(width, width + len(scenario.nodes[node].edges)))
        width += len(scenario.nodes[node].edges)
    known = pairs(scenario.correlations)
    mixes: dict[int, list[tuple[int, float]]] = {}
    for names in components(list(drawable), known):
        rows = factor(names, known)
        assert rows is not None  # `design` has asked
        for name, row in list(zip(names, rows, strict=True))[1:]:  # the first keeps its strata
            sources = [(columns[other][0], weight) for other, weight in zip(names, row, strict=False) if weight]
            mixes[columns[name][0]] = sources
    return _Plan(columns, width, {name: quantile(each) for name, each in drawable.items()}, mixes)
