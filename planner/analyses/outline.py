"""The scenario as a tree of rows, each with its probability, its own payoff and the value that the path has there.

What PrecisionTree and its kind show at every node: the total to be expected once a path has come that far, all that
came before it included; at a leaf, the path's total and its probability under the strategy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.evaluate import METHODS, DecisionResult, Evaluation, OptionResult
from planner.analyses.outlining.outline_growth import MANY, Limits
from planner.analyses.outlining.outline_rows import Numbers, Row, RowWriter
from planner.analyses.path_names import PathNames
from planner.analyses.result import (
    BadArgument,
    UnknownName,
    decimals,
    known_actor,
    listing,
    overridden,
    parsed_rule,
    written,
)
from planner.core.binding import bind, environment
from planner.core.diagnostics import ScenarioError
from planner.core.model import Node, Scenario
from planner.core.routes import path_counts
from planner.core.rules import unsupported
from planner.core.solve import solve_unfolded
from planner.core.unfold import MAX_STATES, Unfolded, unfold
from planner.core.unknowing import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Outline:
    """The scenario as a tree of rows, parents first.

    Attributes:
        scenario: what is drawn.
        rows: the rows; the first is the start.
        actors: whose values stand in the rows: who decides first, who decides later, all others.
        deciders: who takes the first decision, of these actors.
        missing: why there are no values, in one sentence; empty where there are.
        paths: how many paths there are from the start, counted up to a million.
        headline_of: the root's evaluation, for the headline.
        rule: what decisions went by.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    actors: tuple[str, ...]
    deciders: tuple[str, ...]
    missing: str
    paths: int
    headline_of: Evaluation | None = field(repr=False)
    rule: str = "expected"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method in words."""
        return METHODS[self.rule.partition(":")[0]]

    @property
    def folded(self) -> bool:
        """Whether anything is hidden."""
        return any(row.hidden for row in self.rows)

    def headline(self) -> str:
        """Say in one sentence what follows, or why nothing can be said."""
        if self.missing:
            return f"Drawn without values: {self.missing}."
        if self.headline_of is not None:
            return self.headline_of.headline()
        return self._from_here()

    def _from_here(self) -> str:
        start = self.rows[0]
        actors = self.deciders or self.actors
        places = decimals(start.values[actor] for actor in actors)
        names = self.scenario.actors
        each = listing(
            f"{names[actor].name} {written(start.values[actor], places)}"
            if self.scenario.has_actors
            else written(start.values[actor], places)
            for actor in actors
        )
        taken = [row for row in self.rows if row.parent == 0 and row.chosen]
        best = f", '{taken[0].name}' is followed" if taken else ""
        return f"From '{start.state}' on{best}: {each}."

    def children(self) -> list[list[int]]:
        """Return for each row the numbers of the rows after it, in file order."""
        found: list[list[int]] = [[] for _ in self.rows]
        for at, row in enumerate(self.rows):
            if row.parent >= 0:
                found[row.parent].append(at)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the outline as JSON data."""
        return {
            "start": self.rows[0].state,
            "values": dict(self.rows[0].values),
            "actors": list(self.actors),
            "rows": [row.to_dict() for row in self.rows],
            "paths": self.paths,
            "folded": self.folded,
            "missing": self.missing or None,
            "rule": self.rule,
            "method": self.method,
        }


