"""The scenario as a tree of rows, each with its probability, its own payoff and the value that the path has there.

What PrecisionTree and its kind show at every node: the total to be expected once a path has come that far, all that
came before it included; at a leaf, the path's total and its probability under the strategy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.analyses.evaluate import METHODS, DecisionResult, Evaluation, OptionResult
from planner.analyses.outline_rows import MANY, Bud, Growth, Limits, TooManyRows, path_counts
from planner.analyses.path_names import PathNames
from planner.analyses.result import BadArgument, UnknownName, decimals, listing, overridden, written
from planner.core.binding import bind, environment
from planner.core.model import Node, Scenario
from planner.core.rule import Rule
from planner.core.rules import unsupported
from planner.core.solve import Solution, solve
from planner.core.unfold import MAX_STATES, Unfolded, unfold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.binding import Bound

Amounts = dict[str | None, dict[str, float]]  # by actor, None for everybody, and by criterion


@dataclass(frozen=True, slots=True)
class Row:
    """One node of the tree, with the edge that leads to it.

    Attributes:
        parent: number of the row before it; -1 at the start. Parents stand before their children.
        depth: how many edges lead to it from the start.
        kind: decision, chance or outcome.
        state: ``node`` or ``node[round=2]``; ``node.edge`` where the edge ends the path itself.
        node: the node's id; empty where the edge ends the path itself.
        title: the node's title.
        by: who decides there.
        path: the edge that leads here, as ``node.edge``; empty at the start.
        name: the edge's name.
        probability: of the branch; None on options, at the start, and where it cannot be worked out yet.
        path_probability: of coming this far on this path under the strategy; None without values.
        payoff: amounts of the edge by actor (None for everybody) and criterion.
        end_payoff: amounts of the outcome itself.
        values: for each actor the total to be expected once the path has come here; empty without values.
        to_go: the part of it that is still to come.
        chosen: whether the edge is the option that the strategy takes.
        tied: whether it is an option as good as that.
        reached: whether the strategy can come here on this path.
        hidden: how many paths are folded behind this row, counted up to a million.
        see: the row behind which this state's future is drawn, where it is not drawn here; None elsewhere.
    """

    parent: int
    depth: int
    kind: str
    state: str
    node: str
    title: str
    by: tuple[str, ...]
    path: str
    name: str
    probability: float | None
    path_probability: float | None
    payoff: Amounts
    end_payoff: Amounts
    values: Mapping[str, float]
    to_go: Mapping[str, float]
    chosen: bool = False
    tied: bool = False
    reached: bool = False
    hidden: int = 0
    see: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "parent": self.parent if self.parent >= 0 else None,
            "depth": self.depth,
            "kind": self.kind,
            "state": self.state,
            "node": self.node or None,
            "title": self.title,
            "by": list(self.by),
            "edge": self.path or None,
            "name": self.name,
            "probability": self.probability,
            "path_probability": self.path_probability,
            "payoff": self.payoff.get(None, {}),
            "payoffs": {actor: amounts for actor, amounts in self.payoff.items() if actor is not None},
            "end_payoff": self.end_payoff.get(None, {}),
            "end_payoffs": {actor: amounts for actor, amounts in self.end_payoff.items() if actor is not None},
            "values": dict(self.values),
            "to_go": dict(self.to_go),
            "chosen": self.chosen,
            "tied": self.tied,
            "reached": self.reached,
            "hidden": self.hidden,
            "see": self.see,
        }


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


def outline(  # noqa: PLR0913 - each is a question of its own
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
    if actor is not None and actor not in scenario.actors:
        raise UnknownName.among("actor", actor, scenario.actors)
    try:
        parsed = Rule.parse(rule)
    except ValueError as error:
        raise BadArgument(str(error)) from None
    given = overridden(scenario, overrides, exact=False)
    missing = unsupported(scenario)
    if missing:
        unfolded = unfold(scenario, max_states=max_states)
        numbers = _Numbers(unfolded, bind(unfolded, environment(scenario, given)), None)
    else:
        solution = solve(scenario, overrides=given, rule=parsed, max_states=max_states)
        unfolded = solution.unfolded
        numbers = _Numbers(unfolded, solution.bound, solution)
    start = _start(unfolded, at)
    limits = limits or Limits()
    settings: dict[str, Any] = {"rule": rule, "at": unfolded.labels[start]}
    settings |= {"depth": limits.depth, "rows": limits.rows, "expand": limits.expand}
    if actor is not None:
        settings["actor"] = actor
    if given:
        settings["set"] = given
    deciders, actors = _actors(numbers, start, actor)
    counts = path_counts(unfolded)
    return Outline(
        scenario=scenario,
        rows=_Writer(numbers, start, limits, actors, counts).rows(),
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


class _Numbers:
    """What is known about each state and edge, with a solution or without."""

    def __init__(self, unfolded: Unfolded, bound: Bound, solution: Solution | None) -> None:
        self.unfolded, self.bound, self.solution = unfolded, bound, solution
        self.scenario = unfolded.scenario
        self.actors, self.criteria = list(self.scenario.actors), list(self.scenario.criteria)
        signals = {signal.about for signal in self.scenario.signals.values()} if solution is None else set()
        self.unknown = {
            node.id
            for node in self.scenario.nodes.values()
            if solution is None and (node.observe is not None or node.id in signals)
        }

    def chances(self) -> tuple[list[float], list[float]]:
        """Return for each unfolded edge its probability, and the same under the strategy."""
        if self.solution is not None:
            return self.solution.p, self.solution.follows  # type: ignore[return-value]
        p = [float(self.bound.p[row]) for row in self.bound.p_row.tolist()]
        for state in range(len(self.unfolded)):
            slots = self.unfolded.slots(state)
            if slots and (self.unfolded.kind(state) == "decision" or self._node(state) in self.unknown):
                p[slots.start : slots.stop] = [1 / len(slots)] * len(slots)
        return p, p

    def _node(self, state: int) -> str:
        node = self.unfolded.node(state)
        return node.id if node is not None else ""

    def probability(self, source: int, slot: int) -> float | None:
        """Return a branch's probability; None for an option, and where it cannot be worked out yet."""
        if self.unfolded.kind(source) == "decision" or self._node(source) in self.unknown:
            return None
        return float(self.bound.p[self.bound.p_row[slot]])

    def amounts(self, row: int) -> Amounts:
        """Return a row of amounts by actor and criterion."""
        found: Amounts = {}
        for column, amount in self.bound.amounts[row].items():
            actor, criterion = self.bound.columns[column]
            found.setdefault(None if actor is None else self.actors[actor], {})[self.criteria[criterion]] = amount
        return found

    def owners(self, state: int) -> tuple[str, ...]:
        """Return who decides in a state."""
        node = self.unfolded.node(state)
        if node is None or node.kind != "decision":
            return ()
        return node.by or (self.actors[0],)


