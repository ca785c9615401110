"""What follows from a scenario: values, the strategy, every decision with its options, the outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.analyses.headline import headline, table
from planner.analyses.result import Number, floats, fractions, known_actor, overridden, parsed_rule
from planner.core.diagnostics import ScenarioError
from planner.core.hidden import set_label
from planner.core.model import Node, Scenario
from planner.core.rules import unsupported
from planner.core.solve import Solution, solve
from planner.core.tree import DECISION
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

METHODS = {
    "expected": "Backward induction on expected values",
    "laplace": "Backward induction with equal probabilities (Laplace)",
    "maximin": "Backward induction on the worst case (Wald's maximin)",
    "maximax": "Backward induction on the best case (maximax)",
    "hurwicz": "Backward induction on a mix of best and worst case (Hurwicz)",
}


@dataclass(frozen=True, slots=True)
class OptionResult:
    """One option of a decision, and what taking it there is worth to each actor."""

    option: str
    values: Mapping[str, Number]

    def to_dict(self, *, exact: bool = False) -> dict[str, Any]:
        """Return the option as JSON data."""
        extra = {"exact_values": fractions(self.values)} if exact else {}
        return {"option": self.option, "values": floats(self.values), **extra}


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """One decision in one state.

    Attributes:
        state: ``node`` or ``node[round=2]``.
        node: the node's id.
        by: the deciding actors.
        chosen: the option that is followed.
        tied: all options as good as the chosen one for those who decide, itself among them; empty if there is no other.
        options: the options that are left in this state, in file order.
        probability: of reaching the state under the strategy.
    """

    state: str
    node: str
    by: tuple[str, ...]
    chosen: str
    tied: tuple[str, ...]
    options: tuple[OptionResult, ...]
    probability: Number

    def option(self, name: str) -> OptionResult:
        """Return an option by id; raises KeyError if this state does not have it."""
        for found in self.options:
            if found.option == name:
                return found
        raise KeyError(name)

    def to_dict(self, *, exact: bool = False) -> dict[str, Any]:
        """Return the decision as JSON data."""
        extra = {"exact_probability": str(self.probability)} if exact else {}
        return {
            "state": self.state,
            "node": self.node,
            "by": list(self.by),
            "chosen": self.chosen,
            "tied": list(self.tied),
            "options": [option.to_dict(exact=exact) for option in self.options],
            "probability": float(self.probability),
            **extra,
        }


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """One outcome that the strategy may lead to.

    Attributes:
        outcome: the outcome's id, or ``node.edge`` where an edge ends the path.
        probability: under the strategy.
        values: for each actor the mean value over the paths that end here.
        payoff: mean amounts by criterion over these paths, what counts for everybody.
        payoffs: for each actor mean amounts of its own by criterion; empty where payoffs are common to all.
    """

    outcome: str
    probability: Number
    values: Mapping[str, Number]
    payoff: Mapping[str, Number]
    payoffs: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)

    def to_dict(self, *, exact: bool = False) -> dict[str, Any]:
        """Return the outcome as JSON data."""
        found: dict[str, Any] = {
            "outcome": self.outcome,
            "probability": float(self.probability),
            "values": floats(self.values),
            "payoff": floats(self.payoff),
        }
        if self.payoffs:
            found["payoffs"] = {actor: floats(amounts) for actor, amounts in self.payoffs.items()}
        if exact:
            found["exact_probability"] = str(self.probability)
            found["exact_values"] = fractions(self.values)
            found["exact_payoff"] = fractions(self.payoff)
            if self.payoffs:
                found["exact_payoffs"] = {actor: fractions(amounts) for actor, amounts in self.payoffs.items()}
        return found


@dataclass(frozen=True)
class Evaluation:
    """What follows from a scenario.

    Values are full: the start, and all consequences under the strategy. Numbers are floats, or Fractions where the
    evaluation was exact.

    Attributes:
        scenario: what was evaluated.
        values: for each actor the value at the root.
        strategy: the option to take, for each decision state that is reached under the strategy.
        decisions: all decisions in topological order, the root's first where the root is one.
        outcomes: what the strategy may lead to, in file order.
        rule: what decisions went by.
        exact: whether numbers are Fractions.
        actor: the point of view, None for all actors.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    values: Mapping[str, Number]
    strategy: Mapping[str, str]
    decisions: tuple[DecisionResult, ...] = field(repr=False)
    outcomes: tuple[OutcomeResult, ...] = field(repr=False)
    rule: str = "expected"
    exact: bool = False
    actor: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method in words."""
        return METHODS[self.rule.partition(":")[0]]

    @property
    def root(self) -> DecisionResult | None:
        """The decision at the root; None if the scenario starts with chance."""
        first = self.decisions[0] if self.decisions else None
        return first if first is not None and first.node == self.scenario.root.id else None

    def headline(self) -> str:
        """Say in one sentence what follows."""
        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data; exact numbers stand beside the floats as text."""
        found: dict[str, Any] = {
            "values": floats(self.values),
            "strategy": dict(self.strategy),
            "decisions": [decision.to_dict(exact=self.exact) for decision in self.decisions],
            "outcomes": [outcome.to_dict(exact=self.exact) for outcome in self.outcomes],
            "rule": self.rule,
            "method": self.method,
            "exact": self.exact,
        }
        if self.exact:
            found["exact_values"] = fractions(self.values)
        return found

    def _repr_markdown_(self) -> str:
        return table(self)


