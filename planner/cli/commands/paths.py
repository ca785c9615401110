"""`planner paths`: the ways from the root to the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, Pairs, assignments, file_argument, numbers_options, reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from planner.analyses.paths import Paths
    from planner.cli.output import Output

TOP = 20
WIDE = 80  # columns from which on paths stand in a table
JOINT = " > "


class Filters(TypedDict):
    """Which paths are wanted."""

    all: bool
    to: str | None
    through: Sequence[str]
    given: Sequence[str]
    choose: Pairs


@click.command(
    "paths",
    cls=Command,
    examples=(
        "planner paths scenarios/tutorial.yaml",
        "planner paths moscow.yaml --choose line=engage --given answer.step",
        "planner paths moscow.yaml --all --to standoff --json",
    ),
)
@file_argument
@click.option("--all", is_flag=True, help="Every path, not only those under the recommended strategy.")
@click.option("--to", metavar="OUTCOME", shell_complete=complete.outcomes, help="Only paths that end there.")
@click.option(
    "--through", metavar="NODE", multiple=True, shell_complete=complete.all_nodes, help="Only paths through a node."
)
@click.option(
    "--given", metavar="NODE.EDGE", multiple=True, shell_complete=complete.all_edges, help="Take it that this happens."
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
def command(out: Output, *, file: str, top: int, numbers: Numbers, **filters: Unpack[Filters]) -> None:
    """List the paths to outcomes, the most probable first.

    --through, --given and --choose can be given again. Says how many paths there are in all, which nodes every path to
    an outcome passes, and how probable it is to come to each node.
    """
    from planner.analyses.paths import paths
    from planner.files import load

    with out.progress("walking"):
        scenario = load(file)
        result = paths(
            scenario,
            all=filters["all"],
            to=filters["to"],
            through=tuple(filters["through"]),
            given=tuple(filters["given"]),
            choose=dict(filters["choose"]),
            top=top,
            overrides=numbers.overrides,
            rule=numbers.rule,
            max_states=numbers.max_states,
        )
    if out.json:
        out.envelope(result.to_dict(), scenario=scenario, settings=result.settings)
    else:
        _show(out, result)


def _show(out: Output, result: Paths) -> None:
    out.line(result.scenario.title, style="bold")
    out.line(result.headline())
    if result.paths:
        out.write("\n")
        if out.width >= WIDE:
            _table(out, result)
        else:
            _blocks(out, result)


def _table(out: Output, result: Paths) -> None:
    from planner.cli.output import Column, Row
    from planner.cli.show import actor_head, shares, writer

    write = writer(value for one in result.paths for value in one.values.values())
    columns = [Column("", number=True), Column("probability", number=True), Column("path"), Column("outcome")]
    columns += [Column(actor_head(actor), number=True) for actor in result.paths[0].values]
    rows = [
        Row([str(i), chance, JOINT.join(one.edges), one.outcome, *(write(value) for value in one.values.values())])
        for i, (one, chance) in enumerate(
            zip(result.paths, shares(one.probability for one in result.paths), strict=True), 1
        )
    ]
    out.table(columns, rows)


def _blocks(out: Output, result: Paths) -> None:
    """Write each path as a few lines: a table of paths does not fit a narrow terminal."""
    from planner.cli.show import actor_head, shares, writer

    write = writer(value for one in result.paths for value in one.values.values())
    chances = shares(one.probability for one in result.paths)
    for number, (one, chance) in enumerate(zip(result.paths, chances, strict=True), 1):
        out.line(f"{number}. {chance.strip()}  {one.outcome}", style="bold")
        out.line(JOINT.join(one.edges), indent=3)
        out.line(", ".join(f"{actor_head(actor)} {write(value)}" for actor, value in one.values.items()), indent=3)