def _actors(numbers: _Numbers, start: int, only: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
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


class _Writer:
    """Makes the rows."""

    def __init__(
        self, numbers: _Numbers, start: int, limits: Limits, actors: Sequence[str], counts: Sequence[int]
    ) -> None:
        self.numbers, self.actors, self.counts = numbers, actors, counts
        self.indices = [numbers.actors.index(actor) for actor in actors]
        self.p, self.follows = numbers.chances()
        growth = Growth(numbers.unfolded, self.p, self.follows, start, limits)
        try:
            self.buds, self.order = growth.run()
        except TooManyRows:
            repeated = " when shared nodes are repeated" if limits.expand else ""
            message = f"the tree has over {MANY:,} rows{repeated}"
            raise BadArgument(message, "limit them with --rows or --depth") from None
        self.position = {bud: at for at, bud in enumerate(self.order)}
        self.drawn = {} if limits.expand else growth.drawn
        self.tied: dict[int, set[int]] = {}

    def rows(self) -> tuple[Row, ...]:
        """Return all rows in order."""
        gained: list[list[float]] = []
        chance: list[float] = []
        found = []
        for number in self.order:
            bud = self.buds[number]
            if bud.slot < 0:
                gained.append([0.0] * len(self.indices))
                chance.append(1.0)
            else:
                before = self.position[bud.parent]
                gained.append([a + b for a, b in zip(gained[before], self._gain(bud.slot), strict=True)])
                chance.append(chance[before] * self.follows[bud.slot] if bud.reached else 0.0)
            found.append(self._row(number, bud, gained[-1], chance[-1]))
        return tuple(found)

    def _gain(self, slot: int) -> list[float]:
        solution = self.numbers.solution
        if solution is None:
            return [0.0] * len(self.indices)
        gain, sense = solution.gain[self.numbers.bound.edge_row[slot]], solution.worth.sense
        return [sense * float(gain[actor]) for actor in self.indices]

    def _row(self, number: int, bud: Bud, gained: Sequence[float], chance: float) -> Row:
        numbers, unfolded = self.numbers, self.numbers.unfolded
        place = unfolded.places[int(unfolded.place[bud.state])]
        edge = unfolded.edges[int(unfolded.edge[bud.slot])] if bud.slot >= 0 else None
        source = self.buds[bud.parent].state if edge else -1
        option = edge is not None and unfolded.kind(source) == "decision"
        open_ended = not bud.children and len(unfolded.slots(bud.state)) > 0
        elsewhere = self.drawn.get(bud.state) if open_ended else None
        values, to_go = self._values(bud.state, gained)
        solved = numbers.solution is not None
        return Row(
            parent=self.position.get(bud.parent, -1),
            depth=bud.depth,
            kind=unfolded.kind(bud.state),
            state=unfolded.labels[bud.state],
            node=place.id if isinstance(place, Node) else "",
            title=place.title if isinstance(place, Node) else "",
            by=numbers.owners(bud.state),
            path=edge.path if edge else "",
            name=edge.name if edge else "",
            probability=numbers.probability(source, bud.slot) if edge else None,
            path_probability=chance if solved else None,
            payoff=numbers.amounts(int(numbers.bound.edge_row[bud.slot])) if edge else {},
            end_payoff=numbers.amounts(int(numbers.bound.end_row[bud.state])),
            values=values,
            to_go=to_go,
            chosen=solved and option and self.follows[bud.slot] > 0,
            tied=solved and option and bud.slot in self._ties(source),
            reached=solved and bud.reached,
            hidden=self.counts[bud.state] if open_ended and elsewhere is None else 0,
            see=self.position[elsewhere] if elsewhere is not None else None,
        )

    def _values(self, state: int, gained: Sequence[float]) -> tuple[dict[str, float], dict[str, float]]:
        solution = self.numbers.solution
        if solution is None:
            return {}, {}
        full = solution.value(state)
        values = [before + float(full[actor]) for before, actor in zip(gained, self.indices, strict=True)]
        ahead = [float(full[actor] - solution.worth.base[actor]) for actor in self.indices]
        return dict(zip(self.actors, values, strict=True)), dict(zip(self.actors, ahead, strict=True))

    def _ties(self, state: int) -> set[int]:
        """Return the unfolded edges of a decision that are as good as the chosen one, if there are several."""
        if state not in self.tied:
            solution = self.numbers.solution
            assert solution is not None
            slots, tied = self.numbers.unfolded.slots(state), solution.tied(state)
            self.tied[state] = {slots[at] for at in tied} if len(tied) > 1 else set()
        return self.tied[state]


def _evaluation(numbers: _Numbers, rule: str, actor: str | None) -> Evaluation:
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
