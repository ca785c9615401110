"""What a simulation found: options over all draws, what drives them, and whether there were enough draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from planner.analyses.notebook import escaped, frame
from planner.analyses.paths import percent
from planner.analyses.result import decimals, listing, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.drawing.drivers import Driver, Drivers
    from planner.core.model import Scenario

STRONGEST = 3  # inputs that a sentence names
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """How one actor's value of an option spreads over the draws.

    Attributes:
        mean: the mean.
        standard_error: of the mean, as of independent draws.
        sd: standard deviation.
        least: the smallest value.
        most: the largest value.
        quantiles: share of draws -> the value below which they lie.
        favourite: share of draws in which no option is worth more to this actor; equal ones count for the first.
    """

    mean: float
    standard_error: float
    sd: float
    least: float
    most: float
    quantiles: Mapping[float, float]
    favourite: float

    def to_dict(self) -> dict[str, Any]:
        """Return the spread as JSON data."""
        return {
            "mean": self.mean,
            "standard_error": self.standard_error,
            "sd": self.sd,
            "min": self.least,
            "max": self.most,
            "quantiles": {f"{share:g}": value for share, value in self.quantiles.items()},
        }


@dataclass(frozen=True, slots=True)
class SimulatedOption:
    """One option over all draws.

    Attributes:
        option: its id.
        spread: of its value from the point of view of the result.
        probability_best: share of draws in which it is the one that is taken; of a joint decision, agreed on.
        probability_best_error: standard error of that share.
        probability_tied: share of draws in which it is one of several that are equally good for those who decide.
        expected_loss: by how much it falls short of the best option of each draw, on average; 0 if it is always best.
            For several deciders, in gain over the fallback.
        expected_loss_error: standard error of that mean.
        by_actor: for each actor the spread of its value.
    """

    option: str
    spread: Spread
    probability_best: float
    probability_best_error: float
    probability_tied: float
    expected_loss: float
    expected_loss_error: float
    by_actor: Mapping[str, Spread]

    def to_dict(self) -> dict[str, Any]:
        """Return the option as JSON data."""
        return {
            "option": self.option,
            **self.spread.to_dict(),
            "probability_best": self.probability_best,
            "probability_best_error": self.probability_best_error,
            "probability_tied": self.probability_tied,
            "expected_loss": self.expected_loss,
            "expected_loss_error": self.expected_loss_error,
            "by_actor": {
                actor: {**spread.to_dict(), "favourite": spread.favourite} for actor, spread in self.by_actor.items()
            },
        }


@dataclass(frozen=True, slots=True)
class SecondSeed:
    """The same simulation with other draws: whether there were enough of them.

    Attributes:
        seed: from which these draws follow.
        order: the options by their mean, the best first.
        held: whether that is the order of the first seed.
        means: for each option its mean.
        probability_best: for each option the share of draws in which it is taken.
        largest_change: the largest difference between the two means of an option.
        changed: the option whose mean that is.
    """

    seed: int
    order: tuple[str, ...]
    held: bool
    means: Mapping[str, float]
    probability_best: Mapping[str, float]
    largest_change: float
    changed: str

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON data."""
        return {
            "seed": self.seed,
            "order": list(self.order),
            "held": self.held,
            "means": dict(self.means),
            "probability_best": dict(self.probability_best),
            "largest_change": self.largest_change,
            "changed": self.changed,
        }


@dataclass(frozen=True, slots=True)
class DrawnInput:
    """A drawn parameter: what it was drawn from, and what came.

    Attributes:
        parameter: its id.
        distribution: as the file has it.
        value: the number that the file has for all analyses that do not draw.
        mean: of the draws.
        sd: standard deviation of the draws.
        least: the smallest draw.
        most: the largest draw.
    """

    parameter: str
    distribution: str
    value: float
    mean: float
    sd: float
    least: float
    most: float

    def to_dict(self) -> dict[str, Any]:
        """Return the input as JSON data."""
        return {
            "parameter": self.parameter,
            "distribution": self.distribution,
            "value": self.value,
            "mean": self.mean,
            "sd": self.sd,
            "min": self.least,
            "max": self.most,
        }


@dataclass(frozen=True, slots=True)
class DrawnCorrelation:
    """A rank correlation between two drawn parameters: what the file says, and what the draws have."""

    first: str
    second: str
    given: float
    drawn: float

    def to_dict(self) -> dict[str, Any]:
        """Return the correlation as JSON data."""
        return {"first": self.first, "second": self.second, "given": self.given, "drawn": self.drawn}


