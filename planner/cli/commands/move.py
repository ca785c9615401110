"""`planner move`: an edge to another node."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

import click

from planner.cli import complete
from planner.cli.editing import edit_file, editing
from planner.cli.options import Command, file_argument

if TYPE_CHECKING:
    from planner.cli.output import Output


@click.command(
    "move",
    cls=Command,
    examples=("planner move scenarios/moscow.yaml answer.stall sanctions",),
)
@file_argument
@click.argument("edge", metavar="NODE.EDGE", shell_complete=complete.edges)
@click.argument("node", metavar="NODE", shell_complete=complete.targets)
@editing
def command(out: Output, *, file: str, edge: str, node: str, dry_run: bool, force: bool) -> int:
    """Lead an option or branch to another node.

    What it led to before stays in the file.
    """
    from planner.core.change.moving import move

    return edit_file(
        out,
        file,
        [move(edge, node)],
        command=join(["move", file, edge, node]),
        said=[f"'{edge}' leads to '{node}'"],
        force=force,
        dry_run=dry_run,
    )
