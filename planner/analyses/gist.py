"""The gist of a scenario, as a line of its history holds it: what is recommended, what that is worth, how far ahead."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from planner.analyses.choosing.strategies_words import value_unit
from planner.analyses.comparing.judge import first_decision
from planner.analyses.comparing.looks import look
from planner.analyses.result import BadArgument, overridden
from planner.core.binding import environment
from planner.core.change.digest import digests
from planner.core.expression import FormulaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analyses.evaluate import DecisionResult, Evaluation
    from planner.core.model import Edge, Scenario
    from planner.core.source import Source


@dataclass(frozen=True)
class Question:
    """What is asked of every state of a scenario.

    Attributes:
        at: the decision in focus; None for the first that is reached.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.
        of: what else is wanted: the probability of an outcome or of a branch (``node.branch``), or a parameter.
    """

    at: str | None = None
    actor: str | None = None
    overrides: Mapping[str, float | str] = field(default_factory=dict)
    rule: str = "expected"
    max_states: int = 1_000_000
    of: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the question as JSON data."""
        return asdict(self) | {"overrides": dict(self.overrides)}


@dataclass(frozen=True)
class Gist:
    """What a scenario comes to.

    Attributes:
        model: one word for all that the text says (`planner.core.change.digest`); None for what cannot be read.
        numbers: the same without names, titles, notes and sources.
        ids: the same of the ids of things alone.
        problem: why it cannot be evaluated; empty if it can.
        decision: the decision in focus as a state; None where nobody decides.
        by: who decides there.
        options: the ids of its options, with their names.
        chosen: the option that is followed.
        tied: options as good as that, itself among them; empty if there is no other.
        actor: whose value is meant.
        value: what the chosen option is worth to it, or the whole where nobody decides.
        margin: how far ahead the chosen option is: over the next best for a single decider or for the actor that was
            named; for several deciders the smallest of their gains over the fallback. None where there is nothing to
            compare.
        minimize: whether smaller values are better.
        unit: the unit of values; empty where they are scores.
        outcomes: the probability of each outcome under the strategy.
        titles: what these outcomes are called.
        wanted: what else was asked for; None if the scenario does not have it.
    """

    model: str | None
    numbers: str | None = None
    ids: str | None = None
    problem: str = ""
    decision: str | None = None
    by: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    chosen: str | None = None
    tied: tuple[str, ...] = ()
    actor: str | None = None
    value: float | None = None
    margin: float | None = None
    minimize: bool = False
    unit: str = ""
    outcomes: Mapping[str, float] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    wanted: float | None = None

    @property
    def known(self) -> bool:
        """Whether the scenario could be evaluated."""
        return not self.problem

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data, from which `from_dict` makes it again."""
        return asdict(self) | {"by": list(self.by), "tied": list(self.tied)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a gist of what `to_dict` returned."""
        return cls(**{**data, "by": tuple(data["by"]), "tied": tuple(data["tied"])})


def gist(source: Source | None, question: Question | None = None) -> Gist:
    """Return what a scenario's text comes to; what stands in the way is in `Gist.problem`.

    >>> from planner.core.source import Source
    >>> found = gist(Source.from_text('''
    ... planner: 1
    ... title: An oil field
    ... nodes:
    ...   site: {decision: Drill?, options: {drill: {payoff: -70, to: hole}, sell: {payoff: 30}}}
    ...   hole: {chance: What is there?, branches: {oil: {p: 0.4, payoff: 400}, dry: {p: rest}}}
    ... '''))
    >>> found.chosen, found.value, found.margin, found.outcomes
    ('drill', 90.0, 60.0, {'hole.oil': 0.4, 'hole.dry': 0.6})

    Args:
        source: the text with what it includes; None where it is not to be had.
        question: what is asked of it.
    """
    asked = question or Question()
    if source is None:
        return Gist(None, problem="git does not have this text; `git fetch` brings what a partial clone left out")
    said = digests(source)
    model, numbers, ids = said if said is not None else (None, None, None)
    try:
        seen = look(source, asked.overrides, None, asked.rule, asked.max_states)
        if seen.scenario is not None:  # numbers for parameters that it does not have would be left out silently
            overridden(seen.scenario, asked.overrides, exact=False)
    except BadArgument as error:
        return Gist(model, numbers, ids, error.message)
    if seen.evaluation is None:
        return Gist(model, numbers, ids, seen.reason)
    return replace(_told(seen.evaluation, asked), model=model, numbers=numbers, ids=ids)


