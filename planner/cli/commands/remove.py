"""`planner remove`: take something out of a scenario file."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.editing import edit_file, editing
from planner.cli.options import Command, file_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.cli.output import Output
    from planner.core.source import Source


@click.command(
    "remove",
    cls=Command,
    examples=(
        "planner remove talks.yaml line.engage --with-subtree",
        "planner remove talks.yaml talks_yield.low talks_yield.high",
        "planner remove talks.yaml line.engage.payoff.cohesion",
    ),
)
@file_argument
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete.places)
@click.option("--with-subtree", is_flag=True, help="Take out what hangs on it, too.")
@editing
def command(out: Output, *, file: str, paths: tuple[str, ...], with_subtree: bool, dry_run: bool, force: bool) -> int:
    """Take something out of a scenario, if nothing hangs on it.

    What is used elsewhere, or alone leads to other nodes, is left and the places are listed (exit code 1). With
    --with-subtree an option or branch goes with all that only it leads to. A node does so, too, and the options and
    branches that led to it end there. An actor, criterion, parameter or state variable takes the weights, payoffs and
    changes under its id along; what formulas read, or a decision's `by` names, has to be changed first. Comments above
    what goes stay.
    """
    from planner.core.change.removing import take_out_all

    changes = [take_out_all(paths, with_subtree=with_subtree)]

    def said(before: Source, after: Source) -> Sequence[str]:
        del after
        return _said(before, paths, with_subtree=with_subtree)

    flags = ["--with-subtree"] if with_subtree else []
    line = join(["remove", file, *paths, *flags])
    return edit_file(out, file, changes, command=line, said=said, force=force, dry_run=dry_run)


def _said(before: Source, paths: Sequence[str], *, with_subtree: bool) -> list[str]:
    """Return a line for each thing that went, with all that went with it."""
    from planner.core.change.places import shown
    from planner.core.change.removing import in_turn, listed

    lines = []
    for removal, _ in in_turn(before, paths, with_subtree=with_subtree):
        more = [f"nodes {listed(removal.nodes)}"] if removal.nodes else []
        more += [f"{shown(path)}" for path in removal.entries]
        along = f", with it {', '.join(more)}" if more else ""
        verb = "ends" if len(removal.ends) == 1 else "end"
        ends = f"; {listed([shown(edge) for edge in removal.ends])} now {verb} there" if removal.ends else ""
        lines.append(f"removed {shown(removal.path)}{along}{ends}")
    return lines
