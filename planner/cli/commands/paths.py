"""`planner paths`: the ways from the root to the outcomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict

import click

from planner.cli import complete
from planner.cli.options import Command, Numbers, Pairs, file_argument, numbers_options, reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from planner.analyses.paths import Paths
    from planner.cli.output import Output

TOP = 20
WIDE = 80  # columns from which on paths stand in a table
JOINT = " > "
OUTCOMES, CHAIN = 10, 6  # as many are named of what paths have in common


class Filters(TypedDict):
    """Which paths are wanted."""

    all: bool
    to: str | None
    through: Sequence[str]
    given: Sequence[str]
    choose: Pairs


def _choices(ctx: click.Context, param: click.Parameter, texts: Sequence[str]) -> Pairs:
    """Split every `node=option`; in the name of a state equals signs stand between brackets."""
    pairs = []
    for text in texts:
        found = re.fullmatch(r"([^=\[]+(?:\[.*\])?)=(.+)", text.strip())
        if found is None or not (found[1].strip() and found[2].strip()):
            raise click.BadParameter(f"'{text}' is not of the form {param.metavar}.", ctx, param)
        pairs.append((found[1].strip(), found[2].strip()))
    return tuple(pairs)


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
    callback=_choices,
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

    --through, --given and --choose can be given again. They take a state as `planner evaluate` names it, too:
    --choose 'talks[round=2]=stop', --given 'answer[round=2].step'. Says how many paths there are in all, which nodes
    every path to an outcome passes, and which nodes are not reached; --json has how probable each is.
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
    for name in result.without_effect:
        out.say(f"note: --given {name} is without effect: no path comes to '{name.rpartition('.')[0]}'")
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
        _common(out, result)


def _common(out: Output, result: Paths) -> None:
    """Say what all paths to an outcome pass, and what is not reached."""
    from planner.cli.output import Column, Row

    rows = [Row([outcome, _some(names, CHAIN)]) for outcome, names in list(result.chokepoints.items())[:OUTCOMES]]
    out.write("\n")
    out.table([Column("outcome"), Column("nodes that every path to it passes")], rows)
    hidden = len(result.chokepoints) - len(rows)
    if hidden > 0:
        out.line(f"… and {hidden:,} more outcomes; --json shows all.")
    impossible = set(result.impossible)
    missed = [name for name in result.unreachable if name not in impossible]
    for words, names in (("Not reached under the strategy", missed), ("No choice leads to", result.impossible)):
        if names:
            out.line(f"{words}: {_some(names, OUTCOMES)}.")


def _some(names: Sequence[str], most: int) -> str:
    """Return the first of the names, and how many more there are."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest if names else "-"


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
