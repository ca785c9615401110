"""What will happen if each does what is best for it from here on: all subgame-perfect equilibria, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log10
from typing import TYPE_CHECKING, Any

from planner.analyses.disputes.game import Game, game, neutral
from planner.analyses.disputes.margins import (
    Margin,
    PayoffMargin,
    Threat,
    first_equilibrium,
    margins,
    payoff_margins,
    threats,
)
from planner.analyses.disputes.normal_form import MAX_PROFILES, equilibria, profiles, whole
from planner.analyses.disputes.perfection import perfect
from planner.analyses.disputes.plays import Tie, plays
from planner.analyses.result import BadArgument, decimals, listing, written
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
        exact: whether numbers are Fractions.
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
        return f"{lead}{who}. There are {self.count:,} equilibria, {several}."

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
                {"state": m.state, "actor": m.actor, "chosen": m.chosen, "other": m.other, "margin": float(m.margin)}
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
    neutral(made)
    found = perfect(made)
    first = None if made.unfolded.sets else first_equilibrium(made)
    leading = first.values[0] if first is not None else None
    walked = plays(found, LISTED, leading)
    settings = {"set": {name: str(value) for name, value in overrides.items()}} if overrides else {}
    return Forecast(
        scenario=scenario,
        count=found.count,
        payoffs=tuple(made.full(vector) for vector in sorted(found.root, key=lambda v: v != leading))[:LISTED],
        paths=tuple(tuple(made.edge(edge) for edge in path) for path in walked.paths),
        complete=walked.complete and len(found.root) <= LISTED,
        ties=walked.ties,
        margins=tuple(margins(first)) if first is not None else (),
        payoff_margins=tuple(payoff_margins(first)) if first is not None else (),
        incredible=tuple(threats(first, set(found.root))) if first is not None else (),
        nash=_nash(made),
        exact=made.exact,
        settings=settings,
    )


def _nash(made: Game) -> Nash:
    """Return the Nash equilibria, where they can be listed."""
    if any(len(made.owners(state)) > 1 for state in range(len(made))):
        return Nash(None, why="joint decisions follow a rule, not a best answer of each")
    try:
        trunk = whole(made)
    except BadArgument as error:
        return Nash(None, why=error.message)
    count = profiles(trunk)
    if count > MAX_PROFILES:
        size = f"{count:,}" if count < 10**12 else f"about 10 to the power of {int(log10(count))}"
        return Nash(None, why=f"{size} combinations of strategies are too many to compare")
    found = equilibria(trunk, {})
    return Nash(sum(found.values()), tuple(made.full(vector) for vector in found)[:LISTED])


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