def _told(found: Evaluation, asked: Question) -> Gist:
    scenario = found.scenario
    decision = first_decision(found, asked.at)
    if decision is None and asked.at is not None:
        return Gist(None, problem=f"there is no decision '{asked.at}'")
    if asked.actor is not None and asked.actor not in scenario.actors:
        return Gist(None, problem=f"there is no actor '{asked.actor}'")
    own = found.values
    if decision is not None:
        own = decision.option(decision.chosen).values
    actor = asked.actor or (decision.by[0] if decision is not None else next(iter(scenario.actors)))
    outcomes = {one.outcome: float(one.probability) for one in found.outcomes}
    common: dict[str, Any] = {
        "actor": actor,
        "value": float(own[actor]),
        "minimize": scenario.objective == "minimize",
        "unit": value_unit(scenario).strip(),
        "outcomes": outcomes,
        "titles": {name: _title(scenario, name) for name in outcomes},
        "wanted": None if asked.of is None else _wanted(scenario, asked, outcomes),
    }
    if decision is None:
        return Gist(None, **common)
    names = {option: edge.name for option, edge in scenario.nodes[decision.node].edges.items()}
    return Gist(
        None,
        decision=decision.state,
        by=decision.by,
        options={one.option: names[one.option] for one in decision.options},
        chosen=decision.chosen,
        tied=decision.tied,
        margin=_margin(scenario, decision, asked.actor),
        **common,
    )


def _title(scenario: Scenario, outcome: str) -> str:
    node, _, edge = outcome.rpartition(".")
    return scenario.nodes[node].edges[edge].name if node in scenario.nodes else scenario.nodes[outcome].title


def _margin(scenario: Scenario, decision: DecisionResult, actor: str | None) -> float | None:
    """Return how far ahead the chosen option is."""
    sense = -1 if scenario.objective == "minimize" else 1
    own = decision.option(decision.chosen).values
    fallback = scenario.nodes[decision.node].fallback if len(decision.by) > 1 else None
    if actor is None and fallback is not None:
        if decision.chosen == fallback:
            return None
        other = decision.option(fallback).values
        return min(sense * float(own[each] - other[each]) for each in decision.by)
    who = actor or decision.by[0]
    others = [sense * float(one.values[who]) for one in decision.options if one.option != decision.chosen]
    return sense * float(own[who]) - max(others) if others else None


def _wanted(scenario: Scenario, asked: Question, outcomes: Mapping[str, float]) -> float | None:
    """Return a parameter, the probability of an outcome, or that of a branch as the file gives it."""
    name = asked.of or ""
    values = environment(scenario, overridden(scenario, asked.overrides, exact=False))
    if name in scenario.parameters:
        return float(values[name])
    node, dot, branch = name.rpartition(".")
    place = scenario.nodes.get(node) if dot else None
    if place is not None and place.kind == "chance" and branch in place.edges:
        return _branch(list(place.edges.values()), branch, values)
    known = name in outcomes or name in scenario.nodes or (place is not None and branch in place.edges)
    return outcomes.get(name, 0.0) if known else None


def _branch(edges: list[Edge], wanted: str, values: Mapping[str, Any]) -> float | None:
    """Return a branch's probability; None where it hangs on path state or on a signal."""
    given: dict[str, float] = {}
    for edge in edges:
        if edge.p is not None:
            if not edge.p.names <= values.keys():
                return None
            try:
                given[edge.id] = float(edge.p.evaluate(values))
            except (FormulaError, ArithmeticError):
                return None
    resting = [edge.id for edge in edges if edge.rest]
    return given.get(wanted, (1 - sum(given.values())) / len(resting) if wanted in resting else None)
