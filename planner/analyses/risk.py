"""How the value of each option is distributed: risk profiles, what they come to, dominance, tolerance of risk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.focus import focus
from planner.analyses.notebook import frame
from planner.analyses.profiles.option_risk import OptionRisk, Reference, option_risks, reference_of
from planner.analyses.profiles.pairs import Pairs, pairs
from planner.analyses.profiles.risk_words import dominance_words, headline, table, tolerance_words
from planner.analyses.profiles.tolerances import Tolerances, over_tolerances
from planner.analyses.result import BadArgument
from planner.core.profile import profiles
from planner.core.solve import solve_unfolded
from planner.core.spread import ATOMS
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.focus import Focus
    from planner.core.model import Scenario

FEWEST = 16  # atoms, below which a grid says nothing

METHOD = (
    "Risk profiles over all paths that follow an option, later decisions taken by the strategy, by convolution on "
    "shared states; stochastic dominance on the cumulative distributions"
)


@dataclass(frozen=True)
class Risk:
    """How the value of each option of a decision is distributed; made by `risk`.

    Attributes:
        scenario: what was analysed.
        at: the decision as it is written: ``node`` or ``node[round=2]``.
        node: its id.
        by: who decides there.
        actor: the point of view.
        chosen: the option that is taken.
        tied: options as good as that, itself among them; empty if there is no other.
        by_actor: for the point of view, and for each who decides, the options in file order. Later decisions are those
            of the strategy, so that dominance between options holds as long as these stay as they are.
        references: for the same actors what counts as a loss.
        pairs: for the same actors how each option stands against each other.
        tolerances: certainty equivalents by tolerance of risk, for the point of view.
        risk_tolerance: the tolerance of the point of view; None if it is neutral to risk.
        level: the share of probability that ``cvar`` is the mean of.
        sense: 1 if more value is better, -1 if it is a cost.
        settings: the arguments that the result depends on.
        method: how it was worked out.
    """

    scenario: Scenario = field(repr=False)
    at: str
    node: str
    by: tuple[str, ...]
    actor: str
    chosen: str
    tied: tuple[str, ...]
    by_actor: Mapping[str, tuple[OptionRisk, ...]] = field(repr=False)
    references: Mapping[str, Reference] = field(repr=False)
    pairs: Mapping[str, Pairs] = field(repr=False)
    tolerances: Tolerances = field(repr=False)
    risk_tolerance: float | None
    level: float
    sense: int
    settings: Mapping[str, Any]
    method: str = METHOD

    @property
    def options(self) -> tuple[OptionRisk, ...]:
        """The options as the point of view sees them."""
        return self.by_actor[self.actor]

    @property
    def exact(self) -> bool:
        """Whether no profile needed a grid."""
        return all(option.profile.exact for options in self.by_actor.values() for option in options)

    def option(self, name: str) -> OptionRisk:
        """Return an option by id, as the point of view sees it; raises KeyError if there is none."""
        for found in self.options:
            if found.option == name:
                return found
        raise KeyError(name)

    def name(self, option: str) -> str:
        """Return an option's name in words."""
        return self.scenario.nodes[self.node].edges[option].name

    def headline(self) -> str:
        """Say in one sentence what the option that is taken may come to."""
        return headline(self)

    def dominance_words(self, *, ids: bool = False) -> list[str]:
        """Return what dominates what, in sentences that call options by name or by id."""
        return dominance_words(self, ids=ids)

    def tolerance_words(self, *, ids: bool = False) -> str:
        """Return how the choice depends on the tolerance of risk, in a sentence."""
        return tolerance_words(self, ids=ids)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        by_tolerance = self.tolerances
        return {
            "at": self.at,
            "node": self.node,
            "by": list(self.by),
            "actor": self.actor,
            "chosen": self.chosen,
            "tied": list(self.tied),
            "options": [option.to_dict() for option in self.options],
            **self.pairs[self.actor].to_dict(),
            "reference": self.references[self.actor].to_dict(),
            "level": self.level,
            "risk_tolerance": self.risk_tolerance,
            "certainty_equivalents": [row.to_dict() for row in by_tolerance.rows],
            "neutral": by_tolerance.neutral and by_tolerance.neutral.to_dict(),
            "flips": [flip.to_dict() for flip in by_tolerance.flips],
            "flips_looked_for": by_tolerance.looked and list(by_tolerance.looked),
            "no_flips_because": by_tolerance.reason or None,
            "by_actor": {actor: [option.to_dict() for option in options] for actor, options in self.by_actor.items()},
            "references": {actor: one.to_dict() for actor, one in self.references.items()},
            "dominance_by_actor": {
                actor: [one.to_dict() for one in pairs.dominance] for actor, pairs in self.pairs.items()
            },
            "exact": self.exact,
            "method": self.method,
        }

    def to_frame(self) -> Any:
        """Return the statistics as a DataFrame, one row for each actor and option.

        Raises:
            BadArgument: pandas is not installed.
        """
        rows = []
        for actor, options in self.by_actor.items():
            for option in options:
                plain = option.to_dict()
                quantiles = {f"q{share}": value for share, value in plain.pop("quantiles").items()}
                del plain["profile"], plain["probability_of_loss_range"]
                rows.append({"actor": actor, **plain, **quantiles})
        return frame(rows)

    def _repr_markdown_(self) -> str:
        return table(self)


