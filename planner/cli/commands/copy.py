"""`planner copy`: a subtree with fresh ids."""

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
    "copy",
    cls=Command,
    examples=(
        "planner copy scenarios/moscow.yaml talks talks-late --under drift.wait",
        "planner copy scenarios/moscow.yaml talks again --share-outcomes",
    ),
)
@file_argument
@click.argument("node", metavar="NODE", shell_complete=complete.nodes)
@click.argument("new", metavar="NEW")
@click.option("--under", metavar="NODE.EDGE", shell_complete=complete.edges, help="Lead this edge to the copy.")
@click.option("--replace", is_flag=True, help="Even if that edge leads elsewhere now.")
@click.option("--share-outcomes", is_flag=True, help="Let the copies lead to the same outcomes.")
@editing
def command(  # noqa: PLR0913 - a copy in all its parts
    out: Output,
    *,
    file: str,
    node: str,
    new: str,
    under: str | None,
    replace: bool,
    share_outcomes: bool,
    dry_run: bool,
    force: bool,
) -> int:
    """Copy a node and all that follows from it.

    The copy of NODE is called NEW, the others get the same ending (talks and talks-late make answer-late of answer) or
    a number. What several edges of the subtree share is copied once.
    """
    from planner.core.change.adding import hang
    from planner.core.change.moving import copy

    changes = [copy(node, new, share_outcomes=share_outcomes)]
    words = ["copy", file, node, new, *(["--under", under] if under else [])]
    if under:
        changes.append(hang(under, new, replace=replace))
    return edit_file(
        out,
        file,
        changes,
        command=join(words),
        said=lambda before, after: _said(before, after, node),
        force=force,
        dry_run=dry_run,
    )


def _said(before: Source, after: Source, node: str) -> Sequence[str]:
    from planner.core.change.writing import section

    old = section(before, "nodes")
    made = [each for each in section(after, "nodes") if each not in old]
    return [f"copied '{node}' and what follows as {', '.join(made)}"]
