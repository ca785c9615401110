"""The ways from the root to the outcomes: how many, which are the most probable, what they all pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import exp, fsum, log, log10, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analyses.path_given import Facts
from planner.analyses.path_names import PathNames
from planner.analyses.result import BadArgument, listing, overridden, parsed_rule
from planner.core.diagnostics import ScenarioError
from planner.core.forced import solve_forced
from planner.core.routes import Routes, chokepoints, routes
from planner.core.rules import unsupported
from planner.core.tree import DECISION
from planner.core.unfold import MAX_STATES, Unfolded, unfold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.core.model import Scenario
    from planner.core.solve import Solution

LISTED = 1_000  # how many paths are listed when nobody says
METHOD = "Most probable paths by recursive enumeration (Jiménez and Marzal), chokepoints by dominators"


@dataclass(frozen=True, slots=True)
class PathResult:
    """One way from the root to an outcome.

    Attributes:
        edges: the options and branches on it, each as ``node.edge``.
        outcome: the outcome's id, ``node.edge`` where an edge without `to` ends the path.
        probability: the product of its branches; 0 if it is too small for a float.
        values: for each actor what the whole path is worth.
        payoff: for each criterion the total of the path, start included, as far as it is the same for all actors.
        payoffs: for each actor with amounts of its own, their totals by criterion.
    """

    edges: tuple[str, ...]
    outcome: str
    probability: float
    values: Mapping[str, float]
    payoff: Mapping[str, float]
    payoffs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the path as plain data; ``payoffs`` only where there are any."""
        plain: dict[str, Any] = {
            "edges": list(self.edges),
            "outcome": self.outcome,
            "probability": self.probability,
            "values": dict(self.values),
            "payoff": dict(self.payoff),
        }
        if self.payoffs:
            plain["payoffs"] = {actor: dict(amounts) for actor, amounts in self.payoffs.items()}
        return plain


