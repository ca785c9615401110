"""What to watch: the signs that the scenario names, and what each would move if what it announces came true."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analyses.focus import Focus, focus
from planner.analyses.result import BadArgument, decimals, listing, written
from planner.core.diagnostics import ScenarioError
from planner.core.model import Resolution
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.core.model import Scenario

METHOD = "The scenario folded back again with each branch that has signs taken as certain"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A branch that announces itself, and what would follow if it were certain.

    Attributes:
        node: the chance node.
        branch: the branch.
        signs: what would be seen first, as the file says.
        probability: of the branch where its node is reached, as things stand; None where that differs from path to
            path.
        values: what each option would be worth to each actor, by option.
        chosen: the option that would be taken.
        changes: whether that is another one than now.
        why_not: why it could not be worked out; empty if it was.
    """

    node: str
    branch: str
    signs: tuple[str, ...]
    probability: float | None
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    chosen: str = ""
    changes: bool = False
    why_not: str = ""

    @property
    def place(self) -> str:
        """The branch as it is written everywhere: ``node.branch``."""
        return f"{self.node}.{self.branch}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "node": self.node,
            "branch": self.branch,
            "signs": list(self.signs),
            "probability": self.probability,
            "values": {option: dict(row) for option, row in self.values.items()},
            "chosen": self.chosen,
            "changes": self.changes,
            "why_not": self.why_not,
        }


@dataclass(frozen=True)
class Indicators:
    """The signs of a scenario and what they would move.

    Attributes:
        scenario: what was analysed.
        focus: the decision.
        indicators: those that change the choice first, then by how far they move what is chosen now.
        values: what each option is worth to each actor as things stand.
        settings: the arguments that the result depends on.
        method: the method in words.
    """

    scenario: Scenario = field(repr=False)
    focus: Focus = field(repr=False)
    indicators: tuple[Indicator, ...]
    values: Mapping[str, Mapping[str, float]]
    settings: Mapping[str, Any]
    method: str = METHOD

    def moves(self, one: Indicator) -> float:
        """Return by how much an indicator moves the value of what is chosen now, to the point of view."""
        chosen, actor = self.focus.chosen, self.focus.actor
        return one.values[chosen][actor] - self.values[chosen][actor] if one.values else 0.0

    def headline(self) -> str:
        """Say in one sentence which sign matters most."""
        changing = [one for one in self.indicators if one.changes]
        if changing:
            first = changing[0]
            more = len(changing) - 1
            others = f", and {more} more sign{'s' if more > 1 else ''} would change it" if more else ""
            return (
                f"If it were certain that '{self.branch(first)}' comes true, the choice would be "
                f"'{self.focus.name(first.chosen)}'{others}; to be seen from: {listing(first.signs)}."
            )
        told = [one for one in self.indicators if one.values]
        if not told:
            return "No sign could be worked out."
        most = max(told, key=lambda one: abs(self.moves(one)))
        places = decimals([self.moves(most)])
        return (
            f"No sign would change the choice of '{self.focus.name(self.focus.chosen)}'; '{self.branch(most)}' coming "
            f"true would move its value most, by {written(self.moves(most), places)}."
        )

    def branch(self, one: Indicator) -> str:
        """Return the name of an indicator's branch in words."""
        return self.scenario.nodes[one.node].edges[one.branch].name

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "decision": self.focus.label,
            "chosen": self.focus.chosen,
            "values": {option: dict(row) for option, row in self.values.items()},
            "indicators": [one.to_dict() | {"moves": self.moves(one)} for one in self.indicators],
            "method": self.method,
        }


def indicators(
    scenario: Scenario,
    *,
    at: str | None = None,
    actor: str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
) -> Indicators:
    """Work out what each sign of a scenario would move.

    A sign stands at a branch of a chance node. If that branch came true everywhere the node is reached, the options
    would be worth something else and another one might be taken: this is worked out for every branch with signs.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Umbrella
    ... nodes:
    ...   go:
    ...     decision: Go out?
    ...     options: {out: {to: weather}, stay: {payoff: 1}}
    ...   weather:
    ...     chance: What will it be?
    ...     branches: {sun: {p: 0.7, payoff: 5}, rain: {p: rest, payoff: -4, signs: [Clouds in the west]}}
    ... '''))
    >>> found = indicators(scenario)
    >>> [(one.branch, one.chosen, one.changes) for one in found.indicators]
    [('rain', 'stay', True)]

    Args:
        scenario: the scenario, read and checked.
        at: the decision; None for the first.
        actor: the point of view; None for the first of those who decide there.
        overrides: numbers that replace parameters.
        rule: expected, maximin, maximax, hurwicz:ALPHA or laplace.
        max_states: how many states the scenario may unfold into.

    Raises:
        BadArgument: no branch has signs, or there is no decision.
        ScenarioError: the scenario cannot be evaluated.
    """
    told = {
        (node.id, edge.id): edge.signs
        for node in scenario.nodes.values()
        if node.kind == "chance" and node.observe is None and node.resolved is None
        for edge in node.edges.values()
        if edge.signs
    }
    if not told:
        raise BadArgument("no branch of the scenario has signs", "write 'signs: [What would be seen first]' at one")
    asked: dict[str, Any] = {"overrides": overrides, "rule": rule, "max_states": max_states}
    focused = focus(scenario, at=at, actor=actor, **asked)
    now = focused.option_values()
    chances = _chances(focused)
    found = []
    for (node, branch), signs in told.items():
        known = Indicator(node, branch, signs, chances.get((node, branch)))
        certain = replace(
            scenario,
            nodes={**scenario.nodes, node: replace(scenario.nodes[node], resolved=Resolution(branch))},
        )
        try:
            after = focus(certain, at=focused.label, actor=focused.actor, **asked)
        except (ScenarioError, BadArgument) as error:
            found.append(replace(known, why_not=str(error)))
            continue
        found.append(
            replace(known, values=after.option_values(), chosen=after.chosen, changes=after.chosen != focused.chosen)
        )
    made = Indicators(scenario, focused, tuple(found), now, focused.settings)
    return replace(made, indicators=tuple(sorted(found, key=lambda one: (not one.changes, -abs(made.moves(one))))))


def _chances(focused: Focus) -> dict[tuple[str, str], float | None]:
    """Return the probability of every branch; None where it differs between states."""
    unfolded = focused.unfolded
    found: dict[tuple[str, str], float | None] = {}
    for slot, p in enumerate(focused.solution.p):
        edge = unfolded.edges[int(unfolded.edge[slot])]
        key = (edge.node, edge.id)
        if key in found and found[key] != float(p):
            found[key] = None
        else:
            found[key] = float(p)
    return found