def risk(  # noqa: PLR0913 - one keyword for each option of the command
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
    below: float | None = None,
    level: float = 0.05,
    risk_tolerance: float | None = None,
    tolerances: Sequence[float] = (),
    atoms: int = ATOMS,
) -> Risk:
    """Say how the value of each option is distributed when all later decisions follow the strategy.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... nodes:
    ...   site:
    ...     decision: Drill or sell?
    ...     options: {drill: {name: Drill, payoff: -70, to: hole}, sell: {name: Sell, payoff: 30}}
    ...   hole: {chance: What is there?, branches: {oil: {p: 0.4, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> found = risk(scenario)
    >>> found.option("drill").profile.sd, found.option("drill").probability_of_loss
    (195.95917942265424, 0.6)
    >>> [round(flip.risk_tolerance, 1) for flip in found.tolerances.flips]
    [271.0]

    Args:
        scenario: the scenario, read and checked.
        at: the decision whose options are compared; None for the first.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters.
        rule: what decisions go by. Probabilities are those of the scenario by every rule.
        max_states: how many states the scenario may unfold into.
        below: the value below which an outcome counts as a loss (for costs: above which). None for the actor's
            `minimum`; without one for 0 where values are in the unit of a criterion, and for today's value where they
            are scores and criteria have a start.
        level: the share of probability whose mean is ``cvar``.
        risk_tolerance: the tolerance of risk that the point of view is taken to have, in the unit of values, instead of
            what the scenario says; its own later decisions follow it.
        tolerances: the tolerances of the table of certainty equivalents; empty for round numbers that follow from how
            far values spread.
        atoms: how many different totals are kept at a state; where there are more, profiles are put on a grid, and
            ``bound`` says by how much that moved them at most.

    Raises:
        ScenarioError: the scenario cannot be evaluated; the diagnostics say where and why.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: the scenario has no decision, or a number cannot be used.

    Sources: risk profiles and certainty equivalents by H. Raiffa (1968), Decision Analysis; dominance see
    `planner.core.dominance`, tail means `planner.core.profile.Profile.tail_mean`.
    """
    _check(below, level, risk_tolerance, tolerances, atoms)
    found = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    if risk_tolerance is not None:
        found = _careful(found, risk_tolerance)
    actors = list(found.scenario.actors)
    shown = list(dict.fromkeys((found.actor, *found.by)))
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite, and looked for
        made = profiles(found.solution, found.state, [actors.index(one) for one in shown], atoms)
    if not all(isfinite(one.low) and isfinite(one.high) for options in made for one in options):
        raise BadArgument("the values of some paths are too large for floating point", "write payoffs in larger units")
    references = {one: reference_of(found, one, below) for one in shown}
    return Risk(
        scenario=scenario,
        at=found.label,
        node=found.node,
        by=found.by,
        actor=found.actor,
        chosen=found.chosen,
        tied=found.tied,
        by_actor={
            one: option_risks(found, one, of_actor, references[one], level)
            for one, of_actor in zip(shown, made, strict=True)
        },
        references=references,
        pairs={
            one: pairs(dict(zip(found.options, of_actor, strict=True)), found.sense)
            for one, of_actor in zip(shown, made, strict=True)
        },
        tolerances=over_tolerances(found, tolerances),
        risk_tolerance=found.scenario.actors[found.actor].risk_tolerance,
        level=level,
        sense=found.sense,
        settings={
            **found.settings,
            "below": below,
            "level": level,
            "risk_tolerance": risk_tolerance,
            "tolerances": list(tolerances),
            "atoms": atoms,
        },
    )


def _check(
    below: float | None, level: float, risk_tolerance: float | None, tolerances: Sequence[float], atoms: int
) -> None:
    """Raise `BadArgument` for a number that cannot be used."""
    if below is not None and not isfinite(below):
        raise BadArgument(f"{below} is no value that an outcome could fall below", "give a number")
    if not 0 < level <= 1:
        raise BadArgument(f"{level} is no share of probability", "give a level above 0 and at most 1, such as 0.05")
    for one in (*tolerances, *(() if risk_tolerance is None else (risk_tolerance,))):
        if not (isfinite(one) and one > 0):
            raise BadArgument(f"{one} is no tolerance of risk", "give a number above 0, in the unit of values")
    if atoms < FEWEST:
        raise BadArgument(f"a profile of {atoms} values says too little", f"keep at least {FEWEST} atoms")


def _careful(found: Focus, tolerance: float) -> Focus:
    """Return the decision worked out again with another tolerance of risk of the point of view."""
    actors = found.scenario.actors
    changed = replace(actors[found.actor], risk_tolerance=tolerance)
    scenario = replace(found.scenario, actors={**actors, found.actor: changed})
    unfolded = replace(found.unfolded, scenario=scenario)
    solution = solve_unfolded(unfolded, overrides=found.overrides, rule=found.rule)
    return replace(found, scenario=scenario, unfolded=unfolded, solution=solution)
