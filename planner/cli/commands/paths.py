"""`planner paths`: the ways from the root to the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, Pairs, assignments, file_argument, numbers_options, reading, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analyses.paths import PathResult, Paths
    from planner.cli.output import Output
    from planner.core.model import Scenario

TOP = 20


@click.command(
    "paths",
    cls=Command,
    examples=(
        "planner paths scenarios/european-line-on-moscow.yaml --top 5",
        "planner paths scenarios/european-line-on-moscow.yaml --choose line=engage --given answer.step",
        "planner paths scenarios/european-line-on-moscow.yaml --all --to standoff --json",
    ),
)
@file_argument
@click.option("--all", is_flag=True, help="Every path, not only those under the recommended strategy.")
@click.option("--to", metavar="OUTCOME", shell_complete=complete.outcomes, help="Only paths that end there.")
@click.option(
    "--through", metavar="NODE", multiple=True, shell_complete=complete.nodes, help="Only paths through a node."
)
@click.option(
    "--given", metavar="NODE.EDGE", multiple=True, shell_complete=complete.edges, help="Take it that this happens."
)
@click.option(
    "--choose",
    metavar="NODE=OPTION",
    multiple=True,
    callback=assignments,
    shell_complete=complete.choices,
    help="Take this option whatever is recommended.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=TOP, show_default=True, metavar="K", help="The K most probable paths."
)
@numbers_options
@reading
def command(
    out: Output,
    *,
    file: str,
    all: bool,
    to: str | None,
    through: Sequence[str],
    given: Sequence[str],
    choose: Pairs,
    top: int,
    numbers: Numbers,
) -> None:
    """List the paths to outcomes, the most probable first.

    --through, --given and --choose can be given again. Says how many paths there are in all, which nodes every path to
    an outcome passes, and how probable it is to come to each node.
    """
    from planner.analyses.paths import paths
    from planner.files import load

    with out.progress("walking"):
        scenario = load(file)
        _known(scenario, to, through, given, choose, numbers)
        result = paths(
            scenario,
            all=all,
            to=to,
            through=tuple(through),
            given=tuple(given),
            choose=dict(choose),
            top=top,
            overrides=numbers.overrides,
            rule=numbers.rule,
            max_states=numbers.max_states,
        )
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        _show(out, result)


def _known(
    scenario: Scenario, to: str | None, through: Sequence[str], given: Sequence[str], choose: Pairs, numbers: Numbers
) -> None:
    """Stop at the first name that the scenario does not have."""
    edges = [edge.path for edge in scenario.edges()]
    if to is not None:
        ends = [node.id for node in scenario.nodes.values() if node.kind == "outcome"]
        require("outcome", to, [*ends, *(edge.path for edge in scenario.edges() if edge.to is None)], "--to")
    for node in through:
        require("node", node.partition("[")[0], scenario.nodes, "--through")
    for edge in given:
        require("option or branch", edge, edges, "--given")
    for node, option in choose:
        decisions = [one.id for one in scenario.nodes.values() if one.kind == "decision"]
        require("decision", node.partition("[")[0], decisions, "--choose")
        require(f"option of '{node}' called", option, scenario.nodes[node.partition("[")[0]].edges, "--choose")
    for name in numbers.overrides:
        require("parameter", name, scenario.parameters, "--set")
