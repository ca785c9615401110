"""What will happen if each does what is best for it from here on: all subgame-perfect equilibria, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.game import Game, game
from planner.analyses.disputes.margins import Margin, first_equilibrium, margins
from planner.analyses.disputes.normal_form import MAX_PROFILES
from planner.analyses.disputes.payoff_margins import PayoffMargin, payoff_margins
from planner.analyses.disputes.perfection import perfect
from planner.analyses.disputes.plays import Tie, plays
from planner.analyses.disputes.threats import Threat, threats
from planner.analyses.disputes.unrolled import Unrolled
from planner.analyses.paths import big
from planner.analyses.result import BadArgument, decimals, listing, written
from planner.core.collector import no_collection
from planner.core.tree import CHANCE, OUTCOME
from planner.core.unfold import MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analyses.result import Number
    from planner.core.model import Scenario

LISTED = 100


@dataclass(frozen=True, slots=True)
class Nash:
    """The pure Nash equilibria of the whole game, in strategies that say what to do everywhere.

    Attributes:
        count: how many there are; None where they are too many to compare, or not defined.
        payoffs: what they give, each once.
        why: why there is no count; empty otherwise.
    """

    count: int | None
    payoffs: tuple[Mapping[str, Number], ...] = ()
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return them as JSON data."""
        return {"count": self.count, "payoffs": [_floats(one) for one in self.payoffs], "why": self.why}