@dataclass(frozen=True)
class Paths:
    """The paths that answer a question, and what they have in common; made by `paths`.

    Attributes:
        scenario: what was asked about.
        paths: the paths listed, the most probable first; equally probable ones in file order.
        total: the exact number of paths that match, however many are listed.
        probability: the probability that one of the matching paths happens; None with ``all``, where options have none.
        chokepoints: for each outcome of a matching path what all matching paths to it pass, from the root on: states,
            and nodes that they all pass in one state or another.
        chokepoints_complete: whether that is every such outcome; the lists stop at a million names.
        reach: for each state that can be met under the strategy the probability of meeting it, in topological order;
            ``given`` and ``choose`` count, the other filters do not.
        unreachable: nodes and outcomes that are not met under that strategy, in file order.
        impossible: those of them that no choice can reach.
        ties: for each decision met where other options are as good as the one followed all of these options.
        without_effect: what is given at nodes or states that no path meets, so that it changes nothing.
        settings: the question.
        method: how it was answered.
    """

    scenario: Scenario = field(repr=False)
    paths: tuple[PathResult, ...]
    total: int
    probability: float | None
    chokepoints: Mapping[str, tuple[str, ...]]
    chokepoints_complete: bool
    reach: Mapping[str, float] = field(repr=False)
    unreachable: tuple[str, ...]
    impossible: tuple[str, ...]
    ties: Mapping[str, tuple[str, ...]]
    without_effect: tuple[str, ...]
    settings: Mapping[str, Any]
    method: str

    @property
    def truncated(self) -> bool:
        """Whether there are more paths than are listed."""
        return len(self.paths) < self.total

    @cached_property
    def reachable(self) -> tuple[str, ...]:
        """Nodes and outcomes that can be met under the strategy, in file order."""
        missing = set(self.unreachable)
        return tuple(place for place in _place_ids(self.scenario) if place not in missing)

    def headline(self) -> str:
        """Return the answer in one sentence."""
        where = _under(self.settings)
        if not self.paths:
            return f"No path is possible {where}{self._why_none()}."
        first = self.paths[0]
        chance = percent(first.probability) + (" if its options are chosen" if self.settings["all"] else "")
        if self.total == 1:
            return f"1 path is possible {where}; it ends in '{first.outcome}', with probability {chance}."
        return (
            f"{big(self.total)} paths are possible {where}; the most probable one ends in '{first.outcome}', with "
            f"probability {chance}."
        )

    def _why_none(self) -> str:
        """Say why nothing matches, where one filter is enough of a reason."""
        to = self.settings["to"]
        if to is None:
            return ""
        if to in self.impossible:
            return ": no choice leads there"
        only = to in self.unreachable and not self.settings["given"]
        return ": this strategy does not lead there" if only else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data with stable keys."""
        return {
            "paths": [path.to_dict() for path in self.paths],
            "total": self.total,
            "truncated": self.truncated,
            "probability": self.probability,
            "chokepoints": {outcome: list(names) for outcome, names in self.chokepoints.items()},
            "chokepoints_complete": self.chokepoints_complete,
            "reach": dict(self.reach),
            "reachable": list(self.reachable),
            "unreachable": list(self.unreachable),
            "impossible": list(self.impossible),
            "ties": {state: list(options) for state, options in self.ties.items()},
            "without_effect": list(self.without_effect),
        }

    def _repr_markdown_(self) -> str:
        """Show the headline and the first paths in a notebook."""
        actors = list(self.scenario.actors)
        lines = [self.headline(), ""]
        if self.paths:
            lines += ["| probability | path | outcome | " + " | ".join(actors) + " |"]
            lines += ["|---:|---|---|" + "---:|" * len(actors)]
        for path in self.paths[:20]:
            values = " | ".join(f"{path.values[actor]:.6g}" for actor in actors)
            lines.append(f"| {percent(path.probability)} | {' → '.join(path.edges)} | {path.outcome} | {values} |")
        return "\n".join(lines)


def paths(  # noqa: PLR0913 - one keyword for each filter of the command
    scenario: Scenario,
    *,
    all: bool = False,
    to: str | None = None,
    through: Sequence[str] = (),
    given: Sequence[str] = (),
    choose: Mapping[str, str] | None = None,
    top: int | None = None,
    overrides: Mapping[str, float | str] | None = None,
    rule: str = "expected",
    max_states: int = MAX_STATES,
) -> Paths:
    """List the paths from the root to the outcomes, the most probable first.

    Without ``all`` these are the paths under the recommended strategy: at each decision the option that
    `planner.evaluate` follows (the first of tied ones), at each chance node every branch that is possible; their
    probabilities add up to 1. With ``all`` every option counts as well; options carry no probability, so that
    a path's probability is the one that it has if its options are chosen. Branches with probability 0 are left out.

    Args:
        scenario: what to ask about.
        all: follow every option, not only the strategy.
        to: only paths that end in this outcome: its id, a state of it, or ``node.edge`` of an edge without `to`.
        through: only paths that pass each of these: a node, a state such as ``table[round=2]``, or ``node.edge``.
        given: take it that these branches happen, each as ``node.branch``, or ``node[round=2].branch`` for one state,
            which outdoes what is given for its node. Wherever a path meets the node its other
            branches are taken away and those given share their probability as before; a signal about the node tells
            what it does when they are true. This is news for the reader, not for the actors: the strategy stays as it
            was decided without it. A path that meets the node where the
            branch is impossible contradicts it and is left out. An option may be given too; a strategy that takes
            another one then has no path.
        choose: decide this way whatever is best, {node or state: option}. The option is fixed wherever it is on the
            table; all other decisions are folded back again and stay the best answer to it.
        top: how many paths to list at most. They are found without listing the others. Without it 1,000 are listed.
        overrides: parameters with other values than the file's, numbers or formulas.
        rule: the rule by which the strategy is found, as in `planner.evaluate`.
        max_states: how many states the scenario may unfold into.

    Raises:
        UnknownName: a filter or an override names something that the scenario does not have.
        ScenarioError: the scenario cannot be unfolded or evaluated.

    Sources: the order by V. M. Jiménez and A. Marzal (1999), see `planner.core.kbest`; chokepoints by dominators, see
    `planner.core.routes`.
    """
    if top is not None and top < 1:
        raise BadArgument(f"no list has {top} paths", "ask for at least 1 with top")
    solution, names, facts = _solved(scenario, choose or {}, overrides, rule, max_states)
    unfolded = solution.unfolded
    ends = [state for state in range(len(unfolded)) if unfolded.kind(state) == "outcome"]
    branches = names.branches(given)
    followed = facts.taken([float(p) for p in solution.follows], branches)
    asked = facts.taken([float(p) for p in solution.p], branches) if all else followed
    wanted = ends if to is None else names.ends(to)
    found = routes(unfolded, asked, ends=wanted, waypoints=[names.waypoint(name) for name in through])
    met = routes(unfolded, followed, ends=ends)
    total, passed = found.total(), chokepoints(unfolded, found)
    settings: dict[str, Any] = {"all": all, "to": to, "through": list(through), "given": list(given)}
    settings |= {"choose": dict(choose or {}), "top": top, "rule": rule}
    if overrides:
        settings["set"] = dict(overrides)
    return Paths(
        scenario=scenario,
        paths=_listed(solution, found, LISTED if top is None else top, total),
        total=total,
        probability=None if all else _mass(found),
        chokepoints=passed,
        chokepoints_complete=len(passed) == len({int(unfolded.place[found.state[end]]) for end in found.ends}),
        reach=dict(zip([unfolded.labels[state] for state in met.state], met.probabilities(), strict=True)),
        unreachable=_missing(unfolded, met),
        impossible=_missing(unfolded, routes(unfolded, _free(solution), ends=ends)),
        ties=_ties(solution, met),
        without_effect=_idle(facts, [float(p) for p in (solution.p if all else solution.follows)], names, given),
        settings=settings,
        method=METHOD,
    )


def _solved(
    scenario: Scenario,
    choose: Mapping[str, str],
    overrides: Mapping[str, float | str] | None,
    rule: str,
    max_states: int,
) -> tuple[Solution, PathNames, Facts]:
    """Fold the scenario back, some of its decisions taken beforehand."""
    parsed = parsed_rule(rule)
    numbers = overridden(scenario, overrides, exact=False)
    missing = unsupported(scenario)
    if missing:
        raise ScenarioError(missing)
    unfolded = unfold(scenario, max_states=max_states)
    names = PathNames(unfolded)
    forced = names.forced(choose)
    solution = solve_forced(unfolded, forced, overrides=numbers, rule=parsed)
    return solution, names, Facts(solution, numbers)


def _idle(facts: Facts, p: list[float], names: PathNames, given: Sequence[str]) -> tuple[str, ...]:
    """Return what is given where no path comes by, the rest of what is given taken as it is."""
    unfolded = facts.unfolded
    ends = [state for state in range(len(unfolded)) if unfolded.kind(state) == "outcome"] if given else []
    found = []
    for name in dict.fromkeys(given):
        places = set(names.branch(name)[0])
        others = [one for one in given if places.isdisjoint(names.branch(one)[0])]
        met = routes(unfolded, facts.taken(p, names.branches(others)), ends=ends)
        if places.isdisjoint(met.state):
            found.append(name)
    return tuple(found)


def _mass(found: Routes) -> float:
    """Return the probability that one of the paths happens."""
    reach = found.probabilities()
    return min(fsum(reach[end] for end in found.ends), 1.0)


def _missing(unfolded: Unfolded, met: Routes) -> tuple[str, ...]:
    """Return the nodes and outcomes that are not met."""
    places = {int(place) for place in unfolded.place[met.state]} if met.state else set()
    return tuple(name for place, name in enumerate(unfolded.place_ids) if place not in places)


def _ties(solution: Solution, met: Routes) -> dict[str, tuple[str, ...]]:
    """Return the decisions met where other options are as good as the one followed."""
    unfolded = solution.unfolded
    found = {}
    for state in met.state:
        if solution.who(state).kind == DECISION:
            tied = solution.tied(state)
            if len(tied) > 1:
                first = int(unfolded.first_edge[state])
                found[unfolded.labels[state]] = tuple(unfolded.edges[unfolded.edge[first + slot]].id for slot in tied)
    return found


def _free(solution: Solution) -> list[float]:
    """Return the probabilities with every option open, forced ones too."""
    unfolded = solution.unfolded
    open_ = np.array([getattr(place, "kind", "outcome") == "decision" for place in unfolded.places])
    by_slot = np.repeat(open_[unfolded.place], np.diff(unfolded.first_edge)).tolist()
    return [1.0 if free else float(p) for free, p in zip(by_slot, solution.p, strict=True)]


def _listed(solution: Solution, found: Routes, count: int, total: int) -> tuple[PathResult, ...]:
    """Work out what the most probable paths are worth."""
    unfolded, bound = solution.unfolded, solution.bound
    scenario = unfolded.scenario
    actors, criteria = list(scenario.actors), list(scenario.criteria)
    columns = [(None if only is None else actors[only], criteria[criterion]) for only, criterion in bound.columns]
    start = [solution.worth.start[criterion] if only is None else 0.0 for only, criterion in bound.columns]
    edge, edge_row, end_row = unfolded.edge.tolist(), bound.edge_row.tolist(), bound.end_row.tolist()
    names = [edge.path for edge in unfolded.edges]
    ids, place = unfolded.place_ids, unfolded.place.tolist()
    results = []
    for path in found.most_probable(count, total):
        end = found.state[found.target[path[-1]]] if path else 0
        slots = [found.slot[at] for at in path]
        amounts = list(start)
        for row in (*(edge_row[slot] for slot in slots), end_row[end]):
            for column, amount in bound.amounts[row].items():
                amounts[column] += amount
        payoff: dict[str, float] = {}
        payoffs: dict[str, dict[str, float]] = {}
        for (only, criterion), amount in zip(columns, amounts, strict=True):
            (payoff if only is None else payoffs.setdefault(only, {}))[criterion] = float(amount)
        results.append(
            PathResult(
                edges=tuple(names[edge[slot]] for slot in slots),
                outcome=ids[place[end]],
                probability=_product([found.p[at] for at in path]),
                values={actor: float(v) for actor, v in zip(actors, solution.worth_of(amounts), strict=True)},
                payoff=payoff,
                payoffs=payoffs,
            )
        )
    # Logarithms and products may round differently: what is shown is in the order of what is shown.
    return tuple(sorted(results, key=lambda result: -result.probability))


def _product(chances: list[float]) -> float:
    """Multiply in an order that depends on the numbers alone, so that equal paths get equal products."""
    product = prod(sorted(chances))
    # Next to the smallest float a product rounds up for ever and never comes to 0.
    return product if product > 1e-290 else exp(fsum(map(log, chances)))


# --- sentences --------------------------------------------------------------------------------------------------


def _place_ids(scenario: Scenario) -> list[str]:
    """Return nodes and then the edges that end a path, in file order."""
    return [*scenario.nodes, *(edge.path for edge in scenario.edges() if edge.to is None)]


def _under(settings: Mapping[str, Any]) -> str:
    """Name the paths that were asked for."""
    words = "in all" if settings["all"] else "under the recommended strategy"
    if not settings["all"] and settings["rule"] != "expected":
        words = f"under the strategy by {settings['rule']}"
    if settings["choose"]:
        words += " with " + listing(f"{node} = {option}" for node, option in settings["choose"].items())
    if settings["given"]:
        words += f", given {listing(settings['given'])},"
    if settings["through"]:
        words += f" through {listing(settings['through'])}"
    if settings["to"] is not None:
        words += f" to '{settings['to']}'"
    return words.removesuffix(",")


def percent(probability: float) -> str:
    """Write a probability in percent: one decimal, more where that would read as 0 or 100.

    >>> percent(0.36), percent(0.00012), percent(0.9999), percent(1.0), percent(0.0)
    ('36 %', '0.012 %', '99.99 %', '100 %', '0 %')
    """
    share = 100 * probability
    if 0 < share < 0.1 or 99.9 < share < 100:
        return f"{share:.2g} %" if share < 1 else f"{100 - float(f'{100 - share:.1g}'):.10g} %"
    return f"{share:.1f}".removesuffix(".0") + " %"


def big(count: int) -> str:
    """Write a number of things, a very large one by its size.

    >>> big(1024), big(2**100)
    ('1,024', 'about 1.3e30')
    """
    if count < 10**12:
        return f"{count:,}"
    whole = int(log10(count))
    return f"about {10 ** (log10(count) - whole):.1f}e{whole}"