@dataclass(frozen=True)
class Simulation:
    """What comes of a decision when its uncertain numbers are drawn from their distributions.

    Values are full and in the scenario's own sense, from the point of view of `actor`.

    Attributes:
        scenario: what was simulated.
        state: the decision in focus, ``node`` or ``node[round=2]``.
        actor: the point of view.
        by: who decides there.
        fallback: the option that stands without agreement, of a joint decision.
        draws: how many there were.
        seed: what they follow from.
        sampling: lhs, sobol or random.
        options: the options, in file order.
        order: their ids by mean value, the best first.
        best: the option to which the means lead those who decide: for one of them that with the smallest expected loss;
            for several that on which they agree when each looks at its means. The first of equal ones.
        chosen: the option that is followed with the numbers as the file has them.
        quantile_draws: how many draws quantiles and rank correlations were taken from, the first ones.
        second_seed: the same with other draws; None if that was not asked for.
        drivers: what drives the lead of the best option, and its value.
        inputs: the drawn parameters.
        chances: chance nodes whose probabilities were drawn.
        correlations: between drawn parameters.
        notes: what a reader must know besides, in sentences.
        method: how it was done, in words.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    state: str
    actor: str
    by: tuple[str, ...]
    fallback: str | None
    draws: int
    seed: int
    sampling: str
    options: tuple[SimulatedOption, ...] = field(repr=False)
    order: tuple[str, ...]
    best: str
    chosen: str
    quantile_draws: int
    second_seed: SecondSeed | None = field(repr=False)
    drivers: tuple[Drivers, ...] = field(repr=False)
    inputs: tuple[DrawnInput, ...] = field(repr=False)
    chances: tuple[str, ...]
    correlations: tuple[DrawnCorrelation, ...] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    method: str = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)

    @property
    def node(self) -> str:
        """The id of the decision in focus."""
        return self.state.partition("[")[0]

    @property
    def costs(self) -> bool:
        """Whether values are costs, the smaller the better."""
        return self.scenario.objective == "minimize"

    @property
    def lopsided(self) -> tuple[DrawnInput, ...]:
        """The inputs whose draws have another mean than the file's number, by more than chance explains."""
        noise = 4 / max(self.draws, 1) ** 0.5
        return tuple(each for each in self.inputs if abs(each.mean - each.value) > max(noise, 0.1) * each.sd > 0)

    def option(self, name: str) -> SimulatedOption:
        """Return an option by id; raises KeyError if the decision does not have it."""
        for found in self.options:
            if found.option == name:
                return found
        raise KeyError(name)

    def name(self, option: str) -> str:
        """Return an option's name in words."""
        return self.scenario.nodes[self.node].edges[option].name

    @property
    def places(self) -> int:
        """How many decimals values are written with."""
        means = [one.spread.mean for one in self.options]
        ends = [end for one in self.options for end in (one.spread.quantiles[0.05], one.spread.quantiles[0.95])]
        ordered = sorted(means)
        return decimals([*means, *ends], apart=[b - a for a, b in pairwise(ordered)])

    def losses(self) -> dict[str, str]:
        """Write the options' expected losses as a column: the same decimals, and nothing but 0 reads as 0."""
        found = {one.option: one.expected_loss for one in self.options}
        places = decimals(found.values(), apart=[loss for loss in found.values() if loss > 1e-9])
        return {option: written(loss, places) for option, loss in found.items()}

    def headline(self) -> str:
        """Say in one sentence in how many draws which option is best, and what it is worth."""
        best = self.option(self.best)
        name, many = f"'{self.name(self.best)}'", f"{self.draws:,} draws"
        if len(self.options) == 1:
            return f"{name} is the only option: {self._worth(best)}, over {many}."
        verb = "stands" if self.best == self.fallback else "is agreed on" if len(self.by) > 1 else "is best"
        if best.probability_best == 1:
            return f"{name} {verb} in all {many}: {self._worth(best)}."
        rivals = [one for one in self.options if one is not best and one.probability_best > 0]
        rivals.sort(key=lambda one: -one.probability_best)
        others = listing(f"'{self.name(one.option)}' in {percent(one.probability_best)}" for one in rivals[:2])
        loss = f"{small(best.expected_loss)}{'' if len(self.by) > 1 else self._unit}"
        what = "costs" if len(self.by) == 1 else "costs its deciders"
        return (
            f"{name} {verb} in {percent(best.probability_best)} of {many}, {others}: {self._worth(best)}; keeping to "
            f"it whatever comes {what} {loss} on average."
        )

    def _worth(self, one: SimulatedOption) -> str:
        """Write what an option is worth: the mean, and what nine draws out of ten lie between."""
        spread, places = one.spread, self.places
        whose = f" to {self.scenario.actors[self.actor].name}" if self.scenario.has_actors else ""
        low, high = (written(spread.quantiles[share], places) for share in (0.05, 0.95))
        return f"{written(spread.mean, places)}{self._unit}{whose} on average, {low} to {high} in nine draws out of ten"

    @property
    def _unit(self) -> str:
        criteria = list(self.scenario.criteria.values())
        plain = len(criteria) == 1 and not criteria[0].has_scale and criteria[0].unit
        return f" {criteria[0].unit}" if plain else ""

    def input_name(self, driver: Driver, quote: str = "") -> str:
        """Return what a driver is in words: the names of its parameters, or the title of the chance node."""
        if driver.kind == "chance":
            return f"probabilities of '{self.scenario.nodes[driver.inputs[0]].title}'"
        parameters = [self.scenario.parameters[name] for name in driver.inputs]
        return listing(f"{quote}{each.name or each.id}{quote}" for each in parameters)

    def hangs_on(self, *, named: bool = False) -> str:
        """Say in one sentence what the value of the best option hangs on; nothing if indices were left out.

        Inputs are told by their ids, or by their names if ``named``.
        """
        drivers = self.drivers[-1]
        strongest = [driver for driver in drivers.drivers if driver.total and driver.total.low > 0][:STRONGEST]
        if not drivers.rows or not strongest:
            return ""
        names = [self.input_name(each, "'") if named else each.name for each in strongest]
        told = listing(
            f"{name} ({each.total.value:.2f})" for name, each in zip(names, strongest, strict=True) if each.total
        )
        return f"The value of '{self.name(self.best)}' itself hangs most on {told}."

    def enough(self) -> str:
        """Say in one sentence whether there were enough draws, as far as a second seed can tell."""
        second = self.second_seed
        if second is None:
            return "Whether there were enough draws was not asked."
        least = 10.0 ** -(self.places + 1)
        moved = f"by {written(second.largest_change, self.places + 1)} at most"
        change = f"means moved {moved if second.largest_change >= least else f'by less than {least:g}'}"
        if len(self.options) == 1:
            return f"With seed {second.seed} {change}."
        if second.held:
            return f"With seed {second.seed} the order of the options by their mean is the same; {change}."
        shown = listing(f"'{self.name(option)}'" for option in second.order)
        return (
            f"With seed {second.seed} the order of the options by their mean is another ({shown}); {change}: "
            "these draws do not settle it, take more."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "sampling": self.sampling,
            "state": self.state,
            "actor": self.actor,
            "by": list(self.by),
            "fallback": self.fallback,
            "options": [option.to_dict() for option in self.options],
            "order": list(self.order),
            "best": self.best,
            "chosen": self.chosen,
            "quantile_draws": self.quantile_draws,
            "second_seed": self.second_seed.to_dict() if self.second_seed else None,
            "drivers": [drivers.to_dict() for drivers in self.drivers],
            "inputs": [each.to_dict() for each in self.inputs],
            "chances": list(self.chances),
            "correlations": [each.to_dict() for each in self.correlations],
            "notes": list(self.notes),
            "method": self.method,
        }

    def to_frame(self) -> Any:
        """Return the options as a pandas data frame, one row an option.

        Raises:
            BadArgument: pandas is not installed.
        """
        rows = []
        for one in self.options:
            row = one.to_dict()
            row |= {f"q{100 * share:g}": value for share, value in one.spread.quantiles.items()}
            rows.append({key: value for key, value in row.items() if key not in {"quantiles", "by_actor"}})
        return frame(rows).set_index("option")

    def _repr_markdown_(self) -> str:
        """Show headline and options in a notebook."""
        places = self.places
        lines = [f"**{escaped(self.scenario.title)}**", "", escaped(self.headline()), ""]
        lines += ["| option | mean | ± | 5 % | 50 % | 95 % | best in | expected loss |", "|---|" + "---:|" * 7]
        losses = self.losses()
        for one in self.options:
            spread = one.spread
            numbers = [spread.mean, spread.standard_error, *(spread.quantiles[share] for share in (0.05, 0.5, 0.95))]
            cells = [written(number, places) for number in numbers]
            cells += [percent(one.probability_best), losses[one.option]]
            lines.append(f"| {escaped(self.name(one.option))} | " + " | ".join(cells) + " |")
        return "\n".join([*lines, "", escaped(self.enough())]) + "\n"


def small(value: float) -> str:
    """Write a number that is at least 0 with two digits that count.

    >>> small(0.000153), small(0.1), small(12.34), small(0), small(1234.5)
    ('0.00015', '0.10', '12', '0', '1,235')
    """
    if value < 1e-9:
        return "0"
    places = max(0, 1 - int(f"{value:e}".partition("e")[2]))
    return written(value, places)