@dataclass(frozen=True)
class Forecast:
    """All pure subgame-perfect equilibria of a scenario.

    Attributes:
        scenario: what was analysed.
        count: how many equilibria there are, exactly. A strategy says what to do on every path, so a shared node that
            is reached on two paths counts twice.
        payoffs: what they give each actor, each distinct one once; full values in the scenario's own sense.
        paths: the paths that some of them follow, as edges; the first equilibrium's first.
        complete: whether all paths are listed.
        ties: who is indifferent where.
        margins: by how much the choices on the first forecast's path are ahead, the narrowest first.
        payoff_margins: how far single payoffs can move before the first forecast changes, the nearest first.
        incredible: paths that rest on threats that nobody would carry out.
        nash: the Nash equilibria, credible or not.
        exact: whether numbers are Fractions; certainty equivalents of actors with a tolerance of risk are floats.
        left_out: for each part that cannot be told of this scenario, why.
        settings: the arguments that the result depends on.
    """

    scenario: Scenario = field(repr=False)
    count: int
    payoffs: tuple[Mapping[str, Number], ...]
    paths: tuple[tuple[str, ...], ...]
    complete: bool
    ties: tuple[Tie, ...]
    margins: tuple[Margin, ...] = field(repr=False)
    payoff_margins: tuple[PayoffMargin, ...] = field(repr=False)
    incredible: tuple[Threat, ...] = field(repr=False)
    nash: Nash = field(repr=False)
    exact: bool = True
    left_out: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = "Subgame-perfect equilibria by backward induction (Selten 1965), all ties kept"

    def headline(self) -> str:
        """Say in one sentence what will happen."""
        scenario = self.scenario
        if not self.count:
            return "No forecast: with the moves that are hidden there is no equilibrium without chance."
        path = " > ".join(_edge_name(scenario, edge) for edge in self.paths[0] if _decides(scenario, edge))
        values = _values(scenario, self.payoffs[0])
        lead = f"If each does what is best for it from here on: {path or 'nothing is decided'} ({values})"
        if self.count == 1:
            return f"{lead}."
        tie = next(iter(self.ties), None)
        who = (
            f"; {_who(scenario, tie)} {'are' if len(tie.actors) > 1 else 'is'} indifferent at '{tie.state}'"
            if tie is not None
            else ""
        )
        several = f"{len(self.payoffs):,} different outcomes" if len(self.payoffs) > 1 else "all with the same values"
        return f"{lead}{who}. There are {big(self.count)} equilibria, {several}."

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON data; exact numbers stand beside the floats as text."""
        found: dict[str, Any] = {
            "count": self.count,
            "payoffs": [_floats(one) for one in self.payoffs],
            "paths": [list(path) for path in self.paths],
            "paths_complete": self.complete,
            "ties": [
                {"state": t.state, "actors": list(t.actors), "options": list(t.options), "reached": t.reached}
                for t in self.ties
            ],
            "margins": [
                {
                    "state": m.state,
                    "actor": m.actor,
                    "chosen": m.chosen,
                    "other": m.other,
                    "margin": float(m.margin),
                    "option": m.option,
                    "change": float(m.change),
                    "by": list(m.by),
                }
                for m in self.margins
            ],
            "payoff_margins": [
                {"outcome": m.outcome, "actor": m.actor, "change": float(m.change), "state": m.state}
                for m in self.payoff_margins
            ],
            "incredible": [
                {"path": list(t.path), "actor": t.actor, "state": t.state, "option": t.option, "cost": float(t.cost)}
                for t in self.incredible
            ],
            "exact": self.exact,
            "left_out": dict(self.left_out),
        }
        if self.exact:
            found["exact_payoffs"] = [{actor: str(value) for actor, value in one.items()} for one in self.payoffs]
        return found


def forecast(
    scenario: Scenario, *, overrides: Mapping[str, float | str] | None = None, max_states: int = MAX_STATES
) -> Forecast:
    """Find what happens if each does what is best for it from here on.

    >>> from planner.core.rules import load
    >>> from planner.core.source import Source
    >>> scenario = load(Source.from_text('''
    ... planner: 1
    ... title: Entry deterrence
    ... actors: {entrant: {}, incumbent: {}}
    ... nodes:
    ...   enter:
    ...     decision: Enter the market?
    ...     by: entrant
    ...     options: {in: {to: respond}, out: {payoff: {incumbent: 2}}}
    ...   respond:
    ...     decision: Fight or accommodate?
    ...     by: incumbent
    ...     options: {fight: {payoff: {entrant: -1, incumbent: -1}}, share: {payoff: {entrant: 1, incumbent: 1}}}
    ... '''))
    >>> found = forecast(scenario)
    >>> found.count, found.paths, [(threat.actor, int(threat.cost)) for threat in found.incredible]
    (1, (('enter.in', 'respond.share'),), [('incumbent', 2)])

    Args:
        scenario: the scenario, read and checked.
        overrides: numbers that replace parameters.
        max_states: how many states the scenario may unfold into.

    Raises:
        ScenarioError: the scenario cannot be evaluated.
        BadArgument: there are too many combinations to compare, or an actor forgets what it knew.
    """
    made = game(scenario, overrides=overrides, max_states=max_states)
    with no_collection():
        found = perfect(made)
        first = None if made.sets else first_equilibrium(made)
        walked = plays(found, LISTED, first)
    leading = first.values[0] if first is not None else None
    settings = {"set": {name: str(value) for name, value in overrides.items()}} if overrides else {}
    return Forecast(
        scenario=scenario,
        count=found.count,
        payoffs=tuple(made.full(vector) for vector in sorted(found.root, key=lambda v: v != leading))[:LISTED],
        paths=tuple(tuple(made.edge(edge) for edge in path) for path in walked.paths),
        complete=walked.complete,
        ties=walked.ties,
        margins=tuple(margins(first)) if first is not None else (),
        payoff_margins=tuple(payoff_margins(first)) if first is not None else (),
        incredible=tuple(threats(first, found.root)) if first is not None else (),
        nash=_nash(made),
        exact=made.exact,
        left_out=_left_out(made),
        settings=settings,
    )


def _left_out(made: Game) -> dict[str, str]:
    """Say what cannot be told of a game."""
    if made.sets:
        why = "what an option is worth depends on moves that are not seen, so margins and empty threats have no meaning"
        return {"margins": why, "payoff_margins": why, "incredible": why}
    if any(made.kind(state) == CHANCE or len(made.owners(state)) > 1 for state in range(len(made))):
        return {"incredible": "empty threats hold a single path, and chance or a joint decision makes it several"}
    return {}


def _nash(made: Game) -> Nash:
    """Return the Nash equilibria, where they can be listed."""
    if any(len(made.owners(state)) > 1 for state in range(len(made))):
        return Nash(None, why="joint decisions follow a rule, not a best answer of each")
    if made.kind(0) == OUTCOME:
        return Nash(1, (made.full(made.end[0]),))
    least = prod(len(made.edges(states[0])) for states in made.units)  # shared states have more
    if least > MAX_PROFILES:
        return Nash(None, why=f"{big(least)} combinations of strategies are too many to compare")
    try:
        trunk = Unrolled.of(made, 0, set())
        if trunk.profiles > MAX_PROFILES:
            return Nash(None, why=f"{big(trunk.profiles)} combinations of strategies are too many to compare")
        found = trunk.equilibria([made.end[leaf] for leaf in trunk.leaves])
    except BadArgument as error:
        return Nash(None, why=error.message)
    return Nash(sum(stable.number for stable in found.values()), tuple(made.full(vector) for vector in found)[:LISTED])


def _floats(values: Mapping[str, Number]) -> dict[str, float]:
    return {actor: float(value) for actor, value in values.items()}


def _decides(scenario: Scenario, edge: str) -> bool:
    return scenario.nodes[edge.partition(".")[0]].kind == "decision"


def _edge_name(scenario: Scenario, edge: str) -> str:
    node, _, option = edge.partition(".")
    return scenario.nodes[node].edges[option].name


def _who(scenario: Scenario, tie: Tie) -> str:
    return listing(scenario.actors[actor].name for actor in tie.actors)


def _values(scenario: Scenario, values: Mapping[str, Number]) -> str:
    places = decimals(values.values())
    told: Sequence[str] = [f"{scenario.actors[actor].name} {written(value, places)}" for actor, value in values.items()]
    return listing(told)
