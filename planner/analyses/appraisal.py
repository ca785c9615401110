"""What each option brings, criterion by criterion, and how that makes up its value to each actor."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.positions import amounts
from planner.analyses.focus import Focus, focus
from planner.analyses.result import decimals, written
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario

METHOD = "Mean amounts by criterion under the strategy, weighed as values are (additive value model)"
NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class OptionAppraisal:
    """What one option brings.

    Attributes:
        option: the option.
        amounts: mean amount at the end by criterion, the start included; what counts for everybody.
        own: for each actor the mean amounts that are its own, by criterion; empty where payoffs are common to all.
        parts: for each actor how many points of its value each criterion makes up.
        premium: for each actor what its caution, or a rule other than that of means, takes off the sum of its parts; 0
            for one who is neutral.
        values: what the option is worth to each actor: the sum of its parts less its premium.
        benefits: by criterion how much nearer to the best end of its scale the amount is than if nothing changed, in
            the criterion's unit; negative for a cost.
    """

    option: str
    amounts: Mapping[str, float]
    own: Mapping[str, Mapping[str, float]]
    parts: Mapping[str, Mapping[str, float]]
    premium: Mapping[str, float]
    values: Mapping[str, float]
    benefits: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "option": self.option,
            "amounts": dict(self.amounts),
            "own": {actor: dict(row) for actor, row in self.own.items()},
            "parts": {actor: dict(row) for actor, row in self.parts.items()},
            "premium": dict(self.premium),
            "values": dict(self.values),
            "benefits": dict(self.benefits),
        }


@dataclass(frozen=True)
class Appraisal:
    """The options of a decision, criterion by criterion.

    Attributes:
        scenario: what was analysed.
        focus: the decision.
        options: what each option brings, in file order.
        unchanged: amounts by criterion if nothing changes: what the criteria start at; None where no criterion does.
        settings: the arguments that the result depends on.
        method: the method in words.
    """

    scenario: Scenario = field(repr=False)
    focus: Focus = field(repr=False)
    options: tuple[OptionAppraisal, ...]
    unchanged: Mapping[str, float] | None
    settings: Mapping[str, Any]
    method: str = METHOD

    def option(self, name: str) -> OptionAppraisal:
        """Return an option by id; raises KeyError if there is none."""
        found = next((one for one in self.options if one.option == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def lead(self) -> tuple[str, Mapping[str, float]] | None:
        """Return the best other option for the point of view, and what each criterion adds to the lead over it.

        None where there is no other option or one criterion alone.
        """
        focus, actor = self.focus, self.focus.actor
        chosen = self.option(focus.chosen)
        others = [one for one in self.options if one.option != focus.chosen]
        if not others or len(chosen.parts[actor]) < 2:
            return None
        other = max(others, key=lambda one: focus.sense * one.values[actor])
        parts = chosen.parts[actor].items()
        return other.option, {name: focus.sense * (part - other.parts[actor][name]) for name, part in parts}

    def headline(self) -> str:
        """Say in one sentence which criterion speaks most for what is chosen."""
        focus = self.focus
        name, lead = f"'{focus.name(focus.chosen)}'", self.lead()
        if lead is None:
            only = len(self.options) < 2
            return f"{name} is the only option." if only else f"{name} is judged by one criterion alone."
        other, by = lead
        most, least = max(by, key=lambda each: by[each]), min(by, key=lambda each: by[each])
        places = decimals([by[most], by[least]])
        whose = f" to {self.scenario.actors[focus.actor].name}" if self.scenario.has_actors else ""
        if by[most] <= NOISE:
            return f"No criterion speaks for {name}{whose} against '{focus.name(other)}'."
        said = (
            f"Against '{focus.name(other)}', what speaks most for {name}{whose} is "
            f"{self.scenario.criteria[most].name} ({written(by[most], places)} points)"
        )
        if by[least] >= -NOISE:
            return f"{said}; nothing speaks against it."
        against = f"{self.scenario.criteria[least].name} ({written(by[least], places)})"
        return f"{said}; what speaks most against it is {against}."

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "decision": self.focus.label,
            "chosen": self.focus.chosen,
            "options": [one.to_dict() for one in self.options],
            "lead": None if (lead := self.lead()) is None else {"over": lead[0], "by": dict(lead[1])},
            "unchanged": None if self.unchanged is None else dict(self.unchanged),
            "method": self.method,
        }


def appraisal(
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
) -> Appraisal:
    """Work out what each option of a decision brings, criterion by criterion.

    Values add up over criteria (Keeney and Raiffa, Decisions with Multiple Objectives, 1976): with ``w`` the actor's
    weights, divided by the sum of their absolute values, and ``score`` on the scale from 0 to 100, criterion k makes up
    ``w_k * score_k`` points, or ``|w_k| * (100 - score_k)`` where the weight is negative. All later decisions are taken
    as they are when the option is.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Two criteria
    ... actors: {us: {weights: {peace: 3, money: 1}}}
    ... criteria: {peace: {worst: 0, best: 10}, money: {worst: 40, best: 0}}
    ... nodes:
    ...   act:
    ...     decision: Act?
    ...     options: {act: {payoff: {peace: 8, money: 10}}, wait: {payoff: {peace: 4}}}
    ... '''))
    >>> found = appraisal(scenario)
    >>> {name: float(part) for name, part in found.option("act").parts["us"].items()}
    {'peace': 60.0, 'money': 18.75}
    >>> found.option("act").values["us"]
    78.75

    Args:
        scenario: the scenario, read and checked.
        at: the decision; None for the first.
        actor: the point of view of the headline; None for the first of those who decide there.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace. Parts are always of means.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError, BadArgument: see `planner.analyses.focus.focus`.
    """
    focused = focus(scenario, at=at, actor=actor, overrides=overrides, rule=rule, max_states=max_states)
    values = focused.option_values()
    columns = focused.solution.bound.columns
    made = []
    for option, row in amounts(focused).items():
        common = {name: criterion.start or 0.0 for name, criterion in scenario.criteria.items()}
        own: dict[str, dict[str, float]] = {}
        names = list(scenario.criteria)
        for amount, (only, which) in zip(row, columns, strict=True):
            if only is None:
                common[names[which]] += amount
            elif amount:
                mine = own.setdefault(list(scenario.actors)[only], {})
                mine[names[which]] = mine.get(names[which], 0.0) + amount
        parts = {each: _parts(focused, each, common, own.get(each, {})) for each in scenario.actors}
        gaps = {each: sum(parts[each].values()) - values[option][each] for each in scenario.actors}
        premium = {
            each: 0.0 if abs(gap) < NOISE * max(1.0, abs(values[option][each])) else gap for each, gap in gaps.items()
        }
        made.append(OptionAppraisal(option, common, own, parts, premium, values[option], _benefits(focused, common)))
    starts = {name: criterion.start for name, criterion in scenario.criteria.items()}
    unchanged = {name: start or 0.0 for name, start in starts.items()}
    return Appraisal(
        scenario=scenario,
        focus=focused,
        options=tuple(made),
        unchanged=unchanged if any(start is not None for start in starts.values()) else None,
        settings=focused.settings,
    )


def _benefits(focused: Focus, amounts: Mapping[str, float]) -> dict[str, float]:
    """Return how much nearer to the best end of its scale each criterion comes than if nothing changed."""
    found = {}
    for name, criterion in focused.scenario.criteria.items():
        sense = focused.sense
        if criterion.worst is not None and criterion.best is not None:
            sense = 1 if criterion.best > criterion.worst else -1
        found[name] = sense * (amounts[name] - (criterion.start or 0.0))
    return found


def _parts(focused: Focus, actor: str, common: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    """Return how many points of an actor's value each criterion that it weighs makes up."""
    worth = focused.solution.worth
    at = focused.actor_at(actor)
    weights = focused.scenario.actors[actor].weights
    total = sum(map(abs, weights.values())) or 1.0
    found = {}
    for which, (name, criterion) in enumerate(focused.scenario.criteria.items()):
        unit = float(worth.coefficient[at][which])
        amount = common[name] + own.get(name, 0.0)
        if not unit:
            continue
        if criterion.worst is None or criterion.best is None:
            found[name] = unit * amount
            continue
        share = abs(weights.get(name, 0.0)) / total if len(focused.scenario.criteria) > 1 else 1.0
        floor = share * 100 if math.copysign(1.0, weights.get(name, 1.0)) < 0 else 0.0
        found[name] = floor + unit * (amount - criterion.worst)
    return found