def evaluate(
    scenario: Scenario,
    *,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    exact: bool = False,
    max_states: int = MAX_STATES,
) -> Evaluation:
    """Fold a scenario back and say what follows.

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
    >>> evaluate(scenario).headline()
    "'Drill' is best: 90, 60 above 'Sell'."
    >>> evaluate(scenario, rule="maximin").strategy
    {'site': 'sell'}

    Args:
        scenario: the scenario, read and checked.
        actor: whose point of view: the strategy stays, values are this actor's alone.
        overrides: numbers that replace parameters, such as ``{"talks_yield": 0.3}`` or ``"1/4"``.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        exact: compute in Fractions.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated; the diagnostics say where and why.
        UnknownName: no actor or parameter has the name that was given.
        BadArgument: a rule or a number that cannot be used.
    """
    known_actor(scenario, actor)
    parsed = parsed_rule(rule)
    given = overridden(scenario, overrides, exact=exact)
    missing = unsupported(scenario)
    if missing:
        raise ScenarioError(missing)
    solution = solve(scenario, overrides=given, rule=parsed, exact=exact, max_states=max_states)
    shown = [actor] if actor is not None else list(scenario.actors)
    decisions = _decisions(solution, shown)
    settings: dict[str, Any] = {"rule": rule, "exact": exact}
    if actor is not None:
        settings["actor"] = actor
    if given:
        settings["set"] = {name: str(value) if isinstance(value, Fraction) else value for name, value in given.items()}
    return Evaluation(
        scenario=scenario,
        values=_by_actor(solution.value(0), scenario, shown),
        strategy={decision.state: decision.chosen for decision in decisions if decision.probability > 0},
        decisions=decisions,
        outcomes=_outcomes(solution, shown),
        rule=rule,
        exact=exact,
        actor=actor,
        settings=settings,
    )


def _by_actor(values: list[Number], scenario: Scenario, shown: list[str]) -> dict[str, Number]:
    by_actor = dict(zip(scenario.actors, values, strict=True))
    return {actor: by_actor[actor] for actor in shown}


def _decisions(solution: Solution, shown: list[str]) -> tuple[DecisionResult, ...]:
    unfolded = solution.unfolded
    together = {states[0]: states for states in unfolded.sets}
    others = {state for states in unfolded.sets for state in states[1:]}
    return tuple(
        _decision(solution, together.get(state, (state,)), shown)
        for state in range(len(unfolded))
        if solution.who(state).kind == DECISION and state not in others
    )


def _decision(solution: Solution, states: tuple[int, ...], shown: list[str]) -> DecisionResult:
    """Return one decision, in one state or in all that its owner cannot tell apart."""
    unfolded = solution.unfolded
    scenario, state = unfolded.scenario, states[0]
    node = unfolded.node(state)
    assert node is not None
    options = [unfolded.edges[edge].id for edge in unfolded.edge[unfolded.slots(state)].tolist()]
    values = solution.option_values(state) if len(states) == 1 else _mean_values(solution, states)
    tied = solution.tied(state)
    actors = list(scenario.actors)
    return DecisionResult(
        state=set_label(unfolded, states),
        node=node.id,
        by=tuple(actors[owner] for owner in solution.who(state).owners),
        chosen=options[solution.choice[state]],
        tied=tuple(options[slot] for slot in tied) if len(tied) > 1 else (),
        options=tuple(
            OptionResult(option, _by_actor(value, scenario, shown))
            for option, value in zip(options, values, strict=True)
        ),
        probability=sum((solution.reach[each] for each in states), solution.reach[state] * 0),
    )


def _mean_values(solution: Solution, states: tuple[int, ...]) -> list[list[Number]]:
    """Return what the options of an information set are worth, its states weighted by their chances."""
    rows = [solution.option_values(state) for state in states]
    shares = [solution.unknowing.weight[state] for state in states]
    zero = shares[0] * 0
    return [
        [
            sum((share * row[slot][actor] for share, row in zip(shares, rows, strict=True)), zero)
            for actor in range(len(rows[0][0]))
        ]
        for slot in range(len(rows[0]))
    ]


def _outcomes(solution: Solution, shown: list[str]) -> tuple[OutcomeResult, ...]:
    """Gather the ends that are reached by outcome, in file order."""
    unfolded = solution.unfolded
    gathered: dict[int, tuple[Number, list[Number]]] = {}
    for state, place in enumerate(unfolded.place.tolist()):
        mass, mean = solution.reach[state], solution.path_amounts[state]
        what = unfolded.places[place]
        if mean is None or (isinstance(what, Node) and what.kind != "outcome"):
            continue
        before = gathered.get(place)
        if before is not None:
            share = mass / (before[0] + mass)
            mean = [one + (other - one) * share for one, other in zip(before[1], mean, strict=True)]
            mass += before[0]
        gathered[place] = mass, mean
    ids = unfolded.place_ids
    return tuple(_outcome(solution, ids[place], *gathered[place], shown) for place in sorted(gathered))


def _outcome(solution: Solution, name: str, mass: Number, mean: list[Number], shown: list[str]) -> OutcomeResult:
    scenario = solution.unfolded.scenario
    actors, criteria = list(scenario.actors), list(scenario.criteria)
    payoff: dict[str, Number] = {}
    payoffs: dict[str, dict[str, Number]] = {}
    for (only, criterion), amount in zip(solution.bound.columns, mean, strict=True):
        if only is None:
            payoff[criteria[criterion]] = amount
        elif actors[only] in shown:
            payoffs.setdefault(actors[only], {})[criteria[criterion]] = amount
    return OutcomeResult(name, mass, _by_actor(solution.worth_of(mean), scenario, shown), payoff, payoffs)
