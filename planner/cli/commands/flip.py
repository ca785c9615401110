"""`planner flip`: two chance nodes in the other order."""

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
    "flip",
    cls=Command,
    examples=("planner flip scenarios/inspection.yaml cheats report --dry-run",),
)
@file_argument
@click.argument("first", metavar="CHANCE_A", shell_complete=complete.nodes)
@click.argument("second", metavar="CHANCE_B", shell_complete=complete.nodes)
@editing
def command(out: Output, *, file: str, first: str, second: str, dry_run: bool, force: bool) -> int:
    """Reverse the order of two chance nodes by Bayes' rule.

    CHANCE_B must follow CHANCE_A on every branch, as one node or as several with the same branches; name any of them.
    The new probabilities are formulas over the same numbers, so sensitivity analysis still follows them. What every
    path is worth and how probable it is does not change.
    """
    from planner.core.change.flipping import flip

    return edit_file(
        out,
        file,
        [flip(first, second)],
        command=join(["flip", file, first, second]),
        said=lambda before, _: _said(before, first, second),
        force=force,
        dry_run=dry_run,
    )


def _said(before: Source, first: str, second: str) -> Sequence[str]:
    """Return the line that names the nodes in their new order."""
    from planner.core.change.flipping import flipped

    top, *below = flipped(before, first, second)
    return [f"'{top}' comes first now, then {', '.join(below)}"]
