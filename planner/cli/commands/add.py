"""`planner add`: actors, criteria, parameters, nodes, options and all else that a scenario holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from planner.cli import complete
from planner.cli.additions import Addition, Kinds, content, entry, node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Function = TypeVar("Function", bound="Callable[..., Any]")


@click.group("add", cls=Kinds)
def command() -> None:
    """Add actors, criteria, parameters, nodes, options.

    Several additions in one call are one write: put a `+` between them and name the file once, as in
    `planner add outcome FILE calm "Calm" + outcome split "Open split" --payoff -35`.

    An option or branch is written in one piece as "ID:P NAME (PAYOFF) -> NODE"; all but the ID may be left out, and an
    option has no P. P is a number, a formula or `rest`. A payoff is a number, CRITERION=AMOUNT or ACTOR=AMOUNT with
    commas between, or ACTOR.CRITERION=AMOUNT; amounts are numbers or formulas.
    """


assert isinstance(command, Kinds)
kind = command.kind


def titled(function: Function) -> Function:
    """Take an id and a name; the name as an argument, or as an option for those who like everything said."""
    function = click.option("--name", metavar="TEXT", help="The name, if not as an argument.")(function)
    function = click.argument("title", required=False, metavar="[NAME]")(function)
    return click.argument("id", metavar="ID")(function)


def option(flag: str, help: str, metavar: str = "NUMBER", **more: Any) -> Callable[[Function], Function]:
    """Add an option that takes a value."""
    return click.option(flag, help=help, metavar=metavar, **more)


def hanging(function: Function) -> Function:
    """Add the options that say where a new node hangs."""
    function = click.option("--replace", is_flag=True, help="Even if that edge leads elsewhere now.")(function)
    return option("--under", "Lead this edge to it.", "NODE.EDGE", shell_complete=complete.edges)(function)


note = option("--note", "Free text.", "TEXT")
root = click.option("--root", is_flag=True, help="Let the scenario begin here.")
payoffs = option("--payoff", "Consequences; again for more.", "CRITERION=AMOUNT,…", multiple=True)


@kind("actor", "planner add actor moscow.yaml uk Britain --weights peace=45,economy=30")
@titled
@option("--weights", "What it wants; negative: the opposite.", "CRITERION=WEIGHT,…", multiple=True)
@option("--risk-tolerance", "In value points; without it neutral.")
@option("--votes", "Votes under quota rules.")
@option("--minimum", "The value below which an outcome is a failure.")
@note
def actor(id: str, title: str | None, name: str | None, weights: Sequence[str], **more: Any) -> Addition:
    """Add somebody who decides or has interests."""
    weighed = _pairs(weights)
    return entry("actors", "actor", id, content(("name", name or title), ("weights", weighed), *more.items()))


@kind(
    "criterion",
    "planner add criterion moscow.yaml cohesion --worst 0 --best 100 --start 50",
    "planner add criterion moscow.yaml economy Cost --unit EUR --worst 120 --best 0",
)
@titled
@option("--unit", "Unit of the amounts.", "TEXT")
@option("--worst", "The amount that scores 0.")
@option("--best", "The amount that scores 100.")
@option("--start", "The amount before anything happens.")
@note
def criterion(id: str, title: str | None, name: str | None, **more: Any) -> Addition:
    """Add a yardstick for consequences."""
    return entry("criteria", "criterion", id, content(("name", name or title), *more.items()))


@kind(
    "parameter",
    "planner add parameter moscow.yaml hope 0.25 --low 0.1 --high 0.4",
    "planner add parameter moscow.yaml late_hope 'hope / 2' --source 'Own guess'",
)
@click.argument("id", metavar="ID")
@click.argument("number", required=False, metavar="[VALUE]")
@option("--value", "The value, if not as an argument.", "NUMBER|FORMULA")
@option("--name", "What the number means.", "TEXT")
@option("--unit", "Its unit.", "TEXT")
@option("--low", "Lower end of the range for sensitivity analysis.")
@option("--high", "Upper end of that range.")
@option("--distribution", "What simulation draws from: pert, beta(4, 16), …", "TEXT")
@option("--source", "Where the number comes from.", "TEXT")
@note
def parameter(id: str, number: str | None, value: str | None, name: str | None, unit: str, **more: Any) -> Addition:
    """Add a named number, or a formula over others."""
    order = ("low", "high", "distribution", "source", "note")
    given = [("name", name), ("unit", unit), ("value", _one(value, number, id)), *((key, more[key]) for key in order)]
    made = content(*given)
    return entry("parameters", "parameter", id, made["value"] if list(made) == ["value"] else made)


@kind("correlation", "planner add correlation moscow.yaml hope patience 0.4")
@click.argument("first", metavar="PARAMETER", shell_complete=complete.parameters)
@click.argument("second", metavar="PARAMETER", shell_complete=complete.parameters)
@click.argument("number", required=False, metavar="[VALUE]")
@option("--value", "The rank correlation, if not as an argument.")
def correlation(first: str, second: str, number: str | None, value: str | None) -> Addition:
    """Add a rank correlation between two parameters."""
    from planner.core.change.adding import add_correlation, value_of

    change = add_correlation(first, second, value_of(_one(value, number, first)))
    return Addition([change], f"added the correlation of '{first}' and '{second}'")


@kind("future", "planner add future moscow.yaml winter 'Energy crisis' --set shock=60")
@titled
@option("--set", "A parameter's value there; again for more.", "PARAMETER=VALUE,…", multiple=True)
@option("--probability", "How likely it is, if that can be said.")
@note
def future(id: str, title: str | None, name: str | None, set: Sequence[str], **more: Any) -> Addition:
    """Add a named world for stress tests."""
    made = content(("name", name or title), ("set", _pairs(set)), *more.items())
    return entry("futures", "future", id, made)


@kind("state", "planner add state talks.yaml round 1")
@click.argument("id", metavar="ID")
@click.argument("number", required=False, metavar="[VALUE]")
@option("--value", "Its value at the root, if not as an argument.")
def state(id: str, number: str | None, value: str | None) -> Addition:
    """Add a variable of the path state."""
    from planner.core.change.adding import value_of

    return entry("state", "state variable", id, value_of(_one(value, number, id)))


@kind(
    "signal",
    "planner add signal moscow.yaml wire --about answer \\",
    "  --likelihood step:warm=0.8,cold=0.2 --likelihood stall:warm=0.3,cold=0.7",
)
@titled
@option("--about", "The chance node that it is about.", "NODE", shell_complete=complete.nodes)
@option("--likelihood", "P(news | branch), once for each branch.", "BRANCH:NEWS=P,…", multiple=True)
def signal(id: str, title: str | None, name: str | None, about: str | None, likelihood: Sequence[str]) -> Addition:
    """Add noisy news about a chance node."""
    rows = {branch: _pairs([row]) for branch, _, row in (text.partition(":") for text in likelihood)}
    return entry("signals", "signal", id, content(("name", name or title), ("about", about), ("likelihood", rows)))


@kind("include", "planner add include moscow.yaml talks talks.yaml --set hope=0.3")
@click.argument("id", metavar="ID")
@click.argument("path", metavar="SCENARIO", shell_complete=complete.scenario_files)
@option("--set", "A parameter's value in it; again for more.", "PARAMETER=VALUE,…", multiple=True)
@note
def include(id: str, path: str, set: Sequence[str], note: str | None) -> Addition:
    """Add another scenario that edges can lead to."""
    return entry("include", "include", id, content(("file", path), ("set", _pairs(set)), ("note", note)))


@kind(
    "decision",
    "planner add decision moscow.yaml line 'Which line?' --by uk,france \\",
    "  --fallback drift --option 'engage Talk (cohesion=-8)' --option drift",
)
@titled
@option("--option", "ID NAME (PAYOFF) -> NODE; again for more.", "OPTION", multiple=True)
@option("--by", "Who decides; several with commas.", "ACTOR,…", multiple=True, shell_complete=complete.actors)
@option("--rule", "How several decide: unanimity, quota(0.65), …", "RULE")
@option("--fallback", "The option that stands when they do not agree.", "OPTION")
@option("--unseen", "Earlier nodes that they do not see.", "NODE,…", multiple=True, shell_complete=complete.nodes)
@note
@root
@hanging
def decision(  # noqa: PLR0913 - a decision in all its parts
    *,
    id: str,
    title: str | None,
    name: str | None,
    option: Sequence[str],
    by: Sequence[str],
    rule: str | None,
    fallback: str | None,
    unseen: Sequence[str],
    note: str | None,
    **place: Any,
) -> Addition:
    """Add a decision with its options."""
    made = content(("decision", name or title or id), ("by", _names(by)), ("rule", rule), ("fallback", fallback))
    made |= content(("unseen", _names(unseen)), ("options", _edges(option, branch=False)), ("note", note))
    return node(id, made, **place)


@kind(
    "chance",
    "planner add chance moscow.yaml answer 'How does Moscow answer?' \\",
    "  --branch 'step:hope A step -> calm' --branch stall:rest --under line.engage",
)
@titled
@option("--branch", "ID:P NAME (PAYOFF) -> NODE; again for more.", "BRANCH", multiple=True)
@option("--certainty", "Weight of a Dirichlet distribution of the branches.")
@option("--observe", "The signal that it brings; P by Bayes' rule.", "SIGNAL")
@option("--resolved", "The branch that happened.", "BRANCH")
@option("--on", "The day on which it happened.", "DATE")
@option("--source", "Where that is known from.", "TEXT")
@note
@root
@hanging
def chance(  # noqa: PLR0913 - a chance node in all its parts
    *,
    id: str,
    title: str | None,
    name: str | None,
    branch: Sequence[str],
    certainty: str | None,
    observe: str | None,
    resolved: str | None,
    on: str | None,
    source: str | None,
    note: str | None,
    **place: Any,
) -> Addition:
    """Add a chance node with its branches."""
    called = name or title
    made = content(("observe", observe), ("name", called)) if observe else content(("chance", called or id))
    happened = content(("branch", resolved), ("on", on), ("source", source))
    made |= content(("certainty", certainty), ("resolved", happened), ("branches", _edges(branch, branch=True)))
    return node(id, made | content(("note", note)), **place)


@kind("outcome", "planner add outcome moscow.yaml split 'Open split' --payoff cohesion=-35")
@titled
@payoffs
@note
@hanging
def outcome(
    id: str, title: str | None, name: str | None, payoff: Sequence[str], note: str | None, **place: Any
) -> Addition:
    """Add an outcome."""
    made = content(("outcome", name or title or id), ("payoff", _payoff(payoff)), ("note", note))
    return node(id, made, **place)


def edge_options(function: Function) -> Function:
    """Add the properties of an option or branch."""
    for add in reversed(
        (
            option("--name", "The name, if not as an argument.", "TEXT"),
            payoffs,
            option("--to", "The node it leads to; without it the path ends.", "NODE", shell_complete=complete.targets),
            option("--when", "It is there only where this holds.", "FORMULA"),
            option("--set", "Changes of the path state.", "STATE=FORMULA,…", multiple=True),
            option("--sign", "What one would see; again for more.", "TEXT", multiple=True),
            note,
        )
    ):
        function = add(function)
    return click.argument("title", required=False, metavar="[NAME]")(function)


@kind("option", "planner add option moscow.yaml line.isolate 'Isolate' --payoff economy=14")
@click.argument("edge", metavar="DECISION.ID")
@edge_options
def an_option(edge: str, **more: Any) -> Addition:
    """Add an option to a decision."""
    return _edge(edge, "option", p=None, **more)


@kind("branch", "planner add branch moscow.yaml answer.demand 'Relief first' --p 0.1")
@click.argument("edge", metavar="CHANCE.ID")
@edge_options
@option("--p", "Its probability.", "NUMBER|FORMULA|rest")
def branch(edge: str, **more: Any) -> Addition:
    """Add a branch to a chance node."""
    return _edge(edge, "branch", **more)


def _edge(edge: str, word: str, *, title: str | None, name: str | None, **more: Any) -> Addition:
    from planner.core.change.adding import add_edge

    made = content(("name", name or title), ("p", more["p"]), ("when", more["when"]), ("set", _pairs(more["set"])))
    made |= content(("payoff", _payoff(more["payoff"])), ("to", more["to"]), ("signs", list(more["sign"])))
    made |= content(("note", more["note"]))
    return Addition([add_edge(edge, made, word=word)], f"added {word} '{edge}'")


def _one(value: str | None, number: str | None, id: str) -> str:
    given = number if value is None else value
    if not given or not given.strip():
        raise click.UsageError(f"'{id}' needs a value.", click.get_current_context())
    return given


def _payoff(texts: Sequence[str]) -> Any:
    from planner.core.change.adding import payoff

    return payoff(texts) if texts else None


def _pairs(texts: Sequence[str]) -> dict[str, Any]:
    from planner.core.change.adding import pairs

    return dict(pairs(texts))


def _edges(texts: Sequence[str], *, branch: bool) -> dict[str, Any]:
    from planner.core.change.adding import edges, without_ends

    return dict(without_ends(edges(texts, branch=branch)))


def _names(texts: Sequence[str]) -> list[str]:
    from planner.core.change.adding import names

    return names(texts)
