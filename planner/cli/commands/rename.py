"""`planner rename`: another id, everywhere."""

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
    "rename",
    cls=Command,
    examples=(
        "planner rename talks.yaml talks_yield hope",
        "planner rename talks.yaml line.engage talk",
        "planner rename talks.yaml actors.uk london --dry-run",
    ),
)
@file_argument
@click.argument("old", shell_complete=complete.names)
@click.argument("new")
@editing
def command(out: Output, *, file: str, old: str, new: str, dry_run: bool, force: bool) -> int:
    """Give something another id, everywhere it is used.

    OLD is a node, NODE.EDGE (an option or branch), an actor, criterion, parameter, state variable, future or signal;
    where two things have the id, write its section before it, as in actors.uk. Formulas follow. Titles, notes and
    comments stay as they are, and so do other files that name it.
    """
    from planner.core.change.renaming import rename

    def said(before: Source, after: Source) -> Sequence[str]:
        return [] if before.text == after.text else [_said(before, old, new)]

    return edit_file(
        out, file, [rename(old, new)], command=join(["rename", file, old, new]), said=said, force=force, dry_run=dry_run
    )


def _said(before: Source, old: str, new: str) -> str:
    from planner.cli.output import counted
    from planner.core.change.places import shown
    from planner.core.change.references import references
    from planner.core.change.renaming import name_of, named

    kind, path = named(before, old)
    uses = [use for use in references(before) if (use.kind, use.name) == (kind, name_of(path)) and not use.defines]
    follow = f"; {counted(len(uses), 'use')} {'follows' if len(uses) == 1 else 'follow'}" if uses else ""
    return f"{shown(path)} -> {new.rpartition('.')[2]}{follow}"
