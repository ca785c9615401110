"""`planner set`: other values in a scenario file."""

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
    "set",
    cls=Command,
    examples=(
        "planner set talks.yaml talks_yield=0.3",
        "planner set talks.yaml talks_yield.low=0.1 talks_yield.high=0.4",
        "planner set talks.yaml line.engage.payoff.cohesion=-10 --dry-run",
        "planner set talks.yaml 'line.by=[uk, france]' 'title=One line on Moscow'",
    ),
)
@file_argument
@click.argument("values", nargs=-1, required=True, metavar="PATH=VALUE...", shell_complete=complete.settings)
@editing
def command(out: Output, *, file: str, values: tuple[str, ...], dry_run: bool, force: bool) -> int:
    """Give places in a scenario other values.

    PATH is a place: title, talks_yield (a parameter), parameters.talks_yield.low, actors.uk.weights.cohesion, line.by
    (a key of a node), line.engage.payoff.cohesion (of an option or branch). Keys and mappings that are missing on the
    way are made, state variables, signals and includes too; `planner add` makes the rest. VALUE is a number, a formula,
    a [list], {mapping} or text. All values are written at once or not at all; comments stay.
    """
    from planner.core.change.setting import set_value

    pairs = [_pair(text) for text in values]
    changes = [set_value(path, value) for path, value in pairs]

    def said(before: Source, after: Source) -> Sequence[str]:
        return [_said(before, after, path) for path in dict.fromkeys(path for path, _ in pairs)]

    line = join(["set", file, *values])
    return edit_file(out, file, changes, command=line, said=said, force=force, dry_run=dry_run)


def _pair(text: str) -> tuple[str, str]:
    path, sign, value = text.partition("=")
    if not (sign and path.strip()):
        raise click.BadParameter(f"'{text}' is not of the form PATH=VALUE.", param_hint="'PATH=VALUE'")
    return path.strip(), value


def _said(before: Source, after: Source, text: str) -> str:
    """Return the line about one place: what stood there and what stands there now."""
    from planner.core.change.places import find, shown
    from planner.core.change.setting import value_text

    path = find(after, text).path
    old, new = value_text(before, path), value_text(after, path)
    if old == new:
        return f"{shown(path)} is {new} already"
    return f"{shown(path)}: {new}" if old is None else f"{shown(path)}: {old} -> {new}"