def outline(
    scenario: Scenario,
    *,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    at: str | None = None,
    limits: Limits | None = None,
    max_states: int = MAX_STATES,
) -> Outline:
    """Return the scenario as a tree of rows.

    What is read but not evaluated yet (such as hidden moves) is drawn without values.

    Args:
        scenario: the scenario, read and checked.
        actor: show the values of this actor alone.
        overrides: numbers that replace parameters, such as ``{"talks_yield": 0.3}`` or ``"1/4"``.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        at: the node or state to start at; the root if None. Values are then those of starting there.
        limits: how much is drawn; everything if None.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be unfolded, or a number does not fit.
        UnknownName: no actor, parameter or node has the name that was given.
        BadArgument: a rule, a number or a place to start that cannot be used, or more than a million rows.
    """
    known_actor(scenario, actor)
    parsed = parsed_rule(rule)
    given = overridden(scenario, overrides, exact=False)
    unfolded = unfold(scenario, max_states=max_states)
    missing = unsupported(scenario)
    numbers = Numbers(unfolded, bind(unfolded, environment(scenario, given)), None)
    if not missing:
        try:
            solution = solve_unfolded(unfolded, overrides=given, rule=parsed)
            numbers = Numbers(unfolded, solution.bound, solution)
        except ScenarioError as error:
            missing = [found for found in error.diagnostics if found.code == SEVERAL[0]]
            if not missing:
                raise
    start = _start(unfolded, at)
    limits = limits or Limits()
    settings: dict[str, Any] = {"rule": rule, "at": unfolded.labels[start]}
    settings |= {"depth": limits.depth, "rows": limits.rows, "expand": limits.expand}
    if actor is not None:
        settings["actor"] = actor
    if given:
        settings["set"] = given
    deciders, actors = _actors(numbers, start, actor)
    counts = path_counts(unfolded, MANY)
    return Outline(
        scenario=scenario,
        rows=RowWriter(numbers, start, limits, actors, counts).rows(),
        actors=actors,
        deciders=deciders,
        missing=missing[0].message if missing else "",
        paths=counts[start],
        headline_of=None if missing or start else _evaluation(numbers, rule, actor),
        rule=rule,
        settings=settings,
    )


def _start(unfolded: Unfolded, at: str | None) -> int:
    """Return the state that a name means."""
    if at is None:
        return 0
    names = PathNames(unfolded)
    states = names.at(at)
    if states is None:
        raise UnknownName.among("node", at, [*names.nodes, *(names.states if "[" in at else ())])
    if not states:
        raise BadArgument(f"no path leads to '{at}'", "name a node that the root leads to")
    if len(states) > 1:
        example = unfolded.labels[states[0]]
        raise BadArgument(f"'{at}' stands for {len(states):,} states", f"name one of them, such as '{example}'")
    return states[0]


def _actors(numbers: Numbers, start: int, only: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who decides first from the start on, and all actors: these, other deciders, the rest."""
    deciding = dict.fromkeys(
        actor
        for place in numbers.unfolded.places
        if isinstance(place, Node) and place.kind == "decision"
        for actor in (place.by or numbers.actors[:1])
    )
    states = range(start, len(numbers.unfolded))
    first = next((owners for state in states if (owners := numbers.owners(state))), ())
    order = tuple(dict.fromkeys((*first, *deciding, *numbers.actors)))
    shown = order if only is None else (only,)
    return tuple(actor for actor in first if actor in shown), shown


def _evaluation(numbers: Numbers, rule: str, actor: str | None) -> Evaluation:
    """Return as much of the root's evaluation as its headline reads."""
    solution = numbers.solution
    assert solution is not None
    shown = [actor] if actor is not None else numbers.actors

    def by_actor(values: Sequence[Any]) -> dict[str, Any]:
        return {one: values[numbers.actors.index(one)] for one in shown}

    decisions: tuple[DecisionResult, ...] = ()
    if owners := numbers.owners(0):
        slots = numbers.unfolded.slots(0)
        options = [numbers.unfolded.edges[int(numbers.unfolded.edge[slot])].id for slot in slots]
        tied = solution.tied(0)
        decisions = (
            DecisionResult(
                state=numbers.unfolded.labels[0],
                node=numbers.scenario.root.id,
                by=owners,
                chosen=options[solution.choice[0]],
                tied=tuple(options[at] for at in tied) if len(tied) > 1 else (),
                options=tuple(
                    OptionResult(option, by_actor(values))
                    for option, values in zip(options, solution.option_values(0), strict=True)
                ),
                probability=1.0,
            ),
        )
    values = by_actor(solution.value(0))
    return Evaluation(numbers.scenario, values, {}, decisions, (), rule=rule, actor=actor)
