"""What every analysis begins with: the scenario unfolded, the decision in focus, who judges its options and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.path_names import PathNames
from planner.analyses.result import BadArgument, UnknownName, known_actor, overridden, parsed_rule
from planner.core import joint
from planner.core.diagnostics import ScenarioError
from planner.core.kernels import TIE
from planner.core.machine import Machine
from planner.core.rules import unsupported
from planner.core.solve import Solution, solve_unfolded
from planner.core.tree import DECISION
from planner.core.unfold import MAX_STATES, Unfolded, unfold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planner.core.model import Scenario
    from planner.core.rule import Rule
    from planner.core.solve import Number
    from planner.core.valuation import Valuation


@dataclass(frozen=True, eq=False)
class Focus:
    """The decision that an analysis is about, and everything needed to work it out again with other numbers.

    Attributes:
        scenario: what is analysed.
        unfolded: its states.
        solution: it folded back with the numbers as they are.
        state: the state of the decision in focus.
        options: its options, in file order.
        by: the actors who decide there.
        fallback: the number of the option that stands without agreement; None unless several decide.
        actor: the point of view: whose value is meant where one number is wanted.
        overrides: numbers that replace parameters.
        rule: what decisions go by.
        settings: the arguments in the form in which results and stored runs name them.
    """

    scenario: Scenario
    unfolded: Unfolded = field(repr=False)
    solution: Solution = field(repr=False)
    state: int
    options: tuple[str, ...]
    by: tuple[str, ...]
    fallback: int | None
    actor: str
    overrides: Mapping[str, Number]
    rule: Rule
    settings: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The decision in focus as it is written: ``node`` or ``node[round=2]``."""
        return self.unfolded.labels[self.state]

    @property
    def node(self) -> str:
        """The id of the decision in focus."""
        return self.unfolded.place_ids[int(self.unfolded.place[self.state])]

    @property
    def title(self) -> str:
        """The title of the decision in focus."""
        return self.scenario.nodes[self.node].title

    @property
    def chosen(self) -> str:
        """The option that is followed with the numbers as they are."""
        return self.options[self.solution.choice[self.state]]

    @property
    def sense(self) -> int:
        """1 if more value is better, -1 if it is a cost."""
        return self.solution.worth.sense

    @property
    def worth(self) -> Valuation:
        """How amounts become value."""
        return self.solution.worth

    @property
    def joint(self) -> bool:
        """Whether several decide together."""
        return len(self.by) > 1

    def name(self, option: str) -> str:
        """Return an option's name in words."""
        return self.scenario.nodes[self.node].edges[option].name

    def actor_at(self, actor: str | None = None) -> int:
        """Return the number of an actor, of the point of view if none is named."""
        return list(self.scenario.actors).index(actor or self.actor)

    def scores(self, options: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much the deciders want each option; the option with the largest score is taken.

        A single decider's score is its own value, oriented so that more is better. For several it is that of their rule
        (`planner.core.joint`): under unanimity the smallest gain over the fallback among them, the fallback scoring 0.

        Args:
            options: (options, actors, draws), full values in the scenario's own sense; see `Machine.run`.

        Returns:
            (options, draws).
        """
        own = self._own(options)
        if self.fallback is None:
            return np.asarray(own[0])
        who = self.solution.who(self.state)
        return np.asarray(joint.scores(own, self.fallback, who.rule, who.votes))

    def adopted(self, options: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which options those who decide would take: one, or several that are as good as each other.

        Args:
            options: see `scores`.

        Returns:
            (options, draws).
        """
        own = self._own(options)
        margin = TIE * np.maximum(np.abs(own).max(axis=(0, 1)), 1.0)
        if self.fallback is None:
            return np.asarray(own[0] >= own[0].max(axis=0) - margin)
        who = self.solution.who(self.state)
        return np.asarray(joint.adopted(own, self.fallback, margin, who.rule, who.votes))

    def taken(self, options: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of the option that is followed in each draw, (draws,); see `adopted`."""
        equal = self.adopted(options)
        found = equal.argmax(axis=0) if self.fallback is None else joint.follow(equal, self.fallback)
        return np.asarray(found, np.int64)

    def _own(self, options: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what options are worth to those who decide, more being better, (owners, options, draws)."""
        return self.sense * np.moveaxis(options[:, [self.actor_at(actor) for actor in self.by]], 1, 0)

    @property
    def tied(self) -> tuple[str, ...]:
        """The options that might as well be taken, if they are several."""
        alike = self.solution.tied(self.state)
        return tuple(self.options[slot] for slot in alike) if len(alike) > 1 else ()

    def option_values(self) -> dict[str, dict[str, float]]:
        """Return what each option is worth to each actor with the numbers as they are."""
        values = self.solution.option_values(self.state)
        return {
            option: dict(zip(self.scenario.actors, map(float, row), strict=True))
            for option, row in zip(self.options, values, strict=True)
        }

    def machine(self) -> Machine:
        """Return the scenario made ready for many draws."""
        return Machine(self.unfolded, focus=self.state, overrides=self.overrides, rule=self.rule)


def focus(
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
) -> Focus:
    """Unfold a scenario, fold it back and look at one decision.

    Args:
        scenario: the scenario, read and checked.
        at: the decision in focus, ``node`` or ``node[round=2]``; None for the root, or for the first decision that is
            reached if the scenario starts with chance.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated; the diagnostics say where and why.
        UnknownName: no decision, actor or parameter has the name that was given.
        BadArgument: the scenario has no decision, or a number cannot be used.
    """
    known_actor(scenario, actor)
    parsed = parsed_rule(rule)
    given = overridden(scenario, overrides, exact=False)
    missing = unsupported(scenario, knowing=True)
    if missing:
        raise ScenarioError(missing)
    unfolded = unfold(scenario, max_states=max_states)
    solution = solve_unfolded(unfolded, overrides=given, rule=parsed)
    state = _state(solution, at)
    who = solution.who(state)
    actors = list(scenario.actors)
    by = tuple(actors[owner] for owner in who.owners)
    settings: dict[str, Any] = {"at": unfolded.labels[state], "actor": actor or by[0], "rule": rule}
    if given:
        settings["set"] = dict(given)
    return Focus(
        scenario=scenario,
        unfolded=unfolded,
        solution=solution,
        state=state,
        options=tuple(unfolded.edges[edge].id for edge in unfolded.edge[unfolded.slots(state)].tolist()),
        by=by,
        fallback=who.fallback if len(by) > 1 else None,
        actor=actor or by[0],
        overrides=given,
        rule=parsed,
        settings=settings,
    )


def _state(solution: Solution, at: str | None) -> int:
    unfolded = solution.unfolded
    decisions = [state for state in range(len(unfolded)) if solution.who(state).kind == DECISION]
    if not decisions:
        raise BadArgument("the scenario has no decision", "this analysis compares the options of a decision")
    if at is None:
        return next((state for state in decisions if solution.reach[state] > 0), decisions[0])
    states = PathNames(unfolded).at(at)
    found = [state for state in states or () if state in set(decisions)]
    if not found:
        names = [unfolded.labels[state] for state in decisions]
        node = unfolded.scenario.nodes.get(at)
        if node is not None and node.kind != "decision":
            known = ", ".join(dict.fromkeys(name.partition("[")[0] for name in names))
            what = "a chance node" if node.kind == "chance" else "an outcome"
            raise BadArgument(
                f"'{at}' is {what}, and this analysis compares the options of a decision", f"decisions: {known}"
            )
        error = UnknownName.among("decision", at, [*names, *(name.partition("[")[0] for name in names)])
        error.next_step = (
            error.next_step or f"decisions: {', '.join(dict.fromkeys(n.partition('[')[0] for n in names))}"
        )
        raise error
    return max(found, key=lambda state: (solution.reach[state], -state))
